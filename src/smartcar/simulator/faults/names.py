"""Every error that can be asked for by name, and who says it.

``TYPE:CODE`` is an error of the API, in whichever version was asked; the token endpoints and
Connect have words of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from smartcar.simulator.connect.fates import FIRST_VERSION
from smartcar.simulator.problems import KNOWN


class OAuthError(NamedTuple):
    """How a token endpoint refuses."""

    status: int
    description: str


OAUTH: Final[Mapping[str, OAuthError]] = {
    "invalid_request": OAuthError(400, "The request is malformed."),
    "invalid_client": OAuthError(401, "Client authentication failed."),
    "invalid_grant": OAuthError(400, "The code or refresh token is not, or no longer, good."),
    "unauthorized_client": OAuthError(400, "This application may not use this grant."),
    "unsupported_grant_type": OAuthError(400, "There is no such grant."),
    "invalid_scope": OAuthError(400, "There is no such scope."),
}
"""Source: https://www.rfc-editor.org/rfc/rfc6749#section-5.2"""

CONNECT: Final = (
    "access_denied",
    "vehicle_incompatible",
    "invalid_subscription",
    "no_vehicles",
    "configuration_error",
    "server_error",
)
"""Source: https://smartcar.com/docs/errors/connect-errors"""

_OF_THE_API: Final = ("v3", "v2", "v1")


class NamedError(NamedTuple):
    """An error, and who says it."""

    type: str
    code: str | None
    apis: tuple[str, ...]


def find_error(name: str) -> NamedError | None:
    """The error that *name* means; None if there is none."""
    if name in OAUTH:
        return NamedError(name, None, ("token",))
    if name in CONNECT:
        return NamedError(name, None, ("connect",))
    if name in FIRST_VERSION:
        return NamedError(*FIRST_VERSION[name], ("v1",))
    type_, _, code = name.partition(":")
    kind = type_, None if code in {"", "null"} else code
    return NamedError(*kind, _OF_THE_API) if kind in KNOWN else None


def names() -> list[str]:
    """All names, those of the API first."""
    known = [type_ if code is None else f"{type_}:{code}" for type_, code in KNOWN]
    return [*known, *FIRST_VERSION, *OAUTH, *CONNECT]


def nearest_errors(name: str) -> list[str]:
    """The names that are like *name*: by its code where the type is right or left out."""
    everything = names()
    codes = {each.partition(":")[2]: each for each in everything if ":" in each}
    type_, _, code = name.upper().rpartition(":")
    of_its_type = {code: each for code, each in codes.items() if each.startswith(f"{type_}:")}
    close = [] if of_its_type or code in codes else get_close_matches(name, everything, cutoff=0.8)
    if not close:
        found = get_close_matches(code, of_its_type or codes, cutoff=0.6)
        close = [codes[each] for each in found]
    return close or list(of_its_type.values()) or ["VEHICLE_STATE:ASLEEP", "UPSTREAM:NO_RESPONSE"]
