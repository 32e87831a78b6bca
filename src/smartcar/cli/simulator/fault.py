"""``smartcar simulator fault``: what goes wrong on purpose in a running simulator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, get_args

import click
import msgspec
from msgspec.structs import fields
from rich.markup import escape
from rich.table import Table

from smartcar.simulator.control.models import Fault
from smartcar.simulator.control.openapi.words import fields_told
from smartcar.simulator.faults import FaultRule

from .running import Running, on_running, table, value_of


@click.group("fault")
def command() -> None:
    """Let something go wrong: errors, delays, broken replies."""


_NAMES = {"car": "--car-is"}
"""Options that are not named after their field: ``--car`` says which car."""


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _plain(found: re.Match[str]) -> str:
    """Markdown as a terminal shows it."""
    return found[1] or (" " if found[0] == "\n" else "")


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """An option for each part of a rule, but for those that have an argument or a name."""
    told = fields_told(FaultRule)
    for each in reversed(fields(FaultRule)):
        if each.name in {"error", "vehicle_id"}:
            continue
        help_ = re.sub(r"\*(\w+)\*|`|\n", _plain, told.get(each.name, ""))
        if each.type == bool | None or each.type is bool:
            name = _option(each.name)
            option = click.option(f"{name}/--no-{name[2:]}", each.name, default=None, help=help_)
        else:
            option = click.option(_NAMES.get(each.name, _option(each.name)), each.name, help=help_)
        function = option(function)
    return function


@command.command()
@click.argument("error", required=False)
@click.option("--car", "about", help="Only about this car: an id, a VIN or a nickname.")
@_options
@on_running
def add(*, running: Running, error: str | None, about: str | None, **said: Any) -> None:
    """Let requests meet ERROR, such as VEHICLE_STATE:ASLEEP, or another effect.

    A request must match all that is said; what is not said matches all.  For example:
    fault add UPSTREAM:NO_RESPONSE --path '/v3/vehicles/*/signals' --first 2
    """
    named = {name: _value(name, value) for name, value in said.items() if value is not None}
    if error is not None:
        named["error"] = error
    if about is not None:
        named["vehicle_id"] = running.car(about).id
    wire = {each.name: each.encode_name for each in fields(FaultRule)}
    rule = msgspec.convert({wire[name]: value for name, value in named.items()}, FaultRule)
    made = running.control.add_fault(rule)
    running.show(made, lambda: _faults([made]))


_TEXTS: Final = {
    each.name
    for each in fields(FaultRule)
    if not {int, float, bool} & {each.type, *get_args(each.type)}
}
"""What is text, whatever it looks like."""


def _value(name: str, said: Any) -> Any:
    return value_of(said) if isinstance(said, str) and name not in _TEXTS else said


@command.command("list")
@on_running
def list_(*, running: Running) -> None:
    """The rules that are heeded, and how often each has struck."""
    faults = list(running.control.faults())
    running.show(faults, lambda: _faults(faults) if faults else "No rule is heeded.")


@command.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="All of them.")
@on_running
def remove(*, running: Running, ids: tuple[str, ...], everything: bool) -> None:
    """Heed rules no more."""
    if not ids and not everything:
        raise click.UsageError("Say which, or --all.")
    if everything:
        ids = tuple(each.id for each in running.control.faults())
    for each in ids:
        running.control.remove_fault(each)
    running.show(ids, lambda: f"Removed: {', '.join(ids) or 'none'}.")


def _faults(faults: list[Fault]) -> Table:
    made = table("id", "which requests", "what happens", "met", right=("met",))
    for each in faults:
        rule: dict[str, Any] = msgspec.to_builtins(each.rule)
        effects = {name: rule.pop(name) for name in _EFFECTS if name in rule}
        met = f"{each.struck} of {each.seen}{', spent' if each.is_spent else ''}"
        made.add_row(each.id, _told(rule) or "all", _told(effects), met)
    return made


_EFFECTS = (
    *("error", "status", "token", "car", "consent", "body", "breakage", "latency", "retryAfter"),
    "carriedOut",
)


def _told(parts: dict[str, Any]) -> str:
    return escape(", ".join(f"{name} {value}" for name, value in parts.items()))
