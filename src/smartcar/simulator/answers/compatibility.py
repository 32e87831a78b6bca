"""Models that can be connected."""

from __future__ import annotations

from typing import Literal

from smartcar.api.account import AccountEndpoints
from smartcar.api.catalogue import find
from smartcar.api.resources import (
    Capability,
    CompatibleVehicle,
    CompatibleVehicleAttributes,
    CompatibleYears,
)
from smartcar.protocol.documents import Page
from smartcar.simulator import ids
from smartcar.simulator.cars.capabilities import served
from smartcar.simulator.cars.designs import DESIGNS, Design
from smartcar.simulator.visit import Visit, answers


@answers(AccountEndpoints.compatible_vehicles)
def compatible_vehicles(
    visit: Visit,
    *,
    make: str | None = None,
    powertrain_type: Literal["BEV", "PHEV", "HEV", "ICE"] | None = None,
    region: Literal["EUROPE", "US", "CA"] | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[CompatibleVehicle]:
    """The models that simulated cars are of, in every region."""
    del region, page_size, page_number
    found = [
        design
        for design in DESIGNS
        if make in {None, design.make} and powertrain_type in {None, design.powertrain}
    ]
    return visit.page_of(found, _compatible)


_COMMANDS = (
    ("Charge", "Start", "charge-start", "control_charge"),
    ("Charge", "Stop", "charge-stop", "control_charge"),
    ("Charge", "SetLimit", "charge-set-limit", "control_charge"),
    ("Security", "Lock", "security-lock", "control_security"),
    ("Security", "Unlock", "security-unlock", "control_security"),
    ("Navigation", "SetDestination", "navigation-set-destination", "control_navigation"),
)


def _compatible(design: Design) -> CompatibleVehicle:
    readable = (find(code) for code in sorted(served(design)))
    signals = [
        Capability(
            type="signal",
            group=known.group,
            name=known.name,
            code=known.code,
            permission=known.permissions[0],
        )
        for known in readable
        if known is not None
    ]
    commands = [
        Capability(type="command", group=group, name=name, code=code, permission=permission)
        for group, name, code, permission in _COMMANDS
        if group != "Charge" or design.battery_kwh is not None
    ]
    first, last = design.years
    return CompatibleVehicle(
        id=ids.uuid(0, "design", design.make, design.model, design.powertrain),
        type="vehicle-model-capability",
        attributes=CompatibleVehicleAttributes(
            make=design.make,
            model=design.model,
            powertrain_type=design.powertrain,
            years=CompatibleYears(start=first, end=last),
            capabilities=(*signals, *commands),
        ),
    )
