"""``smartcar simulator clock``: the time of a running simulator."""

from __future__ import annotations

from typing import Any, get_args

import click

from smartcar.simulator.agenda import Kind
from smartcar.simulator.control.models import Clock

from .running import Running, and_json, on_running
from .where import refuse_early


@click.group("clock", invoke_without_command=True)
@and_json
@click.pass_context
def command(ctx: click.Context, /, **where: Any) -> None:
    """Look at the clock, and put it forward."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(show, **where)
    else:
        refuse_early(ctx, ctx.invoked_subcommand)


@command.command()
@on_running
def show(*, running: Running) -> None:
    """How late it is, and how fast time runs."""
    _show(running, running.control.clock())


@command.command()
@click.argument("length")
@on_running
def advance(*, running: Running, length: str) -> None:
    """Put it forward by LENGTH, such as 90s, 15min, 3h or "1d 2h"."""
    _show(running, running.control.advance(length))


@command.command()
@click.argument("speed", type=click.FloatRange(0, 1_000_000))
@on_running
def speed(*, running: Running, speed: float) -> None:
    """Let SPEED virtual seconds pass in a real one: 1 is real, 60 a minute a second."""
    _show(running, running.control.set_clock(speed=speed))


@command.command()
@on_running
def pause(*, running: Running) -> None:
    """Let time stand still; 'clock speed 1' lets it go on."""
    _show(running, running.control.set_clock(speed=0.0))


@command.command()
@click.argument("kind", required=False, type=click.Choice(get_args(Kind)))
@click.option("--car", help="To what this car does next: an id, a VIN or a nickname.")
@on_running
def jump(*, running: Running, kind: Kind | None, car: str | None) -> None:
    """Put it forward to the next thing on the agenda, or to the next of a KIND."""
    vehicle_id = None if car is None else running.car(car).id
    event = running.control.jump(kind=kind, vehicle_id=vehicle_id)
    running.show(event, lambda: f"{event.at:%Y-%m-%d %H:%M:%S} UTC: {event.text}.")


def _show(running: Running, clock: Clock) -> None:
    running.show(clock, lambda: f"{clock.now:%A %Y-%m-%d %H:%M:%S} UTC, {_told(clock)}")


def _told(clock: Clock) -> str:
    if clock.is_frozen:
        return "frozen"
    return "as fast as real" if clock.speed == 1 else f"{clock.speed:g} times as fast as real"
