"""Commands under the seed's names, and requests that have no name."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from transports import Canned, reply

from smartcar import (
    AsyncVehicle,
    Vehicle,
    VehicleNeedsOwnerError,
    get_api_version,
    set_api_version,
)

DONE = {"status": "success", "message": "Successfully sent request to vehicle"}
EXECUTED = {"data": {"id": "1", "attributes": {"status": {"value": "SUCCESS"}}}}

SENT: dict[str, tuple[tuple[Any, ...], str, Any, str]] = {
    "start_charge": ((), "/charge", {"action": "START"}, "charge/start"),
    "stop_charge": ((), "/charge", {"action": "STOP"}, "charge/stop"),
    "lock": ((), "/security", {"action": "LOCK"}, "security/lock"),
    "unlock": ((), "/security", {"action": "UNLOCK"}, "security/unlock"),
    "set_charge_limit": ((0.8,), "/charge/limit", {"limit": 0.8}, "charge/set-limit"),
    "send_destination": (
        (47.6, -122.3),
        "/navigation/destination",
        {"latitude": 47.6, "longitude": -122.3},
        "navigation/set-destination",
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_a_command_is_sent_as_the_version_has_it(name: str) -> None:
    arguments, path, body, path_of_v3 = SENT[name]
    classic, canned = Canned(reply(DONE)), Canned(reply(EXECUTED))

    done = getattr(Vehicle("v", "t", transport=classic), name)(*arguments)
    executed = getattr(Vehicle("v", "t", version="3", transport=canned), name)(*arguments)

    assert classic.requests[0].path == f"/v2.0/vehicles/v{path}"
    assert json.loads(classic.requests[0].body) == body
    assert canned.requests[0].path == f"/v3/vehicles/v/commands/{path_of_v3}"
    assert (done.status, done.message) == ("success", DONE["message"])
    assert (executed.status, executed.message) == ("success", None)


@pytest.mark.parametrize("name", SENT)
async def test_awaiting_sends_the_same(name: str) -> None:
    arguments, path, _, _ = SENT[name]
    canned = Canned(reply(DONE, headers={"sc-request-id": "r"}))

    done = await getattr(AsyncVehicle("v", "t", transport=canned), name)(*arguments)

    assert canned.requests[0].path == f"/v2.0/vehicles/v{path}"
    assert (done.status, done.request_id, done.meta["requestId"]) == ("success", "r", "r")


@pytest.mark.parametrize("name", SENT)
def test_a_command_is_sent_once_whatever_is_answered(name: str) -> None:
    canned = Canned(reply({"type": "UPSTREAM", "resolution": {"type": "RETRY_LATER"}}, 502))

    with pytest.raises(Exception, match="UPSTREAM"):
        getattr(Vehicle("v", "t", transport=canned), name)(*SENT[name][0])

    assert len(canned.requests) == 1


@pytest.mark.parametrize(
    ("arguments", "named", "limit", "percent"),
    [
        ((80,), {}, 0.8, 80),
        ((), {"percent": 80}, 0.8, 80),
        ((0.57,), {}, 0.57, 57),
        ((), {"limit": 0.57}, 0.57, 57),
        ((1,), {}, 1, 100),
        ((100,), {}, 1.0, 100),
    ],
)
def test_a_limit_is_a_fraction_or_percents_on_both(
    arguments: tuple[Any, ...], named: dict[str, Any], limit: float, percent: int
) -> None:
    classic, canned = Canned(reply(DONE)), Canned(reply(EXECUTED))

    Vehicle("v", "t", transport=classic).set_charge_limit(*arguments, **named)
    Vehicle("v", "t", version="3", transport=canned).set_charge_limit(*arguments, **named)

    assert json.loads(classic.requests[0].body) == {"limit": limit}
    assert json.loads(canned.requests[0].body) == {"data": {"attributes": {"percent": percent}}}


@pytest.mark.parametrize("version", ["2.0", "3"])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [((30,), {}), ((), {"limit": 80}), ((-0.1,), {}), (("80",), {}), ((True,), {})],
)
def test_what_is_no_limit_is_refused_before_it_is_sent(
    version: str, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    canned = Canned(reply(DONE))

    with pytest.raises(ValueError, match=r"limit|percent"):
        Vehicle("v", "t", version=version, transport=canned).set_charge_limit(*arguments, **named)

    assert canned.requests == []


@pytest.mark.parametrize("version", ["2.0", "3"])
@pytest.mark.parametrize("wrong", ["80", "high", None, True], ids=repr)
def test_what_is_no_number_is_told_which_numbers_are_limits(version: str, wrong: Any) -> None:
    car = Vehicle("v", "t", version=version, transport=Canned(reply(DONE)))

    said = f"limit: Expected a number, 80 for percent or the fraction 0.8, got {wrong!r}"
    for given in ({"limit": wrong}, {"percent": wrong}):
        with pytest.raises(ValueError, match=re.escape(said)):
            car.set_charge_limit(**given)


def test_whole_percents_only_on_v3() -> None:
    canned = Canned(reply(EXECUTED))

    with pytest.raises(ValueError, match="percent"):
        Vehicle("v", "t", version="3", transport=canned).set_charge_limit(0.755)


def test_a_car_that_refuses_says_who_must_act() -> None:
    body = {"type": "VEHICLE_STATE", "code": "CHARGING_PLUG_NOT_CONNECTED"}

    with pytest.raises(VehicleNeedsOwnerError, match="plug"):
        Vehicle("v", "t", transport=Canned(reply(body, 409))).start_charge()


def test_a_request_gives_body_headers_and_meta() -> None:
    canned = Canned(reply({"speed": 84.3}, headers={"sc-data-age": "2026-06-01T10:00:00.000Z"}))

    answer = Vehicle("v", "t", transport=canned).request("get", "tesla/speedometer?page=2")

    assert canned.requests[0].target == "/v2.0/vehicles/v/tesla/speedometer?page=2"
    assert (answer.body, answer.status) == ({"speed": 84.3}, 200)
    assert answer.headers["sc-data-age"].startswith("2026")
    assert str(answer.meta.data_age) == "2026-06-01 10:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "read"), [(b"", None), (b"<html>", "<html>"), (b"[1]", [1]), (b"null", None)]
)
def test_a_request_takes_any_body(body: bytes, read: object) -> None:
    canned = Canned(reply(body))

    assert Vehicle("v", "t", transport=canned).request("GET", "x").body == read


def test_a_header_of_one_request_is_not_kept_for_the_next() -> None:
    canned = Canned(reply({}))
    car, other = Vehicle("v", "one", transport=canned), Vehicle("w", "two", transport=canned)

    car.request("GET", "x", headers={"Authorization": "Bearer mine"})
    car.request("GET", "x")
    other.request("GET", "x")

    sent = [request.headers["authorization"] for request in canned.requests]
    assert sent == ["Bearer mine", "Bearer one", "Bearer two"]


def test_a_request_may_ask_another_version() -> None:
    canned = Canned(reply({}))

    Vehicle("v", "t", transport=canned).request("GET", "signals", api_version="3")

    assert canned.requests[0].url == "https://vehicle.api.smartcar.com/v3/vehicles/v/signals"


@pytest.mark.parametrize("path", ["../w/vin", "https://evil.example/x", "//evil.example/x", "a/.."])
def test_a_request_stays_behind_its_car(path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        Vehicle("v", "t", transport=Canned(reply({}))).request("GET", path)


@pytest.mark.parametrize("headers", [{"x-a": "b\r\nx-c: d"}, {"x-a": ""}])
def test_a_header_adds_no_other(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="x-a"):
        Vehicle("v", "t", transport=Canned(reply({}))).request("GET", "x", headers=headers)


def test_the_version_of_cars_can_be_set_for_all() -> None:
    try:
        set_api_version("3")
        assert get_api_version() == Vehicle("v", "t").version == "3"
        assert Vehicle("v", "t", version="2.0").version == "2.0"
    finally:
        set_api_version("2.0")
    assert get_api_version() == Vehicle("v", "t").version == "2.0"


def test_no_token_is_shown() -> None:
    assert "secret" not in repr(Vehicle("v", "secret"))
