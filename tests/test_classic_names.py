"""Every name that programs written for Smartcar's own SDKs import or call is here, documented."""

from __future__ import annotations

import inspect

import pytest

import smartcar
from smartcar import AsyncAuthClient, AsyncVehicle, AuthClient, SmartcarError, Vehicle, aio, models

MODULE = """
SmartcarError Vehicle AuthClient SmartcarService METHODS_MAP set_api_version get_api_version
get_user get_vehicles get_vehicle get_compatibility get_compatibility_matrix hash_challenge
verify_payload get_connections delete_connections AsyncVehicle AsyncAuthClient
"""
ON_A_CAR = """
permissions diagnostic_system_status diagnostic_trouble_codes service_history get_charge_limit
set_charge_limit send_destination subscribe unsubscribe batch request get_signals get_signal vin
charge battery battery_capacity nominal_capacity fuel tire_pressure engine_oil odometer location
attributes lock unlock start_charge stop_charge disconnect lock_status
"""
TWINS = """
get_user get_vehicles get_vehicle get_compatibility get_compatibility_matrix get_connections
delete_connections
"""
ON_AUTH = ["get_auth_url", "exchange_code", "exchange_refresh_token"]
MODELS = """
User VehicleIds Attributes Compatibility CompatibilityMatrixEntry CompatibilityMatrix Access
Permissions DiagnosticSystemStatus DiagnosticSystemStatusResponse DiagnosticTroubleCode
DiagnosticTroubleCodesResponse ServiceHistory ChargeLimit WebhookSubscription Batch Response Signal
Signals VehicleResource Meta Vin Charge Battery BatteryCapacity NominalCapacity Fuel TirePressure
EngineOil Odometer LockStatus Location ActionResponse ConnectionsPage DeletedConnections
"""
PARTS = {"CompatibilityMatrixEntry", "DiagnosticSystemStatus", "DiagnosticTroubleCode", "Meta"}
ON_AN_ERROR = """
message description type code status status_code request_id resolution doc_url detail
suggested_user_message retry_after error headers body
"""


@pytest.mark.parametrize("name", MODULE.split())
def test_the_module_has_it(name: str) -> None:
    assert name in smartcar.__all__
    assert name == "METHODS_MAP" or getattr(smartcar, name).__doc__


@pytest.mark.parametrize("name", TWINS.split())
def test_a_function_that_asks_has_an_awaiting_twin(name: str) -> None:
    assert inspect.iscoroutinefunction(inspect.unwrap(getattr(aio, name), stop=_is_awaited))


def _is_awaited(function: object) -> bool:
    return inspect.iscoroutinefunction(function)


@pytest.mark.parametrize("kind", [Vehicle, AsyncVehicle])
@pytest.mark.parametrize("name", ON_A_CAR.split())
def test_a_car_has_it(kind: type[Vehicle], name: str) -> None:
    assert getattr(kind("v", "t"), name).__doc__


@pytest.mark.parametrize("kind", [AuthClient, AsyncAuthClient])
@pytest.mark.parametrize("name", ON_AUTH)
def test_the_auth_client_has_it(kind: type[AuthClient], name: str) -> None:
    assert getattr(kind, name).__doc__


@pytest.mark.parametrize("name", MODELS.split())
def test_the_model_is_importable_and_has_its_meta(name: str) -> None:
    model = getattr(models, name)

    assert name in models.__all__
    assert model.__doc__
    if name not in PARTS:
        assert hasattr(model, "meta")
        assert hasattr(model, "to_dict")
        assert hasattr(model, "reply") or name == "Batch"


OF_V3 = {
    "Signals": "data meta links headers",
    "Signal": "data id type attributes meta links value unit error age headers",
    "VehicleResource": "data id type attributes meta links make model year headers",
    "SignalAttributes": "code name group status body",
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in OF_V3.items() for name in names.split()]
)
def test_an_answer_of_v3_has_the_field(kind: str, name: str) -> None:
    made = models.Signal().attributes if kind == "SignalAttributes" else getattr(models, kind)

    assert hasattr(made, name)


SAID = {
    "type": "RATE_LIMIT",
    "code": "VEHICLE",
    "description": "Slow down.",
    "statusCode": 429,
    "requestId": "26c14915",
    "resolution": {"type": "RETRY_LATER", "url": "https://smartcar.com"},
    "docURL": "https://smartcar.com/docs/errors",
    "detail": [{"field": "range"}],
    "suggestedUserMessage": "Try again.",
}
OF_V1 = {"error": "vehicle_state_error", "message": "Not now.", "code": "VS_000"}


@pytest.mark.parametrize("name", ON_AN_ERROR.split())
def test_an_error_says_what_the_answer_said_of_it(name: str) -> None:
    body, headers = (OF_V1, {}) if name == "error" else (SAID, {"retry-after": "60"})

    assert getattr(SmartcarError(429, body, headers), name)
