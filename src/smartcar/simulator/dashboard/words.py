"""Facts in words and figures that a person reads: what the templates call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from smartcar.simulator.connect.brands import find_brand

UNITS: Final = {
    "percent": "%",
    "celsius": "°C",
    "kph": "km/h",
    "ampere": "A",
    "volts": "V",
    "volt": "V",
    "liters": "l",
    "minutes": "min",
    "seconds": "s",
    "kilowatt": "kW",
    "kilowatts": "kW",
}
"""Units of the API as they are printed; any other is printed as it is."""


def time(at: datetime) -> str:
    """The time of day in UTC."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


def day(at: datetime) -> str:
    """The day in UTC."""
    at = at.astimezone(UTC)
    return f"{at:%a} {at.day} {at:%b %Y}"


def age(seconds: float | None) -> str:
    """How long ago, to one unit."""
    if seconds is None:
        return "never"
    return "just now" if seconds < 1 else f"{length(seconds)} ago"


def length(seconds: float) -> str:
    """A length of time, to one unit."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def latency(seconds: float) -> str:
    """How long a reply took."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def number(value: float, digits: int = 0) -> str:
    """A figure with its thousands set apart."""
    return f"{value:,.{digits}f}"


def brand(make: str) -> str:
    """A make as its maker writes it."""
    found = find_brand(make)
    return found.name if found else make.title()


def unit(name: str | None) -> str:
    """A unit as it is printed behind a figure."""
    return "" if name is None else UNITS.get(name, name)


def value(found: Any) -> str:
    """A signal's value in one line, or its parts as JSON."""
    if isinstance(found, bool):
        return "Yes" if found else "No"
    if isinstance(found, int | float):
        return f"{found:,}" if isinstance(found, int) else f"{found:,.10g}"
    if found is None:
        return "–"
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()


def is_plain(found: Any) -> bool:
    """Does it fit on a line?"""
    return not isinstance(found, dict | list)


def sentence(name: str) -> str:
    """A name of code as words: ``StateOfCharge`` is "State of charge"."""
    words: list[str] = []
    for letter in name:
        is_start = letter.isupper() and (not words or not words[-1][-1:].isupper())
        if is_start or not words:
            words.append(letter)
        else:
            words[-1] += letter
    rest = [each if each.isupper() and len(each) > 1 else each.lower() for each in words[1:]]
    return " ".join([*words[:1], *rest])


def unix(at: datetime) -> float:
    """Seconds since 1970."""
    return at.timestamp()


FILTERS: Final = {
    "age": age,
    "brand": brand,
    "day": day,
    "latency": latency,
    "span": length,
    "number": number,
    "plain": is_plain,
    "sentence": sentence,
    "time": time,
    "unit": unit,
    "unix": unix,
    "value": value,
}
