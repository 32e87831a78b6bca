"""A webhook of a simulator, and what a receiver in the same process was told through it."""

from __future__ import annotations

from typing import Any

from smartcar.simulator import Simulator
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.webhooks import Event, Receiver, VehicleError, VehicleState

URI = "https://fleet.example.com/smartcar/events"
LOCK, CHARGE, ODOMETER = (
    "closure-islocked",
    "tractionbattery-stateofcharge",
    "odometer-traveleddistance",
)
TESLA, VOLKSWAGEN, BMW, FORD = 0, 1, 2, 3


class Told:
    """Everything that one webhook was told, typed, as it came."""

    def __init__(
        self, simulator: Simulator, *, application: str | None = None, **setup: Any
    ) -> None:
        self.simulator = simulator
        whose = simulator.world.applications.named(application)
        self.receiver = Receiver(whose.management_token)
        self.events: list[Event] = []
        self.receiver.on(Event)(self.events.append)
        facts: dict[str, Any] = {"triggers": (LOCK,), "data": (LOCK, CHARGE)}
        if setup.get("kind", "signals") != "signals":
            facts = {}
        self.setup = simulator.webhooks.set(
            WebhookSetup(
                **{
                    "name": "fleet hook",
                    "callback_uri": URI,
                    "application": whose.client_id,
                    **facts,
                    **setup,
                }
            )
        )
        self.listen()

    def listen(self) -> None:
        """Receive what is sent to the webhook."""
        for uri in self.setup.uris:
            self.simulator.webhooks.receive(uri, self.receiver)

    def subscribe(self, vehicle_id: str) -> None:
        """Let a car's events go there."""
        self.simulator.webhooks.subscribe(self.setup.id, vehicle_id)

    def new(self) -> list[Event]:
        """What came since it was asked last."""
        found = list(self.events)
        self.events.clear()
        return found

    @property
    def states(self) -> list[VehicleState]:
        """Those events that tell what is."""
        return [each for each in self.events if isinstance(each, VehicleState)]

    @property
    def faults(self) -> list[str]:
        """What was told of errors, such as ``VEHICLE_STATE:ASLEEP ERROR``."""
        return [
            str(fault)
            for each in self.events
            if isinstance(each, VehicleError)
            for fault in each.errors
        ]


def car_of(simulator: Simulator, index: int = TESLA) -> str:
    """The id of a car of the fleet."""
    return simulator.world.fleet.grant(index).vehicle_id
