"""A receiver's inbox: given as it is, or opened by each process that needs it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from smartcar.errors import InboxError, MalformedEventError

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

    def check(self) -> None:
        """Stop nothing, but raise a RuntimeError where `stop` would wait for whoever asks."""
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
        self._locks: dict[int, threading.RLock] = {}
        self._inbox: Keeps | None = None
        self._handing_out: Stops | None = None
        self._process = self._closed_in = 0

    @property
    def _one_at_a_time(self) -> threading.RLock:
        """This process's own: one that a child inherits may be held for ever."""
        return self._locks.setdefault(os.getpid(), threading.RLock())

    def start(self) -> None:
        """Open it and hand out, also after it was closed.

        Raises:
            InboxError: It cannot be opened.
            ValueError: It is no URL of one.
        """
        self._closed_in = 0
        self.opened()

    def opened(self) -> Keeps:
        """The inbox, handing out by now; after it was closed the given one, which only keeps.

        Raises:
            InboxError: It cannot be opened, or was closed.
            ValueError: It is no URL of one.
        """
        if self._was_closed():
            return self._given()
        with self._one_at_a_time:
            if not self._was_closed() and (self._inbox is None or self._process != os.getpid()):
                self._begin()
            inbox = self._inbox
        if inbox is None or self._was_closed():  # a signal's handler closed it meanwhile
            self.close()
            return self._given()
        return inbox

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
            inbox, handing_out, vigil = self._inbox, self._handing_out, self._vigil
            if is_here and handing_out is not None:
                handing_out.check()
            self._closed_in = os.getpid()
            self._vigil = None
        if is_here and vigil is not None:
            vigil.stop()
        if is_here and handing_out is not None:
            handing_out.stop()  # not under the lock: a handler may ask for the inbox
        with self._one_at_a_time:
            if self._handing_out is handing_out:
                self._inbox = self._handing_out = None
        if is_here and inbox is not None and inbox is not self._place:
            inbox.close()

    def _was_closed(self) -> bool:
        return self._closed_in == os.getpid()

    def _begin(self) -> None:
        inbox = self._open()
        handing_out = inbox.start(self._hand_out)
        try:
            self._vigil = _begun(inbox, self._now)
        except BaseException:
            handing_out.stop()
            raise
        self._inbox, self._handing_out, self._process = inbox, handing_out, os.getpid()

    def _given(self) -> Keeps:
        if isinstance(self._place, (str, os.PathLike)):
            raise InboxError(0, "The receiver was closed: its start() opens the inbox anew.")
        return self._place

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
