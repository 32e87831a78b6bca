"""The simulator as a whole: its time, its figures, what was kept of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from smartcar.simulator.agenda import Kind

from .shown import Shown


class Clock(Shown, frozen=True):
    """Virtual time."""

    now: datetime
    speed: float
    """Virtual seconds a real second; 0 is frozen."""

    @property
    def is_frozen(self) -> bool:
        """Does it stand still unless somebody waits or puts it forward?"""
        return self.speed == 0


class Summary(Shown, frozen=True):
    """The simulator at a glance."""

    version: str
    """Of smartcar-sdk."""
    seed: int
    now: datetime
    speed: float
    cars: int
    connections: int
    """Consents in force, of every mode."""
    applications: int
    subscriptions: int
    faults: int
    """Rules that are heeded."""
    requests: int
    """Asked of the simulated API since it runs."""


class Upcoming(Shown, frozen=True):
    """Something that happens unless somebody steps in."""

    at: datetime
    kind: Kind
    text: str
    """In words, such as ``Comet leaves for Work``."""
    vehicle_id: str | None
    user_id: str | None
    details: dict[str, Any]
    """What there is to know besides."""


class Snapshot(Shown, frozen=True):
    """The world as it was, to go back to; it ends with the simulator."""

    id: str
    name: str | None
    at: datetime
    events: int
    """How much had happened."""


class FleetFile(Shown, frozen=True):
    """Cars, owners and consents, as ``--fleet`` takes them."""

    yaml: str
