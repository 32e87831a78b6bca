"""Facts of a car that somebody may change at will: it goes on from there.

Only of a car that stands: one that drives knows its own way.
"""

from __future__ import annotations

import msgspec

from .activity import Body
from .moment import Moment
from .places import Point, metres_between
from .roads import crossing, nearest
from .spec import Spec
from .timeline import Phase, charge_ended, unplugged

FARTHEST_M = 200_000.0  # from the middle of its city: from there it finds home again
AT_CROSSING_M = 30.0
LAST_KM = 10_000_000.0


def adjust(now: Moment) -> Phase:
    """Another charge, tank, odometer or place.

    Arguments: ``percent`` of the battery, ``litres`` or ``fuelPercent`` of the tank, ``km`` on the
    odometer, ``latitude`` and ``longitude``.
    """
    now.require_standing()
    said = now.arguments.keys() & _CHANGES.keys()
    if not said:
        raise ValueError(f"There is nothing to adjust; it is one of {', '.join(_CHANGES)}.")
    body = now.body
    for name in sorted(said):
        body = _CHANGES[name](now, body)
    return now.reconsider(body)


def _percent(now: Moment, body: Body) -> Body:
    now.require_plug_in()
    share = _share(now, "percent")
    plug = body.plug
    # What was charged so far is one charge, what comes is another.
    body = unplugged(charge_ended(body, now.at))
    return msgspec.structs.replace(body, plug=plug, kwh=(now.spec.battery_kwh or 0.0) * share)


def _fuel_percent(now: Moment, body: Body) -> Body:
    return msgspec.structs.replace(body, litres=_tank(now.spec) * _share(now, "fuelPercent"))


def _litres(now: Moment, body: Body) -> Body:
    litres, tank = now.number("litres"), _tank(now.spec)
    if not 0 <= litres <= tank:
        raise ValueError(f"The tank holds from 0 to {tank:g} litres, not {litres:g}.")
    return msgspec.structs.replace(body, litres=litres)


def _km(now: Moment, body: Body) -> Body:
    km = now.number("km")
    if not 0 <= km <= LAST_KM:
        raise ValueError(f"An odometer shows from 0 to {LAST_KM:,.0f} km, not {km:g}.")
    return msgspec.structs.replace(body, metres=round(km * 1000))


def _point(now: Moment, body: Body) -> Body:
    point = now.number("latitude"), now.number("longitude")
    city = now.spec.city
    if metres_between(point, (city.latitude, city.longitude)) > FARTHEST_M:
        raise ValueError(f"A car of {city.name} is put within 200 km of it.")
    return put(now.spec, unplugged(charge_ended(body, now.at)), point)


def put(spec: Spec, body: Body, point: Point) -> Body:
    """*body* at *point*, standing at a crossing if there is one."""
    node = nearest(spec.city, point)
    there = crossing(spec.city, *node).point
    if metres_between(there, point) <= AT_CROSSING_M:
        return msgspec.structs.replace(body, node=node, point=there)
    return msgspec.structs.replace(body, node=None, point=point)


def _share(now: Moment, name: str) -> float:
    percent = now.number(name)
    if not 0 <= percent <= 100:
        raise ValueError(f"{name} lies between 0 and 100, not at {percent:g}.")
    return percent / 100


def _tank(spec: Spec) -> float:
    if spec.tank_litres is None:
        raise ValueError("This car has no tank.")
    return spec.tank_litres


_CHANGES = {
    "percent": _percent,
    "fuelPercent": _fuel_percent,
    "litres": _litres,
    "km": _km,
    "latitude": _point,
}
