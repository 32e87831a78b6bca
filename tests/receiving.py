"""A process that receives what nobody should believe, and says what it costs.

``python receiving.py FOLDER``: requests on stdin and answers on stdout, as MessagePack, each with
its length before it.  It runs alone so that its memory is that of receivers and nothing else.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import mmap
import struct
import sys
import tracemalloc
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from deliveries import TOKEN

from smartcar.webhooks import Event, Receiver
from smartcar.webhooks.adapters.asgi import asgi
from smartcar.webhooks.inbox import Inbox

LENGTH = struct.Struct("<I")
LARGEST_BODY = 100_000
CHUNK = 30_000
"""Bytes of a body that arrive together."""


class Request(msgspec.Struct):
    """What is sent, and whether it goes through a server's interface or straight to a receiver."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    is_served: bool = False


class Answer(msgspec.Struct):
    """What became of it."""

    status: int
    body: bytes
    told: int
    """Events that handlers were told of by then."""


class Weight(msgspec.Struct):
    """What the process holds."""

    resident: int
    """Bytes of memory."""
    traced: int
    """Bytes that lines of this package have allocated."""


def write(file: BinaryIO, message: object) -> None:
    """Send a message."""
    packed = msgspec.msgpack.encode(message)
    file.write(LENGTH.pack(len(packed)) + packed)
    file.flush()


def read(file: BinaryIO, kind: Any) -> Any:
    """The next message; None at the end."""
    length = file.read(LENGTH.size)
    if not length:
        return None
    return msgspec.msgpack.decode(file.read(*LENGTH.unpack(length)), type=kind)


class Desk:
    """Two receivers: one that handles before it answers, and one behind a server, with an inbox."""

    def __init__(self, folder: Path) -> None:
        self.inbox = Inbox(folder / "events.db")
        self.told: list[str] = []
        self._plain = self._receiver()
        self._served = asgi(self._receiver(inbox=self.inbox))

    def _receiver(self, **options: Any) -> Receiver:
        made = Receiver(TOKEN, largest_body=LARGEST_BODY, accept_tests=True, **options)

        @made.on(Event)
        def tell(event: Event) -> None:
            self.told.append(event.id)

        return made

    async def answer(self, request: Request) -> Answer:
        if request.is_served:
            status, body = await self._through_server(request)
        else:
            reply = self._plain.handle(request.body, request.headers)
            status, body = reply.status, reply.body
        return Answer(status, body, len(self.told))

    async def _through_server(self, request: Request) -> tuple[int, bytes]:
        parts = [request.body[n : n + CHUNK] for n in range(0, len(request.body), CHUNK)] or [b""]
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            said.append(message)

        scope = {"type": "http", "method": "POST", "headers": request.headers}
        await self._served(scope, receive, send)
        return said[0]["status"], said[1]["body"]


def weight() -> Weight:
    """What the process holds now."""
    gc.collect()
    snapshot = tracemalloc.take_snapshot()
    ours = snapshot.filter_traces([tracemalloc.Filter(True, "*/smartcar/*")])
    return Weight(_resident(), sum(each.size for each in ours.traces))


def _resident() -> int:
    told = Path("/proc/self/statm")  # of Linux alone
    return int(told.read_text().split()[1]) * mmap.PAGESIZE if told.exists() else 0


def main() -> None:
    logging.disable()  # each refusal is logged; to write that down is not what is measured
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    desk = Desk(Path(sys.argv[1]))
    tracemalloc.start()
    with asyncio.Runner() as runner:
        while (asked := read(source, Request | str)) is not None:
            if asked == "weight":
                write(sink, weight())
            elif asked == "kept":
                write(sink, sum(desk.inbox.counts().values()))
            elif asked == "handled":
                write(sink, desk.inbox.counts()["handled"])
            else:
                write(sink, runner.run(desk.answer(asked)))
    desk.inbox.close()


if __name__ == "__main__":
    main()
