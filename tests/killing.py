"""Workers that are killed while they keep and handle events, and a sender that does not let go.

``python tests/killing.py 10000 20 SEED`` is the soak: 10,000 events, 20 deaths.  The sender does as
Smartcar does: what is not acknowledged is delivered again, and some of what is as well.
"""

from __future__ import annotations

import contextlib
import queue
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

WORKER: Final = Path(__file__).parent / "inbox_worker.py"
WORKERS: Final = 2
WINDOW: Final = 32
"""Deliveries that wait for an answer of one worker at a time."""


REFUSALS: Final = 200
"""After how many the disk has room again."""


@dataclass
class Outcome:
    """What was seen of all workers, in the order in which it happened."""

    acknowledged: set[str] = field(default_factory=set[str])
    refused: int = 0
    repeats: int = 0
    kills: int = 0
    lost: set[str] = field(default_factory=set[str])
    """Acknowledged, and never handed to a handler, or not known as handled in the end."""
    again: set[str] = field(default_factory=set[str])
    """Handed to a handler although it had succeeded."""
    tries: Counter[str] = field(default_factory=Counter[str])


class _Worker:
    """A process that keeps and handles, and who speaks with it."""

    def __init__(self, folder: Path, told: queue.SimpleQueue[tuple[_Worker, str]]) -> None:
        self.waiting: set[str] = set()
        self.process = subprocess.Popen(
            [sys.executable, WORKER, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._told = told
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def say(self, line: str) -> None:
        """Tell it something; whether anybody is there to hear it is seen later."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()

    def deliver(self, event_id: str) -> None:
        self.waiting.add(event_id)
        self.say(f"keep {event_id}")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.wait()
        self._reader.join()
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                if line.endswith("\n"):
                    self._told.put((self, line.strip()))
        self._told.put((self, "ended"))


class Sender:
    """Delivers *events*, a tenth of them twice, while workers are killed at moments of *seed*."""

    def __init__(self, folder: Path, events: int, kills: int, seed: int, *, fills: int = 1) -> None:
        self._folder = folder
        self._random = Random(seed)
        self._events = events
        ids = [f"event-{seed}-{number}" for number in range(events)]
        repeated = self._random.sample(ids, events // 10)
        self._due = [*ids, *repeated]
        self._random.shuffle(self._due)
        self._answers = 0
        total = len(self._due)
        self._moments = sorted(self._random.sample(range(1, total), kills - 1), reverse=True)
        self._fillings = sorted(self._random.sample(range(1, total * 9 // 10), fills), reverse=True)
        self._is_full = False
        self._told: queue.SimpleQueue[tuple[_Worker, str]] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Deliver all, until all that was acknowledged is handled; what was seen."""
        # Whatever chance says of the others: the first is killed while it handles something.
        self._workers = [_Worker(self._folder, self._told)]
        self._workers[0].say("hold")
        try:
            while self._due or any(each.waiting for each in self._workers):
                self._deliver()
                self._hear(*self._told.get(timeout=300))
                self._strike()
            self._finish()
        finally:
            for each in self._workers:
                each.end()
        self._read_log()
        return self.outcome

    def _deliver(self) -> None:
        for each in self._workers:
            while self._due and len(each.waiting) < WINDOW:
                event_id = self._due.pop()
                if event_id in each.waiting:
                    self._due.insert(0, event_id)
                    break
                each.deliver(event_id)

    def _hear(self, worker: _Worker, line: str) -> None:
        what, _, event_id = line.partition(" ")
        if what == "holding":
            self._kill(0)
            self._workers += [_Worker(self._folder, self._told) for _ in range(WORKERS - 1)]
            return
        if what == "ended" or event_id not in worker.waiting:
            return
        worker.waiting.discard(event_id)
        if what == "refused":
            self.outcome.refused += 1
            self._due.insert(0, event_id)
            if self.outcome.refused % REFUSALS == 0:
                self._fill(is_full=False)
            return
        self._answers += 1
        self.outcome.acknowledged.add(event_id)
        self.outcome.repeats += what == "repeat"

    def _strike(self) -> None:
        """Kill a worker, or fill the disk, if it is the moment."""
        if not self.outcome.kills:
            return
        while self._fillings and self._answers >= self._fillings[-1]:
            self._fillings.pop()
            self._fill(is_full=True)
        while self._moments and self._answers >= self._moments[-1]:
            self._moments.pop()
            threading.Event().wait(self._random.uniform(0, 0.01))
            self._kill(self._random.randrange(WORKERS))

    def _kill(self, which: int) -> None:
        killed = self._workers[which]
        killed.end()
        self._workers[which] = _Worker(self._folder, self._told)
        self.outcome.kills += 1
        while not self._told.empty():  # what it had acknowledged before it was killed
            self._hear(*self._told.get())
        self._due.extend(killed.waiting)
        killed.waiting.clear()
        self._fill(is_full=self._is_full)

    def _fill(self, *, is_full: bool) -> None:
        self._is_full = is_full
        self._tell_all("full" if is_full else "free")

    def _tell_all(self, line: str) -> None:
        for each in self._workers:
            each.say(line)

    def _finish(self) -> None:
        """Wait until nothing is left to be handled."""
        self._fill(is_full=False)
        self._tell_all("finish")
        finished: set[int] = set()
        while len(finished) < WORKERS:
            worker, line = self._told.get(timeout=300)
            if line == "finished":
                finished.add(id(worker))

    def _read_log(self) -> None:
        done: set[str] = set()
        for line in (self._folder / "log").read_text().splitlines():
            what, _, event_id = line.partition(" ")
            if what == "handle":
                self.outcome.tries[event_id] += 1
                if event_id in done:
                    self.outcome.again.add(event_id)
            elif what == "success":
                done.add(event_id)
        # Who is killed while a commit is on its way to the disk does not live to write it down.
        with contextlib.closing(sqlite3.connect(self._folder / "events.db")) as file:
            asked = "SELECT event_id FROM events JOIN progress USING (number) WHERE state = 1"
            handled = {event_id for (event_id,) in file.execute(asked)}
        tried = set(self.outcome.tries)
        self.outcome.lost = (self.outcome.acknowledged | done) - (handled & tried)


def main(arguments: Iterable[str]) -> int:
    """Soak, and say what was seen; 0 if nothing was lost and nothing handled again."""
    events, kills, seed = map(int, arguments)
    with tempfile.TemporaryDirectory() as folder:
        outcome = Sender(Path(folder), events, kills, seed, fills=3).run()
    more = sum(tries > 1 for tries in outcome.tries.values())
    sys.stdout.write(
        f"{events:,} events, {outcome.kills} kills, seed {seed}: "
        f"{len(outcome.acknowledged):,} acknowledged, {outcome.repeats:,} repeats seen, "
        f"{outcome.refused:,} refused by a full disk, {more:,} handed out anew after a death; "
        f"{len(outcome.lost)} lost, {len(outcome.again)} handled again after success\n"
    )
    is_well = not outcome.lost and not outcome.again and len(outcome.acknowledged) == events
    return 0 if is_well and outcome.kills == kills else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
