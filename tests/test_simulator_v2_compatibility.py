"""What v2.0 says can be connected."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from old_caller import CLIENT, Owner, Said, basic, owner_of

from smartcar.simulator import Simulator
from smartcar.simulator.cars.designs import DESIGNS
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.classic.capabilities import CAPABILITIES, TABLE, table
from smartcar.simulator.connect.brands import BRANDS, BrandRow
from smartcar.simulator.connect.consent import garage
from smartcar.simulator.connect.logins import Login

MALFORMED = (400, "VALIDATION", None)


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    return owner_of(simulator, 2)


def ask(owner: Owner, path: str = "", **query: str) -> Said:
    return owner.ask(f"/compatibility{path}", query, authorization=CLIENT)


def capable(owner: Owner, vin: str, scope: str, **query: str) -> dict[str, Any]:
    body = ask(owner, vin=vin, scope=scope, **query).body
    assert (body["compatible"], body["reason"]) == (True, None)
    return {each["endpoint"]: each["reason"] for each in body["capabilities"]}


def test_the_table_is_that_of_the_designs() -> None:
    # smartcar.simulator.classic.capabilities.write() writes it anew.
    assert msgspec.json.decode(TABLE.read_bytes()) == table()


MAKES = (
    *("ACURA", "ALFA_ROMEO", "AUDI", "BMW", "BUICK", "CADILLAC", "CHEVROLET", "CHRYSLER"),
    *("CITROEN", "DODGE", "DS", "FIAT", "FORD", "GMC", "HONDA", "HYUNDAI", "INFINITI", "JAGUAR"),
    *("JEEP", "KIA", "LAND_ROVER", "LEXUS", "LINCOLN", "MAZDA", "MERCEDES-BENZ", "MINI"),
    *("NISSAN", "OPEL", "PEUGEOT", "POLESTAR", "PORSCHE", "RAM", "RENAULT", "RIVIAN", "SKODA"),
    *("SUBARU", "TESLA", "TOYOTA", "VAUXHALL", "VOLKSWAGEN", "VOLVO"),
)
"""Every make that a page of the documentation names, and some that its list of makes has."""


def test_the_table_has_every_make_that_the_documentation_names() -> None:
    assert set(MAKES) <= {each["make"] for each in table()}


KNOWN = [brand for brand in BRANDS if brand.available and brand.wmis]


@pytest.mark.parametrize("brand", KNOWN, ids=lambda brand: brand.make)
def test_a_vin_of_every_make_is_known(bmw: Owner, brand: BrandRow) -> None:
    for wmi in brand.wmis.split():
        vin = f"{wmi}3E1EA1NF000001"  # of 2022
        assert ask(bmw, vin=vin, scope="read_vin").body["compatible"] is True


@pytest.mark.parametrize("vin", ["0SCTSLA1234567890", "1SCW111B6BNL61XYD"])
def test_vins_of_cars_that_are_none_are_known_in_their_own_mode_only(
    simulator: Simulator, bmw: Owner, vin: str
) -> None:
    mode: Mode = "test" if vin.startswith("0") else "simulated"
    world, now = simulator.world, simulator.clock.now()
    garage(world, "a@example.com", "TESLA", Login(), mode=mode, vin=vin, now=now)

    assert ask(bmw, vin=vin, scope="read_vin").error == MALFORMED
    assert ask(bmw, vin=vin, scope="read_vin", mode="live").error == MALFORMED
    assert capable(bmw, vin, "read_vin", mode="simulated") == {"/vin": None}


def test_every_make_of_the_table_has_an_electric_car_or_is_one_of_the_fleet() -> None:
    electric = {each["make"] for each in table() if each["type"] == "BEV"}
    designed = {design.make for design in DESIGNS}

    assert {each["make"] for each in table()} <= electric | designed
    assert {each["type"] for each in table() if each["make"] == "LUCID"} == {"BEV"}


def test_the_table_has_every_make_that_connect_offers() -> None:
    makes = {each["make"] for each in table()}

    assert makes == {brand.make for brand in BRANDS if brand.available}


def test_each_endpoint_of_a_permission_is_listed(bmw: Owner) -> None:
    vin = bmw.car("/vin").body["vin"]
    body = ask(bmw, vin=vin, scope="read_battery required:control_charge", country="US").body

    assert body["capabilities"][0] == {
        "permission": "read_battery",
        "endpoint": "/battery",
        "capable": True,
        "reason": None,
    }
    assert [each["endpoint"] for each in body["capabilities"]] == [
        *("/battery", "/battery/capacity", "/battery/nominal_capacity"),
        *("/charge", "/charge/limit"),
    ]


@pytest.mark.parametrize("index", range(12))
def test_what_is_said_of_a_car_is_what_it_answers(simulator: Simulator, index: int) -> None:
    owner = owner_of(simulator, index)
    vin = owner.car("/vin").body["vin"]
    reads = {each for each in CAPABILITIES if each.permission.startswith("read_")}
    withheld = {"read_location"} if index == 8 else set[str]()
    for each in reads:
        if each.permission not in withheld:
            told = capable(owner, vin, each.permission)[each.endpoint]
            got = owner.car("" if each.endpoint == "/" else each.endpoint)
            assert got.status == (200 if told is None else 501), each


def test_known_vins_have_known_answers(bmw: Owner) -> None:
    tesla, audi, old = "5YJXCDE22HF068739", "WAUAFAFL1GN014882", "WBAKE5C58DJ107700"
    fuel, lacks = "0SCGMCT0386A85356", "5YJSA1E29LF403082"

    assert capable(bmw, tesla, "read_odometer") == {"/odometer": None}
    assert set(capable(bmw, tesla, "read_battery read_charge control_charge").values()) == {None}
    assert capable(bmw, tesla, "read_fuel read_engine_oil") == {
        "/fuel": "VEHICLE_NOT_CAPABLE",
        "/engine/oil": "VEHICLE_NOT_CAPABLE",
    }
    assert capable(bmw, audi, "read_odometer") == {"/odometer": "VEHICLE_NOT_CAPABLE"}
    assert ask(bmw, vin=old, scope="read_odometer").body == {
        "compatible": False,
        "reason": "VEHICLE_NOT_COMPATIBLE",
        "capabilities": [],
    }
    both = "read_odometer read_fuel"
    assert capable(bmw, fuel, both) == {"/odometer": None, "/fuel": "VEHICLE_NOT_CAPABLE"}
    assert capable(bmw, lacks, "read_fuel") == {"/fuel": "SMARTCAR_NOT_CAPABLE"}


def test_other_vins_are_judged_by_maker_and_year(bmw: Owner) -> None:
    def reason(vin: str) -> str | None:
        found: str | None = ask(bmw, vin=vin, scope="read_vin").body["reason"]
        return found

    assert reason("5YJ3E1EA1NF000001") is None
    assert reason("5YJ3E1EA1DF000001") == "VEHICLE_NOT_COMPATIBLE"
    assert reason("ZZZ3E1EA1NF000001") == "MAKE_NOT_COMPATIBLE"


def test_capabilities_are_told_for_the_us_only(bmw: Owner) -> None:
    assert capable(bmw, "5YJXCDE22HF068739", "read_odometer", country="DE") == {}


def test_test_mode_answers_by_its_level(bmw: Owner) -> None:
    def level(name: str) -> Said:
        query = {"vin": "0SCGMCT0386A85356", "scope": "read_fuel read_charge", "mode": "test"}
        return ask(bmw, **query, test_mode_compatibility_level=name)

    reasons = [each["reason"] for each in level("bev").body["capabilities"]]
    assert reasons == ["VEHICLE_NOT_CAPABLE", None, None]
    assert level("incompatible").body["compatible"] is False
    assert level("nonsense").error == MALFORMED
    assert level("").body["detail"] == [
        {
            "field": "test_mode_compatibility_level",
            "message": "Field must be one of: [compatible,phev,incompatible,fuel,dinosaur,bev]",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"scope": "read_vin"},
        {"vin": "5YJXCDE22HF068739"},
        {"vin": "5YJ", "scope": "read_vin"},
        {"vin": "5YJXCDE22HF068739", "scope": "read_wine"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(bmw: Owner, query: dict[str, str]) -> None:
    assert ask(bmw, **query).error == MALFORMED


@pytest.mark.parametrize("path", ["", "/matrix"])
def test_only_the_application_may_ask(bmw: Owner, path: str) -> None:
    for authorization in (None, basic("nobody", "nonsense")):
        got = bmw.ask(f"/compatibility{path}", {"region": "US"}, authorization=authorization)
        assert got.error == (401, "AUTHENTICATION", None)


def test_the_matrix_has_models_by_make(bmw: Owner) -> None:
    body = ask(bmw, "/matrix", region="US", make="tesla nissan", type="BEV").body

    assert body.keys() == {"TESLA", "NISSAN"}
    model = next(each for each in body["TESLA"] if each["model"] == "Model 3")
    assert model.keys() == {
        *("model", "startYear", "endYear", "type"),
        *("endpoints", "permissions"),
    }
    assert (model["startYear"], model["endYear"], model["type"]) == (2019, 2024, "BEV")
    assert {"EV battery", "Lock & unlock"} <= set(model["endpoints"])
    assert "read_fuel" not in model["permissions"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("ALFA_ROMEO", {"ALFA_ROMEO"}),
        ("ALFA ROMEO", {"ALFA_ROMEO"}),
        ("alfa-romeo", {"ALFA_ROMEO"}),
        ("tesla Alfa Romeo land rover", {"TESLA", "ALFA_ROMEO", "LAND_ROVER"}),
        ("mercedes benz MINI", {"MERCEDES-BENZ", "MINI"}),
        ("ROMEO ALFA", set[str]()),
        ("TRABANT", set[str]()),
    ],
)
def test_the_matrix_knows_makes_however_they_are_spelled(
    bmw: Owner, said: str, found: set[str]
) -> None:
    assert ask(bmw, "/matrix", region="US", make=said).body.keys() == found


def test_the_matrix_keeps_to_region_and_scope(bmw: Owner) -> None:
    europe = ask(bmw, "/matrix", region="EUROPE").body
    fuel = ask(bmw, "/matrix", region="US", scope="read_fuel read_battery").body

    assert "RENAULT" in europe
    assert "CHEVROLET" not in europe
    assert {each["type"] for entries in fuel.values() for each in entries} == {"PHEV"}
    assert ask(bmw, "/matrix").error == MALFORMED
    assert ask(bmw, "/matrix", region="MARS").error == MALFORMED
