"""A thread that does what is due on a clock, where nobody who waits can: a server's, or time's."""

from __future__ import annotations

import logging
import threading
from typing import Final

from smartcar.simulator.clock import VirtualClock

from .crew import Crew

PATIENCE: Final = 20.0
"""Real seconds to wait for what is out at the end: longer than any receiver is waited for."""
_NAP: Final = 0.005
_AFTER_FAILURE: Final = 1.0
_log = logging.getLogger(__name__)


class Carrier:
    """Does what is due on *clock*, from ``start`` to ``stop``.  Both may be called again."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.crew: Final = Crew(clock.nudge)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()

    @property
    def is_running(self) -> bool:
        """Does it?"""
        return self._thread is not None

    def start(self) -> None:
        """Begin, unless it has."""
        with self._lock:
            if self._thread is not None:
                return
            self._over = over = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(over,), daemon=True, name="smartcar-webhooks"
            )
            self._thread.start()

    def stop(self) -> None:
        """End, once what is out has come back; what is still to be tried stays in the world."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._over.set()
        self._clock.wake()
        if thread is not None and thread is not threading.current_thread():
            thread.join(PATIENCE)
        self.crew.close(PATIENCE)

    def _run(self, over: threading.Event) -> None:
        while not over.is_set():
            self._clock.wait_for_stop(over.is_set)
            if over.is_set():
                return
            try:
                self._clock.settle(over.is_set)
            except BaseException:  # noqa: BLE001 -- a journal's, or a receiver's: it is tried again
                _log.exception("What was due could not be done")
                over.wait(_AFTER_FAILURE)
            if self._clock.is_due:  # somebody else does it just now
                over.wait(_NAP)
