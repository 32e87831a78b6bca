"""What may be asked of a car, when it refuses, and what it does.

Each command is a function from the phase it finds to the phase it leaves, or a
``Refused`` with the type and code that Smartcar documents. Nothing is remembered here.
"""

from __future__ import annotations

from cmath import rect
from collections.abc import Callable
from math import inf

import msgspec

from .adjustments import adjust
from .charge_plan import target_kwh
from .charging import schedule
from .hashing import between
from .make_commands import EFFECTS as OF_SOME_MAKES
from .moment import Command, Moment, Refused, refused_now
from .places import Node, metres_between
from .roads import nearest, on_road
from .spec import Spec
from .timeline import Phase, charge_ended, driving, standing, unplugged, way_to
from .week import Trip

ASLEEP_AFTER = 20 * 60.0  # seconds without charging or being disturbed
FARTHEST_M = 200_000.0  # a drive that is asked for stays in the region
METRES_PER_MINUTE = 600.0  # some 36 km/h with stops: how far a drive of so many minutes leads
BLOCK_ROAD_M = 400 * 1.3  # metres of road for each block as the crow flies
FULL = 1e-9  # kWh: a battery this near to its target is there


def _charge_start(now: Moment) -> Phase:
    now.require_plug_in()
    if now.body.plug is None:
        raise refused_now("CHARGING_PLUG_NOT_CONNECTED")
    if now.is_charging:
        raise refused_now("CHARGING_IN_PROGRESS")
    if now.body.kwh >= target_kwh(now.spec, now.body, now.settings) - FULL:
        raise refused_now("FULLY_CHARGED")
    return now.reconsider(is_stopped=False, is_manual=True)


def _charge_stop(now: Moment) -> Phase:
    now.require_plug_in()
    if now.body.plug is None:
        raise refused_now("CHARGING_PLUG_NOT_CONNECTED")
    if not now.is_charging:
        raise refused_now("NOT_CHARGING")
    return now.reconsider(is_stopped=True, is_manual=False)


def _set_limit(now: Moment) -> Phase:
    now.require_plug_in()
    percent = now.number("percent")
    if not 0 <= percent <= 100:
        raise ValueError(f"A charge limit lies between 0 and 100 percent, not at {percent:g}.")
    # Where the place has a limit of its own, it is that one which is meant.
    schedules = tuple(
        msgspec.structs.replace(each, limit=percent)
        if each.limit is not None and each.applies(now.body.point)
        else each
        for each in now.settings.schedules
    )
    return now.reconsider(limit=percent, schedules=schedules)


def _port_open(now: Moment) -> Phase:
    now.require_plug_in()
    now.require_standing()
    return now.go_on(is_port_open=True)


def _port_close(now: Moment) -> Phase:
    now.require_plug_in()
    now.require_standing()
    if now.body.plug is not None:
        # v2 says CHARGING_PLUG_CONNECTED; the codes documented for v3 have no such word.
        raise refused_now("UNKNOWN")
    return now.go_on(is_port_open=False)


def _lock(now: Moment) -> Phase:
    now.require_standing()
    return now.go_on(locked_from=min(now.at, now.settings.locked_from))


def _unlock(now: Moment) -> Phase:
    now.require_standing()
    return now.go_on(locked_from=inf)


def _navigate(now: Moment) -> Phase:
    return now.go_on(destination=(now.number("latitude"), now.number("longitude")))


def _require_schedules(now: Moment) -> None:
    if not now.spec.can_schedule:
        raise Refused("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")


def _create_schedule(now: Moment) -> Phase:
    _require_schedules(now)
    made = schedule(now.arguments)
    if now.spec.make == "VOLVO" and made.kind != "DAILY":
        raise Refused("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
    others = tuple(known for known in now.settings.schedules if known.id != made.id)
    # A schedule set now is meant to hold now, even if charging was started by hand before.
    return now.reconsider(schedules=(*others, made), is_manual=False)


def _delete_schedule(now: Moment) -> Phase:
    _require_schedules(now)
    wanted = str(now.arguments.get("scheduleId"))
    left = tuple(known for known in now.settings.schedules if known.id != wanted)
    if len(left) == len(now.settings.schedules):
        raise Refused("RESOURCE_NOT_FOUND", "PATH")
    return now.reconsider(schedules=left)


def _plug_in(now: Moment) -> Phase:
    now.require_plug_in()
    now.require_standing()
    if now.body.plug is not None:
        return now.go_on()
    body = msgspec.structs.replace(now.body, plug="AC")
    return now.reconsider(body, is_stopped=False, is_port_open=True)


def _unplug(now: Moment) -> Phase:
    now.require_plug_in()
    now.require_standing()
    if now.body.plug is None:
        raise refused_now("CHARGING_PLUG_NOT_CONNECTED")
    body = unplugged(charge_ended(now.body, now.at))
    return now.reconsider(body, is_stopped=False, is_manual=False, is_port_open=False, amps=None)


def _drive(now: Moment) -> Phase:
    now.require_standing()
    node = _goal(now)
    route = way_to(now.spec, now.body, node)
    if route is None:
        return now.go_on()
    body = charge_ended(now.body, now.at)
    trip = Trip(now.at, node, "asked")
    phase = driving(now.spec, now.at, body, now.settings, trip, route=route)
    if phase is None:
        raise refused_now("LOW_BATTERY")  # v2's word; for an empty tank as well
    return phase


def _goal(now: Moment) -> Node:
    """The crossing a drive is to lead to."""
    spec, here = now.spec, nearest(now.spec.city, now.body.point)
    if "latitude" in now.arguments:
        point = now.number("latitude"), now.number("longitude")
        if metres_between(point, now.body.point) > FARTHEST_M:
            raise ValueError("That is too far to drive: choose a point within 200 km.")
        return nearest(spec.city, point)
    minutes = now.number("minutes") if "minutes" in now.arguments else 20.0
    if not 1 <= minutes <= 240:
        raise ValueError(f"A drive takes from 1 to 240 minutes, not {minutes:g}.")
    blocks = max(2.0, minutes * METRES_PER_MINUTE / BLOCK_ROAD_M)
    turn = between(0, 6.2832, "drive", spec.key, now.at)
    there = complex(*here) + rect(blocks, turn)
    return on_road((round(there.real), round(there.imag)))


def _park(now: Moment) -> Phase:
    if not now.is_driving:
        return now.go_on()
    body = msgspec.structs.replace(now.body, stopped_at=now.at, cabin_goal=None)
    climate = now.settings.climate.left_to_itself()
    settings = msgspec.structs.replace(now.settings, locked_from=now.at + 45, climate=climate)
    return standing(now.spec, now.at, body, settings)


def _sleep(now: Moment) -> Phase:
    now.require_standing()
    if now.is_charging:
        raise refused_now("CHARGING_IN_PROGRESS")
    return now.go_on(stirred_at=now.at - ASLEEP_AFTER)


def _wake(now: Moment) -> Phase:
    return now.go_on()


_EFFECTS: dict[str, Callable[[Moment], Phase]] = {
    "charge-start": _charge_start,
    "charge-stop": _charge_stop,
    "charge-set-limit": _set_limit,
    "charge-port-open": _port_open,
    "charge-port-close": _port_close,
    "security-lock": _lock,
    "security-unlock": _unlock,
    "navigation-set-destination": _navigate,
    "charge-schedule-create": _create_schedule,
    "charge-schedule-delete": _delete_schedule,
    "plug-in": _plug_in,
    "unplug": _unplug,
    "drive": _drive,
    "park": _park,
    "sleep": _sleep,
    "wake": _wake,
    "adjust": adjust,
    **OF_SOME_MAKES,
}
NAMES: tuple[str, ...] = tuple(_EFFECTS)


def obey(spec: Spec, phase: Phase, command: Command) -> Phase:
    """The phase that *command* makes of *phase*.

    Raises:
        Refused: The car will not, in its present state or ever.
        ValueError: There is no such command, or its arguments make no sense.
    """
    effect = _EFFECTS.get(command.name)
    if effect is None:
        names = ", ".join(NAMES)
        raise ValueError(f"No car knows the command {command.name!r}; it is one of {names}.")
    body = phase.activity.body(spec, command.at)
    return effect(Moment(spec, phase, command.at, body, command.arguments))
