"""The whole world, kept, gone back to, and taken elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec

from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import FleetFile, Snapshot, Summary
from smartcar.simulator.control.problems import Problem
from smartcar.simulator.control.told import snapshot_told

from .clock import summary


@answers(ControlEndpoints.reset)
def reset(desk: Desk, *, seed: int | None = None) -> Summary:
    """As ``Simulator.reset``."""
    desk.simulator.reset(seed)
    return summary(desk)


@answers(ControlEndpoints.snapshots)
def snapshots(desk: Desk) -> tuple[Snapshot, ...]:
    """Oldest first."""
    return tuple(snapshot_told(each) for each in desk.simulator.snapshots)


@answers(ControlEndpoints.snapshot)
def snapshot(desk: Desk, *, name: str | None = None) -> Snapshot:
    """As ``Simulator.snapshot``."""
    return snapshot_told(desk.simulator.snapshot(name))


@answers(ControlEndpoints.restore)
def restore(desk: Desk, snapshot_id: str) -> Summary:
    """As ``Simulator.restore``."""
    try:
        desk.simulator.restore(snapshot_id)
    except LookupError as error:
        raise _unkept(error) from None
    return summary(desk)


@answers(ControlEndpoints.forget)
def forget(desk: Desk, snapshot_id: str) -> None:
    """As ``Simulator.forget``."""
    try:
        desk.simulator.forget(snapshot_id)
    except LookupError as error:
        raise _unkept(error) from None


def _unkept(error: LookupError) -> Problem:
    return Problem(404, "NOT_FOUND", str(error))


@answers(ControlEndpoints.export_world)
def export_world(desk: Desk) -> dict[str, Any]:
    """As ``Simulator.export``."""
    document: dict[str, Any] = msgspec.json.decode(desk.simulator.export())
    return document


@answers(ControlEndpoints.import_world)
def import_world(desk: Desk, document: dict[str, Any]) -> Summary:
    """As ``Simulator.import_``."""
    desk.simulator.import_(msgspec.json.encode(document))
    return summary(desk)


@answers(ControlEndpoints.fleet)
def fleet(desk: Desk) -> FleetFile:
    """As ``Simulator.export_fleet``."""
    return FleetFile(yaml=desk.simulator.export_fleet())
