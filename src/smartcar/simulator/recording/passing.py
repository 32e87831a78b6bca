"""A reply as it came, on to whoever asked: whatever its status, and with each of its cookies."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from smartcar.protocol.wire import COOKIES, Reply
from smartcar.simulator.app import EXTENSION
from smartcar.simulator.connection import OpenConnection

_WRITTEN: Final = range(100, 600)
"""Statuses that uvicorn knows to write.  HTTP's are 100 to 999:
https://www.rfc-editor.org/rfc/rfc9110#name-status-codes"""


class Passed(Response):
    """*reply*; one without a body has no headers of one."""

    def __init__(self, reply: Reply) -> None:
        single = {name: text for name, text in reply.headers.items() if name != COOKIES}
        super().__init__(reply.body, reply.status, single)
        for each in reply.headers.get(COOKIES, "").splitlines():
            self.headers.append(COOKIES, each)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say it."""
        connection: OpenConnection | None = scope.get("extensions", {}).get(EXTENSION)
        if self.status_code in _WRITTEN or connection is None:
            await super().__call__(scope, receive, send)
            return
        lines = [b"HTTP/1.1 %d " % self.status_code, b"connection: close"]
        lines += [b"%s: %s" % each for each in self.raw_headers if b"\n" not in each[1]]
        body = b"" if scope["method"] == "HEAD" else bytes(self.body)
        connection.say(b"\r\n".join([*lines, b"", body]))
        connection.close()
        await connection.leaving()
