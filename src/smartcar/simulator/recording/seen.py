"""What samples tell of each car, from either version of the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from smartcar.protocol.documents import at
from smartcar.untyped import is_list, is_mapping

from .samples import Sample

KM_PER_MILE: Final = 1.609344
_CAR: Final = re.compile(r"/(v3|v\d\.\d)/+vehicles/([^/]+)(?:/(.*?))?/*")
_V3: Final = re.compile(r"/v3/connections(/.*)?")
_V2: Final = re.compile(r"/v\d\.\d/+(user|vehicles|management/connections)/*")


@dataclass(slots=True)
class SeenCar:
    """All that was told of one car; what came later counts."""

    id: str
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    """As v3's vehicles have them."""
    signals: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Bodies, by code."""
    errors: dict[str, str] = field(default_factory=dict[str, str])
    """``TYPE:CODE`` of signals that were none, by code."""
    permissions: tuple[str, ...] | None = None
    user_id: str | None = None


class Seen:
    """Cars of a recording, in the order in which they were seen."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._cars: dict[str, SeenCar] = {}
        self._users: dict[str, str] = {}
        self._owned: dict[str, str] = {}
        for sample in samples:
            if 200 <= sample.status < 300 and is_mapping(sample.body):
                self._look(sample, sample.body)
        for vehicle_id, caller in self._owned.items():
            self._car(vehicle_id).user_id = self._car(vehicle_id).user_id or self._users.get(caller)

    @property
    def cars(self) -> list[SeenCar]:
        """All of them."""
        return list(self._cars.values())

    def _car(self, vehicle_id: str) -> SeenCar:
        return self._cars.setdefault(vehicle_id, SeenCar(vehicle_id))

    def _look(self, sample: Sample, body: Mapping[str, Any]) -> None:
        path, is_read = sample.request.path, sample.request.method == "GET"
        if is_read and _V3.fullmatch(path):
            for each in _items(body.get("data")):
                self._connection(each)
        elif is_read and (plain := _V2.fullmatch(path)):
            self._account(plain[1], body, sample.request.caller)
        elif (found := _CAR.fullmatch(path)) and found[1] == "v3" and is_read:
            self._read(self._car(found[2]), found[3] or "", body, sample)
        elif found and found[1] != "v3" and (is_read or found[3] == "batch"):
            if sample.request.caller:
                self._owned.setdefault(found[2], sample.request.caller)
            self._classic(self._car(found[2]), found[3] or "", body, sample.headers)

    def _connection(self, told: Mapping[str, Any]) -> None:
        vehicle_id = at(told, "relationships", "vehicle", "data", "id")
        if not isinstance(vehicle_id, str):
            return
        car = self._car(vehicle_id)
        car.attributes |= _mapping(at(told, "attributes", "vehicle"))
        car.permissions = _texts(at(told, "attributes", "permissions"))
        user_id = at(told, "relationships", "user", "data", "id")
        car.user_id = user_id if isinstance(user_id, str) else car.user_id

    def _account(self, what: str, body: Mapping[str, Any], caller: str | None) -> None:
        """Who the owner is, and which cars there are: v2.0."""
        if what == "user" and caller and isinstance(body.get("id"), str):
            self._users[caller] = body["id"]
        for each in _texts(body.get("vehicles")):
            self._car(each)
            if caller:
                self._owned[each] = caller
        for told in _items(body.get("connections")):
            if isinstance(told.get("vehicleId"), str):
                car = self._car(told["vehicleId"])
                user_id = told.get("userId")
                car.user_id = user_id if user_id and isinstance(user_id, str) else car.user_id
                car.attributes.setdefault("mode", told.get("mode"))

    def _read(self, car: SeenCar, what: str, body: Mapping[str, Any], sample: Sample) -> None:
        """What v3 tells of one car; in 2025 without ``data`` around it."""
        data = body.get("data", body)
        if not what:
            car.attributes |= _mapping(at(data, "attributes"))
        if what.partition("/")[0] == "signals":
            car.attributes |= _mapping(at(body, "included", "vehicle", "attributes"))
            is_imperial = sample.headers.get("sc-unit-system") == "imperial"
            for told in () if is_imperial else _items(data):
                self._signal(car, _mapping(told.get("attributes")))

    def _signal(self, car: SeenCar, told: Mapping[str, Any]) -> None:
        code, body = told.get("code"), told.get("body")
        if not isinstance(code, str):
            return
        error = _mapping(at(told, "status", "error"))
        if error.get("type"):
            kind, why = error["type"], error.get("code")
            car.errors[code] = f"{kind}:{why}" if why else str(kind)
        elif is_mapping(body):
            car.signals[code] = dict(body)
            car.errors.pop(code, None)

    def _classic(
        self, car: SeenCar, what: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> None:
        """What v2.0 tells of one car, as the signals of v3 would."""
        if what == "batch":
            for told in _items(body.get("responses")):
                if told.get("code") == 200 and is_mapping(told.get("body")):
                    inner = _mapping(told.get("headers"))
                    self._classic(car, str(told.get("path")).strip("/"), told["body"], inner)
        elif not what:
            car.attributes |= {name: body.get(name) for name in ("make", "model", "year")}
        elif what == "permissions":
            car.permissions = _texts(body.get("permissions"))
        elif what in _CLASSIC:
            scale = KM_PER_MILE if headers.get("sc-unit-system") == "imperial" else 1.0
            for code, value in _CLASSIC[what](body, scale).items():
                if None not in value.values():
                    car.signals[code] = value


def _times(told: object, factor: float) -> float | None:
    return told * factor if isinstance(told, (int, float)) else None


def _percent(code: str, name: str) -> Callable[[Mapping[str, Any], float], dict[str, Any]]:
    def told(body: Mapping[str, Any], scale: float) -> dict[str, Any]:
        del scale
        return {code: {"value": _times(body.get(name), 100)}}

    return told


_CLASSIC: Final[Mapping[str, Callable[[Mapping[str, Any], float], dict[str, Any]]]] = {
    "vin": lambda body, _: {"vehicleidentification-vin": {"value": body.get("vin")}},
    "odometer": lambda body, scale: {
        "odometer-traveleddistance": {"value": _times(body.get("distance"), scale)}
    },
    "location": lambda body, _: {
        "location-preciselocation": {name: body.get(name) for name in ("latitude", "longitude")}
    },
    "battery": _percent("tractionbattery-stateofcharge", "percentRemaining"),
    "fuel": _percent("internalcombustionengine-fuellevel", "percentRemaining"),
    "engine/oil": _percent("internalcombustionengine-oillife", "lifeRemaining"),
    "charge": lambda body, _: {
        "charge-ischargingcableconnected": {"value": body.get("isPluggedIn")}
    },
    "charge/limit": lambda body, _: {
        "charge-chargelimits": {"activeLimit": _times(body.get("limit"), 100)}
    },
    "security": lambda body, _: {"closure-islocked": {"value": body.get("isLocked")}},
}
"""Reads of v2.0, and the signals that say the same."""


def _mapping(content: object) -> Mapping[str, Any]:
    return content if is_mapping(content) else {}


def _items(content: object) -> list[Mapping[str, Any]]:
    every = content if is_list(content) else [content]
    return [each for each in every if is_mapping(each)]


def _texts(content: object) -> tuple[str, ...]:
    return tuple(each for each in content if isinstance(each, str)) if is_list(content) else ()
