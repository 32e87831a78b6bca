"""The official SDK, in an environment of its own: it has our import name.

``python -m bench.official http://127.0.0.1:8000 1000``, by that environment's Python.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from .exchange import CODE, TOKEN, VALUE, VEHICLE, expect
from .measure import Cost, blocking


def official(origin: str, calls: int) -> Cost:
    """The official client, as its README uses it."""
    os.environ["SMARTCAR_VEHICLE_API_V3_ORIGIN"] = origin  # read when it is imported
    # By name, since a type checker would take it for ours.
    smartcar: Any = importlib.import_module("smartcar")
    car = smartcar.Vehicle(VEHICLE, TOKEN)

    def call() -> None:
        signal = car.get_signal(CODE)
        expect(signal["body"]["data"]["attributes"]["body"]["value"], VALUE)

    return blocking(call, calls)


if __name__ == "__main__":
    _, at, count = sys.argv
    official(at, int(count)).tell()
