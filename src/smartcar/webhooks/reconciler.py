"""After a gap: cars are read through the API, and what they say is handed out as events are.

    from smartcar import Smartcar
    from smartcar.webhooks.reconciler import Reconciler

    Reconciler("sqlite:///events.db", Smartcar()).run()

``Reconciler`` blocks, ``AsyncReconciler`` is awaited; what they do is one flow.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import Final

from smartcar.client import AsyncSmartcar, Smartcar
from smartcar.errors import SmartcarError
from smartcar.protocol.closing import AsyncClosing, Closing

from .gaps import Budget, Gap
from .inbox import Inbox
from .ledger import GapState
from .rereading import Progress, Rereading, Settings, named
from .rereads import Failure

__all__ = [
    "AsyncReconciler",
    "Budget",
    "Failure",
    "Gap",
    "GapState",
    "Progress",
    "Reconciler",
]

LOOKS_EVERY: Final = 30.0
"""Seconds from one look for gaps to the next."""

_log: Final = logging.getLogger("smartcar.webhooks")


class Reconciler(Closing):
    """Makes up for events that were lost: reads the cars of a gap, and keeps what they say.

    What a car says goes through the inbox, so that your handlers are told as they are told of an
    event, at least once: a ``Reconciled``, which is a ``VehicleState``.  One process at a time
    reads, several cars at once; what was read is not read again, whoever is killed.  Threads may
    share it.

    Args:
        inbox: That of the receiver: an ``Inbox``, or ``sqlite:///events.db``.
        client: Who asks, on API v3.
        vehicles: Ids of the cars that a gap concerns unless it names its own; None is those that
            are subscribed.
        webhook_id: Only cars that are subscribed to this webhook.
        budget: How much may be asked.
        accept_tests: Read subscribed cars of the test mode as well, as a receiver would take them.
        on_progress: Is told of each car, and of each wait, between requests.
        now: Unix seconds, by the same clock as the receiver's; None is the system's, or that of a
            simulator in this process.

    Raises:
        InboxError: The inbox cannot be opened.
        TypeError: The inbox is in no file; or *vehicles* is no list.
        ValueError: *inbox* is no URL of one.
    """

    def __init__(
        self,
        inbox: Inbox | str | os.PathLike[str],
        client: Smartcar,
        *,
        vehicles: Sequence[str] | None = None,
        webhook_id: str | None = None,
        budget: Budget | None = None,
        accept_tests: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        settings = Settings(
            vehicles=named(vehicles),
            webhook_id=webhook_id,
            budget=budget or Budget(),
            accept_tests=accept_tests,
            on_progress=on_progress,
            now=now,
        )
        self._inbox, self._is_own = _opened(inbox)
        self._client = client
        self._work = Rereading(self._inbox, client, settings)
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, gap: Gap) -> bool:
        """Keep a *gap* that only you know of; False if it is kept already.

        Raises:
            ValueError: It is not over yet.
        """
        return self._work.ledger.add(_over(gap, self._work.turn.now()))

    def gaps(self) -> list[GapState]:
        """The gaps that are known, and how far each is made up for, the newest first."""
        return self._work.ledger.gaps()

    def failures(self, gap: Gap) -> list[Failure]:
        """The cars of *gap* that could not be read, and why."""
        return self._work.rereads.failures(gap.id)

    def again(self, gap: Gap) -> int:
        """Read those cars anew; how many they are."""
        return self._work.rereads.again(gap.id, self._work.turn.now())

    def vehicles(self, gap: Gap) -> list[str]:
        """Ids of the cars that *gap* concerns; those that are subscribed are asked for."""
        return [each.vehicle_id for each in self._client.run(self._work.cars(gap))]

    def run(self) -> list[GapState]:
        """Make up for every gap that is open; it blocks until that is done, here or elsewhere.

        Returns:
            Those gaps, and what became of them.

        Raises:
            AuthenticationError: The credentials were refused; what is left stays to be done.
            BillingError: The plan or the account does not allow it.
            ConnectError: Nobody answers, for minutes.
            InboxError: The file cannot be used.
        """
        try:
            return self._client.run(self._work.until_done())
        finally:
            self._work.turn.give_back()

    def watch(self) -> None:
        """Make up for gaps as they become known, until `close` is called; errors are logged."""
        while not self._ends.is_set():
            try:
                self.run()
            except SmartcarError as error:
                _failed(error)
            self._ends.wait(LOOKS_EVERY)

    def start(self) -> None:
        """As :meth:`watch`, in a thread of its own."""
        self._thread = threading.Thread(target=self.watch, name="smartcar-reconciler", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop soon, after the car that is being read; another run goes on from there."""
        self._ends.set()
        self._work.turn.end()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()
        if self._is_own:
            self._inbox.close()

    def __repr__(self) -> str:
        return f"<Reconciler of {self._inbox!r}>"


class AsyncReconciler(AsyncClosing):
    """The same, to be awaited.  Safe to share between tasks.

    The arguments are those of ``Reconciler``, but for the *client*, an ``AsyncSmartcar``.
    """

    def __init__(
        self,
        inbox: Inbox | str | os.PathLike[str],
        client: AsyncSmartcar,
        *,
        vehicles: Sequence[str] | None = None,
        webhook_id: str | None = None,
        budget: Budget | None = None,
        accept_tests: bool = False,
        on_progress: Callable[[Progress], object] | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        settings = Settings(
            vehicles=named(vehicles),
            webhook_id=webhook_id,
            budget=budget or Budget(),
            accept_tests=accept_tests,
            on_progress=on_progress,
            now=now,
        )
        self._inbox, self._is_own = _opened(inbox)
        self._client = client
        self._work = Rereading(self._inbox, client, settings)

    async def add(self, gap: Gap) -> bool:
        """Keep a *gap* that only you know of; as ``Reconciler.add``."""
        return await asyncio.to_thread(self._work.ledger.add, _over(gap, self._work.turn.now()))

    async def gaps(self) -> list[GapState]:
        """The gaps that are known, and how far each is made up for, the newest first."""
        return await asyncio.to_thread(self._work.ledger.gaps)

    async def failures(self, gap: Gap) -> list[Failure]:
        """The cars of *gap* that could not be read, and why."""
        return await asyncio.to_thread(self._work.rereads.failures, gap.id)

    async def again(self, gap: Gap) -> int:
        """Read those cars anew; how many they are."""
        return await asyncio.to_thread(self._work.rereads.again, gap.id, self._work.turn.now())

    async def vehicles(self, gap: Gap) -> list[str]:
        """Ids of the cars that *gap* concerns; those that are subscribed are asked for."""
        return [each.vehicle_id for each in await self._client.run(self._work.cars(gap))]

    async def run(self) -> list[GapState]:
        """Make up for every gap that is open; as ``Reconciler.run``.

        A task that is cancelled lets another process go on.
        """
        try:
            return await self._client.run(self._work.until_done())
        finally:
            await asyncio.to_thread(self._work.turn.give_back)

    async def watch(self) -> None:
        """Make up for gaps as they become known, until it is cancelled; errors are logged."""
        while True:
            try:
                await self.run()
            except SmartcarError as error:
                _failed(error)
            await asyncio.sleep(LOOKS_EVERY)

    async def close(self) -> None:
        """Close the inbox, if it was opened here; cancel `watch` first."""
        self._work.turn.end()
        if self._is_own:
            await asyncio.to_thread(self._inbox.close)

    def __repr__(self) -> str:
        return f"<AsyncReconciler of {self._inbox!r}>"


def _opened(inbox: Inbox | str | os.PathLike[str]) -> tuple[Inbox, bool]:
    """The inbox, and whether it is to be closed."""
    return (inbox, False) if isinstance(inbox, Inbox) else (Inbox(inbox, keep=None), True)


def _over(gap: Gap, now: float) -> Gap:
    if gap.until.timestamp() > now:
        raise ValueError(f"{gap} is not over yet: cars are read after a gap")
    return gap


def _failed(error: SmartcarError) -> None:
    _log.warning("Gaps are not made up for yet: %s", error)
