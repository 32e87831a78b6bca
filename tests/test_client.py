"""The two clients: where they find what they need, what they close, and whom they speak for."""

from __future__ import annotations

from typing import Any

import pytest
from owners import connect
from stage import Stage
from transports import Canned, Counting, reply

import smartcar as sdk
from smartcar import (
    AsyncSmartcar,
    NotFoundError,
    Options,
    Origins,
    PermissionDeniedError,
    Reply,
    Smartcar,
)
from smartcar.simulator import SimulatedApplication, Simulator

EMPTY = reply({"data": []})
VARIABLES = (
    *("SMARTCAR_CLIENT_ID", "SMARTCAR_CLIENT_SECRET", "SMARTCAR_ORIGIN"),
    *("SMARTCAR_VEHICLE_API_V3_ORIGIN", "SMARTCAR_API_V3_ORIGIN", "SMARTCAR_VEHICLE_API_ORIGIN"),
    *("SMARTCAR_MANAGEMENT_API_ORIGIN", "SMARTCAR_COMPATIBILITY_API_ORIGIN"),
    *("SMARTCAR_IAM_ORIGIN", "SMARTCAR_CONNECT_ORIGIN"),
)
BOTH = pytest.mark.parametrize("client", [Smartcar, AsyncSmartcar])


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that says nothing of Smartcar until a test does."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


# --- credentials ----------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "client_id"),
        ({"client_id": "id"}, "client_secret"),
        ({"client_secret": "s"}, "client_id"),
        ({"client_id": "", "client_secret": "s"}, "client_id"),
        ({"client_id": "id", "client_secret": ""}, "client_secret"),
    ],
    ids=str,
)
def test_missing_credentials_are_named_with_their_variable(
    client: Any, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(ValueError, match=missing) as caught:
        client(**given)
    assert f"SMARTCAR_{missing.upper()}" in str(caught.value)


def test_an_empty_token_is_refused() -> None:
    with pytest.raises(ValueError, match="access_token"):
        Smartcar(access_token="")


def test_credentials_come_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SMARTCAR_CLIENT_ID", "of the environment")
    environment.setenv("SMARTCAR_CLIENT_SECRET", "its secret")
    transport = Canned(reply({"access_token": "a"}), EMPTY)
    list(Smartcar(transport=transport).connections())
    assert b"client_id=of+the+environment" in transport.requests[0].body
    assert b"client_secret=its+secret" in transport.requests[0].body


def test_what_is_passed_wins_over_the_environment(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SMARTCAR_CLIENT_ID", "of the environment")
    environment.setenv("SMARTCAR_CLIENT_SECRET", "its secret")
    transport = Canned(reply({"access_token": "a"}), EMPTY)
    list(Smartcar("passed", transport=transport).connections())
    assert b"client_id=passed" in transport.requests[0].body
    assert b"client_secret=its+secret" in transport.requests[0].body


async def test_a_simulator_needs_neither_account_nor_environment() -> None:
    application = SimulatedApplication(client_id="other", client_secret="own")
    for simulator in (Simulator(), Simulator(application=application)):
        assert next(iter(Smartcar(transport=simulator).connections())).vehicle_id
        async for each in AsyncSmartcar(transport=simulator).connections():
            assert each.user_id


def test_a_given_token_is_sent_as_it_is_and_none_is_asked_for() -> None:
    transport = Canned(EMPTY)
    list(Smartcar(access_token="mine", transport=transport).connections())
    (request,) = transport.requests
    assert request.headers["authorization"] == "Bearer mine"


def test_a_program_names_itself_after_the_sdk() -> None:
    transport = Canned(EMPTY)
    list(Smartcar(access_token="t", transport=transport, app_info="fleet/2.1").connections())
    list(Smartcar(access_token="t", transport=transport).connections())
    agents = [each.headers["user-agent"] for each in transport.requests]
    assert agents == [
        f"smartcar-sdk/{sdk.__version__} fleet/2.1",
        f"smartcar-sdk/{sdk.__version__}",
    ]


@BOTH
def test_options_are_taken_and_shown(client: Any) -> None:
    made = client(access_token="t", transport=Canned(EMPTY), retries=0, read_timeout=None)
    assert made.options == Options(retries=0, read_timeout=None)
    assert made.with_options(retries=3).options == Options(retries=3, read_timeout=None)
    with pytest.raises(ValueError, match="retries"):
        made.with_options(retries=-1)
    with pytest.raises(TypeError):
        client(access_token="t", patience=3)


# --- origins --------------------------------------------------------------------------------------


def test_without_a_word_it_is_smartcar_itself() -> None:
    assert Smartcar(access_token="t").origins == Origins()


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("SMARTCAR_VEHICLE_API_V3_ORIGIN", "vehicle"),
        ("SMARTCAR_API_V3_ORIGIN", "vehicle"),
        ("SMARTCAR_VEHICLE_API_ORIGIN", "vehicle"),
        ("SMARTCAR_MANAGEMENT_API_ORIGIN", "management"),
        ("SMARTCAR_COMPATIBILITY_API_ORIGIN", "compatibility"),
        ("SMARTCAR_IAM_ORIGIN", "iam"),
        ("SMARTCAR_CONNECT_ORIGIN", "connect"),
    ],
)
def test_every_name_that_an_official_sdk_honours_is_honoured(
    environment: pytest.MonkeyPatch, name: str, host: str
) -> None:
    environment.setenv(name, "http://127.0.0.1:9")
    origins = Smartcar(access_token="t").origins
    for each in ("vehicle", "management", "compatibility", "iam", "connect"):
        expected = "http://127.0.0.1:9" if each == host else getattr(Origins(), each)
        assert getattr(origins, each) == expected


def test_one_variable_names_all_hosts_and_wins(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SMARTCAR_API_V3_ORIGIN", "http://127.0.0.1:9")
    environment.setenv("SMARTCAR_ORIGIN", "http://127.0.0.1:8686/")
    assert Smartcar(access_token="t").origins == Origins.all_at("http://127.0.0.1:8686")


def test_an_origin_that_is_passed_wins_over_all(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SMARTCAR_ORIGIN", "http://127.0.0.1:8686")
    for given in ("https://proxy.example", Origins.all_at("https://proxy.example")):
        made = Smartcar(access_token="t", origin=given)
        assert made.origins == Origins.all_at("https://proxy.example")


BAD_ORIGINS = [
    *("proxy.example", "ftp://proxy.example", "https://", "//proxy.example", "file:///etc/passwd"),
    *("https://proxy.example/v3", "https://proxy.example?x=1", "https://proxy.example#x", " "),
    *("https://user@proxy.example", "https://user:password@proxy.example", "javascript:alert(1)"),
    *("https://[bad", "https://proxy.example:port", "https://proxy.example:99999"),
    *("https://proxy.example\r\nx: y", "https://proxy example", "https://@proxy.example"),
    *("https://proxy.example\\@evil.example", "https://proxy.example/?", "https://proxy.example#"),
]


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_what_is_no_origin_is_refused_before_a_secret_is_sent_to_it(
    environment: pytest.MonkeyPatch, origin: str
) -> None:
    with pytest.raises(ValueError, match="vehicle"):
        Smartcar(access_token="t", origin=origin)
    environment.setenv("SMARTCAR_ORIGIN", origin)
    with pytest.raises(ValueError, match="vehicle"):
        Smartcar(access_token="t")


def test_the_password_in_a_refused_origin_is_not_shown() -> None:
    with pytest.raises(ValueError, match="vehicle") as caught:
        Smartcar(access_token="t", origin="https://user:planted@proxy.example")
    assert "planted" not in str(caught.value)


# --- on whose behalf ------------------------------------------------------------------------------


async def test_a_car_finds_its_user_by_itself_and_once(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    owned = connect(simulator, "me@example.com")
    for _ in range(3):
        client.vehicle(owned.vehicle_id).signals()
    client.with_options(retries=0).vehicle(owned.vehicle_id).lock()
    assert counting.count("/connections") == 1
    about = [each for each in counting.requests if "/vehicles/" in each.path]
    assert {each.headers["sc-user-id"] for each in about} == {owned.user_id}
    again = Counting(simulator)
    awaiting = AsyncSmartcar(transport=again)
    for _ in range(3):
        await awaiting.vehicle(owned.vehicle_id).signals()
    assert again.count("/connections") == 1


def test_a_simulated_car_is_found_too(simulator: Simulator) -> None:
    counting = Counting(simulator)
    owned = connect(simulator, "me@example.com", mode="simulated")
    assert Smartcar(transport=counting).vehicle(owned.vehicle_id).lock().status == "success"
    assert counting.count("/connections") == 2


def test_nobody_is_looked_for_where_the_user_is_named(simulator: Simulator) -> None:
    counting = Counting(simulator)
    owned = connect(simulator, "me@example.com")
    client = Smartcar(transport=counting)
    client.vehicle(owned.vehicle_id, user_id=owned.user_id).signals()
    client.vehicle(owned.vehicle_id).attributes()
    assert counting.count("/connections") == 0


def test_a_connection_is_as_good_as_an_id(simulator: Simulator) -> None:
    counting = Counting(simulator)
    client = Smartcar(transport=counting)
    connection = next(iter(client.connections()))
    car = client.vehicle(connection)
    assert (car.id, car.user_id) == (connection.vehicle_id, connection.user_id)
    assert car.signals()
    assert counting.count("/connections") == 1


def test_a_car_that_nobody_has_connected_is_not_found(simulator: Simulator) -> None:
    with pytest.raises(NotFoundError, match="no-such-car"):
        Smartcar(transport=simulator).vehicle("no-such-car").signals()


def test_a_car_that_changed_hands_is_asked_about_anew() -> None:
    stage = Stage()
    car = stage.client.vehicle(stage.vehicle_id)
    car.signals()
    stage.client.remove_connection(stage.connection.id)
    for _ in range(2):  # at first it still believes in the old owner
        with pytest.raises((NotFoundError, PermissionDeniedError)):
            car.signals()


def test_a_brought_token_may_stand_for_one_user_so_nobody_is_named() -> None:
    transport = Canned(EMPTY)
    Smartcar(access_token="t", transport=transport).vehicle("v").signals()
    (request,) = transport.requests
    assert "sc-user-id" not in request.headers


# --- closing --------------------------------------------------------------------------------------


def test_a_transport_that_was_lent_is_left_open() -> None:
    transport = Canned(EMPTY)
    with Smartcar(access_token="t", transport=transport) as client:
        list(client.connections())
    client.close()
    assert not transport.is_closed


async def test_a_transport_that_was_lent_is_left_open_awaiting() -> None:
    transport = Canned(EMPTY)
    async with AsyncSmartcar(access_token="t", transport=transport) as client:
        assert [each async for each in client.connections()] == []
    assert not transport.is_closed


async def test_clients_close_what_they_opened_however_often() -> None:
    with Smartcar(access_token="t") as client:
        client.with_options(retries=0).close()
    client.close()
    async with AsyncSmartcar(access_token="t") as awaiting:
        await awaiting.with_options(retries=0).close()
    await awaiting.close()


def test_an_exception_passes_through_the_context() -> None:
    with pytest.raises(KeyError), Smartcar(access_token="t", transport=Canned(EMPTY)):
        raise KeyError


def test_a_fault_in_a_transport_of_ones_own_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        list(Smartcar(access_token="t", transport=Canned(ZeroDivisionError())).connections())


@BOTH
def test_clients_and_cars_show_where_they_are(client: Any) -> None:
    made = client(access_token="t", transport=Canned(Reply(200)), origin="http://127.0.0.1:8686")
    assert repr(made) == f"<{client.__name__} at http://127.0.0.1:8686>"
    assert repr(made.vehicle("v-1")).endswith(" v-1>")
