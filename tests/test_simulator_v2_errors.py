"""How v2.0 says no."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from old_caller import (
    CLIENT,
    MANAGEMENT,
    ONE_FORM,
    Owner,
    code_of,
    encoded,
    new_owner,
    owner_of,
    said,
)

from smartcar.protocol.wire import Request
from smartcar.simulator import Simulator
from smartcar.simulator.application import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from smartcar.simulator.classic.problems import classic_reply
from smartcar.simulator.classic.routes import ROUTES
from smartcar.simulator.problems import KNOWN, Refusal

OTHERS = "11111111-2222-4333-8444-555555555555"
SINCE_V3 = {"INVALID_INPUT_FORMAT", "MISSING_PARAMETER", "UNAUTHORIZED", "ACCESS_DENIED"} | {
    *("INVALID_PATH", "VEHICLE_NOT_FOUND", "SIGNAL_NOT_FOUND", "NOT_FOUND"),
    "DEVICE_PAIRING_REQUIRED",
}
DATA_PATHS = [
    route.endpoint.path.removeprefix("/vehicles/{vehicle_id}")
    for route in ROUTES
    if route.endpoint.method == "GET" and "{vehicle_id}" in route.endpoint.path
]


@pytest.fixture
def bmw(simulator: Simulator) -> Owner:
    return owner_of(simulator, 2)


@pytest.mark.parametrize("kind", [kind for kind in KNOWN if kind[1] not in SINCE_V3], ids=str)
def test_every_error_has_what_the_java_sdk_needs(kind: tuple[str, str | None]) -> None:
    reply = classic_reply(Refusal(*kind), "r" * 36, "https://connect.smartcar.com/x")
    body = json.loads(reply.body)

    always = {"statusCode", "type", "code", "description", "docURL", "resolution", "requestId"}
    several = kind == ("SERVER", "MULTIPLE_RECORDS_FOUND")
    assert always <= body.keys() <= always | {"suggestedUserMessage", "detail"}
    assert ("detail" in body) == several
    assert body["statusCode"] == reply.status == KNOWN[kind].status
    assert None not in {body["description"], body.get("suggestedUserMessage", "")}
    assert body["resolution"]["type"] == KNOWN[kind].resolution
    assert body["type"] == kind[0]
    if kind != ("PERMISSION", "UNKNOWN"):
        assert body["code"] == kind[1]
    page = r"https://smartcar\.com/docs/errors/api-errors/[a-z-]+-errors#[a-z-]+"
    assert re.fullmatch(page, body["docURL"])


def test_documentation_is_named_by_the_rule(simulator: Simulator, bmw: Owner) -> None:
    root = "https://smartcar.com/docs/errors/api-errors/"
    unplugged = new_owner(simulator, "VEHICLE_STATE.CHARGING_PLUG_NOT_CONNECTED@smartcar.com")
    other = bmw.ask(f"/vehicles/{OTHERS}/odometer")

    assert other.body["docURL"] == f"{root}permission-errors#null"
    assert bmw.ask("/nothing").body["docURL"] == f"{root}resource-errors#path"
    assert (
        unplugged.car("/odometer").body["docURL"]
        == f"{root}vehicle-state-errors#charging-plug-not-connected"
    )


def test_an_error_names_its_request(bmw: Owner) -> None:
    got = bmw.car("/nothing")

    assert got.body["requestId"] == got.headers["sc-request-id"]
    assert got.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", DATA_PATHS)
def test_every_read_needs_a_good_token(simulator: Simulator, bmw: Owner, path: str) -> None:
    refused = (401, "AUTHENTICATION", None)

    assert bmw.car(path, authorization="Bearer nonsense").error == refused
    assert bmw.car(path, authorization=CLIENT).error == refused
    simulator.clock.advance(7200)
    assert bmw.car(path).error == refused


def test_a_token_of_the_application_speaks_for_no_owner(simulator: Simulator, bmw: Owner) -> None:
    form = f"grant_type=client_credentials&client_id={DEFAULT_CLIENT_ID}"
    body = f"{form}&client_secret={DEFAULT_CLIENT_SECRET}".encode()
    token = json.loads(simulator.send(Request("POST", "/oauth2/token", body=body)).body)
    authorization = f"Bearer {token['access_token']}"

    assert bmw.car("/odometer", authorization=authorization).status == 401
    assert bmw.ask("/user", authorization=authorization).status == 401


@pytest.mark.parametrize("path", [path for path in DATA_PATHS if path != "/permissions"])
def test_every_read_needs_its_permission(simulator: Simulator, path: str) -> None:
    owner = new_owner(simulator, "a@example.com", "BMW", permissions=("read_alerts",))
    got = owner.car(path)

    assert got.error == (403, "PERMISSION", None)
    assert got.body["resolution"] == {"type": "REAUTHENTICATE"}
    assert "suggestedUserMessage" not in got.body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/charge", {"action": "START"}),
        ("/charge/limit", {"limit": 0.8}),
        ("/security", {"action": "LOCK"}),
        ("/navigation/destination", {"latitude": 1, "longitude": 1}),
    ],
)
def test_every_command_needs_its_permission(
    simulator: Simulator, path: str, body: dict[str, object]
) -> None:
    owner = new_owner(simulator, "a@example.com", permissions=("read_charge", "read_security"))

    assert owner.tell(path, **body).error == (403, "PERMISSION", None)


def test_an_id_that_is_none_is_malformed_and_anothers_is_forbidden(
    simulator: Simulator, bmw: Owner
) -> None:
    foreign = owner_of(simulator, 0).vehicle_id

    assert bmw.ask("/vehicles/bad_id/odometer").error == (400, "VALIDATION", None)
    assert bmw.ask("/vehicles/bad_id").error == (400, "VALIDATION", None)
    for vehicle_id in (OTHERS, foreign):
        for path in ("", "/odometer", "/vin", "/tesla/charge"):
            got = bmw.ask(f"/vehicles/{vehicle_id}{path}")
            assert got.error == (403, "PERMISSION", None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", ""),
        ("PUT", "/user"),
        ("POST", "/vehicles"),
        ("GET", f"/vehicles/{OTHERS}/odometre"),
        ("GET", f"/vehicles/{OTHERS}/batch"),
        ("POST", f"/vehicles/{OTHERS}/odometer"),
        ("GET", f"/vehicles/{OTHERS}/service_history"),
        ("GET", f"/vehicles/{OTHERS}/tesla"),
    ],
)
def test_an_unknown_path_is_not_found(bmw: Owner, method: str, path: str) -> None:
    assert bmw.ask(path, method=method).error == (404, "RESOURCE_NOT_FOUND", "PATH")


@pytest.mark.parametrize("version", ["v9.9", "v2.1", "v0.1", "vpotato"])
def test_an_unknown_version_is_not_found(simulator: Simulator, version: str) -> None:
    got = said(simulator.send(Request("GET", f"/{version}/user")))

    assert got.error == (404, "RESOURCE_NOT_FOUND", "VERSION")


TEXT = st.text(max_size=20) | st.sampled_from(
    ["", "/", "9999-12-31", "0001-01-01", "undefined", "1e999", "-0", "odometer", "tesla", "%3F"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        *("limit", "offset", "start_date", "endDate", "cursor", "mode", "vin", "scope", "region"),
        *("requests", "action", "latitude", "longitude", "make", "type", "user_id", "vehicle_id"),
    ]
)
PATHS = sorted({route.endpoint.path for route in ROUTES} | {"/vehicles/{vehicle_id}/batch"})
AUTHORIZATIONS = (None, CLIENT, MANAGEMENT, "Bearer x", "Basic %", "\xff", "Bearer \xff")


@settings(max_examples=300)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PATCH"]),
    path=st.sampled_from(PATHS) | TEXT.map(lambda text: f"/vehicles/{{vehicle_id}}/{text}"),
    query=st.dictionaries(NAMES, TEXT, max_size=4),
    body=st.dictionaries(NAMES, JSON, max_size=4).map(encoded) | st.binary(max_size=9),
    authorization=st.sampled_from(AUTHORIZATIONS),
)
def test_whatever_is_asked_there_is_an_answer(
    method: str, path: str, query: dict[str, str], body: bytes, authorization: str | None
) -> None:
    owner = owner_of(Simulator(seed=7), 2)
    path = path.replace("{vehicle_id}", owner.vehicle_id).replace("{webhook_id}", "x")

    got = owner.ask(path, query, method=method, body=body, authorization=authorization)

    assert got.status in {200, 400, 401, 403, 404, 409, 501}
    if got.status != 200:
        assert got.body["statusCode"] == got.status
        assert {"code", "resolution", "docURL", "description"} <= got.body.keys()


@pytest.mark.parametrize("path", ["/user/", "//user", "/vehicles/", "//vehicles//"])
def test_slashes_too_many_are_ignored(bmw: Owner, path: str) -> None:
    assert bmw.ask(path).status == 200


@pytest.mark.parametrize("path", DATA_PATHS)
def test_slashes_too_many_are_ignored_in_every_read_of_a_car(bmw: Owner, path: str) -> None:
    plain = bmw.car(path)

    for spelled in (f"{path}/", f"/{path or '/'}", path.replace("/", "//")):
        assert bmw.car(spelled).body == plain.body


def test_slashes_too_many_are_ignored_by_commands_and_the_management_api(bmw: Owner) -> None:
    assert bmw.tell("//security/", action="LOCK").status == 200
    assert bmw.car("/batch/", method="POST", body={"requests": [{"path": "/vin"}]}).status == 200
    assert bmw.ask("/management//connections/", authorization=MANAGEMENT).status == 200
    assert bmw.ask("/compatibility/matrix/", {"region": "US"}, authorization=CLIENT).status == 200


def test_two_bases_that_some_pages_print_lead_to_the_same(simulator: Simulator) -> None:
    for path, authorization in (
        ("/management/v2.0/connections", MANAGEMENT),
        ("/compatibility/v2.0/matrix", CLIENT),
    ):
        sent = {"authorization": authorization}
        got = said(simulator.send(Request("GET", path, {"region": "US"}, sent)))
        assert got.status == 200
        assert got.body


@pytest.mark.parametrize(
    "login",
    [
        *("VEHICLE_STATE.UNKNOWN", "VEHICLE_STATE.ASLEEP", "UPSTREAM.NO_RESPONSE"),
        *("CONNECTED_SERVICES_ACCOUNT.VEHICLE_MISSING", "BILLING.VEHICLE_REQUEST_LIMIT"),
    ],
)
def test_a_test_login_gives_its_error_to_all_that_is_not_static(
    simulator: Simulator, login: str
) -> None:
    owner = new_owner(simulator, f"{login}@smartcar.com")
    kind, code = login.split(".")
    static = {"", "/vin", "/permissions"}

    assert {owner.car(path).status for path in static} == {200}
    for path in set(DATA_PATHS) - static:
        assert owner.car(path).error[1:] == (kind, code)
    assert owner.tell("/security", action="LOCK").error[1:] == (kind, code)


def test_a_throttled_car_says_when_to_come_again(simulator: Simulator) -> None:
    got = new_owner(simulator, "RATE_LIMIT.VEHICLE@smartcar.com").car("/odometer")

    assert got.error == (429, "RATE_LIMIT", "VEHICLE")
    assert int(got.headers["retry-after"]) > 0


def test_resolutions_lead_somewhere(simulator: Simulator) -> None:
    account = "CONNECTED_SERVICES_ACCOUNT"
    again = new_owner(simulator, f"{account}.AUTHENTICATION_FAILED@smartcar.com")
    key = new_owner(simulator, f"{account}.VIRTUAL_KEY_REQUIRED@smartcar.com")
    resolution = again.car("/odometer").body["resolution"]

    assert resolution["type"] == "REAUTHENTICATE"
    assert f"vehicle_id={again.vehicle_id}" in resolution["url"]
    assert "redirect_uri" not in resolution["url"]
    assert key.car("/odometer").body["resolution"] == {
        "type": "ACTION_REQUIRED",
        "url": "https://www.tesla.com/_ak/smartcar.com",
    }


@pytest.mark.parametrize("path", ["/", "/oauth/token", "/oauth/token/", "//oauth//token"])
@pytest.mark.parametrize("again", ["/oauth/token/oauth/token", "/oauth/token"])
def test_the_token_endpoint_has_several_names(simulator: Simulator, path: str, again: str) -> None:
    code = code_of(simulator, "token@example.com", "read_odometer read_vin")
    headers = {**ONE_FORM, "authorization": CLIENT}

    def exchange(at: str, form: str) -> dict[str, str]:
        reply = simulator.send(Request("POST", at, {}, headers, form.encode()))
        assert reply.status == 200, reply.body
        tokens: dict[str, str] = json.loads(reply.body)
        return tokens

    form = f"grant_type=authorization_code&code={code}&redirect_uri=undefined"
    first = exchange(path, form)
    second = exchange(again, f"grant_type=refresh_token&refresh_token={first['refresh_token']}")

    for token in (first["access_token"], second["access_token"]):
        sent = {"authorization": f"Bearer {token}"}
        assert simulator.send(Request("GET", "/v2.0/user", {}, sent)).status == 200
