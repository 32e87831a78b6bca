"""The simulator over HTTP: a bare ASGI application around ``Simulator.send``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from smartcar.protocol.wire import Reply, Request

from .control.answers import is_control
from .control.guard import controlled
from .dashboard import Dashboard, is_page
from .simulator import Simulator

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LARGEST_BODY: Final = 1024 * 1024
"""Bytes: no request of this API comes near."""


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

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        if is_page(scope["path"], scope["method"], _wanted(scope)):
            await dashboard(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return  # whoever asked is gone, and what they said is not whole
        if len(body) > LARGEST_BODY:
            reply = Reply(413, {"content-type": "text/plain"}, b"The body is too large.\n")
        elif scope["path"] == "/" and scope["method"] in {"GET", "HEAD"}:
            headers = {"content-type": "text/plain; charset=utf-8"}
            reply = Reply(200, headers, greeting.encode())
        else:
            request = _request(scope, body)
            if is_control(request.path):
                await _send(controlled(simulator, request, host), send, with_body=True)
                return
            is_head = request.method == "HEAD"
            reply = await simulator.asend(replace(request, method="GET") if is_head else request)
        await _send(reply, send, with_body=scope["method"] != "HEAD")

    return app


def _wanted(scope: Message) -> str:
    """The kind of answer that is wanted; a page that renews a part of itself does not say so."""
    headers = dict(scope["headers"])
    return "text/html" if b"hx-request" in headers else headers.get(b"accept", b"").decode("latin-1")


async def _live(receive: Receive, send: Send) -> None:
    """There is nothing to start; what must be closed is closed by whoever opened it."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or as much of it as is too much; None if it never came whole."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY or not message.get("more_body", False):
            return bytes(body)


def _request(scope: Message, body: bytes) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    return Request(
        scope["method"],
        raw_path.partition(b"?")[0].decode("latin-1"),
        dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers,
        body,
        origin=f"{scope['scheme']}://{headers.get('host', 'localhost')}",
    )


async def _send(reply: Reply, send: Send, *, with_body: bool) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()
    ]
    if reply.status != 204:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body if with_body else b""})
