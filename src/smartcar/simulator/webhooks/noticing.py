"""What is to be told to webhooks, and when that may be: nothing here sends anything.

A car is looked at when it has reported, when something was done to it, and when a rule or a
frozen signal begins or ends; never in between.  What is told is what differs from what was told
last, which is in the world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from math import inf
from typing import Final

from smartcar.simulator import events
from smartcar.simulator.answers.vehicle import INGESTED_AFTER, Reading
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.world import World

from .book import DEFAULT, WebhookBook
from .classic_ticks import next_tick
from .occasions import Occasion
from .setup import WebhookSetup
from .telling import Telling
from .troubles import fate_of_all

AT_ONCE: Final = 0.0
"""When something is due that was due before now."""
_ROUNDING: Final = 2e-3
"""Seconds: more than arithmetic with Unix seconds loses."""


class Noticing:
    """Looks at the cars of a world that webhooks are subscribed to.  Its caller holds the lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._telling = Telling(world)
        self._book: WebhookBook | None = None
        self._queue: list[tuple[float, str]] = []
        self._next: dict[str, float] = {}
        self._looked_at = -inf
        self._rules: dict[str, FaultRule] = {}
        self._heard: dict[str, float] = {}
        """When a car had reported last that was looked at, where it tells all of itself."""
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
        self._heed_rules(book)
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
        self._telling.readings.clear()
        self._heed_rules(book)
        if any(turn <= at for turn in self._turns()):
            book.stir(book.subscriptions)
        self._looked_at = at
        self._world.garage.follow(len(book.subscriptions))
        while self._queue and self._queue[0][0] <= at:
            _, which = due = heappop(self._queue)
            if self._is_next(*due) and not self._has_heard(which, at):
                book.stir([which])
        found, self._asked = self._asked, []
        found += [self._telling.parting(each, at) for each in list(book.parted.values())]
        stirred = list(book.stirred)
        book.stirred.clear()
        for which in stirred:
            self._next.pop(which, None)
            self._heard.pop(which, None)
            setup, subscribed = self._tells(which), book.subscriptions.get(which)
            if setup is not None and subscribed is not None:
                found += self._telling.look_at(subscribed, setup, at)
                self._plan(subscribed, setup, at)
        return found

    @property
    def readings(self) -> Mapping[str, Reading]:
        """What the cars were found to say in the last look, by the ids of its occasions."""
        return self._telling.readings

    # --- when ------------------------------------------------------------------------------------

    def _synced(self) -> WebhookBook:
        """The book of the world; all is looked at anew where that has become another."""
        book = self._world.webhooks
        if book is not self._book:
            self._book, self._queue, self._next, self._looked_at = book, [], {}, -inf
            self._rules, self._heard, book.has_other_rules = {}, {}, True
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

    def _heed_rules(self, book: WebhookBook) -> None:
        """Look at the cars that rules keep from being read, or do no more."""
        if not book.has_other_rules:
            return
        book.has_other_rules = False
        rules = {
            each.id: each.rule
            for each in self._world.faults.all()
            if fate_of_all(each.rule) is not None
        }
        for which, rule in (self._rules | rules).items():
            if which in rules and which in self._rules:
                continue
            vehicle_id = rule.vehicle_id
            if vehicle_id is None:
                book.stir(book.subscriptions)
            else:
                book.stir_vehicle(vehicle_id)
        self._rules = rules

    def _turns(self) -> Iterator[float]:
        """When rules begin and end that keep cars from being read."""
        for which in self._rules:
            fault = self._world.faults.get(which)
            for turn in () if fault is None else (fault.begins_at, fault.ends_at):
                if turn is not None and turn > self._looked_at:
                    yield turn

    def _has_heard(self, subscription_id: str, at: float) -> bool:
        """Has a car told nothing since it was looked at, as one that sleeps?  Then it is later."""
        subscribed = self._world.webhooks.subscriptions[subscription_id]
        spec = self._world.garage.spec(subscribed.vehicle_id)
        if spec is None or subscription_id not in self._heard:
            return False
        has = self._world.garage.car(spec).report(at).at == self._heard[subscription_id]
        if has:
            self._come_back(subscription_id, self._next_report(spec.id, at), at)
        return has

    def _plan(self, subscribed: events.Subscribed, setup: WebhookSetup, at: float) -> None:
        """When a car that was looked at is so again."""
        which, garage = subscribed.subscription_id, self._world.garage
        spec = garage.spec(subscribed.vehicle_id)
        if spec is None:
            return
        car = garage.car(spec)
        if setup.kind in {"schedule", "dynamic"}:
            told = self._world.webhooks.told.get(which)
            if told is not None:
                self._come_back(which, next_tick(setup, car, told.at), at)
            return
        self._come_back(which, self._next_report(spec.id, at), at)
        if not garage.overrides(spec.id, at):
            self._heard[which] = car.report(at).at

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
