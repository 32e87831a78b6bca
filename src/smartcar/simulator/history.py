"""How a car has fared, and will fare: points for charts and lines for maps."""

from __future__ import annotations

from msgspec import Struct

from .cars.state import Activity


class Sample(Struct, frozen=True, kw_only=True):
    """A car at an instant; None where it has no such store."""

    at: float
    """Unix seconds of virtual time."""
    activity: Activity
    charge: float | None
    """Percent."""
    fuel: float | None
    """Percent."""
    speed: float
    """Kilometres an hour."""
    odometer: float
    """Kilometres."""
    outside: float
    """Degrees Celsius."""
    cabin: float
    """Degrees Celsius."""
    power: float
    """Kilowatts from the wall."""
    latitude: float
    longitude: float


class Span(Struct, frozen=True, kw_only=True):
    """How long a car was about one thing."""

    begins: float
    ends: float
    activity: Activity


class History(Struct, frozen=True, kw_only=True):
    """A car from *begins* to *ends*."""

    vehicle_id: str
    begins: float
    ends: float
    samples: tuple[Sample, ...]
    spans: tuple[Span, ...]
