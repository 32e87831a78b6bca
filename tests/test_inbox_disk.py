"""The inbox and its disk: nothing is acknowledged before it is there, nor when it cannot be."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from disks import FULL, STRACE, Full, appended, failing
from inboxes import event, until

from smartcar import InboxError
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.sqlite import SQLiteJournal

BIG = b" " * 50_000
"""The largest body that Smartcar sends."""


def test_the_disk_has_an_event_before_it_is_acknowledged(tmp_path: Path) -> None:
    settings = ("synchronous", "journal_mode", "fullfsync")
    journal = SQLiteJournal(tmp_path / "e.db")
    told = journal._read(lambda file: [file.execute(f"PRAGMA {n}").fetchone()[0] for n in settings])
    assert told.result() == [2, "wal", 1], "FULL: SQLite waits for the disk with each commit"
    journal.close()
    if STRACE:
        calls = traced(tmp_path)
        assert calls.count("acknowledged") == 5
        assert not re.search("written(,waited for)?(,written)+,acknowledged", ",".join(calls))
        assert (
            re.findall("written,waited for,acknowledged", ",".join(calls))
            == ["written,waited for,acknowledged"] * 5
        )


def traced(folder: Path) -> list[str]:
    """What a program that appends five events did with the log of its file, in order."""
    trace = folder / "trace"
    watched = "trace=pwrite64,pwritev,write,fsync,fdatasync"
    appended(folder / "e.db", 1, 5, under=[*STRACE, "-e", watched, "-o", str(trace)])
    calls: list[str] = []
    for line in trace.read_text().splitlines():
        if re.search(r'\bwrite\(1<.*"kept ', line):
            calls.append("acknowledged")
        elif re.search(r"(pwrite64|pwritev|write)\(\d+<.*e\.db-wal>", line):
            calls.append("written")
        elif re.search(r"(fsync|fdatasync)\(\d+<.*e\.db-wal>", line):
            calls.append("waited for")
    return [each for n, each in enumerate(calls) if n == 0 or each != calls[n - 1]]


if STRACE:

    @pytest.mark.parametrize("number", [1, 3, 6])
    def test_an_event_whose_disk_fails_is_refused_and_the_next_is_kept(
        tmp_path: Path, number: int
    ) -> None:
        path = tmp_path / "e.db"
        assert appended(path, 0, 0) == ["kept 0"]  # so that the file is there, and its log
        told = appended(path, 1, 8, under=failing(str(number)))

        assert sorted(line.split()[0] for line in told) == ["kept"] * 7 + ["refused"]
        with Inbox(path) as inbox:
            kept = {each.envelope.event_id for each in inbox.entries()}
            assert {f"event-{line.split()[1]}" for line in told if line.startswith("kept")} <= kept
            inbox.append([event(n) for n in range(1, 9)])
            assert inbox.counts()["waiting"] == 9


def test_a_failing_disk_is_told(tmp_path: Path) -> None:
    if STRACE:
        assert appended(tmp_path / "e.db", 1, 3, under=failing("1+")) == [
            f"refused {n}" for n in (1, 2, 3)
        ]
    (tmp_path / "folder").mkdir()
    with pytest.raises(InboxError, match="cannot be used"):
        Inbox(tmp_path / "folder")


def filled(inbox: Inbox) -> list[str]:
    """Append until nothing more can be, not even after tidying up; ids of what was kept."""
    kept: list[str] = []
    refused = 0
    for number in range(500):
        try:
            inbox.append([event(number, BIG)])
        except InboxError:
            refused += 1
        else:
            kept.append(f"event-{number}")
            refused = 0
        if refused == 10:
            return kept
    raise AssertionError("the disk is never full")


@pytest.mark.parametrize("place", FULL)
def test_a_full_disk_is_told_and_loses_nothing_and_then_all_goes_on(
    tmp_path: Path, place: Full
) -> None:
    with place(tmp_path) as (folder, free), Inbox(folder / "e.db") as inbox:
        kept = filled(inbox)
        assert {each.envelope.event_id for each in inbox.entries()} >= set(kept)
        with pytest.raises(InboxError, match=r"disk.*Check the inbox"):
            inbox.append([event("later", BIG)])

        free()
        assert inbox.append([event("at last", BIG)]) == [False]
        handled: list[str] = []
        inbox.start(lambda envelope: handled.append(envelope.event_id))
        until(lambda: inbox.counts()["waiting"] == 0)
        assert set(handled) >= {*kept, "event-at last"}
        assert len(handled) == len(set(handled))


def test_a_file_that_is_removed_takes_no_acknowledged_event_with_it(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    with Inbox(path) as inbox:
        inbox.append([event(1)])
        for each in tmp_path.iterdir():
            each.unlink()
        assert inbox.append([event(2)]) == [False]
        with Inbox(path) as another:
            assert [each.envelope.event_id for each in another.entries()] == ["event-2"]


def test_a_file_that_is_removed_while_it_is_written_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    journal = SQLiteJournal(path)

    def remove(_: object) -> None:
        for each in tmp_path.iterdir():
            each.unlink()

    with pytest.raises(InboxError, match="removed or replaced"):
        journal.perform(remove).result(30)
    assert journal.append([event(1)]).result(30) == [False]
    journal.close()
    with Inbox(path) as inbox:
        assert inbox.counts()["waiting"] == 1


def as_killed(path: Path, folder: Path) -> list[str]:
    """Ids of the events that are found if all programs are killed now."""
    folder.mkdir()
    for each in path.parent.glob("e.db*"):
        if not each.name.endswith("-shm"):
            shutil.copy(each, folder)
    with Inbox(folder / "e.db") as inbox:
        return sorted(each.envelope.event_id for each in inbox.entries())


@pytest.mark.parametrize("is_read_first", [True, False])
def test_a_log_that_is_removed_takes_no_acknowledged_event_with_it(
    tmp_path: Path, is_read_first: bool
) -> None:
    path = tmp_path / "e.db"
    with Inbox(path) as inbox:
        inbox.append([event(1)])
        Path(f"{path}-wal").unlink()
        if is_read_first:
            assert len(inbox.entries()) == 1
        assert inbox.append([event(2), event(1)]) == [False, True]
        assert as_killed(path, tmp_path / "copy") == ["event-1", "event-2"]


def test_a_log_that_is_removed_under_several_programs_takes_nothing_with_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "e.db"
    with Inbox(path) as inbox:
        others = [SQLiteJournal(path) for _ in range(3)]
        for number in range(10):
            inbox.append([event(number)])
            if number % 3 == 0:
                Path(f"{path}-wal").unlink()
            for each, other in enumerate(others):
                assert other.append([event(f"{number}-{each}")]).result(30) == [False]
        expected = {f"event-{n}" for n in range(10)}
        expected |= {f"event-{n}-{each}" for n in range(10) for each in range(3)}
        assert {each.envelope.event_id for each in inbox.entries(limit=100)} == expected
        assert set(as_killed(path, tmp_path / "copy")) == expected
        for other in others:
            other.close()


def test_a_log_that_is_removed_is_saved_by_who_ends(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    journal, other = SQLiteJournal(path), SQLiteJournal(path)
    for number in (1, 2, 3):  # with the first it is tidied, too
        assert journal.append([event(number)]).result(30) == [False]
    Path(f"{path}-wal").unlink()
    journal.close()
    with Inbox(path) as later:
        assert later.counts()["waiting"] == 3
    other.close()


def test_a_log_that_is_removed_while_something_is_kept_is_said_and_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def handle_and_remove(file: sqlite3.Connection) -> None:
        file.execute("UPDATE progress SET state = 1")
        Path(f"{path}-wal").unlink()

    path = tmp_path / "e.db"
    journal = SQLiteJournal(path)
    assert journal.append([event(1)]).result(30) == [False]
    journal.perform(handle_and_remove).result(30)
    assert "was removed: what it held was saved" in caplog.text
    assert as_killed(path, tmp_path / "copy") == ["event-1"]
    with Inbox(tmp_path / "copy" / "e.db") as copy:
        assert copy.counts()["handled"] == 1
    assert journal.append([event(2)]).result(30) == [False]
    assert as_killed(path, tmp_path / "another copy") == ["event-1", "event-2"]
    journal.close()


def test_a_file_that_is_removed_while_something_is_kept_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "e.db"
    journal = SQLiteJournal(path)
    assert journal.append([event(1)]).result(30) == [False]
    with pytest.raises(InboxError, match="removed or replaced"):
        journal.perform(lambda _: path.unlink()).result(30)
    journal.close()


def test_a_header_that_nothing_can_write_keeps_no_event_from_being_kept(tmp_path: Path) -> None:
    with Inbox(tmp_path / "e.db") as inbox:
        inbox.append([Envelope("event-1", 1.0, b"{}", {"User-Agent": "a\udcff"})])
        (entry,) = inbox.entries()
        assert entry.envelope.headers == {"user-agent": "a?"}
