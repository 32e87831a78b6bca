"""Webhooks told of cars in this process, while a virtual day passes.

``python -m bench.telling 1000 1d`` prints what that took, as JSON.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Self

import msgspec

from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator, WebhookSetup
from smartcar.webhooks import Receiver

from .serving import used

ROOT: Final = Path(__file__).resolve().parent.parent
TRIGGERS: Final = (
    "tractionbattery-stateofcharge",
    "odometer-traveleddistance",
    "location-preciselocation",
    "closure-islocked",
)
"""What a fleet wants to know: told when one of them changes, and all four with it."""
URI: Final = "https://fleet.example.com/events"
_TAKEN: Final = Reply(200, {}, b"")


class Taking:
    """A receiver that takes all and looks at nothing: what is measured is the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._receiver = Receiver(simulator.world.application.management_token)
        self.events = 0

    def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Take a delivery; a challenge is answered as it must be."""
        if not self.events and b'"VERIFY"' in body:
            return self._receiver.handle(body, headers)
        self.events += 1
        return _TAKEN


class Passed(msgspec.Struct):
    """What it took to tell of so many cars."""

    cars: int
    span: str
    first: float
    """Microseconds of the processor for the first event of a car, when it is subscribed."""
    events: int
    """Told while the time passed."""
    cpu: float
    """Microseconds of the processor for each of them."""
    megabytes: float
    """The largest size of the process."""

    @classmethod
    def measured(cls, cars: int, span: str) -> Self:
        """In a process of its own."""
        command = [sys.executable, "-m", "bench.telling", str(cars), span]
        said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603 -- our own module
        return msgspec.json.decode(said.stdout, type=cls)


def measure(cars: int, span: str) -> Passed:
    """Subscribe so many cars, and let the time pass."""
    simulator = Simulator(seed=7, fleet=cars)
    receiver = Taking(simulator)
    hook = simulator.webhooks.set(
        WebhookSetup(name="fleet", callback_uri=URI, triggers=TRIGGERS, data=TRIGGERS)
    )
    simulator.webhooks.receive(URI, receiver)
    begun = time.process_time()
    for spec in simulator.world.garage.specs():
        simulator.webhooks.subscribe(hook.id, spec.id)
    first = (time.process_time() - begun) / cars
    before, begun = receiver.events, time.process_time()
    simulator.clock.advance(span)
    cpu, events = time.process_time() - begun, receiver.events - before
    return Passed(cars, span, first * 1e6, events, cpu / events * 1e6, used()["megabytes"])


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(measure(int(sys.argv[1]), sys.argv[2])))
