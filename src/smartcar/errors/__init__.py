"""Everything that can go wrong, named for what the caller can do about it.

* SmartcarError
  + AuthenticationError        log in again: the credentials or the token were refused
    - ReconnectError             … the owner must, in Connect: an OwnerActionError as well
  + OwnerActionError           ask the owner
    - PermissionDeniedError      … to grant more, in Connect
    - AccountError               … to mend the account at the car maker
    - VehicleNeedsOwnerError     … to do something at the car (plug in, shut a door)
  + NotNowError                wait
    - RateLimitError             … until ``retry_after``
    - VehicleBusyError           … until the car is awake, parked, reachable
    - ConfirmationTimeoutError   … the command was accepted, its effect was not seen yet
  + UnconfirmableError         go on: the command was accepted, but this car cannot show its effect
  + BillingError               change the plan
  + TemporaryError             try again
    - TransportError             no reply at all (ConnectError, RequestTimeoutError)
    - UpstreamError              the car maker failed
    - ServerError                Smartcar failed
  + CompatibilityError         give up on this car: it cannot do this
  + InvalidRequestError        mend the call
    - NotFoundError              … there is no such thing
    - ConflictError              … there is one already
  + DecodeError                a reply that nobody can read
  + TokenStoreError            mend the store of tokens: its key, its file, its disk
  + WebhookError               do not act on it: a delivery to a webhook was refused
    - SignatureMismatchError     … it is not signed, or not with a token of this application
    - StaleEventError            … it was sent too long ago
    - MalformedEventError        … it is no event, too large, or packed
  + InboxError                 mend the inbox of webhooks: its file, its disk; answer 503 meanwhile

``VehicleStateError`` is both of the car's refusals: VehicleNeedsOwnerError, VehicleBusyError.

Facts are attributes; ``str(error)`` is fit for a person and ends with what to do.  Which type and
code is which: https://smartcar.com/docs/api-reference/api-errors.  Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from smartcar import legacy

from . import advice
from .problem import Problem, Resolution, read_problem, retry_after_seconds

_NONE: Mapping[str, str] = MappingProxyType({})


class SmartcarError(Exception):
    """Smartcar refused, failed, or could not be understood.

    Args:
        status: HTTP status; 0 when there was no reply.
        body: The reply's body, as text or bytes or already parsed.
        headers: The reply's headers.
    """

    _advice: ClassVar[str] = "Try again, or report it with the request id."
    _advice_by_code: ClassVar[Mapping[str, str]] = _NONE

    @legacy.raised_by_hand
    def __init__(
        self,
        status: int = 0,
        body: object = "",
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in headers.items()}
        self.status = status
        """HTTP status of the reply; 0 when there was none."""
        self.body = body
        """The reply's body as it came."""
        self.problem: Problem = read_problem(status, body)
        self.retry_after: float | None = retry_after_seconds(self.headers)
        """Seconds to wait before asking again, where the reply says so."""
        self._told: str | None = None
        super().__init__(self.message)  # args may be logged: never the body, or headers

    @property
    def status_code(self) -> int:
        """The same as ``status``, by the name that Smartcar's own SDKs have for it."""
        return self.status

    @property
    def error(self) -> str | None:
        """The error's name in a body of v1.0 or OAuth, such as ``invalid_request``."""
        return self.problem.error

    @property
    def type(self) -> str | None:
        """The error's type, such as ``VEHICLE_STATE``."""
        return self.problem.type

    @property
    def code(self) -> str | None:
        """The error's code within its type, such as ``ASLEEP``."""
        return self.problem.code

    @property
    def description(self) -> str:
        """What happened, in the API's words."""
        return self.problem.description

    @property
    def request_id(self) -> str | None:
        """Smartcar's id of the request: support asks for it."""
        return self.problem.request_id or self.headers.get("sc-request-id")

    @property
    def resolution(self) -> Resolution:
        """What the API suggests, and where."""
        return self.problem.resolution

    @property
    def suggested_user_message(self) -> str | None:
        """A text fit to be shown to the car's owner."""
        return self.problem.suggested_user_message

    @property
    def doc_url(self) -> str | None:
        """The page about this error."""
        return self.problem.doc_url

    @property
    def detail(self) -> object:
        """What a validation error says of each field."""
        return self.problem.detail

    @property
    def advice(self) -> str:
        """What the caller can do, in a sentence."""
        return self._told or self._advice_by_code.get(self.code or "", self._advice)

    def advised(self, advice: str | None) -> Self:
        """This error, with *advice* that only whoever asked can give; None leaves its own."""
        self._told = advice or self._told
        self.args = (self.message,)
        return self

    @property
    def is_retryable(self) -> bool:
        """May the very same call succeed later without anybody doing anything?"""
        return self.resolution.type == "RETRY_LATER"

    @property
    def message(self) -> str:
        """What happened and what to do, in one line."""
        label = ":".join(part for part in (self.type, self.code) if part)
        said = self.description or (f"HTTP {self.status}" if self.status else type(self).__name__)
        reasons = self.problem.reasons
        said = f"{said} ({reasons})" if reasons and reasons not in said else said
        said = said if said.endswith((".", "!", "?")) else f"{said}."
        return " ".join(
            part for part in (f"{label} - {said}" if label else said, self.advice) if part
        )

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        facts = f"status={self.status}, type={self.type!r}, code={self.code!r}"
        return f"{type(self).__name__}({facts}, request_id={self.request_id!r})"

    def __reduce__(self) -> tuple[object, ...]:
        facts = (type(self), self.status, self.body, dict(self.headers), self._told)
        return _restore, facts


class AuthenticationError(SmartcarError):
    """401: the credentials are wrong, or the token is missing, expired or revoked.

    Also 403 of the token host.  The advice is for whichever of them was refused.
    """

    _advice = "Check the client id and secret, and that they belong to this application."


class OwnerActionError(SmartcarError):
    """Only the car's owner can mend this."""

    _advice = "Ask the owner to act, then try again."


class ReconnectError(AuthenticationError, OwnerActionError):
    """The owner's tokens are no longer good, and only the owner can get new ones, in Connect."""

    _advice = "Send the owner to Connect again: the owner must reconnect."


class PermissionDeniedError(OwnerActionError):
    """403: the owner has not granted the permission this call needs."""

    _advice = "Send the owner to Connect again, asking for the missing permission."


class AccountError(OwnerActionError):
    """The owner's account at the car maker needs attention."""

    _advice_by_code = advice.ACCOUNT


class VehicleStateError(SmartcarError):
    """409: the car cannot do this in its present state."""


class VehicleNeedsOwnerError(VehicleStateError, OwnerActionError):
    """409: somebody must do something at the car."""

    _advice_by_code = advice.AT_THE_CAR


class NotNowError(SmartcarError):
    """Nobody need do anything but wait."""

    _advice = "Wait, then try again."


class VehicleBusyError(VehicleStateError, NotNowError):
    """409: the car is asleep, moving, out of reach, or already doing it."""

    _advice_by_code = advice.WAIT

    @property
    def is_retryable(self) -> bool:
        """Only where the car itself says no more than "not now"."""
        return self.code in {"UNKNOWN", "LOW_BATTERY"}


class RateLimitError(NotNowError):
    """429: too many requests, to the application (SMARTCAR_API) or to one car (VEHICLE)."""

    @property
    def is_retryable(self) -> bool:
        """Yes, later."""
        return True

    @property
    def advice(self) -> str:
        """How long to wait."""
        if self.retry_after is None:
            return "Send fewer requests; wait before the next one."
        return f"Wait {self.retry_after:g} seconds before asking again."


class ConfirmationTimeoutError(NotNowError, TimeoutError):
    """The command was accepted, but the car has not shown its effect in time.

    Do not send the command again: look at the signal later.
    """

    _advice = "Do not repeat the command; look at the signal again later."


class UnconfirmableError(SmartcarError):
    """The command was accepted, but this car cannot show whether it did it."""

    _advice = "The command itself was accepted: go on without the car's own word."


class BillingError(SmartcarError):
    """430: the plan does not include this, or its allowance is used up."""

    _advice = "Look at the plan and its limits in the Smartcar dashboard."


class TemporaryError(SmartcarError):
    """A failure that is nobody's decision.  Reads have been retried already."""

    _advice = (
        "Try again in a while; a command may have reached the car, so look at its signal first."
    )

    @property
    def is_retryable(self) -> bool:
        """Yes: nobody need act."""
        return True


class TransportError(TemporaryError):
    """There was no reply: no network, no route, or no patience left."""


class ConnectError(TransportError):
    """No connection could be made."""

    _advice = "Check the network, the origin and its certificate, then try again."


class RequestTimeoutError(TransportError, TimeoutError):
    """The reply did not come in time.  The request may have been carried out all the same."""


class UpstreamError(TemporaryError):
    """502: the car maker's cloud failed."""


class ServerError(TemporaryError):
    """5xx: Smartcar failed."""

    _advice_by_code = advice.SERVER

    @property
    def is_retryable(self) -> bool:
        """Not where a record is missing or doubled: support must mend that."""
        return self.code not in {"RECORD_NOT_FOUND", "MULTIPLE_RECORDS_FOUND"}


class CompatibilityError(SmartcarError):
    """501: this car, or Smartcar for this car, cannot do it."""

    _advice = "This car cannot do it: do not ask it again."


class InvalidRequestError(SmartcarError):
    """400: the call itself is wrong."""

    _advice = "Mend the call's arguments, then send it again."


class NotFoundError(InvalidRequestError):
    """404: there is no such vehicle, user, signal or path, or it is not yours."""

    _advice = "Check the id, and that the owner is still connected to this application."


class ConflictError(InvalidRequestError):
    """409: it exists already."""

    _advice = "Look at what is there already before trying again."


class DecodeError(SmartcarError):
    """A reply came that is not what the API promises."""

    _advice = "Check that the origin is right and that nothing between rewrites replies."


class TokenStoreError(SmartcarError):
    """The store of tokens, or one owner's tokens in it, cannot be read or written."""

    _advice = "Check the store of tokens: its key, its file and its disk."


class WebhookError(SmartcarError):
    """A delivery to a webhook was refused.  ``status`` is what the receiver answers with."""

    _advice = "Do not act on it; `smartcar webhooks doctor` says what is wrong with a delivery."


class SignatureMismatchError(WebhookError):
    """It is not signed, or not with one of this application's management tokens."""

    _advice = "Check that the secret is this application's management token; else do not trust it."


class StaleEventError(WebhookError):
    """It was sent longer ago than the receiver allows: somebody may be repeating it."""

    _advice = "Check this machine's clock; else somebody repeats an old delivery."


class MalformedEventError(WebhookError):
    """It is no event: not JSON, not an object, too large, or packed in a way nobody asked for."""

    _advice = "Look at what stands between Smartcar and this program: Smartcar sends small JSON."


class InboxError(SmartcarError):
    """An event could not be kept, or what is kept cannot be read.

    Whoever was to keep an event answers 503, so that Smartcar delivers it again.
    """

    _advice = "Check the inbox: its file, its disk and how much of it is free."

    @property
    def is_retryable(self) -> bool:
        """Yes: disks are emptied, and others let go of a file."""
        return True


def _restore(
    kind: type[SmartcarError],
    status: int,
    body: object,
    headers: Mapping[str, str],
    told: str | None,
) -> SmartcarError:
    return kind(status, body, headers).advised(told)
