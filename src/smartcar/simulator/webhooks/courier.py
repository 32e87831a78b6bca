"""Sends webhooks what there is to tell them, as often as it takes, and no more than four times.

What is on its way is the world's (``outbox``); the courier only carries it.  The world is locked
while something is made or noted, and never while it is out.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from msgspec import structs

from smartcar._version import __version__
from smartcar.protocol.signing import Secrets
from smartcar.protocol.wire import Reply
from smartcar.simulator import events, ids
from smartcar.simulator.answers.vehicle import Reading
from smartcar.simulator.clock import VirtualClock
from smartcar.simulator.world import World

from .bodies import content, sent
from .crew import Crew
from .deliveries import ANSWER_KEPT, Deliveries, Delivery, DeliveryState, Try
from .judging import Judge, secret_of, uri_of
from .lanes import Lanes
from .legacy_bodies import legacy_content
from .mischief import hostile
from .occasions import Occasion
from .outbox import Queued
from .post import Answer, Letter, Post, raised
from .setup import WebhookSetup


class Parcel:
    """A delivery that is to be carried now: what a clock calls an errand."""

    def __init__(self, courier: Courier, queued: Queued, letter: Letter, made: Try) -> None:
        self._courier, self.queued, self.letter, self.made = courier, queued, letter, made

    def run(self) -> None:
        """Carry it, blocking."""
        try:
            answer = self._courier.post.carry(self.letter)
        except BaseException as error:  # to end a program or a test: it was a try all the same
            self._courier.came(self, raised(error))
            raise
        self._courier.came(self, answer)

    def is_sent_aside(self) -> bool:
        """Have it carried by another thread, over HTTP only: receivers here are asked in turn."""
        return self._courier.is_sent_aside(self)

    async def arun(self) -> None:
        """Carry it, letting others run."""
        self._courier.came(self, await self._courier.post.acarry(self.letter))


class Courier:
    """Carries what is on its way in one world."""

    def __init__(
        self,
        world: World,
        clock: VirtualClock,
        lock: AbstractContextManager[object],
        post: Post,
        crew: Crew,
    ) -> None:
        self._world, self._clock, self._lock, self.post = world, clock, lock, post
        self._crew = crew
        self._lanes, self._judge = Lanes(world), Judge(world, post)
        self.log = Deliveries()
        self.take_up()

    def take_up(self) -> None:
        """What is on its way in a world that was taken up again is shown, too."""
        self.log.clear()
        self._lanes.clear()
        for each in self._world.outbox.queued.values():
            setup = self._world.webhooks.setups.get(each.occasion.webhook_id)
            if setup is not None:
                self._show(setup, each.occasion, each.content, each.next_at, before=each.sent)

    def take(
        self, occasions: Iterable[Occasion], now: float, readings: Mapping[str, Reading]
    ) -> None:
        """Put on the way what there is to tell.  Its caller holds the lock.

        Args:
            occasions: Why.
            now: As late as it is.
            readings: What cars say now, where somebody has asked them, by id of the event.
        """
        for occasion in occasions:
            setup = self._world.webhooks.setups.get(occasion.webhook_id)
            if setup is None or not setup.is_enabled:
                continue
            outbox = self._world.outbox
            sequence = outbox.next_sequence(occasion.at)
            made = self._content(setup, occasion, sequence, readings.get(occasion.event_id))
            why = self._judge.refusal(setup, occasion)
            if why is not None:
                self._show(setup, occasion, made, None)
                self._end(occasion.event_id, "refused", why)
                continue
            late = 0.0 if occasion.kind == "VERIFY" else self._held_back(occasion)
            self._queue(occasion, made, now + late, sequence)
            self._show(setup, occasion, made, now + late)

    def again(self, event_id: str, now: float) -> Delivery:
        """Send an event again from the beginning, whatever has become of it.

        Raises:
            LookupError: There is none such that is still known.
        """
        kept = self.log.find(event_id)
        if kept is None:
            msg = f"No event {event_id!r} is known, or is known any more."
            raise LookupError(msg)
        setup = self._world.webhooks.setups.get(kept.occasion.webhook_id)
        if setup is None or not setup.is_enabled:
            msg = f"The webhook of the event {event_id!r} is disabled, or is no more."
            raise LookupError(msg)
        tries, pending = kept.delivery.tries, self._world.outbox.queued.get(event_id)
        # The try that is out just now is not among those that are over.
        sent = max(tries[-1].number if tries else 0, 0 if pending is None else pending.sent + 1)
        self._queue(kept.occasion, kept.content, now, 0, sent=sent)
        self._show(setup, kept.occasion, kept.content, now)
        found = self.log.find(event_id)
        return kept.delivery if found is None else found.delivery

    def due(self) -> float | None:
        """When something is to be tried next."""
        return self._world.outbox.due()

    def begin(self, now: float) -> Parcel | None:
        """What is to be carried *now*, one after the other.  Its caller holds the lock."""
        while (queued := self._world.outbox.next(now)) is not None:
            occasion = queued.occasion
            setup = self._world.webhooks.setups.get(occasion.webhook_id)
            uri = None if setup is None else uri_of(setup, occasion)
            if (where := self._lanes.taken(occasion.event_id, uri)) is not None:
                self._lanes.wait(queued, where)
                continue
            led = self._lanes.lead(occasion.event_id)
            state, why = self._judge.before(setup, queued)
            if setup is not None and state is None:
                if uri != led:
                    self._lanes.let_all_go(led)
                return self._parcel(setup, queued, now)
            self._over(occasion.event_id)
            self._end(occasion.event_id, state or "dropped", why)
            self._lanes.let_all_go(led)
        return None

    def is_sent_aside(self, parcel: Parcel) -> bool:
        """Send it with the crew, unless it goes to a receiver here; the next goes meanwhile."""
        uri = parcel.letter.uri
        if self.post.receives(uri):
            return False
        event_id = parcel.queued.occasion.event_id
        with self._lock:
            self._lanes.begin(event_id, uri)
        try:
            self._crew.send(lambda: self._carry_aside(parcel))
        except RuntimeError:  # no thread can be started, as at a program's end
            with self._lock:
                self._lanes.end(event_id)
            return False
        return True

    def _carry_aside(self, parcel: Parcel) -> None:
        try:
            parcel.run()
        finally:
            with self._lock:
                self._lanes.end(parcel.queued.occasion.event_id)

    def came(self, parcel: Parcel, answer: Answer) -> None:
        """Note what came of a delivery, and when it is tried again."""
        # Whether or not it can be kept, it was sent: it is not sent again for that.
        with self._lock, self._world.together():
            if self._lanes.is_free(parcel.letter.uri):  # it was not carried aside
                self._lanes.let_one_go(parcel.letter.uri)
            queued, now = parcel.queued, self._clock.now()
            event_id = queued.occasion.event_id
            found = self._world.outbox.queued.get(event_id)
            if found is None or found.number != queued.number:
                return  # the world has become another meanwhile, or it is to be sent anew
            error = self._judge.failure(parcel.queued, parcel.letter, answer, now - parcel.made.at)
            reply = answer.reply
            tried = structs.replace(
                parcel.made,
                status=None if reply is None else reply.status,
                answer="" if reply is None else _beginning(reply),
                error=error,
                took=round(now - parcel.made.at, 3),
            )
            if error is None and queued.occasion.kind == "VERIFY":
                self._verified(queued.occasion)
            next_at, state = self._judge.next(queued, now, answer, is_done=error is None)
            off = found.called_off
            if off is not None and next_at is not None:
                next_at, state = None, "delivered" if error is None else "dropped"
            self._world.record(
                events.DeliveryTried(
                    at=now, event_id=event_id, next_at=next_at, is_accepted=error is None
                )
            )
            self.log.change(
                event_id,
                lambda each: structs.replace(
                    each,
                    state=state,
                    next_try_at=next_at,
                    tries=(*each.tries, tried),
                    error={"refused": error, "dropped": off}.get(state),
                    body=parcel.letter.body.decode(),
                ),
            )

    # --- making ----------------------------------------------------------------------------------

    def _content(
        self, setup: WebhookSetup, occasion: Occasion, sequence: int, reading: Reading | None
    ) -> str:
        if setup.kind == "signals":
            return content(self._world, setup, occasion, sequence, reading).decode()
        return legacy_content(self._world, setup, occasion).decode()

    def _parcel(self, setup: WebhookSetup, queued: Queued, now: float) -> Parcel:
        world, occasion, number = self._world, queued.occasion, queued.sent + 1
        delivery_id = ids.uuid(world.seed, "delivery", occasion.event_id, number)
        body = sent(queued.content.encode(), delivery_id, now)
        is_signed, mischief = True, world.outbox.mischief
        if occasion.kind != "VERIFY":
            if mischief.strikes("hostile", occasion.event_id, number):
                body = hostile(body, mischief.seed, occasion.event_id, number)
            is_signed = not mischief.strikes("bad_signature", occasion.event_id, number)
        secret = (
            secret_of(self._world, setup) if is_signed else "a secret that is not the right one"
        )
        headers = {
            "content-type": "application/json",
            "sc-signature": Secrets(secret).sign(body),
            "user-agent": f"Smartcar/{__version__}",
        }
        made = Try(
            number=number,
            at=now,
            delivery_id=delivery_id,
            status=None,
            answer="",
            error=None,
            took=0.0,
            is_signed=is_signed,
        )
        return Parcel(self, queued, Letter(uri_of(setup, occasion), body, headers), made)

    def _held_back(self, occasion: Occasion) -> float:
        return self._world.outbox.mischief.held_back(occasion.event_id)

    def _verified(self, occasion: Occasion) -> None:
        setup = self._world.webhooks.setups.get(occasion.webhook_id)
        if setup is not None:
            uri, now = uri_of(setup, occasion), self._clock.now()
            if uri in setup.uris and uri not in self._world.webhooks.verified(setup.id):
                verified = events.WebhookVerified(at=now, webhook_id=setup.id, uri=uri)
                self._world.record(verified)

    # --- noting ----------------------------------------------------------------------------------

    def _queue(
        self, occasion: Occasion, made: str, next_at: float, sequence: int, *, sent: int = 0
    ) -> None:
        queued = events.DeliveryQueued(
            at=self._clock.now(),
            occasion=occasion,
            content=made,
            next_at=next_at,
            sequence=sequence,
            sent=sent,
        )
        self._world.record(queued)

    def _over(self, event_id: str) -> None:
        self._world.record(events.DeliveryTried(at=self._clock.now(), event_id=event_id))

    def _show(
        self,
        setup: WebhookSetup,
        occasion: Occasion,
        made: str,
        next_at: float | None,
        *,
        before: int = 0,
    ) -> None:
        shown = Delivery(
            event_id=occasion.event_id,
            number=0,
            webhook_id=setup.id,
            webhook_name=setup.name,
            kind=occasion.kind,
            vehicle_id=occasion.vehicle_id,
            uri=uri_of(setup, occasion),
            at=occasion.at,
            state="pending",
            next_try_at=next_at,
            triggers=occasion.triggers,
            body=made,
            tries_before=before,
            is_test=occasion.is_test,
        )
        self.log.add(shown, occasion, made)

    def _end(self, event_id: str, state: DeliveryState, why: str) -> None:
        self.log.change(
            event_id, lambda each: structs.replace(each, state=state, next_try_at=None, error=why)
        )


def _beginning(reply: Reply) -> str:
    return reply.body[: 4 * ANSWER_KEPT].decode(errors="replace")[:ANSWER_KEPT]
