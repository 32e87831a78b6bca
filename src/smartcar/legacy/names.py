"""Names and modules of the official Python SDK, and what has taken their place.  No I/O here."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from typing import Any, Final, Self

from .answers import TOKENS
from .warning import warn


class Reason(StrEnum):
    """Why a car is not compatible: a text here, of an open set."""

    VEHICLE_NOT_COMPATIBLE = "VEHICLE_NOT_COMPATIBLE"
    MAKE_NOT_COMPATIBLE = "MAKE_NOT_COMPATIBLE"


_MODELS: Final[Mapping[str, str]] = {
    **{
        name: f"smartcar.models.{name}"
        for name in (
            *("Attributes", "Battery", "BatteryCapacity", "Capability", "Charge"),
            *("ChargeLimit", "CompatibilityMatrix", "DiagnosticTroubleCode", "EngineOil", "Fuel"),
            *("Location", "LockStatus", "Odometer", "Paging", "Permissions", "Response"),
            *("ServiceCost", "ServiceHistory", "ServiceRecord", "ServiceTask", "TirePressure"),
            *("User", "Vin"),
        )
    },
    "Action": "smartcar.models.Execution",
    "AvailableCapacity": "smartcar.models.CapacityOption",
    "ChargingPort": "smartcar.models.Part",
    "Compatibility": "smartcar.models.Compatibility",
    "CompatibilityMatrixModel": "smartcar.models.CompatibilityMatrixEntry",
    "CompatibilityV1": "smartcar.models.Compatibility",
    "CompatibilityV2": "smartcar.models.Compatibility",
    "Connection": "smartcar.models.ManagedConnection",
    "DeleteConnections": "smartcar.models.DeletedConnections",
    "DiagnosticSystem": "smartcar.models.DiagnosticSystemStatus",
    "DiagnosticSystemStatus": "smartcar.models.DiagnosticSystemStatusResponse",
    "DiagnosticTroubleCodes": "smartcar.models.DiagnosticTroubleCodesResponse",
    "Door": "smartcar.models.Part",
    "GetConnections": "smartcar.models.ConnectionsPage",
    "NominalCapcity": "smartcar.models.NominalCapacity",
    "PagingCursor": "smartcar.models.Paging",
    "SelectedCapacity": "smartcar.models.ChosenCapacity",
    "Status": "smartcar.models.ActionResponse",
    "Storage": "smartcar.models.Part",
    "Subscribe": "smartcar.models.WebhookSubscription",
    "Sunroof": "smartcar.models.Part",
    "Vehicles": "smartcar.models.VehicleIds",
    "Window": "smartcar.models.Part",
}

_FUNCTIONS: Final = (
    *("delete_connections", "get_api_version", "get_compatibility", "get_compatibility_matrix"),
    *("get_connections", "get_user", "get_vehicle", "get_vehicles", "hash_challenge"),
    *("set_api_version", "verify_payload"),
)

_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "smartcar": {"SmartcarException": "smartcar.SmartcarError"},
    "smartcar.auth_client": {"AuthClient": "smartcar.AuthClient"},
    "smartcar.exception": {"SmartcarException": "smartcar.SmartcarError"},
    "smartcar.smartcar": {
        **{name: f"smartcar.{name}" for name in _FUNCTIONS},
        "API_VERSION": "smartcar.get_api_version()",
    },
    "smartcar.types": _MODELS,
    "smartcar.v2_response": _MODELS,
    "smartcar.vehicle": {"Vehicle": "smartcar.Vehicle"},
}
"""Modules, and their names as they are said today."""


class Starred(str):
    """A name of an ``__all__``: ``import *`` hands it to a module's ``__getattr__`` as it is.

    So a star brings old names with at most one warning: a program need not use all it is given.
    """

    __slots__ = ("told",)
    told: str
    """What to warn of; nothing where it is empty."""

    def __new__(cls, name: str, told: str = "") -> Self:
        """With what to warn of."""
        self = super().__new__(cls, name)
        self.told = told
        return self


def starred(module: str) -> list[Starred]:
    """Old names of *module*, for its ``__all__``; a star from a module that is old itself warns."""
    kept = (full.rpartition(".") for full in _KEPT)
    own = [*_NAMES[module], *(name for of, _, name in kept if of == module)]
    if module == "smartcar":
        return [Starred(name) for name in (*own, *_STARRED_MODULES)]
    where = "smartcar.models" if _NAMES[module] is _MODELS else "smartcar"
    told = f"from {module} import * is deprecated: say from {where} import … with names"
    return [Starred(name, "" if place else told) for place, name in enumerate(own)]


def old_names(module: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module that has old names."""

    def found(name: str) -> Any:
        full = f"{module}.{name}"
        if full == "smartcar.smartcar" and isinstance(name, Starred):
            return import_module("smartcar")  # it has all that the module of its name has
        if full in _KEPT:
            new, kept = _KEPT[full]
        elif name in _NAMES[module]:
            new = _NAMES[module][name]
            kept = None
        elif full in _NAMES:
            return import_module(full)
        else:
            raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
        told = name.told if isinstance(name, Starred) else f"{full} is deprecated: say {new}"
        if told:
            warn(told)
        return _looked_up(new) if kept is None else kept

    return found


def _looked_up(spelling: str) -> Any:
    module, _, name = spelling.removesuffix("()").rpartition(".")
    value = getattr(import_module(module), name)
    return value() if spelling.endswith("()") else value


def make_access_object(access: Mapping[str, Any]) -> Any:
    """Tokens that a program has kept, as ``exchange_code`` gives them."""
    kind = _access()
    return kind(**{name: _in_utc(access.get(name)) for name in kind.__struct_fields__})


def _access() -> Any:
    return import_module("smartcar.models").Access


def _in_utc(value: object) -> object:
    """A time of the official SDK's, which has no time zone, in the one that it is in."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


class _AsToday(type):
    """A class that passes for today's."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _access())

    def __eq__(cls, other: object) -> bool:
        return other is cls or other is _access()

    def __hash__(cls) -> int:
        return hash(_access())


class Access(metaclass=_AsToday):
    """Tokens as a tuple: a program's pickles say this name, and what it is made of in its order."""

    def __new__(cls, *args: object, **kwargs: object) -> Any:
        """Today's tokens, of the old tuple's fields."""
        return make_access_object({**dict(zip(TOKENS, args, strict=False)), **kwargs})


def build_meta(response_headers: Mapping[str, str]) -> Any:
    """What a reply's headers say of its data."""
    found = import_module("smartcar.protocol.meta").meta_of
    return found({name.lower(): value for name, value in response_headers.items()})


def exception_factory(
    status_code: int,
    headers: Mapping[str, str],
    body: str,
    check_content_type: bool = True,
) -> Any:
    """The error that a reply tells; its content type is no matter."""
    del check_content_type
    return import_module("smartcar.errors.kinds").error_from(status_code, body, headers)


def get_management_token(amt: str, username: str = "default") -> str:
    """What goes behind ``Basic`` with a management token."""
    return b64encode(f"{username}:{amt}".encode()).decode()


_FORMED: Final = "nothing: the functions of connections take the management token itself"
_KEPT: Final[Mapping[str, tuple[str, Any]]] = {
    "smartcar.exception.exception_factory": (
        *("smartcar.SmartcarError(status, body, headers)", exception_factory),
    ),
    "smartcar.smartcar.get_management_token": (_FORMED, get_management_token),
    **{
        f"{module}.{name}": kept
        for module in ("smartcar.types", "smartcar.v2_response")
        for name, kept in {
            "Access": ("smartcar.models.Access", Access),
            "Reason": ('"MAKE_NOT_COMPATIBLE" or "VEHICLE_NOT_COMPATIBLE"', Reason),
            "build_meta": ("answer.meta", build_meta),
            "make_access_object": (
                *("smartcar.models.Access(access_token=…, …)", make_access_object),
            ),
        }.items()
    },
}
"""What nothing of today is the very same as, and what to say instead."""

_STARRED_MODULES: Final = ("auth_client", "exception", "smartcar", "v2_response", "vehicle")
"""Modules that ``from smartcar import *`` brings in the official SDK."""
