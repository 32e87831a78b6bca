"""What the owner and the commands so far have decided about a car.

Facts only: what follows from them is ``timeline`` and ``charge_plan``.
"""

from __future__ import annotations

from math import inf

import msgspec

from .activity import COMFORT_C
from .charging import Schedule, Timer
from .places import Point


class Climate(msgspec.Struct, frozen=True):
    """Heating and cooling. ``None`` leaves it to the car: on the way, and as the weather asks."""

    is_on: bool | None = None
    target_c: float = COMFORT_C
    defrosts: bool | None = None
    heats_wheel: bool | None = None

    @property
    def keeps_awake(self) -> bool:
        """Whether something was switched on that a standing car does not do by itself."""
        return True in {self.is_on, self.defrosts, self.heats_wheel}

    def left_to_itself(self) -> Climate:
        """As it is when somebody gets in or out: only the target is remembered."""
        return Climate(target_c=self.target_c)


class Settings(msgspec.Struct, frozen=True):
    """What has been decided so far."""

    limit: float  # percent
    week: int  # the next trip meant is number *index* of *week*
    index: int
    stirred_at: float  # when something last kept the car awake
    locked_from: float  # inf: unlocked
    is_stopped: bool = False  # charging was stopped, until the next plug-in
    is_manual: bool = False  # charging was started, whatever a schedule says
    is_port_open: bool = False
    schedules: tuple[Schedule, ...] = ()
    destination: Point | None = None
    returns_at: float = inf  # when the owner goes home after a drive that was asked for
    starts_at: Timer | None = None  # charging waits until then
    ready_by: Timer | None = None  # charging is done by then
    amps: float | None = None  # for this charge; None: as much as the cable gives
    climate: Climate = Climate()
    boot: bool | None = None  # opened or shut from afar, until the next departure
    is_frunk_open: bool = False
    pin: str | None = None  # a digest of it: nobody need know the PIN itself
