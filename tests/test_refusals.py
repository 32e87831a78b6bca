"""Whoever is refused is told what to do about it: about this very token, and without showing it."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_caller import owner_of
from transports import TOKEN, Canned, reply

import smartcar
from smartcar import (
    AsyncAuthClient,
    AuthClient,
    AuthenticationError,
    ConnectError,
    InvalidRequestError,
    MemoryTokens,
    OwnerActionError,
    PermissionDeniedError,
    ReconnectError,
    RequestTimeoutError,
    ServerError,
    Smartcar,
    SmartcarError,
    TemporaryError,
    Vehicle,
)
from smartcar.api.classic_account import ClassicAccount
from smartcar.protocol.oauth import NO_TOKEN
from smartcar.protocol.redaction import redacted
from smartcar.simulator import Simulator
from smartcar.simulator.application import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET

NO_SUCH_TOKEN = reply({"type": "AUTHENTICATION", "code": None, "description": "No."}, 401)
GRANTED = {"access_token": "first", "expires_in": 7200, "refresh_token": "second"}
GONE = "gone-4711"
ODD = "gone-4711+/ ü"
RECONNECT = "Send the owner to Connect again: the owner must reconnect."


def refused_with(*answers: Any, act: Callable[[Canned], object]) -> SmartcarError:
    """How *act* ends where Smartcar answers so."""
    with pytest.raises(SmartcarError) as caught:
        act(Canned(*answers))
    return caught.value


def refreshed(canned: Canned) -> object:
    return AuthClient("id", "secret", transport=canned).exchange_refresh_token(GONE)


def everywhere(error: SmartcarError) -> str:
    """All that a program may print of it."""
    parts = (error, error.args, error.problem, error.body, error.headers)
    parts += (error.description, error.detail)
    shown = [f"{part!s} {part!r}" for part in parts]
    shown += ["".join(traceback.format_exception(error)), pickle.dumps(error).decode("latin-1")]
    return " ".join(shown)


# --- refresh tokens -------------------------------------------------------------------------------


async def test_a_refused_refresh_token_says_that_the_owner_must_reconnect_and_is_not_shown(
    simulator: Simulator,
) -> None:
    known: Any = {"client_id": DEFAULT_CLIENT_ID, "client_secret": DEFAULT_CLIENT_SECRET}
    with pytest.raises(ReconnectError) as blocking:
        AuthClient(**known, transport=simulator).exchange_refresh_token(GONE)
    with pytest.raises(ReconnectError) as awaited:
        await AsyncAuthClient(**known, transport=simulator).exchange_refresh_token(GONE)

    for error in (blocking.value, awaited.value):
        assert str(error) == f"invalid_grant - Invalid refresh_token: .... {RECONNECT}"
        assert (error.status, error.error) == (400, "invalid_grant")
        assert "4711" not in everywhere(error)


@pytest.mark.parametrize("name", ["invalid_grant", "invalid_request"])
@pytest.mark.parametrize("status", [400, 401])
def test_a_refused_refresh_token_may_be_told_by_either_name(name: str, status: int) -> None:
    said = {"error": name, "error_description": f"Invalid refresh_token: {GONE}."}
    error = refused_with(reply(said, status), act=refreshed)

    assert isinstance(error, ReconnectError)
    assert error.advice == RECONNECT
    assert "4711" not in everywhere(error)


def test_a_request_that_is_wrong_otherwise_is_the_programs_fault() -> None:
    said = {"error": "invalid_request", "error_description": "grant_type is missing."}

    assert type(refused_with(reply(said, 400), act=refreshed)) is InvalidRequestError


def test_a_refused_client_is_told_to_look_at_its_secret() -> None:
    error = refused_with(reply({"error": "invalid_client"}, 401), act=refreshed)

    assert type(error) is AuthenticationError
    assert "client id and secret" in error.advice


def test_a_token_is_hidden_where_the_reply_is_no_json() -> None:
    error = refused_with(reply(f"<p>{GONE} is unknown</p>".encode(), 400), act=refreshed)

    assert "4711" not in everywhere(error)


@pytest.mark.parametrize(
    ("said", "headers"),
    [
        ({"error": "invalid_grant", "tokens": {"TOKEN": "refused"}}, {}),
        ({"error": "invalid_grant", "code": "TOKEN", "detail": [{"type": "TOKEN"}]}, {}),
        ({"error": "TOKEN", "error_description": "No."}, {}),
        ({"error": "invalid_grant", "error_description": "No: /token?refresh_token=TOKEN"}, {}),
        ({"error": "invalid_grant"}, {"location": "/again?refresh_token=TOKEN", "x-t": "TOKEN"}),
        (b"refresh_token=TOKEN is unknown, \xff", {"content-type": "text/plain"}),
    ],
    ids=["key", "code", "error", "message", "headers", "text"],
)
@pytest.mark.parametrize(
    "form",
    [ODD, "gone-4711%2B%2F%20%C3%BC", "gone-4711%2b%2f+%c3%bc", "gone%2D4711%2B/%20ü"],
    ids=["plain", "encoded", "form", "partly"],
)
def test_a_token_is_hidden_wherever_it_is_repeated_and_however(
    form: str, said: Any, headers: dict[str, str]
) -> None:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    body = content.replace(b"TOKEN", form.encode())
    more = {name: value.replace("TOKEN", form) for name, value in headers.items()}

    def act(canned: Canned) -> object:
        return AuthClient("id", "secret", transport=canned).exchange_refresh_token(ODD)

    shown = everywhere(refused_with(reply(body, 400, more), act=act))

    assert "4711" not in shown
    assert "..." in shown


def test_the_error_of_a_short_token_keeps_its_headers() -> None:
    def act(canned: Canned) -> object:
        return AuthClient("id", "secret", transport=canned).exchange_refresh_token("1")

    error = refused_with(reply({"error": "invalid_grant"}, 400, {"sc-request-id": "r1"}), act=act)

    assert error.request_id == "r1"


@given(st.text(min_size=1))
def test_words_that_say_what_an_error_is_stay_whatever_the_token_is(secret: str) -> None:
    said = {
        "error": "invalid_grant",
        "error_description": f"Invalid: {secret}.",
        "detail": [{"message": secret, "code": "X"}],
        "statusCode": 400,
    }
    told = smartcar.SmartcarError(400, redacted(reply(said), secret).body)

    assert (told.error, told.status) == ("invalid_grant", 400)
    assert redacted(reply({}), secret).body == reply({}).body
    if len(secret) > len("Invalid: ..."):
        assert secret not in f"{told.description}{told.body!r}"


# --- access tokens --------------------------------------------------------------------------------


def test_a_wrong_access_token_is_to_be_renewed(simulator: Simulator) -> None:
    car = Vehicle(owner_of(simulator, 0).vehicle_id, "stolen", transport=simulator)

    for act in (car.odometer, car.lock, lambda: car.batch("/odometer")):
        with pytest.raises(AuthenticationError) as caught:
            act()
        assert "renew it" in caught.value.advice
        assert "secret" not in str(caught.value)
        for same in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
            assert (same.advice, str(same)) == (caught.value.advice, str(caught.value))


def test_a_token_that_ends_is_to_be_renewed(simulator: Simulator) -> None:
    owner = owner_of(simulator, 0)
    car = Vehicle(owner.vehicle_id, owner.token, transport=simulator)
    assert car.odometer().distance
    simulator.clock.advance(7200)

    with pytest.raises(AuthenticationError, match=r"at its end: renew it"):
        car.odometer()


@pytest.mark.parametrize("scheme", ["Bearer other", "Basic b3RoZXI="])
def test_a_header_of_ones_own_is_told_by_its_kind(scheme: str) -> None:
    def ask(canned: Canned) -> object:
        car = Vehicle("v", "t", transport=canned)
        return car.request("GET", "odometer", headers={"Authorization": scheme})

    advice = refused_with(NO_SUCH_TOKEN, act=ask).advice
    assert ("renew it" in advice) == scheme.startswith("Bearer")
    assert ("client id and secret" in advice) == scheme.startswith("Basic")


def test_an_owners_token_that_was_renewed_in_vain_sends_them_to_connect() -> None:
    def ask(canned: Canned) -> object:
        auth = AuthClient("id", "secret", transport=canned, store=MemoryTokens())
        auth.exchange_code("code", owner="ada")
        return Vehicle("v", auth.owner("ada"), transport=canned).odometer()

    newer = reply({**GRANTED, "access_token": "newer"})
    error = refused_with(reply(GRANTED), NO_SUCH_TOKEN, newer, NO_SUCH_TOKEN, act=ask)

    assert "renewed and refused again" in error.advice


def test_an_application_that_is_refused_looks_at_its_credentials() -> None:
    def ask(canned: Canned) -> object:
        return list(Smartcar("id", "secret", transport=canned).connections())

    assert "client id and secret" in refused_with(TOKEN, reply({}, 401), act=ask).advice


def test_a_wrong_management_token_is_told_as_such(simulator: Simulator) -> None:
    client = Smartcar(access_token=NO_TOKEN, transport=simulator)
    owner = owner_of(simulator, 0)
    car = Vehicle(owner.vehicle_id, owner.token, transport=simulator)

    for act in (
        lambda: client.perform(ClassicAccount.management_connections.call({}, "wrong")),
        lambda: car.unsubscribe("wrong", simulator.world.webhook_id),
    ):
        with pytest.raises(AuthenticationError, match="Check the application management token"):
            act()


def test_a_call_without_a_token_asks_for_one(simulator: Simulator) -> None:
    with pytest.raises(AuthenticationError, match="Pass an access token"):
        list(Smartcar(access_token=NO_TOKEN, transport=simulator).connections())


# --- the token host -------------------------------------------------------------------------------


def locked(canned: Canned) -> object:
    """A command, before which a token has to be fetched."""
    return Smartcar("id", "secret", transport=canned).vehicle("v", user_id="u").lock()


@pytest.mark.parametrize("act", [refreshed, locked])
def test_a_token_host_that_forbids_is_no_owner_who_does(act: Any) -> None:
    for body in ({}, {"error": "access_denied"}, {"type": "PERMISSION", "code": None}):
        error = refused_with(reply(body, 403), act=act)

        assert type(error) is AuthenticationError
        assert not isinstance(error, (OwnerActionError, PermissionDeniedError))
        assert "The token host let this application not in" in error.advice


@pytest.mark.parametrize("act", [refreshed, locked])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply({}, 500), ServerError),
        (reply(b"<html>", 503), ServerError),
        (reply({}, 502), TemporaryError),
        (RequestTimeoutError(0, "slow"), RequestTimeoutError),
    ],
    ids=["500", "503", "502", "no reply"],
)
def test_a_token_host_that_fails_has_told_no_car_anything(
    act: Any, answer: Any, kind: type[SmartcarError]
) -> None:
    error = refused_with(answer, act=act)

    assert isinstance(error, kind)
    assert "no car was asked" in error.advice
    assert "may have reached" not in str(error)


def test_a_token_host_out_of_reach_is_a_matter_of_the_network() -> None:
    assert "network" in refused_with(ConnectError(0, "refused"), act=locked).advice


def test_a_command_that_fails_may_still_have_reached_the_car() -> None:
    assert "may have reached the car" in refused_with(TOKEN, reply({}, 503), act=locked).advice
