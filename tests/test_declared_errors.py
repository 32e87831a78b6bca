"""Every endpoint turns every documented error into its class, blocking and awaiting.

What the simulator can bring about is brought about there; the rest is answered from a script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from documented import ERRORS, Row, v3_body
from owners import connect
from stage import LISTINGS, SAMPLES, UNKNOWN, Stage, acall, call
from transports import Canned, Counting, reply

from smartcar import (
    AsyncSmartcar,
    AuthenticationError,
    CompatibilityError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    Reply,
    ServerError,
    Smartcar,
    SmartcarError,
    UpstreamError,
    VehicleBusyError,
    VehicleNeedsOwnerError,
)
from smartcar.api.account import AccountEndpoints
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import endpoints
from smartcar.simulator.problems import KNOWN

DECLARED: dict[str, Any] = {
    endpoint.name: endpoint
    for resource in (AccountEndpoints, VehicleEndpoints)
    for endpoint in endpoints(resource)
}
OF_AN_OWNER = [name for name, declared in DECLARED.items() if declared.facts.needs_user]
PERMITTED = [name for name, declared in DECLARED.items() if declared.facts.permission]
WITH_ID = [name for name, sample in SAMPLES.items() if sample.wrong]

GATEWAY: dict[str, tuple[Reply, type[SmartcarError]]] = {
    "504 HTML": (Reply(504, {"content-type": "text/html"}, b"<html>ELB</html>"), ServerError),
    "504 empty": (Reply(504), ServerError),
    "502 HTML": (Reply(502, {"content-type": "text/html"}, b"<h1>Bad"), UpstreamError),
    "500 empty": (Reply(500), ServerError),
    "401 null": (reply(None, 401), AuthenticationError),
    "429 empty": (Reply(429), SmartcarError),
}


def failure_of(action: Callable[[], Any]) -> SmartcarError:
    """The error that *action* ends with."""
    with pytest.raises(SmartcarError) as caught:
        action()
    return caught.value


async def afailure_of(waiting: Any) -> SmartcarError:
    """The error that awaiting ends with."""
    with pytest.raises(SmartcarError) as caught:
        await waiting
    return caught.value


# --- answered from a script -----------------------------------------------------------------------


def _expected() -> list[tuple[str, type[SmartcarError], int, str | None]]:
    return [(row.label, row.kind, row.status, row.type) for row in ERRORS]


@pytest.mark.parametrize("name", DECLARED)
def test_every_documented_error_has_its_class_blocking(name: str) -> None:
    arguments = SAMPLES[name].arguments(Stage())
    got: list[tuple[str, type[SmartcarError], int, str | None]] = []
    for row in ERRORS:
        client = Smartcar(access_token="t", transport=Canned(reply(v3_body(row), row.status)))
        car = client.vehicle("v", user_id="u")
        error = failure_of(lambda client=client, car=car: call(client, car, name, arguments))
        got.append((f"{error.type}:{error.code}", type(error), error.status, error.type))
    assert got == _expected()


@pytest.mark.parametrize("name", DECLARED)
async def test_every_documented_error_has_its_class_awaiting(name: str) -> None:
    arguments = SAMPLES[name].arguments(Stage())
    got: list[tuple[str, type[SmartcarError], int, str | None]] = []
    for row in ERRORS:
        client = AsyncSmartcar(access_token="t", transport=Canned(reply(v3_body(row), row.status)))
        car = client.vehicle("v", user_id="u")
        error = await afailure_of(acall(client, car, name, arguments))
        got.append((f"{error.type}:{error.code}", type(error), error.status, error.type))
    assert got == _expected()


@pytest.mark.parametrize("name", DECLARED)
@pytest.mark.parametrize("what", GATEWAY)
async def test_what_a_gateway_answers_is_an_error_too(name: str, what: str) -> None:
    answer, kind = GATEWAY[what]
    arguments = SAMPLES[name].arguments(Stage())
    blocking = Smartcar(access_token="t", transport=Canned(answer))
    car = blocking.vehicle("v", user_id="u")
    error = failure_of(lambda: call(blocking, car, name, arguments))
    assert isinstance(error, kind)
    assert error.status == answer.status
    awaiting = AsyncSmartcar(access_token="t", transport=Canned(answer))
    other = await afailure_of(acall(awaiting, awaiting.vehicle("v", user_id="u"), name, arguments))
    assert type(other) is type(error)


# --- brought about in the simulator ---------------------------------------------------------------


def test_the_simulator_knows_every_documented_error() -> None:
    known = {(kind, code): each.status for (kind, code), each in KNOWN.items()}
    missing = [row.label for row in ERRORS if known.get((row.type, row.code)) != row.status]
    assert not missing


@pytest.mark.parametrize("row", ERRORS, ids=[row.label for row in ERRORS])
async def test_an_owner_whose_car_always_fails_fails_everywhere(row: Row) -> None:
    """The login ``TYPE.CODE@smartcar.com`` means that error for everything but fixed traits."""
    stage = Stage()
    car_id, user_id = connect(stage.simulator, f"{row.type}.{row.code or 'NULL'}@smartcar.com")
    client = Smartcar(transport=stage.simulator)
    awaiting = AsyncSmartcar(transport=stage.simulator)
    for name in OF_AN_OWNER:
        arguments = SAMPLES[name].arguments(stage)
        car = client.vehicle(car_id, user_id=user_id)
        error = failure_of(lambda name=name, car=car, a=arguments: call(client, car, name, a))
        later = await afailure_of(
            acall(awaiting, awaiting.vehicle(car_id, user_id=user_id), name, arguments)
        )
        for each in (error, later):
            facts = (type(each), each.status, each.type, each.code, each.is_retryable)
            assert facts == (row.kind, row.status, row.type, row.code, row.is_retryable), name
    assert client.vehicle(car_id).attributes().make == "TESLA"


@pytest.mark.parametrize("name", DECLARED)
async def test_a_bad_token_is_refused_once(name: str) -> None:
    stage = Stage()
    arguments = SAMPLES[name].arguments(stage)
    counting = Counting(stage.simulator)
    client = Smartcar(access_token="wrong", transport=counting)
    car = client.vehicle(stage.vehicle_id, user_id=stage.user_id)
    error = failure_of(lambda: call(client, car, name, arguments))
    assert (type(error), error.status, error.code) == (AuthenticationError, 401, "UNAUTHORIZED")
    assert len(counting.requests) == 1
    awaiting = AsyncSmartcar(access_token="wrong", transport=stage.simulator)
    other = awaiting.vehicle(stage.vehicle_id, user_id=stage.user_id)
    later = await afailure_of(acall(awaiting, other, name, arguments))
    assert type(later) is AuthenticationError


@pytest.mark.parametrize("name", WITH_ID)
async def test_an_unknown_id_is_not_found(name: str) -> None:
    stage, sample = Stage(), SAMPLES[name]
    arguments = {**sample.arguments(stage), sample.wrong or "": UNKNOWN}
    error = failure_of(lambda: stage.perform(name, **arguments))
    later = await afailure_of(stage.aperform(name, **arguments))
    for each in (error, later):
        assert (type(each), each.status, each.type) == (NotFoundError, 404, "RESOURCE_NOT_FOUND")
        assert each.request_id


@pytest.mark.parametrize("name", [each for each in DECLARED if hasattr(VehicleEndpoints, each)])
async def test_an_unknown_car_is_not_found(name: str) -> None:
    stage = Stage()
    arguments = SAMPLES[name].arguments(stage)
    stage.vehicle_id = UNKNOWN
    stage.car = stage.client.vehicle(UNKNOWN, user_id=stage.user_id)
    error = failure_of(lambda: stage.perform(name, **arguments))
    later = await afailure_of(stage.aperform(name, **arguments))
    for each in (error, later):
        assert (type(each), each.status, each.code) == (NotFoundError, 404, "VEHICLE_NOT_FOUND")


@pytest.mark.parametrize("name", PERMITTED)
async def test_what_the_owner_has_not_granted_is_denied(name: str) -> None:
    stage = Stage()
    arguments = SAMPLES[name].arguments(stage)
    stage.vehicle_id, stage.user_id = connect(
        stage.simulator, "careful@example.com", scope="read_vin"
    )
    stage.car = stage.client.vehicle(stage.vehicle_id, user_id=stage.user_id)
    error = failure_of(lambda: stage.perform(name, **arguments))
    later = await afailure_of(stage.aperform(name, **arguments))
    for each in (error, later):
        assert (type(each), each.status, each.type) == (PermissionDeniedError, 403, "PERMISSION")
        assert each.resolution.type == "REAUTHENTICATE"


@pytest.mark.parametrize("name", OF_AN_OWNER)
async def test_another_users_car_is_denied(name: str) -> None:
    stage = Stage()
    arguments = SAMPLES[name].arguments(stage)
    stage.user_id = stage.other.user_id or ""
    stage.car = stage.client.vehicle(stage.vehicle_id, user_id=stage.user_id)
    error = failure_of(lambda: stage.perform(name, **arguments))
    later = await afailure_of(stage.aperform(name, **arguments))
    assert type(error) is type(later) is PermissionDeniedError


@pytest.mark.parametrize("name", OF_AN_OWNER)
def test_without_a_user_the_api_calls_the_request_invalid(name: str) -> None:
    """A token that the caller brought may stand for one user, so none is looked for."""
    stage = Stage()
    token = next(iter(stage.simulator.world.tokens))
    client = Smartcar(access_token=token, transport=stage.simulator)
    car = client.vehicle(stage.vehicle_id)
    error = failure_of(lambda: call(client, car, name, SAMPLES[name].arguments(stage)))
    assert type(error) is InvalidRequestError
    assert (error.status, error.type, error.code) == (400, "VALIDATION", "MISSING_PARAMETER")
    assert error.description == "missing userId"


STATES: dict[str, tuple[str, dict[str, Any], Callable[[Stage], None], type[SmartcarError], str]] = {
    "stop what does not charge": (
        "stop_charge", {}, Stage.charge_no_more, VehicleBusyError, "NOT_CHARGING",
    ),
    "start what charges": (
        "start_charge", {}, Stage.charge, VehicleBusyError, "CHARGING_IN_PROGRESS",
    ),
    "start what is full": ("start_charge", {}, lambda _: None, VehicleBusyError, "FULLY_CHARGED"),
    "start what is not plugged in": (
        "start_charge", {}, lambda stage: stage.tell("unplug"), VehicleNeedsOwnerError,
        "CHARGING_PLUG_NOT_CONNECTED",
    ),
    "stop what is not plugged in": (
        "stop_charge", {}, lambda stage: stage.tell("unplug"), VehicleNeedsOwnerError,
        "CHARGING_PLUG_NOT_CONNECTED",
    ),
    "close a port with a plug in it": (
        "close_charge_port", {}, lambda _: None, VehicleBusyError, "UNKNOWN",
    ),
    **{
        f"{name} while driving": (
            name, {}, lambda stage: stage.tell("drive", minutes=30), VehicleBusyError, "IN_MOTION",
        )
        for name in ("lock", "unlock", "open_charge_port", "close_charge_port")
    },
}  # fmt: skip


@pytest.mark.parametrize("what", STATES)
async def test_a_car_refuses_what_its_state_forbids(what: str) -> None:
    name, arguments, before, kind, code = STATES[what]
    stage = Stage()
    before(stage)
    error = failure_of(lambda: stage.perform(name, **arguments))
    later = await afailure_of(stage.aperform(name, **arguments))
    for each in (error, later):
        assert (type(each), each.status, each.code) == (kind, 409, code)


async def test_a_second_subscription_is_a_conflict() -> None:
    stage = Stage()
    again = {
        "webhook_id": stage.webhook_id,
        "user_id": stage.user_id,
        "vehicle_id": stage.vehicle_id,
    }
    error = failure_of(lambda: stage.perform("create_subscription", **again))
    later = await afailure_of(stage.aperform("create_subscription", **again))
    assert type(error) is type(later) is ConflictError
    assert error.status == 409


@pytest.mark.parametrize(
    ("make", "name"),
    [
        ("FORD", "start_charge"),
        ("FORD", "stop_charge"),
        ("FORD", "set_charge_limit"),
        ("FORD", "open_charge_port"),
        ("FORD", "close_charge_port"),
        ("VOLKSWAGEN", "schedule_daily_charge"),
        ("VOLVO", "schedule_weekly_charge"),
        ("VOLVO", "schedule_workweek_charge"),
    ],
)
def test_a_car_that_cannot_do_it_is_not_compatible(make: str, name: str) -> None:
    stage = Stage()
    (found,) = (each for each in stage.client.connections() if each.vehicle.make == make)
    car = stage.client.vehicle(found.vehicle_id or "", user_id=found.user_id)
    error = failure_of(lambda: call(stage.client, car, name, SAMPLES[name].arguments(stage)))
    assert (type(error), error.status, error.code) == (
        CompatibilityError,
        501,
        "VEHICLE_NOT_CAPABLE",
    )


def test_listings_fail_when_they_are_read_not_when_they_are_named() -> None:
    client = Smartcar(access_token="wrong", transport=Stage().simulator)
    for name in LISTINGS - {"application_secrets"}:
        items = getattr(client, name)()
        with pytest.raises(AuthenticationError):
            next(iter(items))
