"""Cars as they truly are, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from smartcar.api.catalogue import find
from smartcar.protocol.documents import Page
from smartcar.simulator import events
from smartcar.simulator.cars import Spec
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.cars.state import Activity
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints import ControlEndpoints
from smartcar.simulator.control.histories import history_told, trail_told
from smartcar.simulator.control.models import Car, CarDetails, History, Signal, Signals, Trail
from smartcar.simulator.control.problems import invalid, moment, not_found
from smartcar.simulator.control.readings import signal_told, signals_told
from smartcar.simulator.control.told import car_told, details_told, faults_of, faulty

USUAL_POINTS: Final = 200
"""Samples of a history, where the request does not say."""


@answers(ControlEndpoints.cars)
def cars(
    desk: Desk,
    *,
    make: str | None = None,
    powertrain: Powertrain | None = None,
    owner: str | None = None,
    activity: Activity | None = None,
    has_fault: bool | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Car]:
    """Those that match; without a filter only the cars of the page are made."""
    world, now = desk.world, desk.now
    kind = None if make is None else make.upper(), powertrain
    specs: Sequence[Spec] = world.garage.specs(*kind)
    if owner is not None or has_fault:
        known = world.garage.cars_of(owner.lower()) if owner is not None else faulty(world)
        specs = [
            spec
            for spec in known
            if kind[0] in {None, spec.make} and kind[1] in {None, spec.powertrain}
        ]
    if (activity, has_fault) != (None, None):
        specs = [
            spec
            for spec in specs
            if has_fault in {None, bool(faults_of(world, spec))}
            and (activity is None or activity == world.garage.car(spec).state(now).activity)
        ]
    return desk.page(specs, lambda spec: car_told(world, spec, now), page_size, page_number)


@answers(ControlEndpoints.make_car)
def make_car(
    desk: Desk,
    owner: str,
    make: str,
    *,
    powertrain: Powertrain | None = None,
    vin: str | None = None,
    mode: Mode = "live",
) -> CarDetails:
    """It is the owner's from now on, as if it had been in their garage."""
    world, email = desk.world, owner.strip().lower()
    brand = find_brand(make)
    if brand is None:
        raise invalid(f"make: Connect offers no brand {make!r}.", "make")
    if not email:
        raise invalid("owner: an e-mail, such as ada@example.com.", "owner")
    world.record(
        events.CarMade(
            at=desk.now,
            owner_email=email,
            make=brand.make,
            number=len(world.garage.cars_of(email)),
            mode=mode,
            vin=None if vin is None else vin.upper(),
            powertrain=powertrain,
        )
    )
    return details_told(world, world.garage.made_last(email), desk.now)


@answers(ControlEndpoints.car)
def car(desk: Desk, vehicle_id: str) -> CarDetails:
    """One of them."""
    return details_told(desk.world, desk.spec(vehicle_id), desk.now)


@answers(ControlEndpoints.signals)
def signals(desk: Desk, vehicle_id: str) -> Signals:
    """As the API tells them."""
    return signals_told(desk.world, desk.spec(vehicle_id), desk.now)


@answers(ControlEndpoints.signal)
def signal(desk: Desk, vehicle_id: str, code: str) -> Signal:
    """As the API tells it."""
    return signal_told(desk.world, desk.spec(vehicle_id), code, desk.now)


@answers(ControlEndpoints.set_signal)
def set_signal(
    desk: Desk,
    vehicle_id: str,
    code: str,
    *,
    value: Any = None,
    body: dict[str, Any] | None = None,
    error: str | None = None,
    frozen: bool = False,
    until: datetime | None = None,
) -> Signal:
    """As ``Simulator.set_signal``."""
    spec = desk.spec(vehicle_id)
    ends = moment("until", until)
    desk.simulator.set_signal(
        vehicle_id, code, value, body=body, error=error, frozen=frozen, until=ends
    )
    return signal_told(desk.world, spec, code, desk.now)


@answers(ControlEndpoints.release_signal)
def release_signal(desk: Desk, vehicle_id: str, code: str) -> None:
    """As the car says it, whether it was set or not."""
    desk.spec(vehicle_id)
    if find(code) is None:
        raise not_found("signal", code)
    desk.simulator.release_signal(vehicle_id, code)


@answers(ControlEndpoints.history)
def history(
    desk: Desk,
    vehicle_id: str,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    points: int | None = None,
) -> History:
    """As ``Simulator.history``."""
    desk.spec(vehicle_id)
    span = moment("begins", begins), moment("ends", ends)
    return history_told(desk.simulator.history(vehicle_id, *span, points or USUAL_POINTS))


@answers(ControlEndpoints.trail)
def trail(
    desk: Desk,
    vehicle_id: str,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> Trail:
    """As ``Simulator.trail``."""
    desk.spec(vehicle_id)
    span = moment("begins", begins), moment("ends", ends)
    return trail_told(vehicle_id, desk.simulator.trail(vehicle_id, *span))


@answers(ControlEndpoints.command)
def command(
    desk: Desk, vehicle_id: str, name: str, *, arguments: dict[str, Any] | None = None
) -> CarDetails:
    """Done by hand."""
    spec = desk.spec(vehicle_id)
    desk.simulator.command(vehicle_id, name, **(arguments or {}))
    return details_told(desk.world, spec, desk.now)
