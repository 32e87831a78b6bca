"""Events a second that are on the disk before they are answered, beside a bare group commit.

``python -m bench.inbox 20000``.  The bare one is what is left when everything is: one thread, one
table with a unique id, whatever waits in one transaction, the same settings of SQLite.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import queue
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from smartcar.webhooks import Receiver
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

SECRET: Final = "a management token"
ROUNDS: Final = 5
WAITING: Final = (1, 64, 256)
"""How many receivers wait at a time."""
_SIGNAL: Final = {
    "code": "tractionbattery-stateofcharge",
    "name": "StateOfCharge",
    "group": "TractionBattery",
    "body": {"value": 61, "unit": "percent"},
    "meta": {"oemUpdatedAt": 1780300800000, "retrievedAt": 1780300805000},
    "status": {"value": "SUCCESS"},
}

Append = Callable[[str, bytes], Awaitable[object]]


def body(event_id: str) -> bytes:
    """An event of about 2 kB."""
    event = {
        "eventId": event_id,
        "eventType": "VEHICLE_STATE",
        "data": {"user": {"id": "u"}, "vehicle": {"id": "v"}, "signals": [_SIGNAL] * 8},
        "meta": {"version": "4.0", "mode": "LIVE"},
    }
    return json.dumps(event, separators=(",", ":")).encode()


class Bare:
    """A group commit, and nothing else."""

    def __init__(self, path: Path) -> None:
        self._jobs: queue.SimpleQueue[tuple[str, bytes, Future[None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(path,))
        self._thread.start()

    def append(self, event_id: str, content: bytes) -> Future[None]:
        """Keep it."""
        done: Future[None] = Future()
        self._jobs.put((event_id, content, done))
        return done

    def close(self) -> None:
        """End the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self, path: Path) -> None:
        file = sqlite3.connect(path, isolation_level=None)
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.execute("CREATE TABLE e (n INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)")
        job = self._jobs.get()
        while job is not None:
            group = [job]
            while len(group) < 512 and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._jobs.put(None)
                    break
                group.append(following)
            file.execute("BEGIN IMMEDIATE")
            rows = [(event_id, content) for event_id, content, _ in group]
            file.executemany("INSERT OR IGNORE INTO e (id, body) VALUES (?, ?)", rows)
            file.execute("COMMIT")
            for *_, done in group:
                done.set_result(None)
            job = self._jobs.get()
        file.close()


def rate(append: Append, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """Events a second, with so many waiting at a time."""

    async def work() -> float:
        turns = iter(events)

        async def receive() -> None:
            for event_id, content in turns:
                await append(event_id, content)

        begun = time.perf_counter()
        await asyncio.gather(*(receive() for _ in range(waiting)))
        return len(events) / (time.perf_counter() - begun)

    return asyncio.run(work())


def bare(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """The bare group commit's."""
    kept = Bare(folder / "bare.db")
    try:
        return rate(lambda i, b: asyncio.wrap_future(kept.append(i, b)), events, waiting)
    finally:
        kept.close()


def ours(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """The inbox's."""
    with Inbox(folder / "ours.db") as inbox:
        return rate(lambda i, b: inbox.aappend([Envelope(i, 0.0, b)]), events, waiting)


def whole(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """A receiver's: verified, parsed, kept, and handed out meanwhile."""
    receiver = Receiver(SECRET, inbox=folder / "whole.db")

    async def append(_: str, content: bytes) -> None:
        sign = hmac.digest(SECRET.encode(), content, hashlib.sha256).hex()
        reply = await receiver.ahandle(content, {"sc-signature": sign})
        if reply.status != 200:
            raise RuntimeError(f"a receiver answered {reply!r}")

    try:
        return rate(append, events, waiting)
    finally:
        receiver.close()


def verified(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """Of a bare hmac."""
    del folder, waiting
    begun = time.perf_counter()
    for _, content in events:
        hmac.compare_digest(hmac.digest(SECRET.encode(), content, hashlib.sha256).hex(), "")
    return len(events) / (time.perf_counter() - begun)


CONTENDERS: Final = {
    "bare hmac, nothing kept": verified,
    "bare group commit": bare,
    "ours, Inbox.aappend": ours,
    "ours, Receiver.ahandle": whole,
}


def measured(size: int) -> Table:
    """Events a second, the median of interleaved rounds, and what part of the bare that is."""
    drawn = Table(title="Webhooks on the disk before the answer, events/s (of the bare commit)")
    drawn.add_column("")
    for waiting in WAITING:
        drawn.add_column(f"{waiting} waiting", justify="right", no_wrap=True)
    rates: dict[str, dict[int, list[float]]] = {
        label: {waiting: [] for waiting in WAITING} for label in CONTENDERS
    }
    for number in range(ROUNDS):
        for waiting in WAITING:
            count = size if waiting > 1 else max(size // 20, 1)
            events = [(f"{number}-{n}", body(f"{number}-{n}")) for n in range(count)]
            for label, run in CONTENDERS.items():
                with tempfile.TemporaryDirectory() as folder:
                    rates[label][waiting].append(run(Path(folder), events, waiting))
    floor = {waiting: statistics.median(rates["bare group commit"][waiting]) for waiting in WAITING}
    for label, found in rates.items():
        usual = {waiting: statistics.median(each) for waiting, each in found.items()}
        drawn.add_row(label, *(f"{usual[w]:,.0f} ({usual[w] / floor[w]:.2f})" for w in WAITING))
    return drawn


if __name__ == "__main__":
    Console().print(measured(int(sys.argv[1])))
