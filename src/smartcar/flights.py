"""Which flows run for several callers at once, in this process: one of a kind at a time.

Callers may be threads and tasks of several event loops.  Nothing here runs a flow: pumps do.
"""

from __future__ import annotations

import copy
import os
import threading
from collections.abc import Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .errors import SmartcarError

if TYPE_CHECKING:
    import asyncio


class Abandoned(Exception):  # noqa: N818 -- no failure: whoever waited begins anew
    """The event loop that ran it came to its end, or the whole program with nobody waiting."""


class Flight(Future[Any]):
    """One flow that runs, for those who wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = 0
        """How many do; who gives up leaves."""

    @property
    def is_in_vain(self) -> bool:
        """Does nobody wait for it, in a program that has come to its end?"""
        return self.waiting == 0 and not threading.main_thread().is_alive()


@dataclass(slots=True)
class Flights:
    """What is under way, by what it is about."""

    _under_way: dict[Hashable, tuple[Flight, asyncio.AbstractEventLoop | None]] = field(
        default_factory=dict[Hashable, Any]
    )
    _tasks: set[object] = field(default_factory=set[object])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: int = field(default_factory=os.getpid)

    def join(
        self, about: Hashable, loop: asyncio.AbstractEventLoop | None = None
    ) -> tuple[Flight, bool]:
        """The flight about *about*, and whether it is the caller's to run; then :meth:`leave` it.

        Args:
            about: What it is about.
            loop: Where the caller would run it, if it is not in a thread.
        """
        if self._process != os.getpid():  # neither threads nor loops come along through a fork
            self._process, self._lock = os.getpid(), threading.Lock()
            self._under_way, self._tasks = {}, set()
        with self._lock:
            flight, where = self._under_way.get(about, (None, None))
            is_ours = flight is None or (where is not None and where.is_closed())
            if flight is None or is_ours:
                flight = Flight()
                flight.set_running_or_notify_cancel()  # from now on nobody's waiting can cancel it
                self._under_way[about] = flight, loop
            flight.waiting += 1
            return flight, is_ours

    def leave(self, flight: Flight) -> None:
        """Wait for it no more."""
        with self._lock:
            flight.waiting -= 1

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Hold on to *task* until it is done: event loops do not."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def land(
        self,
        about: Hashable,
        flight: Flight,
        outcome: object = None,
        *,
        error: BaseException | None = None,
    ) -> None:
        """Tell everybody who waits; who comes from now on begins another."""
        with self._lock:
            if self._under_way.get(about, (None, None))[0] is flight:
                del self._under_way[about]
        if error is None:
            flight.set_result(outcome)
        else:
            flight.set_exception(error)

    @staticmethod
    def outcome(flight: Flight) -> object:
        """What came of *flight*; each of those who waited gets an error of their own."""
        error = flight.exception()
        if isinstance(error, SmartcarError):
            raise copy.copy(error)
        return flight.result()


FLIGHTS: Final = Flights()
"""Those of this process: what is one owner's is shared by all clients."""
