"""What a webhook of v2 is told, as JSON: verify, schedule, dynamic and eventBased.

The shapes are only partly documented; where two are known, the documentation's is sent.  Headers of
readings, and how a reading that failed is told, are unconfirmed.

Source: https://smartcar.com/docs/webhooks (2025).  Nothing here does I/O or reads a clock.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from smartcar.simulator import ids
from smartcar.simulator.classic import batch
from smartcar.simulator.classic.problems import Malformed, classic_body
from smartcar.simulator.classic.visit import ClassicVisit
from smartcar.simulator.issued import Access
from smartcar.simulator.visit import stamp
from smartcar.simulator.world import World

from .bodies import challenge_of, plain
from .occasions import Occasion
from .setup import WebhookSetup

Json = dict[str, Any]

VERSION: Final = "2.0"


def legacy_content(world: World, setup: WebhookSetup, occasion: Occasion) -> bytes:
    """What *setup*, a webhook of v2, is told on *occasion*.

    Args:
        world: As it is at the time of the occasion.
        setup: The webhook.
        occasion: Why it is told something.
    """
    document = {
        "version": VERSION,
        "webhookId": setup.id,
        "eventName": "verify" if occasion.kind == "VERIFY" else occasion.kind,
        "mode": _mode(world, occasion),
        "payload": _payload(world, setup, occasion),
    }
    return msgspec.json.encode(plain(document))


def _mode(world: World, occasion: Occasion) -> str:
    spec = world.garage.spec(occasion.vehicle_id or "")
    if occasion.is_test:
        return "test"
    return "live" if spec is None else spec.mode


def _payload(world: World, setup: WebhookSetup, occasion: Occasion) -> Json:
    if occasion.kind == "VERIFY":
        return {"challenge": challenge_of(world, occasion)}
    if occasion.kind == "eventBased":
        return {
            "eventId": occasion.event_id,
            "vehicleId": occasion.vehicle_id,
            "eventType": next(iter(occasion.triggers), "CHARGING_STARTED"),
            "eventTime": stamp(occasion.at),
        }
    request_id = ids.uuid(world.seed, "webhook-request", occasion.event_id)
    visit = _visit(world, setup, occasion)
    data = [_reading(visit, path, request_id) for path in setup.paths]
    readings = {"vehicleId": occasion.vehicle_id, "requestId": request_id, "data": data}
    return {"vehicles": [readings]}


def _reading(visit: ClassicVisit, path: str, request_id: str) -> Json:
    """One path of the car, as a batch of v2 tells it."""
    try:
        answered = batch.answer_batch(visit, {"requests": [{"path": path}]}, request_id)
    except Malformed as refusal:
        body = classic_body(refusal, request_id, None, version=VERSION)
        return {"path": path, "code": body["statusCode"], "body": body}
    told: Json = answered.body["responses"][0]
    return told


def _visit(world: World, setup: WebhookSetup, occasion: Occasion) -> ClassicVisit:
    """A request on behalf of the car's owner, at the time of the occasion."""
    return ClassicVisit(
        world=world,
        now=occasion.at,
        access=Access(float("inf"), occasion.user_id, setup.application),
        user_id=occasion.user_id,
        origin="https://api.smartcar.com",
        path=f"/vehicles/{occasion.vehicle_id}/batch",
        path_params={"vehicle_id": occasion.vehicle_id or ""},
        query={},
        headers={"sc-unit-system": setup.unit_system},
    )
