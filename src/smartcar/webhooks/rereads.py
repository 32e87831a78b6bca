"""Which cars are to be read again, who does it, and what may be asked: kept beside the gaps."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from .gaps import Budget, Gap, moment
from .ledger import GAPS, Ledger, close, state_of

LEASE_SECONDS: Final = 60.0
"""How long re-reading is one process's, unless it renews that."""
SOON: Final = 3600.0
"""Seconds: no pause is longer, so a later end was set before the clock was put back."""

Outcome: TypeAlias = Literal["due", "done", "failed"]
"""A car is to be read, was read, or cannot be."""
_OUTCOMES: Final[tuple[Outcome, ...]] = ("due", "done", "failed")

_HOLD: Final = """
UPDATE reading SET holder = :holder, held_until = :now + :lease
WHERE holder IS NULL OR holder = :holder OR held_until <= :now OR held_until > :now + 2 * :lease
"""
_RENEW: Final = "UPDATE reading SET held_until = :now + :lease WHERE holder = :holder"
_NEXT: Final = """
SELECT vehicle_id, user_id, tries, due_at FROM rereads INDEXED BY reread_due
WHERE state = 0 ORDER BY due_at, vehicle_id
"""
_NEWEST: Final = f"""
{GAPS} WHERE id IN (SELECT gap_id FROM rereads WHERE vehicle_id = ? AND state = 0)
ORDER BY until DESC, id LIMIT 1
"""  # noqa: S608 -- constants
_FINISH: Final = """
UPDATE rereads SET state = ?, tries = tries + 1, told = ?
WHERE vehicle_id = ? AND state = 0 AND gap_id IN (SELECT id FROM gaps WHERE until <= ?)
"""
_POSTPONE: Final = """
UPDATE rereads SET tries = tries + 1, due_at = ?, told = ? WHERE vehicle_id = ? AND state = 0
"""
_AGAIN: Final = """
UPDATE rereads SET state = 0, tries = 0, due_at = ?, told = NULL WHERE gap_id = ? AND state = 2
"""


class Whose(NamedTuple):
    """A car, and the owner on whose behalf it is asked; empty where nobody knows."""

    vehicle_id: str
    user_id: str = ""


class Failure(NamedTuple):
    """A car that could not be read, and why."""

    vehicle_id: str
    told: str


@dataclass(frozen=True, slots=True)
class Reread:
    """A car that is to be read, for one gap or several."""

    whose: Whose
    gap: Gap
    """The newest of them."""
    tries: int
    due_at: float


class End(NamedTuple):
    """What became of a car."""

    reread: Reread
    outcome: Outcome
    told: str | None = None
    """Why, of one that was not read."""
    due_at: float = 0.0
    """When it is due again, if it is."""


class Drawn(NamedTuple):
    """What there was in a budget."""

    granted: list[str | None]
    """Those that may be asked now."""
    used_up: list[str]
    """Those whose month's reads are used up."""
    wait: float
    """Seconds until there is a request, if there was none at all."""


class LeaseLost(Exception):  # noqa: N818 -- it reads as what it is
    """Another process re-reads by now."""


class Rereads:
    """The cars of all gaps that are to be read.  Safe to share between threads and processes.

    Args:
        ledger: Where the gaps are.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def hold(self, holder: str, now: float) -> bool:
        """Let *holder* alone re-read for a while from now; False if another does."""
        fields = {"holder": holder, "now": now, "lease": LEASE_SECONDS}
        return self._ledger.changed(lambda file: file.execute(_HOLD, fields).rowcount == 1)

    def release(self, holder: str) -> None:
        """Let others re-read, if *holder* still does."""
        asked = "UPDATE reading SET holder = NULL, held_until = NULL WHERE holder = ?"
        self._ledger.changed(lambda file: file.execute(asked, (holder,)))

    def renew(self, holder: str, now: float) -> None:
        """Begin *holder*'s time anew.

        Raises:
            LeaseLost: Another process re-reads.
        """
        self._ledger.changed(lambda file: _renew(file, holder, now))

    def list_cars(self, gap: Gap, cars: Sequence[Whose], now: float) -> None:
        """*gap* concerns these *cars*; each is to be read."""
        rows = [(each.vehicle_id, gap.id, each.user_id, now) for each in cars]
        asked = "INSERT OR IGNORE INTO rereads VALUES (?, ?, ?, 0, 0, ?, NULL)"

        def work(file: sqlite3.Connection) -> None:
            file.executemany(asked, rows)
            file.execute("UPDATE gaps SET is_listed = 1 WHERE id = ?", (gap.id,))
            close(file, now)

        self._ledger.changed(work)

    def next(self, holder: str, most: int, now: float) -> list[Reread]:
        """The cars that are due first, maybe later than now; none if there are none.

        Raises:
            LeaseLost: Another process re-reads.
        """

        def work(file: sqlite3.Connection) -> list[Reread]:
            _renew(file, holder, now)
            found: dict[str, Reread] = {}
            for vehicle_id, user_id, tries, due_at in file.execute(_NEXT):
                if vehicle_id not in found:
                    gap = state_of(file.execute(_NEWEST, (vehicle_id,)).fetchone()).gap
                    found[vehicle_id] = Reread(Whose(vehicle_id, user_id), gap, tries, due_at)
                if len(found) == most:
                    break
            return list(found.values())

        return self._ledger.changed(work)

    def draw(self, budget: Budget, vehicles: Sequence[str | None], now: float) -> Drawn:
        """Take a request out of *budget* for each of *vehicles*, or for as many as there are."""

        def work(file: sqlite3.Connection) -> Drawn:
            spent, since = file.execute("SELECT spent, since FROM reading").fetchone()
            since = now if since - now > SOON else since
            tokens = budget.tokens(spent, since, now)
            drawn = Drawn([], [], 0.0)
            for vehicle_id in vehicles:
                if tokens < 1.0 - 1e-9:  # what arithmetic loses while a bucket fills
                    break
                if vehicle_id is not None and not _counted(file, vehicle_id, budget, now):
                    drawn.used_up.append(vehicle_id)
                else:
                    drawn.granted.append(vehicle_id)
                    tokens -= 1.0
            if drawn.granted:
                taken = (budget.burst - tokens, now)
                file.execute("UPDATE reading SET spent = ?, since = ?", taken)
            elif not drawn.used_up:
                return drawn._replace(wait=max(0.0, since - now) + budget.wait(tokens))
            return drawn

        return self._ledger.changed(work)

    def uncount(self, vehicles: Sequence[str | None], now: float) -> None:
        """They were not read after all: their month has these reads left."""
        asked = "UPDATE reads SET count = count - 1 WHERE vehicle_id = ? AND month = ? AND count"
        rows = [(each, f"{moment(now):%Y-%m}") for each in vehicles]
        self._ledger.changed(lambda file: file.executemany(asked, rows))

    def drain(self, budget: Budget, until: float) -> None:
        """All of *budget* is spent, and it begins to fill at *until*."""
        asked = "UPDATE reading SET spent = ?, since = ?"
        self._ledger.changed(lambda file: file.execute(asked, (budget.burst, until)))

    def settle(self, ends: Sequence[End], now: float) -> None:
        """What became of cars, for all gaps that were over when they were due."""

        def work(file: sqlite3.Connection) -> None:
            for reread, outcome, told, due_at in ends:
                vehicle_id, until = reread.whose.vehicle_id, reread.gap.until.timestamp()
                if outcome == "due":
                    file.execute(_POSTPONE, (due_at, told, vehicle_id))
                else:
                    file.execute(_FINISH, (_OUTCOMES.index(outcome), told, vehicle_id, until))
            close(file, now)

        self._ledger.changed(work)

    def left(self) -> int:
        """How many cars are to be read."""
        asked = "SELECT count(DISTINCT vehicle_id) FROM rereads WHERE state = 0"
        return self._ledger.read(lambda file: int(file.execute(asked).fetchone()[0]))

    def again(self, gap_id: str, now: float) -> int:
        """Read anew the cars of a gap that could not be read; how many those are."""

        def work(file: sqlite3.Connection) -> int:
            count = file.execute(_AGAIN, (now, gap_id)).rowcount
            if count:
                file.execute("UPDATE gaps SET closed_at = NULL WHERE id = ?", (gap_id,))
            return count

        return self._ledger.changed(work)

    def failures(self, gap_id: str) -> list[Failure]:
        """Cars of a gap that could not be read."""
        asked = "SELECT vehicle_id, told FROM rereads WHERE gap_id = ? AND state = 2 ORDER BY 1"
        return self._ledger.read(
            lambda file: [Failure(*row) for row in file.execute(asked, (gap_id,))]
        )


def _renew(file: sqlite3.Connection, holder: str, now: float) -> None:
    fields = {"holder": holder, "now": now, "lease": LEASE_SECONDS}
    if not file.execute(_RENEW, fields).rowcount:
        raise LeaseLost


def _counted(file: sqlite3.Connection, vehicle_id: str, budget: Budget, now: float) -> bool:
    """Count a read of a car, if the month has one left."""
    month = f"{moment(now):%Y-%m}"
    asked = "SELECT count FROM reads WHERE vehicle_id = ? AND month = ?"
    (count,) = file.execute(asked, (vehicle_id, month)).fetchone() or (0,)
    if budget.per_vehicle_month is not None and count >= budget.per_vehicle_month:
        return False
    row = (vehicle_id, month, count + 1)
    file.execute("INSERT OR REPLACE INTO reads VALUES (?, ?, ?)", row)
    return True
