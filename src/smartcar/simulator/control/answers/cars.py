"""Cars as they truly are, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smartcar.protocol.documents import Page
from smartcar.simulator import events
from smartcar.simulator.cars import Spec
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.cars.state import Activity
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints import ControlEndpoints
from smartcar.simulator.control.models import Car, CarDetails, Signals
from smartcar.simulator.control.problems import invalid
from smartcar.simulator.control.readings import signals_told
from smartcar.simulator.control.told import car_told, details_told


@answers(ControlEndpoints.cars)
def cars(
    desk: Desk,
    *,
    make: str | None = None,
    powertrain: Powertrain | None = None,
    owner: str | None = None,
    activity: Activity | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Car]:
    """Those that match; without a filter only the cars of the page are made."""
    world, now = desk.world, desk.now
    specs: Sequence[Spec] = world.specs() if owner is None else world.cars_of(owner.lower())
    if (make, powertrain, activity) != (None, None, None):
        specs = [
            spec
            for spec in specs
            if make in {None, spec.make}
            and powertrain in {None, spec.powertrain}
            and (activity is None or activity == world.car(spec).state(now).activity)
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
            number=len(world.cars_of(email)),
            mode=mode,
            vin=None if vin is None else vin.upper(),
            powertrain=powertrain,
        )
    )
    return details_told(world, world.made_last(email), desk.now)


@answers(ControlEndpoints.car)
def car(desk: Desk, vehicle_id: str) -> CarDetails:
    """One of them."""
    return details_told(desk.world, desk.spec(vehicle_id), desk.now)


@answers(ControlEndpoints.signals)
def signals(desk: Desk, vehicle_id: str) -> Signals:
    """As the API tells them."""
    return signals_told(desk.world, desk.spec(vehicle_id), desk.now)


@answers(ControlEndpoints.command)
def command(
    desk: Desk, vehicle_id: str, name: str, *, arguments: dict[str, Any] | None = None
) -> CarDetails:
    """Done by hand."""
    spec = desk.spec(vehicle_id)
    desk.simulator.command(vehicle_id, name, **(arguments or {}))
    return details_told(desk.world, spec, desk.now)
