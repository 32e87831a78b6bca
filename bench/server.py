"""The other end: it gives one canned reply, as cheaply as asyncio can.

``python -m bench.server`` prints its port and serves until its standard input ends, so that it
never outlives whoever started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys

from .exchange import PATH, REPLY

_ASKED = f"GET {PATH} HTTP/1.1\r\n".encode()
_LOST = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


class Answer(asyncio.Protocol):
    """One kept connection.  A GET has no body: it ends where its headers end."""

    def __init__(self) -> None:
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep *transport* to write to."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that *data* completes."""
        *requests, self._unread = (self._unread + data).split(b"\r\n\r\n")
        for request in requests:
            self._transport.write(REPLY if request.startswith(_ASKED) else _LOST)


async def serve() -> None:
    """Serve on loopback, on whichever port is free."""
    server = await asyncio.get_running_loop().create_server(Answer, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
