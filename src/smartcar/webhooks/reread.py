"""From what the API says of a car to an event, as if it had been sent: v4's body, marked as ours.

Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from smartcar.api.signals import Signal, Signals
from smartcar.errors import SmartcarError

from .events import RECONCILED
from .gaps import Gap
from .journal import Envelope

_TOLD: Final = frozenset(
    {"CONNECTED_SERVICES_ACCOUNT", "VEHICLE_STATE", "COMPATIBILITY", "PERMISSION"}
)
"""Types of errors that VEHICLE_ERROR tells.

Source: https://smartcar.com/docs/api-reference/webhooks/events/vehicle-error
"""


def event_id(gap: Gap, vehicle_id: str) -> str:
    """The same for the same gap and car, so that it is kept once."""
    return f"reconciled:{gap.id}:{vehicle_id}"


def reconciled(gap: Gap, vehicle_id: str, user_id: str, signals: Signals, now: float) -> Envelope:
    """What is kept of a car that was read at *now*, after *gap*.

    A ``VehicleState`` of all its signals, with the trigger RECONCILED and the gap.
    """
    car = signals.vehicle
    fixed: dict[str, object] = {} if car is None else msgspec.to_builtins(car.attributes)
    document: dict[str, object] = {
        "eventId": event_id(gap, vehicle_id),
        "eventType": "VEHICLE_STATE",
        "data": {
            "user": {"id": user_id, "externalId": None},
            "vehicle": {"id": vehicle_id, **fixed},
            "signals": [_flat(signal) for signal in signals],
        },
        "triggers": [{"type": RECONCILED}],
        "meta": {
            "version": "4.0",
            "deliveredAt": _milliseconds(now),
            "mode": "TEST" if fixed.get("mode") == "test" else "LIVE",
            "signalCount": len(signals),
        },
        "gap": _said(gap),
    }
    return Envelope(event_id(gap, vehicle_id), now, msgspec.json.encode(document))


def reconciled_error(
    gap: Gap, vehicle_id: str, user_id: str, error: SmartcarError, now: float
) -> Envelope | None:
    """What is kept of a car that could not be read, if a webhook would have told of that."""
    if error.type not in _TOLD:
        return None
    event_id_ = f"reconciled-error:{gap.id}:{vehicle_id}"
    fault = {
        "type": error.type,
        "code": error.code,
        "state": "ERROR",
        "description": error.description,
        "suggestedUserMessage": error.suggested_user_message,
        "docURL": error.doc_url,
        "resolution": {"type": error.resolution.type, "url": error.resolution.url},
    }
    document: dict[str, object] = {
        "eventId": event_id_,
        "eventType": "VEHICLE_ERROR",
        "data": {
            "user": {"id": user_id, "externalId": None},
            "vehicle": {"id": vehicle_id},
            "errors": [fault],
        },
        "meta": {"version": "4.0", "deliveredAt": _milliseconds(now), "mode": "LIVE"},
        "gap": _said(gap),
    }
    return Envelope(event_id_, now, msgspec.json.encode(document))


def _said(gap: Gap) -> dict[str, object]:
    return {
        "id": gap.id,
        "since": _milliseconds(gap.since.timestamp()),
        "until": _milliseconds(gap.until.timestamp()),
        "reason": gap.reason,
    }


def _flat(signal: Signal[Any]) -> Mapping[str, object]:
    """A signal as webhooks have it: its own fields at the top, times in milliseconds."""
    said = signal.attributes
    flat: dict[str, object] = {"code": signal.code, "name": said.name, "group": said.group}
    if said.body is not None:
        flat["body"] = said.body
    times = {"oemUpdatedAt": signal.oem_updated_at, "retrievedAt": signal.retrieved_at}
    meta = {name: _milliseconds(at.timestamp()) for name, at in times.items() if at is not None}
    if meta:
        flat["meta"] = meta
    flat["status"] = said.status if said.status is not None else {"value": "SUCCESS"}
    return flat


def _milliseconds(at: float) -> int:
    return round(at * 1000)
