"""What a car says, in every shape it has come in: a value, or why there is none."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from readings import FACTS, VEHICLE, asked, asked_all, one, resource
from transports import Canned, reply

from smartcar import DecodeError, Reply, Smartcar, models
from smartcar.signals import Charge, TractionBattery, VehicleIdentification


def test_the_shape_of_2025_is_read() -> None:
    """Bare, epoch milliseconds, no status, relative links, units in words."""
    signal = asked(
        {
            "id": "odometer-traveleddistance",
            "type": "signal",
            "attributes": {
                "code": "odometer-traveleddistance",
                "name": "TraveledDistance",
                "group": "Odometer",
                "body": {"value": 41250.5, "unit": "kilometers"},
            },
            "meta": {"oemUpdatedAt": 1764547200000, "retrievedAt": 1764547205000},
            "links": {"self": "/vehicles/v/signals/odometer-traveleddistance"},
        },
        Date="Mon, 01 Dec 2025 00:10:00 GMT",
    )
    assert (signal.value, signal.unit, signal.status) == (41250.5, "kilometers", "SUCCESS")
    assert signal.oem_updated_at == datetime(2025, 12, 1, tzinfo=UTC)
    assert signal.vehicle is None


def test_the_list_of_2025_is_read() -> None:
    answer = {
        "data": [resource("motion-currentspeed", {"value": 30, "unit": "miles_per_hour"}, None)],
        "meta": {"page": 1, "pageSize": 10, "totalCount": 1},
        "links": {"self": "/vehicles/v/signals?page=1&pageSize=10", "next": None},
    }
    client = Smartcar(access_token="t", transport=Canned(reply(answer)))
    (signal,) = client.vehicle("v", user_id="u").signals()
    assert (signal.value, signal.unit) == (30.0, "miles_per_hour")


def test_the_vehicle_of_2025_is_read_bare_and_with_its_year_in_text() -> None:
    bare = {"id": "v", "type": "vehicle", "attributes": {"make": "KIA", "year": "2021"}}
    client = Smartcar(access_token="t", transport=Canned(reply(bare)))
    got = client.vehicle("v").attributes()
    assert (got.id, got.make, got.year, got.mode) == ("v", "KIA", 2021, None)


def test_a_live_capture_of_2026_is_read() -> None:
    signal = one("charge-wattage", {"value": 0, "unit": "watt"})
    assert (signal.value, type(signal.value), signal.unit) == (0.0, float, "watt")
    assert signal.ingested_at == datetime(2026, 6, 1, 10, 0, 6, tzinfo=UTC)


@pytest.mark.parametrize("status", [None, "SUCCESS", {"value": "SUCCESS"}], ids=str)
def test_without_a_status_it_is_a_success(status: object) -> None:
    signal = one("charge-voltage", {"value": 240}, status)
    assert (signal.value, signal.status, signal.error) == (240.0, "SUCCESS", None)
    assert signal.unit == "volts"  # the catalogue's, where the reply has none


ERRORS = {
    "cannot": ({"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE"}, None),
    "denied": ({"type": "PERMISSION", "code": None}, None),
    "not now": ({"type": "VEHICLE_STATE", "code": "NOT_CHARGING"}, {"value": None, "unit": "km/h"}),
    "cached": ({"type": "VEHICLE_STATE", "code": "ASLEEP"}, {"value": 15, "unit": "km/h"}),
    "server": ({"type": "SERVER", "code": "INTERNAL", "resolution": {"type": None}}, None),
    "text": ({"type": "SERVER", "code": "INTERNAL", "resolution": "RETRY_LATER"}, None),
    "bare": ({}, None),
}


@pytest.mark.parametrize("what", ERRORS)
def test_a_signal_in_error_has_no_value_and_says_why(what: str) -> None:
    error, body = ERRORS[what]
    bad = resource("charge-chargerate", body, {"value": "ERROR", "error": error}, meta={})
    got = asked_all(bad, resource("charge-voltage", {"value": 240}))
    signal = got[Charge.ChargeRate]
    assert signal.value is None
    assert signal.status == "ERROR"
    assert signal.error is not None
    assert (signal.error.type, signal.error.code) == (error.get("type"), error.get("code"))
    assert signal.age is None
    assert str(signal)
    assert got[Charge.Voltage].value == 240.0


@pytest.mark.parametrize("word", ["ERROR", "UNAVAILABLE", "TOMORROWS_WORD"])
def test_any_other_status_means_that_there_is_no_value(word: str) -> None:
    signal = one("charge-voltage", {"value": 240}, {"value": word})
    assert (signal.value, signal.status) == (None, word)
    assert signal.error is not None


def test_a_malformed_body_spoils_only_its_own_signal() -> None:
    got = asked_all(
        resource("charge-voltage", {"value": "high"}),
        resource("closure-doors", {"values": "all"}),
        resource("tractionbattery-stateofcharge", {"value": 55}),
    )
    for code in ("charge-voltage", "closure-doors"):
        error = got[code].error
        assert error is not None
        assert (error.type, error.code, got[code].value) == ("DECODE", "UNEXPECTED_BODY", None)
    assert got[TractionBattery.StateOfCharge].value == 55.0


@pytest.mark.parametrize("body", ["text", 17, ["list"], True], ids=str)
def test_a_body_that_is_no_object_spoils_only_its_own_signal(body: object) -> None:
    got = asked_all(
        resource("charge-voltage", body), resource("tractionbattery-stateofcharge", {"value": 55})
    )
    assert got[TractionBattery.StateOfCharge].value == 55.0
    assert got["charge-voltage"].value is None
    assert got["charge-voltage"].error is not None


def test_an_unknown_signal_is_kept_as_it_came() -> None:
    got = asked_all(
        resource("warp-drive", {"value": {"factor": 9}, "unit": "c"}),
        resource("warp-list", {"values": [1, 2]}),
        resource("warp-other", {"odd": True}),
    )
    assert got["warp-drive"].value == {"factor": 9}
    assert got["warp-drive"].unit == "c"
    assert got["warp-list"].value == [1, 2]
    assert got["warp-other"].value == {"odd": True}


def test_unknown_words_and_fields_are_kept_or_ignored() -> None:
    gear = one("transmission-gearstate", {"value": "SIDEWAYS", "extra": [1]})
    assert gear.value == "SIDEWAYS"
    assert gear.body["extra"] == [1]
    doors = one("closure-doors", {"values": [{"row": 0, "isAjar": True}], "shape": "gullwing"})
    assert doors.value is not None
    assert doors.value.values[0].row == 0


def test_what_a_car_leaves_out_is_none() -> None:
    lid = one("closure-fronttrunk", {"isOpen": None, "isLocked": None})
    assert (lid.value, lid.error) == (models.Opening(), None)
    limits = one("charge-chargelimits", {"values": [], "activeLimit": 90, "unit": "percent"})
    assert limits.value is not None
    assert (limits.value.values, limits.value.active_limit) == ((), 90)


@pytest.mark.parametrize(("sent", "value"), [(3, 3), (3.0, 3), ("3", 3)], ids=repr)
def test_a_whole_number_may_come_as_a_fraction_or_text(sent: object, value: int) -> None:
    signal = one("diagnostics-dtccount", {"value": sent})
    assert (signal.value, type(signal.value)) == (value, int)


def test_a_range_is_a_number_that_carries_its_other_estimates() -> None:
    body = {
        "value": 312.5,
        "type": "ESTIMATED",
        "additionalValues": [{"type": "RATED", "value": 400}],
        "unit": "km",
    }
    value = one("tractionbattery-range", body).value
    assert value == 312.5
    for each in (value, pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert (each.type, each.additional_values[0].value) == ("ESTIMATED", 400.0)
    old = one("tractionbattery-range", {"value": 300, "unit": "kilometers"}).value
    assert (old, old.type, old.additional_values) == (300.0, None, ())


# --- age ------------------------------------------------------------------------------------------


def test_age_is_told_by_the_servers_clock() -> None:
    item = resource("charge-voltage", {"value": 240})
    answer = {"data": item}
    assert asked(answer, date="Mon, 01 Jun 2026 10:10:00 GMT").age == timedelta(minutes=10)
    assert asked(answer, date="Mon, 01 Jun 2026 09:00:00 GMT").age == timedelta(0)
    (listed,) = asked_all(item, date="Mon, 01 Jun 2026 10:01:00 GMT")
    assert listed.age == timedelta(minutes=1)


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "Mon, 01 Jun 2026 10:10:00 -0000",
        "Mon, 01 Jun 99999999999 06:02:00 GMT",
        "Mon, 01 Jun 2026 06:02:00 +99999999999999999999",
    ],
)
def test_a_date_that_makes_no_sense_does_no_harm(date: str) -> None:
    age = asked({"data": resource("charge-voltage", {"value": 240})}, date=date).age
    assert age is not None
    assert age >= timedelta(0)


@pytest.mark.parametrize(
    "meta",
    [
        {"ingestedAt": "2026-06-01T10:00:06.000Z"},
        {"oemUpdatedAt": 0, "retrievedAt": 0},
        {"oemUpdatedAt": "never", "retrievedAt": 1e300},
        {"oemUpdatedAt": None, "retrievedAt": True},
        {},
    ],
    ids=str,
)
def test_a_fixed_trait_has_no_age(meta: dict[str, Any]) -> None:
    signal = one("vehicleidentification-vin", {"value": "5YJ3E1EA7KF317000"}, meta=meta)
    assert (signal.value, signal.age, signal.oem_updated_at) == ("5YJ3E1EA7KF317000", None, None)


# --- all of them ----------------------------------------------------------------------------------


def test_all_signals_are_a_collection_by_code() -> None:
    got = asked_all(
        resource("charge-voltage", {"value": 240}), resource("charge-amperage", {"value": 16})
    )
    assert len(got) == 2
    assert [each.code for each in got] == ["charge-voltage", "charge-amperage"]
    assert Charge.Voltage in got
    assert "charge-amperage" in got
    assert VehicleIdentification.VIN not in got
    assert got.get(VehicleIdentification.VIN) is None
    with pytest.raises(KeyError):
        got["nothing"]
    assert got.vehicle is not None
    assert got.vehicle.make == "KIA"


def test_a_car_that_has_said_nothing_gives_no_signals() -> None:
    assert len(asked_all()) == 0


def test_models_survive_pickling_copying_and_comparison() -> None:
    got = asked_all(*(resource(code, facts["example_body"]) for code, facts in FACTS.items()))
    for other in (pickle.loads(pickle.dumps(got)), copy.copy(got), copy.deepcopy(got)):
        assert other == got
        assert [each.value for each in other] == [each.value for each in got]
        assert [each.to_dict() for each in other] == [each.to_dict() for each in got]


def test_to_dict_is_plain_and_has_the_names_of_the_wire() -> None:
    item = resource("charge-voltage", {"value": 240, "unit": "volts"}, links={"self": "/s"})
    plain = one("charge-voltage", {"value": 240, "unit": "volts"}, links={"self": "/s"}).to_dict()
    assert {name: plain[name] for name in item} == item
    assert json.loads(json.dumps(plain)) == plain
    together = asked_all(item).to_dict()
    assert together["data"][0]["attributes"] == item["attributes"]
    assert together["included"] == {"vehicle": VEHICLE}


def test_to_dict_leaves_out_what_was_not_sent() -> None:
    item = resource("charge-voltage", {"value": 240, "unit": "volts"})
    assert one("charge-voltage", {"value": 240, "unit": "volts"}).to_dict() == item


def test_models_cannot_be_changed_by_accident() -> None:
    signal = one("charge-voltage", {"value": 240})
    with pytest.raises(AttributeError):
        signal.id = "other"  # type: ignore[misc]  # the point


def test_the_reply_stays_within_reach() -> None:
    signal = asked({"data": resource("charge-voltage")}, **{"sc-request-id": "abc"})
    assert signal.request_id == "abc"
    assert isinstance(signal.reply, Reply)
    (listed,) = asked_all(resource("charge-voltage"), **{"sc-request-id": "abc"})
    assert listed.request_id == "abc"


@pytest.mark.parametrize("status", [17, ["ERROR"], True], ids=str)
def test_a_status_of_no_known_shape_spoils_only_its_own_signal(status: object) -> None:
    got = asked_all(
        resource("charge-voltage", {"value": 240}, status),
        resource("tractionbattery-stateofcharge", {"value": 55}),
    )
    assert got[TractionBattery.StateOfCharge].value == 55.0


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": 7}', b"[" * 100_000])
def test_a_reply_that_is_no_signal_is_a_decode_error(body: bytes) -> None:
    with pytest.raises(DecodeError, match="not what the API promises"):
        asked(body)
