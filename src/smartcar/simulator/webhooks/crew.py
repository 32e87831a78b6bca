"""Threads that wait for receivers over HTTP, so that one that hangs keeps no other waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final

MOST: Final = 16
"""Receivers that are waited for at a time."""
_log = logging.getLogger(__name__)


class Crew:
    """Does errands apart from whoever has them done.

    Args:
        after: Called after each of them: something may be due by then.
    """

    def __init__(self, after: Callable[[], None]) -> None:
        self._after = after
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._out: set[Future[None]] = set()

    def send(self, work: Callable[[], None]) -> None:
        """Have *work* done soon."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(MOST, thread_name_prefix="smartcar-delivery")
            future = self._pool.submit(self._do, work)
            self._out.add(future)
        future.add_done_callback(self._out.discard)

    @property
    def is_out(self) -> bool:
        """Is anybody out?"""
        return bool(self._out)

    def is_back(self, patience: float) -> bool:
        """Is nobody out any more?  Waits for those who are, real seconds at most."""
        return not wait(list(self._out), patience).not_done

    def close(self, patience: float) -> None:
        """Wait for those who are out, and let the threads end."""
        self.is_back(patience)
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 -- a journal's: it is sent again in a world taken up
            _log.exception("What came of a delivery could not be noted")
        self._after()
