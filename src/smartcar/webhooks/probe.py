"""Ask a receiver, over HTTP, what Smartcar will ask of it; say what it does wrong."""

from __future__ import annotations

import base64
import hashlib
import secrets as random_secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec

from smartcar.errors import RequestTimeoutError, TransportError
from smartcar.protocol.signing import Secrets
from smartcar.protocol.wire import Reply, Request
from smartcar.transport import Transport
from smartcar.untyped import is_mapping

from . import diagnosis
from .diagnosis import Diagnosis, Mistake

ANSWER_SECONDS: Final = 15.0
"""How long Smartcar waits.  https://smartcar.com/docs/api-reference/webhooks/delivery-behavior"""

_EVENT: Final = (
    '{"eventId":"ID", "eventType":"VEHICLE_STATE","data":{'
    '"user":{"id":"00000000-0000-4000-8000-000000000000"},'
    '"vehicle":{"id":"00000000-0000-4000-8000-000000000000","mode":"test"},'
    '"signals":[{"code":"odometer-traveleddistance","name":"TraveledDistance","group":"Odometer",'
    '"body":{"value":1.0,"unit":"km","note":"\\u00e9é"},'
    '"meta":{"oemUpdatedAt":NOW,"retrievedAt":NOW},"status":{"value":"SUCCESS"}}]},'
    '"triggers":[{"type":"FIRST_DELIVERY"}],'
    '"meta":{"version":"4.0","mode":"TEST","deliveredAt":NOW}}'
)
"""A test about a car that is nobody's; blanks, escapes and numbers do not survive a rewriting."""


def probe(
    url: str,
    token: str,
    transport: Transport,
    *,
    framework: str | None = None,
    now: Callable[[], float] = time.time,
) -> list[Diagnosis]:
    """What is wrong with the receiver at *url*; one that says ``none`` if nothing is.

    It is sent a challenge, a challenge that would have an event signed, an event with a wrong
    signature, and one that is signed, of the mode TEST, about a car that is nobody's: a receiver
    that takes tests will handle that.

    Args:
        url: The callback URI.
        token: The application management token.
        transport: The network.
        framework: Which one the receiver is written with, to be told how to mend it there.
        now: Unix seconds.

    Raises:
        ValueError: *url* is not that of HTTP.
    """
    origin, target = parts_of(url)
    asking = _Asking(origin, target, token, transport, framework, now)
    try:
        wrong = [each for each in asking.all() if not each.is_well]
    except RequestTimeoutError:
        told = f"The receiver did not answer within {ANSWER_SECONDS:g} seconds."
        mend = "Answer at once and work later: Receiver(…, inbox=…) does so."
        return [Diagnosis(mistake="answer-late", told=told, mend=mend)]
    except TransportError as error:
        told = f"The receiver cannot be reached: {error.description}"
        mend = "Check that it runs, and its name, port and certificate."
        return [Diagnosis(mistake="unreachable", told=told, mend=mend)]
    return wrong or [Diagnosis(told="The receiver does all that Smartcar asks of it.")]


@dataclass(frozen=True, slots=True)
class _Asking:
    """The questions, and whom they are asked."""

    origin: str
    target: str
    token: str
    transport: Transport
    framework: str | None
    now: Callable[[], float]

    @property
    def secrets(self) -> Secrets:
        """The token, to sign with."""
        return Secrets(self.token)

    def all(self) -> Iterator[Diagnosis]:
        """One question after another."""
        challenge = random_secrets.token_hex(16)
        body = _verification(challenge)
        reply = self._send(body)
        yield diagnose_answer(challenge, reply, self.token, body=body)
        yield self._oracle()
        yield self._forged()
        yield self._signed()

    def _send(self, body: bytes, signature: str | None = None) -> Reply:
        headers = {"content-type": "application/json"}
        if signature is not None:
            headers["sc-signature"] = signature
        request = Request(
            "POST",
            self.target,
            headers=headers,
            body=body,
            origin=self.origin,
            timeout=ANSWER_SECONDS,
        )
        return self.transport.send(request)

    def _oracle(self) -> Diagnosis:
        """Would it sign an event for anybody, as the answer to a challenge?"""
        disguised = self._event().decode()
        reply = self._send(_verification(disguised))
        if self.secrets.sign(disguised.encode()).encode() not in reply.body:
            return Diagnosis()
        told = "The receiver signs events for anybody who sends them as a challenge."
        return Diagnosis(mistake="signs-anything", told=told, mend=diagnosis.SIGNS_ANYTHING)

    def _forged(self) -> Diagnosis:
        """Does it refuse what nobody signed?"""
        if not self._send(self._event(), "0" * 64).is_success:
            return Diagnosis()
        told = "The receiver accepts an event with a wrong signature."
        mend = "Check every signature but that of VERIFY, and answer 401 where it does not fit."
        return Diagnosis(mistake="believes-anything", told=told, mend=mend)

    def _signed(self) -> Diagnosis:
        """Does it take what is signed, though a program would write it otherwise?"""
        body = self._event()
        reply = self._send(body, self.secrets.sign(body))
        if reply.is_success:
            return Diagnosis()
        told = f"The receiver refuses ({reply.status}) an event that is signed as Smartcar signs."
        mend = diagnosis.raw_body(self.framework)
        return Diagnosis(mistake="refuses-good", told=told, mend=mend)

    def _event(self) -> bytes:
        """A test event; its blanks, escapes and numbers do not survive being written again."""
        now = int(self.now() * 1000)
        event = _EVENT.replace("ID", random_secrets.token_hex(16)).replace("NOW", str(now))
        return event.encode()


def parts_of(url: str) -> tuple[str, str]:
    """Origin and target of a callback URI.

    Raises:
        ValueError: It is not that of HTTP.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"a callback URI begins with https://, not as {url!r} does")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", (parts.path or "/") + query


def _verification(challenge: str) -> bytes:
    content = {
        "eventId": random_secrets.token_hex(16),
        "eventType": "VERIFY",
        "data": {"challenge": challenge},
        "meta": {"version": "4.0"},
    }
    return msgspec.json.encode(content)


def diagnose_answer(challenge: str, reply: Reply, token: str, *, body: bytes = b"") -> Diagnosis:
    """What is wrong with the answer to a challenge; none, if it is right.

    Args:
        challenge: ``data.challenge`` of the event.
        reply: The answer, header names in lower case.
        token: The application management token.
        body: The whole event, to see whether that was signed instead.
    """
    for mistake, told in _answer_mistakes(challenge, reply, token, body):
        mend = diagnosis.TOKEN if mistake == "answer-wrong-token" else diagnosis.ANSWER
        return Diagnosis(mistake=mistake, told=told, mend=mend)
    return Diagnosis(told="The challenge is answered as Smartcar wants it.")


def _answer_mistakes(
    challenge: str, reply: Reply, token: str, body: bytes
) -> Iterator[tuple[Mistake, str]]:
    if 300 <= reply.status < 400:
        where = reply.headers.get("location", "elsewhere")
        yield "answer-redirect", f"The answer leads to {where}: Smartcar follows no redirects."
    if reply.status != 200:
        yield "answer-status", f"The answer is {reply.status}, not 200."
    try:
        content = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield "answer-not-json", "The answer is not JSON."
        return
    if not is_mapping(content):
        yield "answer-not-json", "The answer is JSON, but no object: it may be written twice."
        return
    said = content.get("challenge")
    if not isinstance(said, str):
        yield "answer-no-challenge", "The answer has no challenge at its top."
        return
    yield from _wrong_hash(said, challenge, token, body)
    kind = reply.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        yield "answer-content-type", f"The answer's content-type is {kind or 'missing'}."


def _wrong_hash(
    said: str, challenge: str, token: str, body: bytes
) -> Iterator[tuple[Mistake, str]]:
    secrets, asked = Secrets(token), challenge.encode()
    right = secrets.sign(asked)
    if said == right:
        return
    wrapped = base64.b64encode(bytes.fromhex(right)).decode()
    if said == challenge:
        yield "answer-echo", "The answer repeats the challenge: it must be its HMAC."
    elif said in {right.upper(), wrapped}:
        yield (
            "answer-wrong-encoding",
            "The HMAC is right, but not in lower-case hexadecimal.",
        )
    elif said == hashlib.sha256(asked).hexdigest():
        yield "answer-wrong-message", "The answer is a plain SHA-256: the token must be its key."
    elif body and said == secrets.sign(body):
        yield "answer-wrong-message", "The whole event was signed: only its challenge must be."
    elif said == secrets.sign(msgspec.json.encode(challenge)):
        yield (
            "answer-wrong-message",
            "The challenge was signed with its quotes: leave them out.",
        )
    elif token.strip() != token and said == Secrets(token.strip()).sign(asked):
        yield "answer-wrong-token", "The token here has blanks around it; the receiver's does not."
    else:
        yield "answer-wrong-token", "The HMAC is made with another token, or of something else."
