"""What comes next in virtual time, for one car or for the fleet: nothing here happens yet."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

Kind = Literal[
    "departure",
    "arrival",
    "charging-start",
    "charging-end",
    "refuelling",
    "asleep",
    "awake",
    "signal-release",
    "code-expiry",
    "token-expiry",
    "refresh-token-expiry",
]


class Upcoming(Struct, frozen=True, kw_only=True):
    """Something that happens at *at* unless somebody steps in."""

    at: float
    """Unix seconds of virtual time."""
    kind: Kind
    text: str
    """In words, such as ``Comet leaves for Work``."""
    vehicle_id: str | None = None
    user_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict[str, Any])
