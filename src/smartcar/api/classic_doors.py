"""v2.0's lock status, made from what v3 says of doors, windows and lids.

Row 0 is the front, column 0 the left; v2.0 says frontLeft, backRight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeVar

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

CORNERS: Final[Mapping[tuple[int | None, int | None], str]] = {
    (0, 0): "frontLeft",
    (0, 1): "frontRight",
    (1, 1): "backRight",
    (1, 0): "backLeft",
}
"""In v2.0's order: around the car."""


class Telling(Protocol):
    """What a car told, by signal."""

    @property
    def powertrain(self) -> str | None:
        """BEV, PHEV, HEV or ICE; None if it is not known."""
        ...

    def tells(self, code: SignalType[Any], /) -> bool:
        """Can the car tell it, and may we know?"""
        ...

    def get(self, code: SignalType[V], /) -> V | None:
        """The value of one signal; None if the car does not tell."""
        ...

    def need(self, code: SignalType[V], /) -> V:
        """The value of one signal, or the error that says why there is none."""
        ...


def lock_status(told: Telling) -> LockStatus:
    """The whole of it, or an error: v2.0 has no answer without a lock's state.

    The tailgate stands in for a rear boot.  In front, an electric car has its boot, any other its
    bonnet.
    """
    front = {"BEV": (Closure.FrontTrunk,), None: (Closure.FrontTrunk, Closure.EngineCover)}
    return LockStatus(
        is_locked=told.need(Closure.IsLocked),
        doors=_cornered(told.get(Closure.Doors)),
        windows=_cornered(told.get(Closure.Windows)),
        sunroof=_lid(told, "sunroof", Closure.Sunroof),
        storage=_lid(told, "rear", Closure.RearTrunk, Closure.Tailgate)
        + _lid(told, "front", *front.get(told.powertrain, (Closure.EngineCover,))),
        charging_port=_flap(told),
    )


def _cornered(parts: Doors | None) -> tuple[Part, ...]:
    """Doors or windows."""
    known = {(each.row, each.column): each for each in (() if parts is None else parts.values)}
    return tuple(
        Part(type=name, status=status_of(known[corner].is_open))
        for corner, name in CORNERS.items()
        if corner in known
    )


def _lid(told: Telling, name: str, *codes: SignalType[Opening]) -> tuple[Part, ...]:
    """The first of *codes* that the car can tell: one that it cannot tell now is UNKNOWN."""
    for code in filter(told.tells, codes):
        lid = told.get(code)
        return (Part(type=name, status=status_of(None if lid is None else lid.is_open)),)
    return ()


def _flap(told: Telling) -> tuple[Part, ...]:
    if not told.tells(Charge.IsChargingPortFlapOpen):
        return ()
    is_open = told.get(Charge.IsChargingPortFlapOpen)
    return (Part(type="chargingPort", status=status_of(is_open)),)


def status_of(is_open: bool | None) -> str:
    """v2.0's word for it."""
    if is_open is None:
        return "UNKNOWN"
    return "OPEN" if is_open else "CLOSED"
