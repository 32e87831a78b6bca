"""The seed's names against the simulator: connect, exchange, read, command, on both versions."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from smartcar import (
    AsyncAuthClient,
    AsyncVehicle,
    AuthClient,
    PermissionDeniedError,
    Request,
    Vehicle,
    VehicleStateError,
    models,
)
from smartcar.simulator import Simulator

RETURN_TO = "https://app.example.com/back"
SCOPE = [
    "read_vehicle_info",
    "read_vin",
    "read_odometer",
    "read_battery",
    "read_charge",
    "read_security",
    "read_tires",
    "control_charge",
    "control_security",
]
ANSWERED = {
    "attributes": models.Attributes,
    "vin": models.Vin,
    "permissions": models.Permissions,
    "odometer": models.Odometer,
    "battery": models.Battery,
    "nominal_capacity": models.NominalCapacity,
    "charge": models.Charge,
    "get_charge_limit": models.ChargeLimit,
    "lock_status": models.LockStatus,
    "tire_pressure": models.TirePressure,
}


def granted(simulator: Simulator, scope: list[str] | None = None) -> tuple[str, models.Access]:
    """A car's id and its owner's tokens, by way of Connect's pages."""
    application = simulator.world.application
    auth = AuthClient(
        application.client_id, application.client_secret, RETURN_TO, transport=simulator
    )
    url = urlsplit(auth.get_auth_url(scope or SCOPE, make_bypass="TESLA"))
    page = simulator.send(Request("GET", url.path, dict(parse_qsl(url.query)))).body.decode()
    begun = {"interaction": found('name="interaction" value="([^"]+)"', page)[0]}
    step(simulator, {**begun, "step": "brand"})
    page, _ = step(simulator, {**begun, "username": "owner@example.com", "password": "x"})
    (car, *_) = found(r'name="vehicle_id"\s+value="([^"]+)"', page)
    ticked = found(r'name="permission"\s+value="([^"]+)"', page)
    decision = {"decision": "allow", "vehicle_id": [car], "permission": ticked}
    _, back = step(simulator, {**begun, **decision})
    return car, auth.exchange_code(parse_qs(urlsplit(back).query)["code"][0])


def found(pattern: str, page: str) -> list[str]:
    return re.findall(pattern, page)


def step(simulator: Simulator, form: dict[str, Any]) -> tuple[str, str]:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = urlencode(form, doseq=True).encode()
    reply = simulator.send(Request("POST", "/oauth/authorize", {}, headers, body))
    return reply.body.decode(), reply.headers.get("location", "")


@pytest.mark.parametrize("name", ANSWERED)
async def test_every_read_answers_with_its_model(simulator: Simulator, name: str) -> None:
    car, access = granted(simulator)

    blocking = getattr(Vehicle(car, access.access_token, transport=simulator), name)()
    awaited = await getattr(AsyncVehicle(car, access.access_token, transport=simulator), name)()

    assert isinstance(blocking, ANSWERED[name])
    assert isinstance(awaited, ANSWERED[name])
    assert blocking.request_id


@pytest.mark.parametrize("name", [*sorted({*ANSWERED} - {"permissions", "odometer"}), "location"])
def test_what_was_not_granted_is_refused(simulator: Simulator, name: str) -> None:
    car, access = granted(simulator, ["read_odometer"])

    with pytest.raises(PermissionDeniedError) as refused:
        getattr(Vehicle(car, access.access_token, transport=simulator), name)()

    assert refused.value.status_code == 403


def test_what_is_done_on_one_version_shows_on_the_other(simulator: Simulator) -> None:
    car, access = granted(simulator)
    classic = Vehicle(car, access.access_token, transport=simulator)
    current = Vehicle(car, access.access_token, version="3", transport=simulator)

    assert classic.set_charge_limit(0.9).status == "success"
    simulator.clock.sleep(600)
    assert current.get_charge_limit().limit == 0.9
    assert current.unlock().status == "success"
    simulator.clock.sleep(600)
    assert classic.lock_status().is_locked is False


def test_a_command_of_v2_is_confirmed_by_a_signal_of_v3(simulator: Simulator) -> None:
    car, access = granted(simulator)

    done = Vehicle(car, access.access_token, transport=simulator).set_charge_limit(0.9)

    assert done.wait_until_confirmed().value.active_limit == 90


def test_a_batch_has_its_answers_and_its_errors(simulator: Simulator) -> None:
    car, access = granted(simulator)
    vehicle = Vehicle(car, access.access_token, transport=simulator)

    answers = vehicle.batch(Vehicle.odometer, Vehicle.fuel, "/")

    assert answers.odometer().distance == pytest.approx(vehicle.odometer().distance)
    assert answers["/"].make == "TESLA"
    with pytest.raises(PermissionDeniedError):
        answers.fuel()


def test_imperial_units_are_the_same_on_both_versions(simulator: Simulator) -> None:
    car, access = granted(simulator)
    both = [
        Vehicle(
            car, access.access_token, version=version, unit_system="imperial", transport=simulator
        )
        for version in ("2.0", "3")
    ]

    classic, current = (each.batch(Vehicle.odometer)[Vehicle.odometer] for each in both)

    assert classic.distance == current.distance
    metric = Vehicle(car, access.access_token, transport=simulator).odometer()
    assert metric.distance is not None
    assert classic.distance == pytest.approx(metric.distance / 1.609344, rel=1e-9)


def test_a_car_that_cannot_obey_says_so(simulator: Simulator) -> None:
    car, access = granted(simulator)
    vehicle = Vehicle(car, access.access_token, transport=simulator)

    with pytest.raises(VehicleStateError) as refused:
        vehicle.start_charge()  # it is full

    assert refused.value.status_code == 409


async def test_a_refresh_token_is_exchanged_once_for_all_to_use(simulator: Simulator) -> None:
    car, access = granted(simulator)
    application = simulator.world.application
    auth = AsyncAuthClient(
        application.client_id, application.client_secret, RETURN_TO, transport=simulator
    )

    renewed = await auth.exchange_refresh_token(access.refresh_token)

    assert renewed.access_token != access.access_token
    assert Vehicle(car, renewed.access_token, transport=simulator).vin().vin


def test_a_car_that_was_disconnected_answers_no_more(simulator: Simulator) -> None:
    car, access = granted(simulator)
    vehicle = Vehicle(car, access.access_token, transport=simulator)

    assert vehicle.disconnect().status == "success"

    with pytest.raises(PermissionDeniedError):
        vehicle.odometer()
