"""What was asked and answered lately: ``Simulator.log``.

A request is kept as it came, which costs next to nothing; what is shown of it is made when somebody
looks, without its secrets.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import msgspec
from msgspec import Struct

from smartcar.errors import problem
from smartcar.protocol.wire import Request

from .arrival import APPLICATION_TOKEN_PATH, Caller, is_token_path
from .classic import plain
from .faults.rule import Breakage
from .outcome import Outcome
from .redaction import redacted_body, redacted_headers, redacted_path, redacted_query

KEPT: Final = 1000
"""Exchanges that are kept unless told."""
LARGEST_KEPT: Final = 64 * 1024
"""Bytes of a body that are kept."""

_logger = logging.getLogger(__name__)

_CAR: Final = re.compile(r"/vehicles/([^/]+)")


class Exchange(Struct, frozen=True, kw_only=True, rename="camel"):
    """A request and its reply, without their secrets."""

    number: int
    """Counted from 1, as long as the simulator runs."""
    at: float
    """When it came: virtual Unix seconds."""
    method: str
    path: str
    query: dict[str, str]
    status: int | None
    """None: no reply was sent."""
    error_type: str | None
    error_code: str | None
    duration: float
    """Virtual seconds until the reply."""
    breakage: Breakage | None
    """What became of the reply on its way."""
    application: str | None
    """Client id of who asked; None: nobody that is known."""
    user_id: str | None
    """On whose behalf."""
    vehicle_id: str | None
    """The car that the path names."""
    request_headers: dict[str, str]
    request_body: str
    reply_headers: dict[str, str]
    reply_body: str
    fault_ids: tuple[str, ...]
    """Rules that it met."""
    request_id: str | None
    """As ``sc-request-id`` says it."""

    @property
    def error(self) -> str | None:
        """``TYPE:CODE``; None where there was no error."""
        if self.error_type is None:
            return None
        return (
            self.error_type if self.error_code is None else f"{self.error_type}:{self.error_code}"
        )


class Entry(Struct, frozen=True, gc=False):
    """What is kept of an exchange.  Nothing in it leads back to it: no collector need look."""

    at: float
    request: Request
    outcome: Outcome
    caller: Caller
    fault_ids: tuple[str, ...] = ()


Listener = Callable[[Exchange], None]


class Log:
    """The latest exchanges, oldest first.  Safe to read while requests come."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()
        self.counted = 0
        """The number of the latest exchange, whether or not it is still kept."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last(self) -> int:
        """The number of the latest exchange; 0 before the first."""
        with self._lock:
            return self.counted if self._entries else 0

    def all(self) -> list[Exchange]:
        """All that are kept."""
        return self.since(0)

    def since(self, number: int, limit: int | None = None) -> list[Exchange]:
        """Those after exchange *number*; with *limit*, the latest so many of them."""
        with self._lock:
            entries = [entry for entry in self._entries if entry.outcome.number > number]
        return [_shown(entry) for entry in (entries if limit is None else entries[-limit:])]

    def get(self, number: int) -> Exchange | None:
        """One of them; None if it is not, or no longer, kept."""
        with self._lock:
            found = next((each for each in self._entries if each.outcome.number == number), None)
        return None if found is None else _shown(found)

    def clear(self) -> None:
        """Forget all; numbers go on, as they do when the world begins anew."""
        with self._lock:
            self._entries.clear()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell *listener* of each new exchange, in the thread that answers it: it must not block.

        What it raises is logged, and changes nothing for whoever asked.

        Returns:
            What ends it.
        """
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def end() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not listener)

        return end

    def keep(self, entry: Entry) -> None:
        """Keep an exchange, whose number is the next; whoever does so keeps their order."""
        request, reply = entry.request, entry.outcome.reply
        if len(request.body) > LARGEST_KEPT or len(reply.body) > LARGEST_KEPT:
            entry = _shortened(entry)
        with self._lock:
            self.counted = entry.outcome.number
            self._entries.append(entry)

    def tell(self, entry: Entry) -> None:
        """Tell whoever listens of an exchange that is kept; one that fails stops nothing."""
        listeners = self._listeners
        if listeners:
            exchange = _shown(entry)
            for listener in listeners:
                try:
                    listener(exchange)
                except Exception:
                    _logger.exception("A listener of the simulator's log failed.")


def _asks_for_tokens(request: Request) -> bool:
    path = plain(request.path)
    return is_token_path(path) or path == APPLICATION_TOKEN_PATH


def _shortened(entry: Entry) -> Entry:
    """*entry*, with as much of its bodies as is kept."""
    request, outcome = entry.request, entry.outcome
    reply = msgspec.structs.replace(outcome.reply, body=_beginning(outcome.reply.body))
    return msgspec.structs.replace(
        entry,
        request=replace(request, body=_beginning(request.body)),
        outcome=msgspec.structs.replace(outcome, reply=reply),
    )


def _beginning(body: bytes) -> bytes:
    """As much of *body* as is kept, and how much there was."""
    if len(body) <= LARGEST_KEPT:
        return body
    return body[:LARGEST_KEPT] + f"… ({len(body)} bytes)".encode()


def _shown(entry: Entry) -> Exchange:
    request, outcome = entry.request, entry.outcome
    reply, has_reply = outcome.reply, outcome.breakage != "reset"
    is_error = has_reply and reply.status >= 400
    told = problem.read_problem(reply.status, reply.body) if is_error else None
    car = _CAR.search(request.path)
    return Exchange(
        number=outcome.number,
        at=entry.at,
        method=request.method,
        path=redacted_path(request.path),
        query=redacted_query(request.query),
        status=reply.status if has_reply else None,
        error_type=None if told is None else told.type,
        error_code=None if told is None else told.code,
        duration=outcome.duration,
        breakage=outcome.breakage,
        application=entry.caller.application,
        user_id=entry.caller.user_id,
        vehicle_id=car[1] if car else None,
        request_headers=redacted_headers(request.headers),
        request_body=redacted_body(request.body, is_grant=_asks_for_tokens(request)),
        reply_headers=redacted_headers(reply.headers),
        reply_body=redacted_body(reply.body),
        fault_ids=entry.fault_ids,
        request_id=reply.headers.get("sc-request-id"),
    )
