"""The simulator over HTTP: a bare ASGI application around ``Simulator.answer``.

It waits as long as a rule says, and breaks what a rule has break: properly where the server lets it
at the connection (``Server`` does), else as well as any ASGI application can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, Protocol, TypeAlias
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool

from smartcar.protocol.wire import Reply, Request

from .clock import VirtualClock
from .control.answers import is_control
from .control.guard import controlled, too_large
from .dashboard.site import Dashboard, is_page
from .outcome import Outcome
from .simulator import Simulator

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

EXTENSION: Final = "smartcar.connection"
"""Under which extension of its scope the application finds its ``Connection``, if it has one."""

LARGEST_BODY: Final = 1024 * 1024
"""Bytes: no request of this API comes near."""
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""Bytes: a whole world, as the controls import it."""
TRICKLES: Final = 50
"""Pieces, at most, in which a slow body comes."""
WITHOUT_BODY: Final = frozenset({204, 304})
"""What HTTP lets no body follow, nor say how long it is."""
ALIKE: Final = 1024
"""Requests, without their bodies, that are known when they come again."""
_BODILESS: Final = frozenset({"GET", "HEAD"})
"""Methods of requests that have a body only if they say so."""
_LENGTHS: Final = frozenset({"content-length", "transfer-encoding"})
"""Headers that say so."""
_Place: TypeAlias = Literal["api", "control", "greeting", "page", "too large"]
"""Who answers a request, or why nobody looks at it."""
_TOO_LARGE: Final = Reply(413, {"content-type": "text/plain"}, b"The body is too large.\n")
_ONE: Final = [(b"content-length", b"1")]
"""Headers of a reply that will have no body."""


def asgi(
    simulator: Simulator,
    greeting: str = "A simulated Smartcar.",
    host: str = "127.0.0.1",
    is_closing: Callable[[], bool] = lambda: False,
) -> Application:
    """Serve *simulator* to any ASGI server.

    Args:
        simulator: What answers.
        greeting: What is told at ``/`` to whoever wants no page.
        host: Where the server listens; controls and pages answer to this name, and to local ones.
        is_closing: Tells pages that listen for events when the server stops.
    """
    dashboard = Dashboard(simulator, host, is_closing)
    greeted = Reply(200, {"content-type": "text/plain; charset=utf-8"}, greeting.encode())

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _live(simulator, scope, receive, send)
            return
        request, place, has_body = _read(
            scope["method"],
            scope["scheme"],
            scope["path"],
            scope.get("raw_path"),
            scope["query_string"],
            *map(tuple, scope["headers"]),
        )
        if place == "page":
            await dashboard(scope, receive, send)
            return
        # No message is waited for that can only say that there is no body.
        if has_body:
            largest = LARGEST_DOCUMENT if place == "control" else LARGEST_BODY
            body = await _body(receive, largest)
            if body is None:
                return  # whoever asked is gone, and what they said is not whole
            place = "too large" if len(body) > largest and place != "control" else place
            request = replace(request, body=body)
        if place == "api":
            outcome = simulator.answer(request)
            simulator.tell_soon()
            if outcome.breakage is not None or outcome.duration:
                way = _Way(scope, receive, send, simulator.clock)
                await way.carry(outcome, with_body=scope["method"] != "HEAD")
                return
            reply = outcome.reply
        elif place == "control":
            reply = await _controlled(simulator, request, host)
        else:
            reply = _TOO_LARGE if place == "too large" else greeted
        await send(_start(reply))
        has_body = scope["method"] != "HEAD" and reply.status not in WITHOUT_BODY
        await send({"type": "http.response.body", "body": reply.body if has_body else b""})

    return app


async def _controlled(simulator: Simulator, request: Request, host: str) -> Reply:
    """What the controls answer: in a thread, since much may be looked through meanwhile."""
    if len(request.body) > LARGEST_DOCUMENT:
        return too_large(LARGEST_DOCUMENT)
    return await run_in_threadpool(controlled, simulator, request, host)


class Connection(Protocol):
    """What a server may give to the application, to be broken."""

    def reset(self) -> None:
        """Drop the connection, and all that was not sent yet."""
        ...

    def close(self) -> None:
        """End the connection, once what was written is sent."""
        ...

    async def leaving(self) -> None:
        """Wait until the server stops."""
        ...


class BrokenOnPurpose(ConnectionError):  # noqa: N818 -- it reads as what happened
    """A reply that a rule has break, under a server whose connections cannot be got at."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The way of one reply that is late, or does not arrive whole."""

    scope: Message
    receive: Receive
    send: Send
    clock: VirtualClock

    async def carry(self, outcome: Outcome, *, with_body: bool) -> None:
        """Bring the reply as far as it shall come."""
        await self._wait(outcome.delay)
        reply = outcome.reply
        body = reply.body if with_body and reply.status not in WITHOUT_BODY else b""
        match outcome.breakage:
            case "slow":
                await self.send(_start(reply, is_streamed=outcome.is_streamed))
                await self._trickle(body, outcome.spread)
            case "reset" if not outcome.is_streamed:
                await self._break(is_reset=True)
            case breakage:
                await self.send(_start(reply, is_streamed=outcome.is_streamed))
                if outcome.spread:
                    await self._wait(outcome.spread)
                await self._end(body, breakage)

    async def _end(self, body: bytes, breakage: Literal["reset", "truncate"] | None) -> None:
        """Bring the body of a reply that has begun, or what comes of it."""
        if breakage is None:
            await self.send({"type": "http.response.body", "body": body})
            return
        if breakage == "truncate":
            await self.send(_part(body[: len(body) // 2]))
        await self._break(is_reset=breakage == "reset", has_begun=True)

    async def _trickle(self, body: bytes, spread: float) -> None:
        parts = min(len(body), TRICKLES)
        for number in range(parts):
            await self._wait(spread / parts)
            begin, end = (len(body) * place // parts for place in (number, number + 1))
            await self.send(_part(body[begin:end]))
        await self.send({"type": "http.response.body"})

    async def _wait(self, seconds: float) -> None:
        """Wait for virtual seconds: at once where time stands still."""
        connection, waiting = self._connection, asyncio.ensure_future(self.clock.asleep(seconds))
        ends = {waiting}
        if connection is not None:
            ends.add(asyncio.ensure_future(connection.leaving()))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in ends:
                each.cancel()

    async def _break(self, *, is_reset: bool, has_begun: bool = False) -> None:
        connection = self._connection
        if connection is None:
            # Whatever the server makes of it, the reply has begun and does not end.
            if not has_begun:
                await self.send({"type": "http.response.start", "status": 200, "headers": _ONE})
            raise BrokenOnPurpose("A rule of the simulator broke this reply.")
        if is_reset:
            connection.reset()
        else:
            connection.close()
        while (await self.receive())["type"] != "http.disconnect":
            pass  # so that the server knows that nobody waits for the rest

    @property
    def _connection(self) -> Connection | None:
        extensions: dict[str, Any] = self.scope.get("extensions") or {}
        found: Connection | None = extensions.get(EXTENSION)
        return found


async def _live(simulator: Simulator, scope: Message, receive: Receive, send: Send) -> None:
    """Webhooks are told while it serves; the simulator is closed by whoever made it."""
    while scope["type"] == "lifespan":
        message = await receive()
        if message["type"] == "lifespan.startup":
            simulator.carry_on()
        else:
            await run_in_threadpool(simulator.carry_no_more)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The whole body, or as much of it as is too much; None if it never came whole."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > largest or not message.get("more_body", False):
            return bytes(body)


class _Come(NamedTuple):
    """A request without its body, and what follows from it whatever the body is."""

    request: Request
    place: _Place
    """Who answers it."""
    has_body: bool
    """Is a body to be waited for?"""


@lru_cache(maxsize=ALIKE)
def _read(
    method: str,
    scheme: str,
    path: str,
    raw_path: bytes | None,
    query: bytes,
    *said: tuple[bytes, bytes],
) -> _Come:
    """A request as it comes: a client says most of it over and over, byte for byte."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in said}
    request = Request(
        "GET" if method == "HEAD" else method,
        (raw_path or path.encode()).partition(b"?")[0].decode("latin-1"),
        dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else {},
        headers,
        origin=f"{scheme}://{headers.get('host', 'localhost')}",
    )
    has_body = method not in _BODILESS or not _LENGTHS.isdisjoint(headers)
    return _Come(request, _place(path, method, headers), has_body)


def _place(path: str, method: str, headers: Mapping[str, str]) -> _Place:
    # A page that renews a part of itself does not say what kind of answer it wants.
    wanted = "text/html" if "hx-request" in headers else headers.get("accept", "")
    if is_page(path, method, wanted):
        return "page"
    if is_control(path):
        return "control"
    return "greeting" if path == "/" and method in _BODILESS else "api"


def _start(reply: Reply, *, is_streamed: bool = False) -> Message:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in reply.headers.items()]
    if reply.status not in WITHOUT_BODY and not is_streamed:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    return {"type": "http.response.start", "status": reply.status, "headers": headers}


def _part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}
