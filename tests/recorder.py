"""A server on this machine that answers every request alike, and remembers what it was sent."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self

COMPARED = ("authorization", "content-type", "sc-unit-system")
"""Headers that mean something to Smartcar."""


class Sent(NamedTuple):
    """A request as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


class Recorder:
    """Answers with *status*, *body* and *headers*; they may be changed at any time."""

    def __init__(self, body: bytes = b"{}", status: int = 200) -> None:
        self.body, self.status = body, status
        self.headers: dict[str, str] = {}
        self.requests: list[Sent] = []
        self.connections: set[Any] = set()
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # connections are kept

            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                kept = {n: self.headers[n] for n in COMPARED if n in self.headers}
                body = self.rfile.read(length).decode()
                recorder.connections.add(self.client_address)
                recorder.requests.append(Sent(self.command, self.path, kept, body))
                self.send_response(recorder.status)
                self.send_header("content-type", "application/json")
                for name, value in recorder.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(recorder.body)))
                self.end_headers()
                self.wfile.write(recorder.body)

            do_GET = do_POST = do_DELETE = do_PUT = answer  # noqa: N815 -- http.server's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def last(self) -> Sent:
        """The request that came last."""
        return self.requests[-1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
