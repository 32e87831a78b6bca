"""Which cars' events go to which webhook: the same for v3, v2 and the simulator's own controls."""

from __future__ import annotations

from smartcar.simulator import events
from smartcar.simulator.fleet import Grant
from smartcar.simulator.world import World

from .setup import WebhookSetup


def subscribe(world: World, setup: WebhookSetup, grant: Grant, at: float) -> events.Subscribed:
    """Let a car's events go to a webhook; what there is already stays as it is."""
    found = next(
        world.webhooks.find(
            grant.application,
            user_id=grant.user_id,
            vehicle_id=grant.vehicle_id,
            webhook_id=setup.id,
        ),
        None,
    )
    if found is not None:
        return found
    made = events.Subscribed(
        at=at,
        subscription_id=world.next_id("subscription"),
        webhook_id=setup.id,
        user_id=grant.user_id,
        vehicle_id=grant.vehicle_id,
        application=grant.application,
    )
    world.record(made)
    return made


def unsubscribe(world: World, subscribed: events.Subscribed, at: float) -> None:
    """Let them go there no more, from this moment."""
    world.record(events.Unsubscribed(at=at, subscription_id=subscribed.subscription_id))
