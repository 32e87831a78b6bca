"""The port behind the inbox: where events are kept until they are handled, whatever the engine.

What is asked of a journal is answered by a ``concurrent.futures.Future``, so that one engine serves
programs that block (``.result()``) and programs that await (``asyncio.wrap_future``).  Nothing here
does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

KEPT_HEADERS: Final = ("content-type", "sc-signature", "user-agent")
"""Names of the headers that are kept; others may be a proxy's, with secrets in them."""

State = Literal["waiting", "handled", "dead"]
"""An event waits (for a try, or for the end of one), is handled, or is a dead letter."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as it came: what to keep before it is answered."""

    event_id: str
    """Smartcar's, the same on each try to deliver it: what repeats are known by.

    An event that has none (those of v2.0) needs one that is the same on each try.
    """
    received_at: float
    """Unix seconds."""
    body: bytes = field(repr=False)
    """The exact bytes: what was signed."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Those of `KEPT_HEADERS`, by their names in lower case; others are left out."""

    def __post_init__(self) -> None:
        if not self.event_id:
            raise ValueError("event_id is empty: repeats could not be told from new events")
        kept = {name.lower(): text for name, text in self.headers.items()}
        # A server may hand on what is no UTF-8 as surrogates, which nothing can write.
        kept = {
            name: kept[name].encode(errors="replace").decode()
            for name in KEPT_HEADERS
            if name in kept
        }
        object.__setattr__(self, "headers", kept)


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that was handed out."""

    number: int
    """Its place in the order in which events were kept."""
    tries: int
    """How often it was handed out, this time included."""
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in the journal, and what became of it."""

    number: int
    envelope: Envelope
    state: State
    tries: int
    """How often it was handed out."""
    due_at: float | None
    """While it waits: Unix seconds at which it is handed out, or again if nobody has handled it."""
    is_in_hand: bool
    """Is it handed out just now?"""
    changed_at: float
    """Unix seconds: when it was kept, handed out, handled, or given up last."""
    reason: str | None
    """Why the last try failed."""


class Batch(Protocol):
    """Events that were handed out, for their holder alone, until their lease ends.

    Each method is about the given events, or about all that are left of the batch.  It concerns
    only those that are still this holder's: after a lease has ended another may have them.  The
    Future has how many that were, once it is on disk; its error is an ``InboxError``.
    """

    @property
    def taken(self) -> tuple[Taken, ...]:
        """The events that are left: neither committed, nor put back, nor dead."""
        ...

    def commit(self, *taken: Taken) -> Future[int]:
        """They are handled: never hand them out again."""
        ...

    def retry(self, delay: float, *taken: Taken, reason: str | None = None) -> Future[int]:
        """Hand them out again in *delay* seconds."""
        ...

    def dead(self, reason: str, *taken: Taken) -> Future[int]:
        """Hand them out no more, unless somebody asks for it."""
        ...

    def renew(self, *taken: Taken) -> Future[int]:
        """Begin their lease anew."""
        ...


class Journal(Protocol):
    """Keeps events.  Safe to share between threads; what several processes share is its storage.

    Every Future's error is an ``InboxError``.
    """

    @property
    def lease_seconds(self) -> float:
        """How long events are one holder's, unless it renews that."""
        ...

    def append(self, envelopes: Sequence[Envelope]) -> Future[list[bool]]:
        """Keep them; which of them were there already.  It is done once all are durable."""
        ...

    def take(self, most: int, wait: float = 0.0) -> Batch:
        """Up to *most* events that are due, the longest due first; it blocks until there is one.

        Args:
            most: How many.
            wait: Seconds to wait at most; the batch may be empty then.
        """
        ...

    def wake(self) -> None:
        """Let `take` return that waits in this process."""
        ...

    def entries(self, state: State | None = None, limit: int = 100) -> Future[list[Entry]]:
        """The latest *limit* events, in that state or in any, the newest first."""
        ...

    def entry(self, event_id: str) -> Future[Entry | None]:
        """One event; None if there is none of that id."""
        ...

    def counts(self) -> Future[dict[State, int]]:
        """How many events are in each state."""
        ...

    def resend(self, event_ids: Sequence[str] | None = None) -> Future[list[str]]:
        """Hand out again what is dead, or what was handled: as new, and due now.

        Args:
            event_ids: Which; None is all that are dead.

        Returns:
            The ids of those that will be; not of those that are waiting anyway.
        """
        ...

    def close(self) -> None:
        """Finish what was asked for, and let go of the storage.  Nothing can be asked after it."""
        ...
