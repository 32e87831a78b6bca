"""``smartcar demo``: the main job, over real HTTP, against a simulator of its own."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.table import Table

from smartcar import Smartcar, SmartcarError, Vehicle
from smartcar.models import Connection, Signal, Signals
from smartcar.signals import Charge, Closure, InternalCombustionEngine, Odometer, TractionBattery
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.server import Server
from smartcar.transport import Network

from .browser import Browser

MONDAY = datetime(2026, 6, 1, 4, 30, tzinfo=UTC)
"""When the story begins: half past six in Central Europe."""

OWNERS = (("ada@example.com", "VOLKSWAGEN"), ("bruno@example.com", "RENAULT"))

PERMISSIONS = (
    "required:read_vehicle_info required:read_battery read_charge read_odometer read_security "
    "read_fuel control_charge control_security"
)


@click.command("demo")
@click.option("--serve", is_flag=True, help="Leave the simulator running at the end.")
def command(*, serve: bool) -> None:
    """See a car connected, read, driven, charged and locked: no account, no network."""
    Demo(Console()).run(serve=serve)


class Demo:
    """The story, step by step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._clock = VirtualClock(MONDAY.timestamp())
        self._simulator = Simulator(seed=7, clock=self._clock)

    def run(self, *, serve: bool) -> None:
        """Tell it."""
        started = time.monotonic()
        credentials = self._simulator.credentials
        with Server(self._simulator) as server:
            self._say("1", f"A simulated Smartcar listens at {server.origin}")
            with Smartcar(
                credentials.client_id, credentials.client_secret, origin=server.origin
            ) as smartcar:
                owners = [self._connect(server.origin, *owner) for owner in OWNERS]
                self._tell(smartcar, owners)
            took = time.monotonic() - started
            self._console.print(f"\n[bold green]Done[/] in {took:.1f} s.")
            if serve:
                self._serve(server)

    def _tell(self, smartcar: Smartcar, owners: list[str]) -> None:
        connections = list(smartcar.connections(page_size=100))
        self._show_connections(connections, owners)
        before = self._show_cars(
            smartcar, connections, "Monday 04:30 UTC: the cars as they last reported"
        )
        self._advance("14h", "A working day passes: people drive, park and plug in")
        evening = self._show_cars(
            smartcar, connections, "Monday 18:30 UTC: what has changed", before
        )
        plugged, loose = (
            next(each for each in connections if _is_plugged(evening[each.id]) is truth)
            for truth in (True, False)
        )
        self._fail(smartcar.vehicle(loose), loose)
        self._charge(smartcar.vehicle(plugged), plugged)

    def _connect(self, origin: str, email: str, make: str) -> str:
        """Walk through Connect as an owner would; give the user id that the app learns."""
        with _network() as network:
            browser = Browser(network, origin)
            query = {
                "client_id": self._simulator.credentials.client_id,
                "response_type": "code",
                "redirect_uri": "https://app.example.com/callback",
                "scope": PERMISSIONS,
                "state": f"login of {email}",
            }
            browser.open("/oauth/authorize", query)
            browser.press("continue-button")
            browser.press(make)
            browser.press("sign-in-button", username=email, password="any will do")  # noqa: S106 -- it will
            browser.press("approval-button")
        answer = browser.sent_back
        self._say("2", f"{email} signed in to {make.title()} and said yes")
        self._console.print(f"   back at the app with state={answer['state']!r}", style="dim")
        return answer["user_id"]

    def _show_connections(self, connections: list[Connection], owners: list[str]) -> None:
        self._say("3", f"{len(connections)} connections, the newest first")
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for name in ("car", "powertrain", "mode", "permissions", "connected"):
            table.add_column(name)
        for each in connections[:5]:
            table.add_row(
                f"{each.vehicle.year} {_title(each)}",
                each.vehicle.powertrain_type,
                each.vehicle.mode,
                str(len(each.permissions)),
                "just now" if each.user_id in owners else f"{each.created_at:%Y-%m-%d}",
            )
        table.add_row(f"… and {len(connections) - 5} more", style="dim")
        self._console.print(table)

    def _show_cars(
        self,
        smartcar: Smartcar,
        connections: list[Connection],
        title: str,
        before: dict[str, Signals] | None = None,
    ) -> dict[str, Signals]:
        self._say("4" if before is None else "6", title)
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
        for name in ("car", "charge", "range", "odometer", "doors", "age"):
            is_text = name in {"car", "doors"}
            table.add_column(name, justify="left" if is_text else "right", no_wrap=True)
        now: dict[str, Signals] = {}
        for each in connections:
            signals = now[each.id] = smartcar.vehicle(each).signals()
            old = None if before is None else before[each.id]
            table.add_row(*_row(each, signals, old))
        self._console.print(table)
        return now

    def _advance(self, by: str, words: str) -> None:
        self._clock.advance(by)
        at = datetime.fromtimestamp(self._clock.now(), UTC)
        self._say("5", f"{words} (it is {at:%A %H:%M} UTC)")

    def _charge(self, car: Vehicle, connection: Connection) -> None:
        self._say("8", f"{_title(connection)}: charge to 90 %, but only when the night is cheap")
        limits = car.set_charge_limit(90).wait_until_confirmed().value
        self._console.print(
            f"   limit {limits.active_limit:g} %: confirmed by the car" if limits else "-"
        )
        if car.signal(Charge.IsCharging).value:
            car.stop_charge().wait_until_confirmed()
            self._console.print("   stopped until the price falls: confirmed by the car")
        self._clock.advance("4h")
        car.start_charge().wait_until_confirmed()
        power = car.signal(Charge.Wattage)
        self._console.print(f"   started at {_local(power)}, {power.value or 0:,.0f} watts")
        self._clock.advance("2h")
        charge = car.signal(TractionBattery.StateOfCharge)
        self._console.print(f"   two hours later: {charge.value:g} % charged")
        locked = car.lock().wait_until_confirmed()
        self._console.print(f"   locked: {locked.value}, as of {_local(locked)}")

    def _fail(self, car: Vehicle, connection: Connection) -> None:
        self._say("7", f"{_title(connection)}: an error that people really meet")
        try:
            car.start_charge()
        except SmartcarError as error:
            self._console.print(f"   [bold]{type(error).__name__}[/] {error.type}:{error.code}")
            self._console.print(f"   {error.description}")
            self._console.print(f"   advice           {error.advice}")
            self._console.print(f"   for the owner    {error.suggested_user_message}")
            self._console.print(f"   is_retryable     {error.is_retryable}")

    def _say(self, step: str, words: str) -> None:
        self._console.print(f"\n[bold cyan]{step}[/] [bold]{words}[/]", highlight=False)

    def _serve(self, server: Server) -> None:
        self._clock.speed = 1.0
        self._console.print(f"\n{server.greeting}\nPress Ctrl-C to stop.", highlight=False)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            self._console.print("Stopped.")


def _row(connection: Connection, signals: Signals, old: Signals | None) -> list[str]:
    charge = signals.get(TractionBattery.StateOfCharge)
    reach = signals.get(TractionBattery.Range) or signals.get(InternalCombustionEngine.Range)
    distance = signals[Odometer.TraveledDistance]
    locked = signals[Closure.IsLocked]
    doors = {True: "locked", False: "[yellow]unlocked[/]", None: "-"}[locked.value]
    return [
        _title(connection),
        _number(charge, "%", old),
        _number(reach, "km", old),
        _number(distance, "km", old),
        doors,
        _age(distance.age),
    ]


def _number(signal: Signal[float] | None, unit: str, old: Signals | None) -> str:
    """A value, and by how much it has changed."""
    if signal is None or signal.value is None:
        return "-"
    told = f"{signal.value:,.0f} {unit}"
    was = None if old is None else old[signal.code].value
    if was is None or round(signal.value - was) == 0:
        return told
    change = signal.value - was
    return f"[{'green' if change > 0 else 'magenta'}]{change:+,.0f}[/]  {told}"


def _age(age: timedelta | None) -> str:
    if age is None:
        return "-"
    minutes = round(age.total_seconds() / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes / 60:.0f} h"


def _title(connection: Connection) -> str:
    vehicle = connection.vehicle
    make = vehicle.make or ""
    return f"{make if len(make) <= 3 else make.title()} {vehicle.model}"


def _is_plugged(signals: Signals) -> bool | None:
    cable = signals.get(Charge.IsChargingCableConnected)
    return None if cable is None else cable.value


def _local(signal: Signal[float] | Signal[bool]) -> str:
    return f"{signal.oem_updated_at:%H:%M} UTC"


@contextmanager
def _network() -> Generator[Network]:
    network = Network()
    try:
        yield network
    finally:
        network.close()
