"""v1.0, switched off in January 2023: answered as v2.0 is, with the errors that it had.

Names and statuses: the old SDKs, which still read them.  Texts are theirs where they are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from smartcar.simulator.connect.fates import FIRST_VERSION, Fate
from smartcar.simulator.problems import KNOWN, Refusal


class _Old(NamedTuple):
    """An error of v1.0."""

    status: int
    error: str
    code: str | None = None
    message: str | None = None


_ACTION: Final = "vehicle_owner_action_required"
_STATE: Final = "vehicle_state_error"

_CODES: Final[Mapping[str, _Old]] = {
    # The status of the first two is unconfirmed.
    "VOA_000": _Old(
        409,
        _ACTION,
        "VOA_000",
        "Vehicle authentication failed. Please prompt the vehicle owner to log in again using "
        "Connect.",
    ),
    "VOA_001": _Old(
        409,
        _ACTION,
        "VOA_001",
        "Connected services subscription invalid or expired. Please prompt the vehicle owner to "
        "reactivate their subscription.",
    ),
    "VS_000": _Old(409, _STATE, "VS_000", "Vehicle state cannot be determined."),
    "VS_001": _Old(409, _STATE, "VS_001", "Some of the vehicle's doors are open."),
    "VS_002": _Old(409, _STATE, "VS_002", "Some of the vehicle's trunks are open."),
    "VS_003": _Old(409, _STATE, "VS_003", "The vehicle's hood is open."),
}
"""Source: https://smartcar.com/docs/errors/v1.0/test-mode/"""

_TYPES: Final[Mapping[str, _Old]] = {
    "VALIDATION": _Old(400, "validation_error"),
    "AUTHENTICATION": _Old(401, "authentication_error"),
    "PERMISSION": _Old(
        403, "permission_error", None, "Insufficient permissions to access requested resource."
    ),
    "RESOURCE_NOT_FOUND": _Old(404, "resource_not_found_error"),
    # What v1.0 had no code for is told by the first of each kind (unconfirmed).
    "CONNECTED_SERVICES_ACCOUNT": _CODES["VOA_000"],
    "VEHICLE_STATE": _CODES["VS_000"],
    "RATE_LIMIT": _Old(429, "rate_limiting_error"),
    "BILLING": _Old(430, "monthly_limit_exceeded"),
    "COMPATIBILITY": _Old(501, "smartcar_not_capable_error"),
}

_KINDS: Final[Mapping[Fate, _Old]] = {
    **{fate: _CODES[code] for code, fate in FIRST_VERSION.items()},
    ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE"): _Old(501, "vehicle_not_capable_error"),
    ("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND"): _TYPES["PERMISSION"],
}

_OTHERWISE: Final = _Old(500, "server_error")
"""The maker's failures too (unconfirmed)."""


def first_body(refusal: Refusal, request_id: str) -> dict[str, Any]:
    """*refusal* as v1.0 said it."""
    kind = refusal.type, refusal.code
    old = _KINDS.get(kind) or _TYPES.get(refusal.type, _OTHERWISE)
    return {
        "error": old.error,
        "message": old.message or KNOWN.get(kind, refusal.known).detail,
        "code": old.code,
        "statusCode": old.status,
        "requestId": request_id,
    }
