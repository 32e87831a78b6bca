"""A fleet file as the first events of a world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from smartcar.simulator import events, ids
from smartcar.simulator.cars.added import Registration, added_spec
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.fleet import ALL_PERMISSIONS, Fleet

from .models import LARGEST_SEED, CarEntry, FleetFile
from .reading import FleetFileError, load_fleet
from .resolving import (
    check,
    frozen,
    grants_of,
    is_named,
    point,
    registration,
    usual_grants,
    webhook_of,
)

Fleets: TypeAlias = int | str | Path | FleetFile
"""A number of cars, a fleet file, or the path of one."""

SHOWCASE = 12


def read_fleet(fleet: Fleets | None, seed: int | None = None) -> FleetFile:
    """What somebody asked for as a fleet, to be begun with *seed* or its own.

    Raises:
        ValueError: A fleet cannot be so.
    """
    check_seed(seed)
    if fleet is None:
        return FleetFile(fleet=SHOWCASE)
    if isinstance(fleet, int):
        if fleet < 0:
            msg = "a fleet has 0 cars or more"
            raise ValueError(msg)
        return FleetFile(fleet=fleet)
    file = fleet if isinstance(fleet, FleetFile) else load_fleet(fleet)
    for place, why in check(file, seed):
        raise FleetFileError(f"{place.removeprefix('.')}: {why}")
    return file


def check_seed(seed: int | None) -> None:
    """Refuse a seed that a file cannot hold.

    Raises:
        ValueError: It is negative, or above ``LARGEST_SEED``.
    """
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        msg = f"seed must be from 0 to {LARGEST_SEED}, not {seed}"
        raise ValueError(msg)


def founding_of(file: FleetFile, seed: int, at: float) -> tuple[events.AnyEvent, ...]:
    """All that has happened when the world of *file* begins at *at*."""
    return tuple(_founding(file, seed, at))


def _founding(file: FleetFile, seed: int, at: float) -> Iterator[events.AnyEvent]:
    for application in file.applications[1:]:
        made = application.application()
        yield events.ApplicationAdded(
            at=at,
            client_id=made.client_id,
            application_id=made.application_id,
            name=made.name,
            redirect_uris=made.redirect_uris,
            is_public=made.is_public,
        )
    for owner in file.owners:
        email = owner.email.strip().lower()
        yield events.OwnerAdded(at=at, owner_email=email, user_id=owner.user_id)
    users = {owner.email.strip().lower(): owner.user_id for owner in file.owners}
    fleet = Fleet(seed, file.fleet)
    first = file.applications[0].client_id if file.applications else None
    connected: list[events.Connected] = []
    for entry, facts in zip(file.cars, _registrations(file, seed), strict=True):
        yield events.CarAdded(at=at, facts=facts)
        yield from _begun(entry, added_spec(facts), at)
        email = facts.owner_email
        user_id = users.get(email) or fleet.user_id_of(email) or ids.uuid(seed, "user", email)
        for each in grants_of(file, facts, entry.nickname) or usual_grants(entry, facts):
            whose = None if each.application == first else each.application
            agreed = events.Connected(
                at=at,
                connection_id=ids.uuid(seed, "connection of a file", facts.vehicle_id, whose),
                user_id=user_id,
                owner_email=email,
                vehicle_id=facts.vehicle_id,
                permissions=ALL_PERMISSIONS if each.permissions is None else each.permissions,
                mode=facts.mode,
                external_id=each.external_id,
                application=whose,
            )
            connected.append(agreed)
            yield agreed
    yield from _webhooks(file, seed, at, connected)


def _webhooks(
    file: FleetFile, seed: int, at: float, connected: list[events.Connected]
) -> Iterator[events.AnyEvent]:
    """Those of the file, and the cars whose events go there."""
    cars = {facts.vehicle_id: facts for facts in _registrations(file, seed)}
    for number, entry in enumerate(file.webhooks):
        setup = webhook_of(file, number, seed)
        yield events.WebhookSet(at=at, setup=setup)
        for each in connected:
            if each.application == setup.application and is_named(
                cars[each.vehicle_id], entry.cars
            ):
                yield events.Subscribed(
                    at=at,
                    subscription_id=ids.uuid(
                        seed, "subscription of a file", setup.id, each.connection_id
                    ),
                    webhook_id=setup.id,
                    user_id=each.user_id,
                    vehicle_id=each.vehicle_id,
                    application=setup.application,
                )


def _registrations(file: FleetFile, seed: int) -> list[Registration]:
    return [registration(entry, number, seed) for number, entry in enumerate(file.cars)]


def _begun(entry: CarEntry, spec: Spec, at: float) -> Iterator[events.AnyEvent]:
    """What makes the car as the file has it: parked, wherever chance would have had it drive."""

    def told(name: str, **arguments: Any) -> events.Handled:
        return events.Handled(at=at, vehicle_id=spec.id, name=name, arguments=arguments)

    latitude, longitude = (
        point(entry.position) if entry.position else (spec.home.latitude, spec.home.longitude)
    )
    amounts = {"percent": entry.charge, "fuelPercent": entry.fuel, "km": entry.odometer}
    said = {name: amount for name, amount in amounts.items() if amount is not None}
    yield told("park")
    yield told("adjust", latitude=latitude, longitude=longitude, **said)
    yield told("security-lock" if entry.locked else "security-unlock")
    if entry.charge_limit is not None:
        yield told("charge-set-limit", percent=entry.charge_limit)
    for number, each in enumerate(entry.schedules):
        where = point(each.at) if each.at else (spec.home.latitude, spec.home.longitude)
        times = {"startTime": each.start, "stopTime": each.stop}
        yield told(
            "charge-schedule-create",
            scheduleId=f"sched_{ids.uuid(0, 'schedule', spec.id, number).replace('-', '')}",
            scheduleType="weekly",
            location={"latitude": where[0], "longitude": where[1]},
            days={day.lower(): times for day in each.days},
        )
    if entry.plugged_in:
        yield told("plug-in")
    for code, value in entry.signals.items():
        body, error = frozen(code, value)
        yield events.SignalSet(
            at=at, vehicle_id=spec.id, code=code, body=body, error=error, is_frozen=True
        )
