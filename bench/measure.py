"""Time and processor time per call.  Only the standard library here."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

WARM_UP: Final = 200
"""Calls before the clock starts: they open connections and fill caches."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds per call."""

    cpu: float
    """User and system time of this process, all its threads."""
    wall: float

    def tell(self) -> None:
        """Print it for the one who started this process."""
        print(json.dumps(asdict(self)), flush=True)


def blocking(call: Callable[[], object], calls: int) -> Cost:
    """What *call* costs, one at a time."""
    for _ in range(WARM_UP):
        call()
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    for _ in range(calls):
        call()
    return _since(cpu, wall, calls)


async def awaiting(each: Sequence[Callable[[], Awaitable[object]]], calls: int) -> Cost:
    """What a call costs with as many in flight as there are callables in *each*."""
    await _work(each, WARM_UP + len(each))
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    await _work(each, calls)
    return _since(cpu, wall, calls)


async def _work(each: Sequence[Callable[[], Awaitable[object]]], calls: int) -> None:
    turns = iter(range(calls))
    await asyncio.gather(*(_take(turns, call) for call in each))


async def _take(turns: Iterator[int], call: Callable[[], Awaitable[object]]) -> None:
    for _ in turns:
        await call()


def _since(cpu: int, wall: int, calls: int) -> Cost:
    cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
    return Cost(cpu / calls / 1000, wall / calls / 1000)
