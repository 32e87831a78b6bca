"""What becomes of a delivery: is it sent at all, has it failed, when is it tried again?

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smartcar.protocol.wire import Reply
from smartcar.webhooks.probe import diagnose_answer

from .bodies import challenge_of
from .guard import is_nobodys
from .outbox import GONE, WAITS
from .post import PATIENCE

if TYPE_CHECKING:
    from smartcar.simulator.world import World

    from .deliveries import DeliveryState
    from .occasions import Occasion
    from .outbox import Queued
    from .post import Answer, Letter, Post
    from .setup import WebhookSetup

_UNVERIFIED: Final = "The URI is not verified: whoever listens there must answer VERIFY first."


class Judge:
    """Judges deliveries of one world."""

    def __init__(self, world: World, post: Post) -> None:
        self._world, self._post = world, post

    def before(
        self, setup: WebhookSetup | None, queued: Queued
    ) -> tuple[DeliveryState | None, str]:
        """What has become of it before it is carried, and why; None: it is to be carried."""
        off = queued.called_off or _no_more(setup, queued.occasion)
        if setup is None or off is not None:
            return "dropped", off or GONE
        why = self.refusal(setup, queued.occasion)
        return (None, "") if why is None else ("refused", why)

    def refusal(self, setup: WebhookSetup, occasion: Occasion) -> str | None:
        """Why nothing is sent at all."""
        uri = uri_of(setup, occasion)
        if not secret_of(self._world, setup):
            return "The application's management token is not known here: nothing can be signed."
        if is_nobodys(uri) and not self._post.receives(uri):
            return (
                "Nobody receives this address here: simulator.webhooks.receive(…), "
                "or set a callback."
            )
        if occasion.kind != "VERIFY" and uri not in self._world.webhooks.verified(setup.id):
            return _UNVERIFIED
        return None

    def failure(self, queued: Queued, letter: Letter, answer: Answer, took: float) -> str | None:
        """Why it has failed; None: it has not."""
        reply = answer.reply
        if reply is None:
            return answer.error
        if took >= PATIENCE and not answer.is_over_http:  # there the seconds are real
            return f"No answer within {PATIENCE:g} seconds: it took {took:g}."
        if queued.occasion.kind == "VERIFY":
            return self._wrong_answer(queued.occasion, letter, reply)
        if reply.is_success:
            return None
        if 300 <= reply.status < 400:
            return f"{reply.status}: no redirect is followed."
        return f"{reply.status}: success is 2xx."

    def _wrong_answer(self, occasion: Occasion, letter: Letter, reply: Reply) -> str | None:
        """What is wrong with the answer to a VERIFY."""
        setup = self._world.webhooks.setups.get(occasion.webhook_id)
        if setup is None:
            return "The webhook is no more."
        if setup.kind != "signals" and reply.is_success:
            reply = Reply(200, {"content-type": "application/json"}, reply.body)
        challenge = challenge_of(self._world, occasion)
        found = diagnose_answer(challenge, reply, secret_of(self._world, setup), body=letter.body)
        return None if found.is_well else found.told

    def next(
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


def secret_of(world: World, setup: WebhookSetup) -> str:
    """What its deliveries are signed with; empty where that is not known."""
    application = world.applications.of(setup.application)
    return "" if application is None else application.management_token


def uri_of(setup: WebhookSetup, occasion: Occasion) -> str:
    """Where an event goes."""
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
