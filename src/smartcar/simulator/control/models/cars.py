"""Cars as they truly are, what they tell, and how they fared."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.cars.state import Activity

from .access import Grant
from .shown import Shown


class Position(Shown, frozen=True):
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


class Car(Shown, frozen=True):
    """A car as it truly is at this moment, which is more than it has told its maker."""

    id: str
    vin: str
    make: str
    model: str
    year: int
    powertrain: Powertrain
    nickname: str
    color: str
    owner: str
    """The e-mail that its owner signs in with."""
    mode: Mode
    city: str
    country: str
    """ISO 3166 code of two letters."""
    at: datetime
    activity: Activity
    since: datetime
    """When that activity began."""
    position: Position
    heading: float
    """Degrees clockwise from north; of a parked car: as it came."""
    place: str | None
    """Home, Work, or null."""
    speed_kmh: float
    odometer_km: float
    charge_percent: float | None
    """Null without a battery that can be plugged in."""
    charge_limit_percent: float | None
    charging_kw: float
    """What arrives in the battery."""
    minutes_to_limit: float | None
    """Until charging ends by itself; null unless it charges."""
    fuel_percent: float | None
    """Null without a tank."""
    range_km: float
    """On battery and tank together."""
    locked: bool
    plugged: bool
    asleep: bool
    outside_c: float
    cabin_c: float
    reported_at: datetime
    """When it last told its maker anything: what the API knows is of then."""
    age_seconds: float
    """Since that report."""
    connections: int
    """Consents that name it."""
    overrides: tuple[str, ...]
    """Codes of signals that somebody has set or frozen."""
    faults: tuple[str, ...]
    """Ids of rules that name it or its owner, and can still strike."""


class Command(Shown, frozen=True):
    """Something that a car was told, and did."""

    at: datetime
    name: str
    arguments: dict[str, Any]
    user_id: str | None
    """On whose behalf the API was asked; null: somebody at the car did it."""


class CarDetails(Car, frozen=True):
    """The same, with who may use it and what it was told last."""

    grants: tuple[Grant, ...] = ()
    commands: tuple[Command, ...] = ()
    """The last ones, newest first."""
    accepts: tuple[str, ...] = ()
    """Names of all commands there are."""


class SignalFailure(Shown, frozen=True):
    """Why a signal has no value."""

    type: str
    code: str | None = None


class Signal(Shown, frozen=True):
    """A signal as the API tells it to somebody who may read everything."""

    code: str
    group: str
    name: str
    description: str
    unit: str | None
    status: Literal["SUCCESS", "ERROR"]
    value: Any
    """The value or the values; null where there is an error."""
    body: dict[str, Any] | None
    """As the API has it."""
    error: SignalFailure | None
    updated_at: datetime | None
    """When the car said so; null of fixed traits and errors that it has said nothing of."""
    age_seconds: float | None
    permissions: tuple[str, ...]
    """Any one of these opens it."""
    is_set: bool
    """Did somebody set or freeze it?  Otherwise the car says it."""
    is_frozen: bool
    """Does it stand whatever the car does?"""
    frozen_until: datetime | None
    """When it ends by itself; null: when it is released."""


class Signals(Shown, frozen=True):
    """All that a model can report, by group and name."""

    vehicle_id: str
    at: datetime
    signals: tuple[Signal, ...]


class Sample(Shown, frozen=True):
    """A car at an instant."""

    at: datetime
    activity: Activity
    position: Position
    speed_kmh: float
    odometer_km: float
    charge_percent: float | None
    fuel_percent: float | None
    wall_kw: float
    """What is drawn from the wall."""
    outside_c: float
    cabin_c: float


class Span(Shown, frozen=True):
    """How long a car was about one thing."""

    begins: datetime
    ends: datetime
    activity: Activity


class History(Shown, frozen=True):
    """A car over a time: samples in order, and what it was about between them."""

    vehicle_id: str
    begins: datetime
    ends: datetime
    samples: tuple[Sample, ...]
    spans: tuple[Span, ...]


class Trail(Shown, frozen=True):
    """The line that a car drove, every corner of it."""

    vehicle_id: str
    points: tuple[Position, ...]
