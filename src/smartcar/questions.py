"""What the functions of the seed ask, said once for those that block and those that are awaited.

Each is a plan: which credentials, and which call.  Nothing here does I/O.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import update_wrapper
from typing import Any, Generic, TypeVar, get_args

from . import legacy, versions
from .api.classic_account import ClassicAccount, Mode, Powertrain, Region
from .api.classic_account_models import (
    Compatibility,
    CompatibilityMatrix,
    ConnectionsPage,
    DeletedConnections,
    User,
    VehicleIds,
)
from .api.resources import VehicleResource
from .api.vehicle import VehicleEndpoints
from .caller import found_credentials
from .car import Flags, flags_text
from .protocol.facts import CLASSIC
from .protocol.flow import Call
from .protocol.oauth import NO_TOKEN, TokenSource

R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

Names = str | Iterable[str]
"""One name, several with spaces between, or a list of them."""

TEST_MODE_IS_OLD = 'test_mode is deprecated: say mode="test" or mode="live"'


@dataclass(frozen=True, slots=True, repr=False)
class Question(Generic[R]):
    """A call, and the token that goes with it."""

    token: str | TokenSource
    call: Call[R]


def presented(function: F, question: Callable[..., Question[Any]]) -> F:
    """*function* as ``help()`` shows it: with the arguments of *question*, and what it answers."""
    own_module = function.__module__
    update_wrapper(function, question)
    signature = inspect.signature(question, eval_str=True)
    (answer,) = get_args(signature.return_annotation)
    shown = signature.replace(return_annotation=answer)
    function.__dict__["__signature__"] = shown
    function.__annotations__ = {
        **{name: each.annotation for name, each in shown.parameters.items()},
        "return": answer,
    }
    function.__module__ = own_module
    return function


def get_user(access_token: str | TokenSource) -> Question[User]:
    """The owner that the token speaks for.

    Args:
        access_token: From ``AuthClient.exchange_code``; or ``AuthClient.owner(…)``.

    Raises:
        AuthenticationError: The token is wrong, or at its end.

    Source: https://smartcar.com/docs/api-reference
    """
    return Question(access_token, _classic(ClassicAccount.user.call({}), None))


@legacy.accepts(legacy.calls.GET_VEHICLES)
def get_vehicles(
    access_token: str | TokenSource, *, limit: int | None = None, offset: int | None = None
) -> Question[VehicleIds]:
    """Ids of the owner's cars that this application may use.

    Args:
        access_token: From ``AuthClient.exchange_code``; or ``AuthClient.owner(…)``.
        limit: At most so many, from 1 to 50; the API gives 10.
        offset: How many to skip.

    Raises:
        AuthenticationError: The token is wrong, or at its end.

    Source: https://smartcar.com/docs/api-reference (all-vehicles)
    """
    call = ClassicAccount.vehicles.call({}, limit=limit, offset=offset)
    return Question(access_token, _classic(call, None))


def get_vehicle(access_token: str | TokenSource, vehicle_id: str) -> Question[VehicleResource]:
    """One car, as v3 knows it: make, model, year.

    Args:
        access_token: The owner's, or the application's; or ``AuthClient.owner(…)``.
        vehicle_id: The car's id.

    Raises:
        NotFoundError: There is no such car, or it is not connected.

    Source: https://smartcar.com/docs/api-reference/get-vehicle
    """
    call = VehicleEndpoints.attributes.call({"vehicle_id": legacy.id_as_text(vehicle_id)})
    # The official SDKs put a slash behind it, and name a type for the body that is not there.
    headers = {"content-type": "application/json"}
    request = replace(call.request, path=f"{call.request.path}/", headers=headers)
    return Question(access_token, replace(call, request=request))


@legacy.accepts(legacy.calls.GET_COMPATIBILITY)
def get_compatibility(
    vin: str,
    scope: Names,
    country: str = "US",
    *,
    mode: Mode | None = None,
    test_mode: bool | None = None,
    test_mode_compatibility_level: str | None = None,
    flags: Flags | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    version: str | None = None,
) -> Question[Compatibility]:
    """Can a car be connected, and what can it do?  It errs to the side of "compatible".

    Args:
        vin: The car's identification number.
        scope: Permissions that are wanted.
        country: ISO 3166 code of two letters.
        mode: live, simulated or test.
        test_mode: Deprecated: say *mode*.
        test_mode_compatibility_level: In test mode, what is to be answered; it makes the mode test.
        flags: ``name: value`` pairs.
        client_id: The application's id; else the environment's ``SMARTCAR_CLIENT_ID``.
        client_secret: Its secret; else ``SMARTCAR_CLIENT_SECRET``.
        version: Of the API; else what ``set_api_version`` said.

    Raises:
        InvalidRequestError: The VIN or a permission is none.
        ValueError: There are no credentials, or the mode is none.

    Source: https://smartcar.com/docs/api-reference (by-vin)
    """
    known = found_credentials(client_id, client_secret)
    call = ClassicAccount.compatibility.call(
        {},
        known.client_id,
        known.client_secret,
        vin=vin,
        scope=_spaced(scope),
        country=country,
        mode="test" if test_mode_compatibility_level else mode_of(mode, test_mode),
        test_mode_compatibility_level=test_mode_compatibility_level,
        flags=flags_text(flags),
    )
    return Question(NO_TOKEN, _classic(call, version))


@legacy.accepts(legacy.calls.GET_COMPATIBILITY_MATRIX)
def get_compatibility_matrix(
    region: Region,
    *,
    scope: Names | None = None,
    make: Names | None = None,
    type: Powertrain | None = None,  # noqa: A002 -- the API's own name
    mode: Mode | None = None,
    client_id: str | None = None,
    client_secret: str | None = None,
    version: str | None = None,
) -> Question[CompatibilityMatrix]:
    """Models that can be connected, by make in upper case.

    Args:
        region: US, CA or EUROPE.
        scope: Only models with these permissions.
        make: Only these makes.
        type: ICE, BEV, PHEV or HEV.
        mode: live, simulated or test.
        client_id: The application's id; else the environment's ``SMARTCAR_CLIENT_ID``.
        client_secret: Its secret; else ``SMARTCAR_CLIENT_SECRET``.
        version: Of the API; else what ``set_api_version`` said.

    Raises:
        ValueError: There are no credentials, or the region is none.

    Source: https://smartcar.com/docs/api-reference (by-region-and-make)
    """
    known = found_credentials(client_id, client_secret)
    call = ClassicAccount.compatibility_matrix.call(
        {},
        known.client_id,
        known.client_secret,
        region=region,
        scope=None if scope is None else _spaced(scope),
        make=None if make is None else _spaced(make),
        type=type,
        mode=mode,
    )
    return Question(NO_TOKEN, _classic(call, version))


@legacy.accepts(legacy.calls.GET_CONNECTIONS)
def get_connections(
    amt: str,
    *,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Question[ConnectionsPage]:
    """Who has connected which car, newest first: one page.

    Args:
        amt: The application management token, from the dashboard.
        user_id: Only this owner's.
        vehicle_id: Only of this car.
        limit: At most so many, from 1 to 100; the API gives 10.
        cursor: Where to go on: ``paging.cursor`` of the page before.

    Raises:
        AuthenticationError: The management token is wrong.

    Source: https://smartcar.com/docs/api-reference (get-vehicle-connections)
    """
    refuse_empty(user_id=user_id, vehicle_id=vehicle_id, cursor=cursor)
    call = ClassicAccount.management_connections.call(
        {}, amt, user_id=user_id, vehicle_id=vehicle_id, limit=limit, cursor=cursor
    )
    return Question(NO_TOKEN, _classic(call, None))


@legacy.accepts(legacy.calls.DELETE_CONNECTIONS)
def delete_connections(
    amt: str, *, user_id: str | None = None, vehicle_id: str | None = None
) -> Question[DeletedConnections]:
    """End every connection of an owner, or of a car.

    Args:
        amt: The application management token, from the dashboard.
        user_id: This owner's.
        vehicle_id: Of this car; not both.

    Raises:
        ValueError: Both are said, or neither.
        AuthenticationError: The management token is wrong.

    Source: https://smartcar.com/docs/api-reference (delete-vehicle-connections)
    """
    if (user_id is None) == (vehicle_id is None):
        msg = "say user_id or vehicle_id: one of them, not both"
        raise ValueError(msg)
    refuse_empty(user_id=user_id, vehicle_id=vehicle_id)
    call = ClassicAccount.delete_management_connections.call(
        {}, amt, user_id=user_id, vehicle_id=vehicle_id
    )
    return Question(NO_TOKEN, _classic(call, None))


def refuse_empty(**said: str | None) -> None:
    """An empty filter would mean everybody.

    Raises:
        ValueError: One of them is empty.
    """
    for name, value in said.items():
        if isinstance(value, str) and not value.strip():
            msg = f"{name} is empty: leave it out, or say which"
            raise ValueError(msg)


def mode_of(mode: Mode | None, test_mode: bool | None) -> Mode | None:
    """The mode that both ways to say it mean."""
    if test_mode is None:
        return legacy.lowered(mode)
    legacy.warn(TEST_MODE_IS_OLD)
    return "test" if test_mode else "live"


def _classic(call: Call[R], version: str | None) -> Call[R]:
    """*call* on another version than 2.0, where one was said; v3 has none of these."""
    said = versions.chosen(version)
    if said == "3" and version is not None:
        msg = "v3 has no such call: leave version out, or use client.compatible_vehicles()"
        raise ValueError(msg)
    if said in {CLASSIC, "3"}:
        return call
    path = call.request.path.replace(f"/v{CLASSIC}/", f"/v{said}/", 1)
    return replace(call, request=replace(call.request, path=path))


def _spaced(names: Names) -> str:
    return names if isinstance(names, str) else " ".join(names)


def with_flags(query: dict[str, Any], flags: Flags | None) -> dict[str, Any]:
    """*query* with the flags that were said."""
    text = flags_text(flags)
    return query if text is None else {**query, "flags": text}
