"""Where a world's events are kept: in memory, or in a SQLite file that outlives the process.

An event is on disk before anybody is told of it, so a killed server loses nothing it acknowledged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec

from .events import AnyEvent

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    """CREATE TABLE IF NOT EXISTS snapshot
    (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT""",
)

_PATIENCE: Final = 0.5
"""Seconds to wait for a file that another simulator is letting go of."""

_read = msgspec.json.Decoder(AnyEvent)


class Journal(Protocol):
    """An order of events, and snapshots beside it."""

    def append(self, event: AnyEvent) -> None:
        """Keep *event*, after all others."""
        ...

    def append_all(self, events: Sequence[AnyEvent]) -> None:
        """Keep *events*, after all others: all of them, or, if that fails, none."""
        ...

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Keep *events* in place of all there are: all of them, or, if that fails, none."""
        ...

    def __iter__(self) -> Iterator[AnyEvent]:
        """All events, in order."""
        ...

    def keep_snapshot(self, which: str, body: bytes, instead_of: Sequence[str]) -> None:
        """Keep a snapshot under its id, in place of others."""
        ...

    def drop_snapshot(self, which: str) -> None:
        """Keep a snapshot no longer."""
        ...

    def snapshots(self) -> Iterator[tuple[str, bytes]]:
        """All snapshots by id, oldest first."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class MemoryJournal:
    """Events that end with the process; the world itself remembers what follows from them."""

    def append(self, event: AnyEvent) -> None:
        """Nothing need be kept."""

    def append_all(self, events: Sequence[AnyEvent]) -> None:
        """Nothing need be kept."""

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Nothing need be kept."""

    def __iter__(self) -> Iterator[AnyEvent]:
        return iter(())

    def keep_snapshot(self, which: str, body: bytes, instead_of: Sequence[str]) -> None:
        """Nothing need be kept."""

    def drop_snapshot(self, which: str) -> None:
        """Nothing need be kept."""

    def snapshots(self) -> Iterator[tuple[str, bytes]]:
        """None outlive the process."""
        return iter(())

    def close(self) -> None:
        """Nothing is held."""


class SqliteJournal:
    """Events in a SQLite file.

    Write-ahead log with ``synchronous=NORMAL``: a commit survives the death of the process; only a
    power cut may take the last of them, which a simulator can bear.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        try:
            self._file = sqlite3.connect(
                path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        with self._closing_if_unusable():
            # Two simulators on one file would give out the same ids: the first keeps it.
            self._file.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            for table in _TABLES:
                self._file.execute(table)

    def append(self, event: AnyEvent) -> None:
        """Keep *event*; it is in the file when this returns."""
        with self._writing():
            self._file.execute("INSERT INTO event (body) VALUES (?)", (msgspec.json.encode(event),))

    def append_all(self, events: Sequence[AnyEvent]) -> None:
        """Keep *events*; they are in the file when this returns."""
        rows = [(msgspec.json.encode(event),) for event in events]
        with self._transaction():
            self._file.executemany("INSERT INTO event (body) VALUES (?)", rows)

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Keep *events* alone: a process that dies on the way leaves the old ones or the new."""
        rows = [(msgspec.json.encode(event),) for event in events]
        with self._transaction():
            self._file.execute("DELETE FROM event")
            self._file.executemany("INSERT INTO event (body) VALUES (?)", rows)

    @contextmanager
    def _transaction(self) -> Generator[None]:
        with self._writing():
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._file.execute("COMMIT")
            except BaseException:
                if self._file.in_transaction:  # a full disk may have ended it already
                    self._file.execute("ROLLBACK")
                raise

    @contextmanager
    def _writing(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            msg = f"The simulator's state is not kept: {self._path} cannot be written to: {error}."
            raise OSError(msg) from error

    def __iter__(self) -> Iterator[AnyEvent]:
        with self._closing_if_unusable():
            for (body,) in self._file.execute("SELECT body FROM event ORDER BY number"):
                yield _read.decode(body)

    @contextmanager
    def _closing_if_unusable(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, msgspec.DecodeError) as error:
            self._file.close()
            raise _unusable(self._path, error) from error

    def keep_snapshot(self, which: str, body: bytes, instead_of: Sequence[str]) -> None:
        """Keep a snapshot; it is in the file when this returns."""
        with self._transaction():
            for old in instead_of:
                self.drop_snapshot(old)
            self._file.execute("INSERT INTO snapshot (id, body) VALUES (?, ?)", (which, body))

    def drop_snapshot(self, which: str) -> None:
        """Take a snapshot out of the file."""
        with self._writing():
            self._file.execute("DELETE FROM snapshot WHERE id = ?", (which,))

    def snapshots(self) -> Iterator[tuple[str, bytes]]:
        """All that are in the file, oldest first."""
        with self._closing_if_unusable():
            yield from self._file.execute("SELECT id, body FROM snapshot ORDER BY number")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _unusable(path: str | Path, error: Exception) -> OSError:
    return OSError(f"{path} cannot be used to keep the simulator's state: {error}. Name another.")
