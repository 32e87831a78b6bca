"""Receivers that are started, stopped and killed while deliveries come.

``python tests/restarting.py 10000 5`` measures: how long after a kill -9 a receiver answers again,
with 10,000 events waiting in its inbox, five times.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from deliveries import compact, document, signed

from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

TESTS: Final = Path(__file__).parent
STATE: Final = document("vehicle_state")
Unreachable = (ConnectionError, http.client.BadStatusLine)
"""Nobody listens, or who did is gone before it has answered."""


def body_of(event_id: str) -> bytes:
    """A delivery of its own."""
    return compact(STATE | {"eventId": event_id})


def held_port() -> socket.socket:
    """A socket on a port at which nobody listens, so that it stays ours: our servers may."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


class Served:
    """A receiver in a process of its own, under uvicorn.  It can be stopped, killed and begun anew.

    Args:
        folder: Where its inbox is, and the log of what was handled.
        lease_seconds: What it has in hand when it is killed is another's after so long.
    """

    def __init__(self, folder: Path, lease_seconds: float = 3.0) -> None:
        self._folder = folder
        self._lease_seconds = lease_seconds
        self._held = held_port()
        self.port: int = self._held.getsockname()[1]
        self.begin()

    def begin(self) -> None:
        """Start the process."""
        place = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "restarted_app:app"),
                *("--port", str(self.port), "--log-level", "warning"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": place,
                "RECEIVER_FOLDER": str(self._folder),
                "RECEIVER_LEASE_SECONDS": str(self._lease_seconds),
            },
        )

    def wait(self) -> None:
        """Wait until it listens."""
        while True:
            assert self.process.poll() is None, "it has ended"
            with contextlib.suppress(ConnectionError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            time.sleep(0.01)

    def deliver(self, event_id: str) -> int:
        """Deliver an event; the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        with contextlib.closing(connection):
            body = body_of(event_id)
            connection.request("POST", "/webhooks/smartcar", body, signed(body))
            return connection.getresponse().status

    def end(self, how: signal.Signals) -> int:
        """Send it a signal, and wait for its end; how it ended."""
        self.process.send_signal(how)
        return self.process.wait()

    def __enter__(self) -> Self:
        self.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(signal.SIGKILL)
        self._held.close()


class Front:
    """What stands before several of them, as a proxy does: each in turn, and the next where one
    cannot be reached or asks to come again.  That is safe, for a repeat is known by its id."""

    def __init__(self, behind: Sequence[Served]) -> None:
        self._behind = behind
        self._turns = itertools.count()
        self.retried = 0

    def deliver(self, event_id: str) -> int:
        """Deliver an event; the status of the answer."""
        turn = next(self._turns)
        for n in range(len(self._behind)):
            with contextlib.suppress(*Unreachable):
                status = self._behind[(turn + n) % len(self._behind)].deliver(event_id)
                if status != 503:
                    return status
            self.retried += 1
        return 502


@contextlib.contextmanager
def deliveries(front: Front, senders: int = 4) -> Iterator[dict[str, int]]:
    """Deliver, one event after another, until the end; the status of each."""
    answers: dict[str, int] = {}
    numbers, is_over = itertools.count(), threading.Event()

    def send() -> None:
        while not is_over.is_set():
            event_id = f"event-{next(numbers)}"
            answers[event_id] = front.deliver(event_id)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    for each in threads:
        each.start()
    try:
        yield answers
    finally:
        is_over.set()
        for each in threads:
            each.join()


def handled(folder: Path) -> Counter[str]:
    """How often each event was handled to its end."""
    return Counter((folder / "log").read_text().split())


def fill(folder: Path, events: int) -> list[str]:
    """Have so many events wait in the inbox; their ids."""
    ids = [f"waiting-{number}" for number in range(events)]
    with Inbox(folder / "events.db") as inbox:
        inbox.append([Envelope(each, time.time(), body_of(each)) for each in ids])
    return ids


def main(arguments: Iterable[str]) -> int:
    """Measure, and say what was seen."""
    events, kills = map(int, arguments)
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(kills):
            waiting = fill(folder, events)
            with Served(folder) as served:
                assert served.deliver(f"before-{number}") == 200
                served.end(signal.SIGKILL)
                begun = time.perf_counter()
                served.begin()
                served.wait()
                assert served.deliver(f"after-{number}") == 200
                seconds.append(time.perf_counter() - begun)
            with Inbox(folder / "events.db") as inbox:
                left = inbox.counts()["waiting"]
            for each in folder.iterdir():
                each.unlink()
    sys.stdout.write(
        f"{kills} kills with {events:,} events waiting ({left:,} still were, after the last): a "
        f"receiver under uvicorn had answered again after {statistics.median(seconds):.2f} s, "
        f"{max(seconds):.2f} s at most\n"
    )
    return 0 if len(waiting) == events else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
