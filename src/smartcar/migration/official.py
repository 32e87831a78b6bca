"""What the official Python SDK's calls take, and what is said differently here.

Source: smartcar 6.19.1 of PyPI; a test compares the names with the package itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TABLE: Final = """
get_user                          access_token
get_vehicle                       access_token vehicle_id
get_vehicles                      access_token paging{}
get_compatibility                 vin scope country options{}
get_compatibility_matrix          region | make options{}
get_connections                   amt filter{} paging{}
delete_connections                amt filter{}
get_management_token              amt username
set_api_version                   version
get_api_version
hash_challenge                    amt challenge
verify_payload                    amt signature body
SmartcarException                 kwargs
AuthClient                        client_id client_secret redirect_uri | test_mode mode
AuthClient.get_auth_url           scope options{}
AuthClient.exchange_code          code options{}
AuthClient.exchange_refresh_token refresh_token=token options{}
Vehicle                           vehicle_id=id access_token=token options{}
Vehicle.attributes
Vehicle.vin
Vehicle.odometer
Vehicle.location
Vehicle.fuel
Vehicle.battery
Vehicle.battery_capacity
Vehicle.nominal_capacity
Vehicle.charge
Vehicle.get_charge_limit
Vehicle.tire_pressure
Vehicle.engine_oil
Vehicle.lock_status
Vehicle.service_history           start_date end_date
Vehicle.diagnostic_system_status
Vehicle.diagnostic_trouble_codes
Vehicle.permissions               paging{}
Vehicle.start_charge
Vehicle.stop_charge
Vehicle.set_charge_limit          limit
Vehicle.lock
Vehicle.unlock
Vehicle.send_destination          latitude longitude
Vehicle.disconnect
Vehicle.subscribe                 webhook_id
Vehicle.unsubscribe               amt webhook_id
Vehicle.batch                     paths
Vehicle.request                   method path body headers
Vehicle.get_signals
Vehicle.get_signal                signal_code=code
Vehicle.set_unit_system           unit_system
"""
# ``options{}`` is a dictionary whose keys are keywords here, ``vehicle_id=id`` has another name
# here, and what follows a bar is a keyword only.


@dataclass(frozen=True, slots=True)
class Taken:
    """An argument of an official call."""

    name: str
    here: str
    """Its name here."""
    is_opened: bool
    """Is it a dictionary there, whose keys are keywords here?"""
    is_keyword: bool
    """Is it here by keyword only?"""


def _taken(text: str) -> tuple[Taken, ...]:
    positional, _, keyword = text.partition("|")
    found: list[Taken] = []
    for part, is_keyword in ((positional, False), (keyword, True)):
        for word in part.split():
            name, _, here = word.removesuffix("{}").partition("=")
            found.append(Taken(name, here or name, word.endswith("{}"), is_keyword))
    return tuple(found)


CALLS: Final = {
    name: _taken(rest)
    for name, _, rest in (line.partition(" ") for line in _TABLE.strip().splitlines())
}
"""Every call, and what it takes, in order."""

TAKEN_BY_NODE: Final = {
    "AuthClient": _taken("options{}"),
    "get_compatibility_matrix": _taken("region options{}"),
}
"""What calls of the official Node SDK take that take something else there."""

ATTRIBUTES: Final = frozenset({"Vehicle.vehicle_id", "Vehicle.access_token"})
"""What is read without being called."""

PATHS: Final = {
    "": "attributes",
    "battery/capacity": "battery_capacity",
    "battery/nominal_capacity": "nominal_capacity",
    "charge/limit": "get_charge_limit",
    "diagnostics/dtcs": "diagnostic_trouble_codes",
    "diagnostics/system_status": "diagnostic_system_status",
    "engine/oil": "engine_oil",
    "security": "lock_status",
    "service/history": "service_history",
    "tires/pressure": "tire_pressure",
    **{name: name for name in ("battery", "charge", "fuel", "location", "permissions", "vin")},
}
"""Reads by their path, for those who ask them with ``request``; see the rows for ``odometer``."""

MOVED: Final = frozenset(
    {"smartcar", "vehicle", "auth_client", "exception", "v2_response", "types"}
)
"""Modules of the official SDK whose names are in ``smartcar`` itself here."""

GONE: Final = frozenset({"config", "helpers", "v3_response"})
"""Modules of the official SDK that are not here."""
