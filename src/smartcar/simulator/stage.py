"""A simulated world on its clock, and all that may be done to it beside asking the API.

What a test, a person at a car, a dashboard or the control API does is a method here.  Nothing here
speaks HTTP, asks for a token, or looks at a permission.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import agenda as agendas
from . import control_signals, events, history as histories, snapshots
from .agenda import Upcoming
from .application import SimulatedApplication
from .cars import Command, Spec, State
from .cars.places import Point
from .clock import VirtualClock
from .fleet_file import FleetFile, export_fleet, load_fleet
from .history import History
from .journal import Journal
from .overrides import Override
from .snapshots import Snapshot
from .world import World

DEFAULT_FLEET = 12
"""Cars that a world begins with, unless somebody says otherwise: the showcase."""


class Stage:
    """What every simulator has: a world, its clock, and what was kept of it."""

    def __init__(
        self,
        seed: int | None,
        fleet: int | FleetFile | str | Path,
        clock: VirtualClock | None,
        applications: tuple[SimulatedApplication, ...],
        journal: Journal | None,
    ) -> None:
        raise NotImplementedError

    # --- cars ------------------------------------------------------------------------------------

    def command(self, vehicle_id: str, name: str, **arguments: Any) -> State:
        """Let somebody at the car do something: no permission is asked.

        Args:
            vehicle_id: Which car.
            name: ``drive``, ``park``, ``plug-in``, ``unplug``, ``sleep``, ``wake``, or any command
                of the API, such as ``security-lock`` or ``charge-start``.
            arguments: What the command needs: ``drive`` takes ``minutes``, or ``latitude`` and
                ``longitude``.

        Returns:
            The car after it.

        Raises:
            LookupError: There is no such car.
            ValueError: There is no such command, or its arguments make no sense.
            Refused: The car will not, as when it is told to drive while it drives.
        """
        raise NotImplementedError

    def state(self, vehicle_id: str, at: float | None = None) -> State:
        """A car as it is, or at another time of its life."""
        raise NotImplementedError

    def set_signal(
        self,
        vehicle_id: str,
        code: str,
        value: Any = None,
        *,
        body: Mapping[str, Any] | None = None,
        error: str | None = None,
        frozen: bool = False,
        until: float | None = None,
    ) -> Override | None:
        """Make a signal tell something else, for v3 and v2.0 alike."""
        raise NotImplementedError

    def release_signal(self, vehicle_id: str, code: str) -> bool:
        """Let a signal tell again what the car says."""
        raise NotImplementedError

    def overrides(self, vehicle_id: str) -> list[Override]:
        """What is set or frozen of a car now, by code."""
        raise NotImplementedError

    # --- time ------------------------------------------------------------------------------------

    def agenda(self, limit: int = 20, vehicle_id: str | None = None) -> list[Upcoming]:
        """What comes next in virtual time, in order."""
        raise NotImplementedError

    def jump(self, to: Upcoming) -> float:
        """Put the clock forward to something upcoming."""
        raise NotImplementedError

    def history(
        self,
        vehicle_id: str,
        begins: float | None = None,
        ends: float | None = None,
        points: int = 200,
    ) -> History:
        """How a car fares from *begins* to *ends* (the last day, unless told)."""
        raise NotImplementedError

    def trail(
        self, vehicle_id: str, begins: float | None = None, ends: float | None = None
    ) -> list[Point]:
        """The line that a car drove from *begins* to *ends* (the last day, unless told)."""
        raise NotImplementedError

    # --- the whole world -------------------------------------------------------------------------

    def reset(self, seed: int | None = None) -> None:
        """Begin anew: the same cars, or those of another seed, and the clock back."""
        raise NotImplementedError

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Keep the world as it is, in this process."""
        raise NotImplementedError

    @property
    def snapshots(self) -> list[Snapshot]:
        """Those that are kept, oldest first."""
        raise NotImplementedError

    def restore(self, snapshot: Snapshot | str) -> None:
        """Make the world as it was: a snapshot, or the id or name of one."""
        raise NotImplementedError

    def forget(self, snapshot: Snapshot | str) -> None:
        """Keep a snapshot no longer."""
        raise NotImplementedError

    def export(self) -> bytes:
        """The whole world as one JSON document."""
        raise NotImplementedError

    def import_(self, document: bytes | str) -> None:
        """Make the world that of a document of ``export``."""
        raise NotImplementedError

    def export_fleet(self) -> str:
        """The cars, owners, applications and connections as they are now, as a fleet file (YAML)."""
        raise NotImplementedError

    def _begun_anew(self, requests: int) -> None:
        """The world has become another: forget what was known of the old one."""
        raise NotImplementedError
