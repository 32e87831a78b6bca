"""Endpoints of single makes, such as ``/tesla/charge``: how they are found and answered.

Paths and fields: https://smartcar.com/docs/api-reference, a page for each.  Words for states that
no page lists are the simulator's own (unconfirmed), and so is what a car of another make answers.
What no signal of v3 tells is null.  The endpoints themselves: ``tesla``, ``other_makes``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from math import isfinite, nan
from typing import Any, Final, Literal, NamedTuple

import msgspec

from smartcar.api.units import miles
from smartcar.simulator.connect.brands import BRANDS
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import stamp

from .perform import Answered, headers_of, reading
from .problems import Malformed, missing_field
from .reads import day, fraction
from .visit import ClassicVisit, Report
from .wording import fahrenheit, said

_PATH: Final = re.compile(r"/(?P<make>[A-Za-z-]+)/(?P<rest>.+)")
_MAKES: Final = frozenset(brand.make.lower().replace("_", "-") for brand in BRANDS)
_MINUTE: Final = timedelta(minutes=1).total_seconds()
_USUAL: Final = timedelta(days=30)

Method = Literal["GET", "POST", "PUT", "DELETE"]
Sent = Mapping[str, Any]
Answer = Callable[[ClassicVisit, Sent], Any]
"""What is sent is the query, and of a command its JSON too."""


class MakePath(NamedTuple):
    """A path that begins with a make."""

    make: str
    rest: str


class Special(NamedTuple):
    """An endpoint that only some makes have."""

    makes: frozenset[str]
    method: Method
    path: str
    permission: str | None
    answer: Answer


SPECIALS: Final[list[Special]] = []


def find_make(rest: str) -> MakePath | None:
    """What *rest*, the path behind a car's id, says of a make; None if it names none."""
    found = _PATH.fullmatch(rest)
    if found is None or found["make"].lower() not in _MAKES:
        return None
    return MakePath(found["make"], found["rest"])


def answer_make(visit: ClassicVisit, path: MakePath, method: str, sent: Sent) -> Answered:
    """Answer a make's own endpoint.

    Raises:
        Refusal: The make is not in lower case, has no such path, or is not the car's.
    """
    found = find_special(path, method)
    if not path.make.islower():
        raise Refusal("PERMISSION")
    visit.require(found.permission)
    if visit.spec.make.lower() != path.make:
        raise Refusal("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
    with reading(visit):
        body = said(found.answer(visit, sent))
    if method != "GET":
        visit.seen = None  # the answer to a command has no age
    return Answered(body, headers_of(visit))


def find_special(path: MakePath, method: str) -> Special:
    """The endpoint of a make that *path* names.

    Raises:
        Refusal: There is none.
    """
    for each in SPECIALS:
        if path.make.lower() in each.makes and (method, path.rest) == (each.method, each.path):
            return each
    raise Refusal("RESOURCE_NOT_FOUND", "PATH")


def special(
    makes: str, path: str, permission: str | None, method: Method = "GET"
) -> Callable[[Answer], Answer]:
    """Answer *path* of *makes* with the decorated function."""

    def register(function: Answer) -> Answer:
        one = Special(frozenset(makes.split()), method, path, permission, function)
        SPECIALS.append(one)
        return function

    return register


def told(report: Report, code: str, key: str = "value") -> Any:
    """What v3 says under *code*; null where it says nothing."""
    try:
        return report.body(code).get(key)
    except Refusal:
        return None


def percent(report: Report, code: str, key: str = "value") -> float | None:
    """The same as a fraction."""
    value = told(report, code, key)
    return None if value is None else fraction(value)


def switch(is_on: bool | None, words: tuple[str, str] = ("ON", "OFF")) -> str | None:
    """The word for something that is on or off (unconfirmed)."""
    return None if is_on is None else words[not is_on]


def kilowatts(report: Report) -> float | None:
    """What flows from the wall."""
    watts = told(report, "charge-wattage")
    return None if watts is None else round(watts / 1000, 1)


def charging(visit: ClassicVisit) -> Report:
    """What the car says, if it is charging.

    Raises:
        Refusal: It is not.
    """
    report = visit.report()
    if not report.value("charge-ischargingcableconnected"):
        raise Refusal("VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED")
    if not report.value("charge-ischarging"):
        raise Refusal("VEHICLE_STATE", "NOT_CHARGING")
    return report


def completion(report: Report) -> str | None:
    """When it will be charged to its limit."""
    minutes = told(report, "charge-timetocomplete")
    return None if minutes is None else stamp(report.at + minutes * _MINUTE)


def distance(visit: ClassicVisit, km: float | None) -> float | None:
    """In the caller's units; a speed too."""
    visit.says_units = True
    return miles(km) if km is not None and visit.units == "imperial" else km


def temperature(visit: ClassicVisit, celsius: float | None) -> float | None:
    """In the caller's units."""
    visit.says_units = True
    if celsius is None or visit.units == "metric":
        return celsius
    return fahrenheit(celsius)


def chosen(sent: Sent, *words: str, field: str = "action") -> str:
    """The one of *words* that was sent.

    Raises:
        Malformed: It is none of them.
    """
    word = sent.get(field)
    if word not in words:
        raise Malformed([field], f'"{field}" must be one of [{", ".join(words)}]')
    return str(word)


def number(sent: Sent, field: str) -> float:
    """A number, or a number as text.

    Raises:
        Malformed: It is neither.
    """
    if field not in sent:
        raise missing_field(field)
    try:
        value = msgspec.convert(sent[field], float, strict=False)
    except msgspec.ValidationError:
        value = nan
    if not isfinite(value):
        raise Malformed([field], f'"{field}" must be a number')
    return value


def charges(visit: ClassicVisit, sent: Sent) -> list[Mapping[str, Any]]:
    """The charges of the days that were asked for, as v3 tells them, the last one first.

    Of the last thirty days, or since the owner said yes, where no day is said.
    """
    granted = datetime.fromtimestamp(visit.grant().created_at, UTC)
    until = day("endDate", sent.get("endDate"), at_its_end=True)
    until = until or datetime.fromtimestamp(visit.now, UTC)
    since = day("startDate", sent.get("startDate")) or max(granted, until - _USUAL)
    found = visit.report().body("charge-chargerecords")["values"]
    return [
        each
        for each in reversed(found)
        if since <= datetime.fromisoformat(each["startTime"]) <= until
    ]
