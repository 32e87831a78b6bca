"""What is sent is what the official Node SDK sends for the same call, save for its faults."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from recorder import Recorder, Sent

import smartcar
from smartcar import AsyncAuthClient, AsyncVehicle, AuthClient, Vehicle, aio, models

# Recorded by samples/record_node_sdk.js.
SAMPLE = json.loads((Path(__file__).parent / "samples" / "node_sdk_10.4.0.json").read_text())

FAULTS = {
    "service_history_undated": {"url": "/v2.0/vehicles/car/service/history"},  # "undefined" dates
    "unsubscribe": {"body": ""},  # a {} body on DELETE
    "set_charge_limit": {"body": '{"limit":0.7}'},  # a charge limit as text
}
"""Where the recorded request is wrong, and what is right."""

MATRIX = {"make": ["TESLA", "BMW"], "scope": ["read_vin"], "type": "BEV", "mode": "live"}

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "get_user": lambda of: of.get_user("token"),
    "get_vehicles": lambda of: of.get_vehicles("token"),
    "get_vehicles_paged": lambda of: of.get_vehicles("token", limit=5, offset=2),
    "get_vehicle": lambda of: of.get_vehicle("token", "car"),
    "get_compatibility": lambda of: of.get_compatibility("VIN", ["read_vin", "read_fuel"], "DE"),
    "get_compatibility_level": lambda of: of.get_compatibility(
        "VIN", ["read_vin"], test_mode_compatibility_level="fuel", flags={"a": True}
    ),
    "get_compatibility_matrix": lambda of: of.get_compatibility_matrix("US", **MATRIX),
    "get_connections": lambda of: of.get_connections("amt", user_id="u", limit=5, cursor="a+b="),
    "delete_connections": lambda of: of.delete_connections("amt", vehicle_id="car"),
}
EXCHANGES: dict[str, Callable[[Any], Any]] = {
    "exchange_code": lambda auth: auth.exchange_code("code"),
    "exchange_code_flags": lambda auth: auth.exchange_code("code", flags={"a": True}),
    "exchange_refresh_token": lambda auth: auth.exchange_refresh_token("refresh"),
}
ON_A_CAR: dict[str, Callable[[Any], Any]] = {
    "permissions_paged": lambda car: car.permissions(limit=5, offset=2),
    "service_history": lambda car: car.service_history("2025-01-01", "2025-02-01"),
    "service_history_undated": lambda car: car.service_history(),
    "set_charge_limit": lambda car: car.set_charge_limit(0.7),
    "send_destination": lambda car: car.send_destination(47.6, -122.3),
    "subscribe": lambda car: car.subscribe("hook"),
    "unsubscribe": lambda car: car.unsubscribe("amt", "hook"),
    "batch": lambda car: car.batch(["/odometer", "battery"]),
    "request": lambda car: car.request("GET", "tesla/speedometer"),
    "request_body": lambda car: car.request("POST", "/tesla/pin", {"pin": "1234"}, {"X-A": "b"}),
    "get_signal": lambda car: car.get_signal("odometer-traveleddistance"),
}
FLAGGED: dict[str, Callable[[Any], Any]] = {
    "odometer_flags": lambda car: car.odometer(),
    "lock_flags": lambda car: car.lock(),
}
SPECIAL = {*FUNCTIONS, *EXCHANGES, *ON_A_CAR, *FLAGGED}
PLAIN = [name for name in SAMPLE["recorded"] if name not in SPECIAL]
ON_A_CAR |= {name: lambda car, name=name: getattr(car, name)() for name in PLAIN}  # type: ignore[misc]

ANSWERS = {
    "get_signals": {"data": []},
    "get_signal": {"data": {"id": "odometer-traveleddistance"}},
    "get_vehicle": {"data": {"id": "car"}},
    "get_compatibility_matrix": {},
    "service_history": [],
    "service_history_undated": [],
}
TOKENS = {"access_token": "a", "refresh_token": "r", "expires_in": 7200}
NOTHING = {
    name: None
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, models.Answer)
    for name in model.__struct_encode_fields__
}
"""Any answer, with nothing in it: every name that there is, and null."""


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with Recorder(json.dumps(NOTHING).encode()) as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        monkeypatch.setenv("SMARTCAR_CLIENT_ID", "id")
        monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", "secret")
        yield server


def answering(recorder: Recorder, name: str) -> Recorder:
    recorder.body = json.dumps(ANSWERS.get(name, NOTHING | TOKENS | {"responses": []})).encode()
    return recorder


def meant(sent: Sent) -> dict[str, Any]:
    """A request without what means nothing: the order of fields, the writing of JSON."""
    url = urlsplit(sent.url)
    is_form = "form" in sent.headers.get("content-type", "")
    body = dict(parse_qsl(sent.body)) if is_form else json.loads(sent.body or "null")
    return {
        "method": sent.method,
        "path": url.path,
        "query": parse_qs(url.query, keep_blank_values=True),
        "headers": sent.headers,
        "body": body,
    }


def recorded(name: str) -> dict[str, Any]:
    return meant(Sent(**{**SAMPLE["recorded"][name], **FAULTS.get(name, {})}))


async def made(outcome: Any) -> Any:
    return await outcome if inspect.isawaitable(outcome) else outcome


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("module", [smartcar, aio], ids=["blocking", "awaiting"])
async def test_functions_send_what_the_node_sdk_sends(
    recorder: Recorder, name: str, module: Any
) -> None:
    answering(recorder, name)

    await made(FUNCTIONS[name](module)) if module is aio else FUNCTIONS[name](module)

    assert meant(recorder.last) == recorded(name)


@pytest.mark.parametrize("name", EXCHANGES)
@pytest.mark.parametrize("kind", [AuthClient, AsyncAuthClient])
async def test_exchanges_send_what_the_node_sdk_sends(
    recorder: Recorder, name: str, kind: Any
) -> None:
    answering(recorder, name)

    await made(EXCHANGES[name](kind(redirect_uri="https://example.com/back", mode="simulated")))

    assert meant(recorder.last) == recorded(name)


@pytest.mark.parametrize("name", ON_A_CAR)
@pytest.mark.parametrize("kind", [Vehicle, AsyncVehicle])
async def test_cars_send_what_the_node_sdk_sends(recorder: Recorder, name: str, kind: Any) -> None:
    answering(recorder, name)

    await made(ON_A_CAR[name](kind("car", "token", unit_system="imperial")))

    assert meant(recorder.last) == recorded(name)


@pytest.mark.parametrize("name", FLAGGED)
def test_flags_go_with_reads_and_commands(recorder: Recorder, name: str) -> None:
    FLAGGED[name](Vehicle("car", "token", flags={"country": "DE", "beta": True}))

    assert meant(recorder.last) == recorded(name)


@pytest.mark.parametrize("name", ["batch", "request"])
def test_flags_go_with_batches_and_requests_too(recorder: Recorder, name: str) -> None:
    answering(recorder, "batch")

    ON_A_CAR[name](Vehicle("car", "token", flags={"country": "DE"}))

    assert recorder.last.url.endswith("?flags=country%3ADE")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("auth_url", {"scope": ["required:read_vin", "read_fuel"]}),
        (
            "auth_url_all",
            {
                "scope": ["read_vin"],
                "force_prompt": True,
                "state": "a b",
                "single_select": {"vin": "VIN"},
                "make_bypass": "TESLA",
                "flags": {"country": "DE", "beta": True},
                "user": "me",
            },
        ),
        ("auth_url_enabled", {"scope": ["read_vin"], "single_select": {"enabled": False}}),
    ],
)
def test_the_address_of_connect_is_that_of_the_node_sdk(name: str, said: Any) -> None:
    auth = AuthClient("id", "secret", "https://example.com/back", mode="simulated")

    assert auth.get_auth_url(**said) == f"https://connect.smartcar.com{SAMPLE['urls'][name]}"


def test_every_recorded_call_is_compared() -> None:
    assert {*FUNCTIONS, *EXCHANGES, *ON_A_CAR, *FLAGGED} == set(SAMPLE["recorded"])


def test_connections_are_kept_between_cars_and_functions(recorder: Recorder) -> None:
    for number in range(3):
        Vehicle(f"car{number}", f"token{number}").odometer()
        smartcar.get_user("token")

    assert len(recorder.connections) == 1
    assert [sent.headers["authorization"] for sent in recorder.requests[::2]] == [
        "Bearer token0",
        "Bearer token1",
        "Bearer token2",
    ]
