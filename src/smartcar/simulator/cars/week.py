"""A week in the life of a car: which trips its owner means to make, and how far that is.

Weeks run from Monday 03:00 local time, when every car stands at home. Each week has the
same trips on other days and at other minutes; only the Sunday excursion goes round in a
cycle of four. Thus the odometer of any Monday is a closed form, in whole metres.
Intentions only: what commands make of them is ``timeline``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import floor

import msgspec

from .hashing import between, choose, digest, draw, whole
from .motion import Route, metres_of, route
from .places import Node
from .roads import ARTERIAL, nearest
from .room import Roomy
from .spec import Spec, beside

HOUR = 3600.0
DAY = 24 * HOUR
WEEK = 7 * DAY
FIRST_MONDAY = 4 * DAY  # 1970-01-05
WEEK_BEGINS = 3 * HOUR  # Monday 03:00: nobody is about
CYCLE = 4  # weeks until the excursions repeat
DELIVERED_M = 15_000  # a new car has been on a test drive and a lorry
REFUEL_STAY = 6 * 60.0


class Habits(msgspec.Struct, frozen=True):
    """What the owner usually does. Times are hours of the local day."""

    office_days: int
    leaves: float
    returns: float
    plugs_in_below: float  # percent; 100 means at each return
    charges_at_work: bool
    limit: float  # percent
    home_kw: float
    thrift: float  # factor on consumption
    shop: Node
    errands: tuple[Node, Node]
    station: Node
    excursions: tuple[Node | None, ...]  # one for each week of the cycle; None is a rest
    charger: Node  # a fast one, out on a main road
    delivered: int  # week


class Trip(msgspec.Struct, frozen=True):
    """An intention to go to *node* at *due*."""

    due: float
    node: Node
    purpose: str
    refuels: bool = False
    fast_charges: bool = False


def week_of(spec: Spec, at: float) -> int:
    """The number of the week that *at* lies in."""
    return floor((at + spec.utc_offset_seconds - FIRST_MONDAY - WEEK_BEGINS) / WEEK)


def week_start(spec: Spec, week: int) -> float:
    """When that week begins, in unix seconds."""
    return FIRST_MONDAY + WEEK_BEGINS + week * WEEK - spec.utc_offset_seconds


@Roomy
def habits(spec: Spec) -> Habits:
    """The habits of the owner of *spec*."""
    key, home = spec.key, spec.home_node
    delivered = FIRST_MONDAY + ((spec.year - 1970) * 365.25 + whole(20, 330, "sold", key)) * DAY
    is_phev = spec.powertrain == "PHEV"
    always = 100.0 if is_phev or draw("plugs", key) < 0.6 else between(45, 70, "below", key)
    trips_out = [_far_crossing(key, number) for number in range(CYCLE)]
    rest = whole(0, CYCLE - 1, "rest", key)
    return Habits(
        office_days=whole(3, 5, "office", key),
        leaves=between(7.1, 8.5, "leaves", key),
        returns=between(16.3, 17.7, "returns", key),
        plugs_in_below=always,
        charges_at_work=draw("work charger", key) < 0.2,
        limit=100.0 if is_phev else choose((80.0, 80.0, 90.0), "limit", key),
        # Three phases give 11 kW; one gives 7.4 in Europe and 9.6 (40 A) in America.
        home_kw={230: 11.0 if spec.city.phases == 3 else 7.4, 240: 9.6}.get(spec.city.volts, 7.0),
        thrift=between(0.93, 1.1, "thrift", key),
        shop=beside(home, between(5, 10, "shop", key), 17, "shop", key),
        errands=(
            beside(home, between(4, 9, "errand", key, 0), 17, "errand", key, 0),
            beside(home, between(6, 12, "errand", key, 1), 17, "errand", key, 1),
        ),
        station=beside(home, between(3, 5, "station", key), 17, "station", key),
        excursions=tuple(None if n == rest else node for n, node in enumerate(trips_out)),
        charger=beside((0, 0), 21, 30, "charger", key),
        delivered=week_of(spec, delivered),
    )


def _far_crossing(key: str, number: int) -> Node:
    """A crossing of main roads 18 to 29 km out."""
    i, j = beside((0, 0), between(45, 72, "far", key, number), 80, "far", key, number)
    return round(i / ARTERIAL) * ARTERIAL, round(j / ARTERIAL) * ARTERIAL


def route_between(spec: Spec, start: Node, end: Node) -> Route:
    """The way this owner takes."""
    return route(spec.city, start, end, spec.key)


@Roomy
def trips(spec: Spec, week: int) -> tuple[Trip, ...]:
    """The trips meant for *week*, in order; none before the car was delivered."""
    own = habits(spec)
    if week < own.delivered:
        return ()
    midnight = week_start(spec, week) - WEEK_BEGINS
    if spec.routes is not None:
        return _own_routes(spec, midnight)
    found: list[Trip] = []
    days = sorted(range(5), key=lambda day: digest("day", spec.key, week, day))
    evenings = sorted(range(5), key=lambda day: digest("evening", spec.key, week, day))
    for day in days[: own.office_days]:
        jitter = [between(-0.2, 0.2, "minute", spec.key, week, day, way) for way in range(2)]
        out = midnight + day * DAY + (own.leaves + jitter[0]) * HOUR
        back = midnight + day * DAY + (own.returns + 1.5 * jitter[1]) * HOUR
        found.append(Trip(out, spec.work_node, "commute"))
        found.append(Trip(back, spec.home_node, "commute"))
    for number, day in enumerate(evenings[:2]):
        hour = between(19.2, 19.7, "errand", spec.key, week, day)
        stay = between(0.3, 0.8, "stay", spec.key, week, day) * HOUR
        stops = [(Trip(0, own.errands[number], "errand"), stay)]
        found += _outing(spec, midnight + day * DAY + hour * HOUR, stops)
    hour, stay = (between(*span, "shop", spec.key, week, n) for n, span in enumerate(SHOPPING))
    stops = [(Trip(0, own.shop, "shopping"), stay * HOUR)]
    found += _outing(spec, midnight + 5 * DAY + hour * HOUR, stops)
    found += _sunday(spec, week, midnight + 6 * DAY)
    return tuple(sorted(found, key=lambda trip: trip.due))


def _own_routes(spec: Spec, midnight: float) -> tuple[Trip, ...]:
    """The drives that were asked for, and the way home before a new week begins."""
    found = [
        Trip(
            midnight + one.day * DAY + one.seconds,
            spec.home_node if one.to is None else nearest(spec.city, one.to),
            "route",
        )
        for one in spec.routes or ()
    ]
    found.sort(key=lambda trip: trip.due)
    if found and found[-1].node != spec.home_node:
        way = route_between(spec, found[-1].node, spec.home_node).seconds
        latest = midnight + WEEK + WEEK_BEGINS - way - HOUR
        due = max(found[-1].due + 1, min(found[-1].due + 2 * way + HOUR, latest))
        found.append(Trip(due, spec.home_node, "return"))
    return tuple(found)


SHOPPING = ((10.0, 11.5), (0.7, 1.4))  # hour of leaving, hours of staying


def _sunday(spec: Spec, week: int, midnight: float) -> list[Trip]:
    """The excursion of the week, if any; cars with a tank fill it before the new week."""
    stops = [
        (trip, between(3.0, 4.0, "picnic", spec.key, week) * HOUR if trip.purpose == "excursion"
         else between(0.35, 0.5, "sip", spec.key, week) * HOUR if trip.fast_charges
         else REFUEL_STAY)
        for trip in _sunday_stops(spec, week)
    ]  # fmt: skip
    hour = between(9.8, 11.2, "sunday", spec.key, week)
    if stops and stops[0][0].purpose != "excursion":  # a rest: only to the station, later
        hour += 6
    return _outing(spec, midnight + hour * HOUR, stops)


def _sunday_stops(spec: Spec, week: int) -> list[Trip]:
    own = habits(spec)
    stage = week % CYCLE
    far = own.excursions[stage]
    stops: list[Trip] = []
    if far is not None:
        stops.append(Trip(0, far, "excursion"))
        # Every other excursion, so that some weeks show a fast charge and some do not.
        if spec.design.dc_kw and stage % 2 == 0:
            stops.append(Trip(0, own.charger, "charger", fast_charges=True))
    if spec.tank_litres is not None:
        stops.append(Trip(0, own.station, "station", refuels=True))
    return stops


def _outing(spec: Spec, start: float, stops: list[tuple[Trip, float]]) -> list[Trip]:
    """From home to each stop, staying there, and home again."""
    found: list[Trip] = []
    here, clock = spec.home_node, start
    for stop, stay in stops:
        if stop.node != here:
            found.append(msgspec.structs.replace(stop, due=clock))
            clock += route_between(spec, here, stop.node).seconds + stay
            here = stop.node
    if here != spec.home_node:
        found.append(Trip(clock, spec.home_node, "return"))
    return found


@Roomy
def _cycle_metres(spec: Spec) -> tuple[int, ...]:
    """Metres of each week of the cycle."""
    own = habits(spec)
    return tuple(_metres(spec, own.delivered - own.delivered % CYCLE + CYCLE + n) for n in range(4))


def _metres(spec: Spec, week: int) -> int:
    """Metres of a week: of the same trips as ``trips``, on whatever days they are."""
    if spec.routes is not None:
        return sum(_legs(spec, [trip.node for trip in trips(spec, week)]))
    own, home = habits(spec), spec.home_node
    commute = sum(_legs(spec, [spec.work_node, home]))
    others = [each for stop in (*own.errands, own.shop) for each in (stop, home)]
    sunday = [trip.node for trip in _sunday_stops(spec, week)]
    return own.office_days * commute + sum(_legs(spec, [*others, *sunday, home]))


def _legs(spec: Spec, nodes: Iterable[Node]) -> Iterator[int]:
    """Metres from home to each of *nodes* in turn, but for those where the car is already."""
    here = spec.home_node
    for node in nodes:
        if node != here:
            yield _leg(spec, here, node)
            here = node


@lru_cache(maxsize=64)
def _leg(spec: Spec, start: Node, end: Node) -> int:
    return metres_of(spec.city, start, end, spec.key)


def odometer_m(spec: Spec, week: int) -> int:
    """Metres driven when *week* begins, if no command ever changed a week."""
    first = habits(spec).delivered
    if week <= first:
        return DELIVERED_M
    cycle = _cycle_metres(spec)
    rounds, rest = divmod(week - first, CYCLE)
    return DELIVERED_M + rounds * sum(cycle) + sum(cycle[(first + n) % CYCLE] for n in range(rest))
