"""Who has connected which car, and ending that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

from smartcar.api.account import AccountEndpoints
from smartcar.api.resources import (
    Connection,
    ConnectionAttributes,
)
from smartcar.protocol.documents import Page
from smartcar.protocol.meta import Meta
from smartcar.simulator import events
from smartcar.simulator.fleet import Grant
from smartcar.simulator.visit import Visit, answers, attributes_of, missing, related, stamp
from smartcar.simulator.world import World

Modes = Literal["live", "simulated"] | None


@answers(AccountEndpoints.connections)
def connections(
    visit: Visit,
    *,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    external_id: str | None = None,
    mode: Modes = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Connection]:
    """Newest first; without a mode only live ones, as the real API hides the others."""
    del page_size, page_number  # Visit.page reads them
    wanted = {"simulated", "test"} if mode == "simulated" else {"live"}
    user_id = visit.access.user_id or user_id or visit.user_id
    if (user_id, vehicle_id, external_id, mode or "live") == (None, None, None, "live"):
        found: Sequence[Grant] = visit.world.grants.live(visit.whose)
    else:
        # The fleet itself is live and has no external ids: there is no need to look through it.
        is_about_all = (user_id, vehicle_id) == (None, None)
        world = visit.world
        grants = (
            world.grants.agreed(visit.whose)
            if is_about_all
            else world.grants.opened(visit.access, user_id=user_id, vehicle_id=vehicle_id)
        )
        found = [
            grant
            for grant in grants
            if grant.mode in wanted and external_id in {None, grant.external_id}
        ]
    visit.query = {"filter[vehicle.mode]": mode or "live", **visit.query}
    return visit.page_of(
        found, partial(_connection, visit), orderBy="createdAt", orderDirection="DESC"
    )


@answers(AccountEndpoints.connection)
def connection(visit: Visit, connection_id: str) -> Connection:
    """One of them, live or not."""
    return _connection(visit, _granted(visit, connection_id))


@answers(AccountEndpoints.remove_connection)
def remove_connection(visit: Visit, connection_id: str) -> None:
    """The car is this application's no more, and its events stop."""
    _end(visit, _granted(visit, connection_id))


@answers(AccountEndpoints.remove_user)
def remove_user(visit: Visit, user_id: str) -> None:
    """All of an owner's connections end."""
    opened = visit.world.grants.opened(visit.access, user_id=user_id)
    grants = [grant for grant in opened if grant.user_id == user_id]
    if not grants:
        raise missing("User", user_id)
    for grant in grants:
        _end(visit, grant)


def _granted(visit: Visit, connection_id: str) -> Grant:
    grant = visit.world.grants.one(connection_id)
    seen = None if grant is None else visit.access.of(grant)
    if seen is None:
        raise missing("Connection", connection_id)
    return seen


def _end(visit: Visit, grant: Grant) -> None:
    visit.world.record(events.Disconnected(at=visit.now, connection_id=grant.id))


def _connection(visit: Visit, grant: Grant) -> Connection:
    return connection_of(visit.world, visit.origin, grant)


def connection_of(world: World, origin: str, grant: Grant) -> Connection:
    """A consent, as the API says it."""
    return Connection(
        id=grant.id,
        type="connection",
        attributes=ConnectionAttributes(
            permissions=grant.permissions,
            vehicle=attributes_of(world, grant.vehicle_id, grant.mode),
        ),
        relationships={
            "vehicle": related(origin, "vehicle", grant.vehicle_id),
            "user": {"data": {"id": grant.user_id, "type": "user"}},
        },
        meta=Meta({"createdAt": stamp(grant.created_at), "updatedAt": stamp(grant.updated_at)}),
        links={"self": f"{origin}/v3/connections/{grant.id}"},
    )
