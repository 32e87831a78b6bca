"""v2.0's lock status, made from what v3 says of doors, windows and lids.

Row 0 is the front, column 0 the left; v2.0 says frontLeft, backRight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol, TypeVar

from .bodies import Doors, Opening
from .catalogue import Charge, Closure
from .classic_models import LockStatus, Part
from .definition import SignalType

V = TypeVar("V")

LOCKS: Final = (
    Closure.IsLocked,
    Closure.Doors,
    Closure.Windows,
    Closure.FrontTrunk,
    Closure.RearTrunk,
    Closure.EngineCover,
    Closure.Tailgate,
    Closure.Sunroof,
    Charge.IsChargingPortFlapOpen,
)
"""Signals that it is made from."""

_PLACES: Final[Mapping[tuple[int | None, int | None], str]] = {
    (0, 0): "frontLeft",
    (0, 1): "frontRight",
    (1, 0): "backLeft",
    (1, 1): "backRight",
}


class Telling(Protocol):
    """What a car told, by signal."""

    def get(self, code: SignalType[V], /) -> V | None:
        """The value of one signal; None if the car does not tell."""
        ...


def lock_status(told: Telling) -> LockStatus:
    """The whole of it.  The bonnet stands in for a front boot, the tailgate for a rear one."""
    front = told.get(Closure.FrontTrunk) or told.get(Closure.EngineCover)
    rear = told.get(Closure.RearTrunk) or told.get(Closure.Tailgate)
    return LockStatus(
        is_locked=told.get(Closure.IsLocked),
        doors=_doors(told.get(Closure.Doors)),
        windows=_doors(told.get(Closure.Windows)),
        sunroof=_lid("sunroof", told.get(Closure.Sunroof)),
        storage=_lid("rear", rear) + _lid("front", front),
        charging_port=_flap(told.get(Charge.IsChargingPortFlapOpen)),
    )


def _doors(doors: Doors | None) -> tuple[Part, ...]:
    return tuple(
        Part(type=_PLACES[door.row, door.column], status=_status(door.is_open))
        for door in (() if doors is None else doors.values)
        if (door.row, door.column) in _PLACES
    )


def _lid(name: str, lid: Opening | None) -> tuple[Part, ...]:
    return () if lid is None else (Part(type=name, status=_status(lid.is_open)),)


def _flap(is_open: bool | None) -> tuple[Part, ...]:
    return () if is_open is None else (Part(type="chargingPort", status=_status(is_open)),)


def _status(is_open: bool | None) -> str:
    if is_open is None:
        return "UNKNOWN"
    return "OPEN" if is_open else "CLOSED"
