"""Who waits: a pump does what a flow asks for, blocking or awaiting, to the flow's end.

Nothing here knows what is asked, or of whom.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakKeyDictionary

from .errors import RequestTimeoutError
from .flights import FLIGHTS, Abandoned, Flight
from .protocol.flow import Alone, AtOnce, Do, Effect, Flow, Send, Sleep, Together
from .transport import AsyncTransport, Clock, Transport

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

LONGEST_TURN: Final = 1e6
"""Seconds: more than a lock can be told to wait for on some systems is no deadline at all."""
LONGEST_NAP: Final = 0.25
"""Seconds: how soon what waits in vain learns of the program's end."""

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
            case Do(work):
                return work()
            case Alone():
                return self._alone(effect)
            case Together():
                return self._together(effect)
            case AtOnce(flows):
                return self._at_once(flows)

    def _at_once(self, flows: Sequence[Flow[Any]]) -> list[object]:
        *others, last = [partial(self.run, flow) for flow in flows]
        begun = [_begun(work, "smartcar-at-once") for work in others]
        return [_outcome(each) for each in (*begun, _done(last))]

    def _alone(self, asked: Alone) -> object:
        if not self._take_turn(wait=asked.wait, patience=asked.patience):
            return None
        try:
            return self.run(asked.flow)
        finally:
            self._turn.release()

    def _take_turn(self, *, wait: bool, patience: float | None) -> bool:
        if not wait:
            return self._turn.acquire(blocking=False)
        if self._turn.acquire(timeout=-1 if patience is None else min(patience, LONGEST_TURN)):
            return True
        raise _out_of_patience()

    def _together(self, asked: Together) -> object:
        while True:
            flight, is_ours = FLIGHTS.join(asked.about)
            try:
                if is_ours:
                    # No daemon: a program that ends waits for what its end would leave half done.
                    name = "smartcar-together"
                    thread = threading.Thread(target=self._fly, args=(asked, flight), name=name)
                    try:
                        thread.start()
                    except RuntimeError:  # Python 3.12 starts none once the main thread has ended
                        self._fly(asked, flight)
                elif not asked.wait:
                    return None
                wait_for([flight], asked.patience)
            finally:
                FLIGHTS.leave(flight)
            if not flight.done():
                raise _out_of_patience()
            try:
                return FLIGHTS.outcome(flight)
            except Abandoned:
                continue

    def _fly(self, asked: Together, flight: Flight) -> None:
        pump = BlockingPump(self._transport, _WhileWanted(self._clock, flight))
        pump._turn = self._turn
        try:
            outcome = pump.run(asked.flow)
        except BaseException as error:  # noqa: BLE001 -- those who wait for it decide
            FLIGHTS.land(asked.about, flight, error=error)
        else:
            FLIGHTS.land(asked.about, flight, outcome)


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
            case Do(work):
                return await _elsewhere(work)
            case Alone():
                return await self._alone(effect)
            case Together():
                return await self._together(effect)
            case AtOnce(flows):
                return await self._at_once(flows)

    async def _at_once(self, flows: Sequence[Flow[Any]]) -> Sequence[object]:
        import asyncio  # noqa: PLC0415 -- as above

        found = await asyncio.gather(*map(self.run, flows), return_exceptions=True)
        for each in found:
            if isinstance(each, BaseException) and not isinstance(each, Exception):
                raise each
        return found

    async def _alone(self, asked: Alone) -> object:
        import asyncio  # noqa: PLC0415 -- loaded already: somebody is awaiting

        alone = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        if not asked.wait and alone.locked():
            return None
        try:
            async with asyncio.timeout(asked.patience):
                await alone.acquire()
        except TimeoutError:
            raise _out_of_patience() from None
        try:
            return await self.run(asked.flow)
        finally:
            alone.release()

    async def _together(self, asked: Together) -> object:
        import asyncio  # noqa: PLC0415 -- as above

        while True:
            flight, is_ours = FLIGHTS.join(asked.about, asyncio.get_running_loop())
            try:
                if is_ours:
                    task = asyncio.create_task(self.run(asked.flow))
                    task.add_done_callback(partial(_landed, asked, flight))
                    FLIGHTS.keep(task)
                elif not asked.wait:
                    return None
                await _seen(asyncio.wrap_future(flight), asked.patience)
            finally:
                FLIGHTS.leave(flight)
            if not flight.done():
                raise _out_of_patience()
            try:
                return FLIGHTS.outcome(flight)
            except Abandoned:
                continue


class _WhileWanted:
    """A clock by which nobody waits in vain: a program's end need not wait for what only waits."""

    def __init__(self, clock: Clock, flight: Flight) -> None:
        self._clock = clock
        self._flight = flight

    def now(self) -> float:
        """As the clock."""
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        """As the clock, in short naps.

        Raises:
            Abandoned: There is no use in it any more.
        """
        while True:
            if self._flight.is_in_vain:
                raise Abandoned
            nap = min(seconds, LONGEST_NAP)
            self._clock.sleep(nap)
            seconds -= nap
            if seconds <= 0:
                return

    async def asleep(self, seconds: float) -> None:
        """As the clock."""
        await self._clock.asleep(seconds)


async def _seen(waiting: asyncio.Future[Any], patience: float | None) -> None:
    """Wait for it so long; it may not have ended then."""
    import asyncio  # noqa: PLC0415 -- as above

    try:
        await asyncio.wait([waiting], timeout=patience)
    finally:
        if not waiting.cancel():  # only this wait: the flight goes on
            waiting.exception()  # else asyncio says that nobody looked


def _landed(asked: Together, flight: Flight, task: asyncio.Task[Any]) -> None:
    asked.flow.close()
    if task.cancelled():
        FLIGHTS.land(asked.about, flight, error=Abandoned())
    elif error := task.exception():
        FLIGHTS.land(asked.about, flight, error=error)
    else:
        FLIGHTS.land(asked.about, flight, task.result())


async def _elsewhere(work: Callable[[], T]) -> T:
    """What *work* gives, from a thread of its own.

    Not from the loop's pool: its threads may all be waiting, blocked, for what is done here.
    """
    import asyncio  # noqa: PLC0415 -- as above

    return await asyncio.wrap_future(_begun(work, "smartcar-do"))


def _begun(work: Callable[[], T], name: str) -> Future[T]:
    """What *work* will give, in a thread of its own."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()
    threading.Thread(target=_do_into, args=(done, work), name=name).start()
    return done


def _done(work: Callable[[], T]) -> Future[T]:
    """What *work* gives, here."""
    done: Future[T] = Future()
    _do_into(done, work)
    return done


def _do_into(done: Future[T], work: Callable[[], T]) -> None:
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001 -- whoever waits for it decides
        done.set_exception(error)


def _outcome(done: Future[T]) -> T | Exception:
    """What it gives once it is done, or the error that it fails with."""
    try:
        return done.result()
    except Exception as error:  # noqa: BLE001 -- whoever asked for it decides
        return error


def _out_of_patience() -> RequestTimeoutError:
    return RequestTimeoutError(0, "The deadline passed while another caller fetched the token.")
