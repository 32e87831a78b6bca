"""A simulator that runs already, as the commands that control it see it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.table import Table

from smartcar.errors import ConnectError, DecodeError, NotFoundError, SmartcarError
from smartcar.simulator.control import Control
from smartcar.simulator.control.models import Car, Webhook
from smartcar.simulator.proxies import directly_if_needed

from .where import address, where_options

ROOMY: Final = 160
"""Columns, where nobody says how many there are."""
SHOWN: Final = 5
"""Cars that are told where a name could be any of several."""


@dataclass(frozen=True, slots=True)
class Running:
    """The controls of a simulator, and where to show what they say."""

    control: Control
    is_json: bool
    console: Console

    def show(self, answer: object, told: Callable[[], object]) -> None:
        """Show *answer* as JSON where that is wanted, else as it is *told*."""
        if self.is_json:
            click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
        else:
            self.console.print(told())

    @property
    def width(self) -> int:
        """Columns that there are to show something in."""
        return self.console.width

    def car(self, name: str) -> Car:
        """The car that *name* means: its id, the beginning of it, its VIN or its nickname.

        Raises:
            click.ClickException: None, or several.
        """
        try:
            return self.control.car(name)
        except NotFoundError:
            first = next(self.control.cars(name=name, page_size=SHOWN).pages())
        if first.total == 1:
            return first.data[0]
        if not first.data:
            msg = f"There is no car {name!r}: say an id, a VIN or a nickname of 'car list'."
            raise click.ClickException(msg)
        several = ", ".join(f"{each.nickname} ({each.id[:8]})" for each in first.data)
        if first.total is not None and first.total > SHOWN:
            several += f" or {first.total - SHOWN} more"
        raise click.ClickException(f"{name!r} could be {several}: say more of the id.")

    def webhook(self, name: str) -> Webhook:
        """The webhook that *name* means: its id, the beginning of it, or its name.

        Raises:
            click.ClickException: None, or several.
        """
        everything = self.control.webhooks()
        low = name.strip().lower()
        found = [each for each in everything if each.id == low or each.name.lower() == low]
        found = found or [each for each in everything if low and each.id.startswith(low)]
        if len(found) == 1:
            return found[0]
        if not found:
            names = ", ".join(f"{each.name} ({each.id[:8]})" for each in everything) or "none"
            raise click.ClickException(f"There is no webhook {name!r}; there is {names}.")
        several = ", ".join(f"{each.name} ({each.id[:8]})" for each in found)
        raise click.ClickException(f"{name!r} could be {several}: say more of the id.")


def on_running(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where the simulator is, and the simulator itself."""

    @wraps(function)
    def with_running(*, port: int | None, origin: str | None, is_json: bool, **more: Any) -> None:
        where = address(port, origin)
        # Docker gives its containers the proxies of its host; none leads to this machine itself.
        os.environ.update(directly_if_needed(where, os.environ))
        with _told(where), Control(where) as control:
            function(running=Running(control, is_json, _console()), **more)

    return and_json(with_running)


def and_json(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where the simulator is, and how to show what it says."""
    with_json = click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")
    return where_options(with_json(command))


def _console() -> Console:
    """As wide as the terminal, or as ``COLUMNS`` says; else wide enough for any table."""
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if is_known else ROOMY)


@contextmanager
def _told(where: str) -> Generator[None]:
    """Say in a sentence what went wrong."""
    try:
        yield
    except ConnectError:
        told = f"No simulator listens at {where}. Start one with: smartcar simulator"
        raise click.ClickException(told) from None
    except DecodeError:
        told = f"What listens at {where} is no simulator, or one of another version."
        raise click.ClickException(told) from None
    except SmartcarError as error:
        raise click.ClickException(error.description or error.message) from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def table(*columns: str, right: Sequence[str] = ()) -> Table:
    """A plain table; the columns in *right* are numbers."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        made.add_column(name, justify="right" if name in right else "left", overflow="fold")
    return made


def length(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, size in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def value_of(text: str) -> Any:
    """What somebody typed as a value: JSON where it is some, else the text itself."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def pairs(words: Sequence[str]) -> dict[str, Any]:
    """``name=value`` words, by name.

    Raises:
        click.UsageError: One of them is none.
    """
    found: dict[str, Any] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name:
            raise click.UsageError(f"{word!r} is no name=value, such as minutes=20.")
        found[name] = value_of(text)
    return found
