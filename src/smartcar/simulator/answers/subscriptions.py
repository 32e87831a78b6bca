"""Which cars' events go to which webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from smartcar.api.account import AccountEndpoints
from smartcar.api.resources import (
    Subscription,
    SubscriptionAttributes,
    SubscriptionRequested,
)
from smartcar.protocol.documents import Page
from smartcar.protocol.meta import Meta
from smartcar.simulator import events
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import Visit, answers, attributes_of, missing, related, stamp
from smartcar.simulator.webhooks.subscribing import subscribe, unsubscribe

from .applications import known_webhook

Modes = Literal["live", "simulated"] | None


@answers(AccountEndpoints.subscriptions)
def subscriptions(
    visit: Visit,
    *,
    user_id: str | None = None,
    webhook_id: str | None = None,
    vehicle_id: str | None = None,
    mode: Modes = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Subscription]:
    """Those that match, newest first."""
    del page_size, page_number
    found = [
        _subscription(visit, each)
        for each in subscribed(visit, user_id=user_id, vehicle_id=vehicle_id, webhook_id=webhook_id)
    ]
    wanted = {"live": {"live"}, "simulated": {"simulated", "test"}}.get(mode or "")
    return visit.page(
        [each for each in reversed(found) if wanted is None or each.vehicle.mode in wanted]
    )


@answers(AccountEndpoints.create_subscription)
def create_subscription(
    visit: Visit, *, webhook_id: str, user_id: str, vehicle_id: str
) -> SubscriptionRequested:
    """Done at once, though the answer says that it is in progress."""
    setup = known_webhook(visit, webhook_id)
    if visit.world.garage.spec(vehicle_id) is None:
        told = f"Vehicle with ID {vehicle_id} not found"
        raise Refusal("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND", told)
    grants = visit.world.grants.of(visit.whose, user_id=user_id, vehicle_id=vehicle_id)
    grant = next(grants, None)
    if grant is None:
        raise Refusal("PERMISSION")
    if next(subscribed(visit, user_id, vehicle_id, webhook_id), None) is not None:
        # The reference has the status only; type and code are unconfirmed.
        told = "The vehicle is already subscribed to this webhook"
        raise Refusal("CONFLICT", "ALREADY_SUBSCRIBED", told)
    subscribe(visit.world, setup, grant, visit.now)
    return SubscriptionRequested(meta=Meta({"message": "subscription creation in progress"}))


@answers(AccountEndpoints.subscription)
def subscription(visit: Visit, subscription_id: str) -> Subscription:
    """One of them."""
    return _subscription(visit, _existing(visit, subscription_id))


@answers(AccountEndpoints.delete_subscription)
def delete_subscription(visit: Visit, subscription_id: str) -> None:
    """Its events stop."""
    unsubscribe(visit.world, _existing(visit, subscription_id), visit.now)


def _existing(visit: Visit, subscription_id: str) -> events.Subscribed:
    found = visit.world.subscriptions.get(subscription_id)
    if found is None or found.application != visit.whose:
        raise missing("Subscription", subscription_id)
    return found


def subscribed(
    visit: Visit,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    webhook_id: str | None = None,
) -> Iterator[events.Subscribed]:
    """Subscriptions that match, in the order they were made."""
    return visit.world.webhooks.find(
        visit.whose, user_id=user_id, vehicle_id=vehicle_id, webhook_id=webhook_id
    )


def _subscription(visit: Visit, each: events.Subscribed) -> Subscription:
    return Subscription(
        id=each.subscription_id,
        type="subscription",
        attributes=SubscriptionAttributes(
            vehicle=attributes_of(visit.world, each.vehicle_id, "live")
        ),
        relationships={
            "webhook": related(visit.origin, "webhook", each.webhook_id),
            "user": related(visit.origin, "user", each.user_id),
            "vehicle": related(visit.origin, "vehicle", each.vehicle_id),
        },
        meta=Meta({"createdAt": stamp(each.at), "updatedAt": stamp(each.at)}),
        links={"self": visit.link("subscriptions", each.subscription_id)},
    )
