"""What v2.0 tells a car.  Both versions see what comes of it."""

from __future__ import annotations

from typing import Final

from smartcar.api.classic_models import ActionResponse
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.simulator.answers.commands import _told
from smartcar.simulator.problems import Refusal

from .problems import Malformed
from .visit import ClassicVisit, commanded

DONE: Final = ActionResponse(status="success", message="Successfully sent request to vehicle")
"""What every command answers; the words are those that the SDKs' own tests look for."""

LOWEST_LIMIT: Final = 0.5


@commanded(VehicleEndpoints.start_charge)
def start_charge(visit: ClassicVisit) -> ActionResponse:
    """Energy flows from now."""
    return tell(visit, "charge-start", "control_charge")


@commanded(VehicleEndpoints.stop_charge)
def stop_charge(visit: ClassicVisit) -> ActionResponse:
    """Energy flows no more."""
    return tell(visit, "charge-stop", "control_charge")


@commanded(VehicleEndpoints.set_charge_limit)
def set_charge_limit(visit: ClassicVisit, limit: float) -> ActionResponse:
    """Charging stops there; from 0.5 to 1, as documented, though SDKs let less pass."""
    if not LOWEST_LIMIT <= limit <= 1:
        raise Malformed(["limit"], f'"limit" must be between {LOWEST_LIMIT} and 1')
    return tell(visit, "charge-set-limit", "control_charge", percent=round(limit * 100))


@commanded(VehicleEndpoints.lock)
def lock(visit: ClassicVisit) -> ActionResponse:
    """The doors lock."""
    return tell(visit, "security-lock", "control_security")


@commanded(VehicleEndpoints.unlock)
def unlock(visit: ClassicVisit) -> ActionResponse:
    """The doors unlock."""
    return tell(visit, "security-unlock", "control_security")


@commanded(VehicleEndpoints.send_destination)
def send_destination(visit: ClassicVisit, latitude: float, longitude: float) -> ActionResponse:
    """The navigation system knows it; the driver decides."""
    return tell(
        visit,
        "navigation-set-destination",
        "control_navigation",
        latitude=latitude,
        longitude=longitude,
    )


def tell(visit: ClassicVisit, name: str, permission: str, **arguments: object) -> ActionResponse:
    """Let the car do what the simulator, and often v3, calls *name*.

    Raises:
        Refusal: It will not; among them ``Malformed``, if the arguments make no sense to it.
    """
    try:
        _told(visit, name, permission, **arguments)
    except Refusal as refusal:
        if refusal.type == "VALIDATION":
            raise Malformed([], refusal.detail) from None
        raise
    return DONE
