"""When a car calls home: what the maker's cloud knows is as old as the last report.

Cars report at each change, often while something moves, seldom while nothing does, and
not at all asleep. A closed form of the phase; it never looks at what a car reports.
"""

from __future__ import annotations

from math import floor

from .activity import Charge, Drive, Refuel
from .commands import ASLEEP_AFTER
from .timeline import Phase

DRIVING_EVERY = 60.0
BUSY_EVERY = 300.0  # charging, or with the heating on
PARKED_EVERY = 1800.0
WAKES_BEFORE = 60.0  # the door opens, and the car with it, a minute before it leaves


def is_asleep(phase: Phase, at: float) -> bool:
    """Whether the car sleeps at *at*, in *phase*."""
    if isinstance(phase.activity, Charge | Drive | Refuel) or phase.settings.climate.keeps_awake:
        return False
    return at >= asleep_from(phase) and at < phase.departs - WAKES_BEFORE


def asleep_from(phase: Phase) -> float:
    """When a standing car falls asleep if nothing happens."""
    return phase.settings.stirred_at + ASLEEP_AFTER


def reported_at(phase: Phase, at: float) -> float:
    """When a car that is in *phase* at *at* last reported, at or before *at*."""
    if isinstance(phase.activity, Drive):
        return _last(phase.start, DRIVING_EVERY, at)
    if isinstance(phase.activity, Charge) or phase.settings.climate.keeps_awake:
        return _last(phase.start, BUSY_EVERY, at)
    waking = phase.departs - WAKES_BEFORE
    if at >= waking >= phase.start:
        return waking
    asleep = asleep_from(phase)
    # A car that falls asleep says so; one that was asleep before the phase began is silent.
    return max(
        min(phase.start, at),
        _last(phase.start, PARKED_EVERY, min(at, asleep)),
        asleep if phase.start < asleep <= at else phase.start,
    )


def next_report(phase: Phase, at: float, before: float) -> float:
    """No later than when a car that is in *phase* at *at* reports again, nor than *before*."""
    if isinstance(phase.activity, Drive):
        return min(_next(phase.start, DRIVING_EVERY, at), before)
    if isinstance(phase.activity, Charge) or phase.settings.climate.keeps_awake:
        return min(_next(phase.start, BUSY_EVERY, at), before)
    waking = phase.departs - WAKES_BEFORE
    if is_asleep(phase, at):
        # Of the half hours that it sleeps through only the last may be one that it is awake again
        # by the time anybody has heard of.
        turn = min(waking, before)
        last = _last(phase.start, PARKED_EVERY, turn)
        return last if last > at else turn
    turns = (asleep_from(phase), waking, before)
    return min([_next(phase.start, PARKED_EVERY, at), *(turn for turn in turns if turn > at)])


def _next(start: float, every: float, at: float) -> float:
    """The first of start, start + every, ... that is after *at*."""
    return start if at < start else start + (floor((at - start) / every) + 1) * every


def _last(start: float, every: float, at: float) -> float:
    """The last of start, start + every, ... that is not after *at*."""
    if at <= start:
        return min(start, at)
    latest = start + floor((at - start) / every) * every
    return latest if latest <= at else latest - every
