"""Endpoints of single makes, as far as they follow from what a car says: ``/tesla/charge``.

Paths and fields: https://smartcar.com/docs/api-reference, a page for each.  Words for states that
no page lists are the simulator's own (unconfirmed), and so is what a car of another make answers.
What v3's signals do not tell is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal, NamedTuple

from smartcar.simulator.connect.brands import BRANDS
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import stamp

from .commands import tell
from .perform import Answered, headers_of
from .problems import Malformed
from .reads import fraction
from .visit import ClassicVisit, Report
from .wording import fahrenheit, miles, said

_PATH: Final = re.compile(r"/(?P<make>[A-Za-z-]+)/(?P<rest>.+)")
_MAKES: Final = frozenset(brand.make.lower().replace("_", "-") for brand in BRANDS)
_MINUTE: Final = timedelta(minutes=1).total_seconds()

Answer = Callable[[ClassicVisit, Mapping[str, Any]], Any]
"""What is sent is the query of a read, or the JSON of a command."""


class MakePath(NamedTuple):
    """A path that begins with a make."""

    make: str
    rest: str


class Special(NamedTuple):
    """An endpoint that only some makes have."""

    makes: frozenset[str]
    method: Literal["GET", "POST"]
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


def answer_make(
    visit: ClassicVisit, path: MakePath, method: str, sent: Mapping[str, Any]
) -> Answered:
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
    return Answered(said(found.answer(visit, sent)), headers_of(visit))


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
    makes: str, path: str, permission: str | None, method: Literal["GET", "POST"] = "GET"
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


def chosen(sent: Mapping[str, Any], *actions: str) -> str:
    """The action that was sent.

    Raises:
        Malformed: It is none of *actions*.
    """
    action = sent.get("action")
    if action not in actions:
        raise Malformed(["action"], f'"action" must be one of [{", ".join(actions)}]')
    return str(action)


@special("tesla", "charge/charge_port_door", "control_charge", "POST")
def charge_port_door(visit: ClassicVisit, sent: Mapping[str, Any]) -> Any:
    """The flap; it stays open while there is a plug in it."""
    if chosen(sent, "OPEN", "CLOSE") == "OPEN":
        return tell(visit, "charge-port-open", "control_charge")
    if visit.car.state(visit.now).plug is not None:
        raise Refusal("VEHICLE_STATE", "CHARGING_PLUG_CONNECTED")
    return tell(visit, "charge-port-close", "control_charge")


@special("cadillac chevrolet tesla", "charge/completion", "read_charge")
def charge_completion(visit: ClassicVisit, sent: Mapping[str, Any]) -> Any:
    """When it will be charged to its limit."""
    return {"time": completion(charging(visit))}


@special("cadillac chevrolet tesla", "charge/voltmeter", "read_charge")
def charge_voltmeter(visit: ClassicVisit, sent: Mapping[str, Any]) -> Any:
    """Volts."""
    return {"voltage": charging(visit).value("charge-voltage")}


@special("bmw mini", "charge/records", "read_charge_records")
def bmw_charge_records(visit: ClassicVisit, sent: Mapping[str, Any]) -> Any:
    """The last charges."""
    return {
        "records": [
            {
                "chargeStart": each["startTime"],
                "chargeEnd": each["endTime"],
                "location": each["location"],
                "energy": each["energyAdded"],
                "isPublic": each["isPublicCharger"],
                "startPercentRemaining": fraction(each["startStateOfCharge"]),
                "endPercentRemaining": fraction(each["endStateOfCharge"]),
                "chargingType": each["chargingType"],
            }
            for each in visit.report().body("charge-chargerecords")["values"]
        ]
    }


@special("audi", "charge", "read_charge")
def audi_charge(visit: ClassicVisit, sent: Mapping[str, Any]) -> Any:
    """The charge under way."""
    report = visit.report()
    return {
        "chargingStatus": report.value("charge-detailedchargingstatus"),
        "isPluggedIn": report.value("charge-ischargingcableconnected"),
        "wattage": kilowatts(report),
        "chargeRate": distance(visit, told(report, "charge-chargerate")),
        "chargeType": None,
        "chargePortColor": told(report, "charge-chargeportstatuscolor"),
        "chargePortLatch": told(report, "charge-ischargingcablelatched"),
        "completionTime": completion(report),
        "chargeMode": "timer" if told(report, "charge-chargetimers", "values") else "manual",
        "socLimit": percent(report, "charge-chargelimits", "activeLimit"),
        "externalPowerStatus": None,
    }
