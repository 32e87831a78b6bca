"""What is said to the SQLite file of a journal: its tables, and each step as a function of it.

An event is on the disk when its transaction ends: write-ahead log, ``synchronous = FULL``.  Two
tables: events as they came, which never change, and for each a small row that says how far it is.
"""

# ruff: noqa: S608 -- what is put into statements are constants of this file

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from smartcar.tokens.file import until_free

from .journal import Entry, Envelope, State, Taken

BUSY_SECONDS: Final = 5.0
"""How long to wait while other processes write: they take milliseconds."""
WAL_BYTES: Final = 64 << 20
"""To what size the log is cut back after a burst."""
KIND: Final = 0x736D7765
"""SQLite's ``application_id``: says that a file is one of these."""
FORMAT: Final = 1
"""SQLite's ``user_version``; a file of a newer one is not touched."""

_ROWS: Final = 128
"""Events that one statement keeps; a smaller group is written as powers of two, so that SQLite
needs to read but eight different ones.  Times four it is below any limit of its variables."""
_STATES: Final[tuple[State, ...]] = ("waiting", "handled", "dead")
_WAITING, _HANDLED, _DEAD = range(3)

# An event that is handed out is due again when its lease ends.  `since` is when `due_at` was set:
# what was set in the future was set before the clock was put back.
_TABLES: Final = f"""
CREATE TABLE events (
    number INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, received_at REAL NOT NULL,
    headers BLOB NOT NULL, body BLOB NOT NULL
);
CREATE TABLE progress (
    number INTEGER PRIMARY KEY, state INTEGER NOT NULL, tries INTEGER NOT NULL,
    due_at REAL NOT NULL, since REAL NOT NULL, holder TEXT, reason TEXT
);
CREATE INDEX due ON progress (due_at, number) WHERE state = {_WAITING};
CREATE INDEX since ON progress (since) WHERE state = {_WAITING};
CREATE INDEX dead ON progress (number) WHERE state = {_DEAD};
"""
_LAST: Final = "SELECT coalesce(max(number), 0) FROM events"
_PROGRESS: Final = f"""
INSERT INTO progress SELECT number, {_WAITING}, 0, :now, :now, NULL, NULL
FROM events WHERE number > :last
"""
_SINCE: Final = "SELECT event_id FROM events WHERE number > ?"
_PUT_RIGHT: Final = f"""
UPDATE progress SET due_at = :now, since = :now WHERE state = {_WAITING} AND since > :now + 1
"""
_IS_DUE: Final = f"""
SELECT EXISTS (SELECT 1 FROM progress WHERE state = {_WAITING} AND due_at <= :now)
    OR EXISTS (SELECT 1 FROM progress WHERE state = {_WAITING} AND since > :now + 1)
"""
_TAKE: Final = f"""
UPDATE progress SET tries = tries + 1, due_at = :now + :lease, since = :now, holder = :holder
WHERE number IN (
    SELECT number FROM progress WHERE state = {_WAITING} AND due_at <= :now
    ORDER BY due_at, number LIMIT :most
) RETURNING number, tries
"""
_EACH: Final = "SELECT value FROM json_each(?)"
_ENVELOPES: Final = f"""
SELECT number, event_id, received_at, headers, body FROM events
WHERE number IN ({_EACH}) ORDER BY number
"""
_SETTLE: Final = f"""
UPDATE progress SET state = :state, due_at = :now + :delay, since = :now,
    holder = CASE WHEN :is_held THEN holder END,
    reason = CASE WHEN :state != {_HANDLED} THEN coalesce(:reason, reason) END
WHERE number IN (SELECT value FROM json_each(:numbers))
    AND state = {_WAITING} AND holder = :holder
"""
_ENTRIES: Final = """
SELECT number, event_id, received_at, headers, body, state, tries, due_at, since, holder, reason
FROM events JOIN progress USING (number)
"""
_ANEW: Final = f"""
UPDATE progress SET state = {_WAITING}, tries = 0, due_at = :now, since = :now, holder = NULL,
    reason = NULL
"""
_RESEND: Final = f"""
{_ANEW} WHERE state != {_WAITING} AND number = (SELECT number FROM events WHERE event_id = :id)
"""
_RESEND_DEAD: Final = f"{_ANEW} WHERE state = {_DEAD} RETURNING number"

_making: Final = threading.Lock()


def opened(path: Path) -> sqlite3.Connection:
    """The file, ready for use; made for its owner alone if it is not there."""
    _make(path)
    file = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        file.execute("PRAGMA synchronous = FULL")
        file.execute("PRAGMA fullfsync = ON")  # macOS: else the drive's own cache may still have it
        file.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        _set_up(file)
        until_free(lambda: file.execute("PRAGMA journal_mode = WAL").fetchone())
    except BaseException:
        file.close()
        raise
    return file


def insert(file: sqlite3.Connection, envelopes: Sequence[Envelope], now: float) -> list[bool]:
    """Keep them, due now; which of them were there already."""
    # Few statements of many rows: each one lets other threads have the interpreter, and one that
    # computes gives it back 5 ms later.
    (last,) = file.execute(_LAST).fetchone()
    added = begun = 0
    while begun < len(envelopes):
        rows = min(_ROWS, 1 << (len(envelopes) - begun).bit_length() - 1)
        group = envelopes[begun : begun + rows]
        added += file.execute(
            _events(rows), [field for each in group for field in _row(each)]
        ).rowcount
        begun += rows
    file.execute(_PROGRESS, {"now": now, "last": last})
    if added == len(envelopes):
        return [False] * added
    new = {event_id for (event_id,) in file.execute(_SINCE, (last,))}
    return [not _took(new, each.event_id) for each in envelopes]


def is_due(file: sqlite3.Connection, now: float) -> bool:
    """Is there anything to be handed out?"""
    return bool(file.execute(_IS_DUE, {"now": now}).fetchone()[0])


def take(
    file: sqlite3.Connection, most: int, holder: str, lease_seconds: float, now: float
) -> tuple[Taken, ...]:
    """Hand out what is due."""
    fields = {"most": most, "holder": holder, "lease": lease_seconds, "now": now}
    file.execute(_PUT_RIGHT, {"now": now})
    tries = dict(file.execute(_TAKE, fields).fetchall())
    rows = file.execute(_ENVELOPES, (_listed(list(tries)),))
    return tuple(Taken(row[0], tries[row[0]], _envelope(*row[1:])) for row in rows)


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of events that are in hand."""

    state: State
    delay: float = 0.0
    reason: str | None = None
    is_held: bool = False
    """Do they stay in hand?"""


def settle(
    file: sqlite3.Connection, numbers: Sequence[int], holder: str, step: Step, now: float
) -> int:
    """Do *step* with *holder*'s events; how many of them still were theirs."""
    fields = {
        "numbers": _listed(numbers),
        "holder": holder,
        "now": now,
        "state": _STATES.index(step.state),
        "delay": step.delay,
        "reason": step.reason,
        "is_held": step.is_held,
    }
    return file.execute(_SETTLE, fields).rowcount


def entries(file: sqlite3.Connection, state: State | None, limit: int, now: float) -> list[Entry]:
    """The latest, the newest first."""
    which = "" if state is None else f"WHERE state = {_STATES.index(state)}"
    asked = f"{_ENTRIES} {which} ORDER BY number DESC LIMIT ?"
    return [_entry(now, *row) for row in file.execute(asked, (limit,))]


def entry(file: sqlite3.Connection, event_id: str, now: float) -> Entry | None:
    """The one of that id."""
    row = file.execute(f"{_ENTRIES} WHERE event_id = ?", (event_id,)).fetchone()
    return None if row is None else _entry(now, *row)


def counts(file: sqlite3.Connection) -> dict[State, int]:
    """How many are in each state."""
    rows = dict(file.execute("SELECT state, count(*) FROM progress GROUP BY state"))
    return {state: rows.get(number, 0) for number, state in enumerate(_STATES)}


def resend(file: sqlite3.Connection, event_ids: Sequence[str] | None, now: float) -> list[str]:
    """Begin anew with them, or with all that are dead; the ids of those that were not waiting."""
    if event_ids is not None:
        return [
            each for each in event_ids if file.execute(_RESEND, {"now": now, "id": each}).rowcount
        ]
    numbers = [number for (number,) in file.execute(_RESEND_DEAD, {"now": now})]
    asked = f"SELECT event_id FROM events WHERE number IN ({_EACH}) ORDER BY number"
    return [event_id for (event_id,) in file.execute(asked, (_listed(numbers),))]


@cache
def _events(rows: int) -> str:
    """The statement that keeps so many events, but for those whose ids are there."""
    listed = ", ".join(["(?, ?, ?, ?)"] * rows)
    return (
        f"INSERT INTO events (event_id, received_at, headers, body) VALUES {listed} "
        "ON CONFLICT (event_id) DO NOTHING"
    )


def _row(envelope: Envelope) -> tuple[str, float, bytes, bytes]:
    headers = msgspec.json.encode(envelope.headers)
    return envelope.event_id, envelope.received_at, headers, envelope.body


def _took(ids: set[str], event_id: str) -> bool:
    """Was it among them?  It no longer is: whoever has the same id comes second."""
    if event_id in ids:
        ids.remove(event_id)
        return True
    return False


def _listed(numbers: Sequence[int]) -> str:
    return msgspec.json.encode(list(numbers)).decode()


def _envelope(event_id: str, received_at: float, headers: bytes, body: bytes) -> Envelope:
    return Envelope(event_id, received_at, body, msgspec.json.decode(headers, type=dict[str, str]))


def _entry(now: float, number: int, *row: Any) -> Entry:
    at, tries, due_at, since, holder, reason = row[4:]
    state: State = _STATES[int(at)]
    return Entry(
        number=number,
        envelope=_envelope(*row[:4]),
        state=state,
        tries=tries,
        due_at=due_at if state == "waiting" else None,
        is_in_hand=state == "waiting" and holder is not None and due_at > now,
        changed_at=since,
        reason=reason,
    )


def _make(path: Path) -> None:
    """Make the file, for its owner alone, so that its name too outlives a loss of power."""
    with _making:  # to close a file ends all locks that the process has on it
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _set_up(file: sqlite3.Connection) -> None:
    """Make the tables, unless they are there; what is another program's is left as it is."""
    (form,) = file.execute("PRAGMA user_version").fetchone()
    if form != FORMAT or not _is_ours(file):
        file.execute("BEGIN IMMEDIATE")  # others may be making them
        try:
            _make_tables(file)
            file.execute("COMMIT")
        except BaseException:
            if file.in_transaction:
                file.execute("ROLLBACK")
            raise


def _make_tables(file: sqlite3.Connection) -> None:
    (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (form,) = file.execute("PRAGMA user_version").fetchone()
    if form > FORMAT or (tables and not _is_ours(file)):
        raise sqlite3.DatabaseError("it is of another program, or of a newer version of this one")
    if not tables:
        for statement in _TABLES.split(";"):
            file.execute(statement)
        file.execute(f"PRAGMA application_id = {KIND}")
        file.execute(f"PRAGMA user_version = {FORMAT}")


def _is_ours(file: sqlite3.Connection) -> bool:
    (kind,) = file.execute("PRAGMA application_id").fetchone()
    return bool(kind == KIND)
