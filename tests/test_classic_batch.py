"""A batch: every answer typed by what asked for it, every error its own."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
from old_caller import owner_of
from readings import resource
from transports import Canned, reply

from smartcar import (
    AsyncVehicle,
    CompatibilityError,
    DecodeError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitError,
    Smartcar,
    TemporaryError,
    Vehicle,
    models,
)
from smartcar.simulator import Simulator

AGE = {"SC-Data-Age": "2026-01-05T09:58:00.000Z", "sc-unit-system": "metric", "sc-other": None}
REFUSED = {"type": "PERMISSION", "code": None, "resolution": {"type": "REAUTHENTICATE"}}
ANSWERS = [
    {"path": "/odometer", "code": 200, "body": {"distance": 37829}, "headers": AGE},
    {"path": "/battery", "code": 200, "body": {"percentRemaining": 0.5, "range": 100}},
    {"path": "/fuel", "code": 403, "body": REFUSED},
    {
        "path": "/charge",
        "code": 429,
        "body": {"type": "RATE_LIMIT", "code": "VEHICLE"},
        "headers": {"Retry-After": 120},
    },
    {"path": "/", "code": 200, "body": {"id": "v", "make": "KIA", "model": "EV6", "year": 2023}},
    {"path": "/service/history", "code": 200, "body": []},
    {"path": "/tesla/chargePort", "code": 200, "body": {"open": True}, "headers": None},
    {"path": "/tires/pressure", "code": 504, "body": "<html>"},
    {"path": "/location", "code": 501, "body": None, "headers": {}},
]
ASKED = [str(answer["path"]) for answer in ANSWERS]


def batch(*reads: Any) -> models.Batch:
    answer = reply({"responses": ANSWERS}, headers={"sc-request-id": "26c14915"})
    return Vehicle("v", "t", transport=Canned(answer)).batch(*(reads or (ASKED,)))


def test_results_by_name_by_read_and_by_path() -> None:
    answers = batch(Vehicle.odometer, Vehicle.battery)

    assert answers.odometer().distance == 37829
    assert answers[Vehicle.odometer] == answers["/odometer"] == answers["odometer"]
    assert answers[Vehicle.battery].percent_remaining == 0.5
    assert list(answers) == ["/odometer", "/battery"]
    assert len(answers) == 2
    assert repr(answers) == "<Batch of /odometer, /battery>"
    assert Vehicle.odometer in answers
    assert "fuel" not in answers
    assert Vehicle.signal not in answers
    assert 7 not in answers


def test_each_has_its_own_headers_and_the_request_id_of_all() -> None:
    answers = batch()

    assert str(answers.odometer().meta.data_age) == "2026-01-05 09:58:00+00:00"
    assert answers.battery().meta.data_age is None
    assert answers.battery().meta.request_id == "26c14915"
    assert answers.meta.request_id == answers.request_id == "26c14915"
    assert "sc-other" not in (answers.odometer().reply or answers.reply).headers


def test_each_raises_its_own_error() -> None:
    answers = batch()

    with pytest.raises(PermissionDeniedError) as refused:
        answers.fuel()
    with pytest.raises(RateLimitError) as limited:
        answers[Vehicle.charge]
    assert (refused.value.status_code, refused.value.retry_after) == (403, None)
    assert refused.value.request_id == "26c14915"
    assert (limited.value.status_code, limited.value.retry_after) == (429, 120)


def test_an_error_may_have_any_body_and_no_headers() -> None:
    answers = batch()

    with pytest.raises(CompatibilityError) as empty:
        answers.location()
    with pytest.raises(TemporaryError) as page:
        answers.tire_pressure()
    assert (empty.value.status_code, empty.value.body) == (501, b"")
    assert page.value.status_code == 504


def test_attributes_lists_and_paths_of_a_make() -> None:
    answers = batch()

    assert answers.attributes().make == answers["/"].make == "KIA"
    assert answers[Vehicle.attributes].year == 2023
    assert len(answers.service_history()) == 0
    assert answers["/tesla/chargePort"].body == {"open": True}
    assert answers.tesla_charge_port().body == {"open": True}  # type: ignore[attr-defined]


def test_what_was_not_asked_says_so() -> None:
    answers = batch(Vehicle.odometer)

    with pytest.raises(KeyError, match="/engine/oil"):
        answers.engine_oil()
    with pytest.raises(KeyError):
        answers[Vehicle.fuel]
    with pytest.raises(AttributeError, match="tesla_alerts"):
        answers.tesla_alerts()  # type: ignore[attr-defined]


def test_paths_are_sent_as_they_are_given() -> None:
    canned = Canned(reply({"responses": []}))

    Vehicle("v", "t", transport=canned).batch(["odometer", "/tires/pressure", "/"])

    (request,) = canned.requests
    assert (request.method, request.path) == ("POST", "/v2.0/vehicles/v/batch")
    asked = [{"path": "odometer"}, {"path": "/tires/pressure"}, {"path": "/"}]
    assert json.loads(request.body) == {"requests": asked}


def test_a_batch_that_is_refused_raises() -> None:
    refused = Canned(reply({"type": "VALIDATION", "code": None}, 400))

    with pytest.raises(InvalidRequestError):
        Vehicle("v", "t", transport=refused).batch(["/odometre"])


def test_a_batch_is_only_reads_so_it_is_repeated() -> None:
    canned = Canned(reply({}, 503), reply({"responses": []}))

    Vehicle("v", "t", transport=canned).batch(["/odometer"])

    assert len(canned.requests) == 2


@pytest.mark.parametrize(
    ("reads", "kind", "told"),
    [
        ((), ValueError, "at least one read"),
        (([],), ValueError, "at least one read"),
        ((Vehicle.signal,), ValueError, "signal cannot be in a batch"),
        ((7,), TypeError, "not int"),
        (([7],), TypeError, "not int"),
    ],
    ids=["nothing", "no paths", "a signal", "a number", "numbers"],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sent(
    reads: Any, kind: type[Exception], told: str
) -> None:
    canned = Canned(reply({"responses": []}))

    with pytest.raises(kind, match=told):
        Vehicle("v", "t", transport=canned).batch(*reads)
    assert canned.requests == []


async def test_results_of_an_awaited_batch_are_here() -> None:
    car = AsyncVehicle("v", "t", transport=Canned(reply({"responses": ANSWERS})))

    answers = await car.batch(AsyncVehicle.odometer, "/fuel")

    assert answers.odometer().distance == 37829
    with pytest.raises(PermissionDeniedError):
        answers.fuel()


def test_on_v3_all_are_answered_from_one_request() -> None:
    told = [
        resource("odometer-traveleddistance", {"value": 160.9344, "unit": "km"}),
        resource("tractionbattery-stateofcharge", {"value": 68}),
        resource("wheel-tires", status={"value": "ERROR", "error": {"type": "COMPATIBILITY"}}),
    ]
    included = {"vehicle": {"id": "v", "attributes": {"make": "KIA"}}}
    canned = Canned(reply({"data": told, "included": included}))
    car = Vehicle("v", "t", version="3", unit_system="imperial", transport=canned)

    answers = car.batch(Vehicle.odometer, Vehicle.battery, "/tires/pressure", "/", "/fuel")

    assert answers.odometer().distance == pytest.approx(100)
    assert answers[Vehicle.battery].percent_remaining == 0.68
    assert answers.attributes().make == "KIA"
    with pytest.raises(CompatibilityError):
        answers["/tires/pressure"]
    with pytest.raises(CompatibilityError, match="tells nothing of internalcombustion"):
        answers.fuel()
    assert [request.path for request in canned.requests] == ["/v3/vehicles/v/signals"]


def test_on_v3_a_path_without_a_signal_is_refused_before_it_is_sent() -> None:
    canned = Canned(reply({}))
    car = Vehicle("v", "t", version="3", transport=canned)

    with pytest.raises(ValueError, match="/tesla/alerts"):
        car.batch("/tesla/alerts")
    with pytest.raises(ValueError, match="connections"):
        car.batch(Vehicle.permissions)
    assert canned.requests == []


# --- paths with a query ---------------------------------------------------------------------------

YEAR = "/service/history?start_date=2025-01-01"
BEFORE = "/service/history?start_date=2024-01-01&end_date=2024-12-31"


def visit(number: int) -> list[dict[str, Any]]:
    return [{"serviceId": number, "odometerDistance": 1000.5}]


def answered(*answers: Any, asked: Any, **headers: str) -> models.Batch:
    canned = Canned(reply({"responses": answers}, headers=headers))
    return Vehicle("v", "t", transport=canned).batch(asked)


@pytest.mark.parametrize("is_told", [True, False], ids=["whole", "path only"])
def test_a_path_with_a_query_is_answered_by_its_read(is_told: bool) -> None:
    paths = [YEAR, BEFORE, "permissions?limit=2"]
    bodies: list[Any] = [visit(1), visit(2), {"permissions": ["read_vin"], "paging": {"count": 9}}]
    told = [path if is_told else path.partition("?")[0] for path in paths]
    answers = answered(
        *({"path": p, "code": 200, "body": b} for p, b in zip(told, bodies, strict=True)),
        asked=paths,
    )

    assert answers[YEAR].items[0].service_id == 1
    assert answers.service_history("2024-01-01", "2024-12-31").items[0].service_id == 2
    assert answers.service_history(start_date="2025-01-01") == answers[YEAR]
    assert answers.permissions().paging.count == answers.permissions(limit=2).paging.count == 9
    assert answers["/permissions"] == answers[Vehicle.permissions] == answers["permissions?limit=2"]
    assert YEAR in answers
    assert Vehicle.permissions in answers
    assert "/permissions?limit=3" not in answers
    assert answers.paths[0] == YEAR


def test_a_query_that_was_not_asked_is_not_answered_by_another() -> None:
    answers = answered(
        {"path": "/service/history", "code": 200, "body": visit(1)},
        {"path": "/service/history", "code": 200, "body": visit(2)},
        asked=[YEAR, BEFORE],
    )

    with pytest.raises(KeyError, match="2023-01-01 was not asked"):
        answers.service_history("2023-01-01")
    with pytest.raises(KeyError, match="asked 2 times: say which"):
        answers.service_history()


def test_days_are_asked_for_in_the_official_sdk_s_spelling_too() -> None:
    old = "/service/history?startDate=2024-01-01&endDate=2024-12-31"
    canned = Canned(reply({"responses": [{"path": old, "code": 200, "body": visit(2)}]}))

    answers = Vehicle("v", "t", transport=canned).batch(old)

    assert json.loads(canned.requests[0].body) == {"requests": [{"path": old}]}
    assert answers.service_history("2024-01-01", "2024-12-31").items[0].service_id == 2
    assert answers[old] == answers[BEFORE] == answers.service_history()
    assert old in answers
    with pytest.raises(KeyError, match="2023-01-01 was not asked"):
        answers.service_history("2023-01-01")


@pytest.mark.parametrize("spelling", [("startDate", "endDate"), ("start_date", "end_date")])
def test_either_spelling_chooses_the_same_days_on_both_versions(spelling: tuple[str, str]) -> None:
    simulator = Simulator(seed=7)
    owner = owner_of(simulator, 2)
    since, until = spelling
    path = f"/service/history?{since}=2015-01-01&{until}=2030-01-01"

    classic = Vehicle(owner.vehicle_id, owner.token, transport=simulator).batch(path)
    made = Smartcar(transport=simulator).vehicle(owner.vehicle_id).batch(path)

    for answers in (classic, made):
        chosen = answers.service_history("2015-01-01", "2030-01-01").items
        assert [each.service_date for each in chosen] == [
            each.service_date for each in classic[path].items
        ]
        assert len(chosen) == 3


def test_a_make_s_path_may_have_a_query() -> None:
    path = "/tesla/charge/records?page=2"
    answers = answered({"path": path, "code": 200, "body": {"records": []}}, asked=[path])

    assert answers[path].body == {"records": []}
    assert answers.tesla_charge_records().body == {"records": []}  # type: ignore[attr-defined]


def test_the_simulator_and_the_batch_agree_on_a_query() -> None:
    simulator = Simulator(seed=7)
    owner = owner_of(simulator, 2)
    car = Vehicle(owner.vehicle_id, owner.token, transport=simulator)

    answers = car.batch("/permissions?limit=2", "/service/history?start_date=2020-01-01")

    assert len(answers.permissions(limit=2).permissions) == 2
    assert answers.service_history().items


# --- what a server may do -------------------------------------------------------------------------


def test_an_item_that_the_server_left_out_is_its_failure_not_the_program_s() -> None:
    answers = answered(ANSWERS[0], asked=["/odometer", "/fuel", "/"])

    for ask in (answers.fuel, answers.attributes, lambda: answers["/fuel"]):
        with pytest.raises(DecodeError, match="answered without /"):
            ask()
    assert answers.odometer().distance == 37829


@pytest.mark.parametrize(
    "broken", [None, "odd", 7, [], {}, {"path": None}, {"path": "/fuel", "code": "odd"}], ids=repr
)
def test_an_item_that_is_none_does_not_spoil_the_others(broken: Any) -> None:
    answers = answered(broken, ANSWERS[0], asked=["/fuel", "/odometer"])

    assert answers.odometer().distance == 37829
    with pytest.raises(DecodeError):
        answers.fuel()


@pytest.mark.parametrize("headers", [None, [], "odd", {"sc-data-age": None}], ids=repr)
def test_an_item_may_have_any_headers(headers: Any) -> None:
    item = {"path": "/odometer", "code": 200, "body": {"distance": 1}, "headers": headers}

    odometer = answered(item, asked=["/odometer"]).odometer()

    assert (odometer.distance, odometer.meta.data_age) == (1, None)


def test_an_item_without_a_code_has_that_of_its_body() -> None:
    refused = {"path": "/fuel", "body": {**REFUSED, "statusCode": 403}}

    with pytest.raises(PermissionDeniedError) as raised:
        answered(refused, asked=["/fuel"]).fuel()
    assert raised.value.status_code == 403


def test_a_path_is_known_with_and_without_its_slashes() -> None:
    item = {"path": "odometer/", "code": 200, "body": {"distance": 1}}

    assert answered(item, asked=["/odometer"])["odometer"].distance == 1


async def test_paths_may_be_said_by_keyword() -> None:
    canned = Canned(reply({"responses": ANSWERS}))
    awaited = await AsyncVehicle("v", "t", transport=canned).batch(paths=["/odometer", "/battery"])
    blocking = Vehicle("v", "t", transport=canned).batch(Vehicle.odometer, paths=("/battery",))
    alone = Vehicle("v", "t", transport=canned).batch(paths="/battery")

    assert awaited.paths == blocking.paths == ("/odometer", "/battery")
    assert alone.battery().percent_remaining == 0.5


def test_a_batch_can_be_copied_and_pickled() -> None:
    answers = batch()

    for same in (copy.copy(answers), copy.deepcopy(answers), pickle.loads(pickle.dumps(answers))):
        assert same.odometer() == answers.odometer()
        assert same.meta == answers.meta


# --- v3 -------------------------------------------------------------------------------------------


def on_v3(*asked: Any, **more: Any) -> models.Batch:
    told = [resource("odometer-traveleddistance", {"value": 100, "unit": "km"})]
    answer = reply({"data": told, **more}, headers={"sc-request-id": "r"})
    return Vehicle("v", "t", version="3", transport=Canned(answer)).batch(*asked)


def test_on_v3_what_was_not_asked_says_so_too() -> None:
    answers = on_v3(Vehicle.odometer)

    assert answers.odometer().distance == 100
    for ask in (
        answers.battery,
        answers.attributes,
        answers.permissions,
        lambda: answers.service_history("2025-01-01"),
        lambda: answers["/"],
    ):
        with pytest.raises(KeyError, match="was not asked in this batch, which has /odometer"):
            ask()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/service/history?start_date=soon", "start_date"),
        ("/service/history?since=2025-01-01", "v3 takes no such query"),
        ("/permissions?limit=2", "connections"),
        ("/odometer?a=1", "v3 takes no such query"),
        ("/?a=1", "v3 takes no such query"),
    ],
)
def test_on_v3_a_query_is_refused_before_it_is_sent(path: str, says: str) -> None:
    canned = Canned(reply({"data": []}))

    with pytest.raises(ValueError, match=says):
        Vehicle("v", "t", version="3", transport=canned).batch(path)
    assert canned.requests == []


@pytest.mark.parametrize(
    "included",
    [{}, {"vehicle": {"id": "v", "attributes": {"make": "KIA"}}}],
    ids=["not told", "told"],
)
def test_on_v3_the_attributes_have_the_reply_and_its_meta(included: Any) -> None:
    told = on_v3("/", included=included).attributes()

    assert told.id == "v"
    assert told.meta.request_id == told.request_id == "r"
    assert told.reply is not None


def test_on_v3_one_signal_that_is_none_does_not_spoil_the_attributes() -> None:
    told = {"data": ["broken"], "included": {"vehicle": {"id": "v", "attributes": {"make": "KIA"}}}}
    car = Vehicle("v", "t", version="3", transport=Canned(reply(told)))

    assert car.batch("/").attributes().make == "KIA"
