"""Appends that are awaited: those of one turn of an event loop go to the journal as one.

Each hand-over between an event loop and the thread that writes costs about as much as to keep an
event does, so that hundreds of deliveries at a time share one each way.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future

from smartcar.errors import InboxError

from .journal import Envelope, Journal

_Asking = tuple[asyncio.Future[list[bool]], Sequence[Envelope]]


class Gathering:
    """Appends of all event loops.  Threads may share it.

    Args:
        journal: Where events are kept.
        patience_seconds: How long to wait for it.
    """

    def __init__(self, journal: Journal, patience_seconds: float) -> None:
        self._journal = journal
        self._patience = patience_seconds
        self._of_thread = threading.local()

    async def append(self, envelopes: Sequence[Envelope]) -> list[bool]:
        """Keep *envelopes*; which of them were there already.  All are durable when it returns.

        Raises:
            InboxError: They may not be kept.
        """
        loop = asyncio.get_running_loop()
        turn: _Turn | None = getattr(self._of_thread, "turn", None)
        if turn is None or turn.is_over or turn.loop is not loop:
            turn = _Turn(loop, self._journal, self._patience)
            self._of_thread.turn = turn
            loop.call_soon(turn.send)
        return await turn.join(envelopes)


def out_of_patience(seconds: float) -> InboxError:
    """The error of a disk that did not answer in time."""
    return InboxError(0, f"The disk did not answer within {seconds:g} seconds.")


class _Turn:
    """Those who append in one turn of an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, journal: Journal, patience: float) -> None:
        self.loop = loop
        self.is_over = False
        self._journal = journal
        self._patience = patience
        self._until = loop.time() + patience
        self._waiting: list[_Asking] = []

    def join(self, envelopes: Sequence[Envelope]) -> asyncio.Future[list[bool]]:
        """Append with the others."""
        told: asyncio.Future[list[bool]] = self.loop.create_future()
        self._waiting.append((told, envelopes))
        return told

    def send(self) -> None:
        """Hand all over to the journal."""
        self.is_over = True
        asking = [(told, sent) for told, sent in self._waiting if not told.done()]
        self._waiting = []  # a thread remembers its last turn: not what was sent with it
        if asking:
            self._ask(asking)

    def _ask(self, asking: list[_Asking]) -> None:
        kept = self._kept([each for _, sent in asking for each in sent])
        timer = self.loop.call_at(self._until, self._lose_patience, asking, kept)

        def hear(_: Future[list[bool]]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(finish)

        def finish() -> None:
            timer.cancel()
            self._tell(asking, kept)

        kept.add_done_callback(hear)

    def _kept(self, envelopes: Sequence[Envelope]) -> Future[list[bool]]:
        try:
            return self._journal.append(envelopes)
        except Exception as error:  # noqa: BLE001 -- a journal of somebody else's: who waits is told
            kept: Future[list[bool]] = Future()
            kept.set_exception(error)
            return kept

    def _tell(self, asking: list[_Asking], kept: Future[list[bool]]) -> None:
        if kept.cancelled():
            return
        error = kept.exception()
        if error is None:
            flags = iter(kept.result())
            for told, sent in asking:
                repeats = [next(flags) for _ in sent]
                if not told.done():
                    told.set_result(repeats)
        elif len(asking) > 1:
            for each in asking:  # who is to blame fails alone
                self._ask([each])
        elif not asking[0][0].done():
            asking[0][0].set_exception(error)

    def _lose_patience(self, asking: list[_Asking], kept: Future[list[bool]]) -> None:
        kept.cancel()
        for told, _ in asking:
            if not told.done():
                told.set_exception(out_of_patience(self._patience))
