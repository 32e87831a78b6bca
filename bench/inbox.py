"""Events a second that are on the disk before they are answered, beside a bare group commit.

``make bench``, or ``python bench/inbox.py --quick``.  The bare one is what is left when everything
else is taken away: one thread, one table with a unique id, whatever waits in one transaction, the
same settings of SQLite.  A bare HMAC checks a signature and keeps nothing.  Contenders take turns
in each round, so that ratios hold where the machine is busy.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import queue
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from smartcar.webhooks import Receiver, VehicleState
from smartcar.webhooks.inbox import Handler, Inbox, Running
from smartcar.webhooks.journal import Envelope

SECRET: Final = "a management token"
WAITING: Final = (1, 16, 64, 256)
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
        "data": {
            "user": {"id": "u", "externalId": None},
            "vehicle": {"id": "v", "make": "TESLA", "model": "Model 3", "year": 2020},
            "signals": [_SIGNAL] * 8,
        },
        "triggers": [{"type": "FIRST_DELIVERY"}],
        "meta": {"version": "4.0", "deliveredAt": 1780300806000, "mode": "LIVE"},
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


class Silent(Inbox):
    """An inbox that hands out nothing: another process does."""

    def start(self, handler: Handler, *, concurrency: int = 1) -> Running:
        """Stop before there is an event."""
        running = super().start(handler, concurrency=concurrency)
        running.stop()
        return running


def answered(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """A receiver's: verified, read and kept, in a process that handles nothing."""
    with Silent(folder / "answered.db") as inbox:
        return _received(Receiver(SECRET, inbox=inbox), events, waiting)


def whole(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """The same, and parsed and handed out meanwhile in the same process."""
    receiver = Receiver(SECRET, inbox=folder / "whole.db")
    receiver.on(VehicleState)(_handle)
    try:
        return _received(receiver, events, waiting)
    finally:
        receiver.close()


async def _handle(event: VehicleState) -> None:
    """Look at what the event says."""
    if not event.signals:
        raise RuntimeError("an event without signals was handed out")


def _received(receiver: Receiver, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    signs = {event_id: _sign(content) for event_id, content in events}

    async def append(event_id: str, content: bytes) -> None:
        reply = await receiver.ahandle(content, {"sc-signature": signs[event_id]})
        if reply.status != 200:
            raise RuntimeError(f"a receiver answered {reply!r}")

    return rate(append, events, waiting)


def opened(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """A receiver's that keeps nothing: verified, and parsed to the last signal."""
    del folder, waiting
    receiver = Receiver(SECRET)
    signs = [_sign(content) for _, content in events]
    begun = time.perf_counter()
    for (_, content), sign in zip(events, signs, strict=True):
        receiver.open(content, {"sc-signature": sign})
    return len(events) / (time.perf_counter() - begun)


def _sign(content: bytes) -> str:
    return hmac.digest(SECRET.encode(), content, hashlib.sha256).hex()


def verified(folder: Path, events: Sequence[tuple[str, bytes]], waiting: int) -> float:
    """Of a bare hmac."""
    del folder, waiting
    begun = time.perf_counter()
    for _, content in events:
        hmac.compare_digest(_sign(content), "")
    return len(events) / (time.perf_counter() - begun)


CONTENDERS: Final = {
    "bare hmac": verified,
    "Receiver.open": opened,
    "bare group commit": bare,
    "Inbox.aappend": ours,
    "Receiver.ahandle": answered,
    "… and handling": whole,
}


def measured(rounds: int, size: int) -> Table:
    """Events a second, the median of interleaved rounds, and what part of the bare that is."""
    drawn = Table(
        title="Webhooks kept before the answer: thousands a second (of the bare)",
        caption="so many waiting at a time",
    )
    drawn.add_column("", no_wrap=True)
    for waiting in WAITING:
        drawn.add_column(str(waiting), justify="right", no_wrap=True)
    rates: dict[str, dict[int, list[float]]] = {
        label: {waiting: [] for waiting in WAITING} for label in CONTENDERS
    }
    for number in range(rounds):
        for waiting in WAITING:
            count = size if waiting > 1 else max(size // 20, 1)
            events = [(f"{number}-{n}", body(f"{number}-{n}")) for n in range(count)]
            for label, run in CONTENDERS.items():
                with tempfile.TemporaryDirectory() as folder:
                    rates[label][waiting].append(run(Path(folder), events, waiting))
    floor = rates["bare group commit"]
    for label, found in rates.items():
        cells = (_cell(found[waiting], floor[waiting]) for waiting in WAITING)
        drawn.add_row(label, *cells)
    return drawn


def _cell(found: Sequence[float], floor: Sequence[float]) -> str:
    """The usual rate, and the usual ratio to what the bare commit did in the same round."""
    ratio = statistics.median(mine / bare for mine, bare in zip(found, floor, strict=True))
    return f"{statistics.median(found) / 1000:.1f} ({ratio:.{0 if ratio >= 10 else 2}f})"


@dataclass(slots=True)
class _Asked(argparse.Namespace):
    rounds: int = 7
    calls: int = 4000
    quick: bool = False
    without_official: bool = False


def _asked() -> _Asked:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, help="how often each is measured: 7")
    parser.add_argument("--calls", type=int, help="events in each round: 4000")
    parser.add_argument("--quick", action="store_true", help="one short round: does it work?")
    # make bench hands on what bench/run.py is told, too.
    parser.add_argument("--without-official", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(namespace=_Asked())
    if asked.quick:
        asked.rounds, asked.calls = 1, 400
    return asked


def main() -> None:
    """Measure, and print."""
    asked, console = _asked(), Console()
    console.print(measured(asked.rounds, asked.calls))
    console.print(
        f"{asked.rounds} interleaved rounds of {asked.calls:,} events of 2 kB with 8 signals; "
        "medians of rates, and of the ratios of each round. A receiver checks the signature, reads "
        "what it has to know, and answers once the event is on the disk; to handle is to parse it "
        "whole, call a handler and keep that it returned.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
