"""What programs are told of cars."""

from __future__ import annotations

from datetime import datetime

from smartcar.simulator.webhooks.deliveries import DeliveryState
from smartcar.simulator.webhooks.occasions import OccasionKind
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind

from .shown import Shown


class Webhook(Shown, frozen=True):
    """A webhook of an application, and what has come of it."""

    id: str
    name: str
    application: str
    """Client id of the one that it belongs to."""
    kind: WebhookKind
    """``signals``, or one of v2."""
    callback_uri: str
    error_callback_uri: str | None
    """Where errors go; null: to the callback, too."""
    triggers: tuple[str, ...]
    """Codes of the signals whose change is told."""
    data: tuple[str, ...]
    """Codes of the signals that are told then, all of them."""
    auto_subscribe: bool
    """Are all vehicles subscribed by themselves, those to come too?"""
    is_enabled: bool
    interval: Interval | None
    """How often one on a schedule of v2 tells."""
    paths: tuple[str, ...]
    """What one of v2 tells."""
    unit_system: UnitSystem
    """Of what one of v2 tells."""
    verified: tuple[str, ...]
    """Those of its URIs that have answered right: nothing goes to others."""
    is_verified: bool
    """Are all of them?"""
    subscriptions: int
    """Cars whose events go there."""
    made_at: datetime


class Subscription(Shown, frozen=True):
    """A car whose events go to a webhook."""

    id: str
    webhook_id: str
    vehicle_id: str
    user_id: str
    at: datetime
    """Since when."""
    car: str
    """Year, make and model."""
    told_at: datetime | None
    """When the webhook was told of the car last; null: not yet."""
    errors: tuple[str, ...]
    """Errors that it was told of, and that are not over: ``TYPE:CODE``."""


class Asked(Shown, frozen=True):
    """Something that a webhook is told because somebody asked for it."""

    event_id: str
    """Of its delivery."""
    webhook_id: str
    kind: OccasionKind
    at: datetime
    vehicle_id: str | None


class Try(Shown, frozen=True):
    """One request to a receiver."""

    number: int
    """Of all that were made of the event, from 1."""
    at: datetime
    delivery_id: str
    status: int | None
    """What was answered; null: nothing was."""
    answer: str
    """The beginning of the answer's body."""
    error: str | None
    """Why it failed, in words; null: it did not."""
    took_seconds: float
    """Virtual seconds until the answer."""
    is_signed: bool
    """Was it signed as it should be?  Otherwise on purpose."""


class Delivery(Shown, frozen=True):
    """An event on its way to a webhook, and what has become of it."""

    event_id: str
    number: int
    """Counted from 1, as long as the simulator runs; a new one when it is sent again."""
    webhook_id: str
    webhook_name: str
    kind: OccasionKind
    vehicle_id: str | None
    uri: str
    at: datetime
    """When there was a reason to tell it."""
    state: DeliveryState
    """``dropped``: all tries failed; ``refused``: it may not go there, so nothing was sent."""
    next_try_at: datetime | None
    triggers: tuple[str, ...]
    body: str
    """As it was sent last; before that, without what is new on each try."""
    tries: tuple[Try, ...]
    tries_before: int
    """How often it was sent before the simulator began anew; what came of that is not kept."""
    error: str | None
    """Why it was refused, or dropped without all its tries."""
    is_test: bool


class Deliveries(Shown, frozen=True):
    """What was sent to webhooks lately, or is still to be sent, oldest first."""

    last: int
    """Number of the latest of all; ask ``since`` it for those to come."""
    changes: int
    """How often anything became of any of them: look again when it is another."""
    deliveries: tuple[Delivery, ...]
