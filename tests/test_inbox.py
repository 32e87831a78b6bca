"""The inbox: handlers get each event until they succeed, later each time, and then no more."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest
from inboxes import Hands, event, until

from smartcar import InboxError
from smartcar.webhooks.inbox import Backoff, GiveUp, Inbox, TryAgain
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.sqlite import SQLiteJournal


class Tried:
    """A handler that remembers what it got, and fails as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.got: list[str] = []

    def __call__(self, envelope: Envelope) -> None:
        self.got.append(envelope.event_id)
        if self.failures:
            raise self.failures.pop(0)


class AsyncTried(Tried):
    """The same, awaited."""

    async def __call__(self, envelope: Envelope) -> None:  # type: ignore[override] # it is awaited
        await asyncio.sleep(0)
        super().__call__(envelope)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def inbox(tmp_path: Path, clock: Hands) -> Iterator[Inbox]:
    backoff = Backoff(first=10, factor=3, longest=60, tries=4)
    place = f"sqlite:///{tmp_path}/e.db"
    with Inbox(place, backoff=backoff, random=Random(7), now=clock) as made:
        yield made


def failed(inbox: Inbox, tries: int) -> bool:
    """Has an event failed so often, and is it put back?"""
    return any(
        each.tries == tries and not each.is_in_hand and each.reason is not None
        for each in inbox.entries("waiting")
    )


def test_appending_says_what_was_there_already(inbox: Inbox) -> None:
    assert inbox.append([event(1), event(2)]) == [False, False]
    assert inbox.append([event(2), event(3)]) == [True, False]
    assert inbox.counts() == {"waiting": 3, "handled": 0, "dead": 0}


async def test_appending_can_be_awaited(inbox: Inbox) -> None:
    told = await asyncio.gather(*(inbox.aappend([event(n % 40)]) for n in range(80)))
    assert sorted(told) == [[False]] * 40 + [[True]] * 40


@pytest.mark.parametrize("kind", [Tried, AsyncTried])
def test_each_event_is_handled_once(inbox: Inbox, kind: type[Tried]) -> None:
    handler = kind()
    inbox.append([event(n) for n in range(50)])
    inbox.start(handler)
    inbox.append([event(n) for n in range(40, 90)])
    until(lambda: inbox.counts()["handled"] == 90)
    assert sorted(handler.got) == sorted(f"event-{n}" for n in range(90))


@pytest.mark.parametrize("kind", [Tried, AsyncTried])
def test_who_fails_gets_it_again_later_each_time(
    inbox: Inbox, clock: Hands, kind: type[Tried]
) -> None:
    handler = kind(ValueError("no"), KeyError("no"))
    inbox.append([event(1)])
    inbox.start(handler)
    for tries, least, most in ((1, 5, 10), (2, 15, 30)):
        until(partial(failed, inbox, tries))
        (entry,) = inbox.entries()
        assert entry.due_at is not None
        assert least <= entry.due_at - clock.at <= most
        clock.advance(entry.due_at - clock.at)
    until(lambda: inbox.counts()["handled"] == 1)
    assert handler.got == ["event-1"] * 3


@pytest.mark.parametrize("kind", [Tried, AsyncTried])
def test_after_the_last_try_it_is_a_dead_letter_and_can_be_resent(
    inbox: Inbox, clock: Hands, kind: type[Tried]
) -> None:
    handler = kind(*(ValueError(f"no {n}") for n in range(4)))
    inbox.append([event(1)])
    inbox.start(handler)
    for tries in (1, 2, 3):
        until(partial(failed, inbox, tries))
        clock.advance(60)
    until(lambda: inbox.counts()["dead"] == 1)
    (dead,) = inbox.dead_letters()
    assert (dead.tries, dead.reason) == (4, "ValueError: no 3")

    assert inbox.resend() == ["event-1"]
    until(lambda: inbox.counts()["handled"] == 1)
    assert handler.got == ["event-1"] * 5
    assert inbox.dead_letters() == []


def test_a_handler_can_give_up_at_once(inbox: Inbox) -> None:
    inbox.append([event(1)])
    inbox.start(Tried(GiveUp("no such vehicle")))
    until(lambda: inbox.counts()["dead"] == 1)
    assert [each.reason for each in inbox.dead_letters()] == ["GiveUp: no such vehicle"]


def test_a_handler_can_say_when_it_wants_it_again(inbox: Inbox, clock: Hands) -> None:
    handler = Tried(TryAgain(1000, "the database is down"))
    inbox.append([event(1)])
    inbox.start(handler)
    until(lambda: failed(inbox, 1))
    (entry,) = inbox.entries()
    assert entry.due_at == clock.at + 1000
    assert entry.reason == "TryAgain: the database is down"
    clock.advance(1000)
    until(lambda: inbox.counts()["handled"] == 1)


def test_other_events_do_not_wait_for_one_that_fails(inbox: Inbox) -> None:
    def handle(envelope: Envelope) -> None:
        if envelope.event_id == "event-0":
            raise ValueError(envelope)

    inbox.append([event(n) for n in range(20)])
    inbox.start(handle, concurrency=1)
    until(lambda: inbox.counts() == {"waiting": 1, "handled": 19, "dead": 0})


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_are_in_hand_than_asked_for(inbox: Inbox, concurrency: int) -> None:
    running: list[int] = []
    seen: list[int] = []

    async def handle(_: Envelope) -> None:
        running.append(1)
        seen.append(len(running))
        await asyncio.sleep(0.001)
        running.pop()

    inbox.append([event(n) for n in range(30)])
    inbox.start(handle, concurrency=concurrency)
    until(lambda: inbox.counts()["handled"] == 30)
    assert max(seen) == concurrency


def test_one_at_a_time_is_the_order_in_which_they_came(inbox: Inbox) -> None:
    handler = Tried()
    inbox.append([event(n) for n in range(30)])
    inbox.start(handler, concurrency=1)
    until(lambda: inbox.counts()["handled"] == 30)
    assert handler.got == [f"event-{n}" for n in range(30)]


def test_a_function_that_gives_something_to_await_is_awaited(inbox: Inbox) -> None:
    handlers = {"event-1": AsyncTried()}
    inbox.append([event(1)])
    inbox.start(lambda envelope: handlers[envelope.event_id](envelope))
    until(lambda: inbox.counts()["handled"] == 1)
    assert handlers["event-1"].got == ["event-1"]


def test_a_partial_of_an_async_function_is_awaited(inbox: Inbox) -> None:
    got: list[str] = []

    async def handle(where: list[str], envelope: Envelope) -> None:
        where.append(envelope.event_id)

    inbox.append([event(1)])
    inbox.start(partial(handle, got))
    until(lambda: inbox.counts()["handled"] == 1)
    assert got == ["event-1"]


@pytest.mark.parametrize("error", [StopIteration("odd"), asyncio.CancelledError(), SystemExit(3)])
def test_odd_failures_are_failures_like_any_other(inbox: Inbox, error: BaseException) -> None:
    inbox.append([event(1), event(2)])
    inbox.start(Tried(error), concurrency=1)
    until(lambda: inbox.counts()["handled"] == 1)
    until(lambda: failed(inbox, 1))
    assert [each.tries for each in inbox.entries("waiting")] == [1]


def test_a_cancellation_inside_an_async_handler_is_a_failure(inbox: Inbox) -> None:
    inbox.append([event(1), event(2)])
    inbox.start(AsyncTried(asyncio.CancelledError()), concurrency=1)  # type: ignore[arg-type] # on purpose
    until(lambda: inbox.counts()["handled"] == 1)
    until(lambda: failed(inbox, 1))
    assert [each.reason for each in inbox.entries("waiting")] == ["The handler was cancelled."]


def test_run_returns_when_it_is_stopped_and_what_is_in_hand_is_done(inbox: Inbox) -> None:
    def handle(_: Envelope) -> None:
        inbox.stop()

    inbox.append([event(1)])
    inbox.run(handle)
    assert inbox.counts()["handled"] == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program by it")
def test_a_signal_can_stop_it_in_order(tmp_path: Path) -> None:
    program = f"""
import os, signal
from inboxes import event
from smartcar.webhooks.inbox import Inbox

with Inbox({str(tmp_path / "e.db")!r}) as inbox:
    signal.signal(signal.SIGTERM, lambda *_: inbox.stop())
    inbox.append([event(1)])
    inbox.run(lambda _: os.kill(os.getpid(), signal.SIGTERM))
    print(inbox.counts())
"""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-c", program]
    told = subprocess.run(asked, check=True, env=place, capture_output=True, text=True, timeout=50)
    assert told.stdout == "{'waiting': 0, 'handled': 1, 'dead': 0}\n"


def test_a_program_that_closes_nothing_ends_all_the_same(tmp_path: Path) -> None:
    program = f"""
import threading
from inboxes import event
from smartcar.webhooks.inbox import Inbox

handled = threading.Event()
inbox = Inbox({str(tmp_path / "e.db")!r})
inbox.start(lambda _: handled.set())
inbox.append([event(1)])
handled.wait(30)
"""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-c", program]
    told = subprocess.run(asked, check=True, env=place, capture_output=True, text=True, timeout=50)
    assert told.stderr == ""


async def test_a_task_that_is_cancelled_puts_back_what_it_awaits(inbox: Inbox) -> None:
    begun = asyncio.Event()

    async def handle(_: Envelope) -> None:
        begun.set()
        await asyncio.Event().wait()

    inbox.append([event(1)])
    running = asyncio.create_task(inbox.arun(handle))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (entry,) = inbox.entries()
    assert (entry.is_in_hand, entry.reason) == (False, "The worker was stopped.")


async def test_a_task_that_is_cancelled_waits_for_its_threads(inbox: Inbox) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def handle(_: Envelope) -> None:
        begun.set()
        assert go_on.wait(30)

    inbox.append([event(1)])
    running = asyncio.create_task(inbox.arun(handle))
    await asyncio.to_thread(begun.wait)
    running.cancel()
    await asyncio.sleep(0.01)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert inbox.counts()["handled"] == 1


def test_a_handler_that_takes_longer_than_a_lease_keeps_its_event(
    tmp_path: Path, clock: Hands
) -> None:
    path, stolen = tmp_path / "e.db", list[object]()
    others = SQLiteJournal(path, lease_seconds=2.0, now=clock)

    def handle(_: Envelope) -> None:
        for _ in range(3):
            clock.advance(1.5)
            stolen.extend(others.take(1).taken)
            until(is_renewed)

    def is_renewed() -> bool:
        entry = others.entry("event-1").result()
        return entry is not None and entry.due_at == clock.at + 2

    with Inbox(SQLiteJournal(path, lease_seconds=2.0, now=clock)) as inbox:
        inbox.append([event(1)])
        inbox.start(handle)
        until(lambda: inbox.counts()["handled"] == 1)
    others.close()
    assert stolen == []


def test_an_event_that_ends_every_worker_is_a_dead_letter_in_the_end(
    inbox: Inbox, clock: Hands
) -> None:
    inbox.append([event(1)])
    for _ in range(4):
        assert inbox.journal.take(1).taken, "as of a worker that was killed"
        clock.advance(inbox.journal.lease_seconds)
    handler = Tried()
    inbox.start(handler)
    until(lambda: inbox.counts()["dead"] == 1)
    assert handler.got == []
    assert "Its worker ended" in str(inbox.dead_letters()[0].reason)


def test_a_failure_is_logged_without_the_event(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "smartcar"):
        inbox.append([event(1, b"hush")])
        inbox.start(Tried(ValueError("no")))
        until(lambda: failed(inbox, 1))
        inbox.close()
    assert "The handler failed: Event event-1" in caplog.text
    assert "hush" not in caplog.text


def test_a_closed_inbox_says_so(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path / "e.db")
    inbox.close()
    inbox.close()
    with pytest.raises(InboxError, match="closed"):
        inbox.append([event(1)])
    with pytest.raises(InboxError, match="closed"):
        inbox.run(Tried())


async def test_a_disk_that_does_not_answer_is_waited_for_only_so_long(tmp_path: Path) -> None:
    journal = SQLiteJournal(tmp_path / "e.db")
    go_on = threading.Event()
    journal._writer.submit(lambda _: go_on.wait(30))
    inbox = Inbox(journal, patience_seconds=0.01)
    with pytest.raises(InboxError, match=r"did not answer within 0\.01 seconds"):
        inbox.append([event(1)])
    with pytest.raises(InboxError, match=r"did not answer within 0\.01 seconds"):
        await inbox.aappend([event(2)])
    go_on.set()
    inbox.close()


async def test_of_those_who_append_together_who_is_to_blame_fails_alone(inbox: Inbox) -> None:
    odd = Envelope("\ud800", 0.0, b"")
    asked = [inbox.aappend([each]) for each in (event(1), odd, event(2), event(1))]
    first, failed, second, again = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(failed, UnicodeEncodeError)
    assert (first, second, again) == ([False], [False], [True])


async def test_who_is_cancelled_harms_nobody_who_appends_with_him(inbox: Inbox) -> None:
    early = asyncio.create_task(inbox.aappend([event(1)]))
    late = asyncio.create_task(inbox.aappend([event(2), event(3)]))
    others = asyncio.create_task(inbox.aappend([event(3), event(4)]))
    await asyncio.sleep(0)
    late.cancel()
    assert await early == [False]
    assert (await others)[1] is False
    with pytest.raises(asyncio.CancelledError):
        await late


def test_each_event_loop_has_its_own_turns(inbox: Inbox) -> None:
    async def append(number: int) -> list[bool]:
        return await inbox.aappend([event(number)])

    assert [asyncio.run(append(number)) for number in (1, 2, 1)] == [[False], [False], [True]]


@pytest.mark.parametrize("concurrency", [0, -1])
def test_a_concurrency_of_none_is_refused(inbox: Inbox, concurrency: int) -> None:
    with pytest.raises(ValueError, match="concurrency"):
        inbox.run(Tried(), concurrency=concurrency)


@pytest.mark.parametrize("wrong", [{"first": -1}, {"factor": 0.5}, {"longest": -1}, {"tries": 0}])
def test_a_backoff_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Backoff needs"):
        Backoff(**wrong)  # type: ignore[arg-type] # whole numbers are among them


def test_a_backoff_grows_to_its_limit_and_ends() -> None:
    backoff = Backoff(first=1, factor=2, longest=100, tries=2000)
    waits = [backoff.seconds(tries, Random(7)) or 0 for tries in range(1, 2000)]
    assert all(0.5 <= wait <= 1 for wait in waits[:1])
    assert all(50 <= wait <= 100 for wait in waits[7:])
    assert backoff.seconds(2000, Random(7)) is None


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_a_delay_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        TryAgain(seconds)


def test_an_inbox_that_is_closed_at_once_ends_in_order(tmp_path: Path) -> None:
    told: list[threading.ExceptHookArgs] = []
    threading.excepthook, usual = told.append, threading.excepthook
    try:
        for _ in range(30):
            inbox = Inbox(tmp_path / "e.db")
            inbox.start(lambda _: None)
            inbox.close()
    finally:
        threading.excepthook = usual
    assert told == []
    with pytest.raises(InboxError, match="was closed"):
        inbox.start(lambda _: None)


def test_a_start_that_is_stopped_before_it_began_ends(inbox: Inbox) -> None:
    got: list[Envelope] = []
    inbox.append([event(1)])
    inbox.start(got.append)
    inbox.stop()
    until(lambda: "smartcar-inbox-run" not in {each.name for each in threading.enumerate()})
    assert inbox.counts()["handled"] == len(got)


@pytest.mark.parametrize("is_async", [True, False])
def test_a_handler_that_closes_its_inbox_is_told_what_to_do(
    inbox: Inbox, caplog: pytest.LogCaptureFixture, *, is_async: bool
) -> None:
    def handle(_: Envelope) -> None:
        inbox.close()

    async def ahandle(_: Envelope) -> None:
        inbox.close()

    inbox.append([event(1)])
    inbox.start(ahandle if is_async else handle)
    until(lambda: "close from another thread" in caplog.text)
    inbox.close()
    with pytest.raises(InboxError, match="was closed"):
        inbox.counts()


def test_what_a_handler_leaves_behind_may_close_its_inbox(inbox: Inbox) -> None:
    left: list[contextvars.Context] = []
    inbox.append([event(1)])
    running = inbox.start(lambda _: left.append(contextvars.copy_context()))
    until(lambda: inbox.counts()["handled"] == 1)
    left[0].run(running.stop)
    inbox.append([event(2)])
    assert [each.envelope.event_id for each in inbox.journal.take(9).taken] == ["event-2"]


@pytest.mark.once
def test_what_became_of_an_event_is_kept_although_others_write_for_long_while_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def handle(_: Envelope) -> None:
        begun.set()
        assert goes_on.wait(30)

    path = tmp_path / "e.db"
    other = sqlite3.connect(path, isolation_level=None, timeout=30)
    with Inbox(path) as inbox:
        inbox.append([event(1)])
        running = inbox.start(handle)
        assert begun.wait(30)
        other.execute("BEGIN IMMEDIATE")
        inbox.stop()
        goes_on.set()
        until(lambda: "what became of it is not kept yet" in caplog.text)
        other.execute("ROLLBACK")
        running.stop()
        assert inbox.counts()["handled"] == 1
    other.close()
