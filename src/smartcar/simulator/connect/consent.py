"""What follows when an owner signs in and says yes: cars, and connections.  No pages here."""

from __future__ import annotations

from collections.abc import Iterable

from smartcar.simulator import events
from smartcar.simulator.cars.spec import Mode, Spec
from smartcar.simulator.fleet import Grant
from smartcar.simulator.world import World

from .logins import Login


def garage(
    world: World, owner: str, make: str, login: Login, *, mode: Mode, vin: str | None, now: float
) -> list[Spec]:
    """The owner's cars of a brand; invented, and kept, where there are not enough."""
    wanted_vin = vin or login.vin
    own = [
        spec
        for spec in world.garage.cars_of(owner, make)
        if spec.mode == mode and wanted_vin in {None, spec.vin}
    ]
    while len(own) < (1 if wanted_vin else login.cars):
        made = events.CarMade(
            at=now,
            owner_email=owner,
            make=make,
            number=len(world.garage.cars_of(owner)),
            mode=mode,
            vin=wanted_vin,
            powertrain=login.powertrain,
        )
        world.record(made)
        own.append(world.garage.made_last(owner))
    return own


def agree(
    world: World,
    owner: str,
    cars: Iterable[Spec],
    permissions: tuple[str, ...],
    *,
    external_id: str | None,
    now: float,
    application: str | None = None,
) -> list[Grant]:
    """Connect the owner's cars; what was connected before keeps its id."""
    user_id = world.garage.user_id_of(owner)
    granted: list[Grant] = []
    for spec in cars:
        old = next(world.grants.of(application, user_id=user_id, vehicle_id=spec.id), None)
        connection_id = old.id if old else world.next_id("connection")
        world.record(
            events.Connected(
                at=now,
                connection_id=connection_id,
                user_id=user_id,
                owner_email=owner,
                vehicle_id=spec.id,
                permissions=permissions,
                mode=spec.mode,
                external_id=external_id,
                application=application,
            )
        )
        made = world.grants.one(connection_id)
        granted += [made] if made else []
    return granted
