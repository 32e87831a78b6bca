"""Endpoints that makes other than Tesla have of their own.  See ``makes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcar.simulator.cars.charging import DAYS, Schedule, Window
from smartcar.simulator.cars.make_commands import saved_places
from smartcar.simulator.problems import Refusal
from smartcar.untyped import is_mapping

from .commands import LOWEST_LIMIT, tell
from .makes import (
    Sent,
    charges,
    charging,
    completion,
    distance,
    kilowatts,
    number,
    percent,
    special,
    told,
)
from .problems import Malformed, missing_field
from .reads import fraction
from .visit import ClassicVisit

_WEEK: Final = 7 * 86400


@special("cadillac chevrolet tesla", "charge/completion", "read_charge")
def charge_completion(visit: ClassicVisit, sent: Sent) -> Any:
    """When it will be charged to its limit."""
    return {"time": completion(charging(visit))}


@special("cadillac chevrolet tesla", "charge/voltmeter", "read_charge")
def charge_voltmeter(visit: ClassicVisit, sent: Sent) -> Any:
    """Volts."""
    return {"voltage": charging(visit).value("charge-voltage")}


@special("bmw mini", "charge/records", "read_charge_records")
def charge_records(visit: ClassicVisit, sent: Sent) -> Any:
    """The last charges, the newest first (their order is unconfirmed)."""
    return {
        "records": [
            {
                "chargeStart": each["startTime"],
                "chargeEnd": each["endTime"],
                "location": each["location"]["name"],
                "energy": each["energyAdded"],
                "isPublic": each["isPublicCharger"],
                "startPercentRemaining": fraction(each["startStateOfCharge"]),
                "endPercentRemaining": fraction(each["endStateOfCharge"]),
                "chargingType": each["chargingType"],
            }
            for each in charges(visit, sent)
        ]
    }


@special("audi", "charge", "read_charge")
def audi_charge(visit: ClassicVisit, sent: Sent) -> Any:
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


@special("nissan", "charge/schedule", "read_charge")
def charge_schedule(visit: ClassicVisit, sent: Sent) -> Any:
    """At most three, in UTC; as ``HH:mm``, though an example of the documentation has dates."""
    _require_plug(visit)
    offset = int(visit.spec.utc_offset_seconds)
    schedules = [each for each in visit.report().state.schedules if each.point is None]
    return {"chargeSchedules": [_in_utc(each.windows, offset) for each in schedules]}


@special("nissan", "charge/schedule", "control_charge", "PUT")
def set_charge_schedule(visit: ClassicVisit, sent: Sent) -> Any:
    """All of them at once: what was there before is gone."""
    if "chargeSchedules" not in sent:
        raise missing_field("chargeSchedules")
    return tell(visit, "charge-times", "control_charge", chargeSchedules=sent["chargeSchedules"])


def _in_utc(windows: tuple[Window, ...], offset: int) -> dict[str, Any]:
    """Days and times of one schedule, back from the car's own time."""
    starts = sorted((each.day * 86400 + each.start - offset) % _WEEK for each in windows)
    return {
        "start": _clock(starts[0]),
        "end": _clock(windows[0].stop - offset),
        "days": [DAYS[start // 86400] for start in starts],
    }


@special("ford lincoln", "charge/schedule_by_location", "read_charge_locations")
def charge_schedule_by_location(visit: ClassicVisit, sent: Sent) -> Any:
    """Of every place where it charges as a rule."""
    _require_plug(visit)
    state = visit.report().state
    set_ = {each.id: each for each in state.schedules}
    return {
        "chargingLocations": [
            _place(set_.get(each.id, each), state.limit_elsewhere)
            for each in saved_places(visit.spec)
        ]
    }


@special("ford lincoln", "charge/schedule_by_location", "control_charge", "PUT")
def set_charge_schedule_by_location(visit: ClassicVisit, sent: Sent) -> Any:
    """Only of a place that reading names (what is answered for another is unconfirmed).

    The page of reading says ``chargingSchedules``, that of writing ``chargingWindows``, inside
    ``chargingLocation``: both words are understood, and also without what is around them.
    """
    record = _mapping(sent, "chargingLocation") if "chargingLocation" in sent else sent
    field = "chargingWindows" if "chargingWindows" in record else "chargingSchedules"
    windows = _mapping(record, field)
    limit = number(record, "chargeLimit")
    if not LOWEST_LIMIT <= limit <= 1:
        raise Malformed(["chargeLimit"], f'"chargeLimit" must be between {LOWEST_LIMIT} and 1')
    return tell(
        visit,
        "charge-place",
        "control_charge",
        latitude=number(sent, "latitude"),
        longitude=number(sent, "longitude"),
        percent=round(limit * 100),
        weekday=windows.get("weekday", []),
        weekend=windows.get("weekend", []),
    )


def _place(schedule: Schedule, usual: float) -> dict[str, Any]:
    latitude, longitude = schedule.point or (0.0, 0.0)
    limit = usual if schedule.limit is None else schedule.limit
    return {
        "chargeLimit": fraction(round(limit)),
        "location": {"latitude": latitude, "longitude": longitude},
        "chargingSchedules": {
            "weekday": _on(schedule.windows, 0),
            "weekend": _on(schedule.windows, 5),
        },
    }


def _on(windows: tuple[Window, ...], day: int) -> list[dict[str, str]]:
    """The times of a day that are not the whole of it."""
    return [
        {"start": _clock(each.start), "end": _clock(each.stop)}
        for each in windows
        if each.day == day and each.start != each.stop
    ]


def _require_plug(visit: ClassicVisit) -> None:
    if not visit.spec.is_plug_in:
        raise Refusal("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")


def _mapping(sent: Sent, field: str) -> Mapping[str, Any]:
    if field not in sent:
        raise missing_field(field)
    value = sent[field]
    if not is_mapping(value):
        raise Malformed([field], f'"{field}" must be of type object')
    return value


def _clock(seconds: int) -> str:
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}"
