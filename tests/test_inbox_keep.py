"""How long an inbox keeps what was handled: long enough to know repeats, and not for ever."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from inboxes import Hands, event, until

from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.sqlite import SQLiteJournal

HOUR = 3600.0
PROGRAM = Path(__file__).parent / "keeping_on.py"


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def journal(tmp_path: Path, clock: Hands) -> Iterator[SQLiteJournal]:
    made = SQLiteJournal(tmp_path / "e.db", keep=timedelta(hours=1), now=clock)
    yield made
    made.close()


def ids(journal: SQLiteJournal) -> set[str]:
    """What is there."""
    return {each.envelope.event_id for each in journal.entries(limit=10_000).result()}


def handle(journal: SQLiteJournal, *numbers: int) -> None:
    """Keep events, and handle them."""
    journal.append([event(number) for number in numbers]).result()
    journal.take(len(numbers)).commit().result()


def test_what_was_handled_is_gone_an_hour_later_and_not_before(
    journal: SQLiteJournal, clock: Hands
) -> None:
    handle(journal, 1, 2)
    clock.advance(HOUR - 1)
    handle(journal, 3)
    assert journal.append([event(1)]).result() == [True], "a repeat is known all the time"
    assert ids(journal) == {"event-1", "event-2", "event-3"}
    clock.advance(61)
    handle(journal, 4)
    until(lambda: ids(journal) == {"event-3", "event-4"})
    assert journal.append([event(1)]).result() == [False]


def test_what_waits_and_dead_letters_stay(journal: SQLiteJournal, clock: Hands) -> None:
    journal.append([event(n) for n in range(4)]).result()
    batch = journal.take(3)
    dead, failed, handled = batch.taken
    batch.dead("no", dead).result()
    batch.retry(1e9, failed).result()
    batch.commit(handled).result()
    clock.advance(1000 * 24 * HOUR)
    journal.take(0)
    until(lambda: ids(journal) == {"event-0", "event-1", "event-3"})
    assert journal.resend().result() == ["event-0"]


def test_what_is_resent_is_kept_an_hour_from_then(journal: SQLiteJournal, clock: Hands) -> None:
    handle(journal, 1, 2)
    clock.advance(HOUR - 1)
    assert journal.resend(["event-1"]).result() == ["event-1"]
    journal.take(1).commit().result()
    clock.advance(HOUR / 2)
    journal.take(0)
    until(lambda: ids(journal) == {"event-1"})


def test_a_worker_with_nothing_to_do_tidies_too(tmp_path: Path, clock: Hands) -> None:
    with Inbox(tmp_path / "e.db", keep=timedelta(hours=1), now=clock) as inbox:
        inbox.start(lambda _: None)
        inbox.append([event(n) for n in range(700)])
        until(lambda: inbox.counts()["handled"] == 700)
        clock.advance(HOUR + 60)
        until(lambda: sum(inbox.counts().values()) == 0)


def test_for_ever_is_for_ever(tmp_path: Path, clock: Hands) -> None:
    journal = SQLiteJournal(tmp_path / "e.db", keep=None, now=clock)
    handle(journal, 1)
    clock.advance(1e9)
    handle(journal, 2)
    journal.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "e.db")) as file:
        assert file.execute("SELECT count(*) FROM events").fetchone() == (2,)


def test_who_only_looks_removes_nothing(tmp_path: Path, clock: Hands) -> None:
    place = tmp_path / "e.db"
    with Inbox(place, keep=None, now=clock) as inbox:
        inbox.append([event(1)])
        inbox.journal.take(1).commit().result()
    clock.advance(1e9)
    with Inbox(place, now=clock) as inbox:
        assert [each.state for each in inbox.entries()] == ["handled"]
    with Inbox(place, keep=None) as inbox:
        assert inbox.counts()["handled"] == 1


def test_of_a_body_that_was_removed_nothing_is_left_in_the_file(
    tmp_path: Path, clock: Hands
) -> None:
    place = tmp_path / "e.db"
    with Inbox(place, keep=timedelta(hours=1), now=clock) as inbox:
        inbox.append([event(n, b"latitude 52.37" * 700) for n in range(9)])
        inbox.journal.take(9).commit().result()
        clock.advance(HOUR + 60)
        inbox.append([event("later")])
        until(lambda: inbox.counts()["handled"] == 0)
    assert b"latitude" not in place.read_bytes()


@pytest.mark.parametrize("keep", [timedelta(0), timedelta(minutes=59), timedelta(days=-1)])
def test_too_short_a_time_is_refused(tmp_path: Path, keep: timedelta) -> None:
    with pytest.raises(ValueError, match="an hour or longer"):
        Inbox(tmp_path / "e.db", keep=keep)


def test_processes_that_share_a_file_keep_it_small_and_handle_each_event_once(
    tmp_path: Path,
) -> None:
    """Each event moves their common clock on by ten seconds, so that 360 are an hour's."""
    processes, events = 3, 600
    asked = [sys.executable, PROGRAM, tmp_path, str(events)]
    running = [
        subprocess.Popen([*asked, str(number)], stdout=subprocess.PIPE, text=True)
        for number in range(processes)
    ]
    told = [json.loads(each.communicate()[0]) for each in running]

    handled = (tmp_path / "log").read_text().split()
    assert sorted(handled) == sorted(
        f"event-{number}-{n}" for number in range(processes) for n in range(1, events)
    )
    assert all(each["unknown_repeats"] == 0 for each in told)
    with Inbox(tmp_path / "e.db", keep=None) as inbox:
        counts = inbox.counts()
        assert counts["dead"] == processes, "the first of each"
        assert counts["handled"] < 1000
    written = processes * events * 10_000
    assert (tmp_path / "e.db").stat().st_size < written * 3 / 4


def test_the_log_stays_small_while_events_come_and_go(tmp_path: Path) -> None:
    path, largest, body = tmp_path / "e.db", 0, b" " * 10_000
    with Inbox(path) as inbox:
        inbox.start(lambda _: None)
        for number in range(1_000):
            inbox.append([event(number, body)])
            largest = max(largest, Path(f"{path}-wal").stat().st_size)
    assert largest < 1_000 * len(body) / 2
