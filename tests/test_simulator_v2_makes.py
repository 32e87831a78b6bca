"""Endpoints of single makes, on v2.0: which there are, and what they read."""

from __future__ import annotations

import pytest
from old_caller import Owner, new_owner, owner_of

from smartcar.simulator import Simulator
from smartcar.simulator.classic.makes import SPECIALS

TESLA, BMW, AUDI = 0, 2, 9
NEEDS_A_CHARGE = {f"charge/{each}" for each in ("completion", "voltmeter", "wattmeter", "ammeter")}
PATHS = {
    "tesla": {
        *("GET alerts", "GET attributes", "GET status", "GET battery", "GET charge"),
        *("GET charge/completion", "GET charge/voltmeter", "GET charge/wattmeter"),
        *("GET charge/ammeter", "POST charge/ammeter", "GET charge/schedule"),
        *("POST charge/schedule", "POST charge/charge_port_door", "GET charge/records"),
        *("GET charge/records/billing", "GET climate/cabin", "POST climate/cabin"),
        *("GET climate/defroster", "POST climate/defroster", "GET climate/steering_wheel"),
        *("POST climate/steering_wheel", "GET compass", "GET speedometer"),
        *("GET thermometer/exterior", "GET thermometer/interior", "POST security/frunk"),
        *("POST security/trunk", "POST pin", "DELETE pin", "GET migration", "GET virtual_key"),
        *("GET user/access", "GET user/info"),
    },
    "cadillac": {"GET charge/completion", "GET charge/voltmeter"},
    "chevrolet": {"GET charge/completion", "GET charge/voltmeter"},
    "ford": {"GET charge/schedule_by_location", "PUT charge/schedule_by_location"},
    "lincoln": {"GET charge/schedule_by_location", "PUT charge/schedule_by_location"},
    "nissan": {"GET charge/schedule", "PUT charge/schedule"},
    "bmw": {"GET charge/records"},
    "mini": {"GET charge/records"},
    "audi": {"GET charge"},
}
"""All that Smartcar has documented."""
OTHER_NAMES = {"GET virtual_key/status", "GET user"}
"""As the guide to v3 calls two of them."""
READS = [each for each in SPECIALS if each.method == "GET" and "tesla" in each.makes]


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, TESLA)


@pytest.fixture
def charging(tesla: Owner) -> Owner:
    tesla.tell("/charge/limit", limit=1)
    assert tesla.car("/charge").body["state"] == "CHARGING"
    return tesla


@pytest.mark.parametrize("make", PATHS)
def test_every_endpoint_of_the_reference_is_there_and_no_other(make: str) -> None:
    answered = {f"{each.method} {each.path}" for each in SPECIALS if make in each.makes}

    assert answered - OTHER_NAMES == PATHS[make]


@pytest.mark.parametrize("path", [each.path for each in READS])
def test_every_read_of_a_tesla_answers(charging: Owner, path: str) -> None:
    got = charging.car(f"/tesla/{path}")

    assert got.status == 200
    assert got.body


@pytest.mark.parametrize(
    "special", [each for each in READS if each.permission], ids=lambda s: s.path
)
def test_every_read_needs_its_permission(simulator: Simulator, special: object) -> None:
    owner = new_owner(simulator, "a@example.com", permissions=("read_vin",))

    assert owner.car(f"/tesla/{special.path}").error == (403, "PERMISSION", None)


def test_a_charge_is_told_as_v3_tells_it(charging: Owner) -> None:
    body = charging.car("/tesla/charge").body

    assert body["state"] == "CHARGING"
    assert body["socLimit"] == 1
    assert body["wattage"] * 1000 == pytest.approx(
        charging.signal("charge-wattage")["value"], abs=50
    )
    assert body["completionTime"].endswith("Z")
    assert charging.car("/tesla/charge/completion").body == {"time": body["completionTime"]}


@pytest.mark.parametrize("path", sorted(NEEDS_A_CHARGE))
def test_without_a_charge_there_is_nothing_to_measure(tesla: Owner, path: str) -> None:
    assert tesla.car(f"/tesla/{path}").error == (409, "VEHICLE_STATE", "NOT_CHARGING")
    tesla.by_hand("unplug")
    assert tesla.car(f"/tesla/{path}").error == (
        409,
        "VEHICLE_STATE",
        "CHARGING_PLUG_NOT_CONNECTED",
    )


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("thermometer/exterior", "temperature"),
        ("thermometer/interior", "temperature"),
        ("climate/cabin", "temperature"),
        ("speedometer", "speed"),
        ("battery", "range"),
    ],
)
def test_units_are_converted_and_said(tesla: Owner, path: str, key: str) -> None:
    metric = tesla.car(f"/tesla/{path}")
    imperial = tesla.car(f"/tesla/{path}", sc_unit_system="imperial")
    value = metric.body[key]
    wanted = value * 9 / 5 + 32 if key == "temperature" else value / 1.609344

    assert metric.headers["sc-unit-system"] == "metric"
    assert imperial.headers["sc-unit-system"] == "imperial"
    assert imperial.body[key] == pytest.approx(wanted, abs=0.01)
    assert "sc-unit-system" not in tesla.car("/tesla/compass").headers


def test_a_make_is_written_in_lower_case(tesla: Owner) -> None:
    assert tesla.car("/TESLA/compass").error == (403, "PERMISSION", None)


def test_a_car_of_another_make_is_not_capable(simulator: Simulator) -> None:
    got = owner_of(simulator, BMW).car("/tesla/compass")

    assert got.error == (501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE")


def test_other_makes_have_endpoints_too(simulator: Simulator) -> None:
    records = owner_of(simulator, BMW).car("/bmw/charge/records").body["records"]
    charge = owner_of(simulator, AUDI).car("/audi/charge").body

    assert records[-1].keys() >= {"chargeStart", "chargeEnd", "energy", "chargingType"}
    assert charge.keys() >= {"chargingStatus", "isPluggedIn", "wattage", "socLimit"}


def test_attributes_tell_how_a_tesla_was_built(tesla: Owner) -> None:
    got = tesla.car("/tesla/attributes").body
    papers = tesla.car("").body

    assert {name: got[name] for name in papers} == papers
    assert got["nickname"] == tesla.signal("vehicleidentification-nickname")["value"]
    assert (
        got["style"]["exteriorColor"]
        == tesla.signal("vehicleidentification-exteriorcolor")["value"]
    )
    assert got["atHome"] == tesla.signal("location-isathome")["value"]
    assert got["wheel"] == {"style": "Aero", "diameter": 482.6}
    assert got.keys() - papers.keys() == {
        *("firmwareVersion", "trimBadging", "efficiencyPackage", "performancePackage"),
        *("nickname", "driverAssistVersion", "atHome", "sentryMode", "style", "wheel", "driveUnit"),
    }


def test_records_say_what_was_charged_and_where(tesla: Owner) -> None:
    records = tesla.car("/tesla/charge/records").body["records"]
    told = tesla.signal("charge-chargerecords")["values"]

    assert [each["recordId"] for each in records] == [each["id"] for each in reversed(told)]
    for each in records:
        assert each["home"] + each["other"] + each["superCharger"] == each["total"]
        assert each["total"] == each["energyConsumed"]
        assert each["cost"].keys() == {"currency", "energy", "other"}
        assert each["location"] in {"Home", "Work", None}


def test_what_was_paid_for_on_the_way_is_billed(simulator: Simulator) -> None:
    owner = owner_of(simulator, TESLA)
    for _ in range(8):
        simulator.clock.advance("2d")
        owner.token = _renewed(owner)
        records = owner.car("/tesla/charge/records").body["records"]
        away = [each for each in records if each["location"] != "Home"]
        billed = owner.car("/tesla/charge/records/billing").body
        assert billed["hasMoreData"] is False
        assert [each["recordId"] for each in billed["records"]] == [
            each["recordId"] for each in away
        ]
        assert not billed["records"] or "total" not in billed["records"][0]


def _renewed(owner: Owner) -> str:
    return owner_of(owner.simulator, TESLA).token


def test_records_are_of_the_days_that_were_asked_for(tesla: Owner) -> None:
    path = "/tesla/charge/records"
    everything = tesla.car(path).body["records"]
    day = everything[1]["chargeStart"][:10]
    of_day = tesla.car(path, {"startDate": day, "endDate": day}).body["records"]

    assert of_day
    assert {each["chargeStart"][:10] for each in of_day} == {day}
    assert tesla.car(path, {"startDate": "2030-01-01"}).body["records"] == []
    assert tesla.car(path, {"page": "2"}).body == {"records": [], "hasMoreData": False}
    assert tesla.car(path, {"startDate": "soon"}).error == (400, "VALIDATION", None)
    assert tesla.car(path, {"page": "x" * 9}).status == 200


def test_records_begin_when_the_owner_said_yes(simulator: Simulator) -> None:
    owner = new_owner(simulator, "new@example.com")

    assert owner.signal("charge-chargerecords")["values"]
    assert owner.car("/tesla/charge/records").body["records"] == []
    earlier = {"startDate": "2026-01-01"}
    assert owner.car("/tesla/charge/records", earlier).body["records"]
