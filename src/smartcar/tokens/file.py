"""Tokens kept in a file that only its owner can read, for all processes of one machine.

SQLite: a saving is on the disk when it returns, and one that was cut short did not happen.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from smartcar.errors import TokenStoreError
from smartcar.protocol.closing import Closing

from .guard import guard
from .kept import LEASE_SECONDS, KeptTokens, checked_lease, checked_owner
from .seal import Key, Seal

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS: Final = 10.0
"""How long to wait while another process writes: it takes it milliseconds."""
KIND: Final = 0x736D7463
"""SQLite's ``application_id``: says that a file is one of these."""
FORMAT: Final = 1
"""SQLite's ``user_version``; a file of a newer one is not touched."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS owners (
    owner TEXT PRIMARY KEY, version TEXT NOT NULL, tokens BLOB NOT NULL,
    holder TEXT, until REAL, begun_at REAL
) WITHOUT ROWID
"""
_SAVE: Final = """
INSERT INTO owners (owner, version, tokens) VALUES (:owner, :version, :tokens)
ON CONFLICT (owner) DO UPDATE SET version = :version, tokens = :tokens,
    holder = NULL, until = NULL, begun_at = NULL
"""
_REPLACE: Final = """
UPDATE owners SET version = :version, tokens = :tokens, holder = NULL, until = NULL, begun_at = NULL
WHERE owner = :owner AND version = :replacing
"""
# A lease that ends much later than one can last was given before the clock was put back.
_LEASE: Final = """
UPDATE owners SET holder = :holder, until = :now + :seconds, begun_at = coalesce(begun_at, :now)
WHERE owner = :owner AND version = :version
    AND (holder IS NULL OR holder = :holder OR until <= :now OR until > :now + 2 * :seconds)
"""
_RELEASE: Final = """
UPDATE owners SET holder = NULL, until = NULL,
    begun_at = CASE WHEN :settled THEN NULL ELSE begun_at END
WHERE owner = :owner AND holder = :holder
"""
_left_behind: list[object] = []
"""Connections of the process that this one was forked from: to close them would harm it."""


class FileTokens(Closing):
    """Keeps owners' tokens in a file.  Safe to share between threads and processes, not machines.

    Args:
        path: The file, on a disk of this machine; made when it is not there, for its owner alone.
        key: Encrypts it: 32 bytes, or those as base64, see ``new_key``.  Of several, the first
            encrypts and all of them read; None among them reads what is not encrypted.
        lease_seconds: How long one who refreshes may take before another takes over.
        now: Unix seconds.

    Raises:
        ImportError: There is a key, but not the package that encrypts.
        OSError: There is no such folder.
        PermissionError: Others may read the file, or it is not this user's.
        TokenStoreError: It is not a file of this kind.
        TypeError: The key is neither text nor bytes.
        ValueError: The key is none.
    """

    _connection: sqlite3.Connection | None = None

    def __init__(
        self,
        path: str | os.PathLike[str],
        key: Key | Sequence[Key | None] | None = None,
        *,
        lease_seconds: float = LEASE_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        """The file; SQLite keeps two more beside it, ``-wal`` and ``-shm``."""
        self.lease_seconds = checked_lease(lease_seconds)
        self._now = now
        self._seal = Seal(_several(key))
        self._lock = threading.Lock()
        self._process = os.getpid()
        with self._access():
            pass

    def get(self, owner: str) -> KeptTokens | None:
        """The owner's tokens; None if there are none.

        Raises:
            TokenStoreError: They cannot be read; those of other owners may well be.
        """
        asked = "SELECT version, tokens, begun_at FROM owners WHERE owner = ?"
        with self._access() as file:
            row = file.execute(asked, (checked_owner(owner),)).fetchone()
        return None if row is None else self._seal.open(owner, *row)

    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool:
        """Keep *tokens*, if *replacing* is the version that is kept, or None; on disk at return."""
        fields = {
            "owner": checked_owner(owner),
            "version": tokens.version,
            "tokens": self._seal.close(owner, tokens),
            "replacing": replacing,
        }
        return self._write(_SAVE if replacing is None else _REPLACE, fields)

    def lease(self, owner: str, version: str, holder: str) -> bool:
        """Let *holder* alone refresh the owner's tokens for ``lease_seconds`` from now."""
        fields: dict[str, Any] = {"owner": owner, "version": version, "holder": holder}
        with self._access() as file:
            file.execute("BEGIN IMMEDIATE")  # who has waited for others asks for the time after it
            try:
                fields |= {"now": self._now(), "seconds": self.lease_seconds}
                return file.execute(_LEASE, fields).rowcount == 1
            finally:
                file.execute("COMMIT")

    def release(self, owner: str, holder: str, *, settled: bool) -> None:
        """End *holder*'s lease, if it is still theirs."""
        self._write(_RELEASE, {"owner": owner, "holder": holder, "settled": settled})

    def delete(self, owner: str) -> None:
        """Keep nothing of the owner any more; nothing is left of it in the file either."""
        with self._access() as file:
            file.execute("DELETE FROM owners WHERE owner = ?", (checked_owner(owner),))
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def unsettled(self) -> list[str]:
        """Owners whose refresh was begun and is not known to have ended."""
        asked = "SELECT owner FROM owners WHERE begun_at IS NOT NULL ORDER BY begun_at"
        with self._access() as file:
            return [owner for (owner,) in file.execute(asked)]

    def reseal(self) -> int:
        """Write with today's key what was written with another, or with none.

        Returns:
            How many owners' tokens that were.

        Raises:
            TokenStoreError: Some cannot be read.  All others have been written.
        """
        with self._access() as file:
            rows = file.execute("SELECT owner, version, tokens FROM owners").fetchall()
        done, failure = 0, None
        for owner, version, old in rows:
            if self._seal.is_current(old):
                continue
            try:
                new = self._seal.close(owner, self._seal.open(owner, version, old, None))
            except TokenStoreError as error:
                failure = error
                continue
            with self._access() as file:  # unless it was renewed meanwhile, with today's key
                again = "UPDATE owners SET tokens = ? WHERE owner = ? AND version = ?"
                done += file.execute(again, (new, owner, version)).rowcount
        with self._access() as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if failure is not None:
            raise failure
        return done

    def close(self) -> None:
        """Let go of the file; it opens again when it is needed."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        if self._connection is not None:
            self.close()

    def __repr__(self) -> str:
        """Where; neither the key nor what is in it."""
        return f"<FileTokens {str(self.path)!r}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("FileTokens hold a key: make them anew in the other process")

    def _write(self, statement: str, fields: dict[str, Any]) -> bool:
        with self._access() as file:
            return file.execute(statement, fields).rowcount == 1

    @contextlib.contextmanager
    def _access(self) -> Generator[sqlite3.Connection]:
        """The open file, for one thread at a time."""
        import sqlite3  # noqa: PLC0415 -- programs that keep no tokens do without

        if self._process != os.getpid():
            _left_behind.append(self._connection)
            self._process, self._lock = os.getpid(), threading.Lock()
            self._connection = None
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._opened()
                yield self._connection
            except sqlite3.Error as error:
                told = f"The file of tokens {str(self.path)!r} cannot be used: {error}."
                raise TokenStoreError(0, told) from error

    def _opened(self) -> sqlite3.Connection:
        import sqlite3  # noqa: PLC0415 -- as above

        guard(self.path)
        file = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _set_up(file)
        except BaseException:
            file.close()
            raise
        return file


def _several(key: Key | Sequence[Key | None] | None) -> Sequence[Key | None]:
    if key is None or isinstance(key, (str, bytes)):
        return [key]
    try:
        keys = tuple(key)
    except TypeError:
        msg = f"key must be a key of new_key(), or a list of them, not {type(key).__name__}"
        raise TypeError(msg) from None
    if not keys:
        msg = "key is an empty list: pass None to keep tokens as they are"
        raise ValueError(msg)
    return keys


def _set_up(file: sqlite3.Connection) -> None:
    """WAL, so that readers do not wait; FULL, so that what is saved outlives a loss of power."""
    file.execute("PRAGMA synchronous = FULL")
    file.execute("PRAGMA secure_delete = ON")  # what is replaced is overwritten
    if not _is_made(file):
        file.executescript(
            f"BEGIN IMMEDIATE; {_TABLE}; PRAGMA application_id = {KIND}; "
            f"PRAGMA user_version = {FORMAT}; COMMIT"
        )
    until_free(lambda: file.execute("PRAGMA journal_mode = WAL").fetchone())


def _is_made(file: sqlite3.Connection) -> bool:
    """Is it a file of tokens already, or new?  If it is neither, it is left as it is."""
    import sqlite3  # noqa: PLC0415 -- as above

    file.execute("BEGIN")  # all at one moment: others may be making it
    (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (kind,) = file.execute("PRAGMA application_id").fetchone()
    (form,) = file.execute("PRAGMA user_version").fetchone()
    file.execute("COMMIT")
    if (kind != KIND and tables) or form > FORMAT:
        raise sqlite3.DatabaseError("it is of another program, or of a newer version of this one")
    return bool(form)


def until_free(work: Callable[[], object]) -> None:
    """Do *work*, although others do the same: for a change of journal SQLite does not wait."""
    import sqlite3  # noqa: PLC0415 -- as above

    for attempt in range(int(BUSY_SECONDS / 0.02)):
        try:
            work()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == int(BUSY_SECONDS / 0.02) - 1:
                raise
            time.sleep(0.02)
        else:
            return
