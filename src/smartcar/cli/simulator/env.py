"""``smartcar simulator env``: the variables that point a program at a running simulator."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Final

import click

from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.environment import SDKS, Sdk, environment
from smartcar.simulator.proxies import directly_if_needed

from .where import address, where_options

_SECRETS: Final = ("SMARTCAR_CLIENT_SECRET", "SMARTCAR_MANAGEMENT_TOKEN")

_CREDENTIALS: Final = (*_SECRETS, "SMARTCAR_CLIENT_ID", "SMARTCAR_REDIRECT_URI")


def _dotenv(value: str) -> str:
    if re.fullmatch(r"[\w.:/@%+-]+", value, re.ASCII):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


_LINES: Final[Mapping[str, Callable[[str, str], str]]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "dotenv": lambda name, value: f"{name}={_dotenv(value)}",
    "fish": lambda name, value: f"set -gx {name} {_fish(value)}",
    "powershell": lambda name, value: f"$env:{name} = {_powershell(value)}",
}


def written(variables: Mapping[str, str], form: str) -> str:
    """*variables* as a shell, or whoever else reads *form*, wants them."""
    if form == "json":
        return json.dumps(variables, indent=2)
    return "\n".join(_LINES[form](name, value) for name, value in variables.items())


@click.command("env")
@click.option("--sdk", type=click.Choice(SDKS), help="For this SDK only; else for all together.")
@where_options
@click.option(
    "--format",
    "form",
    type=click.Choice((*_LINES, "json")),
    default="sh",
    show_default=True,
    help="Who is to read it.",
)
@click.option(
    "--hosts-only", is_flag=True, help="No credentials: yours are those of the real service."
)
def command(
    *, sdk: Sdk | None, port: int | None, origin: str | None, form: str, hosts_only: bool
) -> None:
    """Print the variables that point an SDK at a running simulator.

    For a shell: eval "$(smartcar simulator env --sdk node)"
    """
    where = address(port, origin)
    application = SimulatedApplication.from_environment(os.environ)
    variables = environment(where, application, sdk)
    variables |= directly_if_needed(where, os.environ)
    if hosts_only:
        variables = {name: text for name, text in variables.items() if name not in _CREDENTIALS}
        click.echo(written(variables, form))
        return
    own = [name for name in _SECRETS if os.environ.get(name)]
    for name in own:
        del variables[name]
    click.echo(written(variables, form))
    whose = "public ones" if application == SimulatedApplication() else "this environment's"
    click.echo(f"For a simulator at {where} whose credentials are {whose}.", err=True)
    if own:
        click.echo(f"Not printed, since they are set: {', '.join(own)}.", err=True)
