"""Types are worked out once, however many threads begin with them at the same time."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, threading
from smartcar import Smartcar  # none of its models was looked into yet
from smartcar.signals import Charge, Closure, Location, Wheel
from smartcar.simulator import Simulator

sys.setswitchinterval(1e-6)  # threads take turns as often as they can
client = Smartcar(transport=Simulator(seed=7))
connection = next(iter(client.connections()))
car = client.vehicle(connection)
reads = [car.signals, car.battery, car.attributes, car.lock_status, client.webhooks, car.charge]
reads += [lambda code=code: car.signal(code).value for code in
          (Location.PreciseLocation, Wheel.Tires, Closure.Doors, Charge.ChargeLimits)]
ready = threading.Barrier(4 * len(reads))
ended = []

def one(read):
    ready.wait()
    read()
    ended.append(read)

threads = [threading.Thread(target=one, args=(read,)) for read in reads * 4]
for each in threads: each.start()
for each in threads: each.join()
assert len(ended) == len(threads)
"""


def test_many_threads_may_be_the_first_to_read_a_model() -> None:
    """Without care each of these programs crashes about every second time."""
    begun = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], stderr=subprocess.PIPE) for _ in range(6)
    ]
    told = [(each.communicate()[1].decode(), each.returncode) for each in begun]
    assert told == [("", 0)] * len(begun)
