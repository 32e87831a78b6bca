"""A receiver under aiohttp's server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from smartcar.errors import MalformedEventError
from smartcar.webhooks.answers import refusal, too_large
from smartcar.webhooks.receiver import Receiver

from .asgi import BODY_SECONDS


def handler(
    receiver: Receiver, body_seconds: float = BODY_SECONDS
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that answers deliveries.

    Say ``app.router.add_post("/webhooks/smartcar", handler(receiver))``.

    Args:
        receiver: What answers.
        body_seconds: How long a body may take to arrive.
    """

    async def deliver(request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(body_seconds):
                body = await _body(request, receiver.largest_body)
        except TimeoutError:
            reply = refusal(MalformedEventError(408, "The body took too long to arrive."))
        except MalformedEventError as error:
            reply = refusal(error)
        else:
            reply = await receiver.ahandle(body, list(request.headers.items()))
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

    return deliver


async def _body(request: web.Request, largest: int) -> bytes:
    """The whole body.

    Raises:
        MalformedEventError: It is too large, and no more than that is read; or it is cut off.
    """
    body = bytearray()
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        return b""  # aiohttp would unpack it; the receiver refuses it by its header
    try:
        async for part in request.content.iter_any():
            body += part
            if len(body) > largest:
                raise too_large(largest)
    except (OSError, web.RequestPayloadError) as error:  # whoever sent it is gone, or sends no HTTP
        raise MalformedEventError(400, "The body ended before its time.") from error
    return bytes(body)
