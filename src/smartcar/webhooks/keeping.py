"""A receiver's inbox: given as it is, or opened by each process that needs it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from smartcar.errors import MalformedEventError

from .events import LegacyEvent, VehicleEvent
from .journal import Envelope
from .parsing import parse

if TYPE_CHECKING:
    from .life import Vigil

HandOut = Callable[[Envelope], Awaitable[None]]


class Stops(Protocol):
    """What hands out events until it is told to stop."""

    def stop(self) -> None:
        """Take no more events, and wait until what is in hand is done."""
        ...


class Keeps(Protocol):
    """What an ``Inbox`` is to a receiver."""

    def append(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """Keep them; which of them were there already.  All are durable when it returns."""
        ...

    async def aappend(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """The same, awaiting."""
        ...

    def start(self, handler: HandOut) -> Stops:
        """Hand each event to *handler*, from a thread of its own, until it succeeds."""
        ...

    def close(self) -> None:
        """Wait for what is in hand, and let go of the storage."""
        ...


class OpenedInbox:
    """The inbox of this process.  A process that was forked opens one of its own.

    Args:
        place: An inbox, or where one is.
        hand_out: Is given each event.
        now: Unix seconds, of its signs of life.
    """

    def __init__(
        self,
        place: Keeps | str | os.PathLike[str],
        hand_out: HandOut,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._place = place
        self._hand_out = hand_out
        self._now = now
        self._vigil: Vigil | None = None
        self._one_at_a_time = threading.Lock()
        self._inbox: Keeps | None = None
        self._handing_out: Stops | None = None
        self._process = 0

    def opened(self) -> Keeps:
        """The inbox, handing out by now.

        Raises:
            InboxError: It cannot be opened.
            ValueError: It is no URL of one.
        """
        with self._one_at_a_time:
            if self._inbox is None or self._process != os.getpid():
                inbox = self._open()
                self._handing_out = inbox.start(self._hand_out)
                self._vigil = _begun(inbox, self._now)
                self._inbox, self._process = inbox, os.getpid()
            return self._inbox

    @property
    def current(self) -> Keeps | None:
        """The inbox if it is open in this process; it waits for nobody."""
        return self._inbox if self._process == os.getpid() else None

    def close(self) -> None:
        """Hand out no more, wait for what is in hand, and close it if it was opened here.

        Raises:
            RuntimeError: One of the handlers says so, which cannot wait for its own end.
        """
        with self._one_at_a_time:
            is_here = self._process == os.getpid()  # what a parent has begun is not
            inbox, handing_out = self._inbox, self._handing_out
            vigil, self._vigil = self._vigil, None
        if is_here and vigil is not None:
            vigil.stop()
        if is_here and handing_out is not None:
            handing_out.stop()  # not under the lock: a handler may ask for the inbox
        with self._one_at_a_time:
            if self._handing_out is handing_out:
                self._inbox = self._handing_out = None
        if is_here and inbox is not None and inbox is not self._place:
            inbox.close()

    def miss(self, envelope: Envelope) -> None:
        """An event could not be kept: unless it comes again, it is a gap."""
        if self._vigil is not None and self._process == os.getpid():
            self._vigil.miss(envelope.event_id, _cars(envelope.body))

    def _open(self) -> Keeps:
        if not isinstance(self._place, (str, os.PathLike)):
            return self._place
        from .inbox import Inbox  # noqa: PLC0415 -- SQLite is loaded where it is wanted

        return Inbox(self._place)


def _begun(inbox: Keeps, now: Callable[[], float]) -> Vigil | None:
    """Signs of life beside *inbox*, if it is one in a file."""
    from .inbox import Inbox  # noqa: PLC0415 -- as above
    from .life import Vigil  # noqa: PLC0415 -- as above
    from .sqlite import SQLiteJournal  # noqa: PLC0415 -- as above

    if not isinstance(inbox, Inbox) or not isinstance(inbox.journal, SQLiteJournal):
        return None
    vigil = Vigil(inbox.journal, now)
    vigil.start()
    return vigil


def _cars(body: bytes) -> list[str]:
    """Ids of the cars that an event is about."""
    try:
        event = parse(body)
    except MalformedEventError:
        return []
    if isinstance(event, VehicleEvent):
        return [event.vehicle.id]
    return [each.vehicle_id for each in event.vehicles] if isinstance(event, LegacyEvent) else []
