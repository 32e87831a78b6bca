"""A command is sent once and read to its end, and the car's own word can be waited for."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from loopback import Loopback, hang, hang_up, http, say, say_later
from stage import HOME, SAMPLES, Stage, acall, call
from transports import Canned, Counting, reply

from smartcar import (
    AsyncSmartcar,
    ConfirmationTimeoutError,
    Smartcar,
    SmartcarError,
    VehicleBusyError,
)
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import endpoints

COMMANDS = [each.name for each in endpoints(VehicleEndpoints) if each.method in {"POST", "DELETE"}]
DONE = {
    "data": {
        "id": "exec_1",
        "type": "command-execution",
        "attributes": {
            "commandType": "security-lock",
            "status": {"value": "SUCCESS"},
            "executionMode": "sync",
        },
        "meta": {
            "executedAt": "2026-06-01T10:00:00Z",
            "completedAt": "2026-06-01T10:00:02Z",
            "durationInSeconds": 2,
        },
    }
}
ASLEEP = {"errors": [{"status": "409", "type": "VEHICLE_STATE", "code": "ASLEEP", "detail": "Zz."}]}
STREAMED = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"


# --- once, whatever happens -----------------------------------------------------------------------

TROUBLE: dict[str, Callable[[socket.socket], None]] = {
    "closed after it was sent": hang_up,
    "never answered": hang,
    "half an answer": say(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
    "half a stream": say(STREAMED + b'{"data": {'),
    "429": say(http("429 Too Many Requests", b"", "Retry-After: 0")),
    "500": say(http("500 Internal Server Error")),
    "502": say(http("502 Bad Gateway", b"<html>")),
    "503": say(http("503 Unavailable", b"", "Retry-After: 0")),
    "504": say(http("504 Gateway Timeout")),
    "401": say(http("401 Unauthorized")),
    "302": say(http("302 Found", b"", "Location: /v3/elsewhere")),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_a_command_reaches_the_line_exactly_once(what: str) -> None:
    with (
        Loopback(TROUBLE[what]) as server,
        Smartcar(access_token="t", origin=server.origin, read_timeout=1, retries=5) as client,
        pytest.raises(SmartcarError),
    ):
        client.vehicle("v", user_id="u").lock()
    assert len(server.requests) == 1


@pytest.mark.parametrize("what", TROUBLE)
async def test_a_command_that_is_awaited_reaches_the_line_exactly_once(what: str) -> None:
    with Loopback(TROUBLE[what]) as server:
        async with AsyncSmartcar(
            access_token="t", origin=server.origin, read_timeout=1, retries=5
        ) as awaiting:
            with pytest.raises(SmartcarError):
                await awaiting.vehicle("v", user_id="u").lock()
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", [*COMMANDS, "create_subscription", "remove_user"])
def test_every_change_reaches_the_line_exactly_once(name: str) -> None:
    arguments = SAMPLES[name].arguments(Stage())
    with Loopback(say(http("502 Bad Gateway"))) as server:
        client = Smartcar(access_token="t", origin=server.origin, retries=5)
        with client, pytest.raises(SmartcarError):
            call(client, client.vehicle("v", user_id="u"), name, arguments)
        assert len(server.requests) == 1


async def test_a_command_under_a_stale_token_is_done_once(simulator_stage: Stage) -> None:
    """The 401 says that nothing was done: it is sent again with a new token, and done then."""
    stage = simulator_stage
    stage.simulator.world.tokens.clear()
    before = len(stage.simulator.world.garage.told(stage.vehicle_id))
    stage.car.lock()
    assert len(stage.simulator.world.garage.told(stage.vehicle_id)) == before + 1


@pytest.fixture
def simulator_stage() -> Stage:
    """A car that can be told anything."""
    return Stage()


# --- what is sent ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("start_charge", None),
        ("lock", None),
        ("set_charge_limit", {"percent": 65}),
        ("send_destination", {"latitude": 48.2, "longitude": 11.6}),
        (
            "schedule_daily_charge",
            {
                "location": {"latitude": HOME.latitude, "longitude": HOME.longitude},
                "startTime": "23:00",
                "stopTime": "05:30",
            },
        ),
    ],
)
def test_a_command_is_written_as_documented(name: str, attributes: dict[str, Any] | None) -> None:
    transport = Canned(reply(DONE))
    client = Smartcar(access_token="t", transport=transport)
    car = client.vehicle("v", user_id="u")
    call(client, car, name, SAMPLES[name].arguments(Stage()))
    (request,) = transport.requests
    assert request.headers["sc-user-id"] == "u"
    if attributes is None:
        assert request.body == b""
        assert "content-type" not in request.headers
    else:
        assert json.loads(request.body) == {"data": {"attributes": attributes}}
        assert request.headers["content-type"] == "application/json"


# --- 202 ------------------------------------------------------------------------------------------


async def test_a_streamed_outcome_is_read_to_its_end() -> None:
    body = json.dumps(DONE).encode()
    with Loopback(say_later(STREAMED, body)) as server:
        with Smartcar(access_token="t", origin=server.origin) as client:
            done = client.vehicle("v", user_id="u").lock()
        async with AsyncSmartcar(access_token="t", origin=server.origin) as awaiting:
            later = await awaiting.vehicle("v", user_id="u").lock()
    for each in (done, later):
        assert (each.id, each.status, each.command) == ("exec_1", "success", "security-lock")
        assert each.reply is not None
        assert each.reply.status == 202
        assert each.completed_at is not None
        assert each.executed_at is not None


async def test_an_error_in_a_streamed_outcome_is_raised() -> None:
    with Loopback(say_later(STREAMED, json.dumps(ASLEEP).encode())) as server:
        client = Smartcar(access_token="t", origin=server.origin)
        with client, pytest.raises(VehicleBusyError) as caught:
            client.vehicle("v", user_id="u").lock()
        async with AsyncSmartcar(access_token="t", origin=server.origin) as awaiting:
            with pytest.raises(VehicleBusyError) as other:
                await awaiting.vehicle("v", user_id="u").lock()
    for each in (caught.value, other.value):
        assert (each.status, each.code, each.description) == (409, "ASLEEP", "Zz.")


def test_an_execution_that_failed_is_raised_though_its_status_line_was_good() -> None:
    error = {"type": "VEHICLE_STATE", "code": "DOOR_OPEN"}
    failed = {"data": {"id": "e", "attributes": {"status": {"value": "ERROR", "error": error}}}}
    client = Smartcar(access_token="t", transport=Canned(reply(failed)))
    with pytest.raises(SmartcarError) as caught:
        client.vehicle("v", user_id="u").lock()
    assert caught.value.code == "DOOR_OPEN"


@pytest.mark.parametrize("status", ["409", 409, None, "x", [], "²", "9" * 5000], ids=repr)
def test_any_status_in_a_streamed_error_is_made_sense_of(status: Any) -> None:
    body = {"errors": [{"status": status, "type": "VEHICLE_STATE", "code": "ASLEEP"}]}
    client = Smartcar(access_token="t", transport=Canned(reply(body, 202)))
    with pytest.raises(VehicleBusyError):
        client.vehicle("v", user_id="u").lock()


def test_a_success_without_a_body_is_a_success() -> None:
    client = Smartcar(access_token="t", transport=Canned(reply(b"", 204)))
    assert client.vehicle("v", user_id="u").lock().id == ""


# --- the car's own word ---------------------------------------------------------------------------

CONFIRMED = [name for name in COMMANDS if name != "send_destination"]


@pytest.mark.parametrize("name", CONFIRMED)
async def test_its_effect_is_confirmed_by_the_car(name: str) -> None:
    for is_async in (False, True):
        stage, sample = Stage(), SAMPLES[name]
        sample.before(stage)
        arguments = sample.arguments(stage)
        if not is_async:
            signal: Any = stage.perform(name, **arguments).wait_until_confirmed()
        else:
            client = AsyncSmartcar(transport=stage.simulator)
            car = client.vehicle(stage.vehicle_id, user_id=stage.user_id)
            done = await acall(client, car, name, arguments)
            signal = await done.wait_until_confirmed()
        assert signal.error is None
        assert signal.oem_updated_at is not None


def test_an_effect_that_is_not_seen_in_time_is_said_and_the_command_not_repeated() -> None:
    stage = Stage()
    counting = Counting(stage.simulator)
    car = Smartcar(transport=counting).vehicle(stage.vehicle_id, user_id=stage.user_id)
    done = car.lock()
    stage.car.unlock()  # by somebody else
    began = stage.simulator.clock.now()
    with pytest.raises(ConfirmationTimeoutError) as caught:
        done.wait_until_confirmed(timeout=60)
    assert isinstance(caught.value, TimeoutError)
    assert "closure-islocked" in str(caught.value)
    assert "Do not repeat the command" in str(caught.value)
    assert stage.simulator.clock.now() - began <= 60
    assert counting.count("/security/lock") == 1
    assert 3 <= counting.count("/signals/closure-islocked") <= 8


async def test_an_effect_that_is_not_seen_in_time_is_said_awaiting() -> None:
    stage = Stage()
    counting = Counting(stage.simulator)
    client = AsyncSmartcar(transport=counting)
    done = await client.vehicle(stage.vehicle_id, user_id=stage.user_id).lock()
    stage.car.unlock()
    with pytest.raises(ConfirmationTimeoutError):
        await done.wait_until_confirmed(timeout=10)
    assert counting.count("/security/lock") == 1


async def test_a_destination_cannot_be_confirmed() -> None:
    stage = Stage()
    where = SAMPLES["send_destination"].arguments(stage)
    with pytest.raises(ValueError, match="No signal shows this command"):
        stage.perform("send_destination", **where).wait_until_confirmed()
    done = await stage.aperform("send_destination", **where)
    with pytest.raises(ValueError, match="No signal shows this command"):
        await done.wait_until_confirmed()


def _locked(value: bool, at: str) -> Any:
    attributes = {
        "code": "closure-islocked",
        "status": {"value": "SUCCESS"},
        "body": {"value": value},
    }
    return reply({"data": {"id": "x", "attributes": attributes, "meta": {"oemUpdatedAt": at}}})


def test_a_reading_from_before_the_command_confirms_nothing() -> None:
    old, new = "2026-06-01T09:59:59Z", "2026-06-01T10:00:01Z"
    transport = Canned(
        reply(DONE), _locked(True, old), reply({}, 404), _locked(False, new), _locked(True, new)
    )
    car = Smartcar(access_token="t", transport=transport).vehicle("v", user_id="u")
    began = transport.clock.now()
    signal = car.lock().wait_until_confirmed()
    assert signal.meta["oemUpdatedAt"] == new
    assert [request.method for request in transport.requests] == ["POST", *["GET"] * 4]
    assert transport.clock.now() - began == 2 + 4 + 8


def test_a_limit_on_looking_is_waited_for() -> None:
    limited = reply(
        {"errors": [{"type": "RATE_LIMIT", "code": "VEHICLE"}]}, 429, {"retry-after": "50"}
    )
    transport = Canned(reply(DONE), limited, _locked(True, "2026-06-01T10:00:01Z"))
    car = Smartcar(access_token="t", transport=transport).vehicle("v", user_id="u")
    began = transport.clock.now()
    car.lock().wait_until_confirmed()
    assert transport.clock.now() - began == 50


def test_looking_is_on_behalf_of_the_same_user() -> None:
    stage = Stage()
    counting = Counting(stage.simulator)
    Smartcar(transport=counting).vehicle(stage.vehicle_id).lock().wait_until_confirmed()
    about = [each for each in counting.requests if "/vehicles/" in each.path]
    assert {each.headers["sc-user-id"] for each in about} == {stage.user_id}


def test_an_execution_can_be_shown_compared_and_looked_up_again() -> None:
    stage = Stage()
    done = stage.car.lock()
    assert "simulated-client-secret" not in repr(done)
    again = stage.car.command_execution(done.id)
    assert (again.id, again.command, again.parameters) == (done.id, done.command, done.parameters)
