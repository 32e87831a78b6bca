"""How fast a battery fills, and when a schedule lets it.

Power falls off with the charge in straight lines, so energy is a straight line or an
exponential in time: exact forward (energy after so many seconds) and back (seconds until
so much energy). Nothing here knows of cars or commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import expm1, inf, log1p

import msgspec

from .places import Point, metres_between

# What the wall gives and the battery does not get, as heat in charger and cells: 10 % with
# the car's own rectifier, 5 % at a fast charger, whose meter sits behind its rectifier.
AC_EFFICIENCY = 0.90
DC_EFFICIENCY = 0.95
# Share of full power at a share of the charge; straight in between.
AC_KNOTS = ((0.0, 1.0), (0.9, 1.0), (1.0, 0.25))
DC_KNOTS = ((0.0, 1.0), (0.6, 1.0), (0.8, 0.4), (1.0, 0.1))
DC_LIMIT = 80.0  # percent: past it drivers unplug, and many chargers insist
HERE_M = 500.0  # a schedule is for a place: this near counts as there

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
DAY = 86_400.0


class Curve(msgspec.Struct, frozen=True):
    """The power a battery of *capacity* kWh takes, *peak* kW at most."""

    capacity: float
    peak: float
    knots: tuple[tuple[float, float], ...]

    def power(self, kwh: float) -> float:
        """Battery power in kW at a charge of *kwh*."""
        share = kwh / self.capacity
        for (low, a), (high, b) in zip(self.knots, self.knots[1:], strict=False):
            if share < high:
                return self.peak * (a + (b - a) * (share - low) / (high - low))
        return self.peak * self.knots[-1][1]

    def after(self, kwh: float, seconds: float) -> float:
        """Charge after *seconds* from a charge of *kwh*."""
        hours = seconds / 3600
        for (low, a), (high, b) in zip(self.knots, self.knots[1:], strict=False):
            top = high * self.capacity
            if kwh >= top:
                continue
            needed = self._hours(kwh, top, low, high, a, b)
            if hours < needed:
                return min(top, self._within(kwh, hours, low, high, a, b))
            hours -= needed
            kwh = top
        return kwh

    def seconds(self, kwh: float, target: float) -> float:
        """Seconds from a charge of *kwh* to *target*."""
        hours = 0.0
        for (low, a), (high, b) in zip(self.knots, self.knots[1:], strict=False):
            top = min(high * self.capacity, target)
            if kwh < top:
                hours += self._hours(kwh, top, low, high, a, b)
                kwh = top
        return hours * 3600

    def _fall(self, low: float, high: float, a: float, b: float) -> float:
        """By how many kW the power falls with each kWh."""
        return self.peak * (a - b) / ((high - low) * self.capacity)

    def _at(self, kwh: float, low: float, high: float, a: float, b: float) -> float:
        """Power at *kwh* on the line from (low, a) to (high, b)."""
        return self.peak * a - self._fall(low, high, a, b) * (kwh - low * self.capacity)

    def _hours(self, kwh: float, top: float, low: float, high: float, a: float, b: float) -> float:
        power, fall = self._at(kwh, low, high, a, b), self._fall(low, high, a, b)
        return -log1p(-(top - kwh) * fall / power) / fall if fall else (top - kwh) / power

    def _within(
        self, kwh: float, hours: float, low: float, high: float, a: float, b: float
    ) -> float:
        power, fall = self._at(kwh, low, high, a, b), self._fall(low, high, a, b)
        return kwh - power * expm1(-fall * hours) / fall if fall else kwh + power * hours


class Window(msgspec.Struct, frozen=True):
    """A time of day, in seconds after local midnight; past midnight when it ends before it starts."""

    day: int  # on which it starts, Monday is 0
    start: int
    stop: int

    @property
    def length(self) -> int:
        """Seconds it lasts; a window that stops when it starts lasts a day."""
        return (self.stop - self.start) % 86_400 or 86_400


class Schedule(msgspec.Struct, frozen=True):
    """When the car may charge at a place."""

    id: str
    kind: str  # DAILY, WEEKLY or WORKWEEK
    point: Point
    windows: tuple[Window, ...]

    def applies(self, point: Point) -> bool:
        """Whether *point* is at the schedule's place."""
        return metres_between(self.point, point) <= HERE_M


def schedule(arguments: Mapping[str, object]) -> Schedule:
    """The schedule that the arguments of a command describe.

    Raises:
        ValueError: Something is missing or not of the documented form.
    """
    location, kind = arguments.get("location"), str(arguments.get("scheduleType", "")).upper()
    if not isinstance(location, Mapping):
        raise ValueError("A charge schedule needs a location with latitude and longitude.")
    place = msgspec.convert(location, dict[str, float])
    windows: list[Window] = []
    if kind == "DAILY":
        windows = [_window(day, arguments) for day in range(7)]
    elif kind == "WEEKLY":
        days = msgspec.convert(arguments.get("days"), dict[str, dict[str, object] | None])
        chosen = {name.upper(): times for name, times in days.items() if times}
        windows = [_window(DAYS.index(name), times) for name, times in chosen.items()]
    elif kind == "WORKWEEK":
        for name, span in (("weekdays", range(5)), ("weekends", range(5, 7))):
            times = arguments.get(name)
            if isinstance(times, Mapping):
                known = msgspec.convert(times, dict[str, object])
                windows += [_window(day, known) for day in span]
    else:
        raise ValueError(f"A charge schedule is daily, weekly or workweek, not {kind!r}.")
    windows.sort(key=lambda window: (window.day, window.start))
    point = place["latitude"], place["longitude"]
    return Schedule(str(arguments.get("scheduleId")), kind, point, tuple(windows))


def _window(day: int, times: Mapping[str, object]) -> Window:
    return Window(day, _clock(times.get("startTime")), _clock(times.get("stopTime")))


def _clock(text: object) -> int:
    """Seconds after midnight of ``HH:MM`` or ``HH:MM:SS``."""
    parts = str(text).split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
        raise ValueError(f"A time of day is written HH:MM, not {text!r}.")
    hours, minutes, *seconds = map(int, parts)
    return (hours * 3600 + minutes * 60 + sum(seconds)) % 86_400


def allowance(windows: tuple[Window, ...], local: float) -> tuple[bool, float]:
    """Whether charging is allowed at *local* seconds, and how long that stays so.

    *local* counts local seconds from a Monday midnight. With no window it is never allowed.
    """
    week = 7 * DAY
    is_open, change = False, inf
    for window in windows:
        begins = window.day * DAY + window.start
        since = (local - begins) % week
        if since < window.length:
            is_open = True
            change = min(change, window.length - since)
        else:
            change = min(change, week - since)
    # An open window's end may be another's beginning: the caller simply asks again then.
    return is_open, change
