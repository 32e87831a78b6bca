"""What is kept beside the events of an inbox: signs of life, and gaps.

Everything here is on the disk when it returns, and shared by all processes that have the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from .gaps import Gap, Reason, Span, lost, moment
from .journal import Journal
from .sqlite import SQLiteJournal

FLAPPING: Final = 300.0
"""Seconds: outages of before that no longer can take a try of an event that meets one now."""
LATE: Final = 250.0
"""Seconds after its first try at which an event that is not kept is lost: 175, and time-outs."""
REMEMBERED: Final = 100
"""Gaps that are over and still listed."""

# `user_id` is empty where nobody has said whose car it is.
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS life (one INTEGER PRIMARY KEY, seen_at REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS outages (since REAL NOT NULL, until REAL NOT NULL)",
    """CREATE TABLE IF NOT EXISTS missed (
        event_id TEXT PRIMARY KEY, vehicles TEXT NOT NULL, first_at REAL NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS gaps (
        id TEXT PRIMARY KEY, since REAL NOT NULL, until REAL NOT NULL, reason TEXT NOT NULL,
        vehicles TEXT, is_listed INTEGER NOT NULL DEFAULT 0, closed_at REAL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS rereads (
        vehicle_id TEXT NOT NULL, gap_id TEXT NOT NULL, user_id TEXT NOT NULL,
        state INTEGER NOT NULL, tries INTEGER NOT NULL, due_at REAL NOT NULL, told TEXT,
        PRIMARY KEY (vehicle_id, gap_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS reread_due ON rereads (due_at, vehicle_id) WHERE state = 0",
    "CREATE INDEX IF NOT EXISTS reread_of ON rereads (gap_id, state)",
    """CREATE TABLE IF NOT EXISTS reading (
        one INTEGER PRIMARY KEY, holder TEXT, held_until REAL,
        spent REAL NOT NULL, since REAL NOT NULL
    )""",
    "INSERT OR IGNORE INTO reading VALUES (1, NULL, NULL, 0, 0)",
    """CREATE TABLE IF NOT EXISTS reads (
        vehicle_id TEXT PRIMARY KEY, month TEXT NOT NULL, count INTEGER NOT NULL
    ) WITHOUT ROWID""",
)
GAPS: Final = """
SELECT since, until, reason, vehicles, is_listed, closed_at,
    (SELECT count(*) FROM rereads WHERE gap_id = gaps.id AND state = 0),
    (SELECT count(*) FROM rereads WHERE gap_id = gaps.id AND state = 1),
    (SELECT count(*) FROM rereads WHERE gap_id = gaps.id AND state = 2)
FROM gaps
"""
_CLOSE: Final = """
UPDATE gaps SET closed_at = :now WHERE closed_at IS NULL AND is_listed
    AND NOT EXISTS (SELECT 1 FROM rereads WHERE gap_id = gaps.id AND state = 0)
"""
_FORGET: Final = f"""
DELETE FROM gaps WHERE closed_at IS NOT NULL AND id NOT IN (
    SELECT id FROM gaps WHERE closed_at IS NOT NULL ORDER BY closed_at DESC LIMIT {REMEMBERED}
)
"""  # noqa: S608 -- a constant of this file


T = TypeVar("T")


class Missed(NamedTuple):
    """An event that could not be kept."""

    event_id: str
    vehicles: tuple[str, ...]
    first_at: float
    """Unix seconds of the first try that was seen."""


@dataclass(frozen=True, slots=True)
class GapState:
    """A gap, and how far it is made up for."""

    gap: Gap
    is_listed: bool
    """Is it known which cars it concerns?"""
    is_closed: bool
    """Is every car of it read, or given up?"""
    due: int
    """Cars to be read."""
    done: int
    """Cars that were read."""
    failed: int
    """Cars that cannot be read; ``failures`` says why."""


class Ledger:
    """Signs of life, gaps and re-reads in the file of an inbox.  Safe to share between threads.

    Args:
        journal: Where the inbox keeps events.

    Raises:
        TypeError: It is no journal in a file.
    """

    def __init__(self, journal: Journal) -> None:
        if not isinstance(journal, SQLiteJournal):
            told = f"gaps are kept beside an inbox in a file, not one of {type(journal).__name__}"
            raise TypeError(told)
        self._journal = journal
        self._made_in: sqlite3.Connection | None = None

    def changed(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* gives, once what it has changed is on the disk."""

        def change(file: sqlite3.Connection) -> T:
            if self._made_in is not file:  # or another file is there now
                for statement in _TABLES:
                    file.execute(statement)
            made = work(file)
            self._made_in = file
            return made

        return self._journal.perform(change).result()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What *work* gives, which changes nothing."""

        def look(file: sqlite3.Connection) -> tuple[T] | None:
            return (work(file),) if self._made_in is file else None

        found = self._journal.perform(look, changes=False).result()
        return self.changed(work) if found is None else found[0]

    def beat(self, now: float, reason: Reason | None = None) -> Gap | None:
        """Somebody receives *now*; the gap that this ends, if it is one.

        Args:
            now: Unix seconds.
            reason: Why there may be none since its last sign of life; None if it was here.
        """

        def work(file: sqlite3.Connection) -> Gap | None:
            row = file.execute("SELECT seen_at FROM life").fetchone()
            file.execute("INSERT OR REPLACE INTO life VALUES (1, ?)", (now,))
            if row is None or reason is None or row[0] >= now:
                return None
            return _outage(file, (row[0], now), reason)

        return self.changed(work)

    def miss(self, missed: Sequence[Missed]) -> None:
        """Events that could not be kept: Smartcar tries them again."""
        rows = [(each[0], msgspec.json.encode(each[1]).decode(), each[2]) for each in missed]
        asked = "INSERT OR IGNORE INTO missed VALUES (?, ?, ?)"
        self.changed(lambda file: file.executemany(asked, rows))

    def overdue(self, now: float) -> list[Missed]:
        """Those that Smartcar does not try again any more; whether they were kept is not asked."""

        def work(file: sqlite3.Connection) -> list[Missed]:
            rows = file.execute("SELECT * FROM missed WHERE first_at <= ?", (now - LATE,))
            return [Missed(row[0], _cars(row[1]) or (), row[2]) for row in rows]

        return self.read(work)

    def settle(self, missed: Sequence[Missed], gap: Gap | None) -> None:
        """They came later, or it is a *gap*."""
        rows = [(each.event_id,) for each in missed]

        def work(file: sqlite3.Connection) -> None:
            file.executemany("DELETE FROM missed WHERE event_id = ?", rows)
            if gap is not None:
                _add(file, gap)

        self.changed(work)

    def add(self, gap: Gap) -> bool:
        """Keep *gap*; False if it was known."""
        return self.changed(lambda file: _add(file, gap))

    def gaps(self, *, is_open: bool = False) -> list[GapState]:
        """The gaps, or only those that are open, the newest first."""
        which = "WHERE closed_at IS NULL" if is_open else ""
        asked = f"{GAPS} {which} ORDER BY until DESC, id"
        return self.read(lambda file: [state_of(row) for row in file.execute(asked)])


def close(file: sqlite3.Connection, now: float) -> None:
    """Close gaps of which no car is due, and forget what is long over."""
    if file.execute(_CLOSE, {"now": now}).rowcount:
        file.execute(_FORGET)
        file.execute("DELETE FROM rereads WHERE gap_id NOT IN (SELECT id FROM gaps)")


def state_of(row: Sequence[Any]) -> GapState:
    """A row of `GAPS`."""
    since, until, reason, cars, is_listed, closed_at, *counts = row
    gap = Gap(since=moment(since), until=moment(until), reason=reason, vehicles=_cars(cars))
    return GapState(gap, bool(is_listed), closed_at is not None, *counts)


def _outage(file: sqlite3.Connection, outage: Span, reason: Reason) -> Gap | None:
    """Keep that nobody received then; the gap that it makes, with others of just before."""
    now = outage[1]
    file.execute("DELETE FROM outages WHERE until <= ?", (now - FLAPPING,))
    before: list[Span] = file.execute("SELECT since, until FROM outages").fetchall()
    file.execute("INSERT INTO outages VALUES (?, ?)", outage)
    spans = lost([*before, outage])
    if spans == lost(before):
        return None
    gap = Gap(since=moment(spans[0][0]), until=moment(now), reason=reason)
    _add(file, gap)
    return gap


def _add(file: sqlite3.Connection, gap: Gap) -> bool:
    cars = None if gap.vehicles is None else msgspec.json.encode(gap.vehicles).decode()
    fields = (gap.id, gap.since.timestamp(), gap.until.timestamp(), gap.reason, cars)
    asked = "INSERT OR IGNORE INTO gaps VALUES (?, ?, ?, ?, ?, 0, NULL)"
    return file.execute(asked, fields).rowcount == 1


def _cars(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else msgspec.json.decode(text, type=tuple[str, ...])
