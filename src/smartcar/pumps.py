"""Who waits: a pump does what a flow asks for, blocking or awaiting, to the flow's end.

Nothing here knows what is asked, or of whom.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary

from .errors import RequestTimeoutError
from .protocol.flow import Alone, Effect, Flow, Send, Sleep
from .transport import AsyncTransport, Clock, Transport

if TYPE_CHECKING:
    import asyncio

LONGEST_TURN: Final = 1e6
"""Seconds: more than a lock can be told to wait for on some systems is no deadline at all."""

T = TypeVar("T")


class BlockingPump:
    """Waits in the thread that calls; safe to share between threads."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._turn = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Do what *flow* asks for, to its end."""
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = self._do(effect)
                except Exception as error:  # noqa: BLE001 -- the flow decides
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as finished:
            result: T = finished.value
            return result

    def _do(self, effect: Effect) -> object:
        match effect:
            case Send(request):
                return self._transport.send(request)
            case Sleep(seconds):
                self._clock.sleep(seconds)
                return None
            case Alone(flow, wait, patience):
                if not self._take_turn(wait=wait, patience=patience):
                    return None
                try:
                    return self.run(flow)
                finally:
                    self._turn.release()

    def _take_turn(self, *, wait: bool, patience: float | None) -> bool:
        if not wait:
            return self._turn.acquire(blocking=False)
        if self._turn.acquire(timeout=-1 if patience is None else min(patience, LONGEST_TURN)):
            return True
        raise _out_of_patience()


class AwaitingPump:
    """Waits without blocking; safe to share between tasks."""

    def __init__(self, transport: AsyncTransport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        # A lock belongs to one event loop; a program may run several, one after the other.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
            WeakKeyDictionary()
        )

    async def run(self, flow: Flow[T]) -> T:
        """Do what *flow* asks for, to its end."""
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = await self._do(effect)
                except Exception as error:  # noqa: BLE001 -- the flow decides
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as finished:
            result: T = finished.value
            return result

    async def _do(self, effect: Effect) -> object:
        match effect:
            case Send(request):
                return await self._transport.asend(request)
            case Sleep(seconds):
                await self._clock.asleep(seconds)
                return None
            case Alone(flow, wait, patience):
                import asyncio  # noqa: PLC0415 -- loaded already: somebody is awaiting

                alone = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
                if not wait and alone.locked():
                    return None
                try:
                    async with asyncio.timeout(patience):
                        await alone.acquire()
                except TimeoutError:
                    raise _out_of_patience() from None
                try:
                    return await self.run(flow)
                finally:
                    alone.release()


def _out_of_patience() -> RequestTimeoutError:
    return RequestTimeoutError(0, "The deadline passed while another caller fetched the token.")
