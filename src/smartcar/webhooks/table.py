"""What is said to the SQLite file of a journal, each step as a function of it."""

# ruff: noqa: S608 -- what is put into statements are constants of this file

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from .journal import Entry, Envelope, State, Taken
from .schema import DEAD, HANDLED, STATES, WAITING

_ROWS: Final = 128
"""Events that one statement keeps; a smaller group is written as powers of two, so that SQLite
needs to read but eight different ones.  Times four it is below any limit of its variables."""
_LAST: Final = "SELECT coalesce(max(number), 0) FROM events"
_PROGRESS: Final = f"""
INSERT INTO progress SELECT number, {WAITING}, 0, :now, :now, NULL, NULL
FROM events WHERE number > :last
"""
_SINCE: Final = "SELECT event_id FROM events WHERE number > ?"
_PUT_RIGHT: Final = f"""
UPDATE progress SET due_at = :now, since = :now WHERE state = {WAITING} AND since > :now + 1
"""
_IS_DUE: Final = f"""
SELECT EXISTS (SELECT 1 FROM progress WHERE state = {WAITING} AND due_at <= :now)
    OR EXISTS (SELECT 1 FROM progress WHERE state = {WAITING} AND since > :now + 1)
"""
_TAKE: Final = f"""
UPDATE progress SET tries = tries + 1, due_at = :now + :lease, since = :now, holder = :holder
WHERE number IN (
    SELECT number FROM progress WHERE state = {WAITING} AND due_at <= :now
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
    reason = CASE WHEN :state != {HANDLED} THEN coalesce(:reason, reason) END
WHERE number IN (SELECT value FROM json_each(:numbers))
    AND state = {WAITING} AND holder = :holder
"""
_BY_AGE: Final = f"""
CREATE INDEX IF NOT EXISTS handled ON progress (since) WHERE state = {HANDLED}
"""
_OLD: Final = f"""
SELECT json_group_array(number) FROM (
    SELECT number FROM progress WHERE state = {HANDLED} AND since <= :before
    ORDER BY since LIMIT :most
)
"""
_ENTRIES: Final = """
SELECT number, event_id, received_at, headers, body, state, tries, due_at, since, holder, reason
FROM events JOIN progress USING (number)
"""
_ANEW: Final = f"""
UPDATE progress SET state = {WAITING}, tries = 0, due_at = :now, since = :now, holder = NULL,
    reason = NULL
"""
_RESEND: Final = f"""
{_ANEW} WHERE state != {WAITING} AND number = (SELECT number FROM events WHERE event_id = :id)
"""
_RESEND_DEAD: Final = f"{_ANEW} WHERE state = {DEAD} RETURNING number"


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
        "state": STATES.index(step.state),
        "delay": step.delay,
        "reason": step.reason,
        "is_held": step.is_held,
    }
    return file.execute(_SETTLE, fields).rowcount


def forget(file: sqlite3.Connection, before: float, most: int) -> bool:
    """Remove up to *most* events that were handled by then; may there be more?"""
    file.execute(_BY_AGE)
    (numbers,) = file.execute(_OLD, {"before": before, "most": most}).fetchone()
    gone = file.execute(f"DELETE FROM progress WHERE number IN ({_EACH})", (numbers,)).rowcount
    file.execute(f"DELETE FROM events WHERE number IN ({_EACH})", (numbers,))
    return gone == most


def entries(file: sqlite3.Connection, state: State | None, limit: int, now: float) -> list[Entry]:
    """The latest, the newest first."""
    which = "" if state is None else f"WHERE state = {STATES.index(state)}"
    asked = f"{_ENTRIES} {which} ORDER BY number DESC LIMIT ?"
    return [_entry(now, *row) for row in file.execute(asked, (limit,))]


def entry(file: sqlite3.Connection, event_id: str, now: float) -> Entry | None:
    """The one of that id."""
    row = file.execute(f"{_ENTRIES} WHERE event_id = ?", (event_id,)).fetchone()
    return None if row is None else _entry(now, *row)


def counts(file: sqlite3.Connection) -> dict[State, int]:
    """How many are in each state."""
    rows = dict(file.execute("SELECT state, count(*) FROM progress GROUP BY state"))
    return {state: rows.get(number, 0) for number, state in enumerate(STATES)}


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
    state: State = STATES[int(at)]
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
