"""When webhooks are told something next, as far as that is certain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from msgspec import Struct, field

from smartcar.simulator.world import World

from .classic_ticks import next_tick
from .outbox import WAITS


class ToCome(Struct, frozen=True, kw_only=True):
    """Something that a webhook is told at *at* unless somebody steps in."""

    at: float
    kind: Literal["webhook-try", "webhook-schedule"]
    text: str
    vehicle_id: str | None
    details: dict[str, Any] = field(default_factory=dict[str, Any])


def tries(world: World, vehicle_id: str | None = None) -> Iterator[ToCome]:
    """Of what is on its way: of one car, or all."""
    for each in list(world.outbox.queued.values()):
        setup = world.webhooks.setups.get(each.occasion.webhook_id)
        is_asked = vehicle_id in {None, each.occasion.vehicle_id}
        if setup is None or each.called_off is not None or not is_asked:
            continue
        number = each.tries + 1
        again = " again" if each.tries else ""
        yield ToCome(
            at=each.next_at,
            kind="webhook-try",
            text=f"{setup.name} is told{again}: {each.occasion.kind}, try {number}",
            vehicle_id=each.occasion.vehicle_id,
            details={
                "webhookId": setup.id,
                "eventId": each.occasion.event_id,
                "try": number,
                "triesLeft": len(WAITS) + 1 - each.tries,
            },
        )


def ticks(world: World, vehicle_id: str | None, most: int) -> Iterator[ToCome]:
    """Of webhooks of v2 that tell at times of their own: of one car, or of *most* at most."""
    book = world.webhooks
    timed = {each.id: each for each in book.all() if each.kind in {"schedule", "dynamic"}}
    if not timed:
        return
    known = (each for each in list(book.subscriptions.values()) if each.webhook_id in timed)
    chosen = (each for each in known if vehicle_id in {None, each.vehicle_id})
    for each in islice(chosen, most):
        told, spec = book.told.get(each.subscription_id), world.garage.spec(each.vehicle_id)
        setup = book.tells(each.webhook_id)
        if told is None or spec is None or setup is None:
            continue
        yield ToCome(
            at=next_tick(setup, world.garage.car(spec), told.at),
            kind="webhook-schedule",
            text=f"{setup.name} is told of {spec.nickname} ({setup.kind})",
            vehicle_id=each.vehicle_id,
            details={"webhookId": setup.id},
        )
