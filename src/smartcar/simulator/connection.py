"""One connection under uvicorn that lets the application at it, to break it on purpose."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from .app import EXTENSION, Application, Message, Receive, Send

if TYPE_CHECKING:  # one of the two that uvicorn chooses from; they begin and end alike
    from uvicorn.protocols.http.h11_impl import H11Protocol as HttpProtocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as HttpProtocol

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: drop what is not sent, and tell the other end by a reset."""


class BreakableProtocol(HttpProtocol):
    """HTTP as uvicorn speaks it, with a ``Connection`` for the application."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._connection = OpenConnection()
        self.app = _connected(self.app, self._connection)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin."""
        self._connection.transport = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and let no reply wait for somebody who is gone."""
        self._connection.is_leaving.set()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Stop, and let nobody wait for a reply that is late on purpose."""
        self._connection.is_leaving.set()
        super().shutdown()


class OpenConnection:
    """A connection that can be broken."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.is_leaving = asyncio.Event()

    def reset(self) -> None:
        """Drop the connection, and all that was not sent yet."""
        own = self.transport.get_extra_info("socket")
        if own is not None:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def say(self, content: bytes) -> None:
        """Write these very bytes: what is no HTTP that uvicorn would write."""
        self.transport.write(content)

    def close(self) -> None:
        """End the connection, once what was written is sent."""
        self.transport.close()

    async def leaving(self) -> None:
        """Wait until the client is gone or the server stops."""
        await self.is_leaving.wait()


def _connected(app: Any, connection: OpenConnection) -> Application:
    def connected(scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        scope.setdefault("extensions", {})[EXTENSION] = connection
        answering: Awaitable[None] = app(scope, receive, send)
        return answering

    return connected
