"""Occasions: reasons to tell a webhook something, before anything is said or sent."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

FIRST_DELIVERY: Final = "FIRST_DELIVERY"

OccasionKind = Literal[
    "VERIFY", "VEHICLE_STATE", "VEHICLE_ERROR", "schedule", "dynamic", "eventBased"
]
TestKind = Literal["VERIFY", "VEHICLE_STATE", "VEHICLE_ERROR"]
"""What somebody may have sent at once, to see that it arrives."""
TroubleState = Literal["ERROR", "RESOLVED"]


class Trouble(Struct, frozen=True, kw_only=True):
    """An error that a car, or some of its signals, cannot be read for."""

    type: str
    code: str | None = None
    affected: tuple[str, ...] = ()
    """Codes of the signals that it is about; none: it is about the whole vehicle."""


class TroubleTold(Struct, frozen=True, kw_only=True):
    """An error that began or ended."""

    type: str
    code: str | None
    state: TroubleState
    affected: tuple[str, ...] = ()
    """Codes of the signals that it is about; none: it is about the whole vehicle."""


class Occasion(Struct, frozen=True, kw_only=True):
    """Something is to be told to one webhook."""

    webhook_id: str
    at: float
    """Unix seconds of virtual time."""
    event_id: str
    """The same on every try."""
    kind: OccasionKind
    vehicle_id: str | None = None
    user_id: str | None = None
    triggers: tuple[str, ...] = ()
    """Codes of the signals that changed, or ``FIRST_DELIVERY`` alone.

    Of an ``eventBased`` webhook of v2: what happened, such as ``CHARGING_STARTED``.
    """
    errors: tuple[TroubleTold, ...] = ()
    uri: str | None = None
    """The one that is to be verified."""
    is_test: bool = False
    """Was it asked for by the dashboard's Test button?"""
