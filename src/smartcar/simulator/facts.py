"""Signals that stand for something in the car itself: setting one changes the car.

A charge that is set is a charge from which the car drives and charges on; for all other signals
only what is told changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Any, Final

Deed = tuple[str, dict[str, Any]]
"""A command to the car, and its arguments."""

_AMOUNTS: Final = {
    "tractionbattery-stateofcharge": "percent",
    "internalcombustionengine-fuellevel": "fuelPercent",
    "internalcombustionengine-amountremaining": "litres",
    "odometer-traveleddistance": "km",
}
_SWITCHES: Final = {
    "closure-islocked": ("security-lock", "security-unlock"),
    "charge-ischarging": ("charge-start", "charge-stop"),
    "charge-ischargingcableconnected": ("plug-in", "unplug"),
    "charge-ischargingportflapopen": ("charge-port-open", "charge-port-close"),
    "connectivitystatus-isasleep": ("sleep", "wake"),
}
_PLACE: Final = "location-preciselocation"

IN_THE_CAR: Final = frozenset({*_AMOUNTS, *_SWITCHES, _PLACE})
"""Codes of the signals that change the car when they are set."""

_ROUNDED: Final = 0.06
"""What a report's rounding may take from a number."""
_NEAR: Final = 1e-5
"""Degrees: a metre."""


def deed_for(code: str, body: Mapping[str, Any]) -> Deed | None:
    """What to do to a car so that *code* tells *body*; None where nothing in the car does it."""
    if code in _AMOUNTS:
        return "adjust", {_AMOUNTS[code]: body.get("value")}
    if code in _SWITCHES:
        return _SWITCHES[code][not body.get("value")], {}
    if code == _PLACE:
        return "adjust", {"latitude": body.get("latitude"), "longitude": body.get("longitude")}
    return None


def tells(own: Mapping[str, Any] | None, body: Mapping[str, Any]) -> bool:
    """Does the car itself say what *body* says, but for rounding and where it looks?"""
    if own is None:
        return False
    for key in ("value", "latitude", "longitude"):
        here, wanted = own.get(key), body.get(key)
        if isinstance(here, bool) or not isinstance(here, int | float):
            if here != wanted:
                return False
        elif not isinstance(wanted, int | float) or not isclose(
            here, wanted, abs_tol=_ROUNDED if key == "value" else _NEAR
        ):
            return False
    return True
