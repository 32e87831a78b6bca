"""What is on its way to webhooks: folded from events, so that it outlives whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from smartcar.simulator import events

from .mischief import Mischief
from .occasions import Occasion

WAITS: Final = (25.0, 50.0, 100.0)
"""Virtual seconds from a try that failed to the next one: four tries in all.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""
GONE: Final = "The webhook is disabled, or is no more."
UNSUBSCRIBED: Final = "The car is no longer subscribed."
_AT_ONCE: Final = 0.0


class Queued(Struct, frozen=True, kw_only=True):
    """An event that is still to be sent, or sent again."""

    occasion: Occasion
    content: str
    """Its JSON, but for what is new on each try."""
    next_at: float
    """When it is tried next: virtual Unix seconds."""
    tries: int
    """How often it was tried, of the times that it is."""
    sent: int
    """How often it was sent in all: it may be sent again on request."""
    is_accepted: bool
    """Was it accepted already?  Then it is but repeated."""
    number: int
    """Which of all that were ever queued."""
    called_off: str | None = None
    """Why it is tried no more; None: it is."""


class Outbox:
    """All that is on its way, and the mischief that may befall it."""

    def __init__(self) -> None:
        self.queued: dict[str, Queued] = {}
        """By the event's id."""
        self.mischief = Mischief()
        self.sequence = 0
        """``meta.sequence`` of the latest."""
        self._order: list[tuple[float, int, str]] = []
        self._numbers = 0

    def due(self) -> float | None:
        """When something is to be tried next."""
        if not self.queued:
            return None
        found = self._first()
        return None if found is None else found.next_at

    def next(self, now: float) -> Queued | None:
        """What is to be tried first of all that is due *now*."""
        found = self._first()
        return None if found is None or found.next_at > now else found

    def put_aside(self, queued: Queued) -> Queued:
        """Let others go before what ``next`` gave, until it is put back."""
        heappop(self._order)
        return queued

    def put_back(self, queued: Queued) -> bool:
        """It goes in its turn again, unless it has become another meanwhile; does it?"""
        event_id = queued.occasion.event_id
        is_same = self.queued.get(event_id) is queued
        if is_same:
            heappush(self._order, (queued.next_at, queued.number, event_id))
        return is_same

    def next_sequence(self, at: float) -> int:
        """The ``meta.sequence`` of what is queued next: the time, and later than the one before."""
        return max(self.sequence + 1, int(at * 1000))

    def kept(self, at: float) -> Iterator[events.AnyEvent]:
        """Events that tell all this again, *at* a time."""
        if self.mischief != Mischief():
            yield events.MischiefSet(at=at, mischief=self.mischief)
        for each in sorted(self.queued.values(), key=lambda each: each.number):
            if each.called_off is not None:
                continue
            yield events.DeliveryQueued(
                at=at,
                occasion=each.occasion,
                content=each.content,
                next_at=each.next_at,
                sequence=self.sequence,
                tries=each.tries,
                sent=each.sent,
                is_accepted=each.is_accepted,
            )

    # --- the fold --------------------------------------------------------------------------------

    def queue(self, event: events.DeliveryQueued) -> None:
        """There is something to send."""
        self._numbers += 1
        self.sequence = max(self.sequence, event.sequence)
        self._put(
            Queued(
                occasion=event.occasion,
                content=event.content,
                next_at=event.next_at,
                tries=event.tries,
                sent=event.sent,
                is_accepted=event.is_accepted,
                number=self._numbers,
            )
        )

    def try_(self, event: events.DeliveryTried) -> None:
        """It was sent; perhaps it is over."""
        found = self.queued.pop(event.event_id, None)
        if found is not None and event.next_at is not None:
            again = replace(
                found,
                next_at=event.next_at,
                tries=found.tries + 1,
                sent=found.sent + 1,
                is_accepted=event.is_accepted,
            )
            self._put(again)

    def call_off(self, webhook_id: str, why: str) -> None:
        """Nothing goes to this webhook any more."""
        self._call_off(why, lambda each: each.webhook_id == webhook_id)

    def call_off_car(self, ended: events.Subscribed) -> None:
        """Nothing of this car goes there any more, but for tests."""
        asked = (ended.webhook_id, ended.vehicle_id, ended.user_id)
        self._call_off(
            UNSUBSCRIBED,
            lambda each: (
                (each.webhook_id, each.vehicle_id, each.user_id) == asked and not each.is_test
            ),
        )

    def _call_off(self, why: str, meets: Callable[[Occasion], bool]) -> None:
        for each in list(self.queued.values()):
            if meets(each.occasion):
                self._put(replace(each, next_at=_AT_ONCE, called_off=why))

    def _put(self, queued: Queued) -> None:
        self.queued[queued.occasion.event_id] = queued
        heappush(self._order, (queued.next_at, queued.number, queued.occasion.event_id))

    def _first(self) -> Queued | None:
        while self._order:
            at, number, event_id = self._order[0]
            found = self.queued.get(event_id)
            if found is not None and (found.next_at, found.number) == (at, number):
                return found
            heappop(self._order)
        return None
