"""Who puts a clock forward past what is due on the way: one at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

PATIENCE: Final = 10.0
"""Real seconds to wait for one's turn.  Who waits may be a receiver over HTTP whose own answer is
waited for: it must have it in time to answer within its 15 seconds."""
_NAP: Final = 0.002


class _Mark:
    """An errand, as what it brings about knows it: over once it is, for tasks that outlive it."""

    def __init__(self, turn: Turn) -> None:
        self.turn, self.is_over = turn, False


_within: ContextVar[tuple[_Mark, ...]] = ContextVar("within", default=())


class Turn:
    """The right to put a clock forward past what is due."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @property
    def is_within(self) -> bool:
        """Is this an errand of whoever has the turn, or something that it brings about?"""
        return any(each.turn is self and not each.is_over for each in _within.get())

    @contextmanager
    def within(self) -> Generator[None]:
        """What is done here is part of an errand."""
        mark = _Mark(self)
        before = _within.set((*_within.get(), mark))
        try:
            yield
        finally:
            mark.is_over = True
            _within.reset(before)

    def take(self, *, waits: bool) -> bool:
        """Have the turn, if nobody else has it, or once nobody has it any more.

        Within an errand, or where an event loop would stand still meanwhile, it is not waited for.
        """
        if self.is_within:
            return False
        if waits and not _is_loop():
            return self._lock.acquire(timeout=PATIENCE)
        return self._lock.acquire(blocking=False)

    async def awaited(self) -> None:
        """Wait, letting others run, until it can be had."""
        left = PATIENCE
        while self._lock.locked() and not self.is_within and left > 0:
            await asyncio.sleep(_NAP)
            left -= _NAP

    def release(self) -> None:
        """Let others have it."""
        self._lock.release()


def _is_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
