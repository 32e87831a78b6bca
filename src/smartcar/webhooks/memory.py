"""What a receiver remembers: events that it had, how new each reading was, faults told lately.

All forget the oldest when they are full, so that nobody can fill them.  Nothing here does I/O.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple

from .events import Event, Fault, VehicleError, VehicleState

Standing = Literal["new", "in hand", "had"]

MOST_EVENTS = 100_000
"""Ids: at 300 events a second those of five minutes, and Smartcar tries for three."""
SAME_FAULT_SECONDS = 300.0
"""A fault of the same user, car, type and code is the same within two to five minutes: so the best
practices of Smartcar's documentation have it."""
MOST_FAULTS = 50_000
"""Of as many cars, in five minutes."""
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
                if (at := signal.oem_updated_at) is not None
                and self._is_older((event.vehicle.id, signal.code), at, sequence)
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


class Reported:
    """Which faults were told lately.  Threads may share it.

    Args:
        now: The time, in seconds.
        most: How many to remember.
    """

    def __init__(self, now: Callable[[], float], most: int = MOST_FAULTS) -> None:
        self._now = now
        self._most = most
        self._told: OrderedDict[tuple[str, str, str, str], _Told] = OrderedDict()
        self._one_at_a_time = threading.Lock()

    def marked(self, event: Event) -> Event:
        """*event* with those faults marked that another event has told of lately."""
        if not isinstance(event, VehicleError):
            return event
        with self._one_at_a_time:
            repeated = tuple(fault for fault in event.errors if self._is_known(event, fault))
        return event.kept(repeated=repeated)

    def _is_known(self, event: VehicleError, fault: Fault) -> bool:
        key, now = event.key_of(fault), self._now()
        told = self._told.get(key)
        is_same = told is not None and told.state == fault.state
        if told is not None and is_same and 0 <= now - told.at < SAME_FAULT_SECONDS:
            return told.event_id != event.id
        self._told[key] = _Told(fault.state, now, event.id)
        self._told.move_to_end(key)
        if len(self._told) > self._most:
            self._told.popitem(last=False)
        return False


class _Told(NamedTuple):
    state: str
    at: float
    event_id: str
