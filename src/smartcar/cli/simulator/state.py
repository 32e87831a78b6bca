"""``smartcar simulator export``, ``import`` and ``reset``: the whole of a running simulator."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from .running import Running, on_running

_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command("export")
@click.argument("file", type=_FILE, default="-")
@click.option("--fleet", is_flag=True, help="A fleet file (YAML), for --fleet, in place of all.")
@on_running
def export_command(*, running: Running, file: Path, fleet: bool) -> None:
    """Write everything to FILE, or to standard output."""
    control = running.control
    text = control.fleet().yaml if fleet else json.dumps(control.export_world(), indent=2) + "\n"
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    running.show({"file": str(file)}, lambda: f"Written to {file}.")


@click.command("import")
@click.argument("file", type=_FILE)
@on_running
def import_command(*, running: Running, file: Path) -> None:
    """Make the simulator what a file says.

    FILE was written by export; - is standard input.
    """
    summary = running.control.import_world(_read(file))
    running.show(summary, lambda: f"{summary.cars} cars, {summary.now:%A %Y-%m-%d %H:%M:%S} UTC.")


def _read(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.ValidationError as error:
        raise click.ClickException(f"{file} is no export of a simulator.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from error


@click.command("reset")
@click.option("--seed", type=click.IntRange(0), help="Choose other cars.")
@on_running
def reset_command(*, running: Running, seed: int | None) -> None:
    """Begin anew.

    Cars, clock and consents are as at first; faults and the log are empty.
    """
    summary = running.control.reset(seed=seed)
    told = f"Begun anew: {summary.cars} cars of seed {summary.seed}."
    running.show(summary, lambda: told)
