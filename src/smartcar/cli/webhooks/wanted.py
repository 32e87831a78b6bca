"""What somebody wants sent: an event by Smartcar's name for it, and what it is to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

EventName = Literal[
    "VERIFY", "VEHICLE_STATE", "VEHICLE_ERROR", "verify", "schedule", "dynamic", "eventBased"
]
"""Names as Smartcar has them: those of v4, then those of v2.0."""
EVENTS: Final[tuple[EventName, ...]] = get_args(EventName)

SIGN_IN: Final = "CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED"
"""What is wrong with a car unless somebody says something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants sent."""

    event: EventName
    vehicle: str | None = None
    """Id, VIN or nickname of a car; None leaves the choice."""
    signals: tuple[str, ...] = ()
    """Codes of those that changed; none: it is a first delivery."""
    error: str = SIGN_IN
    is_resolved: bool = False
    is_test: bool = False
