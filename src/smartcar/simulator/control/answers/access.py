"""Who may use which car."""

from __future__ import annotations

from collections.abc import Sequence

from smartcar.protocol.documents import Page
from smartcar.simulator import events
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import Application, Grant
from smartcar.simulator.control.problems import invalid, not_found
from smartcar.simulator.control.told import application_told, grant_told
from smartcar.simulator.fleet import ALL_PERMISSIONS
from smartcar.simulator.fleet import Grant as Consent


@answers(ControlEndpoints.grants)
def grants(
    desk: Desk,
    *,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    application: str | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Grant]:
    """Newest first."""
    world = desk.world
    found: Sequence[Consent] = world.grants.every()
    if application is not None:
        key = world.applications.key(desk.application(application))
        found = world.grants.with_application(key, user_id=user_id, vehicle_id=vehicle_id)
    elif (user_id, vehicle_id) != (None, None):
        found = list(world.grants.find(user_id=user_id, vehicle_id=vehicle_id))
    return desk.page(found, lambda each: grant_told(world, each), page_size, page_number)


@answers(ControlEndpoints.connect)
def connect(
    desk: Desk,
    owner: str,
    make: str = "TESLA",
    *,
    permissions: list[str] | None = None,
    mode: Mode = "live",
    application: str | None = None,
) -> Grant:
    """As ``Simulator.connect``."""
    wanted = tuple(ALL_PERMISSIONS if permissions is None else permissions)
    for each in wanted:
        if each not in ALL_PERMISSIONS:
            told = f"permissions: there is no {each!r}; there are: {', '.join(ALL_PERMISSIONS)}."
            raise invalid(told, "permissions")
    whose = desk.application(application).client_id
    made = desk.simulator.connect(owner, make, permissions=wanted, mode=mode, application=whose)
    consent = desk.world.grants.one(made.id)
    if consent is None:
        raise not_found("connection", made.id)
    return grant_told(desk.world, consent)


@answers(ControlEndpoints.revoke)
def revoke(desk: Desk, connection_id: str) -> None:
    """The car is this application's no more, and its events stop."""
    consent = desk.world.grants.one(connection_id)
    if consent is None:
        raise not_found("connection", connection_id)
    ended = events.Disconnected(at=desk.now, connection_id=consent.id, by_owner=True)
    desk.world.record(ended)


@answers(ControlEndpoints.applications)
def applications(desk: Desk) -> tuple[Application, ...]:
    """The first is the one that the fleet is connected to."""
    return tuple(application_told(desk.world, each) for each in desk.world.applications)
