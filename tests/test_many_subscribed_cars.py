"""What webhooks are told of a car does not depend on how many others they are told of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator, WebhookSetup
from smartcar.webhooks import Receiver

URI = "https://fleet.example.com/events"
CODES = ("odometer-traveleddistance", "tractionbattery-stateofcharge", "closure-islocked")
MORE_THAN_ARE_KEPT = 264
"""Histories of cars that the simulator keeps open: 256."""


class Taking:
    """Takes all, and keeps what was told."""

    def __init__(self, simulator: Simulator) -> None:
        self._receiver = Receiver(simulator.world.application.management_token)
        self.told: list[dict[str, Any]] = []

    def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        self.told.append(msgspec.json.decode(body))
        return self._receiver.handle(body, headers)

    def of(self, vehicle_id: str) -> list[tuple[int, Any, Any]]:
        """Of one car: when, why, and what; but for what counts all events."""
        found: list[tuple[int, Any, Any]] = []
        for each in self.told:
            data = each["data"]
            if data.get("vehicle", {}).get("id") == vehicle_id:
                found.append((each["meta"]["deliveredAt"], each.get("triggers"), data["signals"]))
        return found


def subscribed(cars: int, *, name: str = "fleet") -> tuple[Simulator, Taking, list[str]]:
    """A fleet, of which so many are subscribed."""
    simulator = Simulator(seed=3, fleet=MORE_THAN_ARE_KEPT)
    taking = Taking(simulator)
    hook = simulator.webhooks.set(
        WebhookSetup(name=name, callback_uri=URI, triggers=CODES, data=CODES)
    )
    simulator.webhooks.receive(URI, taking)
    ids = [spec.id for spec in simulator.world.garage.specs()][:cars]
    for each in ids:
        simulator.webhooks.subscribe(hook.id, each)
    return simulator, taking, ids


def test_a_car_tells_the_same_among_hundreds_as_alone() -> None:
    alone, told_alone, ids = subscribed(1)
    among, told_among, _ = subscribed(MORE_THAN_ARE_KEPT)
    driven = ids[0]
    for simulator in (alone, among):
        simulator.clock.advance("20min")
        simulator.command(driven, "drive")
        simulator.clock.advance("20min")

    told = told_alone.of(driven)
    assert len(told) > 10
    assert told_among.of(driven) == told


def test_a_webhook_may_be_named_like_what_is_filled_in_on_sending() -> None:
    name = '","deliveryId":null,"deliveredAt":null,"'
    _, taking, _ = subscribed(1, name=name)

    for each in taking.told:
        assert each["meta"]["webhookName"] == name
        assert each["meta"]["deliveryId"]
        assert each["meta"]["deliveredAt"]
    assert len({each["meta"]["deliveryId"] for each in taking.told}) == len(taking.told)
