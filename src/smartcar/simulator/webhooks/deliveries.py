"""What was sent to webhooks, and what came of it: try by try, for people to look at."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from .occasions import Occasion, OccasionKind

KEPT: Final = 1000
"""Events that are kept."""
ANSWER_KEPT: Final = 2000
"""Characters of an answer that are kept."""

DeliveryState = Literal["pending", "delivered", "dropped", "refused"]
"""``dropped``: all tries failed, or there was nothing to try any more; ``refused``: it may not go
there, so that nothing was sent."""


class Try(Struct, frozen=True, kw_only=True):
    """One request to a receiver."""

    number: int
    """Of all that were made of this event, from 1."""
    at: float
    """When: virtual Unix seconds."""
    delivery_id: str
    status: int | None
    """What was answered; None: nothing was."""
    answer: str
    """The beginning of the answer's body."""
    error: str | None
    """Why it failed, in words; None: it did not."""
    took: float
    """Virtual seconds until the answer: 0 where time stands still."""
    is_signed: bool = True
    """Was it signed as it should be?  Otherwise on purpose."""


class Delivery(Struct, frozen=True, kw_only=True):
    """An event on its way to one webhook."""

    event_id: str
    number: int
    """Counted from 1, as long as the simulator runs."""
    webhook_id: str
    webhook_name: str
    kind: OccasionKind
    vehicle_id: str | None
    uri: str
    at: float
    """When there was a reason to tell it: virtual Unix seconds."""
    state: DeliveryState
    next_try_at: float | None
    triggers: tuple[str, ...]
    body: str
    """As it was sent last; before that, without what is new on each try."""
    tries: tuple[Try, ...] = ()
    tries_before: int = 0
    """How often it was sent before the simulator began anew; what came of that is not kept."""
    error: str | None = None
    """Why it was refused, or dropped without all its tries."""
    is_test: bool = False


class Kept(Struct, frozen=True, kw_only=True):
    """A delivery, and what it takes to send it again."""

    delivery: Delivery
    occasion: Occasion
    content: str


class Deliveries:
    """The latest, oldest first.  Safe to read while things are sent."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._most = kept
        self._lock = threading.Lock()
        self._counted = 0
        self.changes = 0
        """How often any of them was made, tried or ended: tells a page when to look again."""

    def add(self, delivery: Delivery, occasion: Occasion, content: str) -> None:
        """There is a new one, or one that is sent again from the beginning."""
        with self._lock:
            before = self._kept.pop(delivery.event_id, None)
            self._counted += 1
            if before is not None:
                was = before.delivery
                delivery = replace(delivery, tries=was.tries, tries_before=was.tries_before)
            numbered = replace(delivery, number=self._counted)
            self._kept[delivery.event_id] = Kept(
                delivery=numbered, occasion=occasion, content=content
            )
            self.changes += 1
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def change(self, event_id: str, how: Callable[[Delivery], Delivery]) -> None:
        """Something became of one, if it is kept."""
        with self._lock:
            found = self._kept.get(event_id)
            if found is not None:
                self._kept[event_id] = replace(found, delivery=how(found.delivery))
                self.changes += 1

    def find(self, event_id: str) -> Kept | None:
        """One of them; None if it is not, or no longer, kept."""
        with self._lock:
            return self._kept.get(event_id)

    def some(
        self,
        *,
        webhook_id: str | None = None,
        vehicle_id: str | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[Delivery]:
        """Those that match, oldest first; with *limit*, the latest so many of them."""
        with self._lock:
            all_ = [each.delivery for each in self._kept.values()]
        found = [
            each
            for each in all_
            if webhook_id in {None, each.webhook_id}
            and vehicle_id in {None, each.vehicle_id}
            and each.number > (after or 0)
        ]
        return found if limit is None else found[max(0, len(found) - limit) :]

    def clear(self) -> None:
        """Forget all; numbers go on."""
        with self._lock:
            self._kept.clear()
            self.changes += 1
