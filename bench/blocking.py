"""Contenders that wait.

``python -m bench.blocking ours http://127.0.0.1:8000 1000``.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from pyreqwest.client import SyncClientBuilder

from smartcar import Smartcar

from .exchange import BODY, CODE, REPLY, TOKEN, USER, VALUE, VEHICLE, expect
from .measure import Cost, blocking
from .request import as_bytes, missing, our_request


def ours(origin: str, calls: int) -> Cost:
    """This project's client."""
    with Smartcar(access_token=TOKEN, origin=origin) as client:
        car = client.vehicle(VEHICLE, user_id=USER)

        def call() -> None:
            expect(car.signal(CODE).value, VALUE)

        return blocking(call, calls)


def pyreqwest(origin: str, calls: int) -> Cost:
    """The HTTP library below it, and nothing else: the body is read, not parsed."""
    request = our_request(origin)
    headers = dict(request.headers)
    builder = SyncClientBuilder().follow_redirects(False)
    builder = builder.gzip(False).brotli(False).zstd(False).deflate(False)
    with builder.build() as client:

        def call() -> None:
            response = client.get(request.url).headers(headers).build().send()
            expect(len(response.bytes()), len(BODY))

        return blocking(call, calls)


def raw(origin: str, calls: int) -> Cost:
    """A kept socket: the least that the operating system asks for."""
    request = as_bytes(our_request(origin))
    address = urlsplit(origin)
    with socket.create_connection((address.hostname or "", address.port or 80)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def call() -> None:
            connection.sendall(request)
            reply = connection.recv(65536)
            while missing(reply) > 0:
                reply += _more(connection)
            expect(len(reply), len(REPLY))

        return blocking(call, calls)


def _more(connection: socket.socket) -> bytes:
    read = connection.recv(65536)
    if not read:
        raise EOFError("the server hung up")
    return read


CONTENDERS: dict[str, Callable[[str, int], Cost]] = {
    "ours": ours,
    "pyreqwest": pyreqwest,
    "raw": raw,
}

if __name__ == "__main__":
    _, name, at, count = sys.argv
    CONTENDERS[name](at, int(count)).tell()
