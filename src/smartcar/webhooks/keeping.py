"""A receiver's inbox: given as it is, or opened by each process that needs it."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from .journal import Envelope

HandOut = Callable[[Envelope], Awaitable[None]]


class Keeps(Protocol):
    """What an ``Inbox`` is to a receiver."""

    def append(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """Keep them; which of them were there already.  All are durable when it returns."""
        ...

    async def aappend(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """The same, awaiting."""
        ...

    def start(self, handler: HandOut) -> None:
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
    """

    def __init__(self, place: Keeps | str | os.PathLike[str], hand_out: HandOut) -> None:
        self._place = place
        self._hand_out = hand_out
        self._one_at_a_time = threading.Lock()
        self._inbox: Keeps | None = None
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
                inbox.start(self._hand_out)
                self._inbox, self._process = inbox, os.getpid()
            return self._inbox

    @property
    def current(self) -> Keeps | None:
        """The inbox if it is open in this process; it waits for nobody."""
        return self._inbox if self._process == os.getpid() else None

    def close(self) -> None:
        """Close it, if it was opened here."""
        with self._one_at_a_time:
            inbox, self._inbox = self._inbox, None
            if inbox is not None and inbox is not self._place and self._process == os.getpid():
                inbox.close()

    def _open(self) -> Keeps:
        if not isinstance(self._place, (str, os.PathLike)):
            return self._place
        from .inbox import Inbox  # noqa: PLC0415 -- SQLite is loaded where it is wanted

        return Inbox(self._place)
