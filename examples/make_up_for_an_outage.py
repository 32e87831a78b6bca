"""A receiver that was down for an hour, and what its handlers are told afterwards.

Nothing here needs an account: leave out ``transport=`` and ``now=`` for the real Smartcar.

    python examples/make_up_for_an_outage.py
"""

import logging
import sys
import tempfile
import time
from pathlib import Path

from smartcar import Smartcar
from smartcar.signals import Odometer
from smartcar.simulator import Simulator
from smartcar.webhooks import Receiver, Reconciled
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.reconciler import Progress, Reconciler


def tell(progress: Progress) -> None:
    """What the reconciler does."""
    print(f"{progress.what:8} {progress.vehicle_id}  {progress.left} left")


def store(event: Reconciled) -> None:
    """What a program does with it."""
    distance = event.signals[Odometer.TraveledDistance]
    print(f"handled  {event.vehicle}: {distance.value:,.1f} {distance.unit} after {event.reason}")


def main() -> None:
    """Be down, be there again, make up for it."""
    logging.basicConfig(format="%(levelname)s  %(message)s", stream=sys.stdout)
    simulator = Simulator(seed=7, fleet=3)
    with tempfile.TemporaryDirectory() as folder, Smartcar(transport=simulator) as client:
        place = f"sqlite:///{Path(folder) / 'events.db'}"
        webhook = next(iter(client.webhooks()))
        for car in client.connections():
            client.create_subscription(
                webhook_id=webhook.id, user_id=car.user_id, vehicle_id=car.vehicle_id
            )

        receiver = Receiver("management token", inbox=place, now=simulator.clock.now)
        receiver.start()
        receiver.close()
        simulator.clock.advance("1h")

        receiver = Receiver("management token", inbox=place, now=simulator.clock.now)
        receiver.on(Reconciled)(store)
        with Reconciler(place, client, on_progress=tell) as reconciler, Inbox(place) as inbox:
            receiver.start()
            reconciler.run()
            while inbox.counts()["waiting"]:
                time.sleep(0.01)
        receiver.close()


if __name__ == "__main__":
    main()
