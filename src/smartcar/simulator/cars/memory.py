"""Remembering phases, so that asking again is quick; never what was asked.

A history starts from a known phase and grows by a rule. Of a long one, only every 64th
phase is kept (a checkpoint) besides the stretch last looked at: months of commands cost
little memory, and any moment is at most 64 steps away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from threading import Lock
from typing import Final

from .commands import Command, Refused, obey
from .spec import Spec
from .timeline import Phase, following

STRIDE: Final = 64
OPEN_HISTORIES: Final = 256  # some 30 kB each


class History:
    """The phases of one car from *first* on, under *commands* (which may grow)."""

    __slots__ = ("commands", "marks", "spec", "starts", "window", "window_mark")

    def __init__(self, spec: Spec, first: Phase, commands: list[Command]) -> None:
        self.spec = spec
        self.commands = commands
        # Each checkpoint: its start, its phase, and how many commands came before it.
        self.marks: list[tuple[float, Phase, int]] = [(first.start, first, 0)]
        self.window_mark = -1
        self.window: list[tuple[Phase, int]] = []
        self.starts: list[float] = []

    def phase(self, at: float) -> Phase:
        """The phase that *at* lies in."""
        mark = max(0, bisect_right(self.marks, at, key=lambda mark: mark[0]) - 1)
        self._open(mark)
        while len(self.window) <= STRIDE:
            found, done = self.window[-1]
            if self._next_at(found, done) > at:
                break
            self._grow()
            if len(self.window) > STRIDE:
                if self.window_mark + 1 == len(self.marks):
                    last, count = self.window[-1]
                    self.marks.append((last.start, last, count))
                return self.phase(at)
        return self.window[max(0, bisect_right(self.starts, at) - 1)][0]

    def _open(self, mark: int) -> None:
        if mark != self.window_mark:
            start, phase, done = self.marks[mark]
            self.window_mark, self.window, self.starts = mark, [(phase, done)], [start]

    def _next_at(self, phase: Phase, done: int) -> float:
        if done < len(self.commands):
            return min(phase.ends, self.commands[done].at)
        return phase.ends

    def _grow(self) -> None:
        phase, done = self.window[-1]
        if done < len(self.commands) and self.commands[done].at < phase.ends:
            try:
                phase = obey(self.spec, phase, self.commands[done])
            except Refused:  # told anew from a list that was never asked: then nothing happens
                pass
            done += 1
        else:
            phase = following(self.spec, phase)
        self.window.append((phase, done))
        self.starts.append(phase.start)

    def forget_after(self, at: float) -> None:
        """Drop what was foreseen after *at*: a command has come."""
        while len(self.marks) > 1 and self.marks[-1][0] > at:
            self.marks.pop()
        self.window_mark = -1


class _Recent:
    """The histories last used, by car."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.kept: OrderedDict[int, tuple[object, float, History]] = OrderedDict()

    def get(self, owner: object, start: float) -> History | None:
        with self.lock:
            found = self.kept.get(id(owner))
            if found is None or found[0] is not owner or found[1] != start:
                return None
            self.kept.move_to_end(id(owner))
            return found[2]

    def put(self, owner: object, start: float, history: History) -> None:
        with self.lock:
            self.kept[id(owner)] = (owner, start, history)
            self.kept.move_to_end(id(owner))
            if len(self.kept) > OPEN_HISTORIES:
                self.kept.popitem(last=False)


RECENT: Final = _Recent()
