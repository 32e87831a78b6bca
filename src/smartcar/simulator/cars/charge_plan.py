"""How far, how fast and when a plugged-in car charges: limits, cables, schedules, timers.

Pure functions of a car, its body and its settings; what happens then is ``timeline``.
"""

from __future__ import annotations

from math import inf
from typing import Final, NamedTuple

from . import charging
from .activity import Body
from .charging import Curve, Schedule
from .settings import Settings
from .spec import Spec
from .weather import outside_c
from .week import DAY, WEEK_BEGINS, habits, week_start

STARTS_WITHIN = 6 * 3600.0  # a car plugged in this long after its time to start does so at once
READY_BEFORE = 15 * 60.0  # who is to be ready by a time is so a little earlier
AT_ONCE = 1.0  # seconds that rounding may make of a moment


class Permit(NamedTuple):
    """Whether the car may charge now, and for how many seconds that holds."""

    is_given: bool
    seconds: float
    by_timer: bool = False
    """What a timer has begun goes on until it is done."""


_ALWAYS: Final = Permit(is_given=True, seconds=inf)


def limit_here(body: Body, settings: Settings) -> float:
    """Percent: the limit of this place, or the one of everywhere."""
    if not settings.schedules:
        return settings.limit
    here = (each.limit for each in settings.schedules if each.applies(body.point))
    return next((limit for limit in here if limit is not None), settings.limit)


def target_kwh(spec: Spec, body: Body, settings: Settings) -> float:
    """Where charging will stop."""
    limit = limit_here(body, settings)
    if body.plug == "DC":
        limit = min(limit, charging.DC_LIMIT)
    return (spec.battery_kwh or 0.0) * limit / 100


def ac_phases(spec: Spec) -> int:
    """How many phases an ordinary charge uses."""
    return spec.city.phases if spec.design.ac_kw >= 11 else 1


def most_amps(spec: Spec) -> float:
    """What car and cable can take from an ordinary socket, as both say it."""
    kw = min(spec.design.ac_kw, habits(spec).home_kw)
    return round(kw * 1000 / (spec.city.volts * ac_phases(spec)))


def charge_curve(spec: Spec, body: Body, settings: Settings, at: float) -> Curve:
    """How fast the battery takes energy where the car is plugged in at *at*."""
    capacity = spec.battery_kwh or 0.0
    if body.plug == "DC":
        # Cold cells take less; the car warms them, but not wholly.
        cold = 1 - 0.012 * min(30.0, max(0.0, 15 - outside_c(spec.city, at)))
        # Roadside chargers give 150 kW at best; curves are measured at the battery.
        return charging.curve(capacity, min(spec.design.dc_kw, 150.0) * cold, charging.DC_KNOTS)
    kw = min(spec.design.ac_kw, habits(spec).home_kw)
    if settings.amps is not None:
        kw = min(kw, settings.amps * spec.city.volts * ac_phases(spec) / 1000)
    return charging.curve(capacity, kw * charging.AC_EFFICIENCY, charging.AC_KNOTS)


def permit(spec: Spec, at: float, body: Body, settings: Settings) -> Permit:
    """Whether schedules and timers let the car charge at *at*."""
    if not settings.schedules and settings.starts_at is None and settings.ready_by is None:
        return _ALWAYS
    here = [each for each in settings.schedules if each.windows and each.applies(body.point)]
    wait = _wait(spec, at, body, settings)
    if settings.is_manual or body.plug == "DC" or (wait is None and not here):
        return Permit(is_given=True, seconds=inf)
    if wait is not None and wait <= AT_ONCE:
        return Permit(is_given=True, seconds=inf, by_timer=True)
    is_open, change = _window(spec, at, here)
    return Permit(is_given=is_open, seconds=change if wait is None else min(change, wait))


def _window(spec: Spec, at: float, here: list[Schedule]) -> tuple[bool, float]:
    """Whether one of the schedules is open at *at*, and for how long that stays so."""
    windows = tuple(window for each in here for window in each.windows)
    return charging.allowance(windows, _local(spec, at))


def _wait(spec: Spec, at: float, body: Body, settings: Settings) -> float | None:
    """Seconds until the timer that is on lets a charge begin; ``None`` where none is on."""
    local = _local(spec, at) % DAY
    starts, ready = settings.starts_at, settings.ready_by
    if starts is not None and starts.is_on:
        since = (local - starts.seconds) % DAY
        return 0.0 if since < STARTS_WITHIN else DAY - since
    if ready is not None and ready.is_on:
        left = (ready.seconds - local) % DAY
        target = target_kwh(spec, body, settings)
        needed = charge_curve(spec, body, settings, at).seconds(body.kwh, target)
        return max(0.0, left - needed - READY_BEFORE)
    return None


def _local(spec: Spec, at: float) -> float:
    """Local seconds since a Monday midnight."""
    return (at - (week_start(spec, 0) - WEEK_BEGINS)) % (7 * DAY)
