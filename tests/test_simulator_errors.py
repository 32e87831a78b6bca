"""What the simulated API refuses, and how it says so."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartcar.cli.browser import Browser
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import Simulator
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET
from smartcar.simulator.problems import KNOWN, RETRY_AFTER, Refusal

ORIGIN = "https://vehicle.api.smartcar.com"
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def token_of(smartcar: Simulator, path: str = "/oauth2/token", **fields: str) -> str:
    body = urlencode(CLIENT | fields).encode()
    token: str = json.loads(smartcar.send(Request("POST", path, body=body)).body)["access_token"]
    return token


class Caller:
    """Somebody with a token."""

    def __init__(self, smartcar: Simulator, token: str | None = None) -> None:
        self.smartcar = smartcar
        self.token = token or token_of(smartcar, grant_type="client_credentials")

    def ask(
        self,
        path: str,
        query: dict[str, str] | None = None,
        *,
        method: str = "GET",
        user: str | None = None,
        body: bytes = b"",
    ) -> Reply:
        headers = {"authorization": f"Bearer {self.token}"}
        if user is not None:
            headers["sc-user-id"] = user
        return self.smartcar.send(Request(method, path, query or {}, headers, body, ORIGIN))

    def command(self, car: str, name: str, user: str, attributes: Any) -> Reply:
        body = json.dumps({"data": {"attributes": attributes}}).encode()
        path = f"/v3/vehicles/{car}/commands/{name}"
        return self.ask(path, method="POST", user=user, body=body)


@pytest.fixture
def caller() -> Caller:
    return Caller(Simulator(seed=7))


@pytest.fixture
def tesla(caller: Caller) -> tuple[str, str]:
    grant = caller.smartcar.world.fleet.grant(0)
    return grant.vehicle_id, grant.user_id


def error(reply: Reply) -> tuple[int, str, str | None]:
    """Status, type and code, of a body that has the shape of the reference."""
    assert reply.headers["content-type"] == "application/json"
    body = json.loads(reply.body)
    assert body.keys() == {"errors"}
    (item,) = body["errors"]
    optional = {"suggestedUserMessage"}
    required = {"status", "type", "code", "title", "detail", "resolution", "links", "meta"}
    assert required <= item.keys() <= required | optional
    assert item["status"] == str(reply.status)
    assert item["resolution"].keys() == {"type"}
    assert item["links"]["about"].startswith("https://smartcar.com/docs/")
    assert item["meta"] == {"debug": {"requestId": reply.headers["sc-request-id"]}}
    assert item["detail"]
    assert item["title"]
    return reply.status, item["type"], item["code"]


def detail(reply: Reply) -> str:
    text: str = json.loads(reply.body)["errors"][0]["detail"]
    return text


BAD_FORM = (400, "VALIDATION", "INVALID_INPUT_FORMAT")
MISSING = (400, "VALIDATION", "MISSING_PARAMETER")
NO_PATH = (404, "RESOURCE_NOT_FOUND", "INVALID_PATH")
NO_CAR = (404, "RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND")
FORBIDDEN = (403, "PERMISSION", None)

# --- all of them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "code"), KNOWN)
def test_every_error_has_the_shape_of_the_reference(kind: str, code: str | None) -> None:
    reply = Refusal(kind, code).reply("0f1e")
    status, *_ = error(Reply(reply.status, {**reply.headers, "sc-request-id": "0f1e"}, reply.body))
    by_kind = {
        "VALIDATION": {400},
        "CONNECTED_SERVICES_ACCOUNT": {400},
        "AUTHENTICATION": {401, 403},
        "PERMISSION": {403},
        "RESOURCE_NOT_FOUND": {404},
        "VEHICLE_STATE": {409},
        "RATE_LIMIT": {429},
        "BILLING": {430},
        "SERVER": {500},
        "COMPATIBILITY": {501},
        "UPSTREAM": {502},
    }
    assert status in by_kind[kind]


def test_only_a_throttled_vehicle_says_when_to_come_again() -> None:
    assert Refusal("RATE_LIMIT", "VEHICLE").reply("x").headers["retry-after"] == str(RETRY_AFTER)
    assert "retry-after" not in Refusal("RATE_LIMIT", "SMARTCAR_API").reply("x").headers


# --- paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v3",
        "/v3/",
        "/v3/vehicles",
        "/v3/nothing",
        "/v3/connections/a/b",
        "/V3/connections",
        "/v3//connections",
        "/v3/connections//",
        "/v3/\x00",
        "/v3/vehicles/x/battery",
        "/oauth2/nothing",
        "/" + "a" * 100000,
        "",
        "*",
        "/v3/é/%ff",
    ],
)
def test_an_unknown_path_is_not_found(caller: Caller, path: str) -> None:
    assert error(caller.ask(path)) == NO_PATH


@pytest.mark.parametrize("path", ["/v4/connections", "/v31/x"])
def test_an_unknown_version_is_not_found(caller: Caller, path: str) -> None:
    reply = caller.ask(path)
    body = json.loads(reply.body)
    told = body["errors"][0] if "errors" in body else body
    assert (reply.status, told["type"], told["code"]) == (404, "RESOURCE_NOT_FOUND", "VERSION")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "POST", "HEAD", "OPTIONS", "", "GÈT"])
def test_an_unknown_method_is_not_found(caller: Caller, method: str) -> None:
    assert error(caller.ask("/v3/connections", method=method)) == NO_PATH


def test_the_tokens_of_the_api_are_posted_for(caller: Caller) -> None:
    assert error(caller.ask("/oauth2/token")) == NO_PATH


def test_a_trailing_slash_is_accepted(caller: Caller, tesla: tuple[str, str]) -> None:
    car, user = tesla
    for path in ("/v3/connections", f"/v3/vehicles/{car}", f"/v3/vehicles/{car}/signals"):
        one, other = caller.ask(path, user=user), caller.ask(f"{path}/", user=user)
        assert one.status == other.status == 200
        assert one.body == other.body
    lock = f"/v3/vehicles/{car}/commands/security/lock/"
    assert caller.ask(lock, method="POST", user=user).status == 200


@pytest.mark.parametrize("which", ["unknown", "%2e%2e", "%00", "é", "x" * 10_000, "%F0%9F%9A%97"])
def test_an_unknown_thing_is_not_found(caller: Caller, which: str) -> None:
    assert error(caller.ask(f"/v3/vehicles/{which}")) == NO_CAR
    for kind in ("connections", "webhooks", "applications", "subscriptions"):
        assert error(caller.ask(f"/v3/{kind}/{which}"))[:2] == (404, "RESOURCE_NOT_FOUND")
    for kind in ("connections", "users", "subscriptions"):
        reply = caller.ask(f"/v3/{kind}/{which}", method="DELETE")
        assert error(reply)[:2] == (404, "RESOURCE_NOT_FOUND")


def test_an_unknown_car_is_named(caller: Caller) -> None:
    assert detail(caller.ask("/v3/vehicles/abc")) == "Vehicle with ID abc not found"


@pytest.mark.parametrize("code", ["nothing", "odometer", "ODOMETER-TRAVELEDDISTANCE", "%20", "é"])
def test_an_unknown_signal_is_not_found(caller: Caller, tesla: tuple[str, str], code: str) -> None:
    reply = caller.ask(f"/v3/vehicles/{tesla[0]}/signals/{code}", user=tesla[1])
    assert error(reply) == (404, "RESOURCE_NOT_FOUND", "SIGNAL_NOT_FOUND")


@pytest.mark.parametrize("kind", ["command-executions", "charge-schedules"])
def test_an_unknown_execution_is_not_found(
    caller: Caller, tesla: tuple[str, str], kind: str
) -> None:
    reply = caller.ask(f"/v3/vehicles/{tesla[0]}/{kind}/nothing", user=tesla[1])
    assert error(reply)[:2] == (404, "RESOURCE_NOT_FOUND")


# --- pages ---------------------------------------------------------------------------------------

LISTS = ["/v3/connections", "/v3/webhooks", "/v3/subscriptions", "/v3/applications"]
LISTS += ["/v3/compatible-vehicles"]
NO_NUMBERS = ["", "0", "-1", "text", "1.0", "1e1", " 1", "+1", "\uff11", "0x1", "1" * 5000, "NaN"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("text", [*NO_NUMBERS, "101"])
def test_a_page_has_from_1_to_100_items(caller: Caller, path: str, text: str) -> None:
    reply = caller.ask(path, {"page[size]": text})
    assert error(reply) == BAD_FORM
    assert "page[size]" in detail(reply)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_pages_are_counted_from_1(caller: Caller, path: str, text: str) -> None:
    assert error(caller.ask(path, {"page[number]": text})) == BAD_FORM


@pytest.mark.parametrize("number", ["3", "99999", "999999999"])
def test_a_page_past_the_end_is_empty_and_leads_back(caller: Caller, number: str) -> None:
    page = json.loads(caller.ask("/v3/connections", {"page[number]": number}).body)
    assert page["data"] == []
    assert page["meta"]["totalCount"] == 12
    assert page["meta"]["pageNumber"] == int(number)
    assert page["links"]["next"] is None
    assert _number(page["links"]["prev"]) == _number(page["links"]["last"]) == 2


def test_an_empty_list_has_one_empty_page(caller: Caller) -> None:
    page = json.loads(caller.ask("/v3/subscriptions").body)
    assert (page["data"], page["meta"]["totalCount"]) == ([], 0)
    links = page["links"]
    assert links["next"] is links["prev"] is None
    assert links["self"] == links["first"] == links["last"]


@pytest.mark.parametrize("size", [1, 4, 5, 12, 100])
def test_following_the_links_finds_everything_once_in_both_directions(
    caller: Caller, size: int
) -> None:
    everything = json.loads(caller.ask("/v3/connections", {"page[size]": "100"}).body)["data"]
    for first, towards in (("first", "next"), ("last", "prev")):
        page = json.loads(caller.ask("/v3/connections", {"page[size]": str(size)}).body)
        link, pages = page["links"][first], []
        while link is not None:
            parts = urlsplit(link)
            page = json.loads(caller.ask(parts.path, dict(parse_qsl(parts.query))).body)
            assert page["links"]["self"] == link
            assert page["meta"]["pageSize"] == size
            pages.append(page["data"])
            link = page["links"][towards]
        if towards == "prev":
            pages.reverse()
        assert [each for page in pages for each in page] == everything


def _number(link: str) -> int:
    return int(dict(parse_qsl(urlsplit(link).query))["page[number]"])


def test_links_keep_the_filters(caller: Caller, tesla: tuple[str, str]) -> None:
    query = {"filter[userId]": tesla[1], "page[size]": "1"}
    page = json.loads(caller.ask("/v3/connections", query).body)
    for link in page["links"].values():
        if link is not None:
            assert query.items() <= dict(parse_qsl(urlsplit(link).query)).items()
            assert "%5B" in link
            assert "[" not in link


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v3/connections", {"filter[vehicle.mode]": "dream"}),
        ("/v3/connections", {"filter[vehicle.mode]": ""}),
        ("/v3/subscriptions", {"filter[vehicle.mode]": "LIVE"}),
        ("/v3/webhooks", {"filter[isEnabled]": "perhaps"}),
        ("/v3/compatible-vehicles", {"filter[region]": "MOON"}),
        ("/v3/compatible-vehicles", {"filter[powertrainType]": "STEAM"}),
    ],
)
def test_a_filter_with_a_word_that_is_unknown_is_refused(
    caller: Caller, path: str, query: dict[str, str]
) -> None:
    reply = caller.ask(path, query)
    assert error(reply) == BAD_FORM
    assert next(iter(query)) in detail(reply)


def test_a_query_that_nobody_knows_is_ignored(caller: Caller) -> None:
    assert caller.ask("/v3/connections", {"colour": "red", "": ""}).status == 200


# --- on whose behalf -----------------------------------------------------------------------------

ASKED = [
    ("GET", "signals"),
    ("GET", "signals/odometer-traveleddistance"),
    ("POST", "commands/charge/start"),
    ("POST", "commands/charge/stop"),
    ("POST", "commands/charge-port/open"),
    ("POST", "commands/charge-port/close"),
    ("POST", "commands/security/lock"),
    ("POST", "commands/security/unlock"),
    ("GET", "command-executions/exec_1"),
    ("GET", "charge-schedules/sched_1"),
    ("DELETE", "charge-schedules/sched_1"),
    ("GET", "charge-schedule-executions/exec_1"),
]


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_who_is_meant_must_be_said(
    caller: Caller, tesla: tuple[str, str], method: str, path: str
) -> None:
    reply = caller.ask(f"/v3/vehicles/{tesla[0]}/{path}", method=method)
    assert error(reply) == MISSING
    assert detail(reply) == "missing userId"


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_somebody_elses_car_is_forbidden(
    caller: Caller, tesla: tuple[str, str], method: str, path: str
) -> None:
    stranger = caller.smartcar.world.fleet.grant(1).user_id
    for user in (stranger, "nobody"):
        reply = caller.ask(f"/v3/vehicles/{tesla[0]}/{path}", method=method, user=user)
        assert error(reply) == FORBIDDEN


def test_attributes_need_no_user_and_mind_none(caller: Caller, tesla: tuple[str, str]) -> None:
    for user in (None, tesla[1], "nobody"):
        assert caller.ask(f"/v3/vehicles/{tesla[0]}", user=user).status == 200


def owner_token(smartcar: Simulator, email: str, make: str) -> tuple[str, str]:
    """A user's own token, and the user's id."""
    browser = Browser(smartcar, ORIGIN)
    callback = "https://app.example.com/callback"
    browser.open("/oauth/authorize", {"client_id": CLIENT_ID, "redirect_uri": callback})
    browser.press("continue-button")
    browser.press(make)
    browser.press("sign-in-button", username=email, password="any")
    if "code" not in browser.sent_back:
        browser.press("approval-button")
    back = browser.sent_back
    fields = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": callback}
    return token_of(smartcar, "/oauth/token", **fields), back["user_id"]


def test_a_users_token_needs_no_user_and_sees_only_that_users_cars(
    caller: Caller, tesla: tuple[str, str]
) -> None:
    token, user = owner_token(caller.smartcar, "ada@example.com", "TESLA")
    ada = Caller(caller.smartcar, token)
    page = json.loads(ada.ask("/v3/connections").body)
    (mine,) = page["data"]
    car = mine["relationships"]["vehicle"]["data"]["id"]
    assert mine["relationships"]["user"]["data"]["id"] == user
    assert page["meta"]["totalCount"] == 1
    assert ada.ask(f"/v3/vehicles/{car}/signals").status == 200
    assert ada.ask(f"/v3/vehicles/{car}/signals", user=tesla[1]).status == 200
    lock = f"/v3/vehicles/{car}/commands/security/lock"
    assert ada.ask(lock, method="POST").status == 200
    assert error(ada.ask(f"/v3/vehicles/{tesla[0]}")) == NO_CAR
    assert error(ada.ask(f"/v3/vehicles/{tesla[0]}/signals", user=tesla[1])) == NO_CAR
    assert json.loads(ada.ask("/v3/connections", {"filter[userId]": tesla[1]}).body)["data"] in (
        [],
        [mine],
    )
    assert error(ada.ask(f"/v3/users/{tesla[1]}", method="DELETE"))[0] in {403, 404}
    theirs = caller.smartcar.world.fleet.grant(0).id
    for method in ("GET", "DELETE"):
        assert error(ada.ask(f"/v3/connections/{theirs}", method=method))[0] in {403, 404}


def test_a_users_token_manages_nobody_elses_subscriptions(
    caller: Caller, tesla: tuple[str, str]
) -> None:
    webhook = json.loads(caller.ask("/v3/webhooks").body)["data"][0]["id"]
    wanted = {"webhookId": webhook, "userId": tesla[1], "vehicleId": tesla[0]}
    body = json.dumps({"data": {"attributes": wanted}}).encode()
    assert caller.ask("/v3/subscriptions", method="POST", body=body).status == 202
    which = json.loads(caller.ask("/v3/subscriptions").body)["data"][0]["id"]
    ada = Caller(caller.smartcar, owner_token(caller.smartcar, "ada@example.com", "KIA")[0])
    seen = ada.ask("/v3/subscriptions")
    assert seen.status == 403 or json.loads(seen.body)["data"] == []
    assert ada.ask(f"/v3/subscriptions/{which}").status in {403, 404}
    assert ada.ask(f"/v3/subscriptions/{which}", method="DELETE").status in {403, 404}
    assert caller.ask(f"/v3/subscriptions/{which}").status == 200


# --- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("percent", [49, 101, -80, "80", 80.5, True, None, [], {}, 1e300, 2**70])
def test_a_charge_limit_is_a_whole_number_from_50_to_100(
    caller: Caller, tesla: tuple[str, str], percent: object
) -> None:
    reply = caller.command(tesla[0], "charge/set-limit", tesla[1], {"percent": percent})
    assert error(reply) == BAD_FORM
    assert "percent" in detail(reply)


@pytest.mark.parametrize(
    "attributes",
    [
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": -180.1},
        {"latitude": "48", "longitude": 11},
        {"latitude": None, "longitude": 11},
    ],
)
def test_a_destination_is_on_earth(
    caller: Caller, tesla: tuple[str, str], attributes: dict[str, object]
) -> None:
    reply = caller.command(tesla[0], "navigation/set-destination", tesla[1], attributes)
    assert error(reply) == BAD_FORM


@pytest.mark.parametrize(
    "time", ["24:00", "7:00", "07:60", "07:00:00", "", "noon", 7, "\u0660\u0667:\u0660\u0660"]
)
def test_a_schedule_has_times_of_day(caller: Caller, tesla: tuple[str, str], time: object) -> None:
    place = {"latitude": 48.1, "longitude": 11.5}
    attributes = {"location": place, "startTime": "22:00", "stopTime": time}
    body = json.dumps({"data": {"attributes": attributes}}).encode()
    path = f"/v3/vehicles/{tesla[0]}/charge-schedules/daily"
    assert error(caller.ask(path, method="POST", user=tesla[1], body=body)) == BAD_FORM


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"80",
        b'"80"',
        b'{"percent": 80}',
        b'{"data": {"percent": 80}}',
        b'{"data": {"attributes": []}}',
        b'{"data": {"attributes": {}}}',
        b'{"data": null}',
    ],
)
def test_a_body_without_the_attribute_misses_a_parameter(
    caller: Caller, tesla: tuple[str, str], body: bytes
) -> None:
    path = f"/v3/vehicles/{tesla[0]}/commands/charge/set-limit"
    reply = caller.ask(path, method="POST", user=tesla[1], body=body)
    assert error(reply) == MISSING
    assert detail(reply) == "missing percent"


@pytest.mark.parametrize("name", ["charge/set-limit", "security/lock"])
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe",
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 200000,
        b"{} {}",
        b"\x00",
        b'{"data": {"attributes": {"percent": 8',
        b"'single'",
        b'{"a": NaN}',
    ],
)
def test_a_body_that_is_no_json_is_refused(
    caller: Caller, tesla: tuple[str, str], name: str, body: bytes
) -> None:
    path = f"/v3/vehicles/{tesla[0]}/commands/{name}"
    assert error(caller.ask(path, method="POST", user=tesla[1], body=body)) == BAD_FORM


def test_a_large_body_is_read_like_a_small_one(caller: Caller, tesla: tuple[str, str]) -> None:
    attributes = {"percent": 80, "more": "x" * 1_000_000}
    assert caller.command(tesla[0], "charge/set-limit", tesla[1], attributes).status == 200


def test_attributes_that_nobody_knows_are_ignored(caller: Caller, tesla: tuple[str, str]) -> None:
    reply = caller.command(tesla[0], "charge/set-limit", tesla[1], {"percent": 80, "loud": True})
    assert json.loads(reply.body)["data"]["attributes"]["parameters"] == {"percent": 80}


def test_a_refused_body_changes_nothing(caller: Caller, tesla: tuple[str, str]) -> None:
    before = caller.ask(f"/v3/vehicles/{tesla[0]}/signals", user=tesla[1]).body
    caller.command(tesla[0], "charge/set-limit", tesla[1], {"percent": 101})
    assert caller.ask(f"/v3/vehicles/{tesla[0]}/signals", user=tesla[1]).body == before


SMALL = Simulator(seed=1, fleet=2)
OWNED = SMALL.world.fleet.grant(0)
WORDS = st.sampled_from(
    [
        "v3",
        "vehicles",
        "signals",
        "connections",
        "users",
        "commands",
        "charge",
        "set-limit",
        "oauth",
        "authorize",
        "token",
        "oauth2",
        "subscriptions",
        OWNED.vehicle_id,
        "",
        "..",
        "%2f",
    ]
)
PATHS = st.lists(WORDS | st.text(max_size=8), max_size=6).map(lambda words: "/" + "/".join(words))
BODIES = st.binary(max_size=60) | st.builds(
    lambda content: json.dumps({"data": {"attributes": {"percent": content}}}).encode(),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
)


@settings(max_examples=150)
@given(
    st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]),
    PATHS | st.just(f"/v3/vehicles/{OWNED.vehicle_id}/commands/charge/set-limit"),
    st.dictionaries(
        st.sampled_from(["page[size]", "page[number]", "filter[userId]", "client_id", "state"]),
        st.text(max_size=20),
    ),
    st.dictionaries(
        st.sampled_from(["authorization", "sc-user-id", "content-type", "host"]),
        st.text(max_size=20) | st.sampled_from(["Bearer test-data-token", "application/json"]),
    ),
    BODIES,
)
def test_whatever_comes_something_orderly_is_answered(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    known = {"authorization": f"Bearer {token_of(SMALL, grant_type='client_credentials')}"}
    for sent in (headers, known | headers):
        reply = SMALL.send(Request(method, path, query, sent, body, ORIGIN))
        assert reply.status < 500 or reply.status == 501
        if reply.headers.get("content-type") == "application/json":
            json.loads(reply.body)
