"""``smartcar simulator limits``: how much may be asked of a running simulator."""

from __future__ import annotations

from typing import Any

import click
from msgspec import structs
from rich.table import Table

from smartcar.simulator.control.models import LimitState

from .running import Running, on_running


@click.command("limits")
@click.option("--on/--off", "is_on", default=None, help="Limit, or do not.")
@click.option("--bucket", type=int, help="Requests that the application can send at once.")
@click.option("--refill-per-minute", type=float, help="How fast its bucket fills again.")
@click.option("--vehicle-requests", type=int, help="Requests about one car within its window.")
@click.option("--vehicle-window", type=float, help="That window, in seconds.")
@click.option("--monthly-requests", type=int, help="Requests about one car in a month.")
@click.option("--vehicles", type=int, help="Cars that may be asked in a month.")
@click.option("--application", help="Client id of the one that asks; else the first.")
@on_running
def command(*, running: Running, application: str | None, **said: Any) -> None:
    """Show what is left of the limits to an application, or set others, which are for all."""
    changes = {name: value for name, value in said.items() if value is not None}
    state = running.control.limits(application=application)
    if changes:
        running.control.set_limits(structs.replace(state.settings, **changes))
        state = running.control.limits(application=application)
    running.show(state, lambda: _told(state))


def _told(state: LimitState) -> Table:
    limits = state.settings
    made = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    made.add_column(style="bold")
    made.add_column()
    made.add_row("limits", "on" if limits.is_on else "off: nothing is limited, nothing is counted")
    made.add_row("application", state.application)
    left = "" if state.tokens is None else f", {state.tokens:.0f} left"
    refill = f", {limits.refill_per_minute:g} more a minute"
    made.add_row("bucket", f"{_or_none(limits.bucket, 'at once')}{left}{refill}")
    pace = _or_none(limits.vehicle_requests, f"in {limits.vehicle_window:g} s")
    made.add_row("each car", pace)
    made.add_row("each car a month", _or_none(limits.monthly_requests, f"in {state.month}"))
    made.add_row("cars a month", f"{_or_none(limits.vehicles, '')}; {state.vehicles_used} asked")
    return made


def _or_none(most: int | None, when: str) -> str:
    return "no limit" if most is None else f"{most} {when}".strip()
