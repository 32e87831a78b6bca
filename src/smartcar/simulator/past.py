"""All that has happened in a world, as few events as tell it again.

What is only counted, and how late it is, is not kept one by one: the last of it says all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import events
from .faults import FaultBook
from .limits import Usage
from .webhooks.book import WebhookBook
from .webhooks.outbox import Outbox

PASSING = frozenset(
    {
        events.Counted,
        events.Used,
        events.FaultMatched,
        events.DeliveryQueued,
        events.DeliveryTried,
        events.MischiefSet,
    }
)
_TIMES = (events.ClockMoved, events.ClockSet)


class Past:
    """The events of a world, in order.

    Raises:
        ValueError: A world cannot begin so.
    """

    def __init__(self, past: Sequence[events.AnyEvent]) -> None:
        founded = past[0] if past else None
        if not isinstance(founded, events.Founded):
            msg = "A world's first event is Founded; this is no history of a simulated world."
            raise ValueError(msg)  # noqa: TRY004 -- it is what the file says that is wrong
        self.founded = founded
        self._events: list[events.AnyEvent] = [founded]
        self.is_adrift = False
        """Was the clock ever put back?  Then no other clock knows how late it is here."""
        self.last_at: float | None = None
        """When something happened last."""
        self.speed: float | None = None
        """How fast the clock runs, if anybody has said."""
        self.changes = 0
        """How often anything changed but the time and what is only counted."""

    def add(self, event: events.AnyEvent) -> None:
        """It has happened."""
        if isinstance(event, events.ClockSet):
            self.last_at, self.is_adrift = event.at, True
        else:
            self.last_at = max(event.at, self.last_at or event.at)
        if isinstance(event, events.SpeedSet):
            self.speed = event.speed
            return
        if type(event) in PASSING or _is_overtaken(event):
            return
        self.changes += not isinstance(event, events.ClockMoved)
        if isinstance(event, _TIMES) and isinstance(self._events[-1], events.ClockMoved):
            self._events.pop()
        self._events.append(event)

    def told(
        self, usage: Usage, faults: FaultBook, webhooks: WebhookBook, outbox: Outbox
    ) -> Iterator[events.AnyEvent]:
        """The events that make a world like this one, where the others say what was counted."""
        yield from self._events
        at = self.last_at or 0.0
        if self.speed is not None:
            yield events.SpeedSet(at=at, speed=self.speed)
        for fault in faults.all():
            if fault.seen:
                seen, struck = fault.seen, fault.struck
                yield events.FaultMatched(at=at, fault_id=fault.id, seen=seen, struck=struck)
        yield from webhooks.kept(at)
        yield from outbox.kept(at)
        kept = usage.kept()
        if usage.limits.is_on or kept.buckets:
            yield events.Used(at=at, kept=kept)

    def beginning(self) -> list[events.AnyEvent]:
        """The events that it began with."""
        return self._events[: 1 + self.founded.begun]


def _is_overtaken(event: events.AnyEvent) -> bool:
    """Is it worth nothing once the webhook is told of the same car again?"""
    return isinstance(event, events.WebhookTold) and not event.is_last
