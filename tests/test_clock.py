"""Virtual time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.clock import DAYBREAK, LAST_DAY
from smartcar.simulator.lengths import seconds


def test_a_frozen_clock_begins_on_a_fixed_morning_and_stands() -> None:
    clock = VirtualClock()
    assert clock.now() == DAYBREAK == datetime(2026, 6, 1, 6, tzinfo=UTC).timestamp()
    assert clock.speed == 0
    assert clock.now() == clock.now()


def test_a_running_clock_begins_now() -> None:
    before = time.time()
    assert VirtualClock(speed=1).now() >= before


def test_a_clock_begins_where_it_is_told() -> None:
    assert VirtualClock(1_800_000_000.0).now() == 1_800_000_000.0


@pytest.mark.parametrize("start", [-1.0, LAST_DAY + 1, float("nan"), float("inf")])
def test_a_clock_begins_in_the_calendar(start: float) -> None:
    with pytest.raises(ValueError, match="between 1970-01-01 and 9999-12-01"):
        VirtualClock(start)


def test_a_running_clock_stands_at_the_end_of_the_calendar() -> None:
    clock = VirtualClock(LAST_DAY - 1, speed=1e6)
    while clock.now() < LAST_DAY:
        time.sleep(0.001)
    time.sleep(0.01)
    assert clock.now() == LAST_DAY


NO_LENGTH = ("nan", "inf")


@pytest.mark.parametrize("speed", [-1.0, 1e6 + 1, float("nan"), float("inf")])
def test_a_speed_is_from_frozen_to_a_million(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be 0"):
        VirtualClock(speed=speed)


@pytest.mark.parametrize("speed", [-1.0, 1e6 + 1, float("nan"), float("inf")])
def test_a_later_speed_is_held_to_the_same_range(speed: float) -> None:
    clock = VirtualClock()
    with pytest.raises(ValueError, match="speed must be 0"):
        clock.speed = speed


@pytest.mark.parametrize(
    ("by", "length"),
    [
        (90, 90.0),
        (0, 0.0),
        (timedelta(hours=2), 7200.0),
        ("90s", 90.0),
        ("15min", 900.0),
        ("15m", 900.0),
        ("3h", 10800.0),
        ("1d 2h", 93600.0),
        (" 1w1d ", 691200.0),
        ("1.5h", 5400.0),
    ],
)
def test_a_length_of_time_is_said_in_many_ways(by: float | str | timedelta, length: float) -> None:
    assert seconds(by) == length
    clock = VirtualClock()
    assert clock.advance(by) == clock.now() == DAYBREAK + length


@pytest.mark.parametrize(
    "by",
    [
        -1,
        timedelta(seconds=-1),
        "",
        "  ",
        "soon",
        "3",
        "3x",
        "1h and",
        "-3h",
        *map(float, NO_LENGTH),
    ],
)
def test_what_is_no_length_of_time_is_refused_and_moves_nothing(
    by: float | str | timedelta,
) -> None:
    clock = VirtualClock()
    with pytest.raises(ValueError, match=r"time goes forward only|is no length of time"):
        clock.advance(by)
    assert clock.now() == DAYBREAK


def test_nobody_can_leave_the_calendar() -> None:
    with Simulator() as simulator, pytest.raises(ValueError, match=r"far|year|calendar"):
        simulator.clock.advance(1e12)
    with Simulator() as simulator:
        simulator.clock.advance("300d")
        assert simulator.send(Request("GET", "/v3/connections")).status == 401


def test_reaching_a_time_never_goes_back() -> None:
    clock = VirtualClock()
    clock.reach(DAYBREAK - 1)
    assert clock.now() == DAYBREAK
    clock.reach(DAYBREAK + 1)
    assert clock.now() == DAYBREAK + 1


def test_a_frozen_clock_sleeps_by_going_forward_at_once() -> None:
    clock = VirtualClock()
    clock.sleep(3600)
    assert clock.now() == DAYBREAK + 3600


async def test_a_frozen_clock_awaits_by_going_forward_at_once() -> None:
    clock = VirtualClock()
    await clock.asleep(3600)
    assert clock.now() == DAYBREAK + 3600


def test_a_hurried_clock_sleeps_for_virtual_seconds() -> None:
    clock = VirtualClock(DAYBREAK, speed=100_000)
    clock.sleep(60)
    assert clock.now() >= DAYBREAK + 60


def test_a_clock_that_is_stopped_keeps_what_it_has_reached() -> None:
    clock = VirtualClock(DAYBREAK, speed=1e6)
    clock.sleep(60)
    clock.speed = 0
    stopped = clock.now()
    assert stopped >= DAYBREAK + 60
    assert clock.now() == stopped


@given(st.lists(st.one_of(st.floats(0, 1e5), st.tuples(st.floats(0, 2e9)), st.just("speed"))))
def test_whatever_is_done_to_it_time_never_goes_back(
    steps: list[float | tuple[float] | str],
) -> None:
    clock = VirtualClock()
    last = clock.now()
    for step in steps:
        if isinstance(step, tuple):
            clock.reach(*step)
        elif isinstance(step, str):
            clock.speed = 0.0 if clock.speed else 1000.0
        else:
            clock.advance(step)
        now = clock.now()
        assert now >= last
        last = now


# --- who waits follows the clock ------------------------------------------------------------------


@pytest.fixture
def slow() -> VirtualClock:
    """By which nobody would wait to its end: a day is a day."""
    return VirtualClock(speed=1)


def meanwhile(clock: VirtualClock, change: Callable[[], object]) -> float:
    """How late it is when a thread that wants to sleep a day has slept, after *change*."""
    woke: list[float] = []
    sleeper = threading.Thread(target=lambda: (clock.sleep(DAY), woke.append(clock.now())))
    sleeper.daemon = True
    sleeper.start()
    while not clock.is_waited_for and sleeper.is_alive():
        time.sleep(0.001)
    change()
    sleeper.join(60)
    assert woke, "it still sleeps"
    return woke[0]


DAY = 86400.0
CHANGES = ["put forward", "hurried", "frozen", "put back"]


def change(clock: VirtualClock, name: str) -> None:
    match name:
        case "put forward":
            clock.advance("25h")
        case "hurried":
            clock.speed = 1e6
        case "frozen":
            clock.speed = 0
        case _:
            clock.set(DAYBREAK)


@pytest.mark.parametrize("name", CHANGES)
def test_a_thread_that_sleeps_follows_the_clock(slow: VirtualClock, name: str) -> None:
    begun = slow.now()
    woke = meanwhile(slow, lambda: change(slow, name))
    assert woke >= begun + DAY or name == "put back"


@pytest.mark.parametrize("name", CHANGES)
async def test_a_task_that_sleeps_follows_the_clock(slow: VirtualClock, name: str) -> None:
    begun = slow.now()
    sleeper = asyncio.ensure_future(slow.asleep(DAY))
    await asyncio.sleep(0)
    assert slow.is_waited_for
    await asyncio.to_thread(change, slow, name)
    await asyncio.wait_for(sleeper, 60)
    assert slow.now() >= begun + DAY or name == "put back"


@pytest.mark.parametrize("by", [timedelta(days=3654), "100000w"])
def test_a_clock_is_put_forward_by_ten_years_at_once_at_most(by: str | timedelta) -> None:
    clock = VirtualClock()
    with pytest.raises(ValueError, match="ten years"):
        clock.advance(by)
    assert clock.now() == DAYBREAK
    assert clock.advance("3653d") == DAYBREAK + 3653 * DAY
