"""Events of cars, as regular as it is wanted."""

from __future__ import annotations

from deliveries import compact, document

from smartcar.webhooks.journal import Entry, Envelope

NOW = 1_780_300_800.0
HOUR = 3600.0


def entry(vehicle_id: str, hours_ago: float) -> Entry:
    """An event of a car."""
    said = document("vehicle_state")
    said["data"]["vehicle"]["id"] = vehicle_id
    at = NOW - hours_ago * HOUR
    kept = Envelope(f"{vehicle_id}-{hours_ago}", at, compact(said))
    return Entry(1, kept, "handled", 1, None, is_in_hand=False, changed_at=at, reason=None)


def events(vehicle_id: str, *, every: float, since: float, count: int = 10) -> list[Entry]:
    """One each so many hours, the last of them *since* hours ago."""
    return [entry(vehicle_id, since + number * every) for number in range(count)]
