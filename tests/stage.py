"""A simulated Smartcar set up so that every endpoint has something to be asked about.

``SAMPLES`` says for each endpoint how it is called there and what its success means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from smartcar import AsyncSmartcar, Smartcar
from smartcar.models import ChargeWindow, Coordinates
from smartcar.simulator import Simulator
from smartcar.simulator.events import Commanded

HOME = Coordinates(latitude=48.1, longitude=11.5)
NIGHT = ChargeWindow(start_time="22:00", stop_time="06:00")
UNKNOWN = "00000000-0000-4000-8000-000000000000"


class Stage:
    """A Tesla with a charge schedule, a subscription, and a past of commands."""

    def __init__(self) -> None:
        self.simulator = Simulator(seed=7)
        self.client = Smartcar(transport=self.simulator)
        cars = {each.vehicle.make: each for each in self.client.connections()}
        self.connection = cars["TESLA"]
        self.other = cars["VOLKSWAGEN"]
        self.vehicle_id = self.connection.vehicle_id or ""
        self.user_id = self.connection.user_id or ""
        self.car = self.client.vehicle(self.vehicle_id, user_id=self.user_id)
        self.application_id = self.simulator.world.application.application_id
        self.webhook_id = self.simulator.world.webhook_id
        self.client.create_subscription(
            webhook_id=self.webhook_id, user_id=self.user_id, vehicle_id=self.vehicle_id
        )
        self.subscription_id = next(iter(self.client.subscriptions())).id
        self.execution_id = self.car.unlock().id
        made = self.car.schedule_daily_charge(HOME, "22:00", "06:00")
        self.schedule_id, self.schedule_execution_id = made.schedule_id or "", made.id

    def tell(self, name: str, **arguments: object) -> None:
        """Let somebody at the car do something."""
        event = Commanded(
            at=self.simulator.clock.now(),
            vehicle_id=self.vehicle_id,
            user_id=self.user_id,
            execution_id=f"by hand: {name}",
            name=name,
            arguments=arguments,
        )
        world = self.simulator.world
        spec = world.garage.spec(self.vehicle_id)
        assert spec is not None
        world.command(event, world.garage.car(spec))

    def says(self, code: str) -> Any:
        """What the car's signal *code* says now."""
        return self.car.signal(code).value

    def charge(self) -> None:
        """Let it charge."""
        self.car.delete_charge_schedule(self.schedule_id)
        self.car.set_charge_limit(100)

    def charge_no_more(self) -> None:
        """Let it charge, then stop it."""
        self.charge()
        self.car.stop_charge()

    def open_port(self) -> None:
        """Let the flap of the charge port be open, with nothing in it."""
        self.tell("unplug")
        self.car.open_charge_port()

    def lock(self) -> None:
        """Let it be locked."""
        self.car.lock()

    def perform(self, endpoint: str, /, **arguments: Any) -> Any:
        """Call *endpoint*, blocking; a listing gives a list."""
        return call(self.client, self.car, endpoint, arguments)

    async def aperform(self, endpoint: str, /, **arguments: Any) -> Any:
        """Call *endpoint*, awaiting; a listing gives a list."""
        async with AsyncSmartcar(transport=self.simulator) as client:
            car = client.vehicle(self.vehicle_id, user_id=self.user_id)
            return await acall(client, car, endpoint, arguments)


def call(client: Any, car: Any, name: str, arguments: dict[str, Any]) -> Any:
    """Call the endpoint *name* of *client* or *car*, blocking."""
    method = getattr(client, name, None) or getattr(car, name)
    result = method(**arguments)
    return list(result) if name in LISTINGS else result


async def acall(client: Any, car: Any, name: str, arguments: dict[str, Any]) -> Any:
    """Call the endpoint *name* of *client* or *car*, awaiting."""
    method = getattr(client, name, None) or getattr(car, name)
    result = method(**arguments)
    return [item async for item in result] if name in LISTINGS else await result


LISTINGS = frozenset(
    {
        *("connections", "applications", "application_secrets", "webhooks", "subscriptions"),
        "compatible_vehicles",
    }
)


class Sample(NamedTuple):
    """One good call."""

    means: Callable[[Any, Stage], object]
    """What must be true of its result, or of the stage after it."""
    arguments: Callable[[Stage], dict[str, Any]] = lambda _: {}
    before: Callable[[Stage], None] = lambda _: None
    wrong: str | None = None
    """The argument that is an id, which may be of nothing."""


def _done(command: str) -> Callable[[Any, Stage], bool]:
    return lambda got, _: (got.status, got.command) == ("success", command)


def _seen(command: str, code: str, value: object) -> Callable[[Any, Stage], bool]:
    """It says that it did it, and the car says so too."""
    return lambda got, stage: _done(command)(got, stage) and stage.says(code) == value


def _scheduled(kind: str) -> Callable[[Any, Stage], bool]:
    return lambda got, stage: (
        got.status == "success"
        and (got.schedule_id, kind)
        in {(timer.schedule_id, timer.schedule_type) for timer in stage.says("charge-chargetimers")}
    )


SAMPLES: dict[str, Sample] = {
    "connections": Sample(
        lambda got, stage: [each.id for each in got] == [stage.connection.id],
        lambda stage: {"vehicle_id": stage.vehicle_id},
    ),
    "connection": Sample(
        lambda got, stage: (
            (got.vehicle_id, got.user_id, got.vehicle.make)
            == (stage.vehicle_id, stage.user_id, "TESLA")
        ),
        lambda stage: {"connection_id": stage.connection.id},
        wrong="connection_id",
    ),
    "remove_connection": Sample(
        lambda got, stage: got is None and not [*stage.client.connections(user_id=stage.user_id)],
        lambda stage: {"connection_id": stage.connection.id},
        wrong="connection_id",
    ),
    "remove_user": Sample(
        lambda got, stage: got is None and not [*stage.client.connections(user_id=stage.user_id)],
        lambda stage: {"user_id": stage.user_id},
        wrong="user_id",
    ),
    "applications": Sample(
        lambda got, stage: [each.id for each in got] == [stage.application_id],
    ),
    "application": Sample(
        lambda got, stage: got.name == stage.simulator.world.application.name,
        lambda stage: {"application_id": stage.application_id},
        wrong="application_id",
    ),
    "application_secrets": Sample(
        lambda got, stage: (
            len(got) == 1
            and stage.simulator.world.application.client_secret not in str(got[0].to_dict())
        ),
        lambda stage: {"application_id": stage.application_id},
        wrong="application_id",
    ),
    "webhooks": Sample(
        lambda got, stage: [each.id for each in got] == [stage.webhook_id],
        lambda _: {"name": "fleet", "is_enabled": True},
    ),
    "webhook": Sample(
        lambda got, _: got.is_enabled and got.callback_uri.startswith("https://") and got.triggers,
        lambda stage: {"webhook_id": stage.webhook_id},
        wrong="webhook_id",
    ),
    "subscriptions": Sample(
        lambda got, stage: [each.id for each in got] == [stage.subscription_id],
        lambda stage: {"vehicle_id": stage.vehicle_id},
    ),
    "create_subscription": Sample(
        lambda got, stage: (
            "progress" in got.message
            and [*stage.client.subscriptions(vehicle_id=stage.other.vehicle_id)]
        ),
        lambda stage: {
            "webhook_id": stage.webhook_id,
            "user_id": stage.other.user_id,
            "vehicle_id": stage.other.vehicle_id,
        },
        wrong="webhook_id",
    ),
    "subscription": Sample(
        lambda got, stage: (
            (got.webhook_id, got.vehicle_id, got.user_id)
            == (stage.webhook_id, stage.vehicle_id, stage.user_id)
        ),
        lambda stage: {"subscription_id": stage.subscription_id},
        wrong="subscription_id",
    ),
    "delete_subscription": Sample(
        lambda got, stage: got is None and not [*stage.client.subscriptions()],
        lambda stage: {"subscription_id": stage.subscription_id},
        wrong="subscription_id",
    ),
    "compatible_vehicles": Sample(
        lambda got, _: (
            {each.make for each in got} == {"TESLA"}
            and "charge-start" in {one.code for one in got[0].capabilities}
        ),
        lambda _: {"make": "TESLA", "powertrain_type": "BEV", "region": "EUROPE"},
    ),
    "attributes": Sample(
        lambda got, stage: (
            (got.id, got.make, got.model, got.powertrain_type, got.mode)
            == (stage.vehicle_id, "TESLA", "Model 3", "BEV", "live")
        ),
    ),
    "signals": Sample(
        lambda got, stage: (
            len(got) > 50
            and got["tractionbattery-stateofcharge"].value == 80
            and got.vehicle.id == stage.vehicle_id
        ),
    ),
    "signal": Sample(
        lambda got, _: (got.code, got.value, got.unit) == ("closure-islocked", False, None),
        lambda _: {"code": "closure-islocked"},
        wrong="code",
    ),
    "start_charge": Sample(
        _seen("charge-start", "charge-ischarging", True), before=Stage.charge_no_more
    ),
    "stop_charge": Sample(_seen("charge-stop", "charge-ischarging", False), before=Stage.charge),
    "set_charge_limit": Sample(
        lambda got, stage: (
            got.parameters == {"percent": 65}
            and stage.says("charge-chargelimits").active_limit == 65
        ),
        lambda _: {"percent": 65},
    ),
    "open_charge_port": Sample(
        _seen("charge-port-open", "charge-ischargingportflapopen", True),
        before=lambda stage: stage.tell("unplug"),
    ),
    "close_charge_port": Sample(
        _seen("charge-port-close", "charge-ischargingportflapopen", False),
        before=Stage.open_port,
    ),
    "lock": Sample(_seen("security-lock", "closure-islocked", True)),
    "unlock": Sample(
        _seen("security-unlock", "closure-islocked", False),
        before=Stage.lock,
    ),
    "send_destination": Sample(
        lambda got, _: got.parameters == {"latitude": 48.2, "longitude": 11.6},
        lambda _: {"latitude": 48.2, "longitude": 11.6},
    ),
    "schedule_daily_charge": Sample(
        _scheduled("DAILY"),
        lambda _: {"location": HOME, "start_time": "23:00", "stop_time": "05:30"},
    ),
    "schedule_weekly_charge": Sample(
        _scheduled("WEEKLY"),
        lambda _: {"location": HOME, "days": {"monday": NIGHT, "sunday": NIGHT}},
    ),
    "schedule_workweek_charge": Sample(
        _scheduled("WORKWEEK"),
        lambda _: {"location": HOME, "weekdays": NIGHT, "weekends": NIGHT},
    ),
    "delete_charge_schedule": Sample(
        lambda got, stage: (
            got.schedule_id == stage.schedule_id
            and stage.schedule_id
            not in {timer.schedule_id for timer in stage.says("charge-chargetimers")}
        ),
        lambda stage: {"schedule_id": stage.schedule_id},
        wrong="schedule_id",
    ),
    "charge_schedule": Sample(
        lambda got, stage: got.id == stage.schedule_id and got.attributes["startTime"] == "22:00",
        lambda stage: {"schedule_id": stage.schedule_id},
        wrong="schedule_id",
    ),
    "command_execution": Sample(
        lambda got, stage: (got.id, got.command) == (stage.execution_id, "security-unlock"),
        lambda stage: {"execution_id": stage.execution_id},
        wrong="execution_id",
    ),
    "charge_schedule_execution": Sample(
        lambda got, stage: (
            (got.id, got.schedule_id) == (stage.schedule_execution_id, stage.schedule_id)
        ),
        lambda stage: {"execution_id": stage.schedule_execution_id},
        wrong="execution_id",
    ),
}
