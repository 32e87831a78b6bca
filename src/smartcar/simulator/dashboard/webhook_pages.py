"""The page of webhooks, and the form that sets one up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, get_args

from starlette.responses import Response

from smartcar.protocol.documents import Page
from smartcar.protocol.meta import Meta
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.control.models import Deliveries, Delivery, Subscription, Webhook
from smartcar.simulator.control.told_of_webhooks import subscription_told
from smartcar.simulator.webhooks.checking import PATHS
from smartcar.simulator.webhooks.deliveries import DeliveryState

from .asking import Visitor
from .views import WebhooksPage
from .webhook_form import INTERVALS, KIND_NAMES, KINDS, UNITS, WebhookForm

SUBSCRIPTIONS_ON_A_PAGE: Final = 10
KEPT: Final = 50
"""Deliveries that are shown."""
LOOKED_AT: Final = 1000
"""Deliveries among which those that match are looked for."""
OFFERED: Final = 200
"""Cars that are offered while somebody types; any other can be typed too."""
UNFOLDED: Final = 4
"""Webhooks that are shown in full: of more, each is folded, so that deliveries stay near."""
SHOWN_TAGS: Final = 12
"""Signals of a webhook that are listed; the rest unfolds."""
STATES: Final[tuple[DeliveryState, ...]] = get_args(DeliveryState)
MISCHIEF: Final = (
    ("duplicates", "Sent twice"),
    ("reordering", "Overtaken by others"),
    ("bad_signature", "Signed wrong"),
    ("hostile", "Hostile bytes"),
    ("delay", "Late by seconds"),
)
"""What may go wrong on the way, and what its chance is called."""


@dataclass(frozen=True, slots=True)
class ChosenDeliveries:
    """Which deliveries the page is to show."""

    text: str | None
    webhook: str | None
    state: str | None

    @classmethod
    def of(cls, visitor: Visitor) -> ChosenDeliveries:
        """What the query says."""
        return cls(visitor.asked("text"), visitor.asked("webhook"), visitor.asked("state"))

    @property
    def is_any(self) -> bool:
        """Are all meant?"""
        return (self.text, self.webhook, self.state) == (None, None, None)

    def means(self, delivery: Delivery, nickname: str | None) -> bool:
        """Is *delivery* one of them?"""
        where = (
            nickname,
            delivery.vehicle_id,
            delivery.event_id,
            delivery.uri,
            delivery.kind,
            *delivery.triggers,
        )
        text = (self.text or "").lower()
        return any(text in (each or "").lower() for each in where) and self.state in {
            None,
            delivery.state,
        }


def webhooks(visitor: Visitor) -> Response:
    """How webhooks are set up, whose events go to them, and what became of those."""
    chosen, control = ChosenDeliveries.of(visitor), visitor.control
    event_id = visitor.request.path_params.get("event_id")
    view = WebhooksPage(
        webhooks=control.webhooks(),
        subscriptions=_subscriptions(visitor, chosen.webhook),
        deliveries=_deliveries(visitor, chosen),
        delivery=None if event_id is None else control.delivery(event_id),
        mischief=control.mischief(),
    )
    shown = [*view.deliveries.deliveries, *([view.delivery] if view.delivery else [])]
    cars = {each.vehicle_id for each in shown} | {
        each.vehicle_id for each in view.subscriptions.data
    }
    return visitor.page(
        "webhooks.html",
        "/webhooks",
        view,
        chosen=chosen,
        is_filtered=not chosen.is_any,
        query=f"?{visitor.request.url.query}" if visitor.request.url.query else "",
        states=STATES,
        nicknames=_nicknames(visitor, cars),
        hook_names={each.id: each.name for each in view.webhooks},
        application_names={each.client_id: each.name for each in control.applications()},
        kind_names=KIND_NAMES,
        cars=_offered(visitor),
        subscribe_to=chosen.webhook or _likeliest(view.webhooks),
        page_size=SUBSCRIPTIONS_ON_A_PAGE,
        mischief_fields=MISCHIEF,
        unfolded=UNFOLDED,
        shown_tags=SHOWN_TAGS,
    )


def _likeliest(hooks: Iterable[Webhook]) -> str | None:
    """The first that something would come of."""
    return next((each.id for each in hooks if each.is_enabled and each.is_verified), None)


def webhook_form(visitor: Visitor) -> Response:
    """The form of a webhook that there is, or is to be."""
    webhook_id = visitor.request.path_params.get("webhook_id")
    webhook = None if webhook_id is None else visitor.control.webhook(webhook_id)
    return visitor.page(
        "set_webhook.html",
        "/webhooks",
        webhook,
        webhook=webhook,
        form_of=partial(WebhookForm.of, webhook),
        applications=visitor.control.applications(),
        kinds=KINDS,
        kind_names=KIND_NAMES,
        intervals=INTERVALS,
        units=UNITS,
        paths=PATHS,
    )


def _deliveries(visitor: Visitor, chosen: ChosenDeliveries) -> Deliveries:
    """The latest that are meant, newest first."""
    log = visitor.control.deliveries(webhook_id=chosen.webhook, limit=LOOKED_AT)
    named = _nicknames(visitor, {each.vehicle_id for each in log.deliveries})
    found = (
        each
        for each in reversed(log.deliveries)
        if chosen.means(each, named.get(each.vehicle_id or ""))
    )
    return Deliveries(last=log.last, changes=log.changes, deliveries=tuple(islice(found, KEPT)))


def _subscriptions(visitor: Visitor, webhook_id: str | None) -> Page[Subscription]:
    """Those of a webhook, or of all, newest first."""
    world, size = visitor.simulator.world, SUBSCRIPTIONS_ON_A_PAGE
    found = [
        each
        for each in reversed(list(world.webhooks.subscriptions.values()))
        if webhook_id in {None, each.webhook_id}
    ]
    number = min(visitor.whole("page"), max(1, -(-len(found) // size)))
    return Page(
        data=tuple(
            subscription_told(world, each) for each in found[(number - 1) * size : number * size]
        ),
        meta=Meta({"totalCount": len(found), "pageSize": size, "pageNumber": number}),
        links={},
    )


@dataclass(frozen=True, slots=True)
class _Offered:
    nickname: str
    car: str


def _offered(visitor: Visitor) -> list[_Offered]:
    """Connected cars, to choose from."""
    world = visitor.simulator.world
    grants = islice(world.grants.of(None), OFFERED)
    specs = (world.garage.spec(each.vehicle_id) for each in grants)
    return [
        _Offered(each.nickname, f"{each.year} {each.make} {each.model}")
        for each in specs
        if each is not None
    ]


def _nicknames(visitor: Visitor, vehicle_ids: Iterable[str | None]) -> dict[str | None, str]:
    """What cars are called, as far as there are any with these ids."""
    garage = visitor.simulator.world.garage
    found: dict[str | None, Spec | None] = {
        each: garage.spec(each) for each in vehicle_ids if each is not None
    }
    return {each: spec.nickname for each, spec in found.items() if spec is not None}
