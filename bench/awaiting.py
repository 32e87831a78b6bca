"""Contenders that await, many at once.

``python -m bench.awaiting ours http://127.0.0.1:8000 1000``.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import urlsplit

from pyreqwest.client import ClientBuilder

from smartcar import AsyncSmartcar

from .exchange import BODY, CODE, REPLY, TOKEN, USER, VALUE, VEHICLE, expect
from .measure import Cost, awaiting
from .request import as_bytes, missing, our_request

IN_FLIGHT: Final = 64


async def ours(origin: str, calls: int) -> Cost:
    """This project's client."""
    async with AsyncSmartcar(access_token=TOKEN, origin=origin) as client:
        car = client.vehicle(VEHICLE, user_id=USER)

        async def call() -> None:
            expect((await car.signal(CODE)).value, VALUE)

        return await awaiting([call] * IN_FLIGHT, calls)


async def pyreqwest(origin: str, calls: int) -> Cost:
    """The HTTP library below it, and nothing else: the body is read, not parsed."""
    request = our_request(origin)
    headers = dict(request.headers)
    builder = ClientBuilder().follow_redirects(False)
    builder = builder.gzip(False).brotli(False).zstd(False).deflate(False)
    async with builder.build() as client:

        async def call() -> None:
            response = await client.get(request.url).headers(headers).build().send()
            expect(len(await response.bytes()), len(BODY))

        return await awaiting([call] * IN_FLIGHT, calls)


async def raw(origin: str, calls: int) -> Cost:
    """Kept sockets on asyncio's loop: the least that asyncio asks for."""
    request = as_bytes(our_request(origin))
    with ExitStack() as kept:
        each = [_asking(kept.enter_context(_connected(origin)), request) for _ in range(IN_FLIGHT)]
        return await awaiting(each, calls)


def _connected(origin: str) -> socket.socket:
    address = urlsplit(origin)
    connection = socket.create_connection((address.hostname or "", address.port or 80))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    return connection


def _asking(connection: socket.socket, request: bytes) -> Callable[[], Awaitable[object]]:
    loop = asyncio.get_running_loop()

    async def call() -> None:
        await loop.sock_sendall(connection, request)
        reply = b""
        while missing(reply) > 0:
            read = await loop.sock_recv(connection, 65536)
            if not read:
                raise EOFError("the server hung up")
            reply += read
        expect(len(reply), len(REPLY))

    return call


CONTENDERS: dict[str, Callable[[str, int], Coroutine[Any, Any, Cost]]] = {
    "ours": ours,
    "pyreqwest": pyreqwest,
    "raw": raw,
}

if __name__ == "__main__":
    _, name, at, count = sys.argv
    asyncio.run(CONTENDERS[name](at, int(count))).tell()
    # pyreqwest 0.15 may abort an interpreter that ends just after an awaited request: skip its end.
    os._exit(0)
