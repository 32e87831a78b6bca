"""What was sent to webhooks, who receives it, and what goes wrong on its way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType

from smartcar.simulator import events
from smartcar.simulator.world import World

from .courier import Courier
from .deliveries import Delivery
from .mischief import Mischief, checked
from .occasions import Occasion, OccasionKind
from .post import AnyReceiver
from .setup import WebhookSetup


class Settling:
    """The world's lock; once it is let go of, what is due by then is done: webhooks are told."""

    def __init__(self, lock: AbstractContextManager[object], settle: Callable[[], None]) -> None:
        self._lock, self._settle = lock, settle
        self._depth = 0

    def __enter__(self) -> None:
        self._lock.__enter__()
        self._depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._depth -= 1
        is_last = self._depth == 0
        self._lock.__exit__(kind, error, traceback)
        if is_last and error is None:
            self._settle()


class Sending(ABC):
    """The part of a simulator's webhooks that is about deliveries."""

    def __init__(
        self,
        world: World,
        now: Callable[[], float],
        lock: AbstractContextManager[object],
        courier: Courier,
    ) -> None:
        self._world, self._now, self._lock, self._courier = world, now, lock, courier

    def receive(self, uri: str, receiver: AnyReceiver | None) -> None:
        """Bring what is sent to *uri* to a receiver in this process: there is no socket.

        Webhooks that send there, and have not verified it, ask it to answer VERIFY at once.

        Args:
            uri: As the webhook has it; it need not exist.
            receiver: ``smartcar.webhooks.Receiver``, or anything else that has
                ``handle(body, headers)``, or ``ahandle``, and gives a ``Reply``.  None: nobody
                receives it here any more.

        Raises:
            TypeError: It has neither.
        """
        self._courier.post.receive(uri, receiver)
        with self._lock:
            self._ask_receivers()

    def began_anew(self) -> None:
        """The world has become another: receivers stay, and answer for webhooks as they are now."""
        self._courier.take_up()
        self._ask_receivers()

    def _ask_receivers(self) -> None:
        """Have every URI verified that is not, and has a receiver here."""
        book = self._world.webhooks
        for setup in book.all():
            for uri in setup.uris:
                is_known = uri in book.verified(setup.id) or not self._courier.post.receives(uri)
                if setup.is_enabled and not is_known:
                    self._ask(setup, "VERIFY", uri=uri)

    @abstractmethod
    def _ask(self, setup: WebhookSetup, kind: OccasionKind, *, uri: str | None = None) -> Occasion:
        """Have a webhook told something now."""

    def deliveries(
        self,
        webhook_id: str | None = None,
        vehicle_id: str | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> list[Delivery]:
        """What was sent lately, or is still to be sent, oldest first.

        Args:
            webhook_id: To this webhook only.
            vehicle_id: Of this car only.
            after: Only those with a greater number.
            limit: Only the latest so many.
        """
        return self._courier.log.some(
            webhook_id=webhook_id, vehicle_id=vehicle_id, after=after, limit=limit
        )

    def delivery(self, event_id: str) -> Delivery:
        """What has become of one event.

        Raises:
            LookupError: There is none such that is still known.
        """
        found = self._courier.log.find(event_id)
        if found is None:
            msg = f"No event {event_id!r} is known, or is known any more."
            raise LookupError(msg)
        return found.delivery

    @property
    def delivery_changes(self) -> int:
        """How often anything became of any delivery: tells a page when to look again."""
        return self._courier.log.changes

    def redeliver(self, delivery: Delivery | str) -> Delivery:
        """Send an event again, with the same id and new ones for its deliveries.

        Args:
            delivery: One of ``deliveries``, or the id of its event.

        Returns:
            What has become of it by now.

        Raises:
            LookupError: It is not known any more, or its webhook is disabled.
        """
        event_id = delivery if isinstance(delivery, str) else delivery.event_id
        with self._lock:
            self._courier.again(event_id, self._now())
        return self.delivery(event_id)

    @property
    def mischief(self) -> Mischief:
        """What goes wrong on the way to receivers: nothing, unless somebody has set it."""
        with self._lock:
            return self._world.outbox.mischief

    @mischief.setter
    def mischief(self, mischief: Mischief) -> None:
        checked(mischief)
        with self._lock:
            self._world.record(events.MischiefSet(at=self._now(), mischief=mischief))
