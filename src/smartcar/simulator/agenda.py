"""What comes next in virtual time, for one car or for the fleet: nothing here happens yet.

A fleet of a hundred thousand is not walked: the agenda of all is that of a bounded number of cars.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any, Final, Literal

from msgspec import Struct, field

from .cars.activity import Charge, Drive, Refuel
from .cars.car import Car
from .cars.report import WAKES_BEFORE, asleep_from, is_asleep
from .cars.timeline import Phase, place_name
from .webhooks.to_come import ticks, tries
from .world import World

CARS: Final = 50
"""Cars that the agenda of all looks at: a few milliseconds each the first time."""
HORIZON: Final = 14 * 86400.0
"""Seconds that it looks ahead."""

Kind = Literal[
    "departure",
    "arrival",
    "charging-start",
    "charging-end",
    "refuelling",
    "asleep",
    "awake",
    "signal-release",
    "code-expiry",
    "token-expiry",
    "refresh-token-expiry",
    "webhook-try",
    "webhook-schedule",
]


class Upcoming(Struct, frozen=True, kw_only=True):
    """Something that happens at *at* unless somebody steps in."""

    at: float
    """Unix seconds of virtual time."""
    kind: Kind
    text: str
    """In words, such as ``Comet leaves for Work``."""
    vehicle_id: str | None = None
    user_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """What there is to know besides; never a token or a code."""


def upcoming(world: World, now: float, limit: int, car: Car | None = None) -> list[Upcoming]:
    """The next things after *now*, in order: of *car*, or of all that the agenda looks at."""
    if car is not None:
        found = merge(
            _of_car(car, now),
            _of_signals(world, car, now),
            _of_webhooks(world, now, car.spec.id),
            key=_at,
        )
    else:
        cars = [world.garage.car(spec) for spec in world.garage.in_mind(CARS)]
        found = merge(
            *(_of_car(each, now) for each in cars),
            *(_of_signals(world, each, now) for each in cars),
            _of_tokens(world, now),
            _of_webhooks(world, now),
            key=_at,
        )
    return list(islice(found, max(0, limit)))


def _at(one: Upcoming) -> float:
    return one.at


def _of_car(car: Car, now: float) -> Iterator[Upcoming]:
    """What a car does by itself, as long as nobody steps in."""
    pieces = car.phases(now, now + HORIZON)
    _, ends, phase = next(pieces)
    yield from _within(car, phase, now, ends)
    for begins, upto, later in pieces:
        yield from _between(car, phase, later, begins)
        yield from _within(car, later, begins, upto)
        phase = later


def _between(car: Car, before: Phase, after: Phase, at: float) -> Iterator[Upcoming]:
    """What happens at *at*, where one phase becomes another."""
    old, new = before.activity, after.activity
    if isinstance(old, Drive):
        where = place_name(car.spec, old.route.end)
        words = f"arrives at {where}" if where else "arrives"
        yield _said(car, at, "arrival", words, **_place(old))
    if isinstance(old, Charge) and not isinstance(new, Charge):
        percent = 100 * old.kwh(at) / (car.spec.battery_kwh or 1.0)
        yield _said(car, at, "charging-end", f"stops charging at {percent:.0f} %", charge=percent)
    if isinstance(new, Drive):
        where = place_name(car.spec, new.route.end)
        words = f"leaves for {where}" if where else f"leaves ({new.purpose})"
        yield _said(car, at, "departure", words, **_place(new), arrives=new.end)
    if isinstance(new, Charge) and not isinstance(old, Charge):
        yield _said(car, at, "charging-start", "starts charging", plug=new.base.plug)
    if isinstance(new, Refuel):
        yield _said(car, at, "refuelling", "fills its tank")


def _within(car: Car, phase: Phase, begins: float, ends: float) -> Iterator[Upcoming]:
    """What happens to a car that stands: it falls asleep, and wakes to leave."""
    falls, wakes = asleep_from(phase), phase.departs - WAKES_BEFORE
    if begins < falls < ends and is_asleep(phase, falls):
        yield _said(car, falls, "asleep", "falls asleep")
    if begins < wakes < ends and falls < wakes and is_asleep(phase, max(begins, falls)):
        yield _said(car, wakes, "awake", "wakes up")


def _said(car: Car, at: float, kind: Kind, words: str, **details: Any) -> Upcoming:
    text = f"{car.spec.nickname} {words}"
    return Upcoming(at=at, kind=kind, text=text, vehicle_id=car.spec.id, details=details)


def _place(drive: Drive) -> dict[str, Any]:
    latitude, longitude = drive.route.points[-1]
    return {"purpose": drive.purpose, "latitude": latitude, "longitude": longitude}


def _of_signals(world: World, car: Car, now: float) -> list[Upcoming]:
    """When frozen signals end by themselves."""
    frozen = world.garage.overrides(car.spec.id, now).values()
    found = [
        _said(car, each.until, "signal-release", f"tells {each.code} itself again", code=each.code)
        for each in frozen
        if each.until is not None
    ]
    return sorted(found, key=_at)


def _of_webhooks(world: World, now: float, vehicle_id: str | None = None) -> list[Upcoming]:
    """When webhooks are told again what they did not take, and when those of v2 tell."""
    found = [
        Upcoming(
            at=each.at,
            kind=each.kind,
            text=each.text,
            vehicle_id=each.vehicle_id,
            details=each.details,
        )
        for each in (*tries(world, vehicle_id), *ticks(world, vehicle_id, CARS))
        if now < each.at <= now + HORIZON
    ]
    return sorted(found, key=_at)


def _of_tokens(world: World, now: float) -> list[Upcoming]:
    """When codes and tokens expire; whose they are, not what they are."""
    found: list[Upcoming] = []

    def expires(at: float, kind: Kind, what: str, user_id: str | None, whose: str | None) -> None:
        if now < at <= now + HORIZON:
            text = f"{what} of {user_id or 'the application'} expires"
            details = {"application": whose or world.application.client_id}
            found.append(Upcoming(at=at, kind=kind, text=text, user_id=user_id, details=details))

    issued = world.issued
    for code in issued.codes.values():
        expires(issued.ends(code), "code-expiry", "A code", code.user_id, code.application)
    for token in issued.tokens.values():
        whose = token.application
        expires(token.expires_at, "token-expiry", "An access token", token.user_id, whose)
    for refresh in issued.refreshes.values():
        user_id, whose = refresh.user_id, refresh.application
        expires(refresh.dies_at, "refresh-token-expiry", "A refresh token", user_id, whose)
    return sorted(found, key=_at)
