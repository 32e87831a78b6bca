"""``smartcar simulator agenda``: what comes next in a running simulator."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from smartcar.simulator.control.models import Upcoming

from .running import Running, on_running, table


@click.command("agenda")
@click.option("--car", help="Of this car only: an id, a VIN or a nickname.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 500), help="At most."
)
@on_running
def command(*, running: Running, car: str | None, limit: int) -> None:
    """Show what comes next in virtual time.

    It comes unless somebody steps in.  'clock jump' goes there.
    """
    vehicle_id = None if car is None else running.car(car).id
    found = list(running.control.agenda(limit=limit, vehicle_id=vehicle_id))
    running.show(found, lambda: _told(found))


def _told(events: list[Upcoming]) -> Table:
    made = table("at (UTC)", "kind", "")
    for each in events:
        made.add_row(f"{each.at:%a %d %b %H:%M:%S}", each.kind, escape(each.text))
    return made
