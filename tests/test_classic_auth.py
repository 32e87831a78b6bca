"""Owners' tokens: the address of Connect, the exchanges, and what goes wrong with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from transports import Canned, reply

from smartcar import (
    AsyncAuthClient,
    AuthClient,
    DecodeError,
    InvalidRequestError,
    Origins,
    ReconnectError,
)

GRANTED = {
    "access_token": "first",
    "token_type": "Bearer",
    "expires_in": 7200,
    "refresh_token": "second",
}


def auth(*answers: Any, **more: Any) -> AuthClient:
    return AuthClient("id", "secret", transport=Canned(*(answers or (reply(GRANTED),))), **more)


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def test_tokens_end_in_two_hours_and_in_sixty_days() -> None:
    canned = Canned(reply(GRANTED))
    access = AuthClient("id", "secret", transport=canned).exchange_code("code")

    assert (access.access_token, access.refresh_token) == ("first", "second")
    assert access.expiration.tzinfo is not None
    assert access.refresh_expiration - access.expiration == timedelta(days=60, hours=-2)
    assert access.expiration.timestamp() == canned.clock.now() + 7200


async def test_both_exchanges_can_be_awaited() -> None:
    client = AsyncAuthClient("id", "secret", transport=Canned(reply(GRANTED)))

    assert (await client.exchange_code("code")).access_token == "first"
    assert (await client.exchange_refresh_token("second")).refresh_token == "second"


def test_no_secret_is_shown() -> None:
    client = auth()
    shown = f"{client!r} {client.exchange_code('code')!r}"

    assert not {word for word in ("secret", "first", "second") if word in shown}


def test_an_exchange_is_sent_once() -> None:
    canned = Canned(reply({}, 502))

    with pytest.raises(Exception, match="502"):
        AuthClient("id", "secret", transport=canned).exchange_refresh_token("r")

    assert len(canned.requests) == 1


def test_a_refused_code_says_so() -> None:
    said = {"error": "invalid_request", "error_description": "Invalid code: X."}

    with pytest.raises(InvalidRequestError) as raised:
        auth(reply(said, 400)).exchange_code("X")

    assert (raised.value.error, raised.value.description) == ("invalid_request", "Invalid code: X.")


NO_TOKENS = [
    *(b"", b"null", b"<html>", b'{"refresh_token": "hidden", "expires_in": 7200}'),
    b'{"access_token": null, "refresh_token": "hidden", "expires_in": 7200}',
    b'{"access_token": "", "refresh_token": "hidden", "expires_in": 7200}',
    b'{"access_token": "hid\\nden", "refresh_token": "hidden", "expires_in": 7200}',
    b'{"access_token": "hidden", "refresh_token": "hidden", "expires_in": "soon"}',
    b'{"access_token": "hidden", "refresh_token": ["hidden"]}',
]


@pytest.mark.parametrize("body", NO_TOKENS)
def test_a_reply_without_tokens_is_told_without_its_text(body: bytes) -> None:
    with pytest.raises(DecodeError) as raised:
        auth(reply(body)).exchange_code("code")

    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("said", [{}, {"expires_in": None}], ids=["missing", "null"])
async def test_where_no_life_is_said_it_is_the_documented_one(said: dict[str, None]) -> None:
    body = {"access_token": "first", "refresh_token": "second", **said}
    canned = Canned(reply(body), reply(body))
    ends = canned.clock.now() + 7200

    access = AuthClient("id", "secret", transport=canned).exchange_code("code")
    later = await AsyncAuthClient("id", "secret", transport=canned).exchange_refresh_token("r")

    assert access.expiration.timestamp() == later.expiration.timestamp() == ends


WITHOUT_REFRESH: list[dict[str, Any]] = [{}, {"refresh_token": None}, {"refresh_token": ""}]


@pytest.mark.parametrize("said", WITHOUT_REFRESH, ids=["missing", "null", "empty"])
async def test_an_answer_without_a_refresh_token_has_none(said: dict[str, Any]) -> None:
    body = {"access_token": "first", "expires_in": 7200, **said}
    canned = Canned(reply(body), reply(body))
    client = AuthClient("id", "secret", transport=canned)
    later = AsyncAuthClient("id", "secret", transport=canned)

    access, awaited = client.exchange_code("code"), await later.exchange_code("code")

    for each in (access, awaited):
        assert (each.access_token, each.refresh_token) == ("first", None)
        assert each.refresh_expiration is None
    with pytest.raises(ReconnectError, match=r"no refresh token.*must reconnect"):
        client.exchange_refresh_token(access.refresh_token)
    with pytest.raises(ReconnectError, match=r"no refresh token.*must reconnect"):
        await later.exchange_refresh_token(access.refresh_token)
    assert len(canned.requests) == 2  # nothing was asked with none


def test_without_an_address_to_return_to_none_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMARTCAR_REDIRECT_URI", raising=False)
    canned = Canned(reply(GRANTED))
    client = AuthClient("id", "secret", transport=canned)

    client.exchange_code("code")

    assert "redirect_uri" not in parse_qs(canned.requests[0].body.decode())
    assert "redirect_uri" not in query_of(client.get_auth_url())


def test_what_is_not_given_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.setenv(f"SMARTCAR_{name}", name)

    asked = query_of(AuthClient().get_auth_url())

    assert (asked["client_id"], asked["redirect_uri"]) == (["CLIENT_ID"], ["REDIRECT_URI"])


def test_without_credentials_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SMARTCAR_CLIENT_ID", raising=False)

    with pytest.raises(ValueError, match="SMARTCAR_CLIENT_ID"):
        AuthClient()


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (True, {"single_select": ["true"]}),
        (False, {"single_select": ["false"]}),
        ({"enabled": True}, {"single_select": ["true"]}),
        ({"vin": "VIN"}, {"single_select": ["true"], "single_select_vin": ["VIN"]}),
        (
            {"enabled": False, "vin": "VIN"},
            {"single_select": ["true"], "single_select_vin": ["VIN"]},
        ),
        ({}, {}),
        (None, {}),
    ],
)
def test_one_car_only(chosen: Any, expected: dict[str, list[str]]) -> None:
    asked = query_of(auth().get_auth_url(single_select=chosen))

    assert {name: asked[name] for name in asked if name.startswith("single")} == expected


@pytest.mark.parametrize(("test_mode", "mode"), [(True, "test"), (False, "live")])
def test_test_mode_is_deprecated(test_mode: bool, mode: str) -> None:
    with pytest.warns(DeprecationWarning, match="mode") as warned:
        client = auth(test_mode=test_mode)

    assert query_of(client.get_auth_url())["mode"] == [mode]
    assert warned[0].filename == __file__


def test_what_is_no_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        auth(mode="production")


def test_the_official_sdks_variables_point_elsewhere() -> None:
    found = Origins.from_environment(
        {
            "SMARTCAR_API_ORIGIN": "http://api.test",
            "SMARTCAR_AUTH_ORIGIN": "http://auth.test/oauth/token",  # Python's: the whole address
            "SMARTCAR_MANAGEMENT_API_ORIGIN": "http://management.test",
        }
    )

    assert (found.api, found.auth) == ("http://api.test", "http://auth.test")
    assert found.management_v2 == found.management == "http://management.test"
    assert (
        Origins.from_environment({"SMARTCAR_AUTH_ORIGIN": "http://a.test"}).auth == "http://a.test"
    )
