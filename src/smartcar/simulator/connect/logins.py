"""What an owner's e-mail means.  Any other signs in to cars of the chosen brand.

Source: https://smartcar.com/docs/integration-guide/test-your-integration/test-requests.
They mean the same here in every mode.  Those that connect a car which then fails are ``fates``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from smartcar.simulator.cars.designs import Powertrain

_VIN: Final = re.compile(r"[A-Z0-9]{17}")  # "this string does not need to be a real VIN"

_SUCCESS: Final = "smartcar@successful-request.com"
_SUCCESS_VIN: Final = "0SCAUDI037A5ADB1C"

_FAILURES: Final = {
    "smartcar@vehicle-incompatible.com": "vehicle_incompatible",
    "smartcar@invalid-subscription.com": "invalid_subscription",
    # These two are not Smartcar's: it has no logins for them.
    "smartcar@no-vehicles.com": "no_vehicles",
    "smartcar@server-error.com": "server_error",
}
_WRONG_PASSWORD: Final = "wrong"
"""Smartcar names none: its test logins go with any password."""
_FAILING_VINS: Final = {
    "0SCAUDI012FE3B132": "vehicle_incompatible",
    "0SCAUDI0155C49A95": "invalid_subscription",
}

_LEVELS: Final[dict[str, Powertrain | None]] = {
    "compatible": "PHEV",  # both have all permissions
    "phev": "PHEV",
    "fuel": "ICE",
    "bev": "BEV",
    "incompatible": None,
}


@dataclass(frozen=True, slots=True)
class Login:
    """What signing in leads to."""

    cars: int = 1
    vin: str | None = None
    powertrain: Powertrain | None = None
    failure: str | None = None
    """The Connect error that it ends with."""


def read_login(username: str) -> Login:
    """What *username* means."""
    address = username.strip().lower()
    if address in _FAILURES:
        return Login(failure=_FAILURES[address])
    if address == _SUCCESS:
        return Login(vin=_SUCCESS_VIN)
    name, _, domain = address.partition("@")
    level = domain.removesuffix(".smartcar.com")
    if level != domain and level in _LEVELS and _VIN.fullmatch(name.upper()):
        failure = "vehicle_incompatible" if level == "incompatible" else None
        return Login(vin=name.upper(), powertrain=_LEVELS[level], failure=failure)
    several = re.fullmatch(r"([1-9]\d{0,2})-vehicles@smartcar\.com", address)
    if several:
        return Login(cars=int(several[1]))
    return Login()


def failure_of_vin(vin: str | None) -> str | None:
    """The Connect error that a VIN of test mode stands for."""
    return _FAILING_VINS.get(vin or "")


def is_wrong(password: str) -> bool:
    """Is it the one password that signs nobody in, so that this can be tried as well?"""
    return password.strip().lower() == _WRONG_PASSWORD
