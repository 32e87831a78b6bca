"""The temperature outside: a year's wave, a day's wave, and weather that comes and goes.

A closed form of place and time. No forecast, no rain: cars here only feel warm or cold.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, floor, pi

from .hashing import between
from .places import City

DAY = 86_400.0
YEAR_DAYS = 365.2425
WARMEST_DAY = 200  # 20 July, some four weeks after the solstice, as soil and air lag behind
WARMEST_HOUR = 15
DAILY_SWING_C = 5.0  # half of the difference between afternoon and night, inland
SPELL_C = 4.5  # how far a warm or cold spell may depart from the season


@lru_cache(maxsize=4096)
def _spell(city: City, day: int) -> float:
    return between(-SPELL_C, SPELL_C, "weather", city.name, day)


def outside_c(city: City, at: float) -> float:
    """Temperature in *city* at *at* (unix seconds), in degrees Celsius."""
    days = (at + city.utc_offset_hours * 3600) / DAY
    season = cos(2 * pi * (days - WARMEST_DAY) / YEAR_DAYS)
    if city.latitude < 0:
        season = -season
    daily = cos(2 * pi * (days - WARMEST_HOUR / 24))
    today = floor(days)
    # From one day's spell to the next along half a cosine: no jump at midnight.
    blend = (1 - cos(pi * (days - today))) / 2
    spell = (1 - blend) * _spell(city, today) + blend * _spell(city, today + 1)
    return city.mean_c + city.swing_c * season + DAILY_SWING_C * daily + spell
