"""The signals whose value is more than one number, word or truth.

Shapes: https://smartcar.com/docs/api-reference/signals/schema.  Every number names its unit;
every field may be None, because cars leave out what they do not know.  Words are open sets:
compare, never enumerate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from msgspec import Struct, field

from smartcar.protocol.shapes import convert


class Body(Struct, frozen=True, rename="camel", kw_only=True):
    """Part of a signal's body: immutable, snake_case here and camelCase on the wire."""


class Place(Body, frozen=True):
    """Where something applies or happened."""

    name: str | None = None
    address: str | None = None
    latitude: float | None = None
    """Degrees, north positive."""
    longitude: float | None = None
    """Degrees, east positive."""
    connector_type: str | None = None


class ChargeLimit(Body, frozen=True):
    """A level at which charging stops."""

    type: str | None = None
    """GLOBAL, LOCATION, CONNECTOR or CHARGING_TYPE, in upper or lower case."""
    limit: float | None = None
    """State of charge, percent."""
    condition: Place | None = None

    @property
    def is_everywhere(self) -> bool:
        """Does it hold whatever the place and the connector?"""
        return self.condition is None and (self.type or "GLOBAL").upper() == "GLOBAL"


class ChargeLimits(Body, frozen=True):
    """All configured limits, and the one in force."""

    values: tuple[ChargeLimit, ...] = ()
    active_limit: float | None = None
    """State of charge at which charging stops now, percent."""
    unit: str | None = None

    @property
    def in_force(self) -> float | None:
        """The active limit; where the car does not say which that is, the one for everywhere."""
        if self.active_limit is not None:
            return self.active_limit
        everywhere = (one for one in self.values if one.is_everywhere and one.limit is not None)
        return next((one.limit for one in everywhere), None)


class Cost(Body, frozen=True):
    """What a charge or a service cost."""

    currency: str | None = None
    """ISO 4217, such as ``EUR``."""
    energy_amount: float | None = None
    other_amount: float | None = None
    amount: float | None = None


class ChargeRecord(Body, frozen=True):
    """One past charging session."""

    id: str | None = None
    start_time: str | None = None
    """ISO 8601."""
    end_time: str | None = None
    """ISO 8601."""
    energy_added: float | None = None
    """Kilowatt-hours."""
    cost: Cost | None = None
    location: Place | None = None
    connector_type: str | None = None
    """As the API sent it in 2025."""
    charging_type: str | None = None
    """As the API sends it since 2026."""
    is_public_charger: bool | None = None
    start_state_of_charge: float | None = None
    """Percent."""
    end_state_of_charge: float | None = None
    """Percent."""


class ScheduleWindow(Body, frozen=True):
    """When charging may happen."""

    start: str | None = None
    """HH:MM:SS, local to the car."""
    end: str | None = None
    """HH:MM:SS, local to the car."""
    days: tuple[str, ...] = ()
    """Names of weekdays, in upper-case English."""


class DepartureTimer(Body, frozen=True):
    """When the car must be ready."""

    time: str | None = None
    """HH:MM:SS, local to the car."""
    days: tuple[str, ...] = ()


class ChargeTimer(Body, frozen=True):
    """Schedules and departure timers that apply under one condition."""

    type: str | None = None
    """GLOBAL, LOCATION or CONNECTOR."""
    condition: Place | None = None
    schedules: tuple[ScheduleWindow, ...] = ()
    departure_timers: tuple[DepartureTimer, ...] = ()
    is_optimization_enabled: bool | None = field(name="isOEMOptimizationEnabled", default=None)
    schedule_type: str | None = None
    """DAILY, WEEKLY or WORKWEEK, for schedules made through the API."""
    schedule_id: str | None = None


class Door(Body, frozen=True):
    """One door or window.  Row 0 is the front, column 0 the left."""

    row: int | None = None
    column: int | None = None
    is_open: bool | None = None
    is_locked: bool | None = None


class Doors(Body, frozen=True):
    """All doors, or all windows."""

    values: tuple[Door, ...] = ()
    row_count: int | None = None
    column_count: int | None = None


class Opening(Body, frozen=True):
    """A lid: bonnet, sunroof, tailgate, boot."""

    is_open: bool | None = None
    is_locked: bool | None = None


class SystemStatus(Body, frozen=True):
    """What the car says of one of its systems."""

    status: str | None = None
    """OK or ALERT."""
    description: str | None = None


class TroubleCode(Body, frozen=True):
    """A diagnostic trouble code."""

    code: str | None = None
    """Such as ``P302D``."""
    timestamp: str | None = None
    """ISO 8601."""


class PreciseLocation(Body, frozen=True):
    """Where the car is."""

    latitude: float | None = None
    """Degrees, north positive."""
    longitude: float | None = None
    """Degrees, east positive."""
    heading: float | None = None
    """Degrees clockwise from north."""
    direction: str | None = None
    """N, NE, E, …"""
    location_type: str | None = None
    """LAST_PARKED or CURRENT."""


class Described(Body, frozen=True):
    """A task or a detail of a service."""

    id: str | None = None
    description: str | None = None


class ServiceRecord(Body, frozen=True):
    """One visit to a workshop."""

    id: str | int | None = None
    time: str | None = None
    """ISO 8601."""
    odometer: float | None = None
    """Kilometres."""
    cost: Cost | None = None
    tasks: tuple[Described, ...] | None = None
    details: tuple[Described, ...] | None = None


class AvailableCapacity(Body, frozen=True):
    """A battery size that this model is sold with."""

    capacity: float | None = None
    """Kilowatt-hours."""
    description: str | None = None


class NominalCapacity(Body, frozen=True):
    """The high-voltage battery's capacity when new."""

    capacity: float | None = None
    """Kilowatt-hours."""
    source: str | None = None
    """SMARTCAR or USER_SELECTED."""
    available_capacities: tuple[AvailableCapacity, ...] = ()
    unit: str | None = None


class RangeEstimate(Body, frozen=True):
    """The same range, estimated another way."""

    type: str | None = None
    """IDEAL_CONDITIONS, ESTIMATED or RATED."""
    value: float | None = None
    """In the unit of the signal."""


class BatteryRange(float):
    """The distance left in the battery: a number that carries its other estimates.

    In the unit of the signal (kilometres, unless asked otherwise).
    """

    type: str | None
    """How it was estimated; None before 2026."""
    additional_values: tuple[RangeEstimate, ...]

    def __new__(
        cls, value: float, kind: str | None = None, additional: tuple[RangeEstimate, ...] = ()
    ) -> Self:
        """Make one."""
        self = super().__new__(cls, value)
        self.type, self.additional_values = kind, additional
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return BatteryRange, (float(self), self.type, self.additional_values)


class _Range(Body, frozen=True):
    value: float
    type: str | None = None
    additional_values: tuple[RangeEstimate, ...] | None = None


def battery_range(body: Mapping[str, Any]) -> BatteryRange:
    """Read the body of ``tractionbattery-range``."""
    said = convert(body, _Range, strict=False)
    return BatteryRange(said.value, said.type, said.additional_values or ())


class DriveMode(Body, frozen=True):
    """How the car is set to drive."""

    canonical: str | None = None
    """Smartcar's word, such as NORMAL."""
    oem_display_name: str | None = None
    """The maker's word."""


class Tire(Body, frozen=True):
    """One wheel.  Row 0 is the front, column 0 the left."""

    row: int | None = None
    column: int | None = None
    tire_pressure: float | None = None
    """In the unit of ``Tires``."""


class Tires(Body, frozen=True):
    """All wheels."""

    values: tuple[Tire, ...] = ()
    row_count: int | None = None
    column_count: int | None = None
    unit: str | None = None
    """Documented as bar; some cars were seen to send kilopascals under that name."""
