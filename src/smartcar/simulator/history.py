"""How a car has fared, and will fare: points for charts and lines for maps."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import Final

from msgspec import Struct

from .cars.car import Car
from .cars.state import Activity
from .clock import LAST_DAY

MOST_POINTS: Final = 10_000
LONGEST: Final = 366 * 86400.0
"""Seconds: a year."""


class Sample(Struct, frozen=True, kw_only=True):
    """A car at an instant; None where it has no such store."""

    at: float
    """Unix seconds of virtual time."""
    activity: Activity
    charge: float | None
    """Percent."""
    fuel: float | None
    """Percent."""
    speed: float
    """Kilometres an hour."""
    odometer: float
    """Kilometres."""
    outside: float
    """Degrees Celsius."""
    cabin: float
    """Degrees Celsius."""
    power: float
    """Kilowatts from the wall."""
    latitude: float
    longitude: float


class Span(Struct, frozen=True, kw_only=True):
    """How long a car was about one thing."""

    begins: float
    ends: float
    activity: Activity


class History(Struct, frozen=True, kw_only=True):
    """A car from *begins* to *ends*: samples in order, and what it was about between them."""

    vehicle_id: str
    begins: float
    ends: float
    samples: tuple[Sample, ...]
    spans: tuple[Span, ...]


def history_of(car: Car, begins: float, ends: float, points: int) -> History:
    """*car* from *begins* to *ends* in at most *points* samples.

    Each change of activity has a sample of its own, so that lines bend where the car did; what is
    left is spread evenly, half of it over the drives, where most happens.

    Raises:
        ValueError: The times are not in order or far apart, or the points too few or too many.
    """
    checked_span(begins, ends)
    if not 2 <= points <= MOST_POINTS:
        msg = f"A history has from 2 to {MOST_POINTS:,} points, not {points}."
        raise ValueError(msg)
    spans = _spans(car, begins, ends)
    return History(
        vehicle_id=car.spec.id,
        begins=begins,
        ends=ends,
        samples=tuple(_sample(car, at) for at in _times(spans, begins, ends, points)),
        spans=tuple(spans),
    )


def checked_span(begins: float, ends: float) -> tuple[float, float]:
    """Both, if they are in order and not too far apart.

    Raises:
        ValueError: They are not.
    """
    if not (isfinite(begins) and isfinite(ends) and 0 <= begins < ends <= LAST_DAY):
        msg = "A history begins before it ends, in Unix seconds."
        raise ValueError(msg)
    if ends - begins > LONGEST:
        msg = "A history is of a year at most."
        raise ValueError(msg)
    return begins, ends


def _spans(car: Car, begins: float, ends: float) -> list[Span]:
    """What the car is about, one after the other."""
    spans: list[Span] = []
    for since, upto, _ in car.phases(begins, ends):
        activity = car.state(since).activity
        goes_on = bool(spans) and spans[-1].activity == activity == "parked"
        start = spans.pop().begins if goes_on else since
        spans.append(Span(begins=start, ends=upto, activity=activity))
    return spans


def _times(spans: list[Span], begins: float, ends: float, points: int) -> list[float]:
    """When to look."""
    corners = sorted({begins, ends, *(span.begins for span in spans)})
    if len(corners) > points:  # so much happens that only some of the changes can be shown
        step = (len(corners) - 1) / (points - 1)
        return [corners[round(n * step)] for n in range(points)]
    left = points - len(corners)
    drives = [span for span in spans if span.activity == "driving"]
    on_the_way = _spread([(d.begins, d.ends) for d in drives], left // 2)
    everywhere = _spread(list(pairwise(corners)), left - len(on_the_way))
    return sorted({*corners, *on_the_way, *everywhere})


def _spread(stretches: list[tuple[float, float]], count: int) -> list[float]:
    """*count* times, evenly over the stretches as if they were one, at no end of any."""
    total = sum(upto - start for start, upto in stretches)
    if not total:
        return []
    found: list[float] = []
    passed, number = 0.0, 0
    for start, upto in stretches:
        while number < count and (at := (number + 0.5) * total / count) <= passed + upto - start:
            found.append(start + at - passed)
            number += 1
        passed += upto - start
    return found


def _sample(car: Car, at: float) -> Sample:
    state = car.state(at)
    return Sample(
        at=at,
        activity=state.activity,
        charge=state.soc,
        fuel=state.fuel_percent,
        speed=state.speed_kmh,
        odometer=state.odometer_km,
        outside=state.outside_c,
        cabin=state.cabin_c,
        power=state.wall_kw,
        latitude=state.latitude,
        longitude=state.longitude,
    )
