"""Sends webhooks what there is to tell them, as often as it takes, and no more than four times.

What is on its way is the world's (``outbox``); the courier only carries it.  The world is locked
while something is made or noted, and never while it is out.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Final

from msgspec.structs import replace

from smartcar._version import __version__
from smartcar.protocol.signing import Secrets
from smartcar.protocol.wire import Reply
from smartcar.simulator import events, ids
from smartcar.simulator.answers.vehicle import Reading
from smartcar.simulator.clock import VirtualClock
from smartcar.simulator.world import World
from smartcar.webhooks.probe import diagnose_answer

from .bodies import challenge_of, content, sent
from .crew import Crew
from .deliveries import ANSWER_KEPT, Deliveries, Delivery, DeliveryState, Try
from .guard import is_nobodys
from .legacy_bodies import legacy_content
from .mischief import hostile
from .occasions import Occasion
from .outbox import GONE, WAITS, Queued
from .post import PATIENCE, Answer, Letter, Post, raised
from .setup import WebhookSetup

_UNVERIFIED: Final = "The URI is not verified: whoever listens there must answer VERIFY first."


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
        self._out: dict[str, str] = {}
        """Where events are that are carried aside, by their ids."""
        self._behind: dict[str, deque[Queued]] = {}
        """What waits for them to come back, by where they are: one at a time goes to a URI."""
        self._heads: dict[str, str] = {}
        """Where others still wait behind an event that goes next, by its id."""
        self.log = Deliveries()
        self.take_up()

    def take_up(self) -> None:
        """What is on its way in a world that was taken up again is shown, too."""
        self.log.clear()
        self._behind.clear()
        self._heads.clear()
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
            why = self._refusal(setup, occasion)
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
            if (where := self._is_behind(setup, occasion)) is not None:
                waiting = self._behind.setdefault(where, deque())
                is_head = self._heads.get(occasion.event_id) == where
                (waiting.appendleft if is_head else waiting.append)(
                    self._world.outbox.put_aside(queued)
                )
                continue
            head = self._heads.pop(occasion.event_id, None)
            if head is not None and (setup is None or _uri(setup, occasion) != head):
                self._let_all_go(head)
                head = None
            off = queued.called_off or _no_more(setup, occasion)
            if setup is None or off is not None:
                self._over(occasion.event_id)
                self._end(occasion.event_id, "dropped", off or GONE)
                self._let_all_go(head)
                continue
            why = self._refusal(setup, occasion)
            if why is not None:
                self._over(occasion.event_id)
                self._end(occasion.event_id, "refused", why)
                self._let_all_go(head)
                continue
            return self._parcel(setup, queued, now)
        return None

    def is_sent_aside(self, parcel: Parcel) -> bool:
        """Send it with the crew, unless it goes to a receiver here; the next goes meanwhile."""
        uri = parcel.letter.uri
        if self.post.receives(uri):
            return False
        with self._lock:
            self._out[parcel.queued.occasion.event_id] = uri
        self._crew.send(lambda: self._carry_aside(parcel))
        return True

    def _carry_aside(self, parcel: Parcel) -> None:
        try:
            parcel.run()
        finally:
            with self._lock:
                where = self._out.pop(parcel.queued.occasion.event_id)
                self._let_one_go(where)

    def _let_one_go(self, where: str) -> None:
        """What waited longest goes next; the others stay, or each would be looked at each time."""
        waiting = self._behind.get(where)
        while waiting:
            queued = waiting.popleft()
            if self._world.outbox.put_back(queued):
                self._heads[queued.occasion.event_id] = where
                break
        if not waiting:
            self._behind.pop(where, None)

    def _let_all_go(self, where: str | None) -> None:
        for each in () if where is None else self._behind.pop(where, ()):
            self._world.outbox.put_back(each)

    def _is_behind(self, setup: WebhookSetup | None, occasion: Occasion) -> str | None:
        """Where it is, or where another is that goes to the same receiver; None: nowhere."""
        uri = None if setup is None else _uri(setup, occasion)
        return self._out.get(occasion.event_id) or (uri if uri in self._out.values() else None)

    def came(self, parcel: Parcel, answer: Answer) -> None:
        """Note what came of a delivery, and when it is tried again."""
        with self._lock:
            if parcel.letter.uri not in self._out.values():  # it was not carried aside
                self._let_one_go(parcel.letter.uri)
            queued, now = parcel.queued, self._clock.now()
            event_id = queued.occasion.event_id
            found = self._world.outbox.queued.get(event_id)
            if found is None or found.number != queued.number:
                return  # the world has become another meanwhile, or it is to be sent anew
            error = self._failure(parcel, answer, now - parcel.made.at)
            reply = answer.reply
            tried = replace(
                parcel.made,
                status=None if reply is None else reply.status,
                answer="" if reply is None else _beginning(reply),
                error=error,
                took=round(now - parcel.made.at, 3),
            )
            if error is None and queued.occasion.kind == "VERIFY":
                self._verified(queued.occasion)
            next_at, state = self._next(queued, now, answer, is_done=error is None)
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
                lambda each: replace(
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
        secret = self._secret(setup) if is_signed else "a secret that is not the right one"
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
        return Parcel(self, queued, Letter(_uri(setup, occasion), body, headers), made)

    def _secret(self, setup: WebhookSetup) -> str:
        application = self._world.applications.of(setup.application)
        return "" if application is None else application.management_token

    def _held_back(self, occasion: Occasion) -> float:
        return self._world.outbox.mischief.held_back(occasion.event_id)

    # --- judging ---------------------------------------------------------------------------------

    def _refusal(self, setup: WebhookSetup, occasion: Occasion) -> str | None:
        """Why nothing is sent at all."""
        uri = _uri(setup, occasion)
        if not self._secret(setup):
            return "The application's management token is not known here: nothing can be signed."
        if is_nobodys(uri) and not self.post.receives(uri):
            return (
                "Nobody receives this address here: simulator.webhooks.receive(…), "
                "or set a callback."
            )
        if occasion.kind != "VERIFY" and uri not in self._world.webhooks.verified(setup.id):
            return _UNVERIFIED
        return None

    def _failure(self, parcel: Parcel, answer: Answer, took: float) -> str | None:
        """Why it has failed; None: it has not."""
        reply, occasion = answer.reply, parcel.queued.occasion
        if reply is None:
            return answer.error
        if took >= PATIENCE and not answer.is_over_http:  # there the seconds are real
            return f"No answer within {PATIENCE:g} seconds: it took {took:g}."
        if occasion.kind == "VERIFY":
            return self._wrong_answer(parcel, reply)
        if reply.is_success:
            return None
        if 300 <= reply.status < 400:
            return f"{reply.status}: no redirect is followed."
        return f"{reply.status}: success is 2xx."

    def _wrong_answer(self, parcel: Parcel, reply: Reply) -> str | None:
        """What is wrong with the answer to a VERIFY."""
        setup = self._world.webhooks.setups.get(parcel.queued.occasion.webhook_id)
        if setup is None:
            return "The webhook is no more."
        if setup.kind != "signals" and reply.is_success:
            reply = Reply(200, {"content-type": "application/json"}, reply.body)
        challenge = challenge_of(self._world, parcel.queued.occasion)
        found = diagnose_answer(challenge, reply, self._secret(setup), body=parcel.letter.body)
        return None if found.is_well else found.told

    def _verified(self, occasion: Occasion) -> None:
        setup = self._world.webhooks.setups.get(occasion.webhook_id)
        if setup is not None:
            uri, now = _uri(setup, occasion), self._clock.now()
            if uri in setup.uris and uri not in self._world.webhooks.verified(setup.id):
                verified = events.WebhookVerified(at=now, webhook_id=setup.id, uri=uri)
                self._world.record(verified)

    def _next(
        self, queued: Queued, now: float, answer: Answer, *, is_done: bool
    ) -> tuple[float | None, DeliveryState]:
        """When it is tried again, and what has become of it by now."""
        if answer.is_refused:
            return None, "refused"
        if queued.is_accepted:  # it was but repeated
            return None, "delivered"
        if is_done:
            event_id, mischief = queued.occasion.event_id, self._world.outbox.mischief
            is_repeated = queued.occasion.kind != "VERIFY" and mischief.strikes(
                "duplicates", event_id
            )
            return (now if is_repeated else None), "delivered"
        if queued.tries >= len(WAITS):
            return None, "dropped"
        return now + WAITS[queued.tries], "pending"

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
            uri=_uri(setup, occasion),
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
            event_id, lambda each: replace(each, state=state, next_try_at=None, error=why)
        )


def _uri(setup: WebhookSetup, occasion: Occasion) -> str:
    if occasion.uri is not None:
        return occasion.uri
    return setup.error_uri if occasion.kind == "VEHICLE_ERROR" else setup.callback_uri


def _no_more(setup: WebhookSetup | None, occasion: Occasion) -> str | None:
    """Why nobody is told by now what was to be told."""
    if setup is None or not setup.is_enabled:
        return GONE
    if occasion.kind == "VERIFY" and occasion.uri not in {None, *setup.uris}:
        return "The webhook sends there no more."
    return None


def _beginning(reply: Reply) -> str:
    return reply.body[: 4 * ANSWER_KEPT].decode(errors="replace")[:ANSWER_KEPT]
