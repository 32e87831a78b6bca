"""A pretend car: its state is a function of what it is, what it was told, and the time.

Asking needs no ticking, and asking leaves no trace: ``Car`` holds a spec and the
commands so far; everything else is worked out and may be forgotten at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import inf, isfinite
from typing import NamedTuple

from .activity import Drive
from .bodies import bodies, not_now
from .body_of_charge import Body
from .commands import obey
from .memory import RECENT, History, Stretch, onward
from .moment import Command
from .places import Point
from .report import next_report, reported_at
from .spec import Spec
from .state import State, state_of
from .timeline import Phase, beginning
from .week import week_of, week_start

# Where a history begins: two weeks' phases are enough for the lists of recent charges.
WEEKS_BACK = 1
_ROUNDING = 1e-3
"""Seconds: more than arithmetic with Unix seconds loses."""


class LastReport(NamedTuple):
    """A car as its maker's cloud knows it."""

    at: float
    """When the car said so."""
    state: State
    bodies: Mapping[str, Body]
    """What its signals told then, by code.  It is kept: nobody may change it."""
    not_now: Mapping[str, tuple[str, str]]
    """Those that it has, and that told nothing then: type and code of the error."""


class _Told(NamedTuple):
    """The last report that was looked at, and from when until when it is the last one."""

    commands: tuple[Command, ...]
    report: LastReport
    begins: float
    ends: float


class _Known(NamedTuple):
    """The phase that a car was last seen in, and for how long that holds."""

    commands: tuple[Command, ...]
    week: int
    phase: Phase
    done: int
    """How many of the commands came before it."""
    until: float

    def next(self, spec: Spec, at: float) -> Stretch | None:
        """What it is about at *at*, if that is not far off."""
        if at < self.phase.start:
            return None
        return onward(spec, (self.phase, self.done), self.commands, at)


class Car:
    """One car. Safe to ask from many threads as long as one at a time gives commands."""

    __slots__ = ("_commands", "_known", "_told", "spec")

    def __init__(self, spec: Spec, commands: Iterable[Command] = ()) -> None:
        self.spec = spec
        self._commands: tuple[Command, ...] = tuple(commands)
        self._known: _Known | None = None
        self._told: _Told | None = None
        if any(a.at > b.at for a, b in zip(self._commands, self._commands[1:], strict=False)):
            raise ValueError("Commands must be given in the order of their times.")

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands so far."""
        return self._commands

    def command(self, command: Command) -> None:
        """Do it, at its time.

        Raises:
            Refused: The car will not; its state is as before.
            ValueError: The command goes back in time, is unknown, or makes no sense.
        """
        if self._commands and command.at < self._commands[-1].at:
            raise ValueError("A command must not be earlier than the one before it.")
        obey(self.spec, self.phase(command.at), command)
        self._commands = (*self._commands, command)
        week = self._first_week(command.at)
        history = RECENT.get(self, week)
        if history is not None:
            history.add(command)

    def _first_week(self, at: float) -> int:
        """The week where the history that leads to *at* begins."""
        week = week_of(self.spec, at)
        if self._commands and self._commands[0].at <= at:
            week = min(week, week_of(self.spec, self._commands[0].at))
        return week - WEEKS_BACK

    def phase(self, at: float) -> Phase:
        """What the car is about at *at*."""
        if not isfinite(at):
            raise ValueError(f"A time is a finite number of unix seconds, not {at}.")
        week, commands, known = self._first_week(at), self._commands, self._known
        if (
            known is not None
            and known.commands is commands
            and known.week == week
            and known.phase.start <= at < known.until
        ):
            return known.phase
        stretch = None
        if known is not None and known.commands is commands and known.week == week:
            stretch = known.next(self.spec, at)
        if stretch is None:
            stretch = self._history(week).stretch(at)
        phase, done = stretch
        until = commands[done].at if done < len(commands) else inf
        self._known = _Known(commands, week, phase, done, min(phase.ends, until))
        return phase

    def _history(self, week: int) -> History:
        """All that leads to times whose history begins with *week*."""
        history = RECENT.get(self, week)
        if history is None:
            history = History(self.spec, beginning(self.spec, week), self._commands)
            RECENT.put(self, week, history)
        return history

    def phases(self, start: float, end: float) -> Iterator[tuple[float, float, Phase]]:
        """What the car is about from *start* to *end*, piece by piece: from, to, phase."""
        at = start
        while at < end:
            phase = self.phase(at)
            told = next((command.at for command in self._commands if command.at > at), end)
            upto = min(phase.ends, told, end)
            yield at, upto, phase
            at = upto

    def state(self, at: float) -> State:
        """The exact physical state at *at* (unix seconds)."""
        return state_of(self.spec, self.phase(at), at)

    def reported_at(self, at: float) -> float:
        """When the car last reported to its maker, at or before *at*."""
        return reported_at(self.phase(at), at)

    def report(self, at: float) -> LastReport:
        """What the car told its maker when it last reported, at or before *at*.

        The last one is kept: between two reports a car may be asked a thousand times.
        """
        return self._heard(at).report

    def silent_until(self, at: float) -> float:
        """Before when it tells its maker nothing new, if nobody commands it."""
        return self._heard(at).ends

    def _heard(self, at: float) -> _Told:
        commands, told = self._commands, self._told
        is_right = told is not None and told.commands is commands
        if told is not None and is_right and told.begins <= at < told.ends:
            return told
        phase = self.phase(at)
        when = reported_at(phase, at)
        if told is not None and is_right and told.report.at == when:
            report = told.report
        else:
            known, state = self._known, self.state(when)
            self._known = known  # it is asked about now again, not about when it reported
            report = LastReport(when, state, bodies(self.spec, state), not_now(self.spec, state))
        self._told = told = _Told(commands, report, at, self._silent_until(phase, at))
        return told

    def _silent_until(self, phase: Phase, at: float) -> float:
        until = inf if self._known is None else self._known.until
        monday = week_start(self.spec, week_of(self.spec, at) + 1)  # where histories begin anew
        return next_report(phase, at, min(until, monday)) - _ROUNDING

    def route(self, at: float) -> list[Point]:
        """The whole way of the drive under way at *at*; empty when the car stands."""
        activity = self.phase(at).activity
        return list(activity.route.points) if isinstance(activity, Drive) else []

    def trail(self, start: float, end: float) -> list[Point]:
        """The line driven from *start* to *end*, every corner of it, without repeats."""
        line: list[Point] = [self.state(start).point]
        for begins, ends, phase in self.phases(start, end):
            drive = phase.activity
            if isinstance(drive, Drive):
                low, high = drive.metres(begins), drive.metres(ends)
                scale = drive.route.metres / drive.route.marks[-1]
                corners = zip(drive.route.points, drive.route.marks, strict=True)
                line += [point for point, mark in corners if low < mark * scale < high]
                line.append(drive.body(self.spec, ends).point)
        return [point for n, point in enumerate(line) if not n or point != line[n - 1]]
