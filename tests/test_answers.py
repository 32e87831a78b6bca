"""What is no answer is not read as one, and what was done is not taken for a failure."""

from __future__ import annotations

from typing import Any

import pytest
from readings import resource
from transports import Canned, reply

from smartcar import (
    BillingError,
    CompatibilityError,
    DecodeError,
    NotFoundError,
    SmartcarError,
    Vehicle,
)
from smartcar.api.classic_account import ClassicAccount


def on_v2(body: Any, status: int = 200) -> Vehicle:
    return Vehicle("v", "t", transport=Canned(reply(body, status)))


def on_v3(body: Any, units: str = "metric") -> Vehicle:
    return Vehicle("v", "t", version="3", unit_system=units, transport=Canned(reply(body)))


@pytest.mark.parametrize("body", [{"foo": 1}, {}, {"type": "PERMISSION", "statusCode": 403}])
@pytest.mark.parametrize("name", ["odometer", "vin", "fuel", "permissions", "lock_status"])
def test_foreign_json_is_no_answer(name: str, body: Any) -> None:
    with pytest.raises(DecodeError):
        getattr(on_v2(body), name)()


def test_nulls_are_an_answer_with_nothing_in_it() -> None:
    assert on_v2({"range": None, "percentRemaining": None}).battery().range is None


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_what_was_done_may_be_answered_with_nothing(body: bytes) -> None:
    car = on_v2(body)

    assert car.disconnect().reply is not None
    assert car.unsubscribe("amt", "w").reply is not None
    assert car.subscribe("w").reply is not None


@pytest.mark.parametrize("percent", [1, 0.8, 49, 101])
@pytest.mark.parametrize("version", ["2.0", "3"])
def test_a_percentage_is_no_fraction(version: str, percent: Any) -> None:
    canned = Canned(reply({"status": "success"}))
    car = Vehicle("v", "t", version=version, transport=canned)

    with pytest.raises(ValueError, match="percent"):
        car.set_charge_limit(percent=percent)
    assert canned.requests == []


def test_a_null_reading_is_not_taken_for_a_car_that_cannot() -> None:
    one = {"data": resource("tractionbattery-nominalcapacity", {"value": None})}
    two = [
        resource(code, {"value": None})
        for code in ("tractionbattery-stateofcharge", "tractionbattery-range")
    ]

    assert on_v3(one).battery_capacity().capacity is None
    assert on_v3({"data": two}).battery().range is None


def test_a_car_that_tells_no_such_thing_is_told_apart_by_type_and_code() -> None:
    with pytest.raises(CompatibilityError) as raised:
        on_v3({"data": [resource("closure-islocked", {"value": True})]}).fuel()
    assert (raised.value.type, raised.value.code) == ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")


def test_a_signal_that_is_none_does_not_spoil_the_others() -> None:
    told = [
        resource("tractionbattery-stateofcharge", {"value": 68}),
        resource("tractionbattery-range", {"value": 275}),
        "broken",
    ]

    battery = on_v3({"data": told}).battery()

    assert (battery.percent_remaining, battery.range) == (0.68, 275)


def test_another_signal_than_the_one_that_was_asked_for_is_no_answer() -> None:
    with pytest.raises(DecodeError, match="odometer"):
        on_v3({"data": resource("tractionbattery-range", {"value": 100})}).odometer()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ({"value": "ERROR", "error": {"type": "BILLING", "code": "INVALID_PLAN"}}, BillingError),
        ({"value": "ERROR", "error": {"type": "RESOURCE_NOT_FOUND"}}, NotFoundError),
        ({"value": "UNAVAILABLE"}, NotFoundError),
    ],
)
def test_an_error_within_a_signal_keeps_its_class(status: Any, kind: type[SmartcarError]) -> None:
    with pytest.raises(kind):
        on_v3({"data": resource("odometer-traveleddistance", status=status)}).odometer()


def test_a_reading_that_nobody_can_read_is_no_failure_of_the_service() -> None:
    with pytest.raises(DecodeError):
        on_v3({"data": resource("odometer-traveleddistance", {"value": "far"})}).odometer()


@pytest.mark.parametrize(("unit", "metric"), [("MI", 160.9344), ("Miles", 160.9344), ("KM", 100)])
def test_units_are_known_in_any_case(unit: str, metric: float) -> None:
    said = resource("odometer-traveleddistance", {"value": 100, "unit": unit})

    assert on_v3({"data": said}).odometer().distance == pytest.approx(metric)


# --- lists ----------------------------------------------------------------------------------------

VISIT = {
    "serviceId": 1,
    "serviceDate": "2025-01-31T00:00:00Z",
    "odometerDistance": 1000.5,
    "serviceTasks": [{"taskId": "t", "taskDescription": None}],
    "serviceDetails": [{"type": "Dealer", "value": None}],
    "serviceCost": {"totalCost": None, "currency": "EUR"},
}
IN_V3 = {
    "id": 1,
    "time": "2025-01-31T00:00:00Z",
    "odometer": 1000.5,
    "cost": {"currency": "EUR"},
    "tasks": [{"id": "t"}],
    "details": [{"id": "Dealer"}],
}


@pytest.mark.parametrize("said", [[VISIT, VISIT], [VISIT], []], ids=len)
def test_a_history_is_the_list_that_the_server_said(said: list[Any]) -> None:
    assert on_v2(said).service_history().to_dict() == said


def test_a_history_is_the_same_list_on_v3() -> None:
    told = {"data": resource("service-records", {"values": [IN_V3]})}

    assert on_v3(told).service_history().to_dict() == [VISIT]


def test_a_matrix_is_the_mapping_that_the_server_said() -> None:
    entry = {"model": "LEAF", "startYear": 2018, "endYear": None, "type": "BEV"}
    said = {"NISSAN": [{**entry, "endpoints": ["EV battery"], "permissions": []}], "TESLA": []}
    matrix = ClassicAccount.compatibility_matrix.read(reply(said))

    assert matrix.to_dict() == said
    assert matrix.replace().to_dict() == said
