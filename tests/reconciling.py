"""A fleet whose receiver was down, and what its handlers were told afterwards.

``python reconciling.py INBOX`` is a process that makes up for gaps, and writes a line for each car.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from deliveries import TOKEN, compact, signed
from inboxes import until

from smartcar import Smartcar
from smartcar.simulator import Simulator
from smartcar.webhooks import Receiver, Reconciled, VehicleState
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.reconciler import Budget, Progress, Reconciler

PLENTY = Budget(burst=1000)


class Fleet:
    """Simulated cars that are all subscribed, an inbox, and a receiver that comes and goes.

    Args:
        folder: Where the inbox is.
        simulator: Whose cars.
    """

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.simulator = simulator
        self.client = Smartcar(transport=simulator)
        self.place = f"sqlite:///{folder}/events.db"
        self.told: list[VehicleState] = []
        """What the handler was told, in order."""
        self.cars = [each.vehicle_id for each in self._subscribed()]

    def _subscribed(self) -> list[Any]:
        webhook = next(iter(self.client.webhooks()))
        cars = list(self.client.connections(page_size=100))
        cars += self.client.connections(mode="simulated", page_size=100)
        for each in cars:
            self.client.create_subscription(
                webhook_id=webhook.id, user_id=each.user_id, vehicle_id=each.vehicle_id
            )
        return cars

    def receiver(self) -> Receiver:
        """One that lives by the simulator's clock."""
        receiver = Receiver(TOKEN, inbox=self.place, now=self.simulator.clock.now)
        receiver.on(VehicleState)(self.told.append)
        return receiver

    def outage(self, length: str = "1h") -> None:
        """Nobody receives for so long."""
        for _ in range(2):
            receiver = self.receiver()
            receiver.start()
            receiver.close()
            self.simulator.clock.advance(length)
            length = "0s"

    def handled(self) -> list[VehicleState]:
        """What the handler is told until nothing waits any more."""
        receiver = self.receiver()
        receiver.start()
        with Inbox(self.place) as inbox:
            until(lambda: not inbox.counts()["waiting"])
        receiver.close()
        return self.told

    def reconciled(self) -> list[Reconciled]:
        """Those of them that a reconciler wrote."""
        return [each for each in self.handled() if isinstance(each, Reconciled)]

    def reconciler(self, budget: Budget = PLENTY, **more: Any) -> Reconciler:
        return Reconciler(self.place, self.client, budget=budget, **more)

    def reads(self) -> list[str]:
        """Ids of cars, one for each time that all signals were asked for."""
        paths = [each.path for each in self.simulator.log.all()]
        return [path.split("/")[3] for path in paths if path.endswith("/signals")]

    def statuses(self) -> set[int | None]:
        """What was answered, over all."""
        return {each.status for each in self.simulator.log.all()}


def delivery(state: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A body, and its headers."""
    body = compact(state)
    return body, signed(body)


def main() -> None:
    place = sys.argv[1]

    def say(progress: Progress) -> None:
        if progress.what == "read":
            os.write(1, f"{progress.vehicle_id}\n".encode())

    with Smartcar() as client, Reconciler(place, client, budget=PLENTY, on_progress=say) as one:
        os.write(1, b"ready\n")
        sys.stdin.readline()
        one.run()


if __name__ == "__main__":
    main()
