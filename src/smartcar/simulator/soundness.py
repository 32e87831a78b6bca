"""Whether a world that came from elsewhere can be lived in: its times, its cars, what they tell.

What a simulator records itself was looked at when it happened; a document may say anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from . import events
from .cars.bodies import bodies
from .cars.commands import NAMES as COMMANDS
from .cars.moment import Refused
from .clock import LAST_DAY, LONGEST_STEP
from .home import LARGEST_FLEET
from .made_bodies import checked_body, checked_error, known_signal
from .webhooks.checking import checked
from .webhooks.mischief import checked as checked_mischief
from .world import World

MOST_CARS: Final = 1000
"""Cars that are tried out: those that something was done to, last first, and those made."""
LONGEST_LIFE: Final = 3 * LONGEST_STEP
"""Seconds since a car was first told anything: it lives through all of them when it is made."""
MOST_REQUESTS: Final = 2**53


def check(world: World, past: Sequence[events.AnyEvent], at: float, requests: int) -> None:
    """Refuse a *world* of this *past* that cannot go on from *at*.

    Raises:
        ValueError: It cannot; the message says why.
    """
    if not 0 <= requests <= MOST_REQUESTS:
        msg = f"It cannot have answered {requests} requests."
        raise ValueError(msg)
    if not 0 <= world.fleet.size <= LARGEST_FLEET:
        msg = f"A fleet has 0 to {LARGEST_FLEET:,} cars, not {world.fleet.size:,}."
        raise ValueError(msg)
    _check_times(past, at)
    for number, event in enumerate(past):
        _check_event(world, number, event)
    for spec in world.garage.touched(MOST_CARS):
        told = world.garage.told(spec.id)
        if told and at - told[0].at > LONGEST_LIFE:
            msg = f"Car {spec.id} was told something more than thirty years ago."
            raise ValueError(msg)
        car = world.garage.car(spec)
        try:
            dict(bodies(spec, car.state(at)))
            dict(bodies(spec, car.state(car.reported_at(at))))
        except (ArithmeticError, LookupError, TypeError, Refused) as error:
            msg = f"Car {spec.id} cannot be so: {type(error).__name__} {error}."
            raise ValueError(msg) from error


def _check_times(past: Sequence[events.AnyEvent], at: float) -> None:
    last = 0.0
    for number, event in enumerate(past):
        if not 0 <= event.at <= LAST_DAY:
            msg = f"Event {number} is at no time: {event.at:g}."
            raise ValueError(msg)
        if event.at < last:
            msg = f"Event {number} is before the one that it comes after."
            raise ValueError(msg)
        last = event.at
    if at < last:
        msg = "Its last event is later than it is."
        raise ValueError(msg)


def _check_event(world: World, number: int, event: events.AnyEvent) -> None:
    match event:
        case events.Handled() | events.Commanded():
            if event.name not in COMMANDS:
                msg = f"Event {number}: no car knows the command {event.name!r}."
                raise ValueError(msg)
        case events.SignalSet(code=code, body=body, error=error):
            known = known_signal(code)
            if body is not None:
                checked_body(known, body)
            if error is not None:
                checked_error(error)
            if (body is None) == (error is None):
                msg = f"Event {number}: a signal is set to a body, or to an error."
                raise ValueError(msg)
        case events.WebhookSet() | events.DeliveryQueued() | events.MischiefSet():
            _check_of_webhooks(number, event)
            return
        case events.SignalReleased() | events.Connected() | events.Subscribed():
            pass
        case _:
            return
    if world.garage.spec(event.vehicle_id) is None:
        msg = f"Event {number}: there is no car {event.vehicle_id!r}."
        raise ValueError(msg)


def _check_of_webhooks(
    number: int, event: events.WebhookSet | events.DeliveryQueued | events.MischiefSet
) -> None:
    match event:
        case events.WebhookSet(setup=setup):
            checked(setup)
        case events.MischiefSet(mischief=mischief):
            checked_mischief(mischief)
        case events.DeliveryQueued():
            _check_queued(number, event)


def _check_queued(number: int, event: events.DeliveryQueued) -> None:
    try:
        msgspec.json.decode(event.content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        msg = f"Event {number}: what is to be sent to a webhook is no JSON object."
        raise ValueError(msg) from None
    times = (event.next_at, event.occasion.at)
    if not all(0 <= each <= LAST_DAY for each in times) or min(event.tries, event.sent) < 0:
        msg = f"Event {number}: what is to be sent to a webhook is to be sent at no time."
        raise ValueError(msg)
