"""What v2.0 says of an owner, and of an application's connections."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import msgspec

from smartcar.api.classic_account import ClassicAccount
from smartcar.api.classic_account_models import (
    ConnectionsPage,
    DeletedConnections,
    ManagedConnection,
    User,
    VehicleIds,
)
from smartcar.api.classic_models import Paging
from smartcar.protocol.shapes import decoder
from smartcar.simulator.answers.connections import _end
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.fleet import Grant
from smartcar.simulator.visit import stamp

from .problems import Malformed, missing_field
from .visit import ClassicVisit, answers

_LARGEST_PAGE: Final = 100
_USUAL: Final = 10
"""Cars and connections on a page where no limit is said."""

_MODES: Final = {
    None: frozenset({"live", "simulated"}),
    "live": frozenset({"live"}),
    "simulated": frozenset({"simulated"}),
    "test": frozenset({"test"}),
}
"""Test cars are not listed unless they are asked for."""


@answers(ClassicAccount.user)
def user(visit: ClassicVisit) -> User:
    """Who said yes."""
    return User(id=visit.user_id or "")


@answers(ClassicAccount.vehicles)
def vehicles(
    visit: ClassicVisit, *, limit: int | None = None, offset: int | None = None
) -> VehicleIds:
    """Those that the token opens, of every mode, the last connected first (unconfirmed)."""
    found = [grant.vehicle_id for grant in visit.world.grants.opened(visit.access)]
    if visit.user_id == f"owner of {PLAYGROUND_ID}":
        found = [PLAYGROUND_ID]
    chosen, paging = visit.paged(found, limit, offset, usual=_USUAL)
    return VehicleIds(vehicles=tuple(chosen), paging=paging)


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last connection of a page."""

    created_at: float
    id: str


@answers(ClassicAccount.management_connections)
def connections(
    visit: ClassicVisit,
    amt: str,
    *,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
    mode: str | None = None,
) -> ConnectionsPage:
    """Newest first; the cursor is null on the last page."""
    del amt  # it has been looked at
    size = _USUAL if limit is None else limit
    if not 1 <= size <= _LARGEST_PAGE:
        raise Malformed(["limit"], f'"limit" must be between 1 and {_LARGEST_PAGE}')
    wanted = _MODES.get(mode)
    if wanted is None:
        raise Malformed(["mode"], '"mode" must be one of [live, simulated, test]')
    found: Iterable[Grant] = (
        grant
        for grant in visit.world.grants.of(visit.whose, user_id=user_id, vehicle_id=vehicle_id)
        if grant.mode in wanted
    )
    if cursor is not None:
        found = _behind(found, _read(cursor))
    chosen = list(islice(found, size + 1))
    page, has_more = chosen[:size], len(chosen) > size
    return ConnectionsPage(
        connections=tuple(
            ManagedConnection(
                vehicle_id=grant.vehicle_id,
                user_id=grant.user_id,
                connected_at=stamp(grant.created_at),
                mode=grant.mode,
            )
            for grant in page
        ),
        paging=Paging(cursor=_written(page[-1]) if has_more else None),
    )


@answers(ClassicAccount.delete_management_connections)
def delete_connections(
    visit: ClassicVisit, amt: str, *, user_id: str | None = None, vehicle_id: str | None = None
) -> DeletedConnections:
    """Of a car, of an owner, or the one of both; none of them is no request (unconfirmed)."""
    del amt
    if user_id is None and vehicle_id is None:
        raise missing_field("vehicle_id")
    ended = list(visit.world.grants.of(visit.whose, user_id=user_id, vehicle_id=vehicle_id))
    for grant in ended:
        _end(visit, grant)
    return DeletedConnections(
        connections=tuple(
            ManagedConnection(vehicle_id=grant.vehicle_id, user_id=grant.user_id) for grant in ended
        )
    )


def _behind(grants: Iterable[Grant], last: _Cursor) -> Iterator[Grant]:
    """What comes after *last*, which may have ended since."""
    left = [grant for grant in grants if grant.created_at <= last.created_at]
    place = next((n for n, grant in enumerate(left) if grant.id == last.id), -1)
    return iter(left[place + 1 :])


def _written(grant: Grant) -> str:
    return b64encode(msgspec.json.encode(_Cursor(grant.created_at, grant.id))).decode()


def _read(cursor: str) -> _Cursor:
    try:
        # A cursor that was not encoded for its URL has spaces where it had a plus.
        return decoder(_Cursor).decode(b64decode(cursor.replace(" ", "+"), validate=True))
    except (binascii.Error, ValueError):
        raise Malformed(["cursor"], '"cursor" is not one of a page') from None
