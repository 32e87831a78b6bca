"""The way of a clock from one time to another, by way of all that is due in between.

Whoever walks it has nothing locked while an errand is run, so that what the errand brings about (a
webhook's receiver asks the simulator back) goes its usual way.  One walks at a time; others put the
clock forward, and whoever walks does what is due by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final, Protocol, TypeAlias, TypeVar

from .turn import Turn

_NAP: Final = 0.002
_R = TypeVar("_R")


class Errand(Protocol):
    """Something to be done while the clock stands at a stop, with nothing locked."""

    def run(self) -> None:
        """Do it, blocking."""
        ...

    async def arun(self) -> None:
        """Do it, awaiting."""
        ...

    def is_sent_aside(self) -> bool:
        """Have it done elsewhere while others go on; False: it is still to be done."""
        ...


class Stop(Protocol):
    """What has things to do at times of its own."""

    def due(self) -> float | None:
        """When there is something to do next, perhaps long since; None: never."""
        ...

    def begin(self, now: float) -> Errand | None:
        """Do the next thing that is due at *now*, or say what is to be done outside of all locks.

        Called again until ``due`` is later.
        """
        ...


class _Clock(Protocol):
    @property
    def backs(self) -> int: ...
    @property
    def speed(self) -> float: ...
    def now(self) -> float: ...
    def put_forward(self, at: float) -> None: ...


Steps: TypeAlias = Generator[Errand, None, _R]
"""Of putting a clock forward: whoever goes them runs each errand."""


class Way:
    """All that a clock stops for, and who walks."""

    def __init__(self, clock: _Clock) -> None:
        self._clock = clock
        self._stops: tuple[Stop, ...] = ()
        self.turn = Turn()

    def add(self, stop: Stop) -> Callable[[], None]:
        """Stop for *stop*; gives what ends that."""
        self._stops = (*self._stops, stop)

        def end() -> None:
            self._stops = tuple(each for each in self._stops if each is not stop)

        return end

    @property
    def next_at(self) -> float | None:
        """When something is to be done next; None: nothing is."""
        found = self._next()
        return None if found is None else found[0]

    @property
    def is_due(self) -> bool:
        """Is there something to be done now?"""
        at = self.next_at
        return at is not None and at <= self._clock.now()

    def to(self, wanted: Callable[[], float], *, waits: bool) -> Steps[float]:
        """To the time that is *wanted* when the turn is had, doing what is due until then."""
        if not self._stops or not self.turn.take(waits=waits):
            at = wanted()
            self._clock.put_forward(at)
            return at
        try:
            at = wanted()
            yield from self._by_stops(at)
        finally:
            self.turn.release()
        yield from self.due_now()  # others have put it forward meanwhile, without waiting
        return at

    def due_now(self, is_over: Callable[[], bool] = lambda: False) -> Steps[None]:
        """Do what is due by now, unless somebody does so already.

        Where time runs by itself nothing waits for the errands that can be done elsewhere.
        """
        while not is_over() and self.is_due and self.turn.take(waits=False):
            try:
                aside = self._clock.speed > 0
                yield from self._by_stops(self._clock.now(), is_over, aside=aside)
            finally:
                self.turn.release()

    def is_walked(self, patience: float) -> bool:
        """Is nothing due any more?  Waits for whoever does it, so many real seconds at most."""
        ends = time.monotonic() + patience
        while self.is_due:
            if self.turn.is_within or time.monotonic() > ends:
                return False
            time.sleep(_NAP)
            run(self, self.due_now())
        return True

    def _next(self) -> tuple[float, Stop] | None:
        found: tuple[float, Stop] | None = None
        for stop in self._stops:  # mostly one, with nothing to do
            at = stop.due()
            if at is not None and (found is None or at < found[0]):
                found = at, stop
        return found

    def _by_stops(
        self, until: float, is_over: Callable[[], bool] = lambda: False, *, aside: bool = False
    ) -> Steps[None]:
        world = self._clock.backs
        while not is_over() and (found := self._next()) is not None:
            at, stop = found
            if at > max(until, self._clock.now()):
                break
            self._clock.put_forward(at)
            errand = stop.begin(self._clock.now())
            if errand is not None and not (aside and errand.is_sent_aside()):
                yield errand
            if self._clock.backs != world:  # that was the way of another world
                return
        self._clock.put_forward(until)


def run(way: Way, steps: Steps[_R]) -> _R:
    """Go *steps*, blocking while an errand is run."""
    with closing(steps):
        while True:
            try:
                errand = next(steps)
            except StopIteration as arrived:
                result: _R = arrived.value
                return result
            with way.turn.within():
                errand.run()


async def arun(way: Way, steps: Steps[_R]) -> _R:
    """The same, letting others run meanwhile."""
    with closing(steps):
        while True:
            try:
                errand = next(steps)
            except StopIteration as arrived:
                result: _R = arrived.value
                return result
            with way.turn.within():
                await errand.arun()
