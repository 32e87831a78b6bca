"""Remembering phases, so that asking again is quick; never what was asked.

A history starts from a known phase and grows by a rule. Of a long one, only every 64th
phase is kept (a checkpoint) besides the stretch last looked at: months of commands cost
little memory, and any moment is at most 64 steps away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from contextlib import suppress
from threading import Lock
from typing import Final, TypeAlias

from .commands import obey
from .moment import Command, Refused
from .spec import Spec
from .timeline import Phase, following

Stretch: TypeAlias = tuple[Phase, int]
"""A phase, and how many commands came before it."""

STRIDE: Final = 64
OPEN_HISTORIES: Final = 256  # some 30 kB each


class History:
    """The phases of one car from *first* on, under *commands* (to which more may be added)."""

    __slots__ = ("_commands", "_lock", "_mark", "_marks", "_spec", "_starts", "_window")

    def __init__(self, spec: Spec, first: Phase, commands: tuple[Command, ...]) -> None:
        self._spec = spec
        self._commands = commands
        # Each checkpoint: its start, its phase, and how many commands came before it.
        self._marks: list[tuple[float, Phase, int]] = [(first.start, first, 0)]
        self._lock = Lock()
        self._open(0)

    def stretch(self, at: float) -> Stretch:
        """The phase that *at* lies in, and how many commands came before it."""
        with self._lock:
            mark = max(0, bisect_right(self._marks, at, key=_start) - 1)
            if mark != self._mark:
                self._open(mark)
            while _is_over(self._window[-1], self._commands, at):
                self._grow()
                if len(self._window) > STRIDE:
                    self._turn_the_page()
            return self._window[max(0, bisect_right(self._starts, at) - 1)]

    def add(self, command: Command) -> None:
        """Take in *command*; what was foreseen for later is forgotten."""
        with self._lock:
            self._commands = (*self._commands, command)
            while len(self._marks) > 1 and _start(self._marks[-1]) > command.at:
                self._marks.pop()
            self._open(len(self._marks) - 1)

    def _open(self, mark: int) -> None:
        start, phase, done = self._marks[mark]
        self._mark, self._window, self._starts = mark, [(phase, done)], [start]

    def _turn_the_page(self) -> None:
        phase, done = self._window[-1]
        if self._mark + 1 == len(self._marks):
            self._marks.append((phase.start, phase, done))
        self._open(self._mark + 1)

    def _grow(self) -> None:
        stretch = _next(self._spec, self._window[-1], self._commands)
        self._window.append(stretch)
        self._starts.append(stretch[0].start)


def onward(
    spec: Spec, stretch: Stretch, commands: tuple[Command, ...], at: float
) -> Stretch | None:
    """The stretch that *at* lies in, found from an earlier one; None where that is far off.

    Time mostly goes by, and who goes along with it needs no history.
    """
    for _ in range(STRIDE):
        if not _is_over(stretch, commands, at):
            return stretch
        stretch = _next(spec, stretch, commands)
    return None


def _is_over(stretch: Stretch, commands: tuple[Command, ...], at: float) -> bool:
    phase, done = stretch
    return phase.ends <= at or (done < len(commands) and commands[done].at <= at)


def _next(spec: Spec, stretch: Stretch, commands: tuple[Command, ...]) -> Stretch:
    phase, done = stretch
    if done < len(commands) and commands[done].at < phase.ends:
        # Of commands told anew, one that was never obeyed then is not obeyed now.
        with suppress(Refused):
            phase = obey(spec, phase, commands[done])
        return phase, done + 1
    return following(spec, phase), done


def _start(mark: tuple[float, Phase, int]) -> float:
    return mark[0]


class Recent:
    """The histories last used, by car and beginning. The oldest are dropped."""

    def __init__(self) -> None:
        self._lock = Lock()
        # The car itself is kept beside its history, so that its id stays its own.
        self._kept: OrderedDict[tuple[int, int], tuple[object, History]] = OrderedDict()

    def get(self, car: object, week: int) -> History | None:
        """The history of *car* that begins with *week*, if it is still known."""
        with self._lock:
            found = self._kept.get((id(car), week))
            if found is None:
                return None
            self._kept.move_to_end((id(car), week))
            return found[1]

    def put(self, car: object, week: int, history: History) -> None:
        """Remember *history*."""
        with self._lock:
            self._kept[id(car), week] = (car, history)
            if len(self._kept) > OPEN_HISTORIES:
                self._kept.popitem(last=False)


RECENT: Final = Recent()
