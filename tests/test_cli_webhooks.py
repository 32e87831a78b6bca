"""``smartcar webhooks``, as people run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from inboxes import Hands
from prompt import own_environment

from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

pytestmark = pytest.mark.once

BODY = json.dumps(
    {
        "eventId": "e1",
        "eventType": "VEHICLE_STATE",
        "data": {"user": {"id": "u"}, "vehicle": {"id": "vehicle-7"}, "signals": []},
        "meta": {"version": "4.0", "webhookName": "a \x1b[31m name \x9b31m"},
    },
    ensure_ascii=False,
).encode()
SIGNATURE = "ab" * 32


@pytest.fixture
def place(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/events.db"


@pytest.fixture
def inbox(place: str) -> Iterator[Inbox]:
    """Three events: one handled, one dead, one waiting."""
    headers = {"SC-Signature": SIGNATURE, "Content-Type": "application/json"}
    with Inbox(place, now=Hands()) as made:
        made.append([Envelope(f"e{n}", 1_780_300_800.0, BODY, headers) for n in (1, 2, 3)])
        batch = made.journal.take(2)
        batch.commit(batch.taken[0]).result()
        batch.dead("ValueError: \x1b[2J no such vehicle").result()
        yield made


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "smartcar", "webhooks", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=own_environment(**more),
    )


def test_list_shows_the_newest_first_and_how_many_there_are(inbox: Inbox, place: str) -> None:
    told = run("list", "--inbox", place)
    assert told.returncode == 0, told.stderr
    head, *rows, total = told.stdout.splitlines()
    assert head.split()[0] == "Received"
    assert [row.split()[2:7] for row in rows] == [
        ["waiting", "0", "VEHICLE_STATE", "vehicle-7", "e3"],
        ["dead", "1", "VEHICLE_STATE", "vehicle-7", "e2"],
        ["handled", "1", "VEHICLE_STATE", "vehicle-7", "e1"],
    ]
    assert total.strip() == "In all: 1 waiting, 1 handled, 1 dead."


def test_in_80_columns_every_id_stays_whole_and_on_one_line(place: str) -> None:
    ids = [f"1c5b0f0e-6f0e-4c1e-9e57-0d8f6a2b7f{n}" for n in range(10, 13)]
    ids.append(f"reconciled:f0569a1188f951a6:{ids[0]}")
    car = "36ab32d0-7d3e-4c7e-9a3c-4d5e6f708192"
    body = BODY.replace(b"vehicle-7", car.encode())
    with Inbox(place, now=Hands()) as inbox:
        inbox.append([Envelope(each, 1_780_300_800.0, body) for each in ids])
        inbox.journal.take(1).dead(f"ValueError: {'no such vehicle ' * 20}").result()
        for command in (("list",), ("dead",)):
            lines = run(*command, "--inbox", place, COLUMNS="80").stdout.splitlines()
            assert max(map(len, lines)) <= 80
            assert lines[-1].startswith("In all: " if command == ("list",) else "  ValueError: no")
            shown = [each for each in ids if any(each in line for line in lines)]
            assert shown == (ids if command == ("list",) else ids[:1])
            assert sum(car in line for line in lines) == len(shown)
        assert "2026-06-01 08:00:00 UTC  dead  VEHICLE_STATE  1 try" in lines


def test_list_and_dead_can_be_read_by_programs(inbox: Inbox, place: str) -> None:
    listed = json.loads(run("list", "--json", "--state", "dead", SMARTCAR_INBOX=place).stdout)
    dead = json.loads(run("dead", "--json", SMARTCAR_INBOX=place).stdout)
    assert listed == dead
    (one,) = dead
    assert (one["id"], one["state"], one["tries"]) == ("e2", "dead", 1)
    assert one["received_at"] == "2026-06-01T08:00:00+00:00"
    assert one["reason"].endswith("no such vehicle")


def test_show_shows_an_event_whole_but_for_its_signature(inbox: Inbox, place: str) -> None:
    told = run("show", "e2", "--inbox", place)
    assert told.returncode == 0, told.stderr
    assert "no such vehicle" in told.stdout
    assert '"id": "vehicle-7"' in told.stdout
    assert "content-type: application/json" in told.stdout
    assert SIGNATURE not in told.stdout
    shown = json.loads(run("show", "e2", "--json", "--inbox", place).stdout)
    assert shown["body"] == json.loads(BODY)
    assert shown["headers"]["sc-signature"] == "…"


@pytest.mark.parametrize("asked", [("list",), ("dead",), ("show", "e2")])
def test_what_was_sent_cannot_drive_the_terminal(
    inbox: Inbox, place: str, asked: tuple[str, ...]
) -> None:
    told = run(*asked, "--inbox", place).stdout
    assert told
    assert not {"\x1b", "\x9b"} & set(told)


def test_resend_hands_out_again_what_is_named(inbox: Inbox, place: str) -> None:
    told = run("resend", "e1", "e3", "--inbox", place)
    assert told.stdout == (
        "1 event will be handed out again.\n1 event waited to be handled anyway.\n"
    )
    assert inbox.counts() == {"waiting": 2, "handled": 0, "dead": 1}


def test_resend_hands_out_all_dead_letters(inbox: Inbox, place: str) -> None:
    assert json.loads(run("resend", "--dead", "--json", "--inbox", place).stdout) == ["e2"]
    assert inbox.counts() == {"waiting": 2, "handled": 1, "dead": 0}
    assert run("dead", "--inbox", place).stdout == "No dead letters.\n"


def test_resend_of_an_unknown_event_changes_nothing(inbox: Inbox, place: str) -> None:
    told = run("resend", "e1", "e9", "--inbox", place)
    assert (told.returncode, "There is no event e9" in told.stderr) == (1, True)
    assert inbox.counts()["handled"] == 1


@pytest.mark.parametrize("asked", [("resend",), ("resend", "e1", "--dead")])
def test_resend_wants_to_know_which(inbox: Inbox, place: str, asked: tuple[str, ...]) -> None:
    told = run(*asked, "--inbox", place)
    assert (told.returncode, "Say which" in told.stderr) == (2, True)


def test_show_of_an_unknown_event_says_so(inbox: Inbox, place: str) -> None:
    told = run("show", "e9", "--inbox", place)
    assert (told.returncode, "There is no event 'e9'" in told.stderr) == (1, True)


def test_an_inbox_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    told = run("list", "--inbox", f"sqlite:///{tmp_path}/typo.db")
    assert (told.returncode, "There is no inbox at" in told.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "said"),
    [("postgresql://db/events", "sqlite:///events.db"), (__file__, "not a database")],
)
def test_what_is_no_inbox_is_told(place: str, said: str) -> None:
    told = run("list", "--inbox", place)
    assert (told.returncode, said in told.stderr) == (1, True), told.stderr
    assert "Traceback" not in told.stderr


def test_without_a_place_it_is_asked_for() -> None:
    told = run("list")
    assert (told.returncode, "--inbox" in told.stderr) == (2, True)
