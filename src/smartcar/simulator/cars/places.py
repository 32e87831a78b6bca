"""The cities the cars live in, and the little geometry a small map needs.

Cities lie inland, so that a road in any direction stays on land. Figures of climate
are rounded long-term averages: good enough for a plausible battery, not for a farmer.
Nothing here knows about cars.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, radians, sin, sqrt

import msgspec

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

Node = tuple[int, int]
"""A crossing of a city's road grid, counted from its centre."""

EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
METRES_PER_DEGREE = EARTH_RADIUS_M * radians(1)


# Compared by identity: there is one object per city, and it is a key of several caches.
@dataclass(frozen=True, slots=True, eq=False)
class City:
    """A place with roads, weather and a price of electricity."""

    name: str
    country: str
    latitude: float
    longitude: float
    utc_offset_hours: float  # fixed: pretend cities have no summer time
    mean_c: float  # average temperature of the year
    swing_c: float  # warmest month minus the average
    currency: str
    price_per_kwh: float  # at home, in that currency
    volts: int = 230  # mains at a home charger
    phases: int = 3  # what a home charger can offer


class Place(msgspec.Struct, frozen=True):
    """Somewhere a car goes: a crossing with a name."""

    name: str
    node: Node
    latitude: float
    longitude: float


MUNICH = City("Munich", "DE", 48.1372, 11.5756, 1, 9.5, 9.5, "EUR", 0.34)
PRAGUE = City("Prague", "CZ", 50.0755, 14.4378, 1, 9.4, 9.8, "CZK", 7.2)
LYON = City("Lyon", "FR", 45.7640, 4.8357, 1, 12.9, 9.0, "EUR", 0.25)
MADRID = City("Madrid", "ES", 40.4168, -3.7038, 1, 15.0, 10.2, "EUR", 0.22, phases=1)
BIRMINGHAM = City("Birmingham", "GB", 52.4862, -1.8904, 0, 10.2, 6.6, "GBP", 0.28, phases=1)
DENVER = City("Denver", "US", 39.7392, -104.9903, -7, 10.6, 12.3, "USD", 0.15, 240, 1)
ATLANTA = City("Atlanta", "US", 33.7490, -84.3880, -5, 16.9, 9.8, "USD", 0.14, 240, 1)
SACRAMENTO = City("Sacramento", "US", 38.5816, -121.4944, -8, 16.4, 8.2, "USD", 0.31, 240, 1)
KYOTO = City("Kyoto", "JP", 35.0116, 135.7681, 9, 15.9, 12.0, "JPY", 31.0, 200, 1)
CANBERRA = City("Canberra", "AU", -35.2809, 149.1300, 10, 13.4, 7.6, "AUD", 0.30)
JOHANNESBURG = City("Johannesburg", "ZA", -26.2041, 28.0473, 2, 15.9, 5.2, "ZAR", 3.4)
DAEJEON = City("Daejeon", "KR", 36.3504, 127.3845, 9, 13.1, 13.4, "KRW", 210.0, 220, 1)

CITIES: tuple[City, ...] = (
    MUNICH,
    PRAGUE,
    LYON,
    MADRID,
    BIRMINGHAM,
    DENVER,
    ATLANTA,
    SACRAMENTO,
    KYOTO,
    CANBERRA,
    JOHANNESBURG,
    DAEJEON,
    City("Vienna", "AT", 48.2082, 16.3738, 1, 10.9, 10.2, "EUR", 0.29),
    City("Milan", "IT", 45.4642, 9.1900, 1, 14.0, 11.2, "EUR", 0.30, phases=1),
    City("Zurich", "CH", 47.3900, 8.5200, 1, 9.6, 9.2, "CHF", 0.28),
    City("Warsaw", "PL", 52.2297, 21.0122, 1, 8.8, 10.8, "PLN", 1.1),
    City("Utrecht", "NL", 52.0907, 5.1214, 1, 10.6, 7.6, "EUR", 0.33),
    City("Dallas", "US", 32.7767, -96.7970, -6, 19.2, 11.0, "USD", 0.15, 240, 1),
    City("Nashville", "US", 36.1627, -86.7816, -6, 15.6, 11.4, "USD", 0.13, 240, 1),
    City("Salt Lake City", "US", 40.7200, -111.8900, -7, 11.7, 14.0, "USD", 0.12, 240, 1),
    City("Guadalajara", "MX", 20.6597, -103.3496, -6, 19.8, 3.6, "MXN", 1.6, 220, 1),
    City("Curitiba", "BR", -25.4284, -49.2733, -3, 17.2, 4.2, "BRL", 0.8, 220, 1),
    City("Santiago", "CL", -33.4489, -70.6693, -4, 14.6, 6.6, "CLP", 150.0, 220, 1),
    City("Chengdu", "CN", 30.5728, 104.0668, 8, 16.6, 9.8, "CNY", 0.55),
)


def wrapped(longitude: float) -> float:
    """The same meridian from -180 to 180 degrees; what is there already is not touched."""
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180


def metres_between(a: Point, b: Point) -> float:
    """Great-circle distance (haversine)."""
    half_lat = radians(b[0] - a[0]) / 2
    half_lon = radians(b[1] - a[1]) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a[0])) * cos(radians(b[0])) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def heading_between(a: Point, b: Point) -> float:
    """The way from *a* to *b* in degrees clockwise from north, from 0 up to 360."""
    east = radians(b[1] - a[1])
    y = sin(east) * cos(radians(b[0]))
    x = cos(radians(a[0])) * sin(radians(b[0])) - sin(radians(a[0])) * cos(radians(b[0])) * cos(
        east
    )
    # Twice, because -1e-17 % 360 rounds up to 360 itself.
    return degrees(atan2(y, x)) % 360.0 % 360.0
