"""Models of v2.0 as JSON, in the caller's units.

Every field is said, also one that is null: the API leaves out nothing but what is listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, TypeGuard, TypeVar

import msgspec

from smartcar.api import classic_models as models
from smartcar.api.classic_account_models import CompatibilityMatrix, ManagedConnection
from smartcar.api.units import gallons, miles, psi

T = TypeVar("T", bound=models.Answer)

UnitSystem = Literal["metric", "imperial"]

_DIGITS: Final = 2
"""How far temperatures are rounded: -9.5 degrees are 14.9, not 14.899999999999999."""


def fahrenheit(degrees: float) -> float:
    """Degrees Fahrenheit, of Celsius."""
    return round(degrees * 9 / 5 + 32, _DIGITS)


def celsius(degrees: float) -> float:
    """Degrees Celsius, of Fahrenheit."""
    return round((degrees - 32) * 5 / 9, _DIGITS)


_WHEELS: Final = ("front_left", "front_right", "back_left", "back_right")

_CONVERTIBLE: Final[Mapping[type, Mapping[str, Callable[[float], float]]]] = {
    models.Odometer: {"distance": miles},
    models.Battery: {"range": miles},
    models.Fuel: {"range": miles, "amount_remaining": gallons},
    models.TirePressure: dict.fromkeys(_WHEELS, psi),
}
"""What has units that a caller can choose.  Only these answers carry ``SC-Unit-System``."""


def has_units(answer: object) -> bool:
    """Does the unit system make a difference to *answer*?"""
    return type(answer) in _CONVERTIBLE


def in_units(answer: T, units: UnitSystem) -> T:
    """*answer*, whose values are metric, in the caller's units."""
    if units == "metric":
        return answer
    values = {
        name: convert(value)
        for name, convert in _CONVERTIBLE.get(type(answer), {}).items()
        if (value := getattr(answer, name)) is not None
    }
    return msgspec.structs.replace(answer, **values)


_UNSAID_IF_NONE: Final[Mapping[type, frozenset[str]]] = {
    models.ActionResponse: frozenset({"message"}),
    ManagedConnection: frozenset({"connected_at", "mode"}),
}


def said(value: object) -> Any:
    """*value* as JSON's own types."""
    match value:
        case models.Attributes():
            return value.to_dict()
        case models.ServiceHistory():
            return _listed(value.items)
        case CompatibilityMatrix():
            return {make: _listed(entries) for make, entries in value.makes.items()}
        case msgspec.Struct():
            return _fields(value)
        case _ if is_tuple(value):
            return _listed(value)
        case _:
            return value


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Is it one of a model's lists?"""
    return isinstance(value, tuple)


def _listed(values: Iterable[object]) -> list[Any]:
    return [said(each) for each in values]


def _fields(value: msgspec.Struct) -> dict[str, Any]:
    if isinstance(value, models.Paging):
        # Lists of v2.0 are paged by number, those of its management API by cursor.
        chosen = ("count", "offset") if value.count is not None else ("cursor",)
        return {name: getattr(value, name) for name in chosen}
    unsaid = _UNSAID_IF_NONE.get(type(value), frozenset[str]())
    return {
        field.encode_name: said(content)
        for field in msgspec.structs.fields(value)
        if (content := getattr(value, field.name)) is not None or field.name not in unsaid
    }
