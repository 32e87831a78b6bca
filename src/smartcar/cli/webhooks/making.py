"""Deliveries that look real, about a car of a simulator that nobody else sees."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from smartcar.cli.simulator.running import Running
from smartcar.protocol.signing import Secrets
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.fleet import Grant
from smartcar.simulator.made_bodies import checked_error, known_signal
from smartcar.simulator.webhooks.bodies import content, sent
from smartcar.simulator.webhooks.legacy_bodies import legacy_content
from smartcar.simulator.webhooks.mischief import hostile
from smartcar.simulator.webhooks.occasions import (
    FIRST_DELIVERY,
    Occasion,
    TroubleState,
    TroubleTold,
)
from smartcar.simulator.webhooks.setup import WebhookKind, WebhookSetup

from .showing import console
from .wanted import Wanted

LEGACY: Final[dict[str, WebhookKind]] = {
    "schedule": "schedule",
    "dynamic": "dynamic",
    "eventBased": "eventBased",
}
"""Events of v2.0, and the kind of webhook that tells each."""
DATA: Final = (
    *("tractionbattery-stateofcharge", "tractionbattery-range", "charge-ischarging"),
    *("charge-ischargingcableconnected", "internalcombustionengine-fuellevel"),
    *("odometer-traveleddistance", "location-preciselocation", "closure-islocked"),
)
"""Codes of the signals that an event has, beside those that it is about."""
PATHS: Final = ("/battery", "/charge", "/location", "/odometer")
"""What v2.0's webhooks read."""


@dataclass(frozen=True, slots=True)
class Made:
    """An event that can be sent, again and again."""

    event_id: str
    about: str
    """The car, in words; empty where it is about none."""
    _content: bytes = field(repr=False)

    def body(self, *, is_hostile: bool) -> bytes:
        """What is sent now: a new delivery of the same event.

        Args:
            is_hostile: Write it so that nobody who reads it and writes it again gets the same.
        """
        delivery_id = str(uuid4())
        body = sent(self._content, delivery_id, time.time())
        return hostile(body, delivery_id) if is_hostile else body


def headers_of(body: bytes, token: str, *, is_forged: bool) -> dict[str, str]:
    """What goes along with *body*: its signature with *token*, or one that is wrong."""
    signature = Secrets(f"not {token}" if is_forged else token).sign(body)
    return {
        "content-type": "application/json",
        "sc-signature": signature,
        "user-agent": "Smartcar/1.0",
    }


def make(wanted: Wanted) -> Made:
    """The event that is wanted, as of now.

    Raises:
        click.ClickException: There is no such car.
        ValueError: There is no such signal, or no such error.
    """
    now = time.time()
    simulator = Simulator(clock=VirtualClock(now))
    world, grant = simulator.world, _grant(simulator, wanted.vehicle)
    kind = "VERIFY" if wanted.event == "verify" else wanted.event
    signals = tuple(known_signal(code).code for code in wanted.signals)
    setup = WebhookSetup(
        id=str(uuid4()),
        name="smartcar webhooks trigger",
        callback_uri="https://example.com/",
        triggers=signals,
        data=tuple(dict.fromkeys((*signals, *DATA))),
        kind=LEGACY.get(wanted.event, "signals"),
        paths=PATHS,
    )
    occasion = Occasion(
        webhook_id=setup.id,
        at=now,
        event_id=str(uuid4()),
        kind=kind,
        vehicle_id=None if kind == "VERIFY" else grant.vehicle_id,
        user_id=None if kind == "VERIFY" else grant.user_id,
        triggers=_triggers(wanted, signals),
        errors=_errors(wanted),
        is_test=wanted.is_test,
    )
    if setup.kind == "signals" and wanted.event != "verify":
        told = content(world, setup, occasion, round(now * 1000))
    else:
        told = legacy_content(world, setup, occasion)
    spec = world.garage.spec(grant.vehicle_id)
    about = f"{spec.make} {spec.model} {spec.id}" if spec and occasion.vehicle_id else ""
    return Made(occasion.event_id, about, told)


def _triggers(wanted: Wanted, signals: tuple[str, ...]) -> tuple[str, ...]:
    if wanted.event == "VEHICLE_STATE":
        return signals or (FIRST_DELIVERY,)
    return ("CHARGING_STARTED",) if wanted.event == "eventBased" else ()


def _errors(wanted: Wanted) -> tuple[TroubleTold, ...]:
    if wanted.event != "VEHICLE_ERROR":
        return ()
    kind, _, code = checked_error(wanted.error).partition(":")
    state: TroubleState = "RESOLVED" if wanted.is_resolved else "ERROR"
    return (TroubleTold(type=kind, code=code or None, state=state),)


def _grant(simulator: Simulator, name: str | None) -> Grant:
    """The consent of a car's owner.

    Raises:
        click.ClickException: There is no such car.
    """
    if name is not None:
        car = Running(simulator.control, is_json=False, console=console()).car(name)
        return next(simulator.world.grants.of(None, vehicle_id=car.id))
    grants = list(simulator.world.grants.of(None))
    specs = simulator.world.garage
    electric = (
        g for g in grants if (spec := specs.spec(g.vehicle_id)) and spec.powertrain == "BEV"
    )
    return next(electric, grants[0])
