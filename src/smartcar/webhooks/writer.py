"""One thread that does all of a process's work on one SQLite file, many callers' work at a time.

What waits while a transaction is on its way to the disk shares the next one: the more callers, the
fewer waits for the disk each of them pays for.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeAlias, TypeVar

from smartcar.errors import InboxError

from .journal import Envelope

GROUP: Final = 512
"""Callers at most that share a transaction: more would not be faster, and the first would wait."""

Stamp: TypeAlias = tuple[object, object]
T = TypeVar("T")
_GONE: Final = "it was removed or replaced meanwhile"
_PATIENCE_SECONDS: Final = 5.0
"""How long to try to save what a removed log held, while others do the same."""
_PAUSE_SECONDS: Final = 0.005
_BEGINNINGS: Final = 3
"""How often a file is opened that is removed each time."""
_log: Final = logging.getLogger("smartcar.webhooks")
Insert = Callable[[sqlite3.Connection, Sequence[Envelope]], list[bool]]
_left_behind: list[object] = []
"""Connections of the process that this one was forked from: to close them would harm it."""
_writers: weakref.WeakSet[Writer] = weakref.WeakSet()
_forking = threading.Lock()
_paused: list[threading.Lock] = []
"""Of writers that wait for a fork: a child that is made amid a transaction has, in SQLite's memory,
its locks for ever, and can never write."""


class _Job:
    """What somebody waits for."""

    __slots__ = ("changes", "envelopes", "future", "work")

    def __init__(
        self,
        work: Callable[[sqlite3.Connection], Any] | None,
        envelopes: Sequence[Envelope] = (),
        *,
        changes: bool = True,
    ) -> None:
        self.work = work
        """None where envelopes are to be kept."""
        self.envelopes = envelopes
        self.changes = changes
        self.future: Future[Any] = Future()


class Writer:
    """Does what it is told on a connection, in transactions that are on the disk when they end.

    Args:
        place: What the file is called in errors.
        connect: Opens it.
        insert: Keeps envelopes.
        stamp: Says which file is there now, and which log of what is to be written to it.
    """

    def __init__(
        self,
        place: str,
        connect: Callable[[], sqlite3.Connection],
        insert: Insert,
        stamp: Callable[[], Stamp],
    ) -> None:
        self._place = place
        self._connect = connect
        self._insert = insert
        self._stamp = stamp
        self._opened: Stamp = (None, None)
        self._begin()
        _writers.add(self)

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._at_work = threading.Lock()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False

    def append(self, envelopes: Sequence[Envelope]) -> Future[list[bool]]:
        """Keep *envelopes*; which of them were there already."""
        return self._submit(_Job(None, envelopes))

    def submit(self, work: Callable[[sqlite3.Connection], T], *, changes: bool = True) -> Future[T]:
        """What *work* gives, once what it has changed is on the disk.

        Without *changes* it only reads, and waits for no other process.
        """
        return self._submit(_Job(work, changes=changes))

    def close(self) -> None:
        """Do what is asked for already, and let go of the file."""
        with self._lock:
            thread, self._thread, is_first = self._thread, None, not self._is_closed
            self._is_closed = True
        if is_first and thread is not None and self._process == os.getpid():
            self._jobs.put(None)
            if thread is not threading.current_thread():
                thread.join()

    def _submit(self, job: _Job) -> Future[Any]:
        if self._process != os.getpid():
            _left_behind.append(self._connection)
            self._begin()
        with self._lock:
            if self._is_closed:
                job.future.set_exception(self._error("it was closed"))
                return job.future
            if self._thread is None:
                # A daemon: a program's end need not wait for it, and SQLite undoes what is half
                # done.  Whoever wants to know waits for the Future.
                name = "smartcar-inbox"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return job.future

    def _run(self) -> None:
        is_open = True
        while is_open:
            group: list[_Job] = []
            is_open = _collect(self._jobs, group)
            group = [each for each in group if each.future.set_running_or_notify_cancel()]
            if group:
                self._perform(group)
        self._disconnect()

    def _perform(self, group: list[_Job]) -> None:
        """Do the work of *group* in one transaction; where that fails, each in its own."""
        try:
            with self._at_work:
                outcomes = self._transact(group)
        except Exception as error:  # noqa: BLE001 -- whoever waits decides
            self._disconnect()  # after an error of the disk nothing that it holds is believed
            if len(group) > 1 and not _is_busy(error):
                for each in group:
                    self._perform([each])
                return
            told = self._error(error) if isinstance(error, sqlite3.Error | OSError) else error
            for each in group:
                each.future.set_exception(told)
        else:
            for each, outcome in zip(group, outcomes, strict=True):
                each.future.set_result(outcome)

    def _transact(self, group: list[_Job]) -> list[Any]:
        if not any(each.changes for each in group):
            return self._outcomes(self._there(), group)
        file = self._begun()
        try:
            outcomes = self._outcomes(file, group)
            file.execute("COMMIT")
        except BaseException:
            if file.in_transaction:
                file.execute("ROLLBACK")
            raise
        if self._stamp() != self._opened and not self._leave(file):
            raise self._error(_GONE)
        return outcomes

    def _begun(self) -> sqlite3.Connection:
        """The connection, in a transaction of the file and the log that are there now.

        They are looked at once nobody else can write: who has lost the log must not go on in it
        while others begin a new one.
        """
        for _ in range(_BEGINNINGS):
            file = self._there()
            file.execute("BEGIN IMMEDIATE")
            if self._stamp() == self._opened:
                return file
            file.execute("ROLLBACK")
            self._leave(file)
        raise self._error(_GONE)

    def _there(self) -> sqlite3.Connection:
        """The connection, to the file that is there now.

        One that was removed can be written to as long as it is open, and is gone after that.
        """
        if self._connection is not None and self._stamp() != self._opened:
            self._leave(self._connection)
        return self._connected()

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
            self._opened = self._stamp()
        return self._connection

    def _leave(self, file: sqlite3.Connection) -> bool:
        """Let go of a file that is there no more; where only its log is gone, nothing is lost.

        Returns:
            Is all that was committed just now in the file that stays?
        """
        is_saved = is_written = False
        end = time.monotonic() + _PATIENCE_SECONDS
        while not is_saved and self._stamp()[0] == self._opened[0]:
            # Where there is a new log, its maker has saved what the old one held; ours would
            # spoil it.  Whoever else lost the old one may be saving it just now.
            is_written = self._stamp()[1] is None and _is_written_back(file)
            is_saved = is_written or self._stamp()[1] is not None
            if not is_saved:
                if time.monotonic() >= end:
                    break
                time.sleep(_PAUSE_SECONDS)
        if is_written:
            _log.error("The log beside %s was removed: what it held was saved.", self._place)
        elif is_saved:
            told = "The log beside %s was removed, and another begun: what it held may be lost."
            _log.error(told, self._place)
        else:
            _log.error("%s was removed or replaced: what it held is lost.", self._place)
        self._close_connection()
        return is_written

    def _outcomes(self, file: sqlite3.Connection, group: list[_Job]) -> list[Any]:
        kept = [one for each in group if each.work is None for one in each.envelopes]
        flags = iter(self._insert(file, kept) if kept else ())
        return [
            [next(flags) for _ in each.envelopes] if each.work is None else each.work(file)
            for each in group
        ]

    def _disconnect(self) -> None:
        """Let go of the file, whatever is the matter with it."""
        with self._at_work:
            try:
                if self._connection is not None and self._stamp() != self._opened:
                    self._leave(self._connection)
            except OSError as error:  # its folder may be none any more, or nobody's to look into
                _log.warning(
                    "Whether the log beside %s is there is not known: %s", self._place, error
                )
            finally:
                self._close_connection()

    def _close_connection(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _error(self, why: object) -> InboxError:
        return InboxError(0, f"The inbox {self._place!r} cannot be used: {why}.")


def _collect(jobs: queue.SimpleQueue[_Job | None], group: list[_Job]) -> bool:
    """Wait for a job, and put it and what is waiting behind it into *group*; False at the end."""
    job = jobs.get()
    while job is not None:
        group.append(job)
        if len(group) == GROUP:
            return True
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return True
    return False


def _pause() -> None:
    _forking.acquire()
    for each in list(_writers):
        each._at_work.acquire()
        _paused.append(each._at_work)


def _go_on() -> None:
    while _paused:
        _paused.pop().release()
    _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_pause, after_in_parent=_go_on, after_in_child=_go_on)


def _is_written_back(file: sqlite3.Connection) -> bool:
    """Write to the file what is in a log that only those have who opened it; was it possible?"""
    try:
        (is_busy, _, _) = file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not is_busy


def _is_busy(error: Exception) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
