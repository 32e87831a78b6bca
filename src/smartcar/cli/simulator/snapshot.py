"""``smartcar simulator snapshot``: a running simulator as it was, to go back to."""

from __future__ import annotations

import click
from rich.table import Table

from smartcar.simulator.control.models import Snapshot

from .running import Running, on_running, table


@click.group("snapshot")
def command() -> None:
    """Keep everything as it is, and go back to it."""


@command.command()
@click.argument("name", required=False)
@on_running
def make(*, running: Running, name: str | None) -> None:
    """Keep everything as it is, as NAME; an older snapshot of that name is let go."""
    made = running.control.snapshot(name=name)
    running.show(made, lambda: f"Kept as {made.name or made.id}.")


@command.command("list")
@on_running
def list_(*, running: Running) -> None:
    """Those that are kept."""
    kept = list(running.control.snapshots())
    running.show(kept, lambda: _kept(kept) if kept else "None is kept.")


@command.command()
@click.argument("name")
@on_running
def restore(*, running: Running, name: str) -> None:
    """Make everything as it was, the clock too.  NAME may be an id."""
    summary = running.control.restore(name)
    running.show(summary, lambda: f"Back at {summary.now:%A %Y-%m-%d %H:%M:%S} UTC.")


@command.command()
@click.argument("name")
@on_running
def remove(*, running: Running, name: str) -> None:
    """Keep one no longer.  NAME may be an id."""
    running.control.forget(name)
    running.show(name, lambda: f"Removed: {name}.")


def _kept(snapshots: list[Snapshot]) -> Table:
    made = table("id", "name", "of")
    for each in snapshots:
        made.add_row(each.id, each.name or "", f"{each.at:%Y-%m-%d %H:%M:%S} UTC")
    return made
