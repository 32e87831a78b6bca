"""What happens, as it happens: server-sent events for the pages at ``/simulator/events``.

A page says what it looks at; it is told the clock, those cars when they change, that there are new
requests, that something became of a delivery, and that something else changed.  Cars are worked
out outside the event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from smartcar.simulator.control.models import Car
from smartcar.simulator.simulator import Simulator

MOST_CARS: Final = 200
"""Cars that a page is told of: one that was not looked at lately takes milliseconds."""

EVERY: Final = 0.5
"""Seconds between two looks."""
SHARE: Final = 4.0
"""Times as long as a look took nothing is looked at: whoever asks the API comes first."""
QUIET: Final = 15.0
"""Seconds after which something is said, so that whoever listens is known to be there."""
TRAIL: Final = 1800.0
"""Virtual seconds of driving that are drawn behind a car."""


class Sighting(msgspec.Struct, rename="camel"):
    """A car, and the line that it drove since it was seen last."""

    car: Car
    path: list[tuple[float, float]]


class Sightings(msgspec.Struct, rename="camel"):
    """Cars that changed; at first all that the page looks at."""

    is_whole: bool
    total: int
    """How many match in all, of which at most ``MOST_CARS`` are told."""
    sightings: list[Sighting]


@dataclass(slots=True)
class Watch:
    """One page that listens."""

    simulator: Simulator
    cars: Callable[[], tuple[list[Car], int]]
    """The cars that the page looks at, and how many match in all."""
    _seen: dict[str, object] = field(default_factory=dict[str, object])
    _at: float | None = None
    _clock: tuple[float, float] | None = None
    _happened: tuple[int, int] | None = None
    _requests: int | None = None
    _deliveries: int | None = None

    def look(self) -> list[bytes]:
        """What is new since the last look."""
        said: list[bytes] = []
        now, speed = self.simulator.clock.now(), self.simulator.clock.speed
        if self._clock != (now, speed):
            said.append(event("clock", {"now": now, "speed": speed}))
        happened, requests = self._counts()
        deliveries = self.simulator.webhooks.delivery_changes
        stands_still = self._clock == (now, speed) and happened == self._happened
        self._clock = now, speed
        if not stands_still:
            said += self._cars(now)
        if self._happened not in {None, happened}:
            said.append(event("changed", {}))
        if self._requests not in {None, requests}:
            said.append(event("requests", {"last": requests}))
        if self._deliveries not in {None, deliveries}:
            said.append(event("deliveries", {"changes": deliveries}))
        self._happened, self._requests, self._deliveries = happened, requests, deliveries
        return said

    def _counts(self) -> tuple[tuple[int, int], int]:
        world = self.simulator.world
        return (world.worlds, world.changes), self.simulator.log.last

    def _cars(self, now: float) -> list[bytes]:
        found, total = self.cars()
        looks = {car.id: _looks(car) for car in found}
        # Other cars, or an earlier time: the page looks at something else, or the world is another.
        is_whole = self._at is None or now < self._at or looks.keys() != self._seen.keys()
        began = now - TRAIL if self._at is None or is_whole else max(self._at, now - TRAIL)
        changed = [
            Sighting(car, self._path(car, began, now))
            for car in found
            if is_whole or self._seen[car.id] != looks[car.id]
        ]
        self._at, self._seen = now, looks
        return [event("cars", Sightings(is_whole, total, changed))] if changed or is_whole else []

    def _path(self, car: Car, began: float, now: float) -> list[tuple[float, float]]:
        """What it drove since *began*; nothing for a car that stood still."""
        if began >= now or (car.activity != "driving" and car.since.timestamp() < began):
            return []
        try:
            trail = self.simulator.trail(car.id, began, now)
        except LookupError:  # the world became another in between
            return []
        return [(round(latitude, 6), round(longitude, 6)) for latitude, longitude in trail]


def _looks(car: Car) -> object:
    """What a page would show differently: not how long ago the car reported."""
    return msgspec.structs.replace(car, at=car.since, age_seconds=0.0)


def event(name: str, content: Any) -> bytes:
    """An event as the wire has it."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), msgspec.json.encode(content))


async def stream(watch: Watch, is_closing: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Events for one page, until it leaves or the server does."""
    yield b"retry: 1000\n\n"
    quiet = 0.0
    while not is_closing():
        began = time.monotonic()
        said = await asyncio.to_thread(watch.look)
        rest = max(EVERY, SHARE * (time.monotonic() - began))
        if said:
            quiet = 0.0
            yield b"".join(said)
        elif quiet >= QUIET:
            quiet = 0.0
            yield b": still here\n\n"
        await asyncio.sleep(rest)
        quiet += rest
