"""Endpoints of single makes, on v2.0."""

from __future__ import annotations

import pytest
from old_caller import Owner, new_owner, owner_of

from smartcar.simulator import Simulator
from smartcar.simulator.classic.makes import SPECIALS

TESLA, BMW, AUDI = 0, 2, 9
NEEDS_A_CHARGE = {f"charge/{each}" for each in ("completion", "voltmeter", "wattmeter", "ammeter")}
READS = [each for each in SPECIALS if each.method == "GET" and "tesla" in each.makes]


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, TESLA)


@pytest.fixture
def charging(tesla: Owner) -> Owner:
    tesla.tell("/charge/limit", limit=1)
    assert tesla.car("/charge").body["state"] == "CHARGING"
    return tesla


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


def test_the_charge_port_opens_and_shuts(tesla: Owner) -> None:
    path, code = "/tesla/charge/charge_port_door", "charge-ischargingportflapopen"
    plugged = tesla.tell(path, action="CLOSE")
    tesla.by_hand("unplug")

    assert plugged.error == (409, "VEHICLE_STATE", "CHARGING_PLUG_CONNECTED")
    assert tesla.tell(path, action="OPEN").body["status"] == "success"
    assert tesla.signal(code)["value"] is True
    assert tesla.tell(path, action="CLOSE").body["status"] == "success"
    assert tesla.signal(code)["value"] is False
    assert tesla.tell(path, action="SLAM").error == (400, "VALIDATION", None)


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
