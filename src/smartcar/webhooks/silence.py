"""Cars of which nothing is heard any more, by the rhythm of their own events.

A guess: a car may be silent because it stands, and Smartcar has no duty to send anything.  Nothing
here does I/O.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Final

from smartcar.errors import MalformedEventError

from .events import Reconciled, ReconciledError, VehicleEvent
from .gaps import Gap, moment
from .journal import Entry
from .parsing import parse

FACTOR: Final = 3.0
"""How many times longer than the longest pause so far, which is a night or a weekend mostly."""
SHORTEST: Final = timedelta(hours=6)
"""No silence is shorter."""
EVENTS: Final = 10
"""So many events of a car make a rhythm."""


def silent_cars(
    entries: Iterable[Entry],
    now: float,
    *,
    factor: float = FACTOR,
    shortest: timedelta = SHORTEST,
    events: int = EVENTS,
) -> list[Gap]:
    """A gap for each car that is silent for much longer than it ever was.

    Args:
        entries: Of an inbox, such as ``inbox.entries(limit=10_000)``.
        now: Unix seconds.
        factor: How many times longer than the longest pause between two of the car's events.
        shortest: What is no silence in any case.
        events: Of how many events a car's rhythm can be told.
    """
    sent: defaultdict[str, list[float]] = defaultdict(list)
    heard: dict[str, float] = {}
    for entry in entries:
        at = entry.envelope.received_at
        try:
            event = parse(entry.envelope.body)
        except MalformedEventError:
            continue
        if isinstance(event, VehicleEvent):
            heard[event.vehicle.id] = max(at, heard.get(event.vehicle.id, at))
            if not isinstance(event, Reconciled | ReconciledError):  # they keep no rhythm
                sent[event.vehicle.id].append(at)
    gaps: list[Gap] = []
    for vehicle_id, times in sorted(sent.items()):
        if len(times) < max(events, 2):
            continue
        longest = max(later - earlier for earlier, later in pairwise(sorted(times)))
        last = heard[vehicle_id]
        if now - last > max(factor * longest, shortest.total_seconds()):
            until = moment(now)
            cars = (vehicle_id,)
            gaps.append(Gap(since=moment(last), until=until, reason="silent", vehicles=cars))
    return gaps
