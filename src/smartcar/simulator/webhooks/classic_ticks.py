"""When the webhooks of v2 tell.  How often that truly was is unconfirmed, but for the intervals.

Source: https://smartcar.com/docs/webhooks
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from smartcar.simulator.cars.activity import Charge, Drive
from smartcar.simulator.cars.car import Car
from smartcar.simulator.cars.state import State

from .setup import Interval, WebhookSetup

INTERVALS: Final[Mapping[Interval, float]] = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
}
BUSY_EVERY: Final = 900.0
IDLE_EVERY: Final = 6 * 3600.0
"""Seconds between two deliveries of a dynamic webhook: of a car that drives or charges, or not."""
_FULL: Final = 0.5
"""Percent: as near to its limit as a charge that ended by itself is reported."""


def next_tick(setup: WebhookSetup, car: Car, last: float) -> float:
    """When a webhook that told at *last* tells next, if the car goes on as it is."""
    if setup.kind == "schedule":
        return last + INTERVALS[setup.interval or "daily"]
    step = BUSY_EVERY
    while step < IDLE_EVERY and not isinstance(car.phase(last + step).activity, Charge | Drive):
        step += BUSY_EVERY
    return last + min(step, IDLE_EVERY)


def charge_event(state: State) -> str:
    """What an ``eventBased`` webhook calls it when a car's charging has begun or ended."""
    if state.is_charging:
        return "CHARGING_STARTED"
    is_full = (state.soc or 0.0) >= (state.limit or 100.0) - _FULL
    return "CHARGING_COMPLETED" if is_full else "CHARGING_STOPPED"
