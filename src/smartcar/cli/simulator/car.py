"""``smartcar simulator car``: the cars of a running simulator."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, get_args

import click
from rich.console import Group
from rich.markup import escape
from rich.table import Table

from smartcar.errors import SmartcarError
from smartcar.simulator.control.endpoints.cars import Sort
from smartcar.simulator.control.models import Car, CarDetails, Signal
from smartcar.simulator.made_bodies import body_of_value, known_signal
from smartcar.untyped import is_mapping

from .running import Running, length, on_running, pairs, table, value_of


@click.group("car")
def command() -> None:
    """Look at cars, and change them.

    CAR is an id, the beginning of one, a VIN, or a nickname.
    """


@command.command("list")
@click.option("--make", help="Only of this brand.")
@click.option("--powertrain", type=click.Choice(("BEV", "PHEV", "HEV", "ICE")), help="Only these.")
@click.option("--owner", help="Only of the owner with this e-mail.")
@click.option(
    "--activity",
    type=click.Choice(("parked", "driving", "charging", "refueling")),
    help="Only those that are about this now.",
)
@click.option(
    "--sort",
    type=click.Choice(get_args(Sort)),
    metavar="BY",
    help="By name, make, year, activity, charge, fuel, range, odometer, locked, city, owner or age"
    " of what it told; -charge and its like put the largest first.",
)
@click.option("--with-fault", is_flag=True, help="Only those that a rule names.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most.")
@on_running
def list_(
    *, running: Running, limit: int, with_fault: bool, make: str | None, **filters: Any
) -> None:
    """What the cars are up to."""
    asked = running.control.cars(
        make=make, has_fault=with_fault or None, page_size=min(limit, 1000), **filters
    )
    cars = list(islice(asked, limit))
    running.show(cars, lambda: _cars(cars, running.width) if cars else "There is no such car.")


@command.command()
@click.argument("car")
@click.option("--signals", "with_signals", is_flag=True, help="All that it reports, too.")
@on_running
def show(*, running: Running, car: str, with_signals: bool) -> None:
    """One car: what it is, what it is up to, who may use it."""
    details = running.control.car(running.car(car).id)
    if not with_signals:
        running.show(details, lambda: _details(details))
        return
    told = running.control.signals(details.id)
    running.show(told, lambda: Group(_details(details), "", _signals(told.signals)))


@command.command("set")
@click.argument("car")
@click.argument("signals", nargs=-1, required=True, metavar="CODE[=VALUE]...")
@click.option("--freeze", is_flag=True, help="Keep it so until it is released.")
@click.option("--error", help="Answer with an error, such as VEHICLE_STATE:ASLEEP.")
@on_running
def set_(
    *, running: Running, car: str, signals: tuple[str, ...], freeze: bool, error: str | None
) -> None:
    """Make signals tell something else, such as tractionbattery-stateofcharge=20.

    A charge, an odometer, a lock and their kin change the car itself, which goes on from there.
    With --freeze and no value, a signal stays as it is; with --error it has no value.
    """
    vehicle_id = running.car(car).id
    wanted = [_wanted(each) for each in signals]  # all of them make sense, before any is done
    if error is None and not freeze:
        bare = next((code for code, value in wanted if value is None), None)
        if bare is not None:
            raise click.UsageError(f"{bare}: say to what, as in {bare}=VALUE, or --freeze it.")
    done: list[Signal] = []
    for code, value in wanted:
        with _after(done):
            made = running.control.set_signal(
                vehicle_id, code, value=value, error=error, frozen=freeze
            )
        done.append(made)
    running.show(done, lambda: _signals(done))


@contextmanager
def _after(done: list[Signal]) -> Generator[None]:
    """Say with what goes wrong which signals were set before."""
    try:
        yield
    except SmartcarError as error:
        if not done:
            raise
        told = error.description or error.message
        before = ", ".join(each.code for each in done)
        raise click.ClickException(f"{told} Set before that: {before}.") from None


@command.command()
@click.argument("car")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@on_running
def release(*, running: Running, car: str, codes: tuple[str, ...]) -> None:
    """Let signals tell again what the car says: those named, or all that are set."""
    found = running.car(car)
    released = codes or found.overrides
    for code in released:
        running.control.release_signal(found.id, code)
    told = ", ".join(released) or "nothing was set"
    running.show(released, lambda: f"Released: {told}.")


@command.command()
@click.argument("car")
@click.argument("name", metavar="COMMAND")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@on_running
def do(*, running: Running, car: str, name: str, arguments: tuple[str, ...]) -> None:
    """Do something to a car, as somebody at its door: drive, park, plug-in, unplug, sleep.

    A drive takes minutes=20, or latitude=… longitude=…
    """
    details = running.control.command(running.car(car).id, name, arguments=pairs(arguments))
    running.show(details, lambda: _cars([details], running.width))


_WIDEST: Final = 110
_USUAL: Final = 76
_NARROW: Final = 45
"""Columns of a terminal: what all that is told of cars needs, and what little of it does."""


def _cars(cars: list[Car] | list[CarDetails], width: int) -> Table:
    """As much of each as a terminal so wide has room for."""
    shown = ["name", "id", "car", "is", "charge", "locked"]
    if width >= _WIDEST:
        shown = [
            *shown[:2],
            "car",
            "is",
            "where",
            "charge",
            "fuel",
            "range",
            "locked",
            "last heard",
        ]
    elif width < _NARROW:
        shown = ["name", "is"]
    elif width < _USUAL:
        shown.remove("car")
    made = table(*shown, right=("charge", "fuel", "range"))
    for each in cars:
        row = _row(each)
        made.add_row(*(row[name] for name in shown))
    return made


def _row(car: Car | CarDetails) -> dict[str, str]:
    marks = "*" * bool(car.overrides) + "!" * bool(car.faults)
    return {
        "name": f"{escape(car.nickname)}{marks}",
        "id": car.id[:8],
        "car": f"{car.year} {car.make} {car.model}",
        "is": _activity(car),
        "where": f"{car.city}, {car.place}" if car.place else car.city,
        "charge": _percent(car.charge_percent),
        "fuel": _percent(car.fuel_percent),
        "range": f"{car.range_km:.0f} km",
        "locked": "yes" if car.locked else "no",
        "last heard": f"{length(car.age_seconds)} ago",
    }


def _wanted(said: str) -> tuple[str, Any]:
    """The code of a signal and its value, in that signal's kind, of ``CODE=VALUE``.

    Raises:
        ValueError: There is no such signal, or it has no such value.
    """
    code, sign, text = said.partition("=")
    known = known_signal(code)
    if not sign:
        return code, None
    value: Any = value_of(text)
    is_plain = not (isinstance(value, str) or is_mapping(value))
    if is_plain and isinstance(known.example.get("value"), str):
        value = text  # a name may look like a number
    body_of_value(known, value, None)
    return code, value


def _activity(car: Car) -> str:
    match car.activity:
        case "driving":
            return f"driving, {car.speed_kmh:.0f} km/h"
        case "charging":
            return f"charging, {car.charging_kw:.1f} kW"
        case "parked":
            return "asleep" if car.asleep else "plugged in" if car.plugged else "parked"
        case "refueling":
            return "refueling"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} %"


def _details(car: CarDetails) -> Table:
    made = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    energy = [
        f"charge {_percent(car.charge_percent)} of limit {_percent(car.charge_limit_percent)}"
        if car.charge_percent is not None
        else "",
        f"fuel {_percent(car.fuel_percent)}" if car.fuel_percent is not None else "",
        f"range {car.range_km:.0f} km",
    ]
    facts = {
        car.nickname: f"{car.color} {car.year} {car.make} {car.model}, {car.powertrain}",
        "id": car.id,
        "VIN": car.vin,
        "owner": f"{car.owner} ({car.mode})",
        "is": f"{_activity(car)}, since {car.since:%a %H:%M} UTC",
        "where": f"{car.place or 'on the way'}, {car.city} {car.country} "
        f"({car.position.latitude:.5f}, {car.position.longitude:.5f})",
        "energy": ", ".join(each for each in energy if each),
        "odometer": f"{car.odometer_km:,.1f} km",
        "locked": "yes" if car.locked else "no",
        "last heard": f"{length(car.age_seconds)} ago",
        "set": ", ".join(car.overrides) or "no signal",
        "faults": ", ".join(car.faults) or "none",
        "connections": "\n".join(
            f"{each.id}: {len(each.permissions)} permissions" for each in car.grants
        )
        or "none",
    }
    for name, told in facts.items():
        made.add_row(escape(name), escape(told))
    return made


def _signals(signals: tuple[Signal, ...] | list[Signal]) -> Table:
    made = table("signal", "value", "unit", "age", "")
    for each in signals:
        error = each.error and ":".join(part for part in (each.error.type, each.error.code) if part)
        age = "" if each.age_seconds is None else length(each.age_seconds)
        state = "frozen" if each.is_frozen else "set" if each.is_set else ""
        value = f"[dim]{error}[/]" if error else escape(_short(each.value))
        made.add_row(each.code, value, each.unit or "", age, state)
    return made


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
