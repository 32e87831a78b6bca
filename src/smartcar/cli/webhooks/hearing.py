"""What listens at a prompt: it answers deliveries, says what they were, and passes them on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, Literal

from smartcar.errors import InboxError, MalformedEventError, SignatureMismatchError, WebhookError
from smartcar.protocol.wire import Reply
from smartcar.webhooks.answers import later, told
from smartcar.webhooks.doctor import diagnose
from smartcar.webhooks.events import (
    Event,
    EventBased,
    LegacyEvent,
    VehicleError,
    VehicleEvent,
    VehicleState,
    Verify,
)
from smartcar.webhooks.headers import Headers, named
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.memory import Repeats
from smartcar.webhooks.parsing import parse
from smartcar.webhooks.probe import diagnose_answer
from smartcar.webhooks.receiver import Receiver

from .sending import Callback, Outcome

Verdict = Literal["accepted", "repeated", "answered", "kept", "forwarded", "failed", "refused"]

LOOKED_INTO: Final = 100_000
"""Bytes of a body that does not fit its signature: twice what Smartcar sends at most.

What is larger is not looked into, or strangers could keep a listener busy.
"""


CHALLENGE_SECONDS: Final = 10.0
"""How long a program has to answer a challenge: what is answered here must be in time, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A delivery, and what became of it."""

    at: float
    """Unix seconds."""
    event: Event | None
    """None: it cannot be read."""
    verdict: Verdict
    status: int | None
    """What Smartcar was answered; None where it was answered before."""
    note: str = ""
    """What is to be known of it, in a sentence."""
    outcome: Outcome | None = None
    """What the program said that it was passed on to."""

    @property
    def vehicle_ids(self) -> list[str]:
        """The cars it is about: one, but for v2.0's events."""
        event = self.event
        if isinstance(event, VehicleEvent):
            return [event.vehicle.id]
        if isinstance(event, EventBased) and event.vehicle_id:
            return [event.vehicle_id]
        return (
            [each.vehicle_id for each in event.vehicles] if isinstance(event, LegacyEvent) else []
        )

    @property
    def causes(self) -> list[str]:
        """Why it was sent: codes of signals, FIRST_DELIVERY, faults and their states."""
        event = self.event
        if isinstance(event, VehicleState):
            return [each.code or each.type for each in event.triggers]
        if isinstance(event, VehicleError):
            return [str(each) for each in event.errors]
        return [event.event] if isinstance(event, EventBased) and event.event else []

    def to_dict(self) -> dict[str, Any]:
        """It, for programs."""
        event = self.event
        return {
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds"),
            "event_id": event.id if event else None,
            "type": event.type if event else None,
            "vehicle_ids": self.vehicle_ids,
            "causes": self.causes,
            "is_test": event.is_test if event else False,
            "verdict": self.verdict,
            "status": self.status,
            "note": self.note or None,
            "forwarded": self.outcome.to_dict() if self.outcome else None,
        }


class Ear(Receiver):
    """A receiver that says of each delivery what it was, and may pass it on as it came.

    With an inbox it answers once the event is durable, and what is passed on comes from there.
    Else the program that it is passed on to decides the answer.

    Args:
        tokens: The application management tokens, the current one first.
        tell: Is told of each delivery.
        inbox: Where events are kept.
        callback: The program that they are passed on to.
        now: Unix seconds.
    """

    def __init__(
        self,
        tokens: Mapping[str, str],
        tell: Callable[[Heard], None],
        *,
        inbox: Inbox | None = None,
        callback: Callback | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(tokens.values(), now=now)
        self._tokens = tokens
        self._tell = tell
        self._shelf = inbox
        self._callback = callback
        self._had = Repeats()

    def start(self) -> None:
        """Begin to pass on what the inbox keeps."""
        if self._shelf is not None and self._callback is not None:
            self._shelf.start(partial(self._pass_on, self._callback))

    async def ahandle(self, body: bytes, headers: Headers) -> Reply:
        """What to answer to a delivery; who listens has been told of it by then."""
        at, said = self._now(), named(headers)
        try:
            event = self.open(body, said)
        except WebhookError as error:
            return await self._refuse(at, body, said, error)
        if isinstance(event, Verify):
            return await self._verify(at, event, body, said)
        if self._shelf is not None:
            return await self._keep(at, event, self._shelf, Envelope(event.id, at, body, said))
        if self._callback is not None:
            return await self._forward(at, event, self._callback, body, said)
        standing = self._had.begin(event.id)
        self._had.end(event.id, is_done=True)
        return self._accept(at, event, is_repeated=standing == "had")

    def _accept(self, at: float, event: Event, *, is_repeated: bool) -> Reply:
        verdict: Verdict = "repeated" if is_repeated else "accepted"
        self._tell(Heard(at=at, event=event, verdict=verdict, status=200))
        return told(200, "Had already." if is_repeated else "Heard.")

    async def _refuse(
        self, at: float, body: bytes, headers: Mapping[str, str], error: WebhookError
    ) -> Reply:
        note = error.message
        if isinstance(error, SignatureMismatchError) and len(body) <= LOOKED_INTO:
            found = await asyncio.to_thread(diagnose, body, headers, self._tokens)
            note = f"{found.told} {found.mend}".strip()
        heard = Heard(at=at, event=_read(body), verdict="refused", status=error.status, note=note)
        self._tell(heard)
        return told(error.status, error.message)

    async def _verify(
        self, at: float, event: Verify, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        """The answer is given here, right in any case; what the program would say is told."""
        note, outcome = "", None
        if self._callback is not None:
            send = self._callback.send
            outcome = await asyncio.to_thread(send, body, headers, CHALLENGE_SECONDS)
            note = self._mistake(event, outcome, body)
        heard = Heard(
            at=at, event=event, verdict="answered", status=200, note=note, outcome=outcome
        )
        self._tell(heard)
        return await super().ahandle(body, headers)

    def _mistake(self, event: Verify, outcome: Outcome, body: bytes) -> str:
        if outcome.reply is None:
            return f"Answered here, for the program did not: {outcome.why}."
        found = [
            diagnose_answer(event.challenge, outcome.reply, token, body=body)
            for token in self._tokens.values()
        ]
        if any(each.is_well for each in found):
            return ""
        return f"Answered here, for the program's own would not do: {found[0].told} {found[0].mend}"

    async def _keep(self, at: float, event: Event, inbox: Inbox, envelope: Envelope) -> Reply:
        try:
            is_repeated = any(await inbox.aappend([envelope]))
        except InboxError as error:
            heard = Heard(at=at, event=event, verdict="failed", status=503, note=error.message)
            self._tell(heard)
            return later(503, "The event could not be kept.")
        verdict: Verdict = "repeated" if is_repeated else "kept"
        self._tell(Heard(at=at, event=event, verdict=verdict, status=200))
        return told(200, "Had already." if is_repeated else "Kept.")

    async def _forward(
        self, at: float, event: Event, callback: Callback, body: bytes, headers: Mapping[str, str]
    ) -> Reply:
        """What the program answers is the answer, so that Smartcar comes again where it failed."""
        outcome = await asyncio.to_thread(callback.send, body, headers)
        reply = outcome.reply
        if reply is None:
            reply = told(504 if outcome.is_late else 502, f"The program: {outcome.why}.")
        self._tell(_passed(at, event, reply.status, outcome))
        kind = reply.headers.get("content-type", "text/plain")
        return Reply(reply.status, {"content-type": kind}, reply.body)

    def _pass_on(self, callback: Callback, envelope: Envelope) -> None:
        """Pass on what was kept.

        Raises:
            NotTakenError: The program did not take it; the inbox will hand it out again.
        """
        outcome = callback.send(envelope.body, envelope.headers)
        self._tell(_passed(self._now(), _read(envelope.body), None, outcome))
        if not outcome.is_success:
            raise NotTakenError(outcome.told)


class NotTakenError(Exception):
    """The program that an event was passed on to did not take it."""


def _passed(at: float, event: Event | None, status: int | None, outcome: Outcome) -> Heard:
    verdict: Verdict = "forwarded" if outcome.is_success else "failed"
    return Heard(at=at, event=event, verdict=verdict, status=status, outcome=outcome)


def _read(body: bytes) -> Event | None:
    try:
        return parse(body)
    except MalformedEventError:
        return None
