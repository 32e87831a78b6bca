"""Errors as v2.0 says them; how v1.0 did is ``first_version``.

Shape and texts: https://smartcar.com/docs/errors/api-errors.  Statuses and resolutions are those of
``simulator.problems``; a code that only v3 has is told as the nearest that v2.0 had.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from smartcar.protocol.wire import Reply
from smartcar.simulator.problems import KNOWN, Refusal

from .first_version import first_body

_JSON: Final = {"content-type": "application/json"}

BEFORE_V3: Final[Mapping[tuple[str, str | None], tuple[str, str | None]]] = {
    ("VALIDATION", "INVALID_INPUT_FORMAT"): ("VALIDATION", None),
    ("VALIDATION", "MISSING_PARAMETER"): ("VALIDATION", None),
    ("AUTHENTICATION", "UNAUTHORIZED"): ("AUTHENTICATION", None),
    ("AUTHENTICATION", "ACCESS_DENIED"): ("AUTHENTICATION", None),
    ("PERMISSION", "UNKNOWN"): ("PERMISSION", None),
    ("RESOURCE_NOT_FOUND", "INVALID_PATH"): ("RESOURCE_NOT_FOUND", "PATH"),
    ("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND"): ("PERMISSION", None),
    ("RESOURCE_NOT_FOUND", "SIGNAL_NOT_FOUND"): ("RESOURCE_NOT_FOUND", "PATH"),
    ("RESOURCE_NOT_FOUND", "NOT_FOUND"): ("RESOURCE_NOT_FOUND", "PATH"),
    ("VEHICLE_STATE", "DEVICE_PAIRING_REQUIRED"): ("VEHICLE_STATE", "UNKNOWN"),
}
"""What v2.0 calls errors that only v3 has."""

_PAGES: Final = {"RESOURCE_NOT_FOUND": "resource-errors"}
"""Pages of the documentation that are not named after their type."""

FIRST: Final = "1.0"
"""The version that was before v2.0."""

_CAPACITIES: Final = [60.0, 75.0]
"""Kilowatt-hours between which Smartcar could not choose: some; it is a login that asks for it."""

_VIRTUAL_KEY: Final = "https://www.tesla.com/_ak/smartcar.com"


class Malformed(Refusal):
    """A request that v2.0 cannot make sense of, with where and why."""

    def __init__(self, field: str | list[str], message: str) -> None:
        super().__init__("VALIDATION")
        self.where: dict[str, Any] = {"field": field, "message": message}


def missing_field(name: str) -> Malformed:
    """*name* should have been sent."""
    return Malformed([name], f'"{name}" is required')


def classic_reply(
    refusal: Refusal, request_id: str, reconnect: str | None = None, *, version: str = "2.0"
) -> Reply:
    """*refusal* in the words of *version*; *reconnect* is where the car's owner signs in anew."""
    problem = classic_body(refusal, request_id, reconnect, version=version)
    headers = dict(_JSON)
    if refusal.retry_after is not None:
        headers["retry-after"] = refusal.retry_after
    return Reply(problem["statusCode"], headers, msgspec.json.encode(problem))


def classic_body(
    refusal: Refusal, request_id: str, reconnect: str | None = None, *, version: str = "2.0"
) -> dict[str, Any]:
    """The JSON of it, which a batch carries too.

    ``code`` is there even where it is null, ``suggestedUserMessage`` only where there is one: the
    official Java SDK reads nothing else.
    """
    if version == FIRST:
        return first_body(refusal, request_id)
    kind = refusal.type, refusal.code
    kind = BEFORE_V3.get(kind, kind)
    known = KNOWN.get(kind, refusal.known)
    type_, code = kind
    page = _PAGES.get(type_, f"{type_.lower().replace('_', '-')}-errors")
    anchor = "null" if code is None else code.lower().replace("_", "-")
    resolution = {"type": known.resolution}
    if kind == ("CONNECTED_SERVICES_ACCOUNT", "VIRTUAL_KEY_REQUIRED"):
        resolution["url"] = _VIRTUAL_KEY
    if kind == ("CONNECTED_SERVICES_ACCOUNT", "AUTHENTICATION_FAILED") and reconnect:
        resolution["url"] = reconnect
    problem: dict[str, Any] = {
        "statusCode": known.status,
        "type": type_,
        "code": code,
        "description": known.detail,
        "docURL": f"https://smartcar.com/docs/errors/api-errors/{page}#{anchor}",
        "resolution": resolution,
        "requestId": request_id,
    }
    if known.user_message is not None:
        problem["suggestedUserMessage"] = known.user_message
    if isinstance(refusal, Malformed):
        problem["detail"] = [refusal.where]
    if kind == ("SERVER", "MULTIPLE_RECORDS_FOUND"):
        problem["detail"] = [{"capacities": _CAPACITIES}]
    return problem
