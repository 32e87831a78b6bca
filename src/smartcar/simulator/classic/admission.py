"""Who may ask v2.0 about what: ids, tokens, permissions, and test logins that stand for errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from smartcar.protocol.wire import Request
from smartcar.simulator import tokens
from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.issued import Access
from smartcar.simulator.problems import Refusal
from smartcar.simulator.world import World

from .changes import is_uuid
from .problems import Malformed
from .routes import Route
from .visit import ClassicVisit

_WITHOUT_THE_CAR: Final = frozenset({"attributes", "vin", "permissions", "disconnect", "subscribe"})
"""They work whatever the owner's test login stands for; of the last two this is unconfirmed."""


def know(visit: ClassicVisit) -> None:
    """Let nobody in who names no car, or one that is not connected for them.

    Raises:
        Malformed: It is no id.
        Refusal: It is another's.
    """
    vehicle_id = visit.path_params["vehicle_id"]
    if not is_uuid(vehicle_id) and vehicle_id != PLAYGROUND_ID:
        raise Malformed(["vehicleId"], '"vehicleId" must be a valid GUID')
    spec = visit.world.garage.spec(vehicle_id)
    if spec is None or not visit._may_see(spec):
        raise Refusal("PERMISSION")


def admit(visit: ClassicVisit, name: str, permission: str | None) -> None:
    """Let nobody do what the owner has not granted.

    Raises:
        Refusal: It was not granted, or the owner's login stands for an error.
    """
    if name not in _WITHOUT_THE_CAR:
        visit.require(permission)
    elif permission is not None and permission not in visit.grant().permissions:
        raise Refusal("PERMISSION")


def authorised(
    world: World, now: float, request: Request, route: Route
) -> tuple[Access, tuple[str, ...]]:
    """What the request may see, and the secrets that it showed."""
    name, secret = tokens._client(request, {})
    match route.endpoint.facts.authority:
        case "client":
            return _nobody(world, world.applications.proved_by(name, secret)), (
                name or "",
                secret or "",
            )
        case "default:management token":
            manager = world.applications.managed_by(secret if name == "default" else None)
            return _nobody(world, manager), (secret or "",)
        case "management token":
            token = bearer(request.headers)
            return _nobody(world, world.applications.managed_by(token)), (token,)
        case "token":
            # A car is also let go by a management token (in which form is unconfirmed).
            if route.endpoint.name == "disconnect":
                shown = (bearer(request.headers), secret)
                managers = [world.applications.managed_by(each) for each in shown]
                if any(managers):
                    return _nobody(world, next(filter(None, managers))), ()
            return owner_access(world, now, request), ()


def owner_access(world: World, now: float, request: Request) -> Access:
    """What the bearer of an owner's token may see.

    Raises:
        Refusal: The token is none, or no longer, or of v3: that speaks for no owner.
    """
    access = tokens.access_of(world, now, request.headers)
    if access.user_id is None:
        raise Refusal("AUTHENTICATION")
    return access


def bearer(headers: Mapping[str, str]) -> str:
    """The token that a request carries, if it carries one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _nobody(world: World, application: SimulatedApplication | None) -> Access:
    """What speaks for no owner: the application, and its management token.

    Raises:
        Refusal: No application has shown who it is.
    """
    if application is None:
        raise Refusal("AUTHENTICATION")
    return Access(0.0, None, world.applications.key(application))


def reconnect_url(application: SimulatedApplication, origin: str, vehicle_id: str) -> str:
    """Where the owner of a car signs in anew; the application adds its redirect URI."""
    asked = {
        "response_type": "vehicle_id",
        "client_id": application.client_id,
        "vehicle_id": vehicle_id,
    }
    return f"{origin}/oauth/reauthenticate?{urlencode(asked)}"
