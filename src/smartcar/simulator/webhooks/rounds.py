"""When a clock stops for webhooks: where something may be noticed, or is to be sent."""

from __future__ import annotations

from contextlib import AbstractContextManager

from smartcar.simulator.world import World

from .courier import Courier, Parcel
from .noticing import Noticing


class Rounds:
    """What a clock stops for: looks at cars, and sends what there is to tell of them."""

    def __init__(
        self,
        world: World,
        noticing: Noticing,
        courier: Courier,
        lock: AbstractContextManager[object],
    ) -> None:
        self._world, self._noticing, self._courier = world, noticing, courier
        self._lock = lock

    def due(self) -> float | None:
        """When there is something to look at or to send next."""
        with self._lock:
            noticed, sent = self._noticing.due(), self._courier.due()
        if noticed is None or sent is None:  # asked at every request: no time to lose
            return sent if noticed is None else noticed
        return min(noticed, sent)

    def begin(self, now: float) -> Parcel | None:
        """Look, if it is time to; give what is to be sent first."""
        with self._lock:
            self._world.catch_up()  # nobody is told of what a killed world would not know
            due = self._noticing.due()
            if due is not None and due <= now:
                # Whoever is killed here has not noticed, or has what there is to tell.
                with self._world.together():
                    occasions = self._noticing.look(now)
                    self._courier.take(occasions, now, self._noticing.readings)
            return self._courier.begin(now)
