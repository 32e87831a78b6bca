"""What a caller words goes where it says and says who asks: nothing else, and for nobody else."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from recorder import Recorder
from transports import Canned, reply

import smartcar
from smartcar import (
    AsyncVehicle,
    Smartcar,
    SmartcarService,
    Vehicle,
    aio,
    hash_challenge,
    models,
    verify_payload,
)
from smartcar.simulator import Simulator

# --- who asks ------------------------------------------------------------------------------------

NO_TOKENS: list[Any] = [None, "", "two words", 5]


@pytest.mark.parametrize("token", NO_TOKENS)
@pytest.mark.parametrize("kind", [Vehicle, AsyncVehicle])
def test_a_car_without_a_token_does_not_ask_as_the_application(kind: Any, token: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="token"):
        kind("v", token, version="3", transport=Simulator(seed=7))


@pytest.mark.parametrize("token", NO_TOKENS)
async def test_a_function_without_a_token_does_not_ask_as_the_application(
    monkeypatch: pytest.MonkeyPatch, token: Any
) -> None:
    with Recorder() as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        monkeypatch.setenv("SMARTCAR_CLIENT_ID", "id")
        monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", "secret")

        with pytest.raises((TypeError, ValueError), match="token"):
            smartcar.get_user(token)
        with pytest.raises((TypeError, ValueError), match="token"):
            await aio.get_vehicles(token)
        assert server.requests == []


def test_v3_takes_the_applications_token_with_the_owner_it_asks_for(simulator: Simulator) -> None:
    client = Smartcar(transport=simulator)
    connection = next(iter(client.connections()))
    token = client.run(client._session.tokens.bearer(None))

    car = Vehicle(
        connection.vehicle_id,
        token,
        version="3",
        user_id=connection.user_id,
        transport=simulator,
    )

    assert car.odometer() == client.vehicle(connection).odometer()


def test_a_car_of_a_client_may_be_imperial(simulator: Simulator) -> None:
    client = Smartcar(transport=simulator)
    connection = next(iter(client.connections()))

    miles = client.vehicle(connection, unit_system="imperial").odometer()
    km = client.vehicle(connection).odometer()

    assert miles.meta.unit_system == "imperial"
    assert miles.distance == pytest.approx((km.distance or 0) / 1.609344, abs=0.01)
    with pytest.raises(ValueError, match="unit_system"):
        client.vehicle(connection, unit_system="parsecs")


# --- where a request goes ------------------------------------------------------------------------

ELSEWHERE = [
    "../w/vin",
    "%2e%2e/w/vin",
    "%2E./w/vin",
    "a/%2e%2e/%2e%2e/w",
    "..\\w\\application",
    "%2e%2e%2fw",
    "%2e%2e%5cw",
    "a//b",
    "//evil.example/x",
    "https://evil.example/x",
    "x#fragment",
    "a\tb",
    "a\n",
    None,
]


def car_of(server: Recorder) -> Callable[..., Any]:
    return Vehicle("v", "t", origin=server.origin).request


def service_of(server: Recorder) -> Callable[..., Any]:
    return SmartcarService(f"{server.origin}/v2.0/vehicles/v", access_token="t").request


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("asking", [car_of, service_of])
def test_no_path_leads_elsewhere(asking: Callable[[Recorder], Any], path: Any) -> None:
    with Recorder() as server:
        with pytest.raises(ValueError, match="path"):
            asking(server)("DELETE", path)
        assert server.requests == []


@pytest.mark.parametrize("asking", [car_of, service_of])
@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("tesla/speedometer", "/tesla/speedometer"),
        ("/vin/", "/vin"),
        ("", "/"),
        ("a b/ü", "/a%20b/%C3%BC"),
        ("%252e%252e/w", "/%252e%252e/w"),
        ("x?a=1&b=2%203", "/x?a=1&b=2+3"),
    ],
)
def test_a_path_arrives_where_it_says(
    asking: Callable[[Recorder], Any], path: str, url: str
) -> None:
    with Recorder() as server:
        asking(server)("GET", path)

        assert server.requests[0].url == f"/v2.0/vehicles/v{url}"


@pytest.mark.parametrize("method", ["G ET", "", None, "GET\r\n"])
def test_a_method_is_a_word(method: Any) -> None:
    with Recorder() as server:
        for asking in (car_of, service_of):
            with pytest.raises(ValueError, match="method"):
                asking(server)(method, "vin")
        assert server.requests == []


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": "3"},
        {"Host": "evil.example"},
        {"transfer-encoding": "chunked"},
        {"x-a": 1},
        {5: "x"},
        {"a b": "x"},
    ],
)
def test_a_header_is_a_name_and_text_and_does_not_frame(headers: Any) -> None:
    with Recorder() as server:
        with pytest.raises((TypeError, ValueError), match="header"):
            car_of(server)("POST", "charge/limit", {"limit": 0.8}, headers)
        assert server.requests == []


@pytest.mark.parametrize("body", [b"{}", float("nan"), {"limit": float("inf")}, object()])
def test_a_body_is_json(body: Any) -> None:
    with Recorder() as server:
        with pytest.raises((TypeError, ValueError)):
            car_of(server)("POST", "charge/limit", body)
        assert server.requests == []


def test_a_parameter_said_twice_is_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="twice"):
        Vehicle("v", "t", transport=Canned(reply({}))).request("GET", "x?a=1&a=2")


# --- what is said --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"user_id": ""}, {"vehicle_id": " "}])
def test_an_empty_filter_does_not_mean_everybody(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="empty"):
        smartcar.delete_connections("amt", **said)
    with pytest.raises(ValueError, match="empty"):
        smartcar.get_connections("amt", **said)


def test_what_must_be_text_is_text() -> None:
    nothing: Any = None
    with pytest.raises(ValueError, match="vin"):
        smartcar.get_compatibility(nothing, "read_vin", client_id="i", client_secret="s")


@pytest.mark.parametrize("version", ["3.1", "v", "-2", "three"])
def test_there_are_no_other_versions(version: str) -> None:
    with pytest.raises(ValueError, match="version"):
        Vehicle("v", "t", version=version)
    with pytest.raises(ValueError, match="version"):
        smartcar.set_api_version(version)


@pytest.mark.parametrize("flags", [["a"], 5])
def test_flags_are_a_mapping_or_text(flags: Any) -> None:
    with pytest.raises(TypeError, match="flags"):
        Vehicle("v", "t", flags=flags)


def test_what_is_empty_is_left_out_of_connects_address() -> None:
    auth = smartcar.AuthClient("id", "secret", "https://app.example.com/back")

    url = auth.get_auth_url(["read_vin"], state="", make_bypass="", user="")

    assert url == auth.get_auth_url(["read_vin"])


@pytest.mark.parametrize("chosen", ["true", {"enabled": "false"}, 1])
def test_single_select_is_no_text(chosen: Any) -> None:
    auth = smartcar.AuthClient("id", "secret", "https://app.example.com/back")
    with pytest.raises(TypeError, match="single_select"):
        auth.get_auth_url(["read_vin"], single_select=chosen)


# --- signatures of webhooks ----------------------------------------------------------------------


@pytest.mark.parametrize("signature", [None, "", b"00", "ü", "\ud800"])
def test_what_is_no_signature_is_false(signature: Any) -> None:
    assert verify_payload("amt", signature, b"{}") is False


def test_a_signature_may_be_bytes_and_a_body_any_mapping() -> None:
    signature = hash_challenge("amt", '{"a":1}')

    assert verify_payload("amt", signature.encode(), b'{"a":1}')
    assert verify_payload("amt", signature, models.Meta({"a": 1}))
    assert not verify_payload("amt", signature, "\ud800")


def test_an_empty_key_signs_nothing() -> None:
    with pytest.raises(ValueError, match="amt"):
        hash_challenge("", "challenge")
    with pytest.raises(ValueError, match="amt"):
        verify_payload("", "00", b"{}")
    nothing: Any = None
    with pytest.raises(TypeError, match="challenge"):
        hash_challenge("amt", nothing)


# --- what help() shows ---------------------------------------------------------------------------


def test_a_function_shows_what_it_answers() -> None:
    assert inspect.signature(smartcar.get_user).return_annotation is models.User
    assert inspect.get_annotations(aio.get_vehicles)["return"] is models.VehicleIds


def test_an_error_says_which_field_is_wrong() -> None:
    wrong = {
        "type": "VALIDATION",
        "statusCode": 400,
        "description": "Request invalid or malformed.",
        "detail": [{"field": "limit", "message": '"limit" must be at most 50'}],
    }
    with pytest.raises(smartcar.InvalidRequestError, match='"limit" must be at most 50'):
        Vehicle("v", "t", transport=Canned(reply(wrong, 400))).odometer()


def test_v3_has_no_compatibility_by_vin() -> None:
    with pytest.raises(ValueError, match="compatible_vehicles"):
        smartcar.get_compatibility("VIN", "read_vin", version="3", client_id="i", client_secret="s")
