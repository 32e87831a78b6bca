"""The seed's functions: what they answer, blocking and awaited."""

from __future__ import annotations

import hashlib
import hmac
import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from recorder import Recorder
from transports import Canned, reply

import smartcar
from smartcar import AuthenticationError, SmartcarService, aio, models

MATRIX = {
    "TESLA": [
        {
            "model": "Model 3",
            "startYear": "2017",
            "endYear": 2026,
            "type": "BEV",
            "endpoints": ["EV battery"],
            "permissions": ["read_battery"],
        }
    ]
}
CAPABLE = {"permission": "read_vin", "endpoint": "/vin", "capable": True, "reason": None}
CONNECTION = {"vehicleId": "v", "userId": "u", "connectedAt": "2026-01-02T03:04:05.678Z"}

# What is called, what Smartcar answers, and a fact of what it makes.
CALLS: dict[str, tuple[tuple[Any, ...], Any, type[Any], Any]] = {
    "get_user": (("t",), {"id": "e0514ef4"}, models.User, lambda it: it.id == "e0514ef4"),
    "get_vehicles": (
        ("t",),
        {"vehicles": ["a", "b"], "paging": {"count": 25, "offset": 10}},
        models.VehicleIds,
        lambda it: (list(it), it.paging.count, it.paging.offset) == (["a", "b"], 25, 10),
    ),
    "get_vehicle": (
        ("t", "v"),
        {"data": {"id": "v", "type": "vehicle", "attributes": {"make": "KIA", "year": 2023}}},
        models.VehicleResource,
        lambda it: (
            (it.id, it.type, it.attributes.make, it.attributes.year)
            == ("v", "vehicle", "KIA", 2023)
        ),
    ),
    "get_compatibility": (
        ("VIN", "read_vin"),
        {"compatible": True, "reason": None, "capabilities": [CAPABLE]},
        models.Compatibility,
        lambda it: it.compatible and it.capabilities[0].endpoint == "/vin",
    ),
    "get_compatibility_matrix": (
        ("US",),
        MATRIX,
        models.CompatibilityMatrix,
        lambda it: (it["TESLA"][0].start_year, list(it), len(it)) == (2017, ["TESLA"], 1),
    ),
    "get_connections": (
        ("amt",),
        {"connections": [CONNECTION], "paging": {"cursor": "AES::x"}},
        models.ConnectionsPage,
        lambda it: (it.connections[0].user_id, it.paging.cursor) == ("u", "AES::x"),
    ),
    "delete_connections": (
        ("amt",),
        {"connections": [{"vehicleId": "v", "userId": "u"}]},
        models.DeletedConnections,
        lambda it: it.connections[0].vehicle_id == "v",
    ),
}
NAMED = {"delete_connections": {"user_id": "u"}}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with Recorder() as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        monkeypatch.setenv("SMARTCAR_CLIENT_ID", "id")
        monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", "secret")
        yield server


async def called(module: Any, name: str) -> Any:
    outcome = getattr(module, name)(*CALLS[name][0], **NAMED.get(name, {}))
    return await outcome if inspect.isawaitable(outcome) else outcome


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("module", [smartcar, aio], ids=["blocking", "awaiting"])
async def test_it_answers_with_its_model(recorder: Recorder, name: str, module: Any) -> None:
    _, body, model, is_so = CALLS[name]
    recorder.body = json.dumps(body).encode()
    recorder.headers = {"sc-request-id": "26c14915"}

    answer = await called(module, name)

    assert isinstance(answer, model)
    assert is_so(answer)
    assert answer.headers["sc-request-id"] == answer.request_id == "26c14915"
    assert answer.to_dict()


@pytest.mark.parametrize("name", ["connectedAt", "createdAt"])
def test_a_connection_says_when_it_was_made_in_either_spelling(
    recorder: Recorder, name: str
) -> None:
    said = {"vehicleId": "v", "userId": "u", name: CONNECTION["connectedAt"]}
    recorder.body = json.dumps({"connections": [said], "paging": {}}).encode()

    page = smartcar.get_connections("amt")

    assert page.connections[0].connected_at == CONNECTION["connectedAt"]
    assert page.reply is not None
    assert json.loads(page.reply.body)["connections"] == [said]


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("module", [smartcar, aio], ids=["blocking", "awaiting"])
async def test_it_raises_what_smartcar_says(recorder: Recorder, name: str, module: Any) -> None:
    recorder.status = 401
    recorder.body = b'{"type": "AUTHENTICATION", "code": null, "statusCode": 401}'

    with pytest.raises(AuthenticationError) as raised:
        await called(module, name)

    assert raised.value.status_code == 401


@pytest.mark.parametrize("name", CALLS)
def test_both_have_the_same_signature_and_docstring(name: str) -> None:
    blocking, awaiting = getattr(smartcar, name), getattr(aio, name)

    assert blocking.__doc__ == awaiting.__doc__
    assert inspect.signature(blocking).parameters == inspect.signature(awaiting).parameters
    assert "Raises:" in blocking.__doc__
    assert "Source:" in blocking.__doc__


@pytest.mark.parametrize("whose", [{}, {"user_id": "u", "vehicle_id": "v"}])
def test_connections_of_both_or_of_nobody_are_not_deleted(whose: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="user_id or vehicle_id"):
        smartcar.delete_connections("amt", **whose)


def test_test_mode_is_deprecated(recorder: Recorder) -> None:
    recorder.body = b'{"compatible": true}'
    with pytest.warns(DeprecationWarning, match="mode"):
        smartcar.get_compatibility("VIN", "read_vin", test_mode=True)

    assert "mode=test" in recorder.last.url


def test_a_challenge_is_answered_with_the_token_as_key() -> None:
    expected = hmac.new(b"amt", b"challenge", hashlib.sha256).hexdigest()

    assert smartcar.hash_challenge("amt", "challenge") == expected


@pytest.mark.parametrize(
    "body", ['{"a":"ü","b":1}', '{"a":"ü","b":1}'.encode(), {"a": "ü", "b": 1}], ids=type
)
def test_a_payload_is_verified(body: Any) -> None:
    signature = smartcar.hash_challenge("amt", '{"a":"ü","b":1}')

    assert smartcar.verify_payload("amt", signature, body)
    assert not smartcar.verify_payload("other", signature, body)
    assert not smartcar.verify_payload("amt", "no signature, ü", body)


def test_a_service_asks_below_its_address() -> None:
    canned = Canned(reply({"id": "u"}))
    service = SmartcarService("https://api.test/v2.0", access_token="t", transport=canned)

    assert service.request("get", "user", query={"a": "b"}).body == {"id": "u"}
    assert canned.requests[0].url == "https://api.test/v2.0/user?a=b"
    assert canned.requests[0].headers["authorization"] == "Bearer t"


def test_a_service_of_a_car_asks_a_batch() -> None:
    answer = {"path": "/odometer", "code": 200, "body": {"distance": 1}}
    canned = Canned(reply({"responses": [answer]}))
    base, headers = "https://api.test/v2.0/vehicles/v", {"Authorization": "Bearer mine"}
    service = SmartcarService(base, headers=headers, transport=canned)

    assert service.batch_request(["/odometer"]).odometer().distance == 1
    assert canned.requests[0].url == f"{base}/batch"
    assert canned.requests[0].headers["authorization"] == "Bearer mine"


def test_a_service_without_a_token_says_so() -> None:
    with pytest.raises(ValueError, match="access_token"):
        SmartcarService()


def test_an_error_has_the_seeds_names() -> None:
    body = {"error": "vehicle_state_error", "message": "Asleep.", "code": "VS_000"}
    error = smartcar.SmartcarError(409, body, {"SC-Request-Id": "r"})

    assert (error.status_code, error.error, error.code) == (409, "vehicle_state_error", "VS_000")
    assert (error.request_id, error.description) == ("r", "Asleep.")
