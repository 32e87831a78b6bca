"""Who is told of which events: functions by the class of event they take, blocking or awaiting."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from .events import Event

Handler = Callable[[Any], object]
T = TypeVar("T")


class Handlers:
    """Functions, each with the class of events that it takes; a class takes its subclasses too."""

    def __init__(self) -> None:
        self._handlers: list[tuple[type[Event], Handler]] = []

    def add(self, kind: object, handler: Handler) -> None:
        """Tell *handler* of every event of *kind*.

        Raises:
            TypeError: *kind* is no class of events.
        """
        if not (isinstance(kind, type) and issubclass(kind, Event)):
            raise TypeError(f"on() takes a class of events such as VehicleState, not {kind!r}")
        self._handlers.append((kind, handler))

    def __len__(self) -> int:
        return len(self._handlers)

    def run(self, event: Event) -> None:
        """Call who takes *event*, one after another; those that await, in a loop of their own.

        Raises:
            TypeError: A handler awaits, and an event loop is running here already.
        """
        for handler in self._taking(event):
            outcome = handler(event)
            if inspect.isawaitable(outcome):
                _finish(outcome)

    async def arun(self, event: Event) -> None:
        """Call who takes *event*, one after another; those that block, in a thread."""
        for handler in self._taking(event):
            if inspect.iscoroutinefunction(handler):
                await handler(event)
                continue
            outcome = await asyncio.to_thread(called, handler, event)
            if inspect.isawaitable(outcome):
                await outcome

    def _taking(self, event: Event) -> list[Handler]:
        return [handler for kind, handler in self._handlers if isinstance(event, kind)]


def called(handler: Callable[[T], object], given: T) -> object:
    """What *handler* gives, called in a thread that somebody waits for.

    Raises:
        RuntimeError: It raised ``StopIteration``, which no Future can carry: whoever waits would
            wait for ever.
    """
    try:
        return handler(given)
    except StopIteration as error:
        raise RuntimeError(f"The handler raised StopIteration: {error}") from error


def _finish(awaitable: Awaitable[object]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(_awaited(awaitable))
        return
    if inspect.iscoroutine(awaitable):
        awaitable.close()
    raise TypeError("a handler awaits: say `await receiver.ahandle(…)` where a loop is running")


async def _awaited(awaitable: Awaitable[object]) -> None:
    await awaitable
