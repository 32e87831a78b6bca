"""Errors that test logins and test VINs stand for: from then on the car answers with them.

Sources: https://smartcar.com/docs/errors/testing-errors for those of v2.0, which v3 gives too;
https://smartcar.com/docs/errors/v1.0/test-mode/ for those of v1.0.  Which error of v2.0 one of v1.0
became is unconfirmed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from smartcar.simulator.problems import KNOWN

Fate = tuple[str, str | None]
"""Type and code, in the words of v2.0 and v3."""

_ACCOUNT: Final = "CONNECTED_SERVICES_ACCOUNT"

FIRST_VERSION: Final[Mapping[str, Fate]] = {
    "VOA_000": (_ACCOUNT, "AUTHENTICATION_FAILED"),
    "VOA_001": (_ACCOUNT, "SUBSCRIPTION"),
    "VS_000": ("VEHICLE_STATE", "UNKNOWN"),
    "VS_001": ("VEHICLE_STATE", "DOOR_OPEN"),
    "VS_002": ("VEHICLE_STATE", "TRUNK_OPEN"),
    "VS_003": ("VEHICLE_STATE", "HOOD_OPEN"),
}
"""Codes of v1.0."""

_FIRST_LOGIN: Final = re.compile(
    r"smartcar@(?:(voa)-(\d{3})\.vehicle-owner-action-required"
    r"|(vs)-(\d{3})\.vehicle-state-error)\.com"
)

FATED_VINS: Final[Mapping[str, Fate]] = {
    "0SCLR000270BE6600": ("COMPATIBILITY", "MAKE_NOT_COMPATIBLE"),
    "0SCLR0002DC18F57F": ("COMPATIBILITY", "SMARTCAR_NOT_CAPABLE"),
    "0SCLR00024C7CDF7A": ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE"),
    "0SCLR00026BAAA136": (_ACCOUNT, "ACCOUNT_ISSUE"),
    "0SCLR00021D803C7B": (_ACCOUNT, "AUTHENTICATION_FAILED"),
    "0SCLR00027671837B": (_ACCOUNT, "NO_VEHICLES"),
    "0SCLR0002B9BAF29F": (_ACCOUNT, "SUBSCRIPTION"),
    "0SCLR00024E29EEBD": (_ACCOUNT, "VEHICLE_MISSING"),
    "0SCLR000298A0A649": ("UPSTREAM", "INVALID_DATA"),
    "0SCLR0002A8760B72": ("UPSTREAM", "KNOWN_ISSUE"),
    "0SCLR0002C23E43AB": ("UPSTREAM", "NO_RESPONSE"),
    "0SCLR0002D4878901": ("UPSTREAM", "UNKNOWN_ISSUE"),
    "0SCLR0002E8896323": ("VEHICLE_STATE", "ASLEEP"),
    "0SCLR000221F1E672": ("VEHICLE_STATE", "CHARGING_IN_PROGRESS"),
    "0SCLR0002CBFC7C21": ("VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED"),
    "0SCLR0002F8BD90B8": ("VEHICLE_STATE", "DOOR_OPEN"),
    "0SCLR00029CD9D894": ("VEHICLE_STATE", "FULLY_CHARGED"),
    "0SCLR000219CD4A2C": ("VEHICLE_STATE", "HOOD_OPEN"),
    "0SCLR00021D49E58A": ("VEHICLE_STATE", "IGNITION_ON"),
    "0SCLR00024F6EE640": ("VEHICLE_STATE", "IN_MOTION"),
    "0SCLR0002588A5CC1": ("VEHICLE_STATE", "REMOTE_ACCESS_DISABLED"),
    "0SCLR00023C607FDB": ("VEHICLE_STATE", "TRUNK_OPEN"),
    "0SCLR0002E6CC0314": ("VEHICLE_STATE", "UNKNOWN"),
    "0SCLR000247EBF067": ("VEHICLE_STATE", "UNREACHABLE"),
    "0SCLR0002AF1D71A1": ("VEHICLE_STATE", "VEHICLE_OFFLINE_FOR_SERVICE"),
    # Those of v1.0; what stands for VS_003 is not known.
    "0SCLR0002EDAB90A7": FIRST_VERSION["VOA_000"],
    "0SCLR0002AB072EEA": FIRST_VERSION["VOA_001"],
    "0SCLR000292E53813": FIRST_VERSION["VS_000"],
    "0SCLR00022F1A83F5": FIRST_VERSION["VS_001"],
    "0SCLR00028D1AA6DF": FIRST_VERSION["VS_002"],
}


@lru_cache(maxsize=1024)
def fate_of(owner_email: str, vin: str) -> Fate | None:
    """The error that a login or a VIN stands for: ``VEHICLE_STATE.ASLEEP@smartcar.com``."""
    name, _, domain = owner_email.partition("@")
    kind, _, code = name.upper().partition(".")
    fate: Fate = kind, None if code == "NULL" else code
    if domain.lower() == "smartcar.com" and code and fate in KNOWN:
        return fate
    first = _FIRST_LOGIN.fullmatch(owner_email.lower())
    if first is not None:
        return FIRST_VERSION.get("_".join(part for part in first.groups() if part).upper())
    return FATED_VINS.get(vin)


def is_mendable(fate: Fate) -> bool:
    """Does it end when the owner signs in again?"""
    return KNOWN[fate].resolution == "REAUTHENTICATE"
