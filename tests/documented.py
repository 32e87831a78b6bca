"""The errors that Smartcar documents, one a row, and what each means to a caller."""

from __future__ import annotations

from typing import NamedTuple

import smartcar
from smartcar import SmartcarError


class Row(NamedTuple):
    """One documented error."""

    status: int
    type: str
    code: str | None
    resolution: str | None
    kind: type[SmartcarError]
    is_retryable: bool

    @property
    def label(self) -> str:
        """As ids of tests and people name it."""
        return f"{self.type}:{self.code}"


# From errors of v2.0 (api-errors, one page for each type) and those of v3; what only one version
# has, the other may have tomorrow.  ``retry``: may the same call work later without anybody acting?
_TABLE = """
400 VALIDATION                 -                            -               InvalidRequestError
400 VALIDATION                 PARAMETER                    -               InvalidRequestError
400 VALIDATION                 INVALID_INPUT_FORMAT         -               InvalidRequestError
400 VALIDATION                 MISSING_PARAMETER            -               InvalidRequestError
400 CONNECTED_SERVICES_ACCOUNT ACCOUNT_ISSUE                -               AccountError
400 CONNECTED_SERVICES_ACCOUNT AUTHENTICATION_FAILED        REAUTHENTICATE  AccountError
400 CONNECTED_SERVICES_ACCOUNT NO_VEHICLES                  -               AccountError
400 CONNECTED_SERVICES_ACCOUNT PERMISSION                   REAUTHENTICATE  AccountError
400 CONNECTED_SERVICES_ACCOUNT SUBSCRIPTION                 -               AccountError
400 CONNECTED_SERVICES_ACCOUNT VEHICLE_MISSING              -               AccountError
400 CONNECTED_SERVICES_ACCOUNT VIRTUAL_KEY_REQUIRED         ACTION_REQUIRED AccountError
401 AUTHENTICATION             -                            -               AuthenticationError
401 AUTHENTICATION             UNAUTHORIZED                 -               AuthenticationError
403 AUTHENTICATION             ACCESS_DENIED                -               AuthenticationError
403 PERMISSION                 -                            REAUTHENTICATE  PermissionDeniedError
403 PERMISSION                 UNKNOWN                      REAUTHENTICATE  PermissionDeniedError
404 RESOURCE_NOT_FOUND         PATH                         -               NotFoundError
404 RESOURCE_NOT_FOUND         VERSION                      -               NotFoundError
404 RESOURCE_NOT_FOUND         INVALID_PATH                 -               NotFoundError
404 RESOURCE_NOT_FOUND         VEHICLE_NOT_FOUND            -               NotFoundError
404 RESOURCE_NOT_FOUND         SIGNAL_NOT_FOUND             -               NotFoundError
409 VEHICLE_STATE              ASLEEP                       -               VehicleBusyError
409 VEHICLE_STATE              CHARGING_IN_PROGRESS         -               VehicleBusyError
409 VEHICLE_STATE              CHARGING_PLUG_CONNECTED      -               VehicleNeedsOwnerError
409 VEHICLE_STATE              CHARGING_PLUG_NOT_CONNECTED  -               VehicleNeedsOwnerError
409 VEHICLE_STATE              CHARGE_FAULT                 -               VehicleNeedsOwnerError
409 VEHICLE_STATE              DEVICE_PAIRING_REQUIRED      REAUTHENTICATE  VehicleNeedsOwnerError
409 VEHICLE_STATE              DOOR_OPEN                    -               VehicleNeedsOwnerError
409 VEHICLE_STATE              FULLY_CHARGED                -               VehicleBusyError
409 VEHICLE_STATE              HOOD_OPEN                    -               VehicleNeedsOwnerError
409 VEHICLE_STATE              IGNITION_ON                  -               VehicleBusyError
409 VEHICLE_STATE              IN_MOTION                    -               VehicleBusyError
409 VEHICLE_STATE              LOW_BATTERY                  RETRY_LATER     VehicleBusyError  retry
409 VEHICLE_STATE              NOT_CHARGING                 -               VehicleBusyError
409 VEHICLE_STATE              REMOTE_ACCESS_DISABLED       -               VehicleNeedsOwnerError
409 VEHICLE_STATE              TRUNK_OPEN                   -               VehicleNeedsOwnerError
409 VEHICLE_STATE              UNKNOWN                      RETRY_LATER     VehicleBusyError  retry
409 VEHICLE_STATE              UNREACHABLE                  -               VehicleBusyError
409 VEHICLE_STATE              VEHICLE_OFFLINE_FOR_SERVICE  -               VehicleBusyError
429 RATE_LIMIT                 SMARTCAR_API                 RETRY_LATER     RateLimitError    retry
429 RATE_LIMIT                 VEHICLE                      RETRY_LATER     RateLimitError    retry
430 BILLING                    ACCOUNT_SUSPENDED            FINANCE         BillingError
430 BILLING                    INVALID_PLAN                 CONTACT_SUPPORT BillingError
430 BILLING                    VEHICLE_LIMIT                CONTACT_SUPPORT BillingError
430 BILLING                    VEHICLE_REQUEST_LIMIT        CONTACT_SUPPORT BillingError
500 SERVER                     INTERNAL                     RETRY_LATER     ServerError       retry
500 SERVER                     RECORD_NOT_FOUND             CONTACT_SUPPORT ServerError
500 SERVER                     MULTIPLE_RECORDS_FOUND       CONTACT_SUPPORT ServerError
501 COMPATIBILITY              MAKE_NOT_COMPATIBLE          -               CompatibilityError
501 COMPATIBILITY              PLATFORM_NOT_CAPABLE         REAUTHENTICATE  OwnerActionError
501 COMPATIBILITY              SMARTCAR_NOT_CAPABLE         -               CompatibilityError
501 COMPATIBILITY              VEHICLE_NOT_CAPABLE          -               CompatibilityError
502 UPSTREAM                   INVALID_DATA                 RETRY_LATER     UpstreamError     retry
502 UPSTREAM                   KNOWN_ISSUE                  RETRY_LATER     UpstreamError     retry
502 UPSTREAM                   NO_RESPONSE                  RETRY_LATER     UpstreamError     retry
502 UPSTREAM                   RATE_LIMIT                   RETRY_LATER     UpstreamError     retry
502 UPSTREAM                   UNKNOWN_ISSUE                RETRY_LATER     UpstreamError     retry
"""


def _row(line: str) -> Row:
    status, kind, code, resolution, name, *retry = line.split()
    known: type[SmartcarError] = getattr(smartcar, name)
    return Row(
        int(status),
        kind,
        None if code == "-" else code,
        None if resolution == "-" else resolution,
        known,
        bool(retry),
    )


ERRORS = tuple(_row(line) for line in _TABLE.strip().splitlines())


def v3_body(row: Row) -> dict[str, object]:
    """*row* as v3 writes it."""
    item = {
        "status": str(row.status),
        "type": row.type,
        "code": row.code,
        "title": "It went wrong",
        "detail": "It went wrong in a documented way.",
        "resolution": {"type": row.resolution},
        "suggestedUserMessage": "Please be patient.",
        "links": {"about": "https://smartcar.com/docs/errors"},
        "meta": {"debug": {"requestId": "0f1e"}},
    }
    return {"errors": [item]}


def v2_body(row: Row) -> dict[str, object]:
    """*row* as v2.0 writes it."""
    return {
        "statusCode": row.status,
        "type": row.type,
        "code": row.code,
        "description": "It went wrong in a documented way.",
        "docURL": "https://smartcar.com/docs/errors",
        "resolution": {"type": row.resolution},
        "suggestedUserMessage": "Please be patient.",
        "requestId": "0f1e",
    }


class Named(NamedTuple):
    """An error of v1.0 or of a token endpoint, and the rule that asks for it."""

    status: int
    error: str
    code: str | None
    rule: str
    kind: type[SmartcarError]


# Errors of v1.0: https://smartcar.com/docs/errors/v1.0; the last column is what a rule calls it.
_FIRST_VERSION = """
400 validation_error               -       VALIDATION                         InvalidRequestError
401 authentication_error           -       AUTHENTICATION                     AuthenticationError
403 permission_error               -       PERMISSION                         PermissionDeniedError
404 resource_not_found_error       -       RESOURCE_NOT_FOUND:PATH            NotFoundError
409 vehicle_state_error            VS_000  VS_000                             VehicleBusyError
409 vehicle_state_error            VS_001  VS_001                             VehicleBusyError
409 vehicle_state_error            VS_002  VS_002                             VehicleBusyError
409 vehicle_state_error            VS_003  VS_003                             VehicleBusyError
409 vehicle_owner_action_required  VOA_000 VOA_000                            AccountError
409 vehicle_owner_action_required  VOA_001 VOA_001                            AccountError
429 rate_limiting_error            -       RATE_LIMIT:SMARTCAR_API            RateLimitError
430 monthly_limit_exceeded         -       BILLING:VEHICLE_REQUEST_LIMIT      BillingError
500 server_error                   -       SERVER:INTERNAL                    ServerError
501 vehicle_not_capable_error      -       COMPATIBILITY:VEHICLE_NOT_CAPABLE  CompatibilityError
501 smartcar_not_capable_error     -       COMPATIBILITY:SMARTCAR_NOT_CAPABLE CompatibilityError
"""

# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
_OAUTH = """
400 invalid_request        -  invalid_request         InvalidRequestError
401 invalid_client         -  invalid_client          AuthenticationError
400 invalid_grant          -  invalid_grant           AuthenticationError
400 unauthorized_client    -  unauthorized_client     AuthenticationError
400 unsupported_grant_type -  unsupported_grant_type  InvalidRequestError
400 invalid_scope          -  invalid_scope           InvalidRequestError
"""


def _named(line: str) -> Named:
    status, error, code, rule, name = line.split()
    kind: type[SmartcarError] = getattr(smartcar, name)
    return Named(int(status), error, None if code == "-" else code, rule, kind)


FIRST_VERSION = tuple(_named(line) for line in _FIRST_VERSION.strip().splitlines())
OAUTH = tuple(_named(line) for line in _OAUTH.strip().splitlines())

CONNECT: dict[str, str | None] = {
    "access_denied": None,
    "vehicle_incompatible": "smartcar@vehicle-incompatible.com",
    "invalid_subscription": "smartcar@invalid-subscription.com",
    "no_vehicles": "smartcar@no-vehicles.com",
    "configuration_error": None,
    "server_error": "smartcar@server-error.com",
}
"""Errors that Connect sends the owner back with, and the login for each, if there is one.

Source: https://smartcar.com/docs/errors/connect-errors
"""
