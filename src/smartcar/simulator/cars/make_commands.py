"""What only some makes can be told, in the words of their endpoints on v2.0.

Climate, current, timers, trunks and PIN are Tesla's, a list of times is Nissan's, a schedule for
each place is Ford's.  Who may tell which car is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from smartcar.protocol.shapes import convert

from .charge_plan import most_amps
from .charging import DAY, DAYS, Schedule, Timer, Window, clock
from .hashing import digest
from .moment import Moment, refused_now
from .settings import Climate
from .spec import Spec
from .timeline import Phase
from .week import habits

COOLEST_C, WARMEST_C = 15.0, 28.0  # what the dial of a Tesla offers
LEAST_AMPS = 1.0
MOST_TIMES = 3  # that a Nissan keeps: https://smartcar.com/docs/api-reference/nissan
WORKDAYS, WEEKEND = range(5), range(5, 7)


class _Times(msgspec.Struct, frozen=True):
    """From a time of day to another."""

    start: str
    end: str
    days: tuple[str, ...] = ()


def _cabin(now: Moment) -> Phase:
    action = now.word("action", "START", "STOP", "SET")
    old = now.settings.climate
    target = old.target_c if "temperature" not in now.arguments else now.number("temperature")
    if not COOLEST_C <= target <= WARMEST_C:
        raise ValueError(f"A cabin is kept at {COOLEST_C:g} to {WARMEST_C:g} degrees Celsius.")
    is_on = {"START": True, "STOP": False, "SET": old.is_on}[action]
    return now.acclimatise(msgspec.structs.replace(old, is_on=is_on, target_c=target))


def _defroster(now: Moment) -> Phase:
    return now.acclimatise(_changed(now, defrosts=now.word("action", "START", "STOP") == "START"))


def _steering_wheel(now: Moment) -> Phase:
    now.require_extra("steering")
    heats = now.word("action", "START", "STOP") == "START"
    return now.acclimatise(_changed(now, heats_wheel=heats))


def _changed(now: Moment, **changes: bool) -> Climate:
    return msgspec.structs.replace(now.settings.climate, **changes)


def _amperage(now: Moment) -> Phase:
    now.require_plug_in()
    if now.body.plug is None:
        raise refused_now("CHARGING_PLUG_NOT_CONNECTED")
    amps = now.number("amperage")
    if not amps >= LEAST_AMPS:
        raise ValueError(f"A charge takes {LEAST_AMPS:g} ampere or more, not {amps:g}.")
    return now.reconsider(amps=min(amps, most_amps(now.spec)))


def _timer(now: Moment) -> Phase:
    now.require_plug_in()
    is_start = now.word("type", "START_TIME", "DEPARTURE_TIME") == "START_TIME"
    timer = Timer(clock(now.arguments.get("time")), is_on=now.arguments.get("enable") is True)
    other = now.settings.ready_by if is_start else now.settings.starts_at
    if timer.is_on and other is not None:  # only one of them can be on
        other = msgspec.structs.replace(other, is_on=False)
    starts, ready = (timer, other) if is_start else (other, timer)
    return now.reconsider(starts_at=starts, ready_by=ready, is_manual=False)


def _times(now: Moment) -> Phase:
    now.require_plug_in()
    told = _read(now.arguments.get("chargeSchedules"), list[_Times])
    if len(told) > MOST_TIMES:
        raise ValueError(f"There are at most {MOST_TIMES} schedules.")
    places = (each for each in now.settings.schedules if each.point is not None)
    made = (
        Schedule(f"times {place}", None, None, _windows(now.spec, times))
        for place, times in enumerate(told)
    )
    return now.reconsider(schedules=(*places, *made), is_manual=False)


def _windows(spec: Spec, times: _Times) -> tuple[Window, ...]:
    """The same in local time: they are told in UTC."""
    if not times.days or set(times.days) - set(DAYS):
        raise ValueError(f"A schedule has days, of {DAYS}.")
    start, stop = clock(times.start), clock(times.end)
    offset = int(spec.utc_offset_seconds)
    windows: list[Window] = []
    for name in dict.fromkeys(times.days):
        local = DAYS.index(name) * int(DAY) + start + offset
        day, begins = divmod(local % (7 * int(DAY)), int(DAY))
        windows.append(Window(day, begins, (stop + offset) % int(DAY)))
    return tuple(sorted(windows, key=lambda window: (window.day, window.start)))


def _place(now: Moment) -> Phase:
    now.require_plug_in()
    here = now.number("latitude"), now.number("longitude")
    saved = next((each for each in saved_places(now.spec) if each.applies(here)), None)
    if saved is None:
        raise ValueError("The car has not charged there: choose a place that it names.")
    percent = now.number("percent")
    if not 50 <= percent <= 100:
        raise ValueError(f"A charge limit lies between 50 and 100 percent, not at {percent:g}.")
    windows = _parts_of_week(now.arguments.get("weekday"), now.arguments.get("weekend"))
    made = msgspec.structs.replace(saved, windows=windows, limit=percent)
    others = (each for each in now.settings.schedules if each.id != made.id)
    return now.reconsider(schedules=(*others, made), is_manual=False)


def _parts_of_week(weekday: object, weekend: object) -> tuple[Window, ...]:
    """The windows of both; none where neither has any, for then it may charge at any time."""
    told = [_read(each, list[_Times]) for each in (weekday, weekend)]
    windows: list[Window] = []
    for days, times in zip((WORKDAYS, WEEKEND), told, strict=True):
        spans = [(clock(each.start), clock(each.end)) for each in times]
        # If only the other part of the week has times, this one is free all day.
        windows += [Window(day, start, stop) for day in days for start, stop in spans or [(0, 0)]]
    return tuple(windows) if any(told) else ()


def saved_places(spec: Spec) -> list[Schedule]:
    """Where the car charges as a rule: at home, and at work if its owner does so there."""
    if not spec.is_plug_in:
        return []
    places = [("place home", spec.home)]
    if habits(spec).charges_at_work:
        places.append(("place work", spec.work))
    return [
        Schedule(name, None, (round(each.latitude, 6), round(each.longitude, 6)), ())
        for name, each in places
    ]


def _trunk(now: Moment) -> Phase:
    now.require_standing()
    return now.go_on(boot=now.word("action", "OPEN", "CLOSE") == "OPEN")


def _frunk(now: Moment) -> Phase:
    now.require_extra("frunk")
    now.require_standing()
    return now.go_on(is_frunk_open=now.word("action", "OPEN", "CLOSE") == "OPEN")


def _set_pin(now: Moment) -> Phase:
    if "digest" not in now.arguments:
        raise ValueError("This command needs 'pin', four digits.")
    return now.go_on(pin=str(now.arguments["digest"]))


def pin_digest(spec: Spec, pin: str) -> str:
    """What is kept of a PIN."""
    return f"{digest('pin', spec.key, pin, bits=64):016x}"


def _clear_pin(now: Moment) -> Phase:
    return now.go_on(pin=None)


def _read(value: object, kind: type[list[_Times]]) -> list[_Times]:
    try:
        return convert(value, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"That is no list of times: {error}.") from error


EFFECTS: Mapping[str, Callable[[Moment], Phase]] = {
    "climate-cabin": _cabin,
    "climate-defroster": _defroster,
    "climate-steering-wheel": _steering_wheel,
    "charge-amperage": _amperage,
    "charge-timer": _timer,
    "charge-times": _times,
    "charge-place": _place,
    "trunk": _trunk,
    "frunk": _frunk,
    "pin-set": _set_pin,
    "pin-clear": _clear_pin,
}
