"""How each part of the API says that something went wrong, as models that schemas are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from smartcar.simulator.problems import KNOWN


class ErrorResolution(Struct, frozen=True):
    """What may help."""

    type: str | None
    """RETRY_LATER, REAUTHENTICATE, CONTACT_SUPPORT, …: an open set."""
    url: str | None = None
    """Where to go for it."""


class V3ErrorItem(Struct, frozen=True, rename="camel"):
    """An error of v3."""

    status: str
    """The HTTP status, as text."""
    type: str
    """Such as VEHICLE_STATE."""
    code: str | None
    """Such as ASLEEP."""
    title: str
    detail: str
    """What happened, for a developer."""
    resolution: ErrorResolution
    links: dict[str, str]
    """The page about it."""
    meta: dict[str, Any]
    """The id of the request."""
    suggested_user_message: str | None = None
    """What happened, for the owner of the car."""


class V3Error(Struct, frozen=True):
    """How v3 says that something went wrong."""

    errors: tuple[V3ErrorItem, ...]


class V2Error(Struct, frozen=True):
    """How v2.0 says that something went wrong."""

    statusCode: int  # noqa: N815 -- the wire's own names, not all of which are camelCase
    type: str
    """Such as VEHICLE_STATE."""
    code: str | None
    """Such as ASLEEP."""
    description: str
    docURL: str  # noqa: N815 -- as above
    resolution: ErrorResolution
    requestId: str  # noqa: N815 -- as above
    suggestedUserMessage: str | None = None  # noqa: N815 -- as above
    detail: list[dict[str, Any]] | None = None
    """Which field is wrong, and why."""


class OAuthError(Struct, frozen=True):
    """How the token endpoints say that something went wrong."""

    error: str
    """Such as invalid_client."""
    error_description: str


_REASONS: Final[Mapping[int, str]] = {
    400: "The request makes no sense, or the owner's account at the car maker needs attention.",
    401: "The token is missing, wrong, or at its end.",
    403: "The owner has not granted that, or these credentials may not do it.",
    404: "There is no such thing.",
    409: "The car cannot do that in its present state, or it is so already.",
    429: "Too many requests.",
    430: "The plan does not include that.",
    500: "Something went wrong at Smartcar.",
    501: "The car cannot do that.",
    502: "The car maker failed.",
}

OF_EVERYTHING: Final = (400, 401, 403, 404, 429, 430, 500)
"""Statuses that any operation may answer; a fault may cause each of them."""
OF_CARS: Final = (409, 501, 502)
"""And those that need a car."""


def reason(status: int) -> str:
    """What *status* means, with the types and codes that it comes with."""
    listed = ", ".join(_named(KNOWN_TYPES[status]))
    return f"{_REASONS[status]} {listed}." if listed else _REASONS[status]


def _types() -> dict[int, list[tuple[str, str | None]]]:
    found: dict[int, list[tuple[str, str | None]]] = {}
    for kind, known in KNOWN.items():
        found.setdefault(known.status, []).append(kind)
    return found


KNOWN_TYPES: Final = _types()
"""Types and codes by status."""


def _named(kinds: Iterable[tuple[str, str | None]]) -> list[str]:
    return [f"`{kind}`" if code is None else f"`{kind}:{code}`" for kind, code in kinds]
