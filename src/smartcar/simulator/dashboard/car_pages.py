"""The page of one car, of one of its signals, and the figures of its charts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from smartcar.simulator.control.models import CarDetails
from smartcar.simulator.faults.strike import owner_id

from .asking import Visitor
from .fields import field_of
from .known import ERRORS, events, granted_to, vehicle_id_of
from .views import CarPage

POINTS: Final = 240
"""Of a chart: more would not be seen."""
LONGEST_HOURS: Final = 24 * 31


def car(visitor: Visitor) -> Response:
    """One car: what it says, how it fared, and what can be done to it."""
    vehicle_id = vehicle_id_of(visitor)
    details = visitor.control.car(vehicle_id)
    view = CarPage(
        car=details,
        signals=visitor.control.signals(vehicle_id),
        faults=tuple(
            each
            for each in visitor.control.faults()
            if each.rule.vehicle_id == vehicle_id or _is_owner(visitor, each.rule.owner, details)
        ),
    )
    return visitor.page(
        "car.html",
        "/",
        view,
        live=events(car=vehicle_id),
        granted_to=granted_to(visitor, details.grants),
        faults=view.faults,
        fault_car=vehicle_id,
        errors=ERRORS,
    )


def _is_owner(visitor: Visitor, named: str | None, car: CarDetails) -> bool:
    """Is the owner whom a rule names, by e-mail or by user id, the one of this car?"""
    world = visitor.simulator.world
    return named is not None and owner_id(world, named) == world.garage.user_id_of(car.owner)


def signal(visitor: Visitor) -> Response:
    """The form that sets one signal."""
    vehicle_id = vehicle_id_of(visitor)
    code = visitor.request.path_params.get("code") or visitor.form.get("code", "")
    view = visitor.control.signal(vehicle_id, code)
    return visitor.page(
        "signal.html",
        "/",
        view,
        car=visitor.control.car(vehicle_id),
        field=field_of(view),
        errors=ERRORS,
    )


def history(visitor: Visitor) -> Response:
    """How a car fared, for its charts."""
    hours = visitor.whole("hours", LONGEST_HOURS)
    now = visitor.control.clock().now
    found = visitor.control.history(
        vehicle_id_of(visitor), begins=now - timedelta(hours=hours), ends=now, points=POINTS
    )
    return visitor.json(found)
