"""A receiver's signs of life, beside its inbox: what a gap is known by afterwards.

All processes that share an inbox share one sign: where it stops, nobody received.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from smartcar.errors import InboxError

from .gaps import Gap, moment
from .journal import Journal
from .ledger import Ledger, Missed

BEAT_SECONDS: Final = 5.0
"""How often a sign is given: an outage that counts lasts 175 seconds."""
FIRST_SECONDS: Final = 5.0
"""How long a start waits for the first sign: Smartcar waits 15 s for an answer."""
MOST_MISSED: Final = 10_000
"""Events that are remembered while nothing can be written."""

_log: Final = logging.getLogger("smartcar.webhooks")


class Vigil:
    """Gives signs of life from a thread of its own, and sees which events were lost.

    Args:
        journal: Where the inbox keeps events.
        now: Unix seconds.

    Raises:
        TypeError: It is no journal in a file.
    """

    def __init__(self, journal: Journal, now: Callable[[], float] = time.time) -> None:
        self._journal = journal
        self._ledger = Ledger(journal)
        self._now = now
        self._last: float | None = None
        """By a clock that only goes forward: when the last sign was given."""
        self._missed: dict[str, Missed] = {}
        self._overflowed_at: float | None = None
        self._lock = threading.Lock()
        self._is_begun = threading.Event()
        self._ends = threading.Event()
        # A daemon: a program's end need not wait for it.
        self._thread = threading.Thread(target=self._run, name="smartcar-life", daemon=True)

    def start(self) -> None:
        """Give the first sign, and others until it is stopped."""
        self._thread.start()
        self._is_begun.wait(FIRST_SECONDS)

    def stop(self) -> None:
        """Give the last sign: nobody receives from now on, unless another process does."""
        self._ends.set()
        self._thread.join(FIRST_SECONDS)

    def miss(self, event_id: str, vehicles: Sequence[str]) -> None:
        """An event could not be kept: unless it comes again, it is lost."""
        at = self._now()
        with self._lock:
            if len(self._missed) < MOST_MISSED:
                self._missed.setdefault(event_id, Missed(event_id, tuple(vehicles), at))
            elif self._overflowed_at is None:
                self._overflowed_at = at

    def _run(self) -> None:
        self._beat()
        self._is_begun.set()
        while not self._ends.wait(BEAT_SECONDS):
            self._beat()
        self._beat()

    def _beat(self) -> None:
        steady = _steady()
        try:
            gap = self._sign(steady)
            self._write_missed()
            self._look_at_missed()
        except InboxError as error:
            _log.debug("No sign of life can be kept: %s", error)
            return
        self._last = steady
        if gap is not None:
            _log.warning("Events may have been lost: %s.  A Reconciler makes up for it.", gap)

    def _sign(self, steady: float) -> Gap | None:
        if self._last is None:
            return self._ledger.beat(self._now(), "down")
        # Not by the clock on the wall, which may be put forward: it would be a gap that is none.
        was_here = steady - self._last < 3 * BEAT_SECONDS
        return self._ledger.beat(self._now(), None if was_here else "failed")

    def _write_missed(self) -> None:
        with self._lock:
            missed, since = list(self._missed.values()), self._overflowed_at
        if missed:
            self._ledger.miss(missed)
        if since is not None:
            gap = Gap(since=moment(since), until=moment(max(since, self._now())), reason="failed")
            self._ledger.add(gap)
        with self._lock:
            for each in missed:
                self._missed.pop(each.event_id, None)
            self._overflowed_at = None if self._overflowed_at == since else self._overflowed_at

    def _look_at_missed(self) -> None:
        """Which events that could not be kept have not come again?"""
        now = self._now()
        overdue = self._ledger.overdue(now)
        if not overdue:
            return
        lost = [each for each in overdue if self._journal.entry(each.event_id).result() is None]
        cars = tuple(sorted({car for each in lost for car in each.vehicles}))
        gap = None
        if cars:
            since = min(each.first_at for each in lost)
            gap = Gap(since=moment(since), until=moment(now), reason="failed", vehicles=cars)
            _log.warning("%d events were lost: %s of %d cars", len(lost), gap, len(cars))
        self._ledger.settle(overdue, gap)


def _steady() -> float:
    """Seconds that go on while the machine sleeps, where the system has such a clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
