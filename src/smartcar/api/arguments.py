"""What calls about a car are given besides plain text: numbers with bounds, places, times."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from smartcar.protocol import documents

Percent = Annotated[int, Meta(ge=50, le=100)]
"""A charge limit: a whole number of percent, 50 to 100."""

Fraction = Annotated[float, Meta(ge=0, le=1)]
"""A charge limit as v2.0 has it: 0.8 for 80 percent."""

Limit = Annotated[int, Meta(ge=1)]
"""At most so many."""

Offset = Annotated[int, Meta(ge=0)]
"""How many to skip."""

Latitude = Annotated[float, Meta(ge=-90, le=90)]
"""Degrees, north positive."""

Longitude = Annotated[float, Meta(ge=-180, le=180)]
"""Degrees, east positive."""

ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
"""HH:MM, local to the car."""

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Coordinates(msgspec.Struct, frozen=True):
    """A point on the map."""

    latitude: Latitude
    longitude: Longitude


class ChargeWindow(msgspec.Struct, frozen=True, rename="camel"):
    """When charging may happen on a day."""

    start_time: ClockTime
    stop_time: ClockTime


class ChargeSchedule(documents.Resource, frozen=True):
    """A schedule that was made through the API."""

    attributes: dict[str, Any] = {}


WeeklyWindows = Annotated[dict[Weekday, ChargeWindow], Meta(min_length=1)]
"""A window for each weekday that has one; at least one has."""
