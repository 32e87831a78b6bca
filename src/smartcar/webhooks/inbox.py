"""The inbox: events are kept before they are answered, and handed out until they are handled."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final, TypeVar

from smartcar.errors import InboxError
from smartcar.protocol.closing import Closing

from .gathering import Gathering, out_of_patience
from .journal import Entry, Envelope, Journal, State
from .sqlite import KEEP, SQLiteJournal
from .work import Backoff, GiveUp, Handler, TryAgain, Work

__all__ = ["Backoff", "GiveUp", "Handler", "Inbox", "Running", "TryAgain", "open_journal"]

PATIENCE_SECONDS: Final = 10.0
"""Smartcar waits 15 s for an answer; after 10 s without a disk there is still time for a 503.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""
CONCURRENCY: Final = 16
"""Events in hand at a time: what ends together is written to the disk together."""

_SCHEME: Final = "sqlite:///"
T = TypeVar("T")


class Running:
    """A handler that an inbox hands events to, in a thread of its own."""

    def __init__(self, work: Work, thread: threading.Thread) -> None:
        self._work = work
        self._thread = thread

    def stop(self) -> None:
        """Take no more events, and wait until what is in hand is done.

        Raises:
            RuntimeError: Its own handler says so, which cannot wait for its own end.
        """
        self.check()
        self._work.stop()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def check(self) -> None:
        """Raise the error of :meth:`stop`, if there is one; stop nothing."""
        if self._work.is_calling:
            told = "A handler cannot wait for its own end: close from another thread"
            raise RuntimeError(f"{told}, or call stop() of the inbox, which waits for nothing.")


class Inbox(Closing):
    """Keeps events, and hands each to a handler at least once.

    Safe to share between threads and tasks.  Every process that appends or handles has an `Inbox`
    of its own on the same file; any of them may only append, or only handle.

    Args:
        journal: ``sqlite:///events.db`` (with three slashes a relative path, with four an absolute
            one), a path, or a journal of your own.
        keep: How long events stay after they were handled, an hour at least; None is for ever.
            Those that wait and dead letters stay.  A journal of your own has its own mind.
        backoff: When an event is handed out again after a failure, and how often.
        patience_seconds: How long `append` waits for the disk.
        random: Where jitter comes from.
        now: Unix seconds.

    Raises:
        InboxError: The file cannot be opened.
        ValueError: The URL is none that is known, or *keep* is too short.
    """

    def __init__(
        self,
        journal: str | os.PathLike[str] | Journal,
        *,
        keep: timedelta | None = KEEP,
        backoff: Backoff | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
        random: Random | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        if isinstance(journal, (str, os.PathLike)):
            journal = open_journal(journal, keep=keep, now=now)
        self.journal: Final = journal
        """Where events are kept."""
        self._backoff = backoff or Backoff()
        self._patience = patience_seconds
        self._gathering = Gathering(journal, patience_seconds)
        self._random = random or Random()  # noqa: S311 -- jitter is no secret
        self._lock = threading.RLock()  # so that a signal's handler may call stop()
        self._works: set[Work] = set()
        self._started: list[Running] = []
        self._is_closed = False

    def append(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """Keep *envelopes*; which of them were there already.  All are durable when it returns.

        Raises:
            InboxError: They may not be kept: answer 503, and they will be delivered again.
        """
        return self._waited(self.journal.append(envelopes))

    async def aappend(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """As :meth:`append`, without blocking the event loop."""
        return await self._gathering.append(envelopes)

    def run(self, handler: Handler, *, concurrency: int = CONCURRENCY) -> None:
        """Hand events to *handler* until `stop` is called; this thread is used up for it.

        Args:
            handler: A function or an ``async`` one.  An event is handled when it returns, and is
                handed out again when it raises; ``GiveUp`` and ``TryAgain`` say more.
            concurrency: How many events are in hand at a time, in threads or tasks.
        """
        asyncio.run(self.arun(handler, concurrency=concurrency))

    async def arun(self, handler: Handler, *, concurrency: int = CONCURRENCY) -> None:
        """As :meth:`run`, on this event loop; a handler that is not ``async`` runs in threads.

        A task that is cancelled puts back what its ``async`` handlers have in hand, and waits for
        the others.
        """
        await self._done(self._work(handler, concurrency))

    def _work(self, handler: Handler, concurrency: int) -> Work:
        """Work that `stop` ends, even before it has begun."""
        if concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, not {concurrency!r}")
        work = Work(self.journal, handler, concurrency, self._backoff, self._random)
        with self._lock:
            if self._is_closed:
                raise InboxError(0, "The inbox was closed.")
            self._works.add(work)
        return work

    async def _done(self, work: Work) -> None:
        try:
            await work.run()
        finally:
            with self._lock:
                self._works.discard(work)

    def start(self, handler: Handler, *, concurrency: int = CONCURRENCY) -> Running:
        """As :meth:`run`, in a thread of its own; `close` ends it, or what is returned it alone."""
        work = self._work(handler, concurrency)
        thread = threading.Thread(
            target=lambda: asyncio.run(self._done(work)),
            name="smartcar-inbox-run",
            daemon=True,
        )
        running = Running(work, thread)
        thread.start()
        self._started.append(running)
        return running

    def stop(self) -> None:
        """Take no more events: each `run` returns when what it has in hand is done."""
        with self._lock:
            works = list(self._works)
        for each in works:
            each.stop()

    def entries(self, state: State | None = None, limit: int = 100) -> list[Entry]:
        """The latest *limit* events, in that state or in any, the newest first."""
        return self._waited(self.journal.entries(state, limit))

    def entry(self, event_id: str) -> Entry | None:
        """One event; None if there is none of that id."""
        return self._waited(self.journal.entry(event_id))

    def counts(self) -> dict[State, int]:
        """How many events are in each state."""
        return self._waited(self.journal.counts())

    def dead_letters(self, limit: int = 100) -> list[Entry]:
        """The latest events that are handed out no more, each with the reason."""
        return self.entries("dead", limit)

    def resend(self, event_ids: Sequence[str] | None = None) -> list[str]:
        """Hand out again what is dead, or what was handled: as new, and now.

        Args:
            event_ids: Which; None is all that are dead.

        Returns:
            The ids of those that will be; not of those that are waiting anyway.
        """
        return self._waited(self.journal.resend(event_ids))

    def close(self) -> None:
        """Stop, wait for what is in hand, and let go of the journal.

        Raises:
            RuntimeError: One of its handlers says so, which cannot wait for its own end.
        """
        for each in self._started:
            each.check()
        with self._lock:
            self._is_closed = True
        self.stop()
        for each in self._started:
            each.stop()
        self.journal.close()

    def __repr__(self) -> str:
        return f"<Inbox of {self.journal!r}>"

    def _waited(self, asked: Future[T]) -> T:
        try:
            return asked.result(self._patience)
        except concurrent.futures.TimeoutError:
            asked.cancel()
            raise out_of_patience(self._patience) from None


def open_journal(
    place: str | os.PathLike[str],
    *,
    keep: timedelta | None = KEEP,
    now: Callable[[], float] = time.time,
) -> Journal:
    """The journal at a URL or a path.

    Raises:
        InboxError: It cannot be opened.
        ValueError: The URL is none that is known, or *keep* is too short.
    """
    return SQLiteJournal(path_of(place), keep=keep, now=now)


def path_of(place: str | os.PathLike[str]) -> Path:
    """The file that a URL or a path names.

    Raises:
        ValueError: The URL is none that is known.
    """
    if not isinstance(place, str) or "://" not in place:
        return Path(place)
    if not place.startswith(_SCHEME) or place == _SCHEME:
        known = "sqlite:///events.db (here) or sqlite:////var/lib/app/events.db"
        raise ValueError(f"{place.partition('://')[0]}:// is no place of an inbox: say {known}")
    return Path(place.removeprefix(_SCHEME))
