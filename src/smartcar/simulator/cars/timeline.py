"""What happens after what: activity follows activity, cut by the owner's plans.

A ``Phase`` is the time in which nothing changes its mind: an activity together with
the owner's settings. ``following`` gives the next one. Both are pure; commands come in
through ``commands``, and remembering phases is the business of ``memory``.
"""

from __future__ import annotations

from math import inf

import msgspec

from . import charging
from .activity import (
    PHEV_FLOOR,
    REFUEL_SECONDS,
    Activity,
    Body,
    Charge,
    Drive,
    Refuel,
    Session,
    Stand,
    kwh_per_m,
    litres_per_m,
)
from .charge_plan import charge_curve, permit, target_kwh
from .motion import Route, route_from
from .places import Node
from .roads import nearest
from .settings import Settings
from .spec import Spec
from .weather import outside_c
from .week import DAY, WEEK_BEGINS, Trip, habits, odometer_m, route_between, trips, week_start

LOCK_AFTER = 45.0  # seconds from arrival: time to get out
TURNAROUND = 120.0  # a late owner leaves again after two minutes
HOME_AFTER = 3600.0  # after a drive that somebody asked for, the owner goes home in an hour
RESERVE = 0.05  # of battery or tank: no owner sets out to arrive with less
KEPT_RECORDS = 5


class Phase(msgspec.Struct, frozen=True):
    """An activity under settings, from *start* until *ends* unless a command comes first."""

    start: float
    activity: Activity
    settings: Settings
    ends: float
    departs: float = inf  # when the owner means to leave


def beginning(spec: Spec, week: int) -> Phase:
    """The known state at the beginning of *week*: at home, locked, plugged in and full."""
    at, home = week_start(spec, week), spec.home
    own = habits(spec)
    body = Body(
        metres=odometer_m(spec, week),
        point=(home.latitude, home.longitude),
        heading=0.0,
        node=home.node,
        kwh=(spec.battery_kwh or 0.0) * own.limit / 100,
        litres=spec.tank_litres or 0.0,
        cabin_c=outside_c(spec.city, at),
        stopped_at=at - 8 * 3600,
        plug="AC" if spec.is_plug_in else None,
    )
    since = at - 8 * 3600
    settings = Settings(own.limit, week, 0, since, inf if spec.forgets_lock else since)
    return standing(spec, at, body, settings)


def standing(spec: Spec, at: float, body: Body, settings: Settings) -> Phase:
    """The phase of a car that stands at *at*: charging when it can."""
    settings, departs, _ = upcoming(spec, settings, body)
    may, change, by_timer = permit(spec, at, body, settings)
    target = target_kwh(spec, body, settings)
    wants = body.plug is not None and not settings.is_stopped and body.kwh < target
    if not (wants and may):
        opens = at + change if wants else inf
        return Phase(at, Stand(at, body), settings, max(at, min(departs, opens)), departs)
    if body.session is None or body.session.end is not None:
        body = msgspec.structs.replace(body, session=_session(spec, at, body))
    if by_timer:
        settings = msgspec.structs.replace(settings, is_manual=True)
    curve = charge_curve(spec, body, settings, at)
    efficiency = charging.DC_EFFICIENCY if body.plug == "DC" else charging.AC_EFFICIENCY
    end = at + curve.seconds(body.kwh, target)
    activity = Charge(at, body, curve, efficiency, target, end)
    return Phase(at, activity, settings, max(at, min(end, departs, at + change)), departs)


def _session(spec: Spec, at: float, body: Body) -> Session:
    """A new session, or the last one of this plug-in going on."""
    if body.session is not None:
        return msgspec.structs.replace(body.session, end=None)
    return Session(at, body.kwh, body.plug == "DC", body.point, place_name(spec, body.node))


def place_name(spec: Spec, node: Node | None) -> str | None:
    """What the owner calls the crossing *node*; ``None`` when it has no name."""
    if node == spec.home_node:
        return "Home"
    return "Work" if node == spec.work_node else None


def upcoming(spec: Spec, settings: Settings, body: Body) -> tuple[Settings, float, Trip]:
    """When the owner means to leave next, and for where; with the plans that lapsed dropped."""
    if spec.routes == ():  # it goes nowhere by itself
        return settings, settings.returns_at, Trip(settings.returns_at, spec.home_node, "return")
    week, index = settings.week, settings.index
    ready = body.stopped_at + TURNAROUND
    while True:
        week = max(week, habits(spec).delivered)
        plan = trips(spec, week)
        if index >= len(plan):
            week, index = week + 1, 0
            continue
        after = plan[index + 1].due if index + 1 < len(plan) else inf
        if after > ready:
            break
        index += 1  # while the car was busy, this plan was overtaken by the next one
    settings = msgspec.structs.replace(settings, week=week, index=index)
    trip, departs = plan[index], max(plan[index].due, ready)
    if settings.returns_at < departs - HOME_AFTER / 2:
        return settings, settings.returns_at, Trip(settings.returns_at, spec.home_node, "return")
    return settings, departs, trip


def following(spec: Spec, phase: Phase) -> Phase:
    """The phase after *phase*, when no command comes first."""
    at, body, settings = phase.ends, phase.activity.body(spec, phase.ends), phase.settings
    if isinstance(phase.activity, Drive):
        return _arrived(spec, phase.activity, body, settings)
    if isinstance(phase.activity, Charge):
        body = charge_ended(body, at)
        settings = msgspec.structs.replace(settings, stirred_at=at)
        if at >= phase.activity.end:
            settings = msgspec.structs.replace(settings, is_manual=False)
    if at >= phase.departs:
        settings, _, trip = upcoming(spec, settings, body)
        return _leave(spec, at, body, settings, trip)
    return standing(spec, at, body, settings)


def charge_ended(body: Body, at: float) -> Body:
    """*body* with its session closed at *at*."""
    if body.session is None or body.session.end is not None:
        return body
    session = msgspec.structs.replace(body.session, end=at, end_kwh=body.kwh)
    return msgspec.structs.replace(body, session=session)


def unplugged(body: Body) -> Body:
    """*body* without its cable; a session that brought anything is kept among the records."""
    session, records = body.session, body.records
    if session is not None and session.end_kwh > session.start_kwh:
        records = (*records, session)[-KEPT_RECORDS:]
    return msgspec.structs.replace(body, plug=None, session=None, records=records)


def way_to(spec: Spec, body: Body, node: Node) -> Route | None:
    """The way from where the car stands; ``None`` when it is there."""
    if body.node is not None:
        return route_between(spec, body.node, node) if body.node != node else None
    return route_from(spec.city, body.point, nearest(spec.city, body.point), node, spec.key)


def _leave(spec: Spec, at: float, body: Body, settings: Settings, trip: Trip) -> Phase:
    """Set out on *trip*, unless the car is there already or could not get there."""
    if trip.due == settings.returns_at:  # the way home after a drive that was asked for
        settings = msgspec.structs.replace(settings, returns_at=inf)
    else:
        settings = msgspec.structs.replace(settings, index=settings.index + 1)
    route = way_to(spec, body, trip.node)
    if route is None:
        return standing(spec, at, body, settings)
    phase = driving(spec, at, body, settings, trip, route=route)
    if phase is not None:
        return phase
    # Too little to get there: fill up or plug in on the spot, and give up this plan.
    settings = msgspec.structs.replace(settings, stirred_at=at, is_stopped=False, is_manual=True)
    if spec.powertrain == "BEV":
        plugged = body if body.plug else msgspec.structs.replace(body, plug="AC")
        return standing(spec, at, plugged, settings)
    return refuelling(spec, at, body, settings)


def refuelling(spec: Spec, at: float, body: Body, settings: Settings) -> Phase:
    """The phase in which the tank is filled."""
    activity = Refuel(at, body, spec.tank_litres or 0.0, at + REFUEL_SECONDS)
    return Phase(at, activity, settings, activity.end)


def driving(
    spec: Spec, at: float, body: Body, settings: Settings, trip: Trip, *, route: Route
) -> Phase | None:
    """The drive, from *at*; ``None`` when battery or tank would not do."""
    outside, own = outside_c(spec.city, at), habits(spec)
    electric, fuel = kwh_per_m(spec, own.thrift, outside), litres_per_m(spec, own.thrift, outside)
    capacity, tank = spec.battery_kwh or 0.0, spec.tank_litres or 0.0
    if spec.powertrain == "BEV":
        electric_m = float(route.metres)
        if body.kwh - electric * electric_m < RESERVE * capacity:
            return None
    else:
        spare = max(0.0, body.kwh - PHEV_FLOOR * capacity)
        electric_m = min(float(route.metres), spare / electric) if electric else 0.0
        if body.litres - fuel * (route.metres - electric_m) < RESERVE * tank:
            return None
    base = msgspec.structs.replace(
        unplugged(charge_ended(body, at)), cabin_goal=settings.climate.target_c
    )
    settings = msgspec.structs.replace(
        settings,
        stirred_at=at,
        locked_from=inf,
        is_stopped=False,
        is_manual=False,
        is_port_open=False,
        amps=None,
        climate=settings.climate.left_to_itself(),
        boot=None,
        is_frunk_open=False,
    )
    end = at + route.seconds
    activity = Drive(
        *(at, base, route, end, electric, fuel, electric_m),
        purpose=trip.purpose,
        refuels=trip.refuels,
        fast_charges=trip.fast_charges,
    )
    return Phase(at, activity, settings, end)


def _arrived(spec: Spec, drive: Drive, body: Body, settings: Settings) -> Phase:
    """The car stands at the end of *drive*."""
    at = drive.end
    is_home = body.node == spec.home_node
    forgets = spec.forgets_lock and is_home
    settings = msgspec.structs.replace(
        settings,
        stirred_at=at,
        locked_from=inf if forgets else at + LOCK_AFTER,
        destination=None,
        returns_at=at + HOME_AFTER if drive.purpose == "asked" and not is_home else inf,
        climate=settings.climate.left_to_itself(),
    )
    body = msgspec.structs.replace(body, stopped_at=at, cabin_goal=None)
    if spec.is_plug_in:
        body = msgspec.structs.replace(body, plug=_plug(spec, drive, body))
    if drive.refuels:
        return refuelling(spec, at, body, settings)
    return standing(spec, at, body, settings)


def _plug(spec: Spec, drive: Drive, body: Body) -> str | None:
    """Which cable the owner plugs in on arrival."""
    own = habits(spec)
    percent = 100 * body.kwh / (spec.battery_kwh or 1.0)
    if drive.fast_charges and percent < charging.DC_LIMIT:
        return "DC"
    local = (drive.end - (week_start(spec, 0) - WEEK_BEGINS)) % (7 * DAY)
    if body.node == spec.home_node:
        # At the weekend everybody plugs in, for the week to come.
        return "AC" if percent < own.plugs_in_below or local >= 5 * DAY else None
    if body.node == spec.work_node and own.charges_at_work and percent < 65:
        return "AC"
    return None
