"""Who counts requests, and who says how much may be asked: ``Simulator.limits``."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import msgspec

from . import events
from .arrival import Arrival
from .limits import Limits, LimitState
from .world import World

_UNCOUNTED: Final = re.compile(r"/v[\d.]+/(management/)?connections(/|$)")
"""Source: https://smartcar.com/docs/help/api-limits"""


class Limiter:
    """The limits of one simulator.  Safe to use while it answers."""

    def __init__(
        self, world: World, now: Callable[[], float], lock: AbstractContextManager[object]
    ) -> None:
        self._world, self._now, self._lock = world, now, lock

    @property
    def settings(self) -> Limits:
        """How much may be asked."""
        return self._world.usage.limits

    def set(self, limits: Limits) -> None:
        """Go by *limits* from now on; what has been used stays used."""
        with self._lock:
            if limits != self.settings:
                self._world.record(events.LimitsSet(at=self._now(), limits=limits))

    def switch(self, *, is_on: bool) -> None:
        """Limit or do not, by the same figures."""
        settings = self.settings
        self.set(msgspec.structs.replace(settings, is_on=is_on))

    def state(self, vehicle_id: str | None = None, application: str | None = None) -> LimitState:
        """What is left.

        Args:
            vehicle_id: Of which car; of all that were asked this month unless said.
            application: Client id or application id of the one that is told of; the first unless
                said.

        Raises:
            ValueError: There is no such application.
        """
        with self._lock:
            world = self._world
            whose = world.applications.named(application)
            return world.usage.state(self._now(), whose.client_id, vehicle_id)


def limit(world: World, arrival: Arrival) -> None:
    """Count a request, if its caller may ask any more.

    Counted is what a known caller asks of the API, wrong requests too; connections and what is
    asked of the token endpoints and of Connect are not.

    Raises:
        Refusal: A limit is reached; it is not counted.
    """
    usage = world.usage
    application = arrival.caller.application
    if not usage.limits.is_on or application is None:
        return
    if arrival.api not in {"v3", "v2", "v1"} or _UNCOUNTED.match(arrival.path):
        return
    vehicle_id, requests = arrival.vehicle_id, arrival.requests
    if vehicle_id is not None and world.garage.spec(vehicle_id) is None:
        vehicle_id = None
    usage.check(arrival.at, application, vehicle_id, requests)
    world.record(
        events.Counted(
            at=arrival.at, application=application, vehicle_id=vehicle_id, requests=requests
        )
    )
