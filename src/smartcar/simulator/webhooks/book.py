"""The webhooks of a world: how each is set up, whom it is subscribed to, what it was told.

Folded from events; nothing here reads a clock or a car.  What may have to be told anew is
``stirred``, so that a world in which nothing happens is not looked through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from smartcar.simulator import events, ids
from smartcar.simulator.application import FOUNDED, WEBHOOK_ID
from smartcar.simulator.fleet import Grant

from .occasions import Trouble
from .setup import WebhookSetup

_TRIGGERS: Final = ("charge-ischarging", "closure-islocked")

DEFAULT: Final = WebhookSetup(
    id=WEBHOOK_ID,
    name="Fleet events",
    callback_uri="https://example.com/smartcar/events",
    error_callback_uri="https://example.com/smartcar/errors",
    triggers=_TRIGGERS,
    data=("tractionbattery-stateofcharge", "odometer-traveleddistance", *_TRIGGERS),
)
"""The webhook that every simulator begins with."""


class Told(Struct, frozen=True, kw_only=True):
    """What a webhook knows of a car."""

    at: float
    """When it was told anything last."""
    signals: dict[str, str]
    """What stands for the value of each trigger, by code."""
    troubles: tuple[Trouble, ...]


class WebhookBook:
    """All webhooks, subscriptions, and what was told."""

    def __init__(self) -> None:
        self.setups: dict[str, WebhookSetup] = {DEFAULT.id: DEFAULT}
        self.made_at: dict[str, float] = {DEFAULT.id: FOUNDED}
        self.made = 0
        """How many were ever made: ids count on."""
        self.subscriptions: dict[str, events.Subscribed] = {}
        """By id, in the order they were made."""
        self.told: dict[str, Told] = {}
        """By id of the subscription."""
        self.parted: dict[str, events.Subscribed] = {}
        """Those that ended because the owner took the consent back, until that was told."""
        self.stirred: dict[str, None] = {}
        """Ids of subscriptions that something was done to since they were looked at."""
        self.has_other_rules = False
        """Were rules for faults added or removed since they were looked at?"""
        self._verified: dict[str, frozenset[str]] = {}
        self._of_vehicle: dict[str, dict[str, None]] = {}
        self._of_webhook: dict[str, dict[str, None]] = {}

    # --- looking ---------------------------------------------------------------------------------

    def all(self) -> list[WebhookSetup]:
        """Every webhook, in the order they were made."""
        return list(self.setups.values())

    def of(self, application: str | None) -> list[WebhookSetup]:
        """Those of an application, in the order they were made."""
        return [each for each in self.setups.values() if each.application == application]

    def verified(self, webhook_id: str) -> frozenset[str]:
        """The URIs of a webhook that have answered right."""
        return self._verified.get(webhook_id, frozenset())

    def tells(self, webhook_id: str) -> WebhookSetup | None:
        """The webhook, if it is enabled and its callback verified."""
        setup = self.setups.get(webhook_id)
        if setup is None or not setup.is_enabled:
            return None
        return setup if setup.callback_uri in self.verified(webhook_id) else None

    @property
    def is_quiet(self) -> bool:
        """Is there nobody that anything could be told of?"""
        return not self.parted and not any(
            self._of_webhook.get(each) and self.tells(each) for each in self.setups
        )

    def of_webhook(self, webhook_id: str) -> list[str]:
        """Ids of the subscriptions of a webhook, in the order they were made."""
        return list(self._of_webhook.get(webhook_id, ()))

    def of_vehicle(self, vehicle_id: str) -> list[str]:
        """Ids of the subscriptions to a car, in the order they were made."""
        return list(self._of_vehicle.get(vehicle_id, ()))

    def find(
        self,
        application: str | None,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
        webhook_id: str | None = None,
    ) -> Iterator[events.Subscribed]:
        """Subscriptions of an application that match, in the order they were made."""
        if vehicle_id is not None:
            chosen = [self.subscriptions[each] for each in self.of_vehicle(vehicle_id)]
        elif webhook_id is not None:
            chosen = [self.subscriptions[each] for each in self.of_webhook(webhook_id)]
        else:
            chosen = list(self.subscriptions.values())
        for each in chosen:
            if (
                each.application == application
                and user_id in {None, each.user_id}
                and webhook_id in {None, each.webhook_id}
            ):
                yield each

    def kept(self, at: float) -> Iterator[events.WebhookTold]:
        """Events that tell again, *at* a time, what each webhook knows."""
        for subscription_id, told in self.told.items():
            yield events.WebhookTold(
                at=at,
                subscription_id=subscription_id,
                signals=told.signals,
                troubles=told.troubles,
                told_at=told.at,
            )

    # --- the fold --------------------------------------------------------------------------------

    def set(self, setup: WebhookSetup, at: float) -> bool:
        """There is such a webhook now; gives whether it has begun to subscribe by itself."""
        old = self.setups.get(setup.id)
        if old is None:
            self.made += 1
            self.made_at[setup.id] = at
        self.setups[setup.id] = setup
        self._verified[setup.id] = self.verified(setup.id).intersection(setup.uris)
        if not setup.is_enabled or (old is not None and old.kind != setup.kind):
            for each in self._of_webhook.get(setup.id, ()):
                self.told.pop(each, None)
        self.stir(self._of_webhook.get(setup.id, ()))
        return setup.auto_subscribe and not (old is not None and old.auto_subscribe)

    def remove(self, webhook_id: str) -> None:
        """There is no such webhook any more."""
        for each in self.of_webhook(webhook_id):
            self.unsubscribe(each)
        self.setups.pop(webhook_id, None)
        self._verified.pop(webhook_id, None)

    def verify(self, webhook_id: str, uri: str) -> None:
        """Who listens at a URI has answered right."""
        self._verified[webhook_id] = self.verified(webhook_id) | {uri}
        self.stir(self._of_webhook.get(webhook_id, ()))

    def subscribe(self, event: events.Subscribed) -> None:
        """A car's events go to a webhook."""
        which = event.subscription_id
        self.subscriptions[which] = event
        self._of_vehicle.setdefault(event.vehicle_id, {})[which] = None
        self._of_webhook.setdefault(event.webhook_id, {})[which] = None
        self.stir([which])

    def subscribe_all(
        self, seed: int, setup: WebhookSetup, grants: Iterable[Grant], at: float
    ) -> None:
        """Subscribe a webhook to cars that are connected, where it is not yet."""
        for grant in grants:
            known = self.find(
                grant.application,
                user_id=grant.user_id,
                vehicle_id=grant.vehicle_id,
                webhook_id=setup.id,
            )
            if grant.mode != "live" or next(known, None) is not None:
                continue
            self.subscribe(
                events.Subscribed(
                    at=max(at, grant.updated_at),
                    subscription_id=ids.uuid(seed, "auto-subscribed", setup.id, grant.id),
                    webhook_id=setup.id,
                    user_id=grant.user_id,
                    vehicle_id=grant.vehicle_id,
                    application=grant.application,
                )
            )

    def unsubscribe(self, subscription_id: str) -> events.Subscribed | None:
        """A car's events go to a webhook no more; gives what there was."""
        found = self.subscriptions.pop(subscription_id, None)
        if found is not None:
            self._of_vehicle[found.vehicle_id].pop(subscription_id, None)
            self._of_webhook[found.webhook_id].pop(subscription_id, None)
            self.told.pop(subscription_id, None)
            self.stirred.pop(subscription_id, None)
        return found

    def part(self, grant: Grant, *, by_owner: bool) -> list[events.Subscribed]:
        """A connection ended, and with it the subscriptions to its car; gives those."""
        ended = list(
            self.find(grant.application, user_id=grant.user_id, vehicle_id=grant.vehicle_id)
        )
        for each in ended:
            knew = self.told.get(each.subscription_id)
            self.unsubscribe(each.subscription_id)
            if by_owner and knew is not None and self.tells(each.webhook_id) is not None:
                self.parted[each.subscription_id] = each
        return ended

    def tell(self, event: events.WebhookTold) -> None:
        """A webhook was told something."""
        which = event.subscription_id
        if event.is_last:
            self.parted.pop(which, None)
        if event.is_last or which not in self.subscriptions:
            return
        knew = self.told.get(which)
        self.told[which] = Told(
            at=event.at if event.told_at is None else event.told_at,
            signals={**({} if knew is None else knew.signals), **event.signals},
            troubles=event.troubles,
        )

    def stir(self, subscriptions: Iterable[str]) -> None:
        """Something was done that may have to be told to these."""
        self.stirred.update(dict.fromkeys(subscriptions))

    def stir_vehicle(self, vehicle_id: str) -> None:
        """Something was done to a car."""
        if self.subscriptions:
            self.stir(self._of_vehicle.get(vehicle_id, ()))
