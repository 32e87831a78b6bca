"""The two token endpoints, and what their tokens open."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from smartcar.cli.browser import Browser
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator import SimulatedApplication, Simulator
from smartcar.simulator.application import APPLICATION_ID
from smartcar.simulator.application import DEFAULT_CLIENT_ID as CLIENT_ID
from smartcar.simulator.application import DEFAULT_CLIENT_SECRET as CLIENT_SECRET

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
CLIENT = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
GRANT = {"grant_type": "client_credentials", **CLIENT}
CALLBACK = "https://app.example.com/callback"
DAY = 86400


@pytest.fixture
def smartcar() -> Simulator:
    return Simulator(seed=7)


def basic(name: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def ask(
    smartcar: Simulator,
    fields: dict[str, str],
    headers: dict[str, str] | None = None,
    path: str = "/oauth2/token",
) -> Reply:
    return smartcar.send(
        Request("POST", path, headers=FORM | (headers or {}), body=urlencode(fields).encode())
    )


def told(reply: Reply) -> Any:
    return json.loads(reply.body)


def error(reply: Reply) -> tuple[int, str]:
    body = told(reply)
    assert body.keys() == {"error", "error_description"}
    assert body["error_description"]
    return reply.status, body["error"]


def opens(smartcar: Simulator, token: str) -> bool:
    headers = {"authorization": f"Bearer {token}"}
    reply = smartcar.send(Request("GET", "/v3/connections", headers=headers))
    assert reply.status in {200, 401}
    return reply.status == 200


def connect(smartcar: Simulator, email: str = "ada@example.com") -> dict[str, str]:
    """What the app learns when an owner says yes."""
    browser = Browser(smartcar, "http://127.0.0.1")
    query = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": CALLBACK}
    browser.open("/oauth/authorize", query)
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username=email, password="any")
    if not browser.sent_back:
        browser.press("approval-button")
    return browser.sent_back


def exchange(smartcar: Simulator, code: str, redirect: str | None = CALLBACK) -> Reply:
    fields = {"grant_type": "authorization_code", "code": code}
    if redirect is not None:
        fields["redirect_uri"] = redirect
    return ask(smartcar, fields, basic(), "/oauth/token")


def refresh(smartcar: Simulator, token: str) -> Reply:
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    return ask(smartcar, fields, basic(), "/oauth/token")


# --- the application's ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/token/", "/oauth/token"])
def test_an_application_gets_a_token_for_an_hour_and_nothing_to_refresh_it(
    smartcar: Simulator, path: str
) -> None:
    reply = ask(smartcar, GRANT, path=path)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    body = told(reply)
    assert body.keys() == {"access_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert opens(smartcar, body["access_token"])


def test_json_serves_as_well_as_a_form(smartcar: Simulator) -> None:
    for content_type in ("application/json", "application/json; charset=utf-8"):
        headers = {"content-type": content_type}
        body = json.dumps(GRANT).encode()
        assert smartcar.send(Request("POST", "/oauth2/token", {}, headers, body)).status == 200


def test_id_and_secret_may_come_as_basic(smartcar: Simulator) -> None:
    assert ask(smartcar, {"grant_type": "client_credentials"}, basic()).status == 200


def test_the_application_id_is_a_name_of_the_application_too(smartcar: Simulator) -> None:
    assert ask(smartcar, {**GRANT, "client_id": APPLICATION_ID}).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "wrong"},
        {"client_id": "wrong"},
        {"client_secret": CLIENT_SECRET + "x"},
        {"client_secret": "gehëim"},
        {"client_id": "", "client_secret": ""},
    ],
)
def test_wrong_credentials_are_refused(smartcar: Simulator, wrong: dict[str, str]) -> None:
    assert error(ask(smartcar, GRANT | wrong)) == (401, "invalid_client")
    name, secret = (GRANT | wrong)["client_id"], (GRANT | wrong)["client_secret"]
    reply = ask(smartcar, {"grant_type": "client_credentials"}, basic(name, secret))
    assert error(reply) == (401, "invalid_client")


@pytest.mark.parametrize("missing", sorted(GRANT))
def test_a_missing_field_is_named_an_invalid_request(smartcar: Simulator, missing: str) -> None:
    fields = {name: value for name, value in GRANT.items() if name != missing}
    assert error(ask(smartcar, fields)) == (400, "invalid_request")


def test_another_grant_is_not_supported(smartcar: Simulator) -> None:
    reply = ask(smartcar, {**GRANT, "grant_type": "password"})
    assert error(reply) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth/token"])
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, b""),
        (FORM, b"\xff\xfe=\x00"),
        (FORM, b"&&&===%%%"),
        (JSON, b""),
        (JSON, b"\xff"),
        (JSON, b"[1, 2]"),
        (JSON, b'"text"'),
        (JSON, b'{"grant_type": 1}'),
        (JSON, b"[" * 100_000),
        (FORM | {"authorization": "Basic !!!"}, b"grant_type=client_credentials"),
        (FORM | {"authorization": "Basic ÿÿ"}, b"grant_type=client_credentials"),
        (FORM | {"authorization": "Basic /w=="}, b"grant_type=client_credentials"),
        (FORM | {"authorization": "Basic"}, b"grant_type=client_credentials"),
    ],
)
def test_a_body_that_cannot_be_read_is_answered_like_any_other_mistake(
    smartcar: Simulator, path: str, headers: dict[str, str], body: bytes
) -> None:
    reply = smartcar.send(Request("POST", path, {}, headers, body))
    assert error(reply) in {(400, "invalid_request"), (401, "invalid_client")}


def test_a_secret_is_never_repeated(smartcar: Simulator) -> None:
    reply = ask(smartcar, {**GRANT, "client_secret": "a-secret-of-mine"})
    assert b"a-secret-of-mine" not in reply.body
    own = SimulatedApplication("id-of-mine", "a-secret-of-mine", "a-token-of-mine")
    assert "of-mine" not in repr(own).replace("id-of-mine", "")


def test_a_token_ends_with_its_hour(smartcar: Simulator) -> None:
    token = told(ask(smartcar, GRANT))["access_token"]
    smartcar.clock.advance(3599)
    assert opens(smartcar, token)
    smartcar.clock.advance(1)
    assert not opens(smartcar, token)
    assert opens(smartcar, told(ask(smartcar, GRANT))["access_token"])


def test_every_token_is_another_and_all_are_good(smartcar: Simulator) -> None:
    tokens = {told(ask(smartcar, GRANT))["access_token"] for _ in range(20)}
    assert len(tokens) == 20
    assert all(opens(smartcar, token) for token in tokens)


def test_credentials_of_ones_own_take_the_place_of_the_public_ones() -> None:
    own = SimulatedApplication.from_environment(
        {"SMARTCAR_CLIENT_ID": "mine", "SMARTCAR_CLIENT_SECRET": "geheim"}
    )
    smartcar = Simulator(application=own)
    mine = {"grant_type": "client_credentials", "client_id": "mine", "client_secret": "geheim"}
    assert ask(smartcar, mine).status == 200
    assert error(ask(smartcar, GRANT)) == (401, "invalid_client")
    assert smartcar.credentials.client_id == "mine"


# --- bearer --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer \xff\x00"},
        {"authorization": "Token test-data-token"},
        basic(),
    ],
)
def test_without_a_good_token_nothing_opens(smartcar: Simulator, headers: dict[str, str]) -> None:
    reply = smartcar.send(Request("GET", "/v3/connections", headers=headers))
    assert reply.status == 401
    item = told(reply)["errors"][0]
    assert (item["status"], item["type"], item["code"]) == ("401", "AUTHENTICATION", "UNAUTHORIZED")


def test_the_word_bearer_may_be_written_in_any_case(smartcar: Simulator) -> None:
    token = told(ask(smartcar, GRANT))["access_token"]
    headers = {"authorization": f"bearer {token}"}
    assert smartcar.send(Request("GET", "/v3/connections", headers=headers)).status == 200


# --- users' --------------------------------------------------------------------------------------


def test_a_code_gives_a_users_token_and_one_to_refresh_it(smartcar: Simulator) -> None:
    back = connect(smartcar)
    body = told(exchange(smartcar, back["code"]))
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 7200)
    headers = {"authorization": f"Bearer {body['access_token']}"}
    page = told(smartcar.send(Request("GET", "/v3/connections", headers=headers)))
    (connection,) = page["data"]
    assert connection["relationships"]["user"]["data"]["id"] == back["user_id"]


def test_a_code_serves_once(smartcar: Simulator) -> None:
    code = connect(smartcar)["code"]
    assert exchange(smartcar, code).status == 200
    again = exchange(smartcar, code)
    assert error(again) == (400, "invalid_request")
    assert told(again)["error_description"] == f"Invalid code: {code}."


def test_a_code_lives_ten_minutes(smartcar: Simulator) -> None:
    first, second = connect(smartcar)["code"], connect(smartcar, "bo@example.com")["code"]
    smartcar.clock.advance(599)
    assert exchange(smartcar, first).status == 200
    smartcar.clock.advance(1)
    assert error(exchange(smartcar, second)) == (400, "invalid_request")


def test_a_code_belongs_to_the_redirect_uri_of_connect(smartcar: Simulator) -> None:
    code = connect(smartcar)["code"]
    wrong = exchange(smartcar, code, "https://evil.example.com/callback")
    assert error(wrong) == (400, "invalid_request")
    assert exchange(smartcar, code).status == 200


@pytest.mark.parametrize("redirect", [None, "undefined"])
def test_sdks_that_name_no_redirect_uri_are_served(
    smartcar: Simulator, redirect: str | None
) -> None:
    assert exchange(smartcar, connect(smartcar)["code"], redirect).status == 200


@pytest.mark.parametrize("code", ["", "nonsense", "ÿ", "x" * 10_000])
def test_a_made_up_code_is_refused(smartcar: Simulator, code: str) -> None:
    assert error(exchange(smartcar, code)) == (400, "invalid_request")


def test_a_code_needs_the_applications_own_credentials(smartcar: Simulator) -> None:
    fields = {"grant_type": "authorization_code", "code": connect(smartcar)["code"]}
    wrong = ask(smartcar, fields, basic(secret="wrong"), "/oauth/token")
    assert error(wrong) == (401, "invalid_client")
    assert error(ask(smartcar, fields, path="/oauth/token")) == (401, "invalid_client")
    assert ask(smartcar, fields | CLIENT, path="/oauth/token").status == 200


@pytest.mark.parametrize("grant", [{}, {"grant_type": ""}, {"grant_type": "password"}])
def test_a_users_token_needs_a_grant_that_is_known(
    smartcar: Simulator, grant: dict[str, str]
) -> None:
    assert error(ask(smartcar, grant, basic(), "/oauth/token")) == (400, "invalid_request")


def test_a_users_token_lives_two_hours(smartcar: Simulator) -> None:
    token = told(exchange(smartcar, connect(smartcar)["code"]))["access_token"]
    smartcar.clock.advance(7199)
    assert opens(smartcar, token)
    smartcar.clock.advance(1)
    assert not opens(smartcar, token)


def test_a_refresh_gives_two_new_tokens_and_leaves_the_old_access_token_good(
    smartcar: Simulator,
) -> None:
    old = told(exchange(smartcar, connect(smartcar)["code"]))
    new = told(refresh(smartcar, old["refresh_token"]))
    assert new.keys() == old.keys()
    assert len({*old.values(), *new.values()} - {"Bearer", 7200}) == 4
    assert opens(smartcar, old["access_token"])
    assert opens(smartcar, new["access_token"])


def test_a_used_refresh_token_lives_on_for_a_minute_from_its_first_use(
    smartcar: Simulator,
) -> None:
    old = told(exchange(smartcar, connect(smartcar)["code"]))["refresh_token"]
    assert refresh(smartcar, old).status == 200
    smartcar.clock.advance(59)
    assert refresh(smartcar, old).status == 200
    smartcar.clock.advance(1)
    reply = refresh(smartcar, old)
    assert reply.status == 400
    assert told(reply)["error"] in {"invalid_grant", "invalid_request"}
    assert told(reply)["error_description"] == f"Invalid refresh_token: {old}."


def test_an_unused_refresh_token_lives_sixty_days(smartcar: Simulator) -> None:
    first = told(exchange(smartcar, connect(smartcar)["code"]))["refresh_token"]
    second = told(exchange(smartcar, connect(smartcar, "bo@example.com")["code"]))["refresh_token"]
    smartcar.clock.advance(60 * DAY - 1)
    assert refresh(smartcar, first).status == 200
    smartcar.clock.advance(1)
    assert refresh(smartcar, second).status == 400


def test_refreshing_for_ever_keeps_an_owner_connected(smartcar: Simulator) -> None:
    pair = told(exchange(smartcar, connect(smartcar)["code"]))
    for _ in range(10):
        smartcar.clock.advance("59d")
        pair = told(refresh(smartcar, pair["refresh_token"]))
    assert opens(smartcar, pair["access_token"])


@pytest.mark.parametrize("token", ["", "nonsense", CLIENT_SECRET])
def test_a_made_up_refresh_token_is_refused(smartcar: Simulator, token: str) -> None:
    assert refresh(smartcar, token).status == 400


@pytest.mark.parametrize(
    "grant", [("refresh_token", "refresh_token"), ("authorization_code", "code")], ids=str
)
@pytest.mark.parametrize("more", [False, True], ids=["missing", "empty"])
def test_a_grant_that_lacks_its_field_is_malformed(
    smartcar: Simulator, grant: tuple[str, str], more: bool
) -> None:
    kind, field = grant
    fields = {"grant_type": kind, **({field: ""} if more else {})}

    reply = ask(smartcar, fields, basic(), "/oauth/token")

    assert error(reply) == (400, "invalid_request")
    assert told(reply)["error_description"] == f"{field} is missing."
