"""What was sent to the webhooks of a running simulator, and what goes wrong on its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click
from msgspec import structs
from rich.markup import escape
from rich.table import Table

from smartcar.errors import NotFoundError
from smartcar.simulator.control.models import Delivery
from smartcar.simulator.control.openapi.words import fields_told
from smartcar.simulator.webhooks.mischief import Mischief

from .running import Running, on_running, table

F = TypeVar("F", bound=Callable[..., None])


LOOKS_EVERY: Final = 0.05
LOOKS_FOR: Final = 16.0
"""Seconds: a receiver has fifteen to answer in."""


def tried(running: Running, event_id: str) -> Delivery:
    """An event once it was tried, or once that has taken too long."""
    until = time.monotonic() + LOOKS_FOR
    while True:
        is_late = time.monotonic() > until
        try:
            found = running.control.delivery(event_id)
        except NotFoundError:  # it is not on its way yet
            if is_late:
                raise
        else:
            if found.tries or found.state != "pending" or is_late:
                return found
        time.sleep(LOOKS_EVERY)


def _mischief(function: F) -> F:
    """An option for each thing that may go wrong."""
    words = fields_told(Mischief)
    for each in reversed(structs.fields(Mischief)):
        help_ = words.get(each.name, "It chooses what is struck.").splitlines()[0]
        kind = int if each.type is int else float
        name = f"--{each.name.replace('_', '-')}"
        function = click.option(name, each.name, type=kind, help=help_)(function)
    return function


@click.command()
@click.argument("event_id", required=False, metavar="[EVENT_ID]")
@click.option("--webhook", help="Only to this one.")
@click.option("--car", help="Only of this car.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Last.")
@on_running
def deliveries(
    *, running: Running, event_id: str | None, webhook: str | None, car: str | None, limit: int
) -> None:
    """Show what was sent to webhooks lately; with EVENT_ID, one event whole."""
    if event_id is not None:
        one = running.control.delivery(event_id)
        running.show(one, lambda: told(one))
        return
    found = running.control.deliveries(
        webhook_id=None if webhook is None else running.webhook(webhook).id,
        vehicle_id=None if car is None else running.car(car).id,
        limit=limit,
    ).deliveries
    running.show(found, lambda: _deliveries(found) if found else "Nothing was sent yet.")


@click.command()
@click.argument("event_id", metavar="EVENT_ID")
@on_running
def redeliver(*, running: Running, event_id: str) -> None:
    """Send an event again: its id stays, its deliveries have new ones."""
    before = running.control.redeliver(event_id)
    after = tried(running, event_id) if before.state == "pending" else before
    running.show(after, lambda: told(after))


@click.command()
@_mischief
@on_running
def mischief(*, running: Running, **options: Any) -> None:
    """Let things go wrong on the way to receivers: chances from 0, never, to 1, always.

    What is not said does not go wrong; with nothing said, what goes wrong now is shown.
    """
    said = {name: value for name, value in options.items() if value is not None}
    is_set = running.control.set_mischief(Mischief(**said)) if said else running.control.mischief()
    running.show(is_set, lambda: _wrong(is_set))


_COLOURS: Final = {"delivered": "green", "dropped": "red", "refused": "red", "pending": "yellow"}


def _deliveries(found: tuple[Delivery, ...]) -> Table:
    made = table("at", "event", "webhook", "kind", "because of", "is", "tries", right=("tries",))
    for each in found:
        made.add_row(
            f"{each.at:%Y-%m-%d %H:%M:%S}",
            each.event_id,
            escape(each.webhook_name),
            f"{each.kind}{', test' if each.is_test else ''}",
            escape(", ".join(each.triggers)),
            _state(each),
            str(each.tries_before + len(each.tries)),
        )
    return made


def _state(delivery: Delivery) -> str:
    return f"[{_COLOURS[delivery.state]}]{delivery.state}[/]"


def told(delivery: Delivery) -> str:
    """An event, try by try."""
    lines = [f"[bold]{delivery.kind}[/] {delivery.event_id} {_state(delivery)}"]
    lines.append(f"to {escape(delivery.uri)}")
    if delivery.error is not None:
        lines.append(f"[red]{escape(delivery.error)}[/]")
    if before := delivery.tries_before:
        times = "once" if before == 1 else f"{before} times"
        lines.append(f"Sent {times} before the simulator began anew: the answers are not kept.")
    for each in delivery.tries:
        status = "no answer" if each.status is None else str(each.status)
        why = "" if each.error is None else f"  [red]{escape(each.error)}[/]"
        lines.append(f"{each.number}. {each.at:%H:%M:%S}  {status}{why}")
        lines += [f"   {escape(each.answer)}"] if each.answer else []
    if delivery.next_try_at is not None:
        lines.append(f"Tried again at {delivery.next_try_at:%Y-%m-%d %H:%M:%S} UTC.")
    return "\n".join([*lines, "", escape(delivery.body)])


def _wrong(mischief: Mischief) -> str:
    said = ((each.name, getattr(mischief, each.name)) for each in structs.fields(Mischief))
    found = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in said if value)
    return f"What goes wrong: {found or 'nothing'}."
