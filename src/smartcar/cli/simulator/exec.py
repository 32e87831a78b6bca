"""``smartcar simulator exec``: a program with a simulator of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import click

from smartcar.simulator.environment import environment
from smartcar.simulator.proxies import directly

from .settings import Settings, server_options

_KILLED: Final = 128
"""Added to the number of the signal that ended CMD, as shells do."""


class NotFoundError(click.ClickException):
    """There is no such program."""

    exit_code = 127


class NotRunnableError(click.ClickException):
    """There is such a file, but it is no program."""

    exit_code = 126


@click.command("exec", context_settings={"allow_interspersed_args": False})
@server_options(0, limits=False)
@click.argument(
    "arguments", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD [ARGS]..."
)
@click.pass_context
def command(ctx: click.Context, *, settings: Settings, arguments: Sequence[str]) -> None:
    """Run CMD with a simulator that is there for as long as it runs.

    CMD finds it by its environment, whichever SDK it uses: the variables are those that "smartcar
    simulator env" prints, and NO_PROXY, so that no proxy is asked for it.  Its exit code is this
    command's.
    """
    program = _program(arguments[0])
    server = settings.server()
    variables = environment(server.origin, server.simulator.world.application)
    variables |= directly(server.origin, os.environ)
    code = 0
    try:
        with server.simulator, server:
            code = Program([program, *arguments[1:]], {**os.environ, **variables}).run()
    except OSError as error:  # a full disk: how the program ended is told all the same
        click.ClickException(str(error)).show()
        code = code or 1
    ctx.exit(code)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is not None:
        return found
    try:
        is_there = Path(name).name != name and Path(name).exists()
    except OSError as error:  # its folder is not ours to look into, its name too long for any
        raise NotRunnableError(f"{name} cannot be run: {error.strerror}.") from error
    if is_there:
        raise NotRunnableError(f"{name} cannot be run: it is no program, or not yours to run.")
    raise NotFoundError(f"{name}: there is no such program.")


class Program:
    """A program that is told what we are told.

    Args:
        arguments: Its path, then its arguments.
        variables: Its whole environment.
    """

    def __init__(self, arguments: Sequence[str], variables: dict[str, str]) -> None:
        self._arguments, self._variables = arguments, variables
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def run(self) -> int:
        """Run it to its end; gives its exit code.

        Raises:
            NotRunnableError: It is no program.
        """
        with _handling(self._tell), _woken() as wait:
            try:
                self._process = subprocess.Popen(  # noqa: S603 -- to run it is what was asked
                    self._arguments, env=self._variables
                )
            except OSError as error:
                why = f"{self._arguments[0]} cannot be run: {error.strerror}."
                raise NotRunnableError(why) from error
            for number in self._early:  # the terminal told us alone
                self._process.send_signal(number)
            while (code := self._process.poll()) is None:
                wait(self._process)
        return code if code >= 0 else _KILLED - code

    def _tell(self, number: int) -> None:
        if self._process is None:
            self._early.append(number)
        elif number != signal.SIGINT or not _is_in_foreground():
            self._process.send_signal(number)


@contextmanager
def _handling(tell: Callable[[int], None]) -> Generator[None]:
    """Hand signals to *tell* rather than end of them; those that are ignored remain so."""

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        tell(number)

    before = {
        number: signal.signal(number, handle)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _woken() -> Generator[Callable[[subprocess.Popen[bytes]], object]]:
    """Gives what waits until a program has ended, or a signal came and was handled.

    To wait for the program alone would sleep over a signal that comes just before, or is given to
    another thread because this one has not yet got round to the last.  What is waited for is the
    number of each signal, which Python writes down at once, in whichever thread.
    """
    if sys.platform == "win32":  # no signal tells that a program has ended
        yield subprocess.Popen[bytes].wait
        return
    ours, pythons = socket.socketpair()
    with ours, pythons:
        pythons.setblocking(False)
        before = signal.set_wakeup_fd(pythons.fileno(), warn_on_full_buffer=False)
        ended = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        blocked = signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        try:
            yield lambda _process: ours.recv(1)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
            signal.signal(signal.SIGCHLD, ended)
            signal.set_wakeup_fd(before)


def _is_in_foreground() -> bool:
    """Has the terminal sent the program its Ctrl-C already, as it sent us ours?"""
    if sys.platform == "win32":
        return True
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except OSError:  # there is none
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
