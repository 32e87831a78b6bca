"""How fast a battery fills, and when a schedule lets it.

Power falls off with the charge in straight lines, so energy is a straight line or an
exponential in time: exact forward (energy after so many seconds) and back (seconds until
so much energy). Nothing here knows of cars or commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import expm1, inf, log1p

import msgspec

from smartcar.protocol.shapes import convert

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


class Line(msgspec.Struct, frozen=True):
    """A piece of a curve where power changes evenly with the charge."""

    low: float  # kWh
    high: float
    kw: float  # power at the low end
    fall: float  # by how many kW it falls with each kWh

    def power(self, kwh: float) -> float:
        """Battery power in kW at a charge of *kwh*."""
        return self.kw - self.fall * (kwh - self.low)

    def hours(self, kwh: float, target: float) -> float:
        """Hours from a charge of *kwh* to *target*, both on this piece."""
        power = self.power(kwh)
        missing = target - kwh
        return -log1p(-missing * self.fall / power) / self.fall if self.fall else missing / power

    def after(self, kwh: float, hours: float) -> float:
        """Charge *hours* after a charge of *kwh*."""
        power = self.power(kwh)
        gained = -power * expm1(-self.fall * hours) / self.fall if self.fall else power * hours
        return min(self.high, kwh + gained)


class Curve(msgspec.Struct, frozen=True):
    """The power a battery of *capacity* kWh takes, from empty to full."""

    capacity: float
    lines: tuple[Line, ...]

    def power(self, kwh: float) -> float:
        """Battery power in kW at a charge of *kwh*."""
        line = next((line for line in self.lines if kwh < line.high), self.lines[-1])
        return line.power(min(kwh, line.high))

    def after(self, kwh: float, seconds: float) -> float:
        """Charge *seconds* after a charge of *kwh*."""
        hours = seconds / 3600
        for line in self.lines:
            if kwh < line.high:
                needed = line.hours(kwh, line.high)
                if hours < needed:
                    return line.after(kwh, hours)
                hours, kwh = hours - needed, line.high
        return kwh

    def seconds(self, kwh: float, target: float) -> float:
        """Seconds from a charge of *kwh* to *target*."""
        hours = 0.0
        for line in self.lines:
            top = min(line.high, target)
            if kwh < top:
                hours += line.hours(kwh, top)
                kwh = top
        return hours * 3600


def curve(capacity: float, kw: float, knots: tuple[tuple[float, float], ...]) -> Curve:
    """A curve of *kw* at most through *knots*: shares of charge and of power."""
    lines: list[Line] = []
    for (low, a), (high, b) in pairwise(knots):
        width = (high - low) * capacity
        lines.append(Line(low * capacity, high * capacity, kw * a, kw * (a - b) / width))
    return Curve(capacity, tuple(lines))


class Window(msgspec.Struct, frozen=True):
    """From a time of day to another, in seconds after midnight; the stop may be next day's."""

    day: int  # on which it starts, Monday is 0
    start: int
    stop: int

    @property
    def length(self) -> int:
        """Seconds it lasts; a window that stops when it starts lasts a day."""
        return (self.stop - self.start) % 86_400 or 86_400


class Schedule(msgspec.Struct, frozen=True):
    """When, and how far, the car may charge at a place."""

    id: str
    kind: str | None  # DAILY, WEEKLY or WORKWEEK; None: it was not made through v3
    point: Point | None  # None: everywhere
    windows: tuple[Window, ...]
    limit: float | None = None  # percent, where the place has a limit of its own

    def applies(self, point: Point) -> bool:
        """Whether *point* is at the schedule's place."""
        return self.point is None or metres_between(self.point, point) <= HERE_M


class Timer(msgspec.Struct, frozen=True):
    """A time of day, in seconds after midnight, that is kept also while it is off."""

    seconds: int
    is_on: bool


class _Location(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float


def schedule(arguments: Mapping[str, object]) -> Schedule:
    """The schedule that the arguments of a command describe.

    Raises:
        ValueError: Something is missing or not of the documented form.
    """
    place = convert(arguments.get("location"), _Location)
    kind = str(arguments.get("scheduleType", "")).upper()
    windows: list[Window] = []
    if kind == "DAILY":
        windows = [_window(day, arguments) for day in range(7)]
    elif kind == "WEEKLY":
        days = msgspec.convert(arguments.get("days"), dict[str, dict[str, object] | None])
        chosen = {name.upper(): times for name, times in days.items() if times}
        if unknown := chosen.keys() - set(DAYS):
            raise ValueError(f"There are no such days of the week: {sorted(unknown)}.")
        windows = [_window(DAYS.index(name), times) for name, times in chosen.items()]
    elif kind == "WORKWEEK":
        for name, span in (("weekdays", range(5)), ("weekends", range(5, 7))):
            times = msgspec.convert(arguments.get(name), dict[str, object] | None)
            if times:
                windows += [_window(day, times) for day in span]
    else:
        raise ValueError(f"A charge schedule is daily, weekly or workweek, not {kind!r}.")
    if not windows or "scheduleId" not in arguments:
        raise ValueError("A charge schedule needs an id and a time at which charging may begin.")
    windows.sort(key=lambda window: (window.day, window.start))
    point = place.latitude, place.longitude
    return Schedule(str(arguments["scheduleId"]), kind, point, tuple(windows))


def _window(day: int, times: Mapping[str, object]) -> Window:
    return Window(day, clock(times.get("startTime")), clock(times.get("stopTime")))


def clock(text: object) -> int:
    """Seconds after midnight of ``HH:MM`` or ``HH:MM:SS``."""
    parts = str(text).split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
        raise ValueError(f"A time of day is written HH:MM, not {text!r}.")
    hours, minutes, *seconds = map(int, parts)
    if not (hours < 24 and minutes < 60 and sum(seconds) < 60):
        raise ValueError(f"There is no such time of day as {text!r}.")
    return hours * 3600 + minutes * 60 + sum(seconds)


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
