"""Webhooks, and whose events go to them: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import delete, get, post
from smartcar.protocol.pages import listing
from smartcar.simulator.control.models import (
    Asked,
    Deliveries,
    Delivery,
    Subscription,
    Webhook,
)
from smartcar.simulator.webhooks.mischief import Mischief
from smartcar.simulator.webhooks.occasions import OccasionKind, TestKind
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind

from .own import OWN, PageNumber, PageSize

Codes = Annotated[list[str], Meta(max_length=200)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Uri = Annotated[str, Meta(min_length=1, max_length=2000)]
MaybeUri = Annotated[str, Meta(max_length=2000)]


class WebhookEndpoints:
    """What Smartcar's dashboard does with webhooks, and more."""

    @get("/simulator/webhooks", **OWN)
    def webhooks(self, *, application: str | None = None) -> tuple[Webhook, ...]:
        """Every webhook, in the order they were made.

        Args:
            application: Only of the one with this client id or application id.

        Raises:
            NotFoundError: There is no such application.
        """
        ...

    @post("/simulator/webhooks", **OWN)
    def add_webhook(
        self,
        name: Name,
        callback_uri: Uri,
        *,
        error_callback_uri: Uri | None = None,
        triggers: Codes | None = None,
        data: Codes | None = None,
        auto_subscribe: bool = False,
        is_enabled: bool = True,
        application: str | None = None,
        kind: WebhookKind = "signals",
        interval: Interval | None = None,
        paths: Codes | None = None,
        unit_system: UnitSystem = "metric",
    ) -> Webhook:
        """Make a webhook.  Its URIs are asked to answer a VERIFY first; nothing else goes there.

        Args:
            name: What people call it.
            callback_uri: Where deliveries go.
            error_callback_uri: Where errors go; to the callback unless said.
            triggers: Codes of the signals whose change is told.
            data: Codes of the signals that are told then, all of them.
            auto_subscribe: Subscribe all live vehicles of the application, those to come too.
            is_enabled: Is it told anything?
            application: Client id or application id of the one it belongs to; the first unless
                said.
            kind: ``signals``; or ``schedule``, ``dynamic`` or ``eventBased``, which are of v2.
            interval: Of a schedule: hourly, daily, weekly or monthly.
            paths: Of one of v2: what it tells, such as ``/battery``.
            unit_system: Of one of v2: metric or imperial.

        Raises:
            NotFoundError: There is no such application.
            InvalidRequestError: There can be no such webhook; the error's field is the one to mend.
        """
        ...

    @get("/simulator/webhooks/mischief", **OWN)
    def mischief(self) -> Mischief:
        """What goes wrong on the way to receivers."""
        ...

    @post("/simulator/webhooks/mischief", body="mischief", **OWN)
    def set_mischief(self, mischief: Mischief) -> Mischief:
        """Let things go wrong on the way to receivers from now on: repeats, delays, odd bytes.

        Args:
            mischief: All of it: what is not said does not go wrong.

        Raises:
            InvalidRequestError: A chance is none, or the delay is too long.
        """
        ...

    @get("/simulator/webhooks/{webhook_id}", **OWN)
    def webhook(self, webhook_id: str) -> Webhook:
        """One webhook.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}", **OWN)
    def set_webhook(
        self,
        webhook_id: str,
        *,
        name: Name | None = None,
        callback_uri: Uri | None = None,
        error_callback_uri: MaybeUri | None = None,
        triggers: Codes | None = None,
        data: Codes | None = None,
        auto_subscribe: bool | None = None,
        is_enabled: bool | None = None,
        interval: Interval | None = None,
        paths: Codes | None = None,
        unit_system: UnitSystem | None = None,
    ) -> Webhook:
        """Set a webhook up anew: what is not said stays.  New URIs are asked to answer a VERIFY.

        Args:
            webhook_id: Which.
            name: What people call it.
            callback_uri: Where deliveries go.
            error_callback_uri: Where errors go; empty: to the callback.
            triggers: Codes of the signals whose change is told.
            data: Codes of the signals that are told then, all of them.
            auto_subscribe: Subscribe all live vehicles of the application, those to come too.
            is_enabled: Is it told anything?
            interval: Of a schedule of v2.
            paths: Of one of v2: what it tells.
            unit_system: Of one of v2: metric or imperial.

        Raises:
            NotFoundError: There is none with this id.
            InvalidRequestError: There can be no such webhook; the error's field is the one to mend.
        """
        ...

    @delete("/simulator/webhooks/{webhook_id}", **OWN)
    def remove_webhook(self, webhook_id: str) -> None:
        """End a webhook and all subscriptions to it.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/verify", **OWN)
    def verify_webhook(self, webhook_id: str) -> tuple[Asked, ...]:
        """Send a VERIFY to each of its URIs: who listens shows that it knows the management token.

        Raises:
            NotFoundError: There is none with this id.
            InvalidRequestError: It is disabled.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/enable", **OWN)
    def enable_webhook(self, webhook_id: str) -> Webhook:
        """Let a webhook be told again, of each subscribed car a first delivery first.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/disable", **OWN)
    def disable_webhook(self, webhook_id: str) -> Webhook:
        """Let a webhook be told nothing, and nothing be kept for it.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/test", **OWN)
    def test_webhook(
        self,
        webhook_id: str,
        kind: TestKind = "VEHICLE_STATE",
        *,
        vehicle_id: str | None = None,
    ) -> Asked:
        """Send what the Test button of Smartcar's dashboard sends: a delivery in TEST mode.

        Args:
            webhook_id: To which webhook.
            kind: ``VEHICLE_STATE``, ``VEHICLE_ERROR``, or ``VERIFY``, which asks the callback to
                answer.
            vehicle_id: Whose signals it has; the dashboard's own made-up car unless said.

        Raises:
            NotFoundError: There is no such webhook, or no such car.
            InvalidRequestError: The webhook is disabled or one of v2, or the car not connected.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/trigger", **OWN)
    def trigger_webhook(
        self,
        webhook_id: str,
        kind: OccasionKind,
        vehicle_id: str,
        *,
        error: str | None = None,
        resolved: bool = False,
    ) -> Asked:
        """Have a webhook told of a car now, as if there were a reason.

        Args:
            webhook_id: Which webhook.
            kind: What it is told; of a webhook of v2 only what that tells.
            vehicle_id: Of which car; it need not be subscribed.
            error: Of ``VEHICLE_ERROR``: which one, as ``TYPE:CODE``; unless said what keeps the car
                from being read just now, or else ``VEHICLE_STATE:UNREACHABLE``.
            resolved: Is it over?

        Raises:
            NotFoundError: There is no such webhook, or no such car.
            InvalidRequestError: The webhook is disabled or tells no such thing, or the car is not
                connected.
        """
        ...

    @listing("/simulator/webhooks/{webhook_id}/subscriptions", **OWN)
    def webhook_subscriptions(
        self,
        webhook_id: str,
        *,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Subscription]:
        """The cars whose events go to a webhook, newest first.

        Args:
            webhook_id: Which.
            page_size: Cars on a page, 1 to 1000; else 100.
            page_number: Which page, from 1.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @post("/simulator/webhooks/{webhook_id}/subscriptions", **OWN)
    def subscribe(self, webhook_id: str, vehicle_id: str) -> Subscription:
        """Let a car's events go to a webhook; a first delivery comes at once.

        Args:
            webhook_id: Which webhook.
            vehicle_id: Which car.

        Raises:
            NotFoundError: There is no such webhook, or no such car.
            InvalidRequestError: The car is not connected to the webhook's application.
        """
        ...

    @delete("/simulator/webhooks/{webhook_id}/subscriptions/{vehicle_id}", **OWN)
    def unsubscribe(self, webhook_id: str, vehicle_id: str) -> None:
        """Let a car's events go to a webhook no more, from this moment.

        Args:
            webhook_id: Which webhook.
            vehicle_id: Which car.

        Raises:
            NotFoundError: There is no such webhook, or the car is not subscribed to it.
        """
        ...


class DeliveryEndpoints:
    """What was sent to webhooks."""

    @get("/simulator/deliveries", **OWN)
    def deliveries(
        self,
        *,
        webhook_id: str | None = None,
        vehicle_id: str | None = None,
        since: Annotated[int, Meta(ge=0)] | None = None,
        limit: Annotated[int, Meta(ge=1, le=1000)] | None = None,
    ) -> Deliveries:
        """What was sent to webhooks lately, or is still to be sent, oldest first.

        Args:
            webhook_id: Only to this webhook.
            vehicle_id: Only about this car.
            since: Only what came after the delivery with this number; 0 is everything.
            limit: Only the latest so many; 100 unless said.
        """
        ...

    @get("/simulator/deliveries/{event_id}", **OWN)
    def delivery(self, event_id: str) -> Delivery:
        """What has become of one event.

        Raises:
            NotFoundError: There is none such that is still known.
        """
        ...

    @post("/simulator/deliveries/{event_id}/redeliver", **OWN)
    def redeliver(self, event_id: str) -> Delivery:
        """Send an event again, with the same id and a new one for the delivery.

        Raises:
            NotFoundError: There is none such that is still known, or its webhook is disabled.
        """
        ...
