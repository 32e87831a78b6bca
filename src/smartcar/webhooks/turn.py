"""One process's turn at re-reading: that it alone reads, what it may ask, and how it waits.

A flow waits by the client's clock, and does no I/O but through what it yields.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from smartcar.client import AsyncSmartcar, Smartcar
from smartcar.errors import ConnectError, RateLimitError, SmartcarError
from smartcar.protocol.flow import AtOnce, Do, Flow, Sleep

from .gaps import Budget
from .rereads import LEASE_SECONDS, SOON, Drawn, Reread, Rereads

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


@dataclass(frozen=True, slots=True)
class Answers(Generic[R]):
    """What came of asking several cars; those that are in none of it are to be asked anew."""

    given: Mapping[str, R]
    errors: Mapping[str, SmartcarError]
    used_up: Sequence[str]
    """The budget has no read of these left in this month."""


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
        self._abreast = budget.at_once

    @property
    def is_over(self) -> bool:
        """Shall it read no more?"""
        return self._ends.is_set()

    def take(self) -> bool:
        """Begin to read, unless another process does."""
        self._renewed_at = self.client.now()
        self._is_ours = self._rereads.hold(self._holder, self.now())
        return self._is_ours

    def next(self) -> list[Reread]:
        """Cars to be asked at once: those that are due first, maybe later; none if none is left.

        Raises:
            LeaseLost: Another process reads.
        """
        self._renewed_at = self.client.now()
        return self._rereads.next(self._holder, self._abreast, self.now())

    def end(self) -> None:
        """Read no more, soon."""
        self._ends.set()

    def give_back(self) -> None:
        """Let another process read."""
        self._is_ours = False
        self._rereads.release(self._holder)

    def asked(self, ask: Callable[[], Flow[R]]) -> Flow[R]:
        """What *ask* gives, once the budget has room for it, and somebody answers.

        Raises:
            LeaseLost: Another process reads.
            SmartcarError: What is wrong with it.
            Stopped: It shall read no more.
        """
        while True:
            yield from self._room([None])
            (outcome,) = yield AtOnce([ask()])
            if not (yield from self._is_put_off([None], [outcome])):
                if isinstance(outcome, Exception):
                    raise outcome
                answer: R = outcome
                return answer

    def each(self, vehicles: Sequence[str], ask: Callable[[str], Flow[R]]) -> Flow[Answers[R]]:
        """What *ask* gives for *vehicles*, or for as many as the budget has room for.

        Raises:
            ConnectError: Nobody answers, for minutes.
            LeaseLost: Another process reads.
            Stopped: It shall read no more.
        """
        drawn = yield from self._room(vehicles)
        granted = [each for each in drawn.granted if each is not None]
        if not granted:
            return Answers({}, {}, drawn.used_up)
        outcomes: list[R | Exception] = yield AtOnce([ask(each) for each in granted])
        given: dict[str, R] = {}
        errors: dict[str, SmartcarError] = {}
        for vehicle_id, outcome in zip(granted, outcomes, strict=True):
            if not isinstance(outcome, Exception):
                given[vehicle_id] = outcome
            elif not isinstance(outcome, SmartcarError):
                raise outcome
            elif not _is_of_nobody(outcome):
                errors[vehicle_id] = outcome
        yield from self._is_put_off(granted, outcomes)
        return Answers(given, errors, drawn.used_up)

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

    def _room(self, vehicles: Sequence[str | None]) -> Flow[Drawn]:
        """Wait until the budget has room for one of *vehicles* at least."""
        while True:
            drawn: Drawn = yield Do(lambda: self._rereads.draw(self._budget, vehicles, self.now()))
            if not drawn.wait:
                return drawn
            yield from self.rest(drawn.wait, "The budget is used up for the moment.")

    def _is_put_off(self, vehicles: Sequence[str | None], outcomes: Sequence[object]) -> Flow[bool]:
        """Was one of them refused, or reached nobody?  Then a pause was made, or was begun."""
        errors = [each for each in outcomes if isinstance(each, Exception) and _is_of_nobody(each)]
        if not errors:
            self._strikes = self._refusals = 0
            self._abreast = min(self._budget.at_once, self._abreast + 1)
            return False
        of_nobody = [car for car, each in zip(vehicles, outcomes, strict=True) if each in errors]
        yield Do(lambda: self._rereads.uncount(of_nobody, self.now()))
        self._abreast = max(1, self._abreast // 2)
        refused = [each for each in errors if isinstance(each, RateLimitError)]
        if refused:
            yield from self._drained(max(each.retry_after or 0.0 for each in refused))
        elif len(errors) == len(outcomes):
            yield from self._struck(errors[0])
        return True

    def _drained(self, at_least: float) -> Flow[None]:
        """The application's bucket is empty: the program itself may have used its share."""
        pause = min(SOON, max(at_least, min(LONGEST_REST, FIRST_REST * 2.0**self._refusals)))
        self._refusals += 1
        yield Do(lambda: self._rereads.drain(self._budget, self.now() + pause))
        _log.info("Smartcar's limit is reached: nothing is read for %.0f s", pause)

    def _struck(self, error: Exception) -> Flow[None]:
        """Nobody answers: wait, and ask but one until somebody does."""
        self._abreast = 1
        self._strikes += 1
        if self._strikes >= MOST_STRIKES:
            self._strikes = 0
            raise error
        yield from self.rest(2.0**self._strikes, str(error))

    def _renew(self) -> None:
        self._renewed_at = self.client.now()
        self._rereads.renew(self._holder, self.now())


def _is_of_nobody(error: Exception) -> bool:
    """Does it say nothing about the car that was asked?"""
    if isinstance(error, RateLimitError):
        return error.code != "VEHICLE"
    return isinstance(error, ConnectError)
