"""A server on this machine that answers as a test says: late, never, in part, or with nonsense."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Respond = Callable[[socket.socket], None]


class Loopback:
    """Answers each connection's one request with *respond*, and remembers what it was sent.

    That is all there once it is left: somebody who lost patience may be gone before he is heard.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.is_over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.is_over.set()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()  # wakes the accept
        self._threads[0].join()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            self._begin(lambda connection=connection: self._serve(connection))
            if self.is_over.is_set():  # who has connected by then is heard, too
                self._listener.setblocking(False)

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            request = _read(connection)
            if request:
                self.requests.append(request)
                self._respond(connection)


def _read(connection: socket.socket) -> bytes:
    """One request, whole."""
    content = b""
    while b"\r\n\r\n" not in content:
        more = connection.recv(65536)
        if not more:
            return content
        content += more
    head, _, body = content.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """A reply as it is on the line, after which the connection closes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def say(content: bytes) -> Respond:
    """Answer *content* at once."""
    return lambda connection: connection.sendall(content)


def say_later(head: bytes, body: bytes, seconds: float = 0.1) -> Respond:
    """Send *head* at once and *body* a while later."""

    def respond(connection: socket.socket) -> None:
        connection.sendall(head)
        threading.Event().wait(seconds)
        connection.sendall(body)

    return respond


def hang(connection: socket.socket) -> None:
    """Never answer: wait until the client has gone."""
    connection.settimeout(10)
    with contextlib.suppress(OSError):
        connection.recv(1)


def hang_up(connection: socket.socket) -> None:
    """Close without an answer."""
    connection.shutdown(socket.SHUT_RDWR)
