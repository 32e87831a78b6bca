"""Which endpoints of v2.0 a model has, and the table of it: ``compatibility.json``.

The table is made from the simulated cars' designs.  Makes that Connect offers and that no design
is of have a model for each kind of drive, as their owners' cars do.  ``write()`` writes it anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from smartcar.simulator.cars.capabilities import served
from smartcar.simulator.cars.designs import DESIGNS, Design
from smartcar.simulator.cars.spec import _renamed
from smartcar.simulator.connect.brands import BRANDS, find_brand

from .reads import SYSTEMS

TABLE: Final = Path(__file__).with_name("compatibility.json")


class Capability(NamedTuple):
    """An endpoint, what must be granted for it, and what people call it."""

    permission: str
    endpoint: str
    name: str
    codes: tuple[str, ...] = ()
    """Signals of v3, one of which the model must have; none for what every car can do."""
    needs_plug: bool = False

    @property
    def id(self) -> str:
        """How the table names it."""
        return f"{self.permission} {self.endpoint}"

    def is_of(self, design: Design) -> bool:
        """Can *design* do it?"""
        if self.needs_plug and design.battery_kwh is None:
            return False
        return not self.codes or not served(design).isdisjoint(self.codes)


_CAPACITY: Final = "tractionbattery-nominalcapacity"

CAPABILITIES: Final = (
    Capability("read_vehicle_info", "/", "Vehicle info"),
    Capability("read_vin", "/vin", "VIN"),
    Capability("read_odometer", "/odometer", "Odometer", ("odometer-traveleddistance",)),
    Capability("read_location", "/location", "Location", ("location-preciselocation",)),
    Capability("read_fuel", "/fuel", "Fuel tank", ("internalcombustionengine-fuellevel",)),
    Capability("read_battery", "/battery", "EV battery", ("tractionbattery-stateofcharge",)),
    Capability("read_battery", "/battery/capacity", "EV battery capacity", (_CAPACITY,)),
    Capability(
        "read_battery", "/battery/nominal_capacity", "EV nominal battery capacity", (_CAPACITY,)
    ),
    Capability("read_charge", "/charge", "EV charging status", ("charge-ischarging",)),
    Capability("read_charge", "/charge/limit", "EV charge limit", ("charge-chargelimits",)),
    Capability("control_charge", "/charge", "EV start & stop charge", needs_plug=True),
    Capability("control_charge", "/charge/limit", "EV set charge limit", needs_plug=True),
    Capability("read_tires", "/tires/pressure", "Tire pressure", ("wheel-tires",)),
    Capability(
        "read_engine_oil", "/engine/oil", "Engine oil life", ("internalcombustionengine-oillife",)
    ),
    Capability("read_security", "/security", "Lock status", ("closure-islocked",)),
    Capability("control_security", "/security", "Lock & unlock"),
    Capability("control_navigation", "/navigation/destination", "Send destination"),
    Capability("read_service_history", "/service/history", "Service history", ("service-records",)),
    Capability("read_diagnostics", "/diagnostics/system_status", "System status", tuple(SYSTEMS)),
    Capability(
        "read_diagnostics",
        "/diagnostics/dtcs",
        "Diagnostic trouble codes",
        ("diagnostics-dtclist",),
    ),
)
"""Some of the names are seen in the documentation: those of battery, charging status, start & stop,
location, lock & unlock, odometer and tires.  The rest follow them (unconfirmed)."""

_ONLY_ELECTRIC: Final = frozenset({"LUCID", "SMART"})
"""Makes of which there is no other car, at least not in the years of the table."""


def table() -> list[dict[str, Any]]:
    """Every model, and what it cannot do."""
    makes = {design.make for design in DESIGNS}
    plain = [design for design in DESIGNS if is_plain(design)]
    # Of each kind of drive the design with the fewest extras, the first of them.
    typical = [
        min((each for each in plain if each.powertrain == kind), key=lambda each: len(each.has))
        for kind in dict.fromkeys(each.powertrain for each in plain)
    ]
    others = [
        _renamed(brand.make, design)
        for brand in BRANDS
        if brand.available and brand.make not in makes
        for design in typical
        if design.powertrain == "BEV" or brand.make not in _ONLY_ELECTRIC
    ]
    return [
        *(_entry(design, design.wmi) for design in DESIGNS),
        *(_entry(design, None) for design in others),
    ]


def is_plain(design: Design) -> bool:
    """May it stand for a model of a make that has no design?  As in ``spec``."""
    return not design.has & {"sentry", "schedules"}


def _entry(design: Design, wmi: str | None) -> dict[str, Any]:
    brand = find_brand(design.make)
    assert brand is not None  # noqa: S101 -- every design is of a brand
    return {
        "make": design.make,
        "model": design.model,
        "type": design.powertrain,
        "years": list(design.years),
        "wmi": wmi,
        "regions": list(brand.regions),
        "cannot": [each.id for each in CAPABILITIES if not each.is_of(design)],
    }


def write() -> None:
    """Write the table, a model on each line."""
    lines = (msgspec.json.encode(each).decode() for each in table())
    TABLE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
