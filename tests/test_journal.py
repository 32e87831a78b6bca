"""The journal: what it keeps, what it hands out and to whom, and what becomes of it."""

from __future__ import annotations

import gc
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from inboxes import Hands, event, until

from smartcar import InboxError
from smartcar.webhooks.inbox import open_journal
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.sqlite import SQLiteJournal


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def journal(path: Path, clock: Hands) -> Iterator[SQLiteJournal]:
    made = SQLiteJournal(path, lease_seconds=30, now=clock)
    yield made
    made.close()


def ids(journal: SQLiteJournal, most: int = 10) -> list[str]:
    """What is handed out now."""
    return [each.envelope.event_id for each in journal.take(most).taken]


def test_an_event_is_kept_as_it_came(journal: SQLiteJournal) -> None:
    kept = event(1, b"\x00\xff not even JSON")
    assert journal.append([kept]).result() == [False]
    assert [each.envelope for each in journal.take(1).taken] == [kept]


def test_only_headers_that_are_needed_are_kept(journal: SQLiteJournal, path: Path) -> None:
    headers = {"SC-SIGNATURE": "ab", "Authorization": "Bearer hush", "Cookie": "hush=1"}
    journal.append([Envelope("e", 0.0, b"", headers)]).result()
    entry = journal.entry("e").result()
    journal.close()
    assert entry is not None
    assert entry.envelope.headers == {"sc-signature": "ab"}
    assert b"hush" not in path.read_bytes()


def test_neither_the_body_nor_the_signature_is_in_a_repr() -> None:
    assert "ab12" not in repr(event(1))
    assert "VEHICLE_STATE" not in repr(event(1))


def test_an_event_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="event_id is empty"):
        Envelope("", 0.0, b"")


@pytest.mark.parametrize("event_id", ["a\x00b", "a'; DROP TABLE events; --", "é\U0001f697" * 99])
def test_any_text_is_an_id(journal: SQLiteJournal, event_id: str) -> None:
    assert journal.append([Envelope(event_id, 0.0, b""), Envelope("a", 0.0, b"")]).result() == [
        False,
        False,
    ]
    assert journal.append([Envelope(event_id, 0.0, b"")]).result() == [True]
    assert ids(journal) == [event_id, "a"]
    entry = journal.entry(event_id).result()
    assert entry is not None
    assert entry.envelope.event_id == event_id


def test_an_id_that_cannot_be_written_fails_alone(journal: SQLiteJournal) -> None:
    asked = [journal.append([event(n)]) for n in range(50)]
    odd = journal.append([Envelope("\ud800", 0.0, b"")])
    asked += [journal.append([event(n)]) for n in range(50, 99)]
    with pytest.raises(UnicodeEncodeError):
        odd.result()
    assert [each.result() for each in asked] == [[False]] * 99


def test_repeats_are_flagged_within_a_call_and_ever_after(journal: SQLiteJournal) -> None:
    assert journal.append([event(1), event(2), event(1)]).result() == [False, False, True]
    journal.take(10).commit().result()
    assert journal.append([event(2), event(3)]).result() == [True, False]
    assert ids(journal) == ["event-3"]


def test_callers_who_share_a_transaction_each_get_their_own_flags(journal: SQLiteJournal) -> None:
    asked = [journal.append([event(n), event(n % 50)]) for n in range(200)]
    told = [each.result() for each in asked]
    assert told == [[False, True]] * 200
    assert journal.counts().result() == {"waiting": 200, "handled": 0, "dead": 0}


def test_two_writers_of_one_file_agree_on_what_is_a_repeat(path: Path) -> None:
    journals = [SQLiteJournal(path) for _ in range(2)]
    asked = [each.append([event(n)]) for n in range(100) for each in journals]
    repeats = [each.result()[0] for each in asked]
    assert sum(repeats) == 100
    for each in journals:
        each.close()


def test_events_are_handed_out_in_their_order_and_to_one_holder(journal: SQLiteJournal) -> None:
    journal.append([event(n) for n in range(5)]).result()
    assert ids(journal, 3) == ["event-0", "event-1", "event-2"]
    assert ids(journal, 3) == ["event-3", "event-4"]
    assert ids(journal, 3) == []


def test_what_a_holder_does_not_finish_comes_back_when_its_lease_ends(
    journal: SQLiteJournal, clock: Hands
) -> None:
    journal.append([event(1)]).result()
    late = journal.take(1)
    clock.advance(29)
    assert ids(journal) == []
    clock.advance(1)
    again = journal.take(1)
    assert [each.tries for each in again.taken] == [2]
    assert late.commit().result() == 0, "it is another's by now"
    assert again.commit().result() == 1


def test_a_lease_that_is_renewed_lasts(journal: SQLiteJournal, clock: Hands) -> None:
    journal.append([event(1)]).result()
    batch = journal.take(1)
    for _ in range(3):
        clock.advance(20)
        assert batch.renew().result() == 1
        assert ids(journal) == []
    assert batch.commit().result() == 1


def test_a_part_of_a_batch_can_be_settled(journal: SQLiteJournal, clock: Hands) -> None:
    journal.append([event(n) for n in range(3)]).result()
    batch = journal.take(3)
    first, second, third = batch.taken
    assert batch.commit(first).result() == 1
    assert batch.retry(60, second, reason="not now").result() == 1
    assert batch.taken == (third,)
    assert batch.dead("never").result() == 1
    assert journal.counts().result() == {"waiting": 1, "handled": 1, "dead": 1}
    assert ids(journal) == []
    clock.advance(60)
    assert ids(journal) == ["event-1"]


def test_what_is_settled_once_cannot_be_settled_again(journal: SQLiteJournal) -> None:
    journal.append([event(1)]).result()
    batch = journal.take(1)
    (one,) = batch.taken
    assert batch.commit(one).result() == 1
    assert batch.retry(0, one).result() == 0
    assert ids(journal) == []


def test_entries_say_how_far_each_event_is(journal: SQLiteJournal, clock: Hands) -> None:
    journal.append([event(n) for n in range(4)]).result()
    batch = journal.take(3)
    batch.commit(batch.taken[0]).result()
    batch.dead("it has no vehicle", batch.taken[0]).result()
    newest, held, dead, handled = journal.entries().result()
    assert (newest.state, newest.tries, newest.is_in_hand) == ("waiting", 0, False)
    assert (held.state, held.tries, held.is_in_hand) == ("waiting", 1, True)
    assert held.due_at == clock.at + 30
    assert (dead.state, dead.reason, dead.due_at) == ("dead", "it has no vehicle", None)
    assert (handled.state, handled.reason, handled.changed_at) == ("handled", None, clock.at)
    assert journal.entries("dead").result() == [dead]
    assert journal.entries(limit=1).result() == [newest]
    assert journal.entry("event-2").result() == held
    assert journal.entry("event-9").result() is None


def test_dead_letters_and_handled_events_can_be_resent(journal: SQLiteJournal) -> None:
    journal.append([event(n) for n in range(4)]).result()
    batch = journal.take(3)
    batch.commit(batch.taken[0]).result()
    batch.dead("no").result()
    assert journal.resend().result() == ["event-1", "event-2"]
    assert journal.resend(["event-0", "event-3", "event-9", "event-0"]).result() == ["event-0"]
    taken = journal.take(9).taken
    assert sorted((each.envelope.event_id, each.tries) for each in taken) == [
        (f"event-{n}", 1) for n in range(4)
    ]


def test_who_waits_is_woken_by_an_event(journal: SQLiteJournal) -> None:
    taken: list[str] = []
    waiting = threading.Thread(
        target=lambda: taken.extend(t.envelope.event_id for t in journal.take(1, 30).taken)
    )
    waiting.start()
    journal.append([event(1)]).result()
    waiting.join()
    assert taken == ["event-1"]


def test_who_waits_sees_what_another_process_appends(journal: SQLiteJournal, path: Path) -> None:
    other = SQLiteJournal(path)
    threading.Timer(0.01, lambda: other.append([event(1)]).result()).start()
    assert [each.envelope.event_id for each in journal.take(1, 30).taken] == ["event-1"]
    other.close()


def test_who_waits_in_vain_can_be_woken(journal: SQLiteJournal) -> None:
    waiting = threading.Thread(target=journal.take, args=(1, 1e6))
    waiting.start()
    while waiting.is_alive():
        journal.wake()
        waiting.join(0.01)


def test_a_clock_that_is_put_back_holds_nothing_up(journal: SQLiteJournal, clock: Hands) -> None:
    clock.advance(86_400)
    journal.append([event(1), event(2)]).result()
    journal.take(1)
    clock.advance(-86_400)
    assert ids(journal) == ["event-1", "event-2"]


def test_what_was_appended_is_there_after_a_new_start(path: Path) -> None:
    first = SQLiteJournal(path)
    first.append([event(1)]).result()
    first.close()
    second = SQLiteJournal(path)
    assert second.append([event(1)]).result() == [True]
    assert ids(second) == ["event-1"]
    second.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_file_is_its_owners_alone(journal: SQLiteJournal, path: Path) -> None:
    journal.append([event(1)]).result()
    for each in (path, Path(f"{path}-wal")):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_a_closed_journal_says_so(path: Path) -> None:
    journal = SQLiteJournal(path)
    journal.close()
    journal.close()
    with pytest.raises(InboxError, match="it was closed"):
        journal.append([event(1)]).result()


def test_what_was_asked_before_the_end_is_done(path: Path) -> None:
    journal = SQLiteJournal(path)
    asked = [journal.append([event(n)]) for n in range(500)]
    journal.close()
    assert [each.result() for each in asked] == [[False]] * 500


def test_a_journal_that_is_forgotten_lets_go_of_its_file(path: Path) -> None:
    journal = SQLiteJournal(path)
    journal.append([event(1)]).result()
    assert Path(f"{path}-wal").exists()
    del journal

    def is_let_go() -> bool:
        gc.collect()  # its thread may be at work on it just now
        return not Path(f"{path}-wal").exists()

    until(is_let_go)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InboxError, match=r"No such file or directory.*Check the inbox"):
        SQLiteJournal(tmp_path / "nowhere" / "events.db")


def test_what_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("dear diary " * 200)
    with pytest.raises(InboxError, match="not a database"):
        SQLiteJournal(path)
    assert path.read_text() == "dear diary " * 200


@pytest.mark.parametrize("made", ["CREATE TABLE diary (day)", "PRAGMA user_version = 9"])
def test_a_database_of_another_program_or_version_is_left_alone(path: Path, made: str) -> None:
    file = sqlite3.connect(path)
    file.execute(made)
    file.close()
    before = path.read_bytes()
    with pytest.raises(InboxError, match="another program, or of a newer version"):
        SQLiteJournal(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("lease", [0, -1, float("inf"), float("nan")])
def test_a_lease_that_is_none_is_refused(path: Path, lease: float) -> None:
    with pytest.raises(ValueError, match="lease_seconds"):
        SQLiteJournal(path, lease_seconds=lease)


@pytest.mark.parametrize("url", ["postgresql://db/events", "sqlite://events.db", "sqlite:///"])
def test_an_unknown_url_is_refused_with_one_that_is_known(url: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite:///events\.db"):
        open_journal(url)


def test_a_url_names_a_relative_or_an_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_journal("sqlite:///near.db").close()
    open_journal(f"sqlite:///{tmp_path}/far.db").close()
    open_journal(tmp_path / "path.db").close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["far.db", "near.db", "path.db"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_of_a_fork_goes_on_with_a_file_of_its_own(path: Path) -> None:
    program = f"""
import os, sys
from inboxes import event
from smartcar.webhooks.sqlite import SQLiteJournal

journal = SQLiteJournal({str(path)!r})
journal.append([event("parent")]).result()
child = os.fork()
if child == 0:
    told = journal.append([event("parent"), event("child")]).result()
    os._exit(0 if told == [True, False] else 1)
assert os.waitpid(child, 0)[1] == 0
print(journal.append([event("child"), event("after")]).result())
"""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    told = subprocess.run(asked, check=True, env=place, capture_output=True, text=True, timeout=50)
    assert told.stdout == "[True, False]\n"


def test_importing_the_inbox_loads_no_server_and_no_prompt() -> None:
    asked = "import smartcar.webhooks.inbox, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not {"starlette", "uvicorn", "click", "rich"} & set(told.stdout.split())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_can_keep_whatever_its_parent_was_writing_when_it_was_made(path: Path) -> None:
    program = f"""
import os
from inboxes import event
from smartcar.webhooks.sqlite import SQLiteJournal

journal = SQLiteJournal({str(path)!r})
ends = []
for number in range(10):
    for n in range(30):
        journal.append([event(f"parent-{{number}}-{{n}}")])
    child = os.fork()
    if child == 0:
        os._exit(0 if journal.append([event(f"child-{{number}}")]).result() == [False] else 1)
    ends.append(os.waitpid(child, 0)[1])
print(ends, journal.counts().result()["waiting"])
"""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program]
    told = subprocess.run(asked, check=True, env=place, capture_output=True, text=True, timeout=50)
    assert told.stdout == f"{[0] * 10} 310\n"
