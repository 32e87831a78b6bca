"""A worker that is killed: keeps what it is told to, handles what it finds, and writes down both.

``python inbox_worker.py FOLDER``, with a line on stdin for each order.  Lines of the log are
written with one call each, so that a line that was begun is whole, whoever is killed.
"""

from __future__ import annotations

import contextlib
import os
import queue
import resource
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from inboxes import is_at_work

from smartcar import InboxError
from smartcar.webhooks.inbox import Backoff, Inbox
from smartcar.webhooks.journal import Batch, Envelope, Taken
from smartcar.webhooks.sqlite import SQLiteJournal

BODY = b'{"eventType":"VEHICLE_STATE"}' + b" " * 2000
LEASE_SECONDS = 4.0
ROOM = 1 << 16
"""Bytes that can still be written where nothing can: the log must go on, and is far smaller."""


class Log:
    """One file, which all workers append to."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    @property
    def size(self) -> int:
        return os.fstat(self._file).st_size

    def write(self, what: str, event_id: str) -> None:
        os.write(self._file, f"{what} {event_id}\n".encode())


class Witnessed:
    """A batch of which it is written down what is committed, once it is."""

    def __init__(self, batch: Batch, log: Log) -> None:
        self._batch = batch
        self._log = log
        self.taken, self.retry = batch.taken, batch.retry
        self.dead, self.renew = batch.dead, batch.renew

    def commit(self, *taken: Taken) -> Future[int]:
        done = self._batch.commit(*taken)
        done.add_done_callback(lambda done: self._write(taken, done))
        return done

    def _write(self, taken: Sequence[Taken], done: Future[int]) -> None:
        if done.exception() is None and done.result():
            for each in taken:
                self._log.write("success", each.envelope.event_id)


class WitnessedJournal(SQLiteJournal):
    """A journal that hands out such batches."""

    log: Log

    def take(self, most: int, wait: float = 0.0) -> Witnessed:  # type: ignore[override] # as a Batch
        return Witnessed(super().take(most, wait), self.log)


def fill(log: Log, *, is_full: bool) -> None:
    """Let this process write to no file beyond a few pages, or as far as it likes."""
    room = log.size + ROOM if is_full else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))


def say(line: str) -> None:
    """Tell whoever started this; whole lines only."""
    os.write(1, f"{line}\n".encode())


def keep(journal: WitnessedJournal, event_id: str) -> None:
    """Keep an event, and say so once it is durable."""

    def answer(done: Future[list[bool]]) -> None:
        error = done.exception()
        if isinstance(error, InboxError):
            say(f"refused {event_id}")
        elif error is None:
            say(f"{'repeat' if done.result()[0] else 'kept'} {event_id}")

    kept = journal.append([Envelope(event_id, time.time(), BODY)])
    kept.add_done_callback(answer)


class Handler:
    """Writes down what it handles; told to hold, it does not come back from the next."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._holds: queue.SimpleQueue[None] = queue.SimpleQueue()

    def hold(self) -> None:
        self._holds.put(None)

    def __call__(self, envelope: Envelope) -> None:
        self._log.write("handle", envelope.event_id)
        with contextlib.suppress(queue.Empty):
            self._holds.get_nowait()
            say(f"holding {envelope.event_id}")
            threading.Event().wait()


def main() -> None:
    folder = Path(sys.argv[1])
    log = Log(folder / "log")
    journal = WitnessedJournal(folder / "events.db", lease_seconds=LEASE_SECONDS)
    journal.log = log
    inbox = Inbox(journal, backoff=Backoff(first=0.01, tries=1000))
    handler = Handler(log)
    inbox.start(handler)
    for line in sys.stdin:
        order, _, event_id = line.strip().partition(" ")
        if order == "keep":
            keep(journal, event_id)
        elif order == "hold":
            handler.hold()
        elif order == "finish":
            while is_at_work(inbox):
                threading.Event().wait(0.02)
            say("finished")
        else:
            fill(log, is_full=order == "full")


if __name__ == "__main__":
    main()
