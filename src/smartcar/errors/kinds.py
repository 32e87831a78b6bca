"""Which type, code and status is which class of error."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    AccountError,
    AuthenticationError,
    BillingError,
    CompatibilityError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    OwnerActionError,
    PermissionDeniedError,
    RateLimitError,
    ReconnectError,
    RequestTimeoutError,
    ServerError,
    SmartcarError,
    UpstreamError,
    VehicleBusyError,
    VehicleNeedsOwnerError,
    advice,
)
from .problem import read_problem

_BY_TYPE: Mapping[str, type[SmartcarError]] = {
    "AUTHENTICATION": AuthenticationError,
    "BILLING": BillingError,
    "COMPATIBILITY": CompatibilityError,
    "CONNECTED_SERVICES_ACCOUNT": AccountError,
    "PERMISSION": PermissionDeniedError,
    "RATE_LIMIT": RateLimitError,
    "RESOURCE_NOT_FOUND": NotFoundError,
    "SERVER": ServerError,
    "UPSTREAM": UpstreamError,
    "VALIDATION": InvalidRequestError,
    "VEHICLE_STATE": VehicleBusyError,
    # OAuth: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
    "invalid_client": AuthenticationError,
    "invalid_grant": AuthenticationError,
    "unauthorized_client": AuthenticationError,
    "invalid_request": InvalidRequestError,
    "invalid_scope": InvalidRequestError,
    "unsupported_grant_type": InvalidRequestError,
    # v1.0 and the first v3 schema name the error in one word.
    "authentication_error": AuthenticationError,
    "permission_error": PermissionDeniedError,
    "validation_error": InvalidRequestError,
    "resource_not_found_error": NotFoundError,
    "vehicle_state_error": VehicleBusyError,
    "vehicle_owner_action_required": AccountError,
    "rate_limiting_error": RateLimitError,
    "monthly_limit_exceeded": BillingError,
    "server_error": ServerError,
    "vehicle_not_capable_error": CompatibilityError,
    "smartcar_not_capable_error": CompatibilityError,
}

_BY_STATUS: Mapping[int, type[SmartcarError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    408: RequestTimeoutError,
    409: ConflictError,
    422: InvalidRequestError,
    429: RateLimitError,
    430: BillingError,
    501: CompatibilityError,
    502: UpstreamError,
}


def error_from(status: int, body: object, headers: Mapping[str, str]) -> SmartcarError:
    """The exception that says what a reply says, whatever shape it has."""
    problem = read_problem(status, body)
    kind = _BY_TYPE.get(problem.type or "")
    if kind is VehicleBusyError and problem.code in advice.AT_THE_CAR:
        kind = VehicleNeedsOwnerError
    elif kind is CompatibilityError and problem.resolution.type == "REAUTHENTICATE":
        kind = OwnerActionError  # PLATFORM_NOT_CAPABLE: a new login may move the car
    elif problem.type == "invalid_grant" and status in {400, 401}:
        kind = ReconnectError  # after another status nothing is certain
    if kind is None:
        kind = _BY_STATUS.get(status) or (ServerError if status >= 500 else InvalidRequestError)
    return kind(status, body, headers)


def token_host_error(status: int, body: object, headers: Mapping[str, str]) -> SmartcarError:
    """The same of a reply of a token host: it knows of no cars, and of no owner's permissions."""
    error = error_from(status, body, headers)
    if status == 403:
        return AuthenticationError(status, body, headers).advised(advice.TOKEN_HOST_FORBIDS)
    return error.advised(advice.TOKEN_HOST if status >= 500 else None)
