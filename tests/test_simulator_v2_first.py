"""v1.0, which was before v2.0: its errors, and the logins and VINs that stand for errors."""

from __future__ import annotations

import pytest
from old_caller import ORIGIN, Owner, Said, encoded, new_owner, owner_of, said
from old_caller import _issued as issued

from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator
from smartcar.simulator.connect.consent import agree, garage
from smartcar.simulator.connect.fates import FATED_VINS, FIRST_VERSION
from smartcar.simulator.connect.logins import read_login
from smartcar.simulator.fleet import ALL_PERMISSIONS

OTHERS = "11111111-2222-4333-8444-555555555555"
ACTION, STATE = "vehicle_owner_action_required", "vehicle_state_error"


def ask(
    owner: Owner, path: str, *, method: str = "GET", body: object = None, token: str | None = None
) -> Said:
    """Ask v1.0."""
    sent = {"authorization": f"Bearer {owner.token if token is None else token}"}
    content = b"" if body is None else encoded(body)
    return said(owner.simulator.send(Request(method, f"/v1.0{path}", {}, sent, content, ORIGIN)))


def car(owner: Owner, path: str, **more: object) -> Said:
    return ask(owner, f"/vehicles/{owner.vehicle_id}{path}", **more)  # type: ignore[arg-type]


def told(got: Said) -> tuple[int, str, str | None]:
    return got.status, got.body["error"], got.body["code"]


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    return owner_of(simulator, 2)


def test_an_error_has_just_the_fields_that_old_sdks_look_for(bmw: Owner) -> None:
    got = ask(bmw, "/nothing")

    assert got.body.keys() == {"error", "message", "code", "statusCode", "requestId"}
    assert got.body["statusCode"] == got.status == 404
    assert got.body["requestId"] == got.headers["sc-request-id"]
    assert got.body["message"]


def test_what_goes_well_is_answered_as_v2_does(bmw: Owner) -> None:
    for path in ("", "/vin", "/odometer", "/permissions"):
        assert car(bmw, path).body == bmw.car(path).body
    assert ask(bmw, "/vehicles/").body == bmw.ask("/vehicles").body


def test_every_kind_of_refusal_has_its_old_name(simulator: Simulator, bmw: Owner) -> None:
    stranger = new_owner(simulator, "a@example.com", "BMW", permissions=("read_vin",))
    tesla = owner_of(simulator, 0)

    assert told(ask(bmw, "/vehicles/bad_id/odometer")) == (400, "validation_error", None)
    assert told(ask(bmw, "/user", token="x")) == (401, "authentication_error", None)
    assert told(car(stranger, "/odometer")) == (403, "permission_error", None)
    assert told(ask(bmw, f"/vehicles/{OTHERS}/vin")) == (403, "permission_error", None)
    assert told(ask(bmw, "/nothing")) == (404, "resource_not_found_error", None)
    assert told(car(tesla, "/fuel")) == (501, "vehicle_not_capable_error", None)
    tesla.by_hand("unplug")
    start = car(tesla, "/charge", method="POST", body={"action": "START"})
    assert told(start) == (409, STATE, "VS_000")


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("RATE_LIMIT.VEHICLE", (429, "rate_limiting_error", None)),
        ("BILLING.VEHICLE_REQUEST_LIMIT", (430, "monthly_limit_exceeded", None)),
        ("SERVER.INTERNAL", (500, "server_error", None)),
        ("UPSTREAM.NO_RESPONSE", (500, "server_error", None)),
        ("COMPATIBILITY.SMARTCAR_NOT_CAPABLE", (501, "smartcar_not_capable_error", None)),
        ("COMPATIBILITY.VEHICLE_NOT_CAPABLE", (501, "vehicle_not_capable_error", None)),
        ("VEHICLE_STATE.HOOD_OPEN", (409, STATE, "VS_003")),
        ("VEHICLE_STATE.ASLEEP", (409, STATE, "VS_000")),
        ("CONNECTED_SERVICES_ACCOUNT.NO_VEHICLES", (409, ACTION, "VOA_000")),
    ],
)
def test_logins_of_v2_mean_the_same_on_v1(
    simulator: Simulator, login: str, error: tuple[int, str, str | None]
) -> None:
    owner = new_owner(simulator, f"{login}@smartcar.com")

    assert told(car(owner, "/odometer")) == error


@pytest.mark.parametrize("code", FIRST_VERSION)
def test_a_login_of_v1_gives_its_code_to_all_that_is_not_static(
    simulator: Simulator, code: str
) -> None:
    kind = ACTION if code.startswith("VOA") else STATE
    name = code.lower().replace("_", "-")
    owner = new_owner(simulator, f"smartcar@{name}.{kind.replace('_', '-')}.com")

    for path in ("", "/vin", "/permissions"):
        assert car(owner, path).status == 200
    for path in ("/odometer", "/location", "/battery"):
        assert told(car(owner, path)) == (409, kind, code)
        assert owner.car(path).error[1:] == FIRST_VERSION[code]
    unlock = car(owner, "/security", method="POST", body={"action": "UNLOCK"})
    assert told(unlock) == (409, kind, code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("vs-000.vehicle-state-error", "Vehicle state cannot be determined."),
        ("vs-002.vehicle-state-error", "Some of the vehicle's trunks are open."),
        ("vs-003.vehicle-state-error", "The vehicle's hood is open."),
    ],
)
def test_texts_are_those_that_old_tests_compare(
    simulator: Simulator, code: str, message: str
) -> None:
    owner = new_owner(simulator, f"smartcar@{code}.com")

    assert car(owner, "/odometer").body["message"] == message


def test_the_text_of_a_missing_permission_is_that_of_the_sdks(simulator: Simulator) -> None:
    owner = new_owner(simulator, "a@example.com", permissions=("read_vin",))
    text = "Insufficient permissions to access requested resource."

    assert car(owner, "/location").body["message"] == text


@pytest.mark.parametrize(
    "login", ["smartcar@vs-999.vehicle-state-error.com", "smartcar@vs-001.example.com"]
)
def test_a_code_that_nobody_knows_means_nothing(simulator: Simulator, login: str) -> None:
    assert car(new_owner(simulator, login), "/odometer").status == 200


@pytest.mark.parametrize("vin", FATED_VINS)
def test_a_vin_stands_for_an_error_whoever_signs_in(simulator: Simulator, vin: str) -> None:
    world, now, email = simulator.world, simulator.clock.now(), "a@example.com"
    cars = garage(world, email, "LAND_ROVER", read_login(email), mode="simulated", vin=vin, now=now)
    agree(world, email, cars, ALL_PERMISSIONS, external_id=None, now=now)
    owner = Owner(simulator, email, issued(simulator, world.garage.user_id_of(email)), cars[0].id)

    assert owner.car("/vin").body == {"vin": vin}
    assert owner.car("/odometer").error[1:] == FATED_VINS[vin]


def test_a_batch_is_refused_in_the_words_of_its_version(simulator: Simulator) -> None:
    owner = new_owner(simulator, "smartcar@vs-001.vehicle-state-error.com")
    body = {"requests": [{"path": "/odometer"}]}
    (item,) = car(owner, "/batch", method="POST", body=body).body["responses"]

    assert (item["code"], item["body"]["error"], item["body"]["code"]) == (409, STATE, "VS_001")
