"""Add, look at and remove rules: ``Simulator.faults``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from smartcar.simulator import events
from smartcar.simulator.world import World

from .book import Fault
from .rule import BadRule, FaultRule


class Faults:
    """The rules of one simulator.  Safe to use while it answers."""

    def __init__(
        self, world: World, now: Callable[[], float], lock: AbstractContextManager[object]
    ) -> None:
        self._world, self._now, self._lock = world, now, lock

    def add(self, rule: FaultRule) -> Fault:
        """Heed *rule* from now on; gives it with its id.

        Raises:
            BadRule: There is no such car.
        """
        with self._lock:
            world = self._world
            if rule.vehicle_id is not None and world.garage.spec(rule.vehicle_id) is None:
                raise BadRule("vehicle_id", f"there is no car {rule.vehicle_id!r}")
            fault_id = world.faults.next_id()
            world.record(events.FaultAdded(at=self._now(), fault_id=fault_id, rule=rule))
            return world.faults.all()[-1]

    def remove(self, fault_id: str) -> Fault:
        """Heed it no more; gives what had come of it.

        Raises:
            KeyError: There is none with this id.
        """
        with self._lock:
            fault = self._world.faults.get(fault_id)
            if fault is None:
                raise KeyError(fault_id)
            self._world.record(events.FaultRemoved(at=self._now(), fault_id=fault_id))
            return fault

    def clear(self) -> None:
        """Remove all."""
        for fault in self.all():
            self.remove(fault.id)

    def get(self, fault_id: str) -> Fault | None:
        """One rule; None if there is none with this id."""
        return self._world.faults.get(fault_id)

    def all(self) -> list[Fault]:
        """All rules, the oldest first."""
        return self._world.faults.all()
