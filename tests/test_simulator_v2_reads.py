"""What v2.0 reads from simulated cars, and with which headers."""

from __future__ import annotations

import re

import pytest
from old_caller import Owner, new_owner, owner_of

from smartcar.simulator import Simulator

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BMW, FORD, NISSAN = 2, 3, 10

CONVERTIBLE = ("/battery", "/fuel", "/odometer", "/tires/pressure")
PLAIN = (
    *("/battery/capacity", "/battery/nominal_capacity", "/charge", "/charge/limit", "/location"),
    *("/engine/oil", "/security", "/diagnostics/system_status", "/diagnostics/dtcs"),
    "/service/history",
)
STATIC = ("", "/vin", "/permissions")


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    """The owner of a plug-in hybrid: it has everything that v2.0 reads."""
    return owner_of(simulator, BMW)


@pytest.mark.parametrize("path", CONVERTIBLE)
def test_what_has_units_says_so_and_how_old_it_is(bmw: Owner, path: str) -> None:
    got = bmw.car(path)

    assert got.status == 200
    assert got.headers["sc-unit-system"] == "metric"
    assert INSTANT.fullmatch(got.headers["sc-data-age"])
    assert INSTANT.fullmatch(got.headers["sc-fetched-at"])
    assert got.headers["sc-data-age"] <= got.headers["sc-fetched-at"]
    assert len(got.headers["sc-request-id"]) == 36


@pytest.mark.parametrize("path", PLAIN)
def test_what_has_no_units_says_how_old_it_is_only(bmw: Owner, path: str) -> None:
    got = bmw.car(path, sc_unit_system="imperial")

    assert got.status == 200
    assert INSTANT.fullmatch(got.headers["sc-data-age"])
    assert INSTANT.fullmatch(got.headers["sc-fetched-at"])
    assert "sc-unit-system" not in got.headers


@pytest.mark.parametrize("path", STATIC)
def test_papers_have_no_age(bmw: Owner, path: str) -> None:
    got = bmw.car(path)

    assert got.status == 200
    assert got.headers.keys() & {"sc-data-age", "sc-fetched-at", "sc-unit-system"} == set()
    assert len(got.headers["sc-request-id"]) == 36


def test_every_body_has_the_shape_of_the_reference(bmw: Owner) -> None:
    shapes = {
        "": {"id", "make", "model", "year"},
        "/vin": {"vin"},
        "/permissions": {"permissions", "paging"},
        "/odometer": {"distance"},
        "/location": {"latitude", "longitude"},
        "/fuel": {"range", "percentRemaining", "amountRemaining"},
        "/battery": {"percentRemaining", "range"},
        "/battery/capacity": {"capacity"},
        "/battery/nominal_capacity": {"availableCapacities", "capacity", "url"},
        "/charge": {"isPluggedIn", "state"},
        "/charge/limit": {"limit"},
        "/tires/pressure": {"frontLeft", "frontRight", "backLeft", "backRight"},
        "/engine/oil": {"lifeRemaining"},
        "/security": {"isLocked", "doors", "windows", "sunroof", "storage", "chargingPort"},
        "/diagnostics/system_status": {"systems"},
        "/diagnostics/dtcs": {"activeCodes"},
    }

    assert {path: bmw.car(path).body.keys() for path in shapes} == shapes


def test_both_versions_tell_of_the_same_car(bmw: Owner) -> None:
    assert bmw.car("/vin").body["vin"] == bmw.signal("vehicleidentification-vin")["value"]
    odometer = bmw.signal("odometer-traveleddistance")["value"]
    assert bmw.car("/odometer").body["distance"] == odometer
    place = bmw.signal("location-preciselocation")
    assert bmw.car("/location").body == {name: place[name] for name in ("latitude", "longitude")}
    level = bmw.signal("tractionbattery-stateofcharge")["value"]
    assert bmw.car("/battery").body["percentRemaining"] == round(level / 100, 4)
    bars = [tire["tirePressure"] for tire in bmw.signal("wheel-tires")["values"]]
    assert list(bmw.car("/tires/pressure").body.values()) == [round(bar * 100, 1) for bar in bars]


def test_imperial_units_are_converted_and_said(bmw: Owner) -> None:
    def asked(path: str, key: str) -> tuple[float, float]:
        imperial = bmw.car(path, sc_unit_system="imperial")
        assert imperial.headers["sc-unit-system"] == "imperial"
        return bmw.car(path).body[key], imperial.body[key]

    for path, key, factor in (
        ("/odometer", "distance", 1.609344),
        ("/battery", "range", 1.609344),
        ("/fuel", "range", 1.609344),
        ("/fuel", "amountRemaining", 3.785411784),
        ("/tires/pressure", "backLeft", 6.894757),
    ):
        metric, imperial = asked(path, key)
        assert imperial * factor == pytest.approx(metric, abs=0.05)
    for path in ("/battery", "/fuel"):
        metric, imperial = asked(path, "percentRemaining")
        assert metric == imperial


def test_an_unknown_unit_system_is_refused(bmw: Owner) -> None:
    got = bmw.car("/odometer", sc_unit_system="nautical")

    assert got.error == (400, "VALIDATION", None)


def test_a_year_is_a_number(bmw: Owner) -> None:
    assert bmw.car("").body == {
        "id": bmw.vehicle_id,
        "make": "BMW",
        "model": "330e",
        "year": 2021,
    }


def test_the_capacity_that_smartcar_knows_needs_no_choice(bmw: Owner) -> None:
    assert bmw.car("/battery/nominal_capacity").body == {
        "availableCapacities": [{"capacity": 12.0, "description": None}],
        "capacity": {"nominal": 12.0, "source": "SMARTCAR"},
        "url": None,
    }


def test_what_a_car_lacks_is_not_capable(simulator: Simulator) -> None:
    not_capable = (501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
    pickup, tesla = owner_of(simulator, FORD), owner_of(simulator, 0)

    for path in ("/battery", "/battery/capacity", "/charge", "/charge/limit"):
        assert pickup.car(path).error == not_capable
    for path in ("/fuel", "/engine/oil", "/service/history"):
        assert tesla.car(path).error == not_capable


def test_parts_are_open_closed_or_not_listed(simulator: Simulator) -> None:
    nissan = owner_of(simulator, NISSAN).car("/security").body
    bmw = owner_of(simulator, BMW).car("/security").body

    assert nissan["windows"] == nissan["sunroof"] == []
    doors = ["frontLeft", "frontRight", "backRight", "backLeft"]
    assert [part["type"] for part in bmw["doors"]] == doors
    assert [part["type"] for part in bmw["storage"]] == ["rear", "front"]
    assert [part["type"] for part in bmw["sunroof"]] == ["sunroof"]
    assert bmw["chargingPort"] == [{"type": "chargingPort", "status": "OPEN"}]
    parts = [part for each in (nissan, bmw) for some in list(each.values())[1:] for part in some]
    assert {part["status"] for part in parts} <= {"OPEN", "CLOSED", "UNKNOWN"}


def test_makes_that_leave_out_fuel_in_europe_say_null(simulator: Simulator) -> None:
    owners = [new_owner(simulator, f"fuel{n}@example.com", "VOLKSWAGEN") for n in range(30)]
    tanks = [got.body for owner in owners if (got := owner.car("/fuel")).status == 200]

    assert None in {tank["amountRemaining"] for tank in tanks}
    assert all(tank["percentRemaining"] is not None for tank in tanks)


def test_a_service_history_is_a_list_of_the_last_year(bmw: Owner) -> None:
    (last,) = bmw.car("/service/history").body

    assert INSTANT.fullmatch(last["serviceDate"])
    assert last.keys() == {
        *("serviceId", "serviceDate", "odometerDistance"),
        *("serviceTasks", "serviceDetails", "serviceCost"),
    }
    assert last["serviceTasks"][0].keys() == {"taskId", "taskDescription"}
    assert last["serviceDetails"][0].keys() == {"type", "value"}
    assert last["serviceCost"].keys() == {"totalCost", "currency"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"start_date": "undefined", "end_date": "undefined"}, 1),
        ({"startDate": "", "endDate": ""}, 1),
        ({"start_date": "2020-01-01"}, 3),
        ({"startDate": "2020-01-01"}, 3),
        ({"startDate": "2020-01-01T00:00:00.000Z", "endDate": "2020-02-01"}, 0),
        ({"end_date": "2026-02-16"}, 1),
        ({"start_date": "2026-02-17", "end_date": "2026-02-17"}, 1),
    ],
)
def test_dates_are_read_as_every_sdk_writes_them(
    bmw: Owner, query: dict[str, str], count: int
) -> None:
    assert len(bmw.car("/service/history", query).body) == count


def test_the_query_that_the_java_sdk_puts_into_the_path_is_found(bmw: Owner) -> None:
    got = bmw.car("/service/history%3Fstart_date=2020-01-01&end_date=2020-02-01")

    assert (got.status, got.body) == (200, [])


def test_a_date_that_is_none_is_refused(bmw: Owner) -> None:
    got = bmw.car("/service/history", {"start_date": "yesterday"})

    assert got.error == (400, "VALIDATION", None)
    assert got.body["detail"][0]["field"] == ["start_date"]


def test_systems_have_the_names_of_v2(bmw: Owner) -> None:
    systems = bmw.car("/diagnostics/system_status").body["systems"]

    assert {"systemId": "SYSTEM_EV_HV_BATTERY", "status": "OK", "description": None} in systems
    assert all(each["systemId"].startswith("SYSTEM_") for each in systems)


def test_trouble_codes_have_times(simulator: Simulator) -> None:
    nissan = owner_of(simulator, NISSAN)
    for _ in range(40):
        codes = nissan.car("/diagnostics/dtcs").body["activeCodes"]
        if codes:
            break
        simulator.clock.advance("1d")
        nissan = owner_of(simulator, NISSAN)

    assert [each["code"] for each in codes] == ["P3102"]
    assert INSTANT.fullmatch(codes[0]["timestamp"])


def test_a_body_on_a_read_is_ignored(bmw: Owner) -> None:
    assert bmw.car("/odometer", body={}).status == 200
    assert bmw.car("/odometer", body=b"{").status == 200
