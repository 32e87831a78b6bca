"""A world in which every row of the migration tables can be run, and who runs them.

Each SDK, and each spelling, has a world of its own, made alike: what changes something in one
changes the same in another.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from smartcar import (
    AuthClient,
    Request,
    Smartcar,
    get_api_version,
    hash_challenge,
    set_api_version,
    signals,
)
from smartcar.models import Access, Connection, Coordinates
from smartcar.signals import SignalType
from smartcar.simulator import Simulator, events
from smartcar.simulator.environment import environment
from smartcar.simulator.fleet import ALL_PERMISSIONS
from smartcar.simulator.server import Server

OFFICIAL: Final = Path(__file__).parent / "official"
RETURN_TO: Final = "https://app.example.com/back"
BODY: Final = '{"pizza":"pasta"}'
WANTED: Final = {
    "BMW": {"PHEV"},  # what has a tank and a battery answers every read
    **dict.fromkeys(
        ("TESLA", "AUDI", "CADILLAC", "CHEVROLET", "MINI", "FORD", "LINCOLN", "NISSAN"),
        frozenset({"BEV", "PHEV"}),
    ),
}
"""Makes that have paths of their own, and which of their cars to take."""

Json = dict[str, Any]


class Ran(NamedTuple):
    """What rows gave, and how their world ended."""

    results: Json
    ending: Json


class World:
    """A car of each make that has paths of its own, charging at the end of a drive."""

    def __init__(self) -> None:
        self.simulator = Simulator(seed=7)
        self.application = self.simulator.world.application
        self.auth = AuthClient(
            self.application.client_id,
            self.application.client_secret,
            RETURN_TO,
            transport=self.simulator,
        )
        self.owners: dict[str, str] = {}
        self.cars = {make: self._connected(make) for make in WANTED}
        for name, minutes in (("drive", 20), ("park", 1), ("plug-in", 10)):
            for car in self.cars.values():
                self._tell(car, name)
            self.simulator.clock.advance(minutes * 60)
        tesla = Smartcar(transport=self.simulator).vehicle(self.cars["TESLA"])
        tesla.schedule_daily_charge(Coordinates(latitude=48.1, longitude=11.5), "22:00", "06:00")

    def told(self, rows: Iterable[tuple[str, str]]) -> Json:
        """What a program that runs *rows*, their names and code, must know."""
        cars = {
            make: {
                "vehicle_id": car.vehicle_id,
                "user_id": car.user_id,
                "access_token": self.access(make).access_token,
            }
            for make, car in self.cars.items()
        }
        return {"facts": self._facts(), "cars": cars, "rows": [self._asked(*row) for row in rows]}

    def ending(self) -> Json:
        """What is so after everything: of a car that was commanded, and of what was ended."""
        client = Smartcar(transport=self.simulator)
        car = client.vehicle(self.cars["BMW"])
        signals = car.signals()
        return {
            "is charging": signals["charge-ischarging"].value,
            "is locked": signals["closure-islocked"].value,
            "limit": signals["charge-chargelimits"].value.active_limit,
            "connections": sorted(each.vehicle_id for each in client.connections(page_size=100)),
            "subscriptions": [each.vehicle_id for each in client.subscriptions()],
        }

    def access(self, make: str) -> Access:
        """Tokens of the owner of the *make*."""
        return self.auth.exchange_code(self.code(make))

    def _asked(self, name: str, code: str) -> Json:
        facts: dict[str, str] = {}
        if "(code)" in code:  # it is good once
            facts["code"] = self.code("BMW")
        if "(refresh_token)" in code:
            facts["refresh_token"] = self.access("BMW").refresh_token or ""
        return {"id": name, "code": code, "make": make_of(name, code), "facts": facts}

    def _facts(self) -> Json:
        """What a row's code may name, besides cars."""
        return {
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
            "redirect_uri": RETURN_TO,
            "amt": self.application.management_token,
            "webhook_id": self.simulator.world.webhook_id,
            "vin": Smartcar(transport=self.simulator).vehicle(self.cars["BMW"]).vin().vin,
            "scope": ["read_odometer", "read_vin"],
            "country": "US",
            "region": "US",
            "make": "TESLA",
            "type": "BEV",
            "state": "what only this browser knows",
            "challenge": "challenge",
            "body": BODY,
            "signature": hash_challenge(self.application.management_token, BODY),
            "paths": ["/odometer", "/charge"],
            "limit": 0.9,
            "latitude": 50.1,
            "longitude": 14.4,
            "signal_code": "odometer-traveleddistance",
            "unit_system": "imperial",
            "start_date": "2025-06-01",
            "end_date": "2026-06-01",
            "start_time": "22:00",
            "stop_time": "06:00",
        }

    def code(self, make: str) -> str:
        """What Connect sends the app when the owner of the *make* has granted everything."""
        url = urlsplit(self.auth.get_auth_url(ALL_PERMISSIONS, make_bypass=make, force_prompt=True))
        page = self.simulator.send(Request("GET", url.path, dict(parse_qsl(url.query))))
        begun = {"interaction": _found("interaction", page.body.decode())[0]}
        self._post({**begun, "step": "brand"})
        text, _ = self._post({**begun, "username": self.owners[make], "password": "x"})
        ticked = {name: _found(name, text) for name in ("vehicle_id", "permission")}
        _, back = self._post({**begun, **ticked, "decision": "allow"})
        return parse_qs(urlsplit(back).query)["code"][0]

    def _connected(self, make: str) -> Connection:
        for number in itertools.count():
            owner = f"owner-{number}@{make.lower()}.example"
            connection = self.simulator.connect(owner, make)
            if connection.vehicle.powertrain_type in WANTED[make]:
                self.owners[make] = owner
                return connection
        raise AssertionError

    def _tell(self, car: Connection, name: str) -> None:
        """Let somebody at the car do something."""
        told = events.Commanded(
            at=self.simulator.clock.now(),
            vehicle_id=car.vehicle_id,
            user_id=car.user_id,
            execution_id=f"by hand: {name}",
            name=name,
        )
        spec = self.simulator.world.garage.spec(car.vehicle_id)
        assert spec is not None
        self.simulator.world.command(told, self.simulator.world.garage.car(spec))

    def _post(self, form: Json) -> tuple[str, str]:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        body = urlencode(form, doseq=True).encode()
        reply = self.simulator.send(Request("POST", "/oauth/authorize", {}, headers, body))
        return reply.body.decode(), reply.headers.get("location", "")


def _found(name: str, page: str) -> list[str]:
    return re.findall(rf'name="{name}"\s+value="([^"]+)"', page)


def make_of(name: str, code: str) -> str:
    """Whose car a row is about: that of a make's own path, one that can be let go, or a BMW."""
    found = re.match(r"[A-Z]+ (\w+)/", name)
    if found is not None:
        return found[1].upper()
    if "disconnect" in name:
        return "NISSAN"
    if "delete_connections" in name:
        return "LINCOLN" if "user" in code else "FORD"
    return "BMW"


# --- who runs them -------------------------------------------------------------------------------


def program(name: str) -> ModuleType:
    """A program of ``tests/official``, as a module."""
    spec = importlib.util.spec_from_file_location(f"official_{name}", OFFICIAL / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands() -> dict[str, list[str]]:
    """How each official SDK runs rows; what is missing is installed."""
    run = program("run")
    return {
        "python": [run.python(), "-E", str(OFFICIAL / "rows.py")],
        "node": [run.node_program(), str(OFFICIAL / "rows.js")],
    }


def run_theirs(sdk: Literal["python", "node"], rows: list[tuple[str, str]]) -> Ran:
    """What *rows* give with an official SDK, in a world of their own."""
    world = World()
    told = world.told(rows)
    with Server(world.simulator) as server:
        results = _run(sdk, told, environment(server.origin, world.application, sdk))
    return Ran(results, world.ending())


def list_theirs(sdk: Literal["python", "node"]) -> Any:
    """Every call that an official SDK has."""
    return _run(sdk, {}, {})


def _run(sdk: str, told: Json, variables: Json) -> Any:
    run = program("run")
    done = subprocess.run(
        commands()[sdk],
        env={**run.variables(), **variables},
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def run_ours(rows: list[tuple[str, str]], version: str) -> Ran:
    """What *rows* give with our SDK, where cars speak *version*, in a world of their own."""
    world = World()
    told = world.told(rows)
    before, said = dict(os.environ), get_api_version()
    with Server(world.simulator) as server:
        os.environ.update(environment(server.origin, world.application, "smartcar-sdk"))
        try:
            results = program("rows").run(told, things(version))
        finally:
            os.environ.clear()
            os.environ.update(before)
            set_api_version(said)
    return Ran(results, world.ending())


def things(version: str) -> Json:
    """How what a row's code names is made where it is not as with the official SDK."""
    groups = {
        name: group
        for name, group in vars(signals).items()
        if name in signals.__all__ and isinstance(group, type) and group is not SignalType
    }
    made: Json = {name: lambda _, group=group: group for name, group in groups.items()}
    made["client"] = lambda _: Smartcar()
    made["location"] = lambda _: Coordinates(latitude=50.1, longitude=14.4)
    if version == "3":
        made["car"] = lambda names: Smartcar().vehicle(names["vehicle_id"])
        made["error"] = _refused
    return made


def _refused(names: Json) -> object:
    try:
        Smartcar().vehicle(names["vehicle_id"]).request("GET", "nonsense")
    except Exception as error:  # noqa: BLE001 -- its facts are what the row asks for
        return error
    raise AssertionError
