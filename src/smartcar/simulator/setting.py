"""Making a signal tell something else: in the car itself where it can be so, else in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import events
from .cars.bodies import bodies
from .cars.car import Car
from .cars.moment import Refused
from .facts import deed_for, tells
from .made_bodies import body_of_value, checked_body, checked_error, known_signal
from .overrides import Override
from .world import World


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a signal is to tell: one of a value, a body and an error, or, frozen, what it tells."""

    code: str
    value: Any
    body: Mapping[str, Any] | None
    error: str | None
    is_frozen: bool
    until: float | None


def set_(world: World, car: Car, wanted: Wanted, now: float) -> Override | None:
    """What stands in place of the car's own word from *now* on; None where it is so itself.

    Raises:
        ValueError: There is no such error, or the signal cannot have this value.
    """
    code, until = wanted.code, wanted.until
    if until is not None and (not wanted.is_frozen or until <= now):
        msg = "until says when a frozen signal ends: freeze it, until a time to come."
        raise ValueError(msg)
    made: dict[str, Any] | None = None
    error = None if wanted.error is None else checked_error(wanted.error)
    if error is None:
        made = _made(wanted, _told(world, car, code, now))
        is_given = (wanted.value, wanted.body) != (None, None)
        if is_given and _becomes(world, car, code, made, now) and not wanted.is_frozen:
            return None
    world.record(
        events.SignalSet(
            at=now,
            vehicle_id=car.spec.id,
            code=code,
            body=made,
            error=error,
            is_frozen=wanted.is_frozen,
            until=until,
        )
    )
    return world.garage.overrides(car.spec.id, now)[code]


def release(world: World, vehicle_id: str, code: str, now: float) -> bool:
    """Let a signal tell again what the car says; was it set or frozen?"""
    stood = code in world.garage.overrides(vehicle_id, now)
    if stood:
        world.record(events.SignalReleased(at=now, vehicle_id=vehicle_id, code=code))
    return stood


def _made(wanted: Wanted, own: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body that is wanted, of a signal that tells its *own* now."""
    known = known_signal(wanted.code)
    if wanted.body is not None:
        return checked_body(known, wanted.body)
    if wanted.value is not None:
        return body_of_value(known, wanted.value, own)
    if own is None:
        msg = f"The car does not tell {wanted.code}, so there is nothing to freeze: say what."
        raise ValueError(msg)
    return dict(own)


def _becomes(world: World, car: Car, code: str, body: Mapping[str, Any], now: float) -> bool:
    """Let the car itself be as *body* says; False where it cannot."""
    deed, own = deed_for(code, body), bodies(car.spec, car.state(now)).get(code)
    if deed is None or own is None:
        return False
    if not tells(own, body):
        name, arguments = deed
        done = events.Handled(at=now, vehicle_id=car.spec.id, name=name, arguments=arguments)
        try:
            world.command(done, car)
        except (Refused, ValueError):
            return False
        own = bodies(car.spec, car.state(now)).get(code)
    if not tells(own, body):
        return False
    release(world, car.spec.id, code, now)
    # What the car was last heard of may be older: now it says it.
    return tells(bodies(car.spec, car.state(car.reported_at(now))).get(code), body)


def _told(world: World, car: Car, code: str, now: float) -> Mapping[str, Any] | None:
    """The body that is told of a signal now, whoever made it."""
    made = world.garage.overrides(car.spec.id, now).get(code)
    if made is not None and made.body is not None:
        return made.body
    return bodies(car.spec, car.state(car.reported_at(now))).get(code)
