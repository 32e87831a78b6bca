"""Cars as they truly are, and what is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from smartcar.api.catalogue import find
from smartcar.protocol.documents import Page
from smartcar.simulator import events
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode, Spec
from smartcar.simulator.cars.state import Activity
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.control.desk import (
    USUAL_PAGE,
    Desk,
    Pieces,
    answers,
    answers_in_pieces,
)
from smartcar.simulator.control.endpoints.cars import Sort
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.histories import history_told, trail_told
from smartcar.simulator.control.models import Car, CarDetails, History, Signal, Signals, Trail
from smartcar.simulator.control.problems import invalid, moment, not_found
from smartcar.simulator.control.readings import signal_told, signals_told
from smartcar.simulator.control.told import car_told, details_told, faults_of, faulty
from smartcar.simulator.world import World

from .ordering import Order, about, in_order

USUAL_POINTS: Final = 200
"""Samples of a history, where the request does not say."""


@answers_in_pieces(ControlEndpoints.cars)
def cars(
    desk: Desk,
    *,
    make: str | None = None,
    powertrain: Powertrain | None = None,
    name: str | None = None,
    owner: str | None = None,
    activity: Activity | None = None,
    has_fault: bool | None = None,
    sort: Sort | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
    after: int | None = None,
) -> Pieces[Page[Car]]:
    """Those that match; only the cars of the page are made, or those that are looked through."""
    world, now = desk.world, desk.now
    kind = None if make is None else make.strip().upper(), powertrain
    order = Order.of(sort)
    if activity is not None and order is None and page_number not in {None, 1}:
        raise invalid("pageNumber: with activity, pages follow links.next.", "pageNumber")
    if activity is None and order is None and after is not None:
        told = "after: goes on with an activity or an order, where links.next leads."
        raise invalid(told, "after")
    specs: Sequence[Spec]
    if (name, owner) == (None, None) and not has_fault:
        without = frozenset(spec.id for spec in faulty(world, now)) if has_fault is False else ()
        specs = world.garage.specs(*kind, without=frozenset(without))
    else:
        specs = yield from _named(world, now, name, owner, has_fault=has_fault)
        specs = [spec for spec in specs if _is_kind(spec, *kind)]
    if order is not None:
        size, number = page_size or USUAL_PAGE, page_number or 1
        return (
            yield from in_order(
                desk, specs, order, activity, size=size, number=number, after=after or 0
            )
        )
    if activity is not None:
        return (yield from about(desk, specs, activity, page_size or USUAL_PAGE, after or 0))
    return (
        yield from desk.page_in_pieces(
            specs, lambda spec: car_told(world, spec, now), page_size, page_number
        )
    )


def _is_kind(spec: Spec, make: str | None, powertrain: str | None) -> bool:
    return make in {None, spec.make} and powertrain in {None, spec.powertrain}


def _named(
    world: World, now: float, name: str | None, owner: str | None, *, has_fault: bool | None
) -> Pieces[list[Spec]]:
    """The cars of a name, of an owner, or that a rule names: whatever of it is said."""
    email = None if owner is None else owner.strip().lower()
    if name is not None:
        found: list[Spec] = []
        for spec in world.garage.called(name):
            if spec is None:
                yield None
            else:
                found.append(spec)
    else:
        found = faulty(world, now) if email is None else world.garage.cars_of(email)
    return [
        spec
        for spec in found
        if email in {None, spec.owner_email}
        and has_fault in {None, bool(faults_of(world, spec, now))}
    ]


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
