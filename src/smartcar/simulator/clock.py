"""Virtual time: frozen, as fast as the world's, or many times faster.

It goes back only where a world does: when it is reset, or restored.

All of the simulator's time is read here: cars, tokens and codes age together.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from .lengths import seconds
from .way import Steps, Stop, Way, arun, run

DAYBREAK: Final = datetime(2026, 6, 1, 6, 0, tzinfo=UTC).timestamp()
"""Where a frozen clock starts unless told: a Monday morning, with commuters still at home."""

LAST_DAY: Final = datetime(9999, 12, 1, tzinfo=UTC).timestamp()
"""No later: dates as HTTP writes them have four digits for the year."""

LONGEST_STEP: Final = 3653 * 86400.0
"""Seconds: what cars live through while somebody waits for them."""

FASTEST: Final = 1e6
"""Virtual seconds a second: a year in half a minute."""

_UNKNOWN: Final = object()
_Course: TypeAlias = tuple[float, float, float]
"""What time it was, when that was on the machine's own clock, and how fast it goes on."""
_Wait: TypeAlias = tuple[float, int]
"""Until when, and in which world."""


class VirtualClock:
    """A clock that can be frozen, hurried and put forward; whoever waits by it follows it.

    Args:
        start: Unix seconds it begins at; a frozen one begins on a fixed morning, a running one now.
        speed: 0 is frozen (waiting puts it forward at once), 1 is real, 60 a minute a second.
        gives_way: The speed is only the usual one: a world that is taken up from a file goes on at
            its own, if it has one.
    """

    def __init__(
        self, start: float | None = None, speed: float = 0.0, *, gives_way: bool = False
    ) -> None:
        _check_speed(speed)
        if start is None:
            start = time.time() if speed else DAYBREAK
        if not 0 <= start <= LAST_DAY:
            raise ValueError(f"a clock starts between 1970-01-01 and 9999-12-01, not at {start!r}")
        self._changed = threading.Condition()
        self._gives_way = gives_way
        self._course: _Course = (start, time.monotonic(), speed)
        self._backs = 0
        self._waits = 0
        self._wakers: list[Callable[[], None]] = []
        self._heeders: list[Callable[[float | None], None]] = []
        self._way = Way(self)
        self._nudges = 0
        self._awaited: float | object | None = _UNKNOWN

    @property
    def speed(self) -> float:
        """Virtual seconds a real second; 0 when frozen."""
        return self._course[2]

    @speed.setter
    def speed(self, speed: float) -> None:
        _check_speed(speed)
        with self._changed:
            self._put(self.now(), speed)
        self._tell(speed)

    def now(self) -> float:
        """Unix seconds of virtual time."""
        base, since, speed = self._course  # at once, so that nobody need wait for the lock
        return min(base + (time.monotonic() - since) * speed, LAST_DAY)

    def _put(self, at: float, speed: float | None = None) -> None:
        self._course = at, time.monotonic(), self.speed if speed is None else speed
        self._changed.notify_all()
        for wake in self._wakers:
            wake()

    def advance(self, by: float | str | timedelta) -> float:
        """Put the clock forward by seconds, a timedelta, or text such as ``"3h"`` or ``"1d 2h"``.

        What is due on the way is done at its own time, in order, before this returns: webhooks are
        told.  Said within that, by a webhook's receiver, it only puts the clock forward: what is
        due by then is done once the receiver has answered.

        Returns:
            The new time.

        Raises:
            ValueError: It is no length of time, goes back, or is longer than ten years.
        """
        return run(self._way, self._way.to(self._later(by), waits=True))

    async def aadvance(self, by: float | str | timedelta) -> float:
        """As ``advance``, letting others run: receivers that await do so in this event loop."""
        later = self._later(by)
        await self._way.turn.awaited()
        return await arun(self._way, self._way.to(later, waits=False))

    def reach(self, at: float) -> None:
        """Put the clock forward to *at*, if it is not past it; what is due is done as above."""
        run(self._way, self._way.to(lambda: at, waits=True))

    @property
    def backs(self) -> int:
        """How often it was put to another time, for another world."""
        return self._backs

    def set(self, at: float) -> None:
        """Put the clock to *at*, also back: for a world that becomes as it had been.

        Whoever waits by it waits no longer: what they waited for was in the other world.
        """
        with self._changed:
            self._backs += 1
            self._put(at)

    def put_forward(self, at: float) -> None:
        """Put it to *at* if it is not past it, and do nothing of what is due."""
        with self._changed:
            is_before = self.now() < at
            if is_before:
                self._put(at)
        if is_before:
            self._tell()

    def take_up(self, at: float, speed: float | None, *, is_adrift: bool) -> None:
        """Go on in a world where it was *at*, at the world's own *speed* if the clock gives way.

        A frozen world goes on where it stood, one that is *adrift* (it was put back) too; any other
        is as late as this clock, if that is later.
        """
        if speed is not None and self._gives_way:
            _check_speed(speed)
            self._course = (*self._course[:2], speed)
            is_adrift = is_adrift or not speed
        if is_adrift:
            self.set(at)
        else:
            self.put_forward(at)

    def heed(self, heeder: Callable[[float | None], None]) -> Callable[[], None]:
        """Have *heeder* called with a new speed, or with None when the clock was put forward.

        Returns:
            What ends that.
        """
        self._heeders.append(heeder)
        return lambda: self._heeders.remove(heeder) if heeder in self._heeders else None

    def _tell(self, speed: float | None = None) -> None:
        for heeder in tuple(self._heeders):
            heeder(speed)

    @property
    def is_waited_for(self) -> bool:
        """Does anybody wait by it just now?"""
        return self._waits > 0

    # --- what is due -----------------------------------------------------------------------------

    def stop_for(self, stop: Stop) -> Callable[[], None]:
        """Stop at every time at which *stop* has something to do.

        Returns:
            What ends that.
        """
        return self._way.add(stop)

    @property
    def next_stop(self) -> float | None:
        """When something is to be done next; None: nothing is."""
        return self._way.next_at

    @property
    def is_due(self) -> bool:
        """Is there something to be done now?"""
        return self._way.is_due

    def settle(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Do what is due by now, unless somebody does so already, or until *is_over* says so."""
        if self._way.is_due:
            run(self._way, self._way.due_now(is_over))

    def settled(self, patience: float) -> bool:
        """Wait for whoever does what is due, real seconds at most; gives whether all is done."""
        return self._way.is_walked(patience)

    async def asettle(self) -> None:
        """As ``settle``, letting others run."""
        if self._way.is_due:
            await arun(self._way, self._way.due_now())

    def quietly(self) -> AbstractContextManager[None]:
        """Here the clock is put forward without anything being done: ``settle`` does so later."""
        return self._way.turn.within()

    def nudge(self) -> None:
        """Let whoever waits for something to be due look again, if that is due at another time."""
        if self._awaited is _UNKNOWN or self._awaited != self.next_stop:
            with self._changed:
                self._nudges += 1
                self._changed.notify_all()

    def wait_for_stop(self, is_over: Callable[[], bool]) -> None:
        """Wait until something is due, or until *is_over* says so: ``wake`` has it asked again."""
        while not is_over():
            self._awaited, seen = _UNKNOWN, self._nudges
            self._awaited = due = self.next_stop
            with self._changed:
                now = self.now()
                if due is not None and due <= now:
                    return
                if seen == self._nudges:
                    left = None if due is None or not self.speed else (due - now) / self.speed
                    self._changed.wait(None if left is None else min(left, threading.TIMEOUT_MAX))

    def wake(self) -> None:
        """Let whoever waits for something to be due ask whether it is over."""
        with self._changed:
            self._nudges += 1
            self._changed.notify_all()

    def _later(self, by: float | str | timedelta) -> Callable[[], float]:
        """What says, when it is asked, how late it is so much later."""
        step = seconds(by)
        if step > LONGEST_STEP:
            msg = f"{by} is too far: a clock is put forward by ten years (3653d) at once at most"
            raise ValueError(msg)

        def later() -> float:
            at = self.now() + step
            if at > LAST_DAY:
                msg = f"{by} is too far: the calendar ends with the year 9999"
                raise ValueError(msg)
            return at

        return later

    # --- waiting ---------------------------------------------------------------------------------

    def sleep(self, seconds: float) -> None:
        """Wait for virtual seconds: less if the clock is put forward, at once when it is frozen."""
        with self._changed:
            wait = self._begin(seconds)
            try:
                while self.speed and (left := self._left(wait)) > 0:
                    self._changed.wait(min(left / self.speed, threading.TIMEOUT_MAX))
            finally:
                self._waits -= 1
        run(self._way, self._end(wait))

    async def asleep(self, seconds: float) -> None:
        """As ``sleep``, letting others run."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # a loop that was closed waits for nothing
                loop.call_soon_threadsafe(changed.set)

        with self._changed:
            wait = self._begin(seconds)
            self._wakers.append(wake)
        try:
            while (left := self._real_left(wait)) > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), left)
                changed.clear()
        finally:
            with self._changed:
                self._wakers.remove(wake)
                self._waits -= 1
        await arun(self._way, self._end(wait))
        await asyncio.sleep(0)

    def _begin(self, seconds: float) -> _Wait:
        self._waits += 1
        return self.now() + seconds, self._backs

    def _left(self, wait: _Wait) -> float:
        until, backs = wait
        return until - self.now() if backs == self._backs else 0.0

    def _real_left(self, wait: _Wait) -> float:
        """Real seconds; none where time stands still."""
        with self._changed:
            return self._left(wait) / self.speed if self.speed else 0.0

    def _end(self, wait: _Wait) -> Steps[None]:
        """A frozen clock is put forward by whoever waits."""
        with self._changed:
            is_early = not self.speed and self._left(wait) > 0
        if is_early:
            yield from self._way.to(lambda: min(wait[0], LAST_DAY), waits=False)


def _check_speed(speed: float) -> None:
    if not 0 <= speed <= FASTEST:
        msg = f"speed must be 0 (frozen) to {FASTEST:,.0f}, not {speed}"
        raise ValueError(msg)
