"""When a clock stops for webhooks: where something may be noticed, or is to be sent."""

from __future__ import annotations

from contextlib import AbstractContextManager

from .courier import Courier, Parcel
from .noticing import Noticing


class Rounds:
    """What a clock stops for: looks at cars, and sends what there is to tell of them."""

    def __init__(
        self, noticing: Noticing, courier: Courier, lock: AbstractContextManager[object]
    ) -> None:
        self._noticing, self._courier, self._lock = noticing, courier, lock

    def due(self) -> float | None:
        """When there is something to look at or to send next."""
        with self._lock:
            dues = (self._noticing.due(), self._courier.due())
            return min((each for each in dues if each is not None), default=None)

    def begin(self, now: float) -> Parcel | None:
        """Look, if it is time to; give what is to be sent first."""
        with self._lock:
            due = self._noticing.due()
            if due is not None and due <= now:
                self._courier.take(self._noticing.look(now), now)
            return self._courier.begin(now)
