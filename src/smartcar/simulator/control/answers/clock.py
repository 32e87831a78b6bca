"""The simulator as a whole, and its time."""

from __future__ import annotations

from datetime import datetime

from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints import ControlEndpoints
from smartcar.simulator.control.models import Clock, Summary
from smartcar.simulator.control.problems import invalid
from smartcar.simulator.control.told import clock_told, instant, summary_told


@answers(ControlEndpoints.summary)
def summary(desk: Desk) -> Summary:
    """Counts, and the time."""
    return summary_told(desk.world, desk.simulator.clock, desk.simulator.log.last)


@answers(ControlEndpoints.clock)
def clock(desk: Desk) -> Clock:
    """The time."""
    return clock_told(desk.simulator.clock)


@answers(ControlEndpoints.set_clock)
def set_clock(desk: Desk, *, speed: float | None = None, at: datetime | None = None) -> Clock:
    """The moment first: its error leaves the speed as it was."""
    clock = desk.simulator.clock
    if at is not None:
        if at.tzinfo is None:
            raise invalid("at: say the offset from UTC, such as 2026-06-01T18:00:00Z.", "at")
        if at.timestamp() < desk.now:
            told = f"at: it is {instant(desk.now).isoformat()} already, and time goes forward only."
            raise invalid(told, "at")
        clock.advance(at.timestamp() - desk.now)
    if speed is not None:
        clock.speed = speed
    return _noted(desk)


@answers(ControlEndpoints.advance)
def advance(desk: Desk, by: float | str) -> Clock:
    """So much later."""
    try:
        desk.simulator.clock.advance(by)
    except ValueError as error:
        raise invalid(f"by: {error}", "by") from None
    return _noted(desk)


def _noted(desk: Desk) -> Clock:
    """How late it is now, kept for a simulator that is started again."""
    clock = desk.simulator.clock
    desk.world.note(clock.now())
    return clock_told(clock)
