"""Signals that somebody has set or frozen, in place of what the car says.

A value that is *set* is as good as a report of the car's: it stands until the next one.  A value
that is *frozen* stands until it is released, or until the time that was given.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from .events import SignalSet


class Override(Struct, frozen=True, kw_only=True):
    """What one signal of a car is made to tell."""

    vehicle_id: str
    code: str
    at: float
    """When it was set, in Unix seconds of virtual time."""
    body: dict[str, Any] | None = None
    """As v3 would have it; None where it is an error."""
    error: str | None = None
    """``TYPE:CODE``, or ``TYPE`` alone."""
    is_frozen: bool = False
    until: float | None = None
    """When a frozen one ends by itself."""

    @property
    def fault(self) -> tuple[str, str | None] | None:
        """Type and code of the error, if it is one."""
        if self.error is None:
            return None
        kind, _, code = self.error.partition(":")
        return kind, code or None

    def holds(self, now: float, reported_at: float) -> bool:
        """Does it still stand at *now*, for a car whose last report is of *reported_at*?"""
        if self.until is not None and now >= self.until:
            return False
        return self.is_frozen or reported_at <= self.at


def override_of(event: SignalSet) -> Override:
    """What *event* made of a signal."""
    return Override(
        vehicle_id=event.vehicle_id,
        code=event.code,
        at=event.at,
        body=event.body,
        error=event.error,
        is_frozen=event.is_frozen,
        until=event.until,
    )
