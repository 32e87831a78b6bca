"""Webhooks, and whose events go to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from msgspec import structs

from smartcar.protocol.accepting import camel
from smartcar.protocol.documents import Page
from smartcar.simulator.control.desk import Desk, answers
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import (
    Asked,
    Deliveries,
    Delivery,
    Subscription,
    Webhook,
)
from smartcar.simulator.control.problems import Problem, invalid, not_found
from smartcar.simulator.control.told_of_webhooks import (
    asked_told,
    delivery_told,
    subscription_told,
    webhook_told,
)
from smartcar.simulator.webhooks.mischief import Mischief
from smartcar.simulator.webhooks.occasions import OccasionKind, TestKind
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind, WebhookSetup

R = TypeVar("R")

USUAL_DELIVERIES: Final = 100
"""The latest so many, where the request does not say."""


@answers(ControlEndpoints.webhooks)
def webhooks(desk: Desk, *, application: str | None = None) -> tuple[Webhook, ...]:
    """As they were made."""
    whose = None if application is None else desk.application(application).client_id
    return tuple(webhook_told(desk.world, each) for each in desk.simulator.webhooks.all(whose))


@answers(ControlEndpoints.add_webhook)
def add_webhook(
    desk: Desk,
    name: str,
    callback_uri: str,
    *,
    error_callback_uri: str | None = None,
    triggers: list[str] | None = None,
    data: list[str] | None = None,
    auto_subscribe: bool = False,
    is_enabled: bool = True,
    application: str | None = None,
    kind: WebhookKind = "signals",
    interval: Interval | None = None,
    paths: list[str] | None = None,
    unit_system: UnitSystem = "metric",
) -> Webhook:
    """A new one."""
    return _set(
        desk,
        WebhookSetup(
            application=desk.application(application).client_id,
            name=name,
            callback_uri=callback_uri,
            error_callback_uri=error_callback_uri,
            triggers=tuple(triggers or ()),
            data=tuple(data or ()),
            auto_subscribe=auto_subscribe,
            is_enabled=is_enabled,
            kind=kind,
            interval=interval,
            paths=tuple(paths or ()),
            unit_system=unit_system,
        ),
    )


@answers(ControlEndpoints.webhook)
def webhook(desk: Desk, webhook_id: str) -> Webhook:
    """One of them."""
    return webhook_told(desk.world, _known(desk, webhook_id))


@answers(ControlEndpoints.set_webhook)
def set_webhook(
    desk: Desk,
    webhook_id: str,
    *,
    name: str | None = None,
    callback_uri: str | None = None,
    error_callback_uri: str | None = None,
    triggers: list[str] | None = None,
    data: list[str] | None = None,
    auto_subscribe: bool | None = None,
    is_enabled: bool | None = None,
    interval: Interval | None = None,
    paths: list[str] | None = None,
    unit_system: UnitSystem | None = None,
) -> Webhook:
    """What is said is changed."""
    said: dict[str, Any] = {
        "name": name,
        "callback_uri": callback_uri,
        "error_callback_uri": error_callback_uri,
        "triggers": None if triggers is None else tuple(triggers),
        "data": None if data is None else tuple(data),
        "auto_subscribe": auto_subscribe,
        "is_enabled": is_enabled,
        "interval": interval,
        "paths": None if paths is None else tuple(paths),
        "unit_system": unit_system,
    }
    changed = {field: value for field, value in said.items() if value is not None}
    if error_callback_uri == "":
        changed["error_callback_uri"] = None
    return _set(desk, structs.replace(_known(desk, webhook_id), **changed))


@answers(ControlEndpoints.remove_webhook)
def remove_webhook(desk: Desk, webhook_id: str) -> None:
    """Gone, with all subscriptions to it."""
    _known(desk, webhook_id)
    desk.simulator.webhooks.remove(webhook_id)


@answers(ControlEndpoints.verify_webhook)
def verify_webhook(desk: Desk, webhook_id: str) -> tuple[Asked, ...]:
    """Each of its URIs is asked."""
    _known(desk, webhook_id)
    return tuple(asked_told(each) for each in desk.simulator.webhooks.verify(webhook_id))


@answers(ControlEndpoints.enable_webhook)
def enable_webhook(desk: Desk, webhook_id: str) -> Webhook:
    """Told again."""
    _known(desk, webhook_id)
    return webhook_told(desk.world, desk.simulator.webhooks.enable(webhook_id))


@answers(ControlEndpoints.disable_webhook)
def disable_webhook(desk: Desk, webhook_id: str) -> Webhook:
    """Told nothing."""
    _known(desk, webhook_id)
    return webhook_told(desk.world, desk.simulator.webhooks.disable(webhook_id))


@answers(ControlEndpoints.test_webhook)
def send_test(
    desk: Desk,
    webhook_id: str,
    kind: TestKind = "VEHICLE_STATE",
    *,
    vehicle_id: str | None = None,
) -> Asked:
    """As the dashboard's button does."""
    _known(desk, webhook_id, vehicle_id)
    return asked_told(desk.simulator.webhooks.test(webhook_id, kind, vehicle_id))


@answers(ControlEndpoints.trigger_webhook)
def trigger_webhook(
    desk: Desk,
    webhook_id: str,
    kind: OccasionKind,
    vehicle_id: str,
    *,
    error: str | None = None,
    resolved: bool = False,
) -> Asked:
    """As if there were a reason."""
    _known(desk, webhook_id, vehicle_id)
    hooks = desk.simulator.webhooks
    return _in_words(
        lambda: asked_told(
            hooks.trigger(webhook_id, kind, vehicle_id, error=error, resolved=resolved)
        )
    )


@answers(ControlEndpoints.webhook_subscriptions)
def webhook_subscriptions(
    desk: Desk,
    webhook_id: str,
    *,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Subscription]:
    """Newest first."""
    _known(desk, webhook_id)
    found = desk.simulator.webhooks.subscriptions(webhook_id)[::-1]
    world = desk.world
    return desk.page(found, lambda each: subscription_told(world, each), page_size, page_number)


@answers(ControlEndpoints.subscribe)
def subscribe(desk: Desk, webhook_id: str, vehicle_id: str) -> Subscription:
    """Its events go there now."""
    _known(desk, webhook_id, vehicle_id)
    made = desk.simulator.webhooks.subscribe(webhook_id, vehicle_id)
    return subscription_told(desk.world, made)


@answers(ControlEndpoints.unsubscribe)
def unsubscribe(desk: Desk, webhook_id: str, vehicle_id: str) -> None:
    """They go there no more."""
    _known(desk, webhook_id)
    if not desk.simulator.webhooks.unsubscribe(webhook_id, vehicle_id):
        told = f"The car {vehicle_id} is not subscribed to this webhook."
        raise Problem(404, "NOT_FOUND", told)


@answers(ControlEndpoints.mischief)
def mischief(desk: Desk) -> Mischief:
    """Nothing, unless somebody has set it."""
    return desk.simulator.webhooks.mischief


@answers(ControlEndpoints.set_mischief)
def set_mischief(desk: Desk, mischief: Mischief) -> Mischief:
    """From now on."""
    desk.simulator.webhooks.mischief = mischief
    return mischief


@answers(ControlEndpoints.deliveries)
def deliveries(
    desk: Desk,
    *,
    webhook_id: str | None = None,
    vehicle_id: str | None = None,
    since: int | None = None,
    limit: int | None = None,
) -> Deliveries:
    """Oldest first."""
    hooks = desk.simulator.webhooks
    changes = hooks.delivery_changes
    found = hooks.deliveries(
        webhook_id, vehicle_id, after=since or 0, limit=limit or USUAL_DELIVERIES
    )
    latest = hooks.deliveries(limit=1)
    return Deliveries(
        last=latest[-1].number if latest else 0,
        changes=changes,
        deliveries=tuple(delivery_told(each) for each in found),
    )


@answers(ControlEndpoints.delivery)
def delivery(desk: Desk, event_id: str) -> Delivery:
    """One of them."""
    try:
        return delivery_told(desk.simulator.webhooks.delivery(event_id))
    except LookupError as error:
        raise Problem(404, "NOT_FOUND", str(error)) from None


@answers(ControlEndpoints.redeliver)
def redeliver(desk: Desk, event_id: str) -> Delivery:
    """From its first try."""
    try:
        return delivery_told(desk.simulator.webhooks.redeliver(event_id))
    except LookupError as error:
        raise Problem(404, "NOT_FOUND", str(error)) from None


def _known(desk: Desk, webhook_id: str, vehicle_id: str | None = None) -> WebhookSetup:
    """The webhook, where the car that is named is there, too.

    Raises:
        Problem: One of the two is not.
    """
    found = desk.world.webhooks.setups.get(webhook_id)
    if found is None:
        raise not_found("webhook", webhook_id)
    if vehicle_id is not None:
        desk.spec(vehicle_id)
    return found


def _set(desk: Desk, setup: WebhookSetup) -> Webhook:
    return _in_words(lambda: webhook_told(desk.world, desk.simulator.webhooks.set(setup)))


def _in_words(do: Callable[[], R]) -> R:
    """What *do* gives; what it refuses is told of the field that its message begins with."""
    try:
        return do()
    except ValueError as error:
        field, mark, told = str(error).partition(": ")
        if not mark or not field.isidentifier():
            raise
        raise invalid(f"{camel(field)}: {told}", camel(field)) from None
