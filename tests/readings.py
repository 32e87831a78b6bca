"""Signals as v3 writes them, and what the SDK reads from them."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from transports import Canned, reply

from smartcar import Smartcar, signals
from smartcar.models import Signal, Signals
from smartcar.signals import SignalType

API = Path(inspect.getfile(signals)).parent / "api"

FACTS: dict[str, dict[str, Any]] = {
    each["code"]: each
    for each in json.loads((API / "signals.json").read_text(encoding="utf-8"))
    if each["status"] == "current"
}
MEMBERS: dict[str, SignalType[Any]] = {
    member: member
    for group in vars(signals).values()
    if inspect.isclass(group)
    for member in vars(group).values()
    if isinstance(member, SignalType)
}
PLAIN: dict[str, type] = {"number": float, "integer": int, "boolean": bool, "string": str}

TIMES = {
    "oemUpdatedAt": "2026-06-01T10:00:00.000Z",
    "retrievedAt": "2026-06-01T10:00:05.000Z",
    "ingestedAt": "2026-06-01T10:00:06.000Z",
}
VEHICLE = {
    "id": "v",
    "type": "vehicle",
    "attributes": {"make": "KIA", "model": "EV6", "year": 2023},
}


def resource(
    code: str, body: object = None, status: object = "good", **more: Any
) -> dict[str, Any]:
    """A signal as v3 has written it since 2026."""
    facts = FACTS.get(code, {"name": "New", "group": "New"})
    attributes: dict[str, Any] = {"code": code, "name": facts["name"], "group": facts["group"]}
    if status is not None:
        attributes["status"] = {"value": "SUCCESS"} if status == "good" else status
    if body is not None:
        attributes["body"] = body
    return {"id": code, "type": "signal", "attributes": attributes, "meta": TIMES, **more}


def asked(answer: Any, code: str = "c", **headers: str) -> Signal[Any]:
    """What ``car.signal(…)`` gives for *answer*."""
    client = Smartcar(access_token="t", transport=Canned(reply(answer, headers=headers)))
    return client.vehicle("v", user_id="u").signal(code)


def asked_all(*data: Any, **headers: str) -> Signals:
    """What ``car.signals()`` gives for *data*."""
    answer = {
        "data": data,
        "meta": {"totalCount": len(data), "pageSize": len(data), "pageNumber": 1},
        "links": {"self": "https://vehicle.api.smartcar.com/v3/vehicles/v/signals"},
        "included": {"vehicle": VEHICLE},
    }
    client = Smartcar(access_token="t", transport=Canned(reply(answer, headers=headers)))
    return client.vehicle("v", user_id="u").signals()


def one(code: str, body: object = None, status: object = "good", **more: Any) -> Signal[Any]:
    """One signal, read."""
    return asked({"data": resource(code, body, status, **more), "included": {"vehicle": VEHICLE}})
