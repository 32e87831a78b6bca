"""What a car is doing, each as a closed form of time: driving, standing, charging, refuelling.

An activity knows when it ends by itself and what the car's body is like at any moment in
between. It never changes; when something happens, the timeline begins another one.
"""

from __future__ import annotations

from math import exp, inf

import msgspec

from .charging import Curve
from .motion import Route
from .places import Node, Point
from .spec import Spec
from .weather import outside_c

CABIN_PARKED_S = 3600.0  # a closed cabin follows the weather within an hour or so
CABIN_DRIVEN_S = 300.0  # the climate control takes some five minutes
COMFORT_C = 21.0
REFUEL_SECONDS = 240.0
PHEV_FLOOR = 0.12  # of the battery: below it a plug-in hybrid burns fuel


class Session(msgspec.Struct, frozen=True):
    """A charge, from the first ampere after plugging in to the last one."""

    start: float
    start_kwh: float
    is_dc: bool
    spot: Point
    place: str | None
    end: float | None = None
    end_kwh: float = 0.0


class Body(msgspec.Struct, frozen=True):
    """The physical car at a moment."""

    metres: float  # odometer
    point: Point
    heading: float
    node: Node | None  # when it stands at a crossing
    kwh: float
    litres: float
    cabin_c: float
    stopped_at: float  # when it last arrived somewhere
    cabin_goal: float | None = None  # what the climate control makes of it; None: it is off
    cabin_since: float | None = None  # when cabin_c was so; None: as the activity began
    plug: str | None = None  # AC or DC
    session: Session | None = None  # since the plug went in
    records: tuple[Session, ...] = ()  # the last few finished ones


def cabin_c(spec: Spec, body: Body, start: float, at: float) -> float:
    """Cabin temperature at *at*, *body* being how an activity began at *start*.

    It nears what the climate control is set to, or else the weather.
    """
    since = start if body.cabin_since is None else body.cabin_since
    if body.cabin_goal is not None:
        gap = body.cabin_c - body.cabin_goal
        return body.cabin_goal + gap * exp(-(at - since) / CABIN_DRIVEN_S)
    gap = body.cabin_c - outside_c(spec.city, since)
    return outside_c(spec.city, at) + gap * exp(-(at - since) / CABIN_PARKED_S)


class Stand(msgspec.Struct, frozen=True):
    """Nothing moves and nothing flows."""

    start: float
    base: Body
    end: float = inf

    def body(self, spec: Spec, at: float) -> Body:
        """The car at *at*."""
        cabin = cabin_c(spec, self.base, self.start, at)
        return msgspec.structs.replace(self.base, cabin_c=cabin, cabin_since=None)


class Charge(msgspec.Struct, frozen=True):
    """Energy flows in until *target*."""

    start: float
    base: Body
    curve: Curve
    efficiency: float
    target: float  # kWh
    end: float

    def kwh(self, at: float) -> float:
        """Energy in the battery: exactly the target at the end, never more."""
        if at >= self.end:
            return self.target
        return min(self.target, self.curve.after(self.base.kwh, at - self.start))

    def wall_kw(self, at: float) -> float:
        """What is drawn from the wall."""
        return self.curve.power(self.kwh(at)) / self.efficiency

    def body(self, spec: Spec, at: float) -> Body:
        """The car at *at*."""
        cabin = cabin_c(spec, self.base, self.start, at)
        return msgspec.structs.replace(self.base, cabin_c=cabin, cabin_since=None, kwh=self.kwh(at))


class Refuel(msgspec.Struct, frozen=True):
    """The tank fills evenly."""

    start: float
    base: Body
    tank: float
    end: float

    def body(self, spec: Spec, at: float) -> Body:
        """The car at *at*."""
        share = (at - self.start) / (self.end - self.start)
        litres = self.base.litres + (self.tank - self.base.litres) * share
        return msgspec.structs.replace(
            self.base,
            litres=self.tank if at >= self.end else min(self.tank, litres),
            cabin_c=cabin_c(spec, self.base, self.start, at),
            cabin_since=None,
        )


class Drive(msgspec.Struct, frozen=True):
    """On the way."""

    start: float
    base: Body
    route: Route
    end: float
    kwh_per_m: float
    litres_per_m: float
    electric_m: float  # metres the battery takes before fuel does
    purpose: str
    refuels: bool = False
    fast_charges: bool = False

    def metres(self, at: float) -> float:
        """Metres since departure; a whole number at the end."""
        return self.route.metres if at >= self.end else self.route.travelled(at - self.start)

    def speed(self, at: float) -> float:
        """Metres per second."""
        return self.route.speed(at - self.start)

    def body(self, spec: Spec, at: float) -> Body:
        """The car at *at*."""
        metres = self.metres(at)
        point, heading = self.route.position(metres)
        electric = min(metres, self.electric_m)
        return msgspec.structs.replace(
            self.base,
            metres=self.base.metres + metres,
            point=point,
            heading=heading,
            node=self.route.end if at >= self.end else None,
            kwh=self.base.kwh - self.kwh_per_m * electric,
            litres=self.base.litres - self.litres_per_m * (metres - electric),
            cabin_c=cabin_c(spec, self.base, self.start, at),
            cabin_since=None,
        )


Activity = Stand | Charge | Refuel | Drive


def cold_factor(outside: float) -> float:
    """What the weather adds to consumption: heating below 20 degrees, cooling above 25.

    At -10 degrees an electric car needs some 40 % more, at 35 some 8 % more.
    """
    return 1 + 0.0135 * max(0.0, 20 - outside) + 0.008 * max(0.0, outside - 25)


def kwh_per_m(spec: Spec, thrift: float, outside: float) -> float:
    """Energy from the battery for each metre."""
    return spec.design.kwh_per_100km / 100_000 * thrift * cold_factor(outside)


def litres_per_m(spec: Spec, thrift: float, outside: float) -> float:
    """Fuel for each metre; an engine's waste heat warms the cabin, so cold matters less."""
    factor = 1 + 0.4 * (cold_factor(outside) - 1)
    return spec.design.litres_per_100km / 100_000 * thrift * factor
