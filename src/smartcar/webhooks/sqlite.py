"""The journal in an SQLite file, for all processes of one machine."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from . import schema, table
from .journal import Entry, Envelope, State, Taken
from .writer import Writer

LEASE_SECONDS: Final = 30.0
"""How long events are their holder's: what a killed worker had in hand is handed out after it."""
LOOKS_EVERY: Final = 0.1
"""Seconds from one look to the next for what other processes have appended."""

KEEP: Final = timedelta(days=30)
"""How long an event is kept after it was handled."""
LEAST_KEPT: Final = timedelta(hours=1)
"""Smartcar delivers an event again for three minutes; an id that is forgotten is taken for new."""
TIDIES_EVERY: Final = 60.0
"""Seconds from one look for old events to the next."""
MOST_FORGOTTEN: Final = 200
"""Events that one transaction removes: others wait for it."""

T = TypeVar("T")
_log: Final = logging.getLogger("smartcar.webhooks")


class SQLiteJournal:
    """Keeps events in a file.  Safe to share between threads and processes, not machines.

    Args:
        path: The file, on a disk of this machine; made when it is not there, for its owner alone.
        lease_seconds: How long events are one holder's, unless it renews that.
        keep: How long events stay after they were handled, an hour at least; None is for ever.
            Others stay until they are.
        now: Unix seconds.

    Raises:
        InboxError: The file cannot be opened, or is of another program.
        ValueError: *lease_seconds* is none, or *keep* is too short.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        lease_seconds: float = LEASE_SECONDS,
        keep: timedelta | None = KEEP,
        now: Callable[[], float] = time.time,
    ) -> None:
        if keep is not None and keep < LEAST_KEPT:
            raise ValueError(
                f"keep must be an hour or longer, not {keep}: Smartcar delivers an event again, "
                "and one whose id is forgotten would be taken for new"
            )
        if not 0 < lease_seconds < float("inf"):
            raise ValueError(f"lease_seconds must be a number above 0, not {lease_seconds!r}")
        self.path: Final = Path(path)
        """The file; SQLite keeps two more beside it, ``-wal`` and ``-shm``."""
        self._lease_seconds = lease_seconds
        self._keep = keep
        self._tidies_at = 0.0
        self._is_closed = False
        self._now = now
        self._news = threading.Condition()
        self._arrivals = self._wakes = 0
        self._writer = Writer(
            str(self.path),
            partial(schema.opened, self.path),
            lambda file, envelopes: table.insert(file, envelopes, now()),
            partial(schema.stamp, str(self.path)),
        )
        self._finish = weakref.finalize(self, self._writer.close)
        try:
            self._read(lambda _: None).result()
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<SQLiteJournal {str(self.path)!r}>"

    @property
    def lease_seconds(self) -> float:
        """How long events are one holder's, unless it renews that."""
        return self._lease_seconds

    def append(self, envelopes: Sequence[Envelope]) -> Future[list[bool]]:
        """Keep them; which of them were there already.  It is done once all are on the disk."""
        kept = self._writer.append(envelopes)
        kept.add_done_callback(self._tell)
        return kept

    def take(self, most: int, wait: float = 0.0) -> _Batch:
        """Up to *most* events that are due; it blocks *wait* seconds at most until there is one."""
        until, wakes = time.monotonic() + wait, self._wakes
        while True:
            self._tidy()
            arrivals = self._arrivals
            batch = self._taken(most)
            left = until - time.monotonic()
            if batch.taken or left <= 0 or self._wakes != wakes:
                return batch
            with self._news:
                if (self._arrivals, self._wakes) == (arrivals, wakes):
                    self._news.wait(min(left, LOOKS_EVERY))

    def wake(self) -> None:
        """Let `take` return that waits in this process."""
        with self._news:
            self._wakes += 1
            self._news.notify_all()

    def entries(self, state: State | None = None, limit: int = 100) -> Future[list[Entry]]:
        """The latest *limit* events, in that state or in any, the newest first."""
        return self._read(lambda file: table.entries(file, state, limit, self._now()))

    def entry(self, event_id: str) -> Future[Entry | None]:
        """One event; None if there is none of that id."""
        return self._read(lambda file: table.entry(file, event_id, self._now()))

    def counts(self) -> Future[dict[State, int]]:
        """How many events are in each state."""
        return self._read(table.counts)

    def resend(self, event_ids: Sequence[str] | None = None) -> Future[list[str]]:
        """Hand out again what is dead, or was handled; None is all that are dead."""
        done = self._writer.submit(lambda file: table.resend(file, event_ids, self._now()))
        done.add_done_callback(self._tell)
        return done

    def perform(
        self, work: Callable[[sqlite3.Connection], T], *, changes: bool = True
    ) -> Future[T]:
        """What *work* gives, once what it has changed in the file is on the disk.

        For what is kept beside the events.  Without *changes* it only reads.
        """
        return self._writer.submit(work, changes=changes)

    def close(self) -> None:
        """Finish what was asked for, and let go of the file."""
        self._is_closed = True
        self.wake()
        self._finish()

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> Future[T]:
        return self._writer.submit(work, changes=False)

    def _taken(self, most: int) -> _Batch:
        if not self._read(lambda file: table.is_due(file, self._now())).result():
            return _Batch(self, "", ())
        holder = uuid.uuid4().hex
        taken = self._writer.submit(
            lambda file: table.take(file, most, holder, self._lease_seconds, self._now())
        )
        return _Batch(self, holder, taken.result())

    def _tidy(self) -> None:
        """Remove what was handled long ago, if nobody has looked for it lately."""
        if self._keep is None or self._is_closed:
            return
        now = self._now()
        if not self._tidies_at - TIDIES_EVERY <= now < self._tidies_at:  # or a clock was put back
            self._tidies_at = now + TIDIES_EVERY
            self._forget(now - self._keep.total_seconds())

    def _forget(self, before: float) -> None:
        def go_on(done: Future[bool]) -> None:
            error = done.exception()
            if error is not None:
                _log.warning("Events that were handled long ago are not removed: %s", error)
            elif done.result():
                self._forget(before)

        done = self._writer.submit(lambda file: table.forget(file, before, MOST_FORGOTTEN))
        done.add_done_callback(go_on)

    def _tell(self, _: Future[Any]) -> None:
        with self._news:
            self._arrivals += 1
            self._news.notify_all()
        self._tidy()


class _Batch:
    """Events that were handed out, under a name that nobody else has."""

    def __init__(self, journal: SQLiteJournal, holder: str, taken: tuple[Taken, ...]) -> None:
        self._journal = journal
        self._holder = holder
        self._left = {each.number: each for each in taken}

    @property
    def taken(self) -> tuple[Taken, ...]:
        """The events that are left."""
        return tuple(self._left.values())

    def commit(self, *taken: Taken) -> Future[int]:
        """They are handled: never hand them out again."""
        return self._settle(taken, state="handled")

    def retry(self, delay: float, *taken: Taken, reason: str | None = None) -> Future[int]:
        """Hand them out again in *delay* seconds."""
        return self._settle(taken, delay=delay, reason=reason)

    def dead(self, reason: str, *taken: Taken) -> Future[int]:
        """Hand them out no more, unless somebody asks for it."""
        return self._settle(taken, state="dead", reason=reason)

    def renew(self, *taken: Taken) -> Future[int]:
        """Begin their lease anew."""
        delay = self._journal.lease_seconds
        return self._settle(taken, delay=delay, is_held=True)

    def _settle(
        self,
        taken: tuple[Taken, ...],
        *,
        state: State = "waiting",
        delay: float = 0.0,
        reason: str | None = None,
        is_held: bool = False,
    ) -> Future[int]:
        numbers = [each.number for each in taken or self.taken]

        def settle(file: sqlite3.Connection) -> int:
            step = table.Step(state, delay, reason, is_held=is_held)
            return table.settle(file, numbers, self._holder, step, self._journal._now())

        settled = self._journal._writer.submit(settle)
        return settled if is_held else self._less(numbers, settled)

    def _less(self, numbers: list[int], settled: Future[int]) -> Future[int]:
        """As *settled*, done once the events are left no more."""
        done: Future[int] = Future()
        done.set_running_or_notify_cancel()

        def finish(settled: Future[int]) -> None:
            error = settled.exception()
            if error is not None:
                done.set_exception(error)
                return
            for number in numbers:
                self._left.pop(number, None)
            done.set_result(settled.result())

        settled.add_done_callback(finish)
        return done
