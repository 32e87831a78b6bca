"""Facts in words and figures that a person reads: what the templates call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from smartcar.api.catalogue import find
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.control.models import Delivery
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.webhooks.occasions import FIRST_DELIVERY
from smartcar.untyped import is_list

_ID: Final = re.compile(r"[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[0-9]+")
_BROKEN: Final = {"reset": "reset", "truncate": "truncated", "slow": "slow"}

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


def short(path: str) -> str:
    """A path with its ids cut to what tells them apart."""
    return _ID.sub(lambda found: f"{found[0][:8]}…", path) or "/"


def latency(seconds: float) -> str:
    """How long a reply took."""
    if not seconds:
        return "at once"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def number(value: float, digits: int = 0) -> str:
    """A figure with its thousands set apart."""
    return f"{value:,.{digits}f}"


def brand(make: str) -> str:
    """A make as its maker writes it."""
    found = find_brand(make)
    return found.name if found else make.title()


def car(of: str) -> str:
    """A car's year, make and model with the make as its maker writes it."""
    year, make, model = (*of.split(" ", 2), "", "")[:3]
    return f"{year} {brand(make)} {model}".strip() if year.isdigit() else of


def town(city: str) -> str:
    """A city's name; one that was made around a car's home is known by its place alone."""
    return "Own town" if city[-1:].isdigit() else city


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
        return "none"
    return found if isinstance(found, str) else msgspec.json.encode(found).decode()


def is_plain(found: Any) -> bool:
    """Does it fit on a line?"""
    return not isinstance(found, dict | list)


def parts(found: Any) -> str:
    """What a value of several parts holds, in a few words."""
    if is_list(found):
        return "none" if not found else f"{len(found)} {'item' if len(found) == 1 else 'items'}"
    said = [f"{name} {value(each)}" for name, each in found.items() if is_plain(each)]
    return ", ".join(said)[:80] or f"{len(found)} parts"


def sentence(name: str) -> str:
    """A name of code as words: ``StateOfCharge`` is "State of charge"."""
    first, *rest = _WORD.findall(name) or [name]
    return " ".join(
        [first, *(each if each.isupper() and len(each) > 1 else each.lower() for each in rest)]
    )


def effect(rule: FaultRule) -> str:
    """What a rule does, in a few words."""
    said = [
        rule.error,
        None if rule.status is None else f"HTTP {rule.status}",
        None if rule.car is None else f"car {rule.car.replace('_', ' ')}",
        None if rule.token is None else f"token {rule.token}",
        None if rule.consent is None else f"consent {rule.consent}",
        None if rule.breakage is None else f"reply {_BROKEN[rule.breakage]}",
        None if rule.body is None else f"body {rule.body}",
        None if rule.latency is None else f"latency {rule.latency}",
        None if rule.retry_after is None else f"Retry-After {rule.retry_after}",
    ]
    return ", ".join(each for each in said if each is not None)


def matches(rule: FaultRule) -> str:
    """Which requests meet a rule, in a few words."""
    said = [
        "any request"
        if (rule.method, rule.path) == (None, None)
        else f"{rule.method or 'any method'} {rule.path or 'any path'}",
        None if rule.api is None else f"of {rule.api}",
        None if rule.vehicle_id is None else f"car {rule.vehicle_id[:8]}",
        None if rule.owner is None else f"for {rule.owner}",
        None if rule.nth is None else f"only no. {rule.nth}",
        None if rule.first is None else f"the first {rule.first}",
        None if rule.every is None else f"every {rule.every}",
        None if rule.probability is None else f"with probability {rule.probability:g}",
        None
        if rule.times is None
        else "once"
        if rule.times == 1
        else f"{rule.times} times at most",
    ]
    return ", ".join(each for each in said if each is not None)


def pretty(body: str) -> str:
    """A body with its JSON laid out, where it is JSON."""
    try:
        return msgspec.json.format(body.encode(), indent=2).decode()
    except msgspec.DecodeError:
        return body


def unix(at: datetime) -> float:
    """Seconds since 1970."""
    return at.timestamp()


def why(delivery: Delivery) -> str:
    """Why something is told, in a few words."""
    if delivery.kind == "VEHICLE_ERROR":
        told = msgspec.json.decode(delivery.body or b"{}").get("data", {}).get("errors", [])
        said = [_fault(each) for each in told]
    else:
        known = [(code, find(code)) for code in delivery.triggers]
        said = [code if signal is None else sentence(signal.name) for code, signal in known]
        said = ["First delivery" if each == FIRST_DELIVERY else each for each in said]
    said[1:] = [each if each[1:2].isupper() else each[:1].lower() + each[1:] for each in said[1:]]
    return ", ".join(said[:2]) + (f" and {len(said) - 2} more" if len(said) > 2 else "")


def _fault(told: Mapping[str, Any]) -> str:
    name = f"{told.get('code') or told.get('type')}"
    return f"{name}, over" if told.get("state") == "RESOLVED" else name


FILTERS: Final[dict[str, Any]] = {
    "age": age,
    "brand": brand,
    "car": car,
    "day": day,
    "effect": effect,
    "latency": latency,
    "matches": matches,
    "span": length,
    "number": number,
    "parts": parts,
    "plain": is_plain,
    "pretty": pretty,
    "sentence": sentence,
    "short": short,
    "time": time,
    "town": town,
    "unit": unit,
    "unix": unix,
    "value": value,
    "why": why,
}
