"""A receiver that is down while the simulated Smartcar delivers, and what is made up for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inboxes import until

from smartcar import Reply, Smartcar
from smartcar.signals import Odometer
from smartcar.simulator import Simulator
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.webhooks import Receiver, Reconciled, VehicleState
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.reconciler import Reconciler

URI = "https://hooks.fleet.dev/smartcar"


class Host:
    """A program that is up, or down."""

    def __init__(self, simulator: Simulator, place: str) -> None:
        self._simulator, self._place = simulator, place
        self._receiver: Receiver | None = None
        self.told: list[VehicleState] = []

    def start(self) -> None:
        token = self._simulator.world.application.management_token
        clock = self._simulator.clock
        self._receiver = Receiver(token, inbox=self._place, now=clock.now)
        self._receiver.on(VehicleState)(self.told.append)
        self._receiver.start()

    def stop(self) -> None:
        assert self._receiver is not None
        self._receiver.close()
        self._receiver = None

    def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        if self._receiver is None:
            return Reply(502)  # a proxy's, before a program that is down
        return self._receiver.handle(body, headers)


def test_what_was_lost_while_a_car_drove_is_made_up_for(tmp_path: Path) -> None:
    simulator = Simulator(seed=7, fleet=1)
    client = Smartcar(transport=simulator)
    connection = next(iter(client.connections()))
    place = f"sqlite:///{tmp_path}/events.db"
    host = Host(simulator, place)
    host.start()
    simulator.webhooks.receive(URI, host)
    codes = (str(Odometer.TraveledDistance),)
    setup = WebhookSetup(
        id="", application=None, name="trips", callback_uri=URI, triggers=codes, data=codes
    )
    webhook = simulator.webhooks.set(setup)
    client.create_subscription(
        webhook_id=webhook.id, user_id=connection.user_id, vehicle_id=connection.vehicle_id
    )
    simulator.command(connection.vehicle_id, "drive", minutes=30)
    simulator.clock.advance("10min")
    host.stop()
    simulator.clock.advance("1h")
    assert "dropped" in {each.state for each in simulator.webhooks.deliveries()}

    host.start()
    with Reconciler(place, client) as reconciler:
        (state,) = reconciler.run()
    with Inbox(place) as inbox:
        until(lambda: not inbox.counts()["waiting"])
    host.stop()

    assert (state.gap.reason, state.gap.seconds, state.done) == ("down", 3600.0, 1)
    *before, last = sorted(host.told, key=lambda event: event.signals[codes[0]].value)
    assert len(before) > 2
    assert not any(isinstance(each, Reconciled) for each in before)
    assert isinstance(last, Reconciled)
    now = client.vehicle(connection).signal(Odometer.TraveledDistance)
    assert last.signals[Odometer.TraveledDistance].value == now.value
    assert last.outdated == frozenset()
