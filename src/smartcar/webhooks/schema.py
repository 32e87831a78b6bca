"""The SQLite file of a journal: its tables, and how it is made and opened.

An event is on the disk when its transaction ends: write-ahead log, ``synchronous = FULL``.  Two
tables: events as they came, which never change, and for each a small row that says how far it is.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Final

from smartcar.tokens.file import until_free

from .journal import State

BUSY_SECONDS: Final = 5.0
"""How long to wait while other processes write: they take milliseconds."""
WAL_BYTES: Final = 64 << 20
"""To what size the log is cut back after a burst."""
KIND: Final = 0x736D7765
"""SQLite's ``application_id``: says that a file is one of these."""
FORMAT: Final = 1
"""SQLite's ``user_version``; a file of a newer one is not touched."""

STATES: Final[tuple[State, ...]] = ("waiting", "handled", "dead")
WAITING, HANDLED, DEAD = range(3)

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
CREATE INDEX due ON progress (due_at, number) WHERE state = {WAITING};
CREATE INDEX since ON progress (since) WHERE state = {WAITING};
CREATE INDEX dead ON progress (number) WHERE state = {DEAD};
"""

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
        file.execute("PRAGMA secure_delete = ON")  # a body says where a car was
        file.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}")
        _set_up(file)
        until_free(lambda: file.execute("PRAGMA journal_mode = WAL").fetchone())
        _is_ours(file)  # to read is to open the log: from now on it is there
    except BaseException:
        file.close()
        raise
    return file


def stamp(path: str) -> tuple[object, object]:
    """What tells the file at *path* and its log from others that were, or come, there.

    SQLite itself removes the log only when nobody has the file open any more.
    """
    return _stamp(path), _stamp(f"{path}-wal")


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 -- at every transaction: half of what Path.stat takes
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


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
