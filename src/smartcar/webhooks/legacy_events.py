"""Events of v2.0's webhooks.  Their shapes are only partly documented: all known ones are read.

Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from smartcar.api.batch import Batch
from smartcar.api.batch_parts import Part
from smartcar.protocol.documents import at, instant
from smartcar.protocol.flow import Call, Flow
from smartcar.protocol.resource import Resource
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Reply
from smartcar.untyped import is_list, is_mapping

from .events import Dynamic, Event, EventBased, PathReading, Schedule, VehicleReadings

JSON = Mapping[str, Any]


def schedule(document: JSON, facts: dict[str, Any]) -> Event:
    """What v2.0 reads at fixed times."""
    return Schedule(**facts, vehicles=_vehicles(document))


def dynamic(document: JSON, facts: dict[str, Any]) -> Event:
    """What v2.0 reads as often as the car's activity suggests."""
    return Dynamic(**facts, vehicles=_vehicles(document))


def event_based(document: JSON, facts: dict[str, Any]) -> Event:
    """Charging began or ended: the documentation's shape, or that of the starter application."""
    payload = document.get("payload")
    car, event = at(payload, "vehicleId"), at(payload, "eventType")
    is_list_of_cars = is_list(at(payload, "vehicles"))
    return EventBased(
        **facts,
        vehicles=_vehicles(document) if is_list_of_cars or car is None else (),
        vehicle_id=car if isinstance(car, str) else None,
        event=event if isinstance(event, str) else None,
        at=instant(at(payload, "eventTime")),
    )


def _vehicles(document: JSON) -> tuple[VehicleReadings, ...]:
    listed = at(document, "payload", "vehicles")
    if not is_list(listed):
        raise msgspec.ValidationError("payload.vehicles is no list")
    return tuple(_readings(item) for item in filter(is_mapping, listed))


def _readings(item: JSON) -> VehicleReadings:
    car, request, data = (item.get(name) for name in ("vehicleId", "requestId", "data"))
    listed = data if is_list(data) else []
    paths = tuple(_paths(listed))
    headers = {"sc-request-id": request} if isinstance(request, str) else {}
    reply = Reply(200, headers, msgspec.json.encode({"responses": listed}))
    readings = VehicleReadings(vehicle_id=car if isinstance(car, str) else "", data=paths)
    asked = [Part.named(path.path) for path in paths]
    return readings.kept(reply_=reply, batch=Batch(_Car(readings.vehicle_id), asked, reply))


def _paths(listed: list[object]) -> Iterator[PathReading]:
    """One that is none does not spoil the others."""
    for item in listed:
        try:
            reading = convert(item, PathReading, strict=False)
        except msgspec.ValidationError:
            continue
        said = at(item, "headers")
        own = {name.lower(): str(text) for name, text in said.items()} if is_mapping(said) else {}
        yield reading.kept(reply_=Reply(reading.code or 0, own, msgspec.json.encode(reading.body)))


class _Car(Resource):
    """Whom a batch is about; it was read already, so nothing can be asked of it."""

    version = "2.0"

    def __init__(self, vehicle_id: str) -> None:
        self.path_params = {"vehicle_id": vehicle_id}

    def ask(self, call: Call[Any]) -> Flow[Any]:
        """Nothing can be asked.

        Raises:
            TypeError: Always.
        """
        del call
        raise TypeError("a webhook's readings are all there is: nothing more can be asked")

    def now(self) -> float:
        """Nothing is waited for: always 0."""
        return 0.0
