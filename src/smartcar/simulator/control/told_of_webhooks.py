"""Webhooks in the words of the controls' models: for their answers, and for the dashboard."""

from __future__ import annotations

from smartcar.simulator.events import Subscribed
from smartcar.simulator.webhooks import deliveries
from smartcar.simulator.webhooks.occasions import Occasion
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.simulator.world import World

from . import models
from .told import instant, instant_if


def webhook_told(world: World, setup: WebhookSetup) -> models.Webhook:
    """A webhook, and what has come of it."""
    book = world.webhooks
    verified = book.verified(setup.id)
    return models.Webhook(
        id=setup.id,
        name=setup.name,
        application=setup.application or world.application.client_id,
        kind=setup.kind,
        callback_uri=setup.callback_uri,
        error_callback_uri=setup.error_callback_uri,
        triggers=setup.triggers,
        data=setup.data,
        auto_subscribe=setup.auto_subscribe,
        is_enabled=setup.is_enabled,
        interval=setup.interval,
        paths=setup.paths,
        unit_system=setup.unit_system,
        verified=tuple(uri for uri in setup.uris if uri in verified),
        is_verified=verified.issuperset(setup.uris),
        subscriptions=len(book.of_webhook(setup.id)),
        made_at=instant(book.made_at[setup.id]),
    )


def subscription_told(world: World, subscribed: Subscribed) -> models.Subscription:
    """A car whose events go to a webhook."""
    told = world.webhooks.told.get(subscribed.subscription_id)
    spec = world.garage.spec(subscribed.vehicle_id)
    troubles = () if told is None else told.troubles
    return models.Subscription(
        id=subscribed.subscription_id,
        webhook_id=subscribed.webhook_id,
        vehicle_id=subscribed.vehicle_id,
        user_id=subscribed.user_id,
        at=instant(subscribed.at),
        car="" if spec is None else f"{spec.year} {spec.make} {spec.model}",
        told_at=instant_if(None if told is None else told.at),
        errors=tuple(
            each.type if each.code is None else f"{each.type}:{each.code}" for each in troubles
        ),
    )


def asked_told(occasion: Occasion) -> models.Asked:
    """Something that a webhook is told."""
    return models.Asked(
        event_id=occasion.event_id,
        webhook_id=occasion.webhook_id,
        kind=occasion.kind,
        at=instant(occasion.at),
        vehicle_id=occasion.vehicle_id,
    )


def delivery_told(delivery: deliveries.Delivery) -> models.Delivery:
    """An event on its way, try by try."""
    return models.Delivery(
        event_id=delivery.event_id,
        number=delivery.number,
        webhook_id=delivery.webhook_id,
        webhook_name=delivery.webhook_name,
        kind=delivery.kind,
        vehicle_id=delivery.vehicle_id,
        uri=delivery.uri,
        at=instant(delivery.at),
        state=delivery.state,
        next_try_at=instant_if(delivery.next_try_at),
        triggers=delivery.triggers,
        body=delivery.body,
        tries=tuple(_try_told(each) for each in delivery.tries),
        tries_before=delivery.tries_before,
        error=delivery.error,
        is_test=delivery.is_test,
    )


def _try_told(made: deliveries.Try) -> models.Try:
    return models.Try(
        number=made.number,
        at=instant(made.at),
        delivery_id=made.delivery_id,
        status=made.status,
        answer=made.answer,
        error=made.error,
        took_seconds=made.took,
        is_signed=made.is_signed,
    )
