"""A receiver as an ASGI application, without any framework: ``uvicorn module:app``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from smartcar.errors import MalformedEventError, SmartcarError
from smartcar.protocol.wire import Reply
from smartcar.webhooks.answers import not_post, refusal, too_large
from smartcar.webhooks.receiver import Receiver

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_SECONDS: Final = 10.0
"""How long a body may take to arrive: Smartcar gives up after 15 seconds in all."""


class ASGI:
    """The application.

    Args:
        receiver: What answers.
        body_seconds: How long a body may take to arrive.
    """

    def __init__(self, receiver: Receiver, body_seconds: float = BODY_SECONDS) -> None:
        self._receiver = receiver
        self._body_seconds = body_seconds

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            reply = await self._answer(scope, receive)
            if reply is not None:
                await _send(reply, send)

    async def _answer(self, scope: Message, receive: Receive) -> Reply | None:
        """The reply; None if whoever asked is gone."""
        if scope["method"] != "POST":
            return not_post()
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _body(receive, self._receiver.largest_body)
        except MalformedEventError as error:
            return refusal(error)
        except TimeoutError:
            return refusal(MalformedEventError(408, "The body took too long to arrive."))
        return None if body is None else await self._receiver.ahandle(body, list(scope["headers"]))

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end with the server."""
        await receive()
        try:
            await asyncio.to_thread(self._receiver.start)
        except (SmartcarError, ValueError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._receiver.close)
        await send({"type": "lifespan.shutdown.complete"})


def asgi(receiver: Receiver, body_seconds: float = BODY_SECONDS) -> ASGI:
    """An ASGI application that answers deliveries, whatever their path.

    Args:
        receiver: What answers.
        body_seconds: How long a body may take to arrive.
    """
    return ASGI(receiver, body_seconds)


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The whole body; None if whoever asked is gone.

    Raises:
        MalformedEventError: It is too large; no more than that is read.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > largest:
            raise too_large(largest)
        if not message.get("more_body", False):
            return bytes(body)


async def _send(reply: Reply, send: Send) -> None:
    headers = {**reply.headers, "content-length": str(len(reply.body))}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    await send({"type": "http.response.body", "body": reply.body})
