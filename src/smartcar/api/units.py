"""From the units that v3 names to those that a caller asked for.

v2.0's systems (https://smartcar.com/docs/api-reference): metric is km, litres, kPa; imperial is
miles, US gallons, psi.  Factors are exact by definition, save the last, which is rounded.
"""

from __future__ import annotations

from typing import Final

KM_PER_MILE: Final = 1.609344
LITRES_PER_GALLON: Final = 3.785411784
KPA_PER_PSI: Final = 6.894757
KPA_PER_BAR: Final = 100.0
HIGHEST_BAR: Final = 20.0
"""No tyre of a car holds 20 bar: more than this is kilopascals, whatever the unit says.

A car was seen to send 258 under the name of bar.
"""


def miles(km: float) -> float:
    """Miles, or miles an hour."""
    return km / KM_PER_MILE


def gallons(litres: float) -> float:
    """US gallons."""
    return litres / LITRES_PER_GALLON


def psi(kpa: float) -> float:
    """Pounds per square inch."""
    return kpa / KPA_PER_PSI


def distance(value: float | None, unit: str | None, system: str) -> float | None:
    """Kilometres, or miles."""
    is_miles = (unit or "").lower() in {"mi", "mile", "miles"}
    if value is None or is_miles == (system == "imperial"):
        return value
    return value * KM_PER_MILE if is_miles else miles(value)


def volume(value: float | None, unit: str | None, system: str) -> float | None:
    """Litres, or US gallons."""
    is_gallons = (unit or "").lower() in {"gal", "gallon", "gallons"}
    if value is None or is_gallons == (system == "imperial"):
        return value
    return value * LITRES_PER_GALLON if is_gallons else gallons(value)


def pressure(value: float | None, unit: str | None, system: str) -> float | None:
    """Kilopascals, or psi."""
    if value is None:
        return None
    unit = (unit or "").lower()
    if unit == "psi":
        return value if system == "imperial" else value * KPA_PER_PSI
    is_bar = unit != "kpa" and value <= HIGHEST_BAR
    kilopascals = round(value * KPA_PER_BAR, 6) if is_bar else value
    return psi(kilopascals) if system == "imperial" else kilopascals


def fraction(percent: float | None) -> float | None:
    """0.68 for 68 percent."""
    return None if percent is None else round(percent / 100, 6)
