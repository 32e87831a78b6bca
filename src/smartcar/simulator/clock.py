"""Virtual time: frozen, as fast as the world's, or many times faster.

It goes back only where a world does: when it is reset, or restored.

All of the simulator's time is read here: cars, tokens and codes age together.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

DAYBREAK: Final = datetime(2026, 6, 1, 6, 0, tzinfo=UTC).timestamp()
"""Where a frozen clock starts unless told: a Monday morning, with commuters still at home."""

LAST_DAY: Final = datetime(9999, 12, 1, tzinfo=UTC).timestamp()
"""No later: dates as HTTP writes them have four digits for the year."""

LONGEST_STEP: Final = 3653 * 86400.0
"""Seconds: what cars live through while somebody waits for them."""

FASTEST: Final = 1e6
"""Virtual seconds a second: a year in half a minute."""

_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_Course: TypeAlias = tuple[float, float, float]
"""What time it was, when that was on the machine's own clock, and how fast it goes on."""
_Wait: TypeAlias = tuple[float, int]
"""Until when, and in which world."""
_PART: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


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
        self._changed = threading.Condition()
        self._gives_way = gives_way
        self._course: _Course = (start, time.monotonic(), speed)
        self._backs = 0
        """How often it was put to another time, for another world."""
        self._waits = 0
        self._wakers: list[Callable[[], None]] = []
        self._heeders: list[Callable[[float | None], None]] = []

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
        return base + (time.monotonic() - since) * speed

    def _put(self, at: float, speed: float | None = None) -> None:
        self._course = at, time.monotonic(), self.speed if speed is None else speed
        self._changed.notify_all()
        for wake in self._wakers:
            wake()

    def advance(self, by: float | str | timedelta) -> float:
        """Put the clock forward by seconds, a timedelta, or text such as ``"3h"`` or ``"1d 2h"``.

        Returns:
            The new time.

        Raises:
            ValueError: It is no length of time, goes back, or is longer than ten years.
        """
        step = seconds(by)
        if step > LONGEST_STEP:
            msg = f"{by} is too far: a clock is put forward by ten years (3653d) at once at most"
            raise ValueError(msg)
        with self._changed:
            at = self.now() + step
            if at > LAST_DAY:
                msg = f"{by} is too far: the calendar ends with the year 9999"
                raise ValueError(msg)
            self._put(at)
        self._tell()
        return at

    def reach(self, at: float) -> None:
        """Put the clock forward to *at*, if it is not past it."""
        with self._changed:
            is_before = self.now() < at
            if is_before:
                self._put(at)
        if is_before:
            self._tell()

    def set(self, at: float) -> None:
        """Put the clock to *at*, also back: for a world that becomes as it had been.

        Whoever waits by it waits no longer: what they waited for was in the other world.
        """
        with self._changed:
            self._backs += 1
            self._put(at)

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
            self.reach(at)

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
        self._end(wait)

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
        self._end(wait)
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

    def _end(self, wait: _Wait) -> None:
        """A frozen clock is put forward by whoever waits."""
        with self._changed:
            is_early = not self.speed and self._left(wait) > 0
            if is_early:
                self._put(min(wait[0], LAST_DAY))
        if is_early:
            self._tell()


def _check_speed(speed: float) -> None:
    if not 0 <= speed <= FASTEST:
        msg = f"speed must be 0 (frozen) to {FASTEST:,.0f}, not {speed}"
        raise ValueError(msg)


def seconds(by: float | str | timedelta) -> float:
    """A length of time as seconds.

    Raises:
        ValueError: It is no length of time, or goes back.
    """
    if isinstance(by, timedelta):
        length = by.total_seconds()
    elif isinstance(by, str):
        length = _spoken(by)
    else:
        length = float(by)
    if not 0 <= length < float("inf"):
        msg = "time goes forward only"
        raise ValueError(msg)
    return length


def _spoken(text: str) -> float:
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            break
        total += float(part[1]) * _UNITS[part[2]]
        position = part.end()
    if position < len(text) or not text.strip():
        msg = f"{text!r} is no length of time: say it as 90s, 15min, 3h, 1d or 1d 2h"
        raise ValueError(msg)
    return total
