"""The proxy that stands before the real service while it is recorded.

What programs ask goes to the host that serves it, and comes back as it is but for links, which lead
to the proxy again.  Browsers on their way to Connect are sent there: no owner's password comes by.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request as Incoming
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from smartcar.errors import RequestTimeoutError, TransportError
from smartcar.protocol.origins import Origins
from smartcar.protocol.wire import Reply, Request
from smartcar.transport import AsyncTransport

from .hosts import Bound, bound
from .passing import Passed
from .recorder import Recorder
from .replay import Replay, led_to

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
HERE: Final = ("127.0.0.1", "localhost", "[::1]")
"""Names under which this machine is asked: a page that has another name lead here is refused."""
LARGEST_BODY: Final = 1024 * 1024
"""Bytes: no request of this API comes near."""
PATIENCE: Final = 320.0
"""Seconds: more than any SDK waits, 310 at most, so that it is the program that gives up."""

_OF_CONNECTION: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive"),
        *("proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)
"""Headers of one connection, not of what is said: https://www.rfc-editor.org/rfc/rfc9110#name-connection"""

Tell = Callable[[str], None]


def recording_app(
    recorder: Recorder, upstream: Origins, origin: str, network: AsyncTransport, tell: Tell
) -> Starlette:
    """The proxy, for any ASGI server.

    Args:
        recorder: Keeps what is said.
        upstream: Where Smartcar's hosts are.
        origin: Where the proxy itself is.
        network: How they are reached; it is closed when the server ends.
        tell: Is told in a line of each exchange; no secret is in it.
    """
    proxy = _Proxy(recorder, upstream, origin, network, tell)

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncGenerator[None]:
        del app
        yield
        await network.aclose()

    return Starlette(routes=_everything(proxy.answer), middleware=_GUARD, lifespan=living)


def replaying_app(replay: Replay, origin: str, tell: Tell) -> Starlette:
    """A recording, for any ASGI server."""

    async def answer(incoming: Incoming) -> Response:
        request = await _request(incoming, "")
        if request is None:
            return _plain(413, "The body is too large.")
        reply = replay.answer(request, origin)
        tell(f"{reply.status} {incoming.method} {incoming.url.path}")
        return Passed(reply)

    return Starlette(routes=_everything(answer), middleware=_GUARD)


class _Proxy:
    def __init__(
        self,
        recorder: Recorder,
        upstream: Origins,
        origin: str,
        network: AsyncTransport,
        tell: Tell,
    ) -> None:
        self._recorder, self._upstream, self._origin = recorder, upstream, origin
        self._network, self._tell = network, tell

    async def answer(self, incoming: Incoming) -> Response:
        path = _raw_path(incoming)
        where = bound(incoming.method, path)
        if where is None:
            told = f"No host of Smartcar's serves {incoming.method} {path}: nothing was sent."
            return _plain(404, told)
        if where.host == "connect":
            return RedirectResponse(self._upstream.connect + _with_query(path, incoming), 302)
        request = await _request(incoming, self._upstream.of(where.host), where.path)
        if request is None:
            return _plain(413, "The body is too large: nothing was sent.")
        return await self._carried(where, request)

    async def _carried(self, where: Bound, request: Request) -> Response:
        began = self._recorder.begin()
        try:
            reply = await self._network.asend(request)
        except CancelledError:  # the recording ends: whoever asked is told, and nobody else
            self._tell(f"no reply yet from {self._upstream.of(where.host)}")
            return _plain(503, "The recording has ended before there was a reply.")
        except TransportError as error:
            self._tell(f"no reply from {self._upstream.of(where.host)}")
            status = 504 if isinstance(error, RequestTimeoutError) else 502
            told = f"No reply from {self._upstream.of(where.host)}: nothing is kept of it."
            return _plain(status, told)
        try:
            path = self._recorder.keep(began, where.host, request, reply)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the program must go on
            self._tell(f"{reply.status} not kept: {type(error).__name__}")
        else:
            self._tell(f"{reply.status} {path.name}")
        headers = {n: v for n, v in reply.headers.items() if n.lower() not in _OF_CONNECTION}
        if "location" in headers:
            moved = led_to(headers["location"].encode(), self._upstream, self._origin)
            headers["location"] = moved.decode()
        body = led_to(reply.body, self._upstream, self._origin)
        return Passed(Reply(reply.status, headers, body))


def _everything(answer: Callable[..., object]) -> list[Route]:
    return [Route("/{path:path}", answer, methods=list(METHODS))]


_GUARD: Final = [Middleware(TrustedHostMiddleware, allowed_hosts=list(HERE), www_redirect=False)]


async def _request(incoming: Incoming, origin: str, path: str | None = None) -> Request | None:
    """What came in, on its way to *origin*; None if it is too large."""
    body = bytearray()
    async for chunk in incoming.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    headers = {n: v for n, v in incoming.headers.items() if n not in _OF_CONNECTION}
    # The query as it is, in the path: its spelling is part of what is sent on.
    target = _with_query(_raw_path(incoming) if path is None else path, incoming)
    return Request(
        *(incoming.method, target),
        headers=headers,
        body=bytes(body),
        origin=origin,
        connect_timeout=10.0,
        timeout=PATIENCE,
    )


def _raw_path(incoming: Incoming) -> str:
    raw: bytes = incoming.scope.get("raw_path") or incoming.scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _with_query(path: str, incoming: Incoming) -> str:
    query: str = incoming.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _plain(status: int, told: str) -> Response:
    return PlainTextResponse(f"{told}\n", status)
