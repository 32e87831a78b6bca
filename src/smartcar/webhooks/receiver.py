"""What answers Smartcar's deliveries, under any web framework or none.

It does no I/O of its own: bodies come in, replies go out, handlers and the inbox do the rest.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from smartcar.errors import (
    MalformedEventError,
    SignatureMismatchError,
    StaleEventError,
    WebhookError,
)
from smartcar.protocol.signing import Secrets
from smartcar.protocol.wire import Reply

from .answers import challenged, later, refusal, told, too_large
from .events import Event, Verify
from .handlers import Handlers
from .headers import Headers, named
from .heading import heading
from .journal import Envelope
from .keeping import Keeps, OpenedInbox
from .memory import Newest, Repeats, Reported
from .parsing import parse
from .signature import HEADER, signer
from .work import GiveUp

E = TypeVar("E", bound=Event)
R = TypeVar("R")

LARGEST_BODY: Final = 1024 * 1024
"""Bytes: the documentation says that events have up to 50 KB."""
_log = logging.getLogger("smartcar.webhooks")


class Receiver:
    """Answers deliveries: checks who sent them, and tells your handlers what they say.

        receiver = Receiver(os.environ["SMARTCAR_MANAGEMENT_TOKEN"])

        @receiver.on(VehicleState)
        def store(event: VehicleState) -> None:
            print(event.vehicle.id, event.signals[TractionBattery.StateOfCharge].value)

    Threads may share it.  ``smartcar.webhooks.adapters`` puts it under a web framework.

    Args:
        secrets: The application management token, from the dashboard; while you change it both,
            the new one first.
        inbox: Where events are kept before they are answered, and handled from later: an
            ``Inbox``, or ``sqlite:///events.db`` for one that each process opens when it needs it.
            None: they are handled before they are answered, within the 15 seconds that Smartcar
            waits, and repeats are known only as long as this process lives.
        accept_tests: Hand on events of the dashboard's *Test* button and of the test mode as well;
            else they are answered and dropped.
        largest_body: Bytes; what is larger is refused unread.
        max_age: Refuse what was sent longer ago (or further ahead).  None refuses nothing: a
            repeated delivery is known by its id.
        now: The time, in Unix seconds.

    Raises:
        ValueError: There is no secret.
    """

    def __init__(
        self,
        secrets: str | bytes | Iterable[str | bytes] | Secrets,
        *,
        inbox: Keeps | str | os.PathLike[str] | None = None,
        accept_tests: bool = False,
        largest_body: int = LARGEST_BODY,
        max_age: timedelta | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._secrets = secrets if isinstance(secrets, Secrets) else Secrets(secrets)
        self._inbox = None if inbox is None else OpenedInbox(inbox, self._hand_out, now)
        self.accept_tests = accept_tests
        self.largest_body = largest_body
        self.max_age = max_age
        self._now = now
        self._handlers = Handlers()
        self._repeats = Repeats()
        self._newest = Newest()
        self._reported = Reported(now)

    def on(self, kind: type[E]) -> Callable[[Callable[[E], R]], Callable[[E], R]]:
        """Tell the decorated function of events of *kind*, and of its subclasses.

        It may block or await.  With ``Event`` it is told of all, unknown ones included.  Where it
        raises, the delivery fails, and Smartcar tries again.
        """

        def register(handler: Callable[[E], R]) -> Callable[[E], R]:
            self._handlers.add(kind, handler)
            return handler

        return register

    def handle(self, body: bytes, headers: Headers) -> Reply:
        """What to answer to a delivery; handlers have been called by then.

        It raises nothing because of what was sent.  Handlers that await run in an event loop of
        their own; where one is running, say ``ahandle``.

        Args:
            body: The request's body, byte for byte.
            headers: The request's headers.
        """
        return _run(self._steps(body, headers), self._do)

    async def ahandle(self, body: bytes, headers: Headers) -> Reply:
        """The same, awaiting: handlers that block run in a thread."""
        steps = self._steps(body, headers)
        try:
            step = next(steps)
            while True:
                try:
                    result = await self._ado(step)
                except Exception as error:  # noqa: BLE001 -- whatever a handler raises
                    step = steps.throw(error)
                else:
                    step = steps.send(result)
        except StopIteration as finished:
            reply: Reply = finished.value
            return reply
        finally:
            steps.close()

    def start(self) -> None:
        """Begin to hand out what the inbox keeps; without an inbox there is nothing to begin.

        The first delivery to a process begins it too.  Say it once handlers are registered, so that
        what a crash left is handled without waiting for a delivery; an ASGI server's start does.

        Raises:
            InboxError: The inbox cannot be opened.
            ValueError: *inbox* is no URL of one.
        """
        if self._inbox is not None:
            self._inbox.start()

    def close(self) -> None:
        """Hand out no more, wait for what is in hand, and close the inbox if it was opened here.

        A delivery that comes after it is answered 503; or, where an inbox was given, is kept: that
        one is to be closed by whoever made it.  ``start`` begins anew.

        Raises:
            RuntimeError: One of the handlers says so, which cannot wait for its own end.
        """
        if self._inbox is not None:
            self._inbox.close()

    def dispatch(self, event: Event) -> None:
        """Call the handlers that take *event*, whoever it comes from.

        Raises:
            Exception: Whatever a handler raises.
        """
        self._handlers.run(self._marked(event))

    async def adispatch(self, event: Event) -> None:
        """The same, awaiting."""
        await self._handlers.arun(self._marked(event))

    def _marked(self, event: Event) -> Event:
        return self._reported.marked(self._newest.marked(event))

    async def _hand_out(self, envelope: Envelope) -> None:
        try:
            event = parse(envelope.body)
        except MalformedEventError as error:
            raise GiveUp(str(error)) from error
        await self.adispatch(event)

    def open(self, body: bytes, headers: Headers) -> Event:
        """The event in a delivery, once it is certain that Smartcar sent it.

        For programs that answer by themselves.  No handler is called, repeats are not known.  A
        challenge (``Verify``) need not be signed: see ``answer``.

        Raises:
            SignatureMismatchError: Smartcar did not sign it with one of the secrets.
            MalformedEventError: It is no event, too large, or packed.
            StaleEventError: It is older than ``max_age``.
        """
        return self._opened(body, headers, parse).event

    def answer(self, event: Verify) -> Reply:
        """The answer to a challenge, with the first of the secrets."""
        return challenged(event.challenge, self._secrets)

    # --- one delivery, step by step ---------------------------------------------------------------

    def _steps(self, body: bytes, headers: Headers) -> Generator[_Step, Any, Reply]:
        """What to do with a delivery, up to its answer; whoever runs it does what it yields."""
        try:
            opened = self._opened(body, headers, parse if self._inbox is None else heading)
        except WebhookError as error:
            return refusal(error)
        event = opened.event
        if isinstance(event, Verify):
            return challenged(event.challenge, opened.secrets)
        if event.is_test and not self.accept_tests:
            _log.warning("Dropped a test: %s.  Receiver(…, accept_tests=True) takes them.", event)
            return told(200, "A test: dropped, as the receiver was not made with accept_tests.")
        if self._inbox is not None:
            return (yield from self._kept(self._inbox, event, body, opened.headers))
        return (yield from self._handled(event))

    def _opened(self, body: bytes, headers: Headers, read: Callable[[bytes], Event]) -> _Opened:
        said = named(headers)
        self._check_packing(body, said)
        try:
            number = signer(body, said.get(HEADER), self._secrets)
        except SignatureMismatchError:
            # Smartcar's documentation says that VERIFY is signed, receivers report that it is not.
            challenged = _unsigned_challenge(body)
            if challenged is None:
                raise
            return _Opened(challenged, self._secrets, said)
        event = read(body)
        self._check_age(event)
        return _Opened(event, self._secrets.only(number), said)

    def _check_packing(self, body: bytes, headers: Mapping[str, str]) -> None:
        encoding = headers.get("content-encoding", "").strip().lower()
        if encoding not in {"", "identity"}:
            raise MalformedEventError(415, "The body is packed, and its bytes are not the signed.")
        if len(body) > self.largest_body:
            raise too_large(self.largest_body)

    def _check_age(self, event: Event) -> None:
        sent = event.meta.delivered_at
        if self.max_age is None or sent is None:
            return
        age = self._now() - sent.timestamp()
        if abs(age) > self.max_age.total_seconds():
            raise StaleEventError(400, f"{event} was sent {age:.0f} seconds ago.")

    def _kept(
        self, inbox: OpenedInbox, event: Event, body: bytes, headers: Mapping[str, str]
    ) -> Generator[_Step, Any, Reply]:
        envelope = Envelope(event.id, self._now(), body, headers)
        try:
            repeated: list[bool] = yield _Keep(inbox, envelope)
        except Exception:  # noqa: BLE001 -- whatever an engine raises, it is not kept
            _log.exception("Could not keep %s: Smartcar will send it again", event)
            inbox.miss(envelope)
            return later(503, "The event could not be kept.")
        return told(200, "Had already." if any(repeated) else "Kept.")

    def _handled(self, event: Event) -> Generator[_Step, Any, Reply]:
        standing = self._repeats.begin(event.id)
        if standing == "had":
            return told(200, "Had already.")
        if standing == "in hand":
            return later(503, "An earlier delivery of this event is being handled.")
        is_done = False
        try:
            yield _Tell(self._marked(event))
            is_done = True
        except Exception:  # noqa: BLE001 -- whatever a handler raises
            _log.exception("A handler failed with %s: Smartcar will send it again", event)
            return later(500, "A handler failed.")
        finally:
            self._repeats.end(event.id, is_done=is_done)
        return told(200, "Handled.")

    def _do(self, step: _Step) -> object:
        if isinstance(step, _Keep):
            return step.inbox.opened().append([step.envelope])
        self._handlers.run(step.event)
        return None

    async def _ado(self, step: _Step) -> object:
        if isinstance(step, _Keep):
            inbox = step.inbox.current
            if inbox is None:
                inbox = await asyncio.to_thread(step.inbox.opened)
            return await inbox.aappend([step.envelope])
        await self._handlers.arun(step.event)
        return None

    def __repr__(self) -> str:
        return f"<Receiver {self._secrets!r} {len(self._handlers)} handlers>"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A delivery that may be trusted."""

    event: Event
    secrets: Secrets
    """Those that answer its challenge: the one that signed it, if it is signed."""
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Keep:
    inbox: OpenedInbox
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class _Tell:
    event: Event


_Step = _Keep | _Tell


def _unsigned_challenge(body: bytes) -> Verify | None:
    """The challenge in a body that nobody signed, if that is what it is.

    Its answer is what the challenge would be signed with if it were a body: one that could be a
    body is not answered, or anybody could have events signed.
    """
    try:
        event = parse(body)
    except MalformedEventError:
        return None
    return event if isinstance(event, Verify) and "{" not in event.challenge else None


def _run(steps: Generator[_Step, Any, Reply], do: Callable[[_Step], object]) -> Reply:
    try:
        step = next(steps)
        while True:
            try:
                result = do(step)
            except Exception as error:  # noqa: BLE001 -- whatever a handler raises
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as finished:
        reply: Reply = finished.value
        return reply
    finally:
        steps.close()
