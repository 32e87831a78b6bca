"""What is to be told to webhooks, and when that may be: nothing here sends anything.

A car is looked at when it has reported, when something was done to it, and when a rule or a
frozen signal begins or ends; never in between.  What is told is what differs from what was told
last, which is in the world.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf
from typing import Final

import msgspec

from smartcar.api.signals import Signal
from smartcar.simulator import events
from smartcar.simulator.answers.vehicle import INGESTED_AFTER, Reading
from smartcar.simulator.cars.hashing import digest
from smartcar.simulator.control.visits import visit_of
from smartcar.simulator.fleet import Grant
from smartcar.simulator.world import World

from .book import DEFAULT, Told, WebhookBook
from .classic_ticks import charge_event, next_tick
from .occasions import FIRST_DELIVERY, Occasion, OccasionKind, Trouble, TroubleTold
from .setup import WebhookSetup
from .troubles import changes, fate_of_all, troubles_of_all, troubles_of_signals

AT_ONCE: Final = 0.0
"""When something is due that was due before now."""
_ROUNDING: Final = 2e-3
"""Seconds: more than arithmetic with Unix seconds loses."""


class Noticing:
    """Looks at the cars of a world that webhooks are subscribed to.  Its caller holds the lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._book: WebhookBook | None = None
        self._queue: list[tuple[float, str]] = []
        self._next: dict[str, float] = {}
        self._looked_at = -inf
        self._asked: list[Occasion] = []
        self._synced()

    def ask(self, occasion: Occasion) -> None:
        """Let *occasion* be among those of the next look: somebody asked for it.

        A URI that is to be verified already is so once.
        """
        self._synced()
        asked = (occasion.webhook_id, occasion.uri)
        if occasion.kind == "VERIFY":
            self._asked = [
                each
                for each in self._asked
                if each.kind != "VERIFY" or (each.webhook_id, each.uri) != asked
            ]
        self._asked.append(occasion)

    def due(self) -> float | None:
        """When something may have to be told next; ``AT_ONCE`` if that may be now, None: never."""
        book = self._synced()
        if book.parted or self._asked:
            return AT_ONCE
        if book.stirred:
            if any(self._tells(each) is not None for each in book.stirred):
                return AT_ONCE
            book.stirred.clear()
        while self._queue and not self._is_next(*self._queue[0]):
            heappop(self._queue)
        if not self._queue:
            return None
        return min([self._queue[0][0], *self._turns()])

    def look(self, at: float) -> list[Occasion]:
        """What is to be told at *at*; the world knows then that it was."""
        book = self._synced()
        if any(turn <= at for turn in self._turns()):
            book.stir(book.subscriptions)
        self._looked_at = at
        while self._queue and self._queue[0][0] <= at:
            if self._is_next(*self._queue[0]):
                book.stir([self._queue[0][1]])
            heappop(self._queue)
        found, self._asked = self._asked, []
        found += [self._parting(each, at) for each in list(book.parted.values())]
        stirred = list(book.stirred)
        book.stirred.clear()
        for which in stirred:
            self._next.pop(which, None)
            setup, subscribed = self._tells(which), book.subscriptions.get(which)
            if setup is not None and subscribed is not None:
                found += self._look_at(subscribed, setup, at)
        return found

    def occasion(
        self, subscribed: events.Subscribed, kind: OccasionKind, at: float, **said: object
    ) -> Occasion:
        """Something to tell of a subscribed car."""
        facts = {
            "webhook_id": subscribed.webhook_id,
            "vehicle_id": subscribed.vehicle_id,
            "user_id": subscribed.user_id,
            "event_id": self._world.next_event_id(at),
            "at": at,
            "kind": kind,
        }
        return Occasion(**{**facts, **said})  # type: ignore[arg-type]

    # --- when ------------------------------------------------------------------------------------

    def _synced(self) -> WebhookBook:
        """The book of the world; all is looked at anew where that has become another."""
        book = self._world.webhooks
        if book is not self._book:
            self._book, self._queue, self._next, self._looked_at = book, [], {}, -inf
            self._asked = [] if self._world.is_restored else list(self._unverified(book))
            book.stir(book.subscriptions)
        return book

    def _unverified(self, book: WebhookBook) -> Iterator[Occasion]:
        """Whom a world that has just begun must ask to answer first."""
        at = self._world.last_event_at or 0.0
        for setup in book.all():
            if setup != DEFAULT and setup.is_enabled:
                for uri in setup.uris:
                    if uri not in book.verified(setup.id):
                        yield Occasion(
                            webhook_id=setup.id,
                            at=at,
                            event_id=self._world.next_event_id(at),
                            kind="VERIFY",
                            uri=uri,
                        )

    def _tells(self, subscription_id: str) -> WebhookSetup | None:
        book = self._world.webhooks
        subscribed = book.subscriptions.get(subscription_id)
        return None if subscribed is None else book.tells(subscribed.webhook_id)

    def _is_next(self, at: float, subscription_id: str) -> bool:
        return self._next.get(subscription_id) == at and self._tells(subscription_id) is not None

    def _turns(self) -> Iterator[float]:
        """When rules begin and end that keep cars from being read."""
        for fault in self._world.faults.all():
            if fate_of_all(fault.rule) is not None:
                for turn in (fault.begins_at, fault.ends_at):
                    if turn is not None and turn > self._looked_at:
                        yield turn

    def _come_back(self, subscription_id: str, at: float, now: float) -> None:
        at = max(at, now + _ROUNDING)
        self._next[subscription_id] = at
        heappush(self._queue, (at, subscription_id))

    def _next_report(self, vehicle_id: str, at: float) -> float:
        """When the car has told something new that Smartcar knows of."""
        garage = self._world.garage
        spec = garage.spec(vehicle_id)
        if spec is None:
            return inf
        reported = garage.car(spec).silent_until(at) + _ROUNDING / 2 + INGESTED_AFTER
        made = garage.overrides(vehicle_id, at).values()
        return min([reported, *(each.until for each in made if each.until is not None)])

    # --- what ------------------------------------------------------------------------------------

    def _parting(self, subscribed: events.Subscribed, at: float) -> Occasion:
        """The owner has taken the consent back: that is told last."""
        last = events.WebhookTold(at=at, subscription_id=subscribed.subscription_id, is_last=True)
        self._world.record(last)
        denied = TroubleTold(type="PERMISSION", code=None, state="ERROR")
        return self.occasion(subscribed, "VEHICLE_ERROR", at, errors=(denied,))

    def _look_at(
        self, subscribed: events.Subscribed, setup: WebhookSetup, at: float
    ) -> list[Occasion]:
        world, which = self._world, subscribed.subscription_id
        grant = next(
            world.grants.of(
                subscribed.application,
                user_id=subscribed.user_id,
                vehicle_id=subscribed.vehicle_id,
            ),
            None,
        )
        if grant is None:
            return []
        knew = world.webhooks.told.get(which)
        if setup.kind == "signals":
            self._come_back(which, self._next_report(grant.vehicle_id, at), at)
            return self._signals(subscribed, setup, grant, knew, at)
        if setup.kind == "eventBased":
            self._come_back(which, self._next_report(grant.vehicle_id, at), at)
            return self._charging(subscribed, knew, at)
        return self._tick(subscribed, setup, knew, at)

    def _signals(
        self,
        subscribed: events.Subscribed,
        setup: WebhookSetup,
        grant: Grant,
        knew: Told | None,
        at: float,
    ) -> list[Occasion]:
        """Errors that began or ended, and the signals that changed."""
        world = self._world
        troubles, told = troubles_of_all(world, grant, at), dict[str, str]()
        if not troubles:
            visit = visit_of(world, at, grant.application, vehicle_id=grant.vehicle_id)
            reading = Reading(visit, grant.permissions)
            troubles = troubles_of_signals(reading, (*setup.data, *setup.triggers))
            told = {code: _stands_for(reading.signal(code)) for code in setup.triggers}
        found: list[Occasion] = []
        before = () if knew is None else knew.troubles
        tells_errors = setup.error_uri in world.webhooks.verified(setup.id)
        errors = changes(before, troubles) if tells_errors else ()
        if errors:
            found.append(self.occasion(subscribed, "VEHICLE_ERROR", at, errors=errors))
        is_first = knew is None or not knew.signals
        known = {} if knew is None else knew.signals
        changed = {code: each for code, each in told.items() if known.get(code) != each}
        is_read = not any(not each.affected for each in troubles)
        if is_first and is_read:
            first = (FIRST_DELIVERY,)
            found.append(self.occasion(subscribed, "VEHICLE_STATE", at, triggers=first))
            changed.setdefault(FIRST_DELIVERY, "")
        elif triggers := tuple(code for code in changed if code in known):
            found.append(self.occasion(subscribed, "VEHICLE_STATE", at, triggers=triggers))
        if errors or changed:
            now = tuple(troubles) if tells_errors else before
            self._note(subscribed, at, changed, now)
        return found

    def _note(
        self,
        subscribed: events.Subscribed,
        at: float,
        signals: dict[str, str],
        troubles: tuple[Trouble, ...] = (),
    ) -> None:
        self._world.record(
            events.WebhookTold(
                at=at,
                subscription_id=subscribed.subscription_id,
                signals=signals,
                troubles=troubles,
            )
        )

    def _charging(
        self, subscribed: events.Subscribed, knew: Told | None, at: float
    ) -> list[Occasion]:
        """That charging has begun or ended, as one of v2 tells it."""
        garage = self._world.garage
        spec = garage.spec(subscribed.vehicle_id)
        if spec is None or not spec.is_plug_in:
            return []
        state = garage.car(spec).report(at).state
        before = None if knew is None else knew.signals.get("charging")
        is_now = "yes" if state.is_charging else "no"
        if before == is_now:
            return []
        self._note(subscribed, at, {"charging": is_now})
        if before is None:
            return []
        what = (charge_event(state),)
        return [self.occasion(subscribed, "eventBased", at, triggers=what)]

    def _tick(
        self,
        subscribed: events.Subscribed,
        setup: WebhookSetup,
        knew: Told | None,
        at: float,
    ) -> list[Occasion]:
        """One of v2 that tells whatever there is, every so often."""
        garage, which = self._world.garage, subscribed.subscription_id
        spec = garage.spec(subscribed.vehicle_id)
        if spec is None or setup.kind == "signals":
            return []
        car = garage.car(spec)
        due = at if knew is None else next_tick(setup, car, knew.at)
        if due > at:
            self._come_back(which, due, at)
            return []
        self._note(subscribed, at, {})
        self._come_back(which, next_tick(setup, car, at), at)
        return [self.occasion(subscribed, setup.kind, at)]


def _stands_for(signal: Signal[object]) -> str:
    """The same text for the same value or error."""
    error = signal.error
    said = msgspec.json.encode(
        [signal.attributes.body, None if error is None else [error.type, error.code]]
    )
    return f"{digest(said, bits=48):012x}"
