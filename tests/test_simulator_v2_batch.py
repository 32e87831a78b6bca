"""Several reads in one request of v2.0."""

from __future__ import annotations

import pytest
from old_caller import Owner, Said, new_owner, owner_of

from smartcar.simulator import Simulator


def batch(owner: Owner, *paths: str, **headers: str) -> Said:
    body = {"requests": [{"path": path} for path in paths]}
    return owner.car("/batch", method="POST", body=body, **headers)


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


def test_items_come_in_their_order_with_headers_in_lower_case(tesla: Owner) -> None:
    got = batch(tesla, "/odometer", "charge", "/location/", "/")
    items = got.body["responses"]

    assert [item["path"] for item in items] == ["/odometer", "/charge", "/location", "/"]
    assert {item["code"] for item in items} == {200}
    ages = {"sc-data-age", "sc-fetched-at"}
    assert [item["headers"].keys() for item in items] == [
        *(ages | {"sc-unit-system"}, ages, ages),
        set(),
    ]
    assert items[0]["body"] == tesla.car("/odometer").body
    assert items[3]["body"]["make"] == "TESLA"
    assert {name for name in got.headers if name.startswith("sc-")} == {"sc-request-id"}


def test_an_item_that_fails_has_no_headers_and_the_id_of_the_batch(tesla: Owner) -> None:
    got = batch(tesla, "/fuel", "/engine/oil")

    assert got.status == 200
    for item in got.body["responses"]:
        assert item.keys() == {"path", "code", "body"}
        assert (item["code"], item["body"]["code"]) == (501, "VEHICLE_NOT_CAPABLE")
        assert item["body"]["requestId"] == got.headers["sc-request-id"]


def test_each_item_needs_its_own_permission(simulator: Simulator) -> None:
    owner = new_owner(simulator, "a@example.com", permissions=("read_odometer",))
    odometer, battery = batch(owner, "/odometer", "/battery").body["responses"]

    assert (odometer["code"], battery["code"]) == (200, 403)
    assert battery["body"]["resolution"] == {"type": "REAUTHENTICATE"}


def test_units_hold_for_every_item(tesla: Owner) -> None:
    got = batch(tesla, "/odometer", "/tires/pressure", sc_unit_system="imperial")

    units = [item["headers"]["sc-unit-system"] for item in got.body["responses"]]
    assert units == ["imperial", "imperial"]


def test_a_query_and_a_make_are_understood(tesla: Owner) -> None:
    got = batch(tesla, "/permissions?limit=1", "/tesla/compass").body["responses"]

    assert len(got[0]["body"]["permissions"]) == 1
    assert got[1]["body"].keys() == {"direction", "heading"}


@pytest.mark.parametrize(
    "path", ["/odometre", "/batch", "/tesla/nothing", "/application", "/navigation"]
)
def test_a_path_that_is_none_fails_the_whole_batch(tesla: Owner, path: str) -> None:
    got = batch(tesla, "/odometer", path)

    assert got.error == (400, "VALIDATION", None)


def test_requests_must_be_there(tesla: Owner) -> None:
    got = tesla.car("/batch", method="POST", body={"paths": ["/odometer"]})

    assert got.error == (400, "VALIDATION", None)
    assert got.body["detail"] == [{"field": ["requests"], "message": '"requests" is required'}]


@pytest.mark.parametrize("requests", [[], "odometer", {}, [1], [{}], [{"path": 1}]])
def test_requests_must_be_a_list_of_paths(tesla: Owner, requests: object) -> None:
    got = tesla.car("/batch", method="POST", body={"requests": requests})

    assert got.error == (400, "VALIDATION", None)


def test_a_test_login_fails_items_not_the_batch(simulator: Simulator) -> None:
    owner = new_owner(simulator, "VEHICLE_STATE.ASLEEP@smartcar.com")
    got = batch(owner, "/odometer", "/vin")

    assert got.status == 200
    assert [item["code"] for item in got.body["responses"]] == [409, 200]
