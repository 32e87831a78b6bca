"""Names and modules of the official Python SDK, and what has taken their place.  No I/O here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from typing import Any, Final

from .warning import warn


class Reason(StrEnum):
    """Why a car is not compatible: a text here, of an open set."""

    VEHICLE_NOT_COMPATIBLE = "VEHICLE_NOT_COMPATIBLE"
    MAKE_NOT_COMPATIBLE = "MAKE_NOT_COMPATIBLE"


_MODELS: Final[Mapping[str, str]] = {
    **{
        name: f"smartcar.models.{name}"
        for name in (
            *("Access", "Attributes", "Battery", "BatteryCapacity", "Capability", "Charge"),
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


def old_names(module: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module that has old names."""

    def found(name: str) -> Any:
        new = _NAMES[module].get(name)
        if _NAMES[module] is _MODELS and name in _KEPT:
            told, kept = _KEPT[name]
            warn(f"{module}.{name} is deprecated: say {told}")
            return kept
        if new is not None:
            warn(f"{module}.{name} is deprecated: say {new}")
            return _looked_up(new)
        if f"{module}.{name}" in _NAMES:
            return import_module(f"{module}.{name}")
        raise AttributeError(f"module {module!r} has no attribute {name!r}", name=name)

    return found


def _looked_up(spelling: str) -> Any:
    module, _, name = spelling.removesuffix("()").rpartition(".")
    value = getattr(import_module(module), name)
    return value() if spelling.endswith("()") else value


def make_access_object(access: Mapping[str, Any]) -> Any:
    """Tokens that a program has kept, as ``exchange_code`` gives them."""
    kind = import_module("smartcar.models").Access
    return kind(**{name: access.get(name) for name in kind.__struct_fields__})


_KEPT: Final[Mapping[str, tuple[str, Any]]] = {
    "Reason": ('"MAKE_NOT_COMPATIBLE" or "VEHICLE_NOT_COMPATIBLE"', Reason),
    "make_access_object": ("smartcar.models.Access(access_token=…, …)", make_access_object),
}
"""What nothing has taken the place of, and what to say instead."""


def old_batch_name(path: str) -> str:
    """What the official SDK calls a method of a batch: ``/engine/oil`` is ``engine_oil``."""
    return path.strip("/").replace("/", "_")


def warn_of_batch_name(name: str, new: str) -> None:
    """Warn of a method of a batch that has another name here."""
    if name != new:
        warn(f"batch.{name}() is deprecated: say batch.{new}()")
