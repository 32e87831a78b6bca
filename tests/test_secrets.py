"""What is secret is shown nowhere, and what is hostile stays in its place."""

from __future__ import annotations

import contextlib
import copy
import logging
import pickle
import traceback
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import SAMPLES, Stage, call
from transports import Canned, reply

from smartcar import (
    AsyncSmartcar,
    Reply,
    Request,
    Smartcar,
    SmartcarError,
    TransportError,
)
from smartcar.api.account import AccountEndpoints
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import endpoints
from smartcar.simulator import SimulatedApplication, Simulator

SECRET, TOKEN = "planted-secret", "planted-token"
PLANTED = (SECRET, TOKEN)
DECLARED: dict[str, Any] = {
    each.name: each
    for resource in (AccountEndpoints, VehicleEndpoints)
    for each in endpoints(resource)
}


def shown(thing: object) -> str:
    """Everything that printing, formatting and looking inside shows."""
    return f"{thing!r} {thing!s} {thing}"


def error_of(client: Smartcar) -> SmartcarError:
    """How a small read ends."""
    with pytest.raises(SmartcarError) as caught:
        client.connection("c")
    return caught.value


ANSWERS: dict[str, list[Any]] = {
    "refused client": [reply({"error": "invalid_client"}, 401)],
    "token of a wrong shape": [reply({"access_token": [TOKEN], "expires_in": "x"})],
    "token in a reply that is cut": [reply(f'{{"access_token": "{TOKEN}'.encode())],
    "token without a name": [reply({"token": TOKEN})],
    "bad life": [reply({"access_token": TOKEN, "expires_in": "soon"})],
    "refused token": [reply({"access_token": TOKEN}), reply({"errors": [{}]}, 401)],
    "not what was promised": [reply({"access_token": TOKEN}), reply([1])],
    "no reply": [reply({"access_token": TOKEN}), TransportError(0, "gone")],
    "no token host": [TransportError(0, "gone")],
}


@pytest.mark.parametrize("what", ANSWERS)
def test_no_error_and_no_log_shows_a_secret(what: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Smartcar("client", SECRET, transport=Canned(*ANSWERS[what]))
    error = error_of(client)
    everything = [
        *(shown(each) for each in (error, error.problem, error.__cause__, error.__context__)),
        "".join(traceback.format_exception(error)),
        pickle.dumps(error).decode("latin-1"),
        shown(copy.copy(error)),
        str(error.body),
        caplog.text,
    ]
    for text in everything:
        for planted in PLANTED:
            assert planted not in text


def test_no_object_of_the_sdk_shows_a_secret() -> None:
    application = SimulatedApplication(client_secret=SECRET, management_token="planted-amt")
    simulator = Simulator(seed=7, application=application)
    client = Smartcar(transport=simulator)
    connection = next(iter(client.connections()))
    car = client.vehicle(connection)
    token = next(iter(simulator.world.tokens))
    awaiting = AsyncSmartcar("id", SECRET, transport=simulator)
    given = Smartcar(access_token=TOKEN, transport=simulator)
    things = [
        *(client, car, connection, awaiting, given, application, simulator.credentials),
        *(client.options, client.origins, car.signals(), car.lock(), connection.reply),
        *(client._session, client._session.tokens, given._session, given._session.tokens),
        *(list(client.application_secrets(application.application_id)), client.connections()),
    ]
    for thing in things:
        for planted in (*PLANTED, "planted-amt", token):
            assert planted not in shown(thing)


def test_neither_request_nor_reply_shows_what_they_carry() -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "sc-user-id": "u", "cookie": SECRET}
    request = Request("POST", "/oauth2/token", {}, headers, SECRET.encode(), "https://x.example")
    answer = Reply(200, {"set-cookie": SECRET}, TOKEN.encode())
    for text in (shown(request), shown(answer)):
        assert SECRET not in text
        assert TOKEN not in text
    assert "https://x.example/oauth2/token" in repr(request)


def test_a_request_of_ones_own_shows_no_token_however_its_header_is_written() -> None:
    assert TOKEN not in repr(Request("GET", "/", {}, {"Authorization": f"Bearer {TOKEN}"}))


def test_logs_say_what_was_asked_and_how_it_ended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="smartcar")
    transport = Canned(Reply(503), reply({"data": {"id": "c"}}))
    Smartcar(access_token=TOKEN, transport=transport).connection("c")
    assert "GET /v3/connections/c: 503" in caplog.text
    assert "GET /v3/connections/c: 200" in caplog.text
    assert "again in" in caplog.text


def test_the_sdk_says_nothing_unless_it_is_listened_to(capfd: pytest.CaptureFixture[str]) -> None:
    error_of(Smartcar(access_token="t", transport=Canned(Reply(500))))
    assert capfd.readouterr() == ("", "")


# --- hostile ids ----------------------------------------------------------------------------------

NASTY = [
    "../users/u",
    "..",
    ".",
    "a/b",
    "a?b=c",
    "a#b",
    "%2e%2e",
    "a;b",
    "\\\\evil",
    "//evil",
    "@x",
]
hostile = (
    st.text(max_size=40)
    | st.sampled_from(NASTY)
    | st.text(alphabet="./\\%2eEfF?#;:@&=+ \t\r\n\x00üé漢", max_size=12)
)
STAGE = Stage()
WITH_IDS = [name for name, declared in DECLARED.items() if declared.placeholders]


@settings(max_examples=2000)
@given(st.sampled_from(WITH_IDS), hostile, hostile)
def test_a_hostile_id_never_leaves_its_segment_or_its_origin(
    name: str, one: str, other: str
) -> None:
    declared = DECLARED[name]
    values = dict(zip(sorted(declared.placeholders), (one, other), strict=False))
    transport = Canned(reply({"data": []}))
    client = Smartcar(access_token="t", transport=transport)
    car = client.vehicle(values.get("vehicle_id", "v"), user_id="u")
    arguments = {**SAMPLES[name].arguments(STAGE), **values}
    arguments.pop("vehicle_id", None)
    with contextlib.suppress(ValueError, SmartcarError):
        call(client, car, name, arguments)
    for request in transport.requests:
        expected = [*declared.path.strip("/").split("/")]
        parts = request.path.removeprefix("/v3/").split("/")
        assert len(parts) == len(expected)
        for part, template in zip(parts, expected, strict=True):
            assert part not in {"", ".", ".."}
            wanted = values.get(template.strip("{}")) if template.startswith("{") else template
            assert unquote(part) == wanted
        address = urlsplit(request.url)
        assert f"{address.scheme}://{address.netloc}" == request.origin
        assert address.path == request.path
        assert not address.query
        assert not address.fragment
        assert request.url.isascii()
        assert request.url.isprintable()


@settings(max_examples=300)
@given(hostile)
def test_a_hostile_user_id_adds_no_header(user_id: str) -> None:
    transport = Canned(reply({"data": []}))
    client = Smartcar(access_token="t", transport=transport)
    try:
        client.vehicle("v", user_id=user_id).signals()
    except (ValueError, SmartcarError):
        return
    (request,) = transport.requests
    assert not set(request.headers["sc-user-id"]) & {"\r", "\n", "\x00"}


@pytest.mark.parametrize("user_id", ["a\r\nx-evil: y", "a\x00b", "a\n"])
def test_a_user_id_that_can_be_no_header_is_a_value_error_before_anything_is_sent(
    user_id: str,
) -> None:
    transport = Canned(reply({"data": []}))
    with pytest.raises(ValueError, match="user_id"):
        Smartcar(access_token="t", transport=transport).vehicle("v", user_id=user_id).signals()
    assert not transport.requests


@pytest.mark.parametrize("token", ["planted-token\n", "planted\r\nx: y", " "])
def test_a_token_that_can_be_no_header_is_a_value_error_that_does_not_show_it(token: str) -> None:
    with pytest.raises(ValueError, match="access_token") as caught:
        Smartcar(access_token=token, transport=Canned(reply({"data": []})))
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("value", ["", ".", "..", "a\nb", "a\x00b", "\ud800", "x" * 257])
@pytest.mark.parametrize("name", ["connection_id", "vehicle_id"])
def test_what_can_be_no_id_is_a_value_error_that_names_it(name: str, value: str) -> None:
    client = Smartcar(access_token="t", transport=Canned(reply({})))
    ask = client.connection if name == "connection_id" else lambda at: client.vehicle(at).signals()
    with pytest.raises(ValueError, match=f"^{name}"):
        ask(value)


@pytest.mark.parametrize("value", [None, b"bytes", ["list"], 1.5, {}], ids=repr)
def test_what_is_no_text_is_a_type_error(value: Any) -> None:
    client = Smartcar(access_token="t", transport=Canned(reply({})))
    with pytest.raises((TypeError, ValueError)):
        client.connection(value)


@pytest.mark.parametrize("name", [each for each in WITH_IDS if SAMPLES[each].wrong])
def test_the_simulator_knows_no_hostile_id_either(name: str) -> None:
    stage = Stage()
    for nasty in NASTY:
        arguments = {**SAMPLES[name].arguments(stage), SAMPLES[name].wrong or "": nasty}
        with pytest.raises((SmartcarError, ValueError)):
            stage.perform(name, **arguments)
