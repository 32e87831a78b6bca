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
    """The event loop that ran it came to its end."""


@dataclass(slots=True)
class Flights:
    """What is under way, by what it is about."""

    _under_way: dict[Hashable, tuple[Future[Any], asyncio.AbstractEventLoop | None]] = field(
        default_factory=dict[Hashable, Any]
    )
    _tasks: set[object] = field(default_factory=set[object])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _process: int = field(default_factory=os.getpid)

    def join(
        self, about: Hashable, loop: asyncio.AbstractEventLoop | None = None
    ) -> tuple[Future[Any], bool]:
        """The flight about *about*, and whether it is the caller's to run.

        Args:
            about: What it is about.
            loop: Where the caller would run it, if it is not in a thread.
        """
        if self._process != os.getpid():  # neither threads nor loops come along through a fork
            self._process, self._lock = os.getpid(), threading.Lock()
            self._under_way, self._tasks = {}, set()
        with self._lock:
            flight, where = self._under_way.get(about, (None, None))
            if flight is not None and (where is None or not where.is_closed()):
                return flight, False
            flight = Future[Any]()
            flight.set_running_or_notify_cancel()  # from now on nobody's waiting can cancel it
            self._under_way[about] = flight, loop
            return flight, True

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Hold on to *task* until it is done: event loops do not."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def land(
        self,
        about: Hashable,
        flight: Future[Any],
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
    def outcome(flight: Future[Any]) -> object:
        """What came of *flight*; each of those who waited gets an error of their own."""
        error = flight.exception()
        if isinstance(error, SmartcarError):
            raise copy.copy(error)
        return flight.result()


FLIGHTS: Final = Flights()
"""Those of this process: what is one owner's is shared by all clients."""
