"""Virtual time: frozen, as fast as the world's, or many times faster.

It goes back only where a world does: when it is reset, or restored.

All of the simulator's time is read here: cars, tokens and codes age together.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Final

DAYBREAK: Final = datetime(2026, 6, 1, 6, 0, tzinfo=UTC).timestamp()
"""Where a frozen clock starts unless told: a Monday morning, with commuters still at home."""

LAST_DAY: Final = datetime(9999, 12, 1, tzinfo=UTC).timestamp()
"""No later: dates as HTTP writes them have four digits for the year."""

FASTEST: Final = 1e6
"""Virtual seconds a second: a year in half a minute."""

_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


class VirtualClock:
    """A clock that can be frozen, hurried and put forward.

    Args:
        start: Unix seconds it begins at; a frozen one begins on a fixed morning, a running one now.
        speed: 0 is frozen (waiting puts it forward at once), 1 is real, 60 a minute a second.
    """

    def __init__(self, start: float | None = None, speed: float = 0.0) -> None:
        _check_speed(speed)
        if start is None:
            start = time.time() if speed else DAYBREAK
        self._lock = threading.Lock()
        self._speed = speed
        self._base, self._since = start, time.monotonic()

    @property
    def speed(self) -> float:
        """Virtual seconds a real second; 0 when frozen."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        _check_speed(speed)
        with self._lock:
            self._base, self._since = self._read(), time.monotonic()
            self._speed = speed

    def now(self) -> float:
        """Unix seconds of virtual time."""
        with self._lock:
            return self._read()

    def _read(self) -> float:
        return self._base + (time.monotonic() - self._since) * self._speed

    def advance(self, by: float | str | timedelta) -> float:
        """Put the clock forward by seconds, a timedelta, or text such as ``"3h"`` or ``"1d 2h"``.

        Returns:
            The new time.
        """
        step = seconds(by)
        with self._lock:
            at = self._read() + step
            if at > LAST_DAY:
                msg = f"{by} is too far: the calendar ends with the year 9999"
                raise ValueError(msg)
            self._base, self._since = at, time.monotonic()
            return at

    def reach(self, at: float) -> None:
        """Put the clock forward to *at*, if it is not past it."""
        with self._lock:
            if self._read() < at:
                self._base, self._since = at, time.monotonic()

    def set(self, at: float) -> None:
        """Put the clock to *at*, also back: for a world that becomes as it had been."""
        with self._lock:
            self._base, self._since = at, time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for virtual seconds: at once when frozen."""
        if self._speed:
            time.sleep(seconds / self._speed)
        else:
            self.advance(seconds)

    async def asleep(self, seconds: float) -> None:
        """As ``sleep``, letting others run."""
        if self._speed:
            await asyncio.sleep(seconds / self._speed)
        else:
            self.advance(seconds)
            await asyncio.sleep(0)


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
