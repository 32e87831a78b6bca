"""The reference of the official SDKs, name by name: answered and refused, twice each."""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from old_caller import code_of, owner_of

import smartcar
from smartcar import (
    AsyncAuthClient,
    AsyncVehicle,
    AuthClient,
    AuthenticationError,
    InvalidRequestError,
    SmartcarService,
    Vehicle,
    aio,
    models,
)
from smartcar.simulator import Simulator
from smartcar.simulator.application import (
    DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET,
    DEFAULT_MANAGEMENT_TOKEN,
)
from smartcar.simulator.server import Server

PLUG_IN_HYBRID = 2
"""A car of the fleet that has everything: tank, battery, locks."""

WEBHOOK = Simulator().world.webhook_id

# On a car: how each is called, and what it answers on v2.0 and on v3 (ValueError: no such thing).
ON_A_CAR: dict[str, tuple[tuple[Any, ...], type[Any], type[Any]]] = {
    "permissions": ((), models.Permissions, ValueError),
    "diagnostic_system_status": (
        (),
        models.DiagnosticSystemStatusResponse,
        models.DiagnosticSystemStatusResponse,
    ),
    "diagnostic_trouble_codes": (
        (),
        models.DiagnosticTroubleCodesResponse,
        models.DiagnosticTroubleCodesResponse,
    ),
    "service_history": ((), models.ServiceHistory, models.ServiceHistory),
    "get_charge_limit": ((), models.ChargeLimit, models.ChargeLimit),
    "set_charge_limit": ((0.8,), models.ActionResponse, models.ActionResponse),
    "send_destination": ((47.6, -122.3), models.ActionResponse, models.ActionResponse),
    "subscribe": ((WEBHOOK,), models.WebhookSubscription, ValueError),
    "unsubscribe": ((DEFAULT_MANAGEMENT_TOKEN, WEBHOOK), models.ActionResponse, ValueError),
    "batch": ((["/odometer", "/fuel"],), models.Batch, models.Batch),
    "request": (("GET", "odometer"), models.Response, models.Response),
    "get_signals": ((), models.Signals, models.Signals),
    "get_signal": (("odometer-traveleddistance",), models.Signal, models.Signal),
    "vin": ((), models.Vin, models.Vin),
    "charge": ((), models.Charge, models.Charge),
    "battery": ((), models.Battery, models.Battery),
    "battery_capacity": ((), models.BatteryCapacity, models.BatteryCapacity),
    "nominal_capacity": ((), models.NominalCapacity, models.NominalCapacity),
    "fuel": ((), models.Fuel, models.Fuel),
    "tire_pressure": ((), models.TirePressure, models.TirePressure),
    "engine_oil": ((), models.EngineOil, models.EngineOil),
    "odometer": ((), models.Odometer, models.Odometer),
    "location": ((), models.Location, models.Location),
    "attributes": ((), models.Attributes, models.VehicleResource),
    "lock_status": ((), models.LockStatus, models.LockStatus),
    "lock": ((), models.ActionResponse, models.ActionResponse),
    "unlock": ((), models.ActionResponse, models.ActionResponse),
    "start_charge": ((), models.ActionResponse, models.ActionResponse),
    "stop_charge": ((), models.ActionResponse, models.ActionResponse),
    "disconnect": ((), models.ActionResponse, ValueError),
}

# In the module: how each is called with an owner's token, what it answers, and the call that fails.
IN_THE_MODULE: dict[str, tuple[Callable[[str, str], tuple[Any, ...]], type[Any]]] = {
    "get_user": (lambda token, car: (token,), models.User),
    "get_vehicles": (lambda token, car: (token,), models.VehicleIds),
    "get_vehicle": (lambda token, car: (token, car), models.VehicleResource),
    "get_compatibility": (lambda token, car: (VIN, ["read_odometer"]), models.Compatibility),
    "get_compatibility_matrix": (lambda token, car: ("US",), models.CompatibilityMatrix),
    "get_connections": (lambda token, car: (DEFAULT_MANAGEMENT_TOKEN,), models.ConnectionsPage),
    "delete_connections": (
        lambda token, car: (DEFAULT_MANAGEMENT_TOKEN,),
        models.DeletedConnections,
    ),
}
VIN = "5YJSA1CN5DFP00101"


class Scene:
    """A car that is charging after a drive, and its owner's token."""

    def __init__(self) -> None:
        self.simulator = Simulator(seed=7)
        owner = owner_of(self.simulator, PLUG_IN_HYBRID)
        for done, minutes in (("drive", 20), ("park", 1), ("plug-in", 10)):
            owner.by_hand(done)
            self.simulator.clock.advance(minutes * 60)
        self.id, self.token = owner.vehicle_id, owner.token

    def car(self, version: str, token: str | None = None) -> Vehicle:
        return Vehicle(self.id, token or self.token, version=version, transport=self.simulator)

    def awaited(self, version: str, token: str | None = None) -> AsyncVehicle:
        return AsyncVehicle(self.id, token or self.token, version=version, transport=self.simulator)

    def ready_for(self, name: str) -> None:
        """Charging cannot be started while it goes on."""
        if name == "start_charge":
            self.car("2.0").stop_charge()


def given_to(name: str, version: str) -> tuple[Any, ...]:
    if (name, version) == ("request", "3"):
        return ("GET", "signals")
    arguments, *_ = ON_A_CAR[name]
    return arguments


def outcome_of(version: str, name: str) -> type[Any]:
    _, on_v2, on_v3 = ON_A_CAR[name]
    return on_v2 if version == "2.0" else on_v3


def assert_tells_of_itself(answer: Any) -> None:
    """It has a typed meta, and the reply's headers."""
    meta: models.Meta = answer.meta
    assert meta.request_id == answer.headers["sc-request-id"] == answer.request_id
    assert isinstance(meta.data_age, datetime | None)
    assert isinstance(meta.fetched_at, datetime | None)
    assert meta.unit_system in {None, "metric"}


COMMANDS = ["lock", "unlock", "start_charge", "stop_charge", "set_charge_limit", "send_destination"]
BOTH = pytest.mark.parametrize("version", ["2.0", "3"])
EACH_ON_A_CAR = pytest.mark.parametrize("name", ON_A_CAR)
EACH_IN_THE_MODULE = pytest.mark.parametrize("name", IN_THE_MODULE)


@BOTH
@EACH_ON_A_CAR
def test_a_car_answers_it(version: str, name: str) -> None:
    scene, arguments, expected = Scene(), given_to(name, version), outcome_of(version, name)
    scene.ready_for(name)
    asked = getattr(scene.car(version), name)

    if expected is ValueError:
        with pytest.raises(ValueError, match="v3"):
            asked(*arguments)
        return
    answer = asked(*arguments)

    assert isinstance(answer, expected)
    assert answer.to_dict()
    assert_tells_of_itself(answer)


@BOTH
@EACH_ON_A_CAR
async def test_a_car_that_is_awaited_answers_it(version: str, name: str) -> None:
    scene, arguments, expected = Scene(), given_to(name, version), outcome_of(version, name)
    scene.ready_for(name)
    asked = getattr(scene.awaited(version), name)

    if expected is ValueError:
        with pytest.raises(ValueError, match="v3"):
            await asked(*arguments)
        return

    answer = await asked(*arguments)

    assert isinstance(answer, expected)
    assert_tells_of_itself(answer)


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_is_answered_alike_on_both(name: str) -> None:
    told: dict[str, Any] = {}
    for version in ("2.0", "3"):
        scene, arguments = Scene(), given_to(name, version)
        scene.ready_for(name)
        told[version] = getattr(scene.car(version), name)(*arguments)
        awaiting = Scene()
        awaiting.ready_for(name)
        awaited = await getattr(awaiting.awaited(version), name)(*arguments)
        assert (awaited.status, awaited.parameters) == ("success", told[version].parameters)

    old, new = told["2.0"], told["3"]
    assert old.status == new.status == "success"
    assert old.parameters == new.parameters
    assert (old.execution, old.to_dict()) == (
        None,
        {"status": "success", "message": "Successfully sent request to vehicle"},
    )
    assert (new.execution.status, new.execution.id) == ("SUCCESS", new.id)
    assert new.to_dict()["execution"]["id"] == new.id
    assert new.meta["executedAt"] == new.execution.meta["executedAt"]


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (version, name)
        for name in ON_A_CAR
        for version in ("2.0", "3")
        if outcome_of(version, name) is not ValueError
    ],
)
async def test_a_car_refuses_it_to_a_stranger(version: str, name: str) -> None:
    scene, arguments = Scene(), given_to(name, version)
    if name == "unsubscribe":
        arguments = ("stolen", WEBHOOK)

    with pytest.raises(AuthenticationError) as blocking:
        getattr(scene.car(version, "stolen"), name)(*arguments)
    with pytest.raises(AuthenticationError) as awaited:
        await getattr(scene.awaited(version, "stolen"), name)(*arguments)
    assert blocking.value.status_code == awaited.value.status_code == 401
    assert blocking.value.request_id


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The functions have no transport: the environment says where Smartcar is."""
    scene = Scene()
    with Server(scene.simulator) as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        monkeypatch.setenv("SMARTCAR_CLIENT_ID", DEFAULT_CLIENT_ID)
        monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", DEFAULT_CLIENT_SECRET)
        yield scene


def named(name: str, scene: Scene) -> dict[str, str]:
    return {"vehicle_id": scene.id} if name == "delete_connections" else {}


@EACH_IN_THE_MODULE
async def test_a_function_answers(served: Scene, name: str) -> None:
    arguments, expected = IN_THE_MODULE[name]
    given, more = arguments(served.token, served.id), named(name, served)

    for answer in (
        getattr(smartcar, name)(*given, **more),
        await getattr(aio, name)(*given, **more),
    ):
        assert isinstance(answer, expected)
        assert answer.to_dict()
        assert_tells_of_itself(answer)


SEEN = "odometer-traveleddistance"


@BOTH
async def test_answers_of_v3_have_the_fields_of_the_reply(served: Scene, version: str) -> None:
    car = served.car(version)
    vehicle, signal, signals = (
        smartcar.get_vehicle(served.token, served.id),
        car.get_signal(SEEN),
        car.get_signals(),
    )
    awaited = await served.awaited(version).get_signal(SEEN)

    for answer in (vehicle, await aio.get_vehicle(served.token, served.id)):
        wire = json.loads(answer.reply.body)["data"]  # type: ignore[union-attr]  # it has one
        data = answer.data
        assert (data.id, data.type) == (wire["id"], wire["type"]) == (served.id, "vehicle")
        assert (data.attributes.make, data.links) == (wire["attributes"]["make"], wire["links"])
    for each in (signal.data, awaited.data, *(one for one in signals.data if one.code == SEEN)):
        wire = json.loads(each.reply.body)["data"]  # type: ignore[union-attr]  # it has one
        wire = wire if isinstance(wire, dict) else next(w for w in wire if w["id"] == each.id)
        assert (each.id, each.type) == (wire["id"], "signal")
        told = each.attributes
        assert [told.code, told.name, told.group, told.status, told.body] == [
            wire["attributes"][name] for name in ("code", "name", "group", "status", "body")
        ]
        assert wire["meta"].items() <= each.meta.items()
        assert each.links == wire["links"]
        assert each.headers["sc-request-id"]


@EACH_IN_THE_MODULE
async def test_a_function_refuses_a_stranger(
    served: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", "wrong")
    arguments, _ = IN_THE_MODULE[name]
    given = tuple(
        "wrong" if each in (served.token, DEFAULT_MANAGEMENT_TOKEN) else each
        for each in arguments(served.token, served.id)
    )
    more = named(name, served)

    with pytest.raises(AuthenticationError):
        getattr(smartcar, name)(*given, **more)
    with pytest.raises(AuthenticationError):
        await getattr(aio, name)(*given, **more)


async def test_the_auth_client_answers_and_refuses(served: Scene) -> None:
    back = "https://example.com/back"
    code = code_of(served.simulator, "new@example.com", "read_odometer")
    auth, awaiting = AuthClient(redirect_uri=back), AsyncAuthClient(redirect_uri=back)

    assert auth.get_auth_url(["read_vin"]) == awaiting.get_auth_url(["read_vin"])
    access = auth.exchange_code(code)
    assert isinstance(access, models.Access)
    assert isinstance(auth.exchange_refresh_token(access.refresh_token), models.Access)
    later = await awaiting.exchange_refresh_token(access.refresh_token)
    assert later.expiration.tzinfo is not None
    with pytest.raises(InvalidRequestError, match="Invalid code: wrong"):
        auth.exchange_code("wrong")
    with pytest.raises(AuthenticationError, match="Invalid refresh_token"):
        auth.exchange_refresh_token("wrong")
    with pytest.raises(InvalidRequestError, match="Invalid code: wrong"):
        await awaiting.exchange_code("wrong")
    with pytest.raises(AuthenticationError, match="Invalid refresh_token"):
        await awaiting.exchange_refresh_token("wrong")


def test_the_service_answers_and_refuses(served: Scene) -> None:
    below = f"https://api.smartcar.com/v2.0/vehicles/{served.id}"
    service = SmartcarService(below, access_token=served.token, transport=served.simulator)
    stranger = SmartcarService(below, access_token="stolen", transport=served.simulator)

    assert isinstance(service.request("GET", "odometer"), models.Response)
    assert isinstance(service.batch_request(["/odometer"]), models.Batch)
    with pytest.raises(AuthenticationError):
        stranger.request("GET", "odometer")


def result_of(function: Any) -> Any:
    return typing.get_type_hints(inspect.unwrap(function)).get("return")


@EACH_IN_THE_MODULE
def test_a_function_says_what_it_answers(name: str) -> None:
    """The hints are those of the question: what type checkers infer is checked in tests/typing."""
    _, expected = IN_THE_MODULE[name]

    assert expected in typing.get_args(result_of(getattr(smartcar, name)))


@EACH_ON_A_CAR
def test_a_method_says_what_it_takes_and_answers(name: str) -> None:
    for kind in (Vehicle, AsyncVehicle):
        method = getattr(kind("v", "t"), name)
        signature = inspect.signature(method)
        assert signature.return_annotation not in {inspect.Signature.empty, Any, "Any"}
        assert all(
            each.annotation is not inspect.Parameter.empty
            for each in signature.parameters.values()
            if each.name != "self"
        )
