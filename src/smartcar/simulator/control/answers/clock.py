"""The simulator as a whole, and its time."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final

from smartcar.simulator.agenda import Kind
from smartcar.simulator.control.desk import Desk, Pieces, answers, answers_in_pieces
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import Clock, Summary, Upcoming
from smartcar.simulator.control.problems import Problem, invalid, moment
from smartcar.simulator.control.told import clock_told, instant, summary_told, upcoming_told

USUAL_AGENDA: Final = 20
"""Things to come, where the request does not say."""
FARTHEST: Final = 10_000
"""Things to come among which one to jump to is looked for."""


@answers(ControlEndpoints.summary)
def summary(desk: Desk) -> Summary:
    """Counts, and the time."""
    return summary_told(desk.world, desk.simulator.clock, desk.simulator.log.last)


@answers(ControlEndpoints.clock)
def clock(desk: Desk) -> Clock:
    """The time."""
    return clock_told(desk.simulator.clock)


@answers_in_pieces(ControlEndpoints.set_clock)
def set_clock(
    desk: Desk, *, speed: float | None = None, at: datetime | None = None
) -> Pieces[Clock]:
    """The moment first: its error leaves the speed as it was."""
    clock = desk.simulator.clock
    wanted = moment("at", at)
    if wanted is not None:
        now = desk.now
        if wanted < now:
            told = f"at: it is {instant(now).isoformat()} already, and time goes forward only"
            raise invalid(told, "at")
        try:
            yield partial(clock.advance, wanted - now)
        except ValueError as error:
            raise invalid(f"at: {error}", "at") from None
    if speed is not None:
        clock.speed = speed
    return clock_told(clock)


@answers_in_pieces(ControlEndpoints.advance)
def advance(desk: Desk, by: float | str) -> Pieces[Clock]:
    """So much later, once all that was due on the way is done."""
    try:
        yield partial(desk.simulator.clock.advance, by)
    except ValueError as error:
        raise invalid(f"by: {error}", "by") from None
    return clock_told(desk.simulator.clock)


@answers(ControlEndpoints.agenda)
def agenda(
    desk: Desk, *, limit: int | None = None, vehicle_id: str | None = None
) -> tuple[Upcoming, ...]:
    """In order."""
    if vehicle_id is not None:
        desk.spec(vehicle_id)
    found = desk.simulator.agenda(limit or USUAL_AGENDA, vehicle_id)
    return tuple(upcoming_told(each) for each in found)


@answers_in_pieces(ControlEndpoints.jump)
def jump(
    desk: Desk, *, kind: Kind | None = None, vehicle_id: str | None = None
) -> Pieces[Upcoming]:
    """It is as late as that then."""
    if vehicle_id is not None:
        desk.spec(vehicle_id)
    agenda = desk.simulator.agenda(FARTHEST, vehicle_id)
    found = next((each for each in agenda if kind in {None, each.kind}), None)
    if found is None:
        told = f"Nothing of that kind ({kind}) comes" if kind else "Nothing comes"
        raise Problem(404, "NOT_FOUND", f"{told} within two weeks.", "kind")
    yield partial(desk.simulator.jump, found)
    return upcoming_told(found)
