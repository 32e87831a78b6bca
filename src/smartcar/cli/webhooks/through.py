"""An event that a running simulator sends, through a webhook of its own."""

from __future__ import annotations

from typing import Final

import click

from smartcar.cli.simulator.delivery import told, tried
from smartcar.cli.simulator.running import Running, on_running
from smartcar.simulator.control.models import Asked, Webhook
from smartcar.simulator.webhooks.occasions import OccasionKind, TestKind

from .making import LEGACY
from .wanted import EventName, Wanted

_TESTS: Final[dict[OccasionKind, TestKind]] = {
    "VEHICLE_STATE": "VEHICLE_STATE",
    "VEHICLE_ERROR": "VEHICLE_ERROR",
}


@on_running
def send_through(*, running: Running, webhook: str | None, wanted: Wanted) -> None:
    """Have the simulator send what is *wanted*, and show what became of it.

    Raises:
        click.ClickException: There is no such webhook, or no such car.
        SystemExit: With 1: it was not delivered.
    """
    hook = running.webhook(webhook) if webhook else _telling(running, wanted.event)
    asked = _asked(running, hook, wanted)
    sent = tried(running, asked.event_id)
    running.show(sent, lambda: told(sent))
    if sent.state != "delivered":
        raise SystemExit(1)


def _telling(running: Running, event: EventName) -> Webhook:
    """The first webhook that tells such things; one that is verified, if there is any."""
    kind = LEGACY.get(event, "signals")
    telling = [
        each
        for each in running.control.webhooks()
        if each.is_enabled and (each.kind == kind) != (event == "verify")
    ]
    if not telling:
        told_ = f"No webhook of this simulator is enabled and tells {event}: make one with"
        raise click.ClickException(f"{told_} 'smartcar simulator webhook add', or name one.")
    return next((each for each in telling if each.is_verified), telling[0])


def _asked(running: Running, hook: Webhook, wanted: Wanted) -> Asked:
    control = running.control
    event: OccasionKind = "VERIFY" if wanted.event == "verify" else wanted.event
    if event == "VERIFY":
        return control.verify_webhook(hook.id)[0]
    if wanted.is_test:
        if event not in _TESTS:
            raise click.UsageError(f"There are no tests of v2.0's {event}: leave out --test.")
        vehicle_id = None if wanted.vehicle is None else running.car(wanted.vehicle).id
        return control.test_webhook(hook.id, _TESTS[event], vehicle_id=vehicle_id)
    error = wanted.error if event == "VEHICLE_ERROR" else None
    return control.trigger_webhook(
        hook.id,
        event,
        _vehicle_id(running, hook, wanted.vehicle),
        error=error,
        resolved=wanted.is_resolved,
    )


def _vehicle_id(running: Running, hook: Webhook, name: str | None) -> str:
    """The car that is named; else one that is subscribed, else any that is connected."""
    if name is not None:
        return running.car(name).id
    subscribed = next(iter(running.control.webhook_subscriptions(hook.id, page_size=1)), None)
    if subscribed is not None:
        return subscribed.vehicle_id
    found = next(iter(running.control.cars(page_size=1)), None)
    if found is None:
        raise click.ClickException("This simulator has no cars.")
    return found.id
