"""What a receiver without an inbox remembers: which events it had, and how new each reading was.

Both forget the oldest when they are full, so that nobody can fill them.  Nothing here does I/O.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Literal

from .events import Event, VehicleState

Standing = Literal["new", "in hand", "had"]

MOST_EVENTS = 100_000
"""Ids: at 300 events a second those of five minutes, and Smartcar tries for three."""
MOST_READINGS = 200_000
"""Times: of 2,000 cars with 100 signals each."""


class Repeats:
    """Which events were had.  Threads may share it."""

    def __init__(self, most: int = MOST_EVENTS) -> None:
        self._most = most
        self._had: OrderedDict[str, None] = OrderedDict()
        self._in_hand: set[str] = set()
        self._one_at_a_time = threading.Lock()

    def begin(self, event_id: str) -> Standing:
        """Take the event in hand, if nobody else had it or has it."""
        with self._one_at_a_time:
            if event_id in self._had:
                return "had"
            if event_id in self._in_hand:
                return "in hand"
            self._in_hand.add(event_id)
            return "new"

    def end(self, event_id: str, *, is_done: bool) -> None:
        """It was handled; or it was not, and may come again."""
        with self._one_at_a_time:
            self._in_hand.discard(event_id)
            if is_done:
                self._had[event_id] = None
                if len(self._had) > self._most:
                    self._had.popitem(last=False)


class Newest:
    """How new the newest reading of each signal of each car was.  Threads may share it."""

    def __init__(self, most: int = MOST_READINGS) -> None:
        self._most = most
        self._seen: OrderedDict[tuple[str, str], tuple[datetime, int]] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def marked(self, event: Event) -> Event:
        """*event* with those readings marked that are older than one before.

        By the time the car reported it, then by the event's ``sequence``, as the documentation
        advises.  What has no time (the VIN) is never old; where an event has no ``sequence``, what
        was reported at the same time is no older.

        Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
        """
        if not isinstance(event, VehicleState):
            return event
        sequence = event.meta.sequence
        with self._one_at_a_time:
            outdated = frozenset(
                signal.code
                for signal in event.signals
                if signal.oem_updated_at is not None
                and self._is_older((event.vehicle.id, signal.code), signal.oem_updated_at, sequence)
            )
        return event.kept(outdated=outdated)

    def _is_older(self, signal: tuple[str, str], at: datetime, sequence: int | None) -> bool:
        newest = self._seen.get(signal)
        if newest is not None and sequence is None and at == newest[0]:
            sequence = newest[1]
        now = at, sequence or 0
        if newest is not None and now < newest:
            return True
        self._seen[signal] = now
        self._seen.move_to_end(signal)
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return False
