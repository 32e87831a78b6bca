"""Where a world's events are kept: in memory, or in a SQLite file that outlives the process.

An event is on disk before anybody is told of it, so a killed server loses nothing it acknowledged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

import msgspec

from .events import AnyEvent

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS event (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT
"""

_PATIENCE: Final = 0.5
"""Seconds to wait for a file that another simulator is letting go of."""

_read = msgspec.json.Decoder(AnyEvent)


class Journal(Protocol):
    """An order of events."""

    def append(self, event: AnyEvent) -> None:
        """Keep *event*, after all others."""
        ...

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Keep *events* in place of all there are: all of them, or, if that fails, none."""
        ...

    def __iter__(self) -> Iterator[AnyEvent]:
        """All events, in order."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class MemoryJournal:
    """Events that end with the process; the world itself remembers what follows from them."""

    def append(self, event: AnyEvent) -> None:
        """Nothing need be kept."""

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Nothing need be kept."""

    def __iter__(self) -> Iterator[AnyEvent]:
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
            self._file.execute(_SCHEMA)

    def append(self, event: AnyEvent) -> None:
        """Keep *event*; it is in the file when this returns."""
        self._file.execute("INSERT INTO event (body) VALUES (?)", (msgspec.json.encode(event),))

    def replace(self, events: Iterable[AnyEvent]) -> None:
        """Keep *events* alone: a process that dies on the way leaves the old ones or the new."""
        rows = [(msgspec.json.encode(event),) for event in events]
        with self._transaction():
            self._file.execute("DELETE FROM event")
            self._file.executemany("INSERT INTO event (body) VALUES (?)", rows)

    @contextmanager
    def _transaction(self) -> Generator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

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

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _unusable(path: str | Path, error: Exception) -> OSError:
    return OSError(f"{path} cannot be used to keep the simulator's state: {error}. Name another.")
