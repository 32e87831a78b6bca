"""What each event changes in a world: the one place where anything becomes another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from . import events
from .webhooks.outbox import GONE

if TYPE_CHECKING:
    from .world import World

_WITHOUT_IDS: Final = frozenset(
    {
        events.ClockMoved,
        events.ClockSet,
        events.SpeedSet,
        events.SignalSet,
        events.SignalReleased,
        events.FaultAdded,
        events.FaultMatched,
        events.FaultRemoved,
        events.LimitsSet,
        events.Counted,
        events.Used,
        events.WebhookSet,
        events.WebhookRemoved,
        events.WebhookVerified,
        events.WebhookTold,
        events.DeliveryQueued,
        events.DeliveryTried,
        events.MischiefSet,
    }
)
"""What happens without changing the ids of what happens next: a request has the same answer,
whether or not its limits are counted and rules pass it by."""

_OfWebhooks: TypeAlias = (
    events.Subscribed
    | events.Unsubscribed
    | events.WebhookSet
    | events.WebhookRemoved
    | events.WebhookVerified
)


def has_ids(event: events.AnyEvent) -> bool:
    """Do the ids of what happens next hang on *event*?"""
    return type(event) not in _WITHOUT_IDS


def fold(world: World, event: events.AnyEvent) -> None:  # noqa: C901, PLR0912, PLR0915 -- a case each
    """Let *event* have happened in *world*."""
    match event:
        # What happens most is looked for first.
        case events.DeliveryQueued():
            world.outbox.queue(event)
        case events.DeliveryTried():
            world.outbox.try_(event)
        case events.WebhookTold():
            world.webhooks.tell(event)
        case events.ClockMoved():
            pass
        case events.CarAdded():
            world.garage.add(event)
        case events.ApplicationAdded():
            world.applications = world.applications.and_also(event)
        case events.OwnerAdded():
            world.garage.name_owner(event)
        case events.Handled():
            world.garage.tell(event)
            world.webhooks.stir_vehicle(event.vehicle_id)
        case events.SignalSet():
            world.garage.set_signal(event)
            world.webhooks.stir_vehicle(event.vehicle_id)
        case events.SignalReleased():
            world.garage.release_signal(event)
            world.webhooks.stir_vehicle(event.vehicle_id)
        case events.CarMade():
            world.garage.make(event)
        case events.Connected():
            world.mended.discard(event.owner_email)
            world.grants.agree(event)
            _subscribe_by_itself(world, event)
        case events.SignedInAgain(owner_email=owner_email):
            world.mended.add(owner_email)
            _stir_owner(world, owner_email)
        case events.Disconnected(connection_id=connection_id):
            ended = world.grants.one(connection_id)
            world.grants.end(connection_id)
            if ended is not None and world.subscriptions:
                for each in world.webhooks.part(ended, by_owner=event.by_owner):
                    world.outbox.call_off_car(each)
        case (
            events.CodeIssued()
            | events.CodeUsed()
            | events.TokenIssued()
            | events.RefreshTokenUsed()
            | events.TokenEnded()
        ):
            world.issued.fold(event)
        case events.Commanded():
            world.executions[event.execution_id] = event
            world.garage.tell(event)
            world.webhooks.stir_vehicle(event.vehicle_id)
        case (
            events.Subscribed()
            | events.Unsubscribed()
            | events.WebhookSet()
            | events.WebhookRemoved()
            | events.WebhookVerified()
        ):
            _fold_webhooks(world, event)
        case events.MischiefSet(mischief=mischief):
            world.outbox.mischief = mischief
        case events.FaultAdded(fault_id=fault_id, rule=rule):
            world.faults.add(fault_id, rule, event.at)
            world.webhooks.has_other_rules = True
        case events.FaultRemoved(fault_id=fault_id):
            world.faults.remove(fault_id)
            world.webhooks.has_other_rules = True
        case events.FaultMatched(fault_id=fault_id, seen=seen, struck=struck):
            world.faults.note(fault_id, seen, struck)
        case events.LimitsSet(limits=limits):
            world.usage.set(limits, event.at)
        case events.Counted(vehicle_id=counted_id, requests=requests):
            world.usage.count(event.at, event.application, counted_id, requests)
        case events.Used(kept=kept):
            world.usage.take(kept)
        case _:
            pass


def _fold_webhooks(world: World, event: _OfWebhooks) -> None:
    book = world.webhooks
    match event:
        case events.Subscribed():
            book.subscribe(event)
        case events.Unsubscribed(subscription_id=subscription_id):
            if (ended := book.unsubscribe(subscription_id)) is not None:
                world.outbox.call_off_car(ended)
        case events.WebhookSet(setup=setup):
            if not setup.is_enabled:
                world.outbox.call_off(setup.id, GONE)
            if book.set(setup, event.at):
                live = world.grants.live(setup.application)
                book.subscribe_all(world.seed, setup, reversed(live), event.at)
        case events.WebhookRemoved(webhook_id=webhook_id):
            world.outbox.call_off(webhook_id, GONE)
            book.remove(webhook_id)
        case events.WebhookVerified(webhook_id=webhook_id, uri=uri):
            book.verify(webhook_id, uri)


def _subscribe_by_itself(world: World, event: events.Connected) -> None:
    """Those webhooks that are to be subscribed to every vehicle are to this one."""
    grant = world.grants.one(event.connection_id)
    for setup in world.webhooks.of(event.application):
        if setup.auto_subscribe and grant is not None:
            world.webhooks.subscribe_all(world.seed, setup, [grant], event.at)
    _stir_owner(world, event.owner_email)


def _stir_owner(world: World, owner_email: str) -> None:
    if world.subscriptions:
        for spec in world.garage.cars_of(owner_email):
            world.webhooks.stir_vehicle(spec.id)
