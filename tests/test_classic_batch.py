"""A batch: every answer typed by what asked for it, every error its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from readings import resource
from transports import Canned, reply

from smartcar import (
    AsyncVehicle,
    CompatibilityError,
    InvalidRequestError,
    PermissionDeniedError,
    RateLimitError,
    TemporaryError,
    Vehicle,
    models,
)

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
