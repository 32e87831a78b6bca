"""Hands events of a journal to a handler: at least once, again after a failure, later each time."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

from smartcar.errors import InboxError

from .handlers import called
from .journal import Batch, Envelope, Journal, Taken

WAIT_SECONDS: Final = 1.0
"""How long to wait for events before looking whether there is still reason to."""
AFTER_AN_ERROR: Final = 0.5
"""Seconds until a journal that could not be used is tried again."""
LAST_TRIES: Final = 4
"""How often that is tried once there is to be an end: each may wait for the disk for seconds."""
REASON_LENGTH: Final = 500
"""Characters that are kept of what a handler raised: a person reads them."""

T = TypeVar("T")
Handler = Callable[[Envelope], object]
"""Is called, or called and awaited, with each event; what it gives is ignored."""

logger: Final = logging.getLogger("smartcar.webhooks")
_calling: Final[contextvars.ContextVar[_Call]] = contextvars.ContextVar("calling")
"""Which call of a handler this is part of: a task that it leaves behind has it as well."""


class GiveUp(Exception):  # noqa: N818 -- what a handler says, not what went wrong with it
    """Raised by a handler: never hand out this event again; it is a dead letter."""


class TryAgain(Exception):  # noqa: N818 -- as above
    """Raised by a handler: hand out this event again, so many seconds from now.

    It counts as a try: after the last one the event is a dead letter all the same.
    """

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(seconds, reason)
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"seconds must be a number from 0, not {seconds!r}")
        self.seconds = seconds
        self.reason = reason

    def __str__(self) -> str:
        return self.reason or f"asked for again in {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before an event is handed out again, and how often.

    The defaults try for four to eight hours: 1 s, 2 s, 4 s and so on, up to an hour, less up to a
    half of it at random, so that what failed together does not come back together.
    """

    first: float = 1.0
    """Seconds, after the first try."""
    factor: float = 2.0
    """How many times longer after each further one."""
    longest: float = 3600.0
    """Seconds at most."""
    tries: int = 20
    """How often in all; then the event is a dead letter."""

    def __post_init__(self) -> None:
        if self.first < 0 or self.longest < 0 or self.factor < 1 or self.tries < 1:
            raise ValueError(
                f"Backoff needs seconds from 0, a factor from 1 and at least one try, not {self!r}"
            )

    def seconds(self, tries: int, random: Random) -> float | None:
        """How long after so many tries; None if that was the last."""
        if tries >= self.tries:
            return None
        doublings = min(tries - 1, 64)  # 2.0 ** 1024 is no number
        return min(self.first * self.factor**doublings, self.longest) * random.uniform(0.5, 1.0)


@dataclass(slots=True)
class _Call:
    """A handler's, from its begin to its end."""

    work: Work
    is_over: bool = False


class Work:
    """One run of a handler over a journal, until it is told to stop."""

    def __init__(
        self, journal: Journal, handler: Handler, concurrency: int, backoff: Backoff, random: Random
    ) -> None:
        self._journal = journal
        self._handler = handler
        self._is_async = _awaits(handler)
        self._concurrency = concurrency
        self._backoff = backoff
        self._random = random
        self._batches: dict[int, Batch] = {}
        self._stop = threading.Event()
        self._renewing_ends = threading.Event()
        self._threads = ThreadPoolExecutor(concurrency + 1, thread_name_prefix="smartcar-handler")

    def stop(self) -> None:
        """Take no more; `run` returns when what is in hand is done."""
        self._stop.set()
        self._journal.wake()

    @property
    def is_calling(self) -> bool:
        """Is it a handler of this work that asks?  It cannot wait for its own end."""
        call = _calling.get(None)
        return call is not None and call.work is self and not call.is_over

    async def run(self) -> None:
        """Hand out what is due, again and again."""
        # A thread, so that a handler that blocks the event loop does not lose its events.
        renewing = threading.Thread(target=self._renew, name="smartcar-leases", daemon=True)
        renewing.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._take(tasks)
        finally:
            self._renewing_ends.set()
            self._journal.wake()
            self._threads.shutdown(wait=False)

    async def _take(self, tasks: asyncio.TaskGroup) -> None:
        slots = asyncio.Semaphore(self._concurrency)
        while not self._stop.is_set():
            free = 1
            await slots.acquire()
            while not slots.locked():
                await slots.acquire()
                free += 1
            batch = await self._taken(free)
            taken = () if batch is None else batch.taken
            for _ in range(free - len(taken)):
                slots.release()
            if batch is not None:
                for each in taken:
                    task = tasks.create_task(self._handle(batch, each))
                    task.add_done_callback(lambda _: slots.release())

    async def _taken(self, most: int) -> Batch | None:
        try:
            taking = self._threads.submit(self._journal.take, most, WAIT_SECONDS)
        except RuntimeError:  # the program ends, and nobody has closed the inbox
            self._stop.set()
            return None
        try:
            batch = await asyncio.shield(asyncio.wrap_future(taking))
        except asyncio.CancelledError:
            taking.add_done_callback(_put_back)
            raise
        except InboxError as error:
            logger.warning("No events can be taken: %s", error)
            await asyncio.sleep(AFTER_AN_ERROR)
            return None
        if batch.taken:
            self._batches[id(batch)] = batch
        return batch

    async def _handle(self, batch: Batch, taken: Taken) -> None:
        """Hand out one event, and keep what became of it."""
        settle = await self._outcome(batch, taken)
        left = LAST_TRIES
        while True:
            try:
                held = await asyncio.wrap_future(settle())
            except InboxError as error:
                logger.warning("%s: what became of it is not kept yet: %s", _name(taken), error)
                left -= self._stop.is_set()
                if not left:
                    break  # its lease ends, and it is handed out again
                await asyncio.sleep(AFTER_AN_ERROR)
            else:
                if not held:
                    logger.warning("%s: its lease had ended before its handler", _name(taken))
                break
        if not batch.taken:
            self._batches.pop(id(batch), None)

    async def _outcome(self, batch: Batch, taken: Taken) -> Callable[[], Future[int]]:
        """Hand out one event; what is to be kept of it."""
        if taken.tries > self._backoff.tries:
            reason = "Its worker ended before it did, each time it was handed out."
            return lambda: batch.dead(reason, taken)
        try:
            await self._call(taken.envelope)
        except asyncio.CancelledError:
            if _is_cancelled():
                batch.retry(0.0, taken, reason="The worker was stopped.")
                raise
            return self._failed(batch, taken, "The handler was cancelled.", None)
        except GiveUp as error:
            reason = _told(error)
            logger.warning("%s is a dead letter: %s", _name(taken), reason)
            return lambda: batch.dead(reason, taken)
        except TryAgain as error:
            logger.info("%s is asked for again in %g s: %s", _name(taken), error.seconds, error)
            return self._failed(batch, taken, _told(error), error.seconds)
        except (Exception, SystemExit) as error:  # nobody would hand out anything any more
            logger.warning("The handler failed: %s", _name(taken), exc_info=error)
            return self._failed(batch, taken, _told(error), None)
        return lambda: batch.commit(taken)

    def _failed(
        self, batch: Batch, taken: Taken, reason: str, asked: float | None
    ) -> Callable[[], Future[int]]:
        delay = self._backoff.seconds(taken.tries, self._random)
        if delay is None:
            logger.error("%s is a dead letter after %d tries", _name(taken), taken.tries)
            return lambda: batch.dead(reason, taken)
        seconds = delay if asked is None else asked
        return lambda: batch.retry(seconds, taken, reason=reason)

    async def _call(self, envelope: Envelope) -> None:
        call = _Call(self)
        _calling.set(call)
        try:
            await self._called(envelope)
        finally:
            call.is_over = True

    async def _called(self, envelope: Envelope) -> None:
        if self._is_async:
            made = self._handler(envelope)
        else:
            try:
                running = self._threads.submit(
                    contextvars.copy_context().run, called, self._handler, envelope
                )
            except RuntimeError:
                raise TryAgain(0.0, "The program ended.") from None
            made = await _to_its_end(running)
        if inspect.isawaitable(made):
            await made

    def _renew(self) -> None:
        while not self._renewing_ends.wait(self._journal.lease_seconds / 3):
            for each in list(self._batches.values()):
                if each.taken:
                    try:
                        each.renew().result()
                    except InboxError as error:
                        logger.warning("Leases cannot be renewed: %s", error)


async def _to_its_end(work: Future[T]) -> T:
    """What a thread's work gives; who is cancelled waits for its end, for nobody can end it."""
    waiting = asyncio.wrap_future(work)
    while not waiting.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([waiting])
    return waiting.result()


def _put_back(taking: Future[Batch]) -> None:
    """What came when nobody wanted it any more."""
    if taking.exception() is None and taking.result().taken:
        taking.result().retry(0.0)


def _awaits(handler: Handler) -> bool:
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(
        getattr(handler, "__call__", None)  # noqa: B004 -- that of an object, to see how it is made
    )


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:REASON_LENGTH]


def _name(taken: Taken) -> str:
    return f"Event {taken.envelope.event_id}"
