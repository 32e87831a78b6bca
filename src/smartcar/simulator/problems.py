"""The errors that Smartcar answers with: statuses, resolutions and bodies.

Codes: https://smartcar.com/docs/api-reference/api-errors.  A simulator that asks to be believed
uses the documented texts where official SDKs' tests compare them, and its own words elsewhere:
match on type and code, never on text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from smartcar.protocol.wire import Reply


class Known(NamedTuple):
    """What is fixed about an error."""

    status: int
    detail: str
    resolution: str | None = None
    user_message: str | None = None


_CREDENTIALS = (
    "The authorization header is missing or malformed, or it contains invalid or expired "
    "authentication credentials. Please check for missing parameters, spelling and casing "
    "mistakes, and other syntax issues."
)
_PERMISSION = (
    "Your application has insufficient permissions to access the requested resource. "
    "Please prompt the user to re-authenticate using Smartcar Connect."
)
_UNABLE = "The vehicle was unable to perform your request because "
_LATER = "RETRY_LATER"
_AGAIN = "REAUTHENTICATE"
_SUPPORT = "CONTACT_SUPPORT"

KNOWN: Final[Mapping[tuple[str, str | None], Known]] = {
    ("VALIDATION", None): Known(
        400,
        "Request invalid or malformed. Please check for missing parameters, spelling and casing "
        "mistakes, and other syntax issues.",
    ),
    ("VALIDATION", "PARAMETER"): Known(400, "A parameter has a value that is not allowed."),
    ("VALIDATION", "INVALID_INPUT_FORMAT"): Known(400, "The request has a field of a wrong form."),
    ("VALIDATION", "MISSING_PARAMETER"): Known(400, "A parameter is missing."),
    ("CONNECTED_SERVICES_ACCOUNT", "ACCOUNT_ISSUE"): Known(
        400, "The owner's account needs attention.", None, "Please open your car maker's app."
    ),
    ("CONNECTED_SERVICES_ACCOUNT", "AUTHENTICATION_FAILED"): Known(
        400, "The owner's sign-in no longer works.", _AGAIN, "Please sign in to your car again."
    ),
    ("CONNECTED_SERVICES_ACCOUNT", "NO_VEHICLES"): Known(400, "The account has no vehicles."),
    ("CONNECTED_SERVICES_ACCOUNT", "SUBSCRIPTION"): Known(
        400, "The owner's subscription is not active.", None, "Please renew your subscription."
    ),
    ("CONNECTED_SERVICES_ACCOUNT", "VEHICLE_MISSING"): Known(
        400,
        "This vehicle is no longer associated with the user's connected services account. "
        "Please prompt the user to re-add the vehicle to their account.",
    ),
    ("CONNECTED_SERVICES_ACCOUNT", "PERMISSION"): Known(
        400, "The owner lacks rights to this vehicle.", _AGAIN
    ),
    ("CONNECTED_SERVICES_ACCOUNT", "VIRTUAL_KEY_REQUIRED"): Known(
        400, "The vehicle needs a virtual key.", "ACTION_REQUIRED"
    ),
    ("AUTHENTICATION", None): Known(401, _CREDENTIALS),
    ("AUTHENTICATION", "UNAUTHORIZED"): Known(401, _CREDENTIALS),
    ("AUTHENTICATION", "ACCESS_DENIED"): Known(403, "These credentials may not do this."),
    ("PERMISSION", None): Known(403, _PERMISSION, _AGAIN),
    ("PERMISSION", "UNKNOWN"): Known(403, _PERMISSION, _AGAIN),
    ("RESOURCE_NOT_FOUND", "PATH"): Known(404, "There is no such path."),
    ("RESOURCE_NOT_FOUND", "INVALID_PATH"): Known(404, "There is no such path."),
    ("RESOURCE_NOT_FOUND", "VERSION"): Known(404, "There is no such version of the API."),
    ("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND"): Known(404, "There is no such vehicle."),
    ("RESOURCE_NOT_FOUND", "SIGNAL_NOT_FOUND"): Known(404, "There is no such signal."),
    ("RESOURCE_NOT_FOUND", "NOT_FOUND"): Known(404, "There is no such thing."),
    ("VEHICLE_STATE", "ASLEEP"): Known(
        409,
        "The vehicle is in a sleep state and temporarily unable to perform your request.",
        None,
        "Your car is asleep. Please try again after you have driven it.",
    ),
    ("VEHICLE_STATE", "CHARGING_IN_PROGRESS"): Known(409, _UNABLE + "it is charging."),
    ("VEHICLE_STATE", "CHARGING_PLUG_CONNECTED"): Known(409, _UNABLE + "it is plugged in."),
    ("VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED"): Known(
        409, _UNABLE + "it is not plugged in.", None, "Please plug your car in, then try again."
    ),
    ("VEHICLE_STATE", "CHARGE_FAULT"): Known(409, _UNABLE + "the charger has a fault."),
    ("VEHICLE_STATE", "DOOR_OPEN"): Known(
        409, _UNABLE + "a door is open.", None, "Please shut the doors of your car."
    ),
    ("VEHICLE_STATE", "FULLY_CHARGED"): Known(409, _UNABLE + "it is charged to its limit."),
    ("VEHICLE_STATE", "HOOD_OPEN"): Known(409, _UNABLE + "the hood is open."),
    ("VEHICLE_STATE", "IGNITION_ON"): Known(409, _UNABLE + "the ignition is on."),
    ("VEHICLE_STATE", "IN_MOTION"): Known(409, _UNABLE + "it is moving."),
    ("VEHICLE_STATE", "LOW_BATTERY"): Known(409, _UNABLE + "its battery is low.", _LATER),
    ("VEHICLE_STATE", "NOT_CHARGING"): Known(409, _UNABLE + "it is not charging."),
    ("VEHICLE_STATE", "REMOTE_ACCESS_DISABLED"): Known(
        409, _UNABLE + "remote access is off.", None, "Please allow remote access in your car."
    ),
    ("VEHICLE_STATE", "TRUNK_OPEN"): Known(409, _UNABLE + "the trunk is open."),
    ("VEHICLE_STATE", "UNKNOWN"): Known(
        409, "The vehicle was unable to perform your request due to an unknown issue.", _LATER
    ),
    ("VEHICLE_STATE", "UNREACHABLE"): Known(
        409,
        _UNABLE + "it is currently unreachable.",
        None,
        "Your car cannot be reached for the moment. Please be patient.",
    ),
    ("VEHICLE_STATE", "VEHICLE_OFFLINE_FOR_SERVICE"): Known(409, _UNABLE + "it is in service."),
    ("VEHICLE_STATE", "DEVICE_PAIRING_REQUIRED"): Known(
        409, _UNABLE + "a device must be paired.", _AGAIN, "Please pair your phone with your car."
    ),
    ("RATE_LIMIT", "SMARTCAR_API"): Known(429, "Your application sends too many requests.", _LATER),
    ("RATE_LIMIT", "VEHICLE"): Known(
        429,
        "You have reached the throttling rate limit for this vehicle. "
        "Please see the retry-after header (seconds) for when to retry the request.",
        _LATER,
    ),
    ("BILLING", "ACCOUNT_SUSPENDED"): Known(430, "The account is suspended.", "FINANCE"),
    ("BILLING", "INVALID_PLAN"): Known(430, "The plan does not include this.", _SUPPORT),
    ("BILLING", "VEHICLE_LIMIT"): Known(430, "The plan's vehicles are used up.", _SUPPORT),
    ("BILLING", "VEHICLE_REQUEST_LIMIT"): Known(
        430, "This vehicle's requests of the month are used up.", _SUPPORT
    ),
    ("SERVER", "INTERNAL"): Known(500, "Something went wrong at Smartcar.", _LATER),
    ("SERVER", "MULTIPLE_RECORDS_FOUND"): Known(500, "Several records were found.", _SUPPORT),
    ("SERVER", "RECORD_NOT_FOUND"): Known(500, "A record is missing.", _SUPPORT),
    ("COMPATIBILITY", "MAKE_NOT_COMPATIBLE"): Known(501, "The make is not supported."),
    ("COMPATIBILITY", "SMARTCAR_NOT_CAPABLE"): Known(501, "Smartcar cannot do this yet."),
    ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE"): Known(501, "The vehicle cannot do this."),
    ("COMPATIBILITY", "PLATFORM_NOT_CAPABLE"): Known(
        501, "The vehicle's present platform cannot do this.", _AGAIN
    ),
    ("UPSTREAM", "INVALID_DATA"): Known(502, "The car maker answered with bad data.", _LATER),
    ("UPSTREAM", "KNOWN_ISSUE"): Known(502, "The car maker has an outage.", _LATER),
    ("UPSTREAM", "NO_RESPONSE"): Known(502, "The car maker does not answer.", _LATER),
    ("UPSTREAM", "RATE_LIMIT"): Known(502, "The car maker throttles Smartcar.", _LATER),
    ("UPSTREAM", "UNKNOWN_ISSUE"): Known(502, "The car maker failed.", _LATER),
}
"""Every documented error of v2.0 and v3, with status and resolution."""

_CONFLICT: Final = Known(409, "This exists already.")

RETRY_AFTER: Final = 120
"""Seconds: what a throttled simulated vehicle of the real service was seen to ask for."""


class Refusal(Exception):  # noqa: N818 -- it reads as what happened
    """An error to be answered."""

    def __init__(self, type_: str, code: str | None = None, detail: str | None = None) -> None:
        super().__init__(type_, code)
        self.type, self.code = type_, code
        self.known = KNOWN.get((type_, code), _CONFLICT)
        self.detail = detail or self.known.detail
        is_throttled = (type_, code) == ("RATE_LIMIT", "VEHICLE")
        self.retry_after: str | None = str(RETRY_AFTER) if is_throttled else None
        """What ``Retry-After`` says; None: nothing."""

    def reply(self, request_id: str) -> Reply:
        """As v3 says it."""
        item: dict[str, Any] = {
            "status": str(self.known.status),
            "type": self.type,
            "code": self.code,
            "title": (self.code or self.type).replace("_", " ").title(),
            "detail": self.detail,
            "resolution": {"type": self.known.resolution},
        }
        if self.known.user_message is not None:
            item["suggestedUserMessage"] = self.known.user_message
        # Confirmed for validation and rate-limit errors; the others' pages are named alike.
        page = f"{self.type.lower().replace('_', '-')}-errors"
        item["links"] = {"about": f"https://smartcar.com/docs/errors/api-errors/v3/{page}"}
        item["meta"] = {"debug": {"requestId": request_id}}
        headers = {"content-type": "application/json"}
        if self.retry_after is not None:
            headers["retry-after"] = self.retry_after
        return Reply(self.known.status, headers, msgspec.json.encode({"errors": [item]}))


def oauth_problem(status: int, error: str, description: str) -> Reply:
    """As the token endpoints say it."""
    body = msgspec.json.encode({"error": error, "error_description": description})
    return Reply(status, {"content-type": "application/json"}, body)
