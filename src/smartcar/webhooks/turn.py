"""One process's turn at re-reading: that it alone reads, what it may ask, and how it waits.

A flow waits by the client's clock, and does no I/O but through what it yields.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Final, TypeVar

from smartcar.client import AsyncSmartcar, Smartcar
from smartcar.errors import ConnectError, RateLimitError
from smartcar.protocol.flow import Do, Flow, Sleep

from .gaps import Budget
from .rereads import LEASE_SECONDS, Reread, Rereads

ASK_SECONDS: Final = 40.0
"""How long a car may take to answer: less than the lease of whoever asks."""
FIRST_REST: Final = 60.0
"""Seconds that nobody is asked, after the application's bucket was found empty; then twice that."""
LONGEST_REST: Final = 900.0
"""Seconds."""
MOST_STRIKES: Final = 8
"""How often in a row no connection can be made, before that is said: after some four minutes."""
_NAP: Final = 2.0
"""Seconds: how soon it is seen that it shall stop."""

R = TypeVar("R")
_log: Final = logging.getLogger("smartcar.webhooks")


class Stopped(Exception):  # noqa: N818 -- it reads as what it is
    """It shall read no more."""


class MonthUsedUp(Exception):  # noqa: N818 -- as above
    """The budget has no read of this car left in this month."""


class Turn:
    """One reconciler's, whether it has it or not.

    Args:
        rereads: What is to be read.
        client: Who asks.
        budget: How much may be asked.
        now: Unix seconds: what is kept must mean something to other processes.
        waits: Is told of each wait: how many seconds, and why.
    """

    def __init__(
        self,
        rereads: Rereads,
        client: Smartcar | AsyncSmartcar,
        budget: Budget,
        now: Callable[[], float],
        waits: Callable[[float, str | None], None],
    ) -> None:
        self._rereads = rereads
        # A request is one of the budget's: it is repeated here, where they are counted.
        self.client: Final = client.with_options(retries=0, deadline=ASK_SECONDS)
        self._budget = budget
        self.now: Final = now
        self._waits = waits
        self._holder = uuid.uuid4().hex
        self._ends = threading.Event()
        self._renewed_at = 0.0
        self._is_ours = False
        self._strikes = self._refusals = 0

    @property
    def is_over(self) -> bool:
        """Shall it read no more?"""
        return self._ends.is_set()

    def take(self) -> bool:
        """Begin to read, unless another process does."""
        self._renewed_at = self.client.now()
        self._is_ours = self._rereads.hold(self._holder, self.now())
        return self._is_ours

    def next(self) -> Reread | None:
        """The car that is due first, maybe later than now; None if there is none.

        Raises:
            LeaseLost: Another process reads.
        """
        self._renewed_at = self.client.now()
        return self._rereads.next(self._holder, self.now())

    def end(self) -> None:
        """Read no more, soon."""
        self._ends.set()

    def give_back(self) -> None:
        """Let another process read."""
        self._is_ours = False
        self._rereads.release(self._holder)

    def asked(self, ask: Callable[[], Flow[R]], vehicle_id: str | None = None) -> Flow[R]:
        """What *ask* gives, once the budget has room for it, and somebody answers.

        Raises:
            MonthUsedUp: The budget has no read of this car left.
            LeaseLost: Another process reads.
            SmartcarError: What is wrong with this car, or with all.
            Stopped: It shall read no more.
        """
        while True:
            yield from self._room(vehicle_id)
            try:
                answer = yield from ask()
            except RateLimitError as error:
                if error.code == "VEHICLE":
                    raise
                yield from self._drained(error)
            except ConnectError as error:
                self._strikes += 1
                if self._strikes >= MOST_STRIKES:
                    self._strikes = 0
                    raise
                yield from self.rest(2.0**self._strikes, str(error))
            else:
                self._strikes = self._refusals = 0
                return answer

    def rest(self, seconds: float, told: str | None = None) -> Flow[None]:
        """Wait, and stay the one who reads.

        Raises:
            LeaseLost: Another process reads.
            Stopped: It shall read no more.
        """
        self._waits(seconds, told)
        until = self.client.now() + seconds
        while (left := until - self.client.now()) > 0:
            if self.is_over:
                raise Stopped
            if self._is_ours and self.client.now() - self._renewed_at > LEASE_SECONDS / 3:
                yield Do(self._renew)
            yield Sleep(min(left, _NAP))

    def _room(self, vehicle_id: str | None) -> Flow[None]:
        budget = self._budget
        while True:
            wait: float | None = yield Do(
                lambda: self._rereads.draw(budget, vehicle_id, self.now())
            )
            if wait is None:
                raise MonthUsedUp
            if not wait:
                return
            yield from self.rest(wait, "The budget is used up for the moment.")

    def _drained(self, error: RateLimitError) -> Flow[None]:
        """The application's bucket is empty: the program itself has used more than its share."""
        pause = min(LONGEST_REST, FIRST_REST * 2.0**self._refusals)
        pause = max(pause, error.retry_after or 0.0)
        self._refusals += 1
        yield Do(lambda: self._rereads.drain(self._budget, self.now() + pause))
        _log.info("Smartcar's limit is reached: nothing is read for %.0f s", pause)

    def _renew(self) -> None:
        self._renewed_at = self.client.now()
        self._rereads.renew(self._holder, self.now())
