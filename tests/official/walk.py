"""A program of somebody who uses the official Python SDK: it knows nothing of a simulator.

Run by ``run.py`` with environment variables only; an assertion that fails is a fault of ours.
"""
# ruff: noqa: PT018, T201 -- a script: its assertions are its report

from __future__ import annotations

import inspect
import os
import re
import sys
import uuid
from datetime import datetime
from types import CodeType, FrameType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

import smartcar

OWNER, WEBHOOK = os.environ["WALK_OWNER"], os.environ["WALK_WEBHOOK"]
AMT = os.environ["SMARTCAR_MANAGEMENT_TOKEN"]
SCOPE = [
    *("read_vehicle_info", "read_vin", "read_odometer", "read_location", "read_fuel"),
    *("read_battery", "read_charge", "control_charge", "read_tires", "read_engine_oil"),
    *("read_security", "control_security", "control_navigation", "read_service_history"),
    *("required:read_diagnostics", "read_thermometer"),
]


def connect(url: str, email: str, make: str) -> dict[str, str]:
    """Walk through Connect with its forms; give what the app learns in the end."""
    page = requests.get(url, timeout=30).text
    (interaction,) = set(re.findall(r'name="interaction" value="([^"]+)"', page))
    target = "{0.scheme}://{0.netloc}/oauth/authorize".format(urlsplit(url))
    assert 'id="continue-button"' in page, page

    def send(**fields: str | list[str]) -> requests.Response:
        form = {"interaction": interaction, **fields}
        return requests.post(target, form, timeout=30, allow_redirects=False)

    assert f'id="{make}"' in send(step="brands").text
    assert 'id="sign-in-button"' in send(make=make).text
    page = send(username=email, password="secret").text
    assert 'id="approval-button"' in page, page
    cars = re.findall(r'name="vehicle_id"\s+value="([^"]+)"', page)
    permissions = re.findall(r'name="permission"\s+value="([^"]+)"', page)
    left = send(decision="allow", vehicle_id=cars, permission=permissions)
    assert left.status_code == 302, left.text
    return {k: v[0] for k, v in parse_qs(urlsplit(left.headers["location"]).query).items()}


def failing(
    status: int, kind: str, code: str | None, function: Any, *args: Any, **kwargs: Any
) -> Any:
    """The error that *function* raises, of the SDK's own class."""
    try:
        got = function(*args, **kwargs)
    except smartcar.SmartcarException as thrown:
        error = thrown
    else:
        raise AssertionError(f"{function} gave {got}")
    told = error.status_code, error.type, getattr(error, "code", None)
    assert told == (status, kind, code), vars(error)
    return error


def connected(email: str, make: str, **options: object) -> smartcar.Vehicle:
    """A car of a new owner."""
    client = smartcar.AuthClient(mode="live")
    url = client.get_auth_url(SCOPE, {"state": "a b", "force_prompt": True, **options})
    back = connect(url, email, make)
    assert back["state"] == "a b"
    token = client.exchange_code(back["code"]).access_token
    (vehicle_id,) = smartcar.get_vehicles(token).vehicles
    return smartcar.Vehicle(vehicle_id, token)


def tokens() -> str:
    client = smartcar.AuthClient()
    flags = {"country": "DE", "beta": True}
    url = client.get_auth_url(SCOPE, {"flags": flags, "force_prompt": True})
    code = connect(url, OWNER, "BMW")["code"]
    access = client.exchange_code(code, {"flags": {"a": True}})
    assert isinstance(access.expiration, datetime)
    again = client.exchange_refresh_token(access.refresh_token)
    assert again.access_token != access.access_token
    assert again.refresh_token != access.refresh_token
    failing(400, "invalid_request", None, client.exchange_code, code)
    error = failing(400, "invalid_grant", None, client.exchange_refresh_token, "nonsense")
    assert error.message == "Invalid refresh_token: nonsense."
    return again.access_token


def account(token: str) -> smartcar.Vehicle:
    user = smartcar.get_user(token)
    assert len(user.id) == 36 and len(user.meta.request_id) == 36
    cars = smartcar.get_vehicles(token, {"limit": 5, "offset": 0})
    assert cars.paging.count == len(cars.vehicles) == 1 and cars.paging.offset == 0
    assert smartcar.get_vehicles(token, {"limit": 1, "offset": 1}).vehicles == []
    failing(401, "AUTHENTICATION", None, smartcar.get_user, "nonsense")
    failing(400, "VALIDATION", None, smartcar.get_vehicles, token, {"limit": 1000})
    return smartcar.Vehicle(cars.vehicles[0], token)


def reads(car: smartcar.Vehicle) -> None:
    facts = car.attributes()
    assert (facts.id, facts.make, facts.model, facts.year) == (car.vehicle_id, "BMW", "330e", 2021)
    assert len(car.vin().vin) == 17
    granted = car.permissions({"limit": 3, "offset": 1})
    assert len(granted.permissions) == 3 and granted.paging.count == len(SCOPE)
    assert "read_diagnostics" in car.permissions().permissions
    odometer = car.odometer()
    assert odometer.distance > 40_000 and odometer.meta.unit_system == "metric"
    assert odometer.meta.data_age.endswith("Z") and odometer.meta.fetched_at.endswith("Z")
    imperial = smartcar.Vehicle(car.vehicle_id, car.access_token, {"unit_system": "imperial"})
    assert abs(imperial.odometer().distance * 1.609344 - odometer.distance) < 0.02
    assert imperial.odometer().meta.unit_system == "imperial"
    place = car.location()
    assert (round(place.latitude), round(place.longitude)) == (50, 14)
    assert not hasattr(place.meta, "unit_system")
    assert 0 < car.fuel().percent_remaining <= 1 and car.fuel().amount_remaining > 0
    assert 0 < car.battery().percent_remaining < 1 and car.battery().range > 0
    assert car.battery_capacity().capacity == 12
    nominal = car.nominal_capacity()
    assert nominal.capacity["nominal"] == 12 and nominal.url is None
    assert car.charge().is_plugged_in and car.charge().state == "CHARGING"
    assert car.get_charge_limit().limit == 1
    assert 150 < car.tire_pressure().front_left < 350
    assert 20 < imperial.tire_pressure().back_right < 50
    assert 0 < car.engine_oil().life_remaining <= 1
    doors = car.lock_status()
    assert [each["type"] for each in doors.doors][:2] == ["frontLeft", "frontRight"], doors
    assert [each["status"] for each in doors.charging_port] == ["OPEN"]
    assert car.service_history().items[0]["serviceCost"]["currency"] == "CZK"
    assert car.service_history("2020-01-01", "2020-02-01").items == []
    assert {each.status for each in car.diagnostic_system_status().systems} == {"OK"}
    assert car.diagnostic_trouble_codes().active_codes == []
    assert car.request("GET", "odometer").body == {"distance": odometer.distance}
    assert car.get_signals()["body"]["data"]
    assert car.get_signal("odometer-traveleddistance")["body"]["data"]["attributes"]["body"]
    found = smartcar.smartcar.get_vehicle(car.access_token, car.vehicle_id)
    assert found["body"]["data"]["id"] == car.vehicle_id

    try:  # it refuses every unit, whatever its documentation says
        car.set_unit_system("imperial")
    except ValueError:
        return
    raise AssertionError("set_unit_system() works")


def commands(car: smartcar.Vehicle) -> None:
    said = "Successfully sent request to vehicle"
    assert car.stop_charge().message == said
    assert car.charge().state == "NOT_CHARGING"
    failing(409, "VEHICLE_STATE", "NOT_CHARGING", car.stop_charge)
    assert car.start_charge().status == "success"
    assert car.charge().state == "CHARGING"
    assert car.set_charge_limit(0.9).message == said
    assert car.get_charge_limit().limit == 0.9
    failing(400, "VALIDATION", None, car.set_charge_limit, 0.2)
    assert car.unlock().status == "success" and car.lock_status().is_locked is False
    assert car.lock().status == "success" and car.lock_status().is_locked is True
    assert car.send_destination(50.1, 14.4).message == said
    failing(400, "VALIDATION", None, car.send_destination, 91, 0)


def batches(car: smartcar.Vehicle) -> None:
    paths = {
        "/": "attributes",
        "/vin": "vin",
        "/odometer": "odometer",
        "/location": "location",
        "/fuel": "fuel",
        "/battery": "battery",
        "/battery/capacity": "battery_capacity",
        "/battery/nominal_capacity": "battery_nominal_capacity",
        "/charge": "charge",
        "/charge/limit": "get_charge_limit",
        "/engine/oil": "engine_oil",
        "/tires/pressure": "tire_pressure",
        "/security": "lock_status",
        "/diagnostics/system_status": "diagnostic_system_status",
        "/diagnostics/dtcs": "diagnostic_trouble_codes",
    }
    got = car.batch(list(paths))
    for name in paths.values():
        alone = getattr(car, name.replace("battery_nominal", "nominal"))()
        together = getattr(got, name)()
        assert alone._replace(meta=None) == together._replace(meta=None), (alone, together)
    assert got.odometer().meta.unit_system == "metric"
    assert got.meta.request_id == got.vin().meta.request_id
    failing(400, "VALIDATION", None, car.batch, ["/odometer", "/odometre"])


def webhooks(car: smartcar.Vehicle) -> None:
    assert car.subscribe(WEBHOOK).webhook_id == WEBHOOK
    failing(401, "AUTHENTICATION", None, car.unsubscribe, "nonsense", WEBHOOK)
    assert car.unsubscribe(AMT, WEBHOOK).status == "success"
    failing(400, "VALIDATION", None, car.subscribe, "nonsense")
    # RFC 4231, test case 2.
    key, text = "Jefe", "what do ya want for nothing?"
    signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert smartcar.hash_challenge(key, text) == signature
    assert smartcar.verify_payload(key, signature, text)
    assert not smartcar.verify_payload(AMT, signature, text)


def errors(car: smartcar.Vehicle) -> None:
    other = smartcar.Vehicle(str(uuid.uuid4()), car.access_token)
    error = failing(403, "PERMISSION", None, other.odometer)
    assert error.resolution == {"type": "REAUTHENTICATE", "url": None}
    assert error.doc_url.endswith("/permission-errors#null") and len(error.request_id) == 36
    failing(400, "VALIDATION", None, smartcar.Vehicle("bad_id", car.access_token).odometer)
    failing(404, "RESOURCE_NOT_FOUND", "PATH", car.request, "GET", "odometre")
    asleep = connected("VEHICLE_STATE.ASLEEP@smartcar.com", "TESLA")
    assert asleep.attributes().make == "TESLA" and asleep.vin().vin and asleep.permissions()
    failing(409, "VEHICLE_STATE", "ASLEEP", asleep.odometer)
    got = asleep.batch(["/odometer", "/vin"])
    failing(409, "VEHICLE_STATE", "ASLEEP", got.odometer)
    assert got.vin().vin == asleep.vin().vin
    throttled = connected("RATE_LIMIT.VEHICLE@smartcar.com", "TESLA")
    assert failing(429, "RATE_LIMIT", "VEHICLE", throttled.odometer).retry_after == "120"
    tesla = connected("somebody@example.com", "TESLA", single_select={"enabled": True})
    failing(501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE", tesla.fuel)
    # Without headers of its own, request() sends the token of the first car it was called on.
    outside = "tesla/thermometer/exterior"
    assert "temperature" in tesla.request("GET", outside, headers={}).body
    for path in (outside.replace("tesla", "TESLA"), "tesla/compass"):
        failing(403, "PERMISSION", None, tesla.request, "GET", path, headers={})
    smartcar.set_api_version("9.9")
    assert smartcar.get_api_version() == "9.9"
    failing(404, "RESOURCE_NOT_FOUND", "VERSION", smartcar.get_user, car.access_token)
    smartcar.set_api_version("2.0")


def compatibility(car: smartcar.Vehicle) -> None:
    vin = car.vin().vin
    got = smartcar.get_compatibility(vin, ["read_odometer", "read_battery"], "US")
    assert got.compatible and [each.capable for each in got.capabilities] == [True] * 4
    assert not smartcar.get_compatibility("WBAKE5C58DJ107700", ["read_fuel"]).compatible
    matrix = smartcar.smartcar.get_compatibility_matrix("US", "TESLA", {"type": "BEV"})
    assert {each.model for each in matrix["TESLA"]} >= {"Model 3"}


def management(car: smartcar.Vehicle) -> None:
    assert smartcar.smartcar.get_management_token("a", "b") == "Yjph"
    page = smartcar.get_connections(AMT, {}, {"limit": 2})
    assert len(page.connections) == 2 and page.paging.cursor
    rest = smartcar.get_connections(AMT, {}, {"limit": 100, "cursor": page.paging.cursor})
    assert rest.paging.cursor is None and rest.connections
    (mine,) = smartcar.get_connections(AMT, {"vehicle_id": car.vehicle_id}).connections
    assert mine.connected_at.endswith("Z")
    assert smartcar.get_connections(AMT, {"user_id": mine.user_id}).connections == [mine]
    failing(401, "AUTHENTICATION", None, smartcar.get_connections, "nonsense")
    other = connected("gone@example.com", "KIA")
    ended = smartcar.delete_connections(AMT, {"vehicle_id": other.vehicle_id})
    assert [each.vehicle_id for each in ended.connections] == [other.vehicle_id]
    failing(403, "PERMISSION", None, other.odometer)


CALLED: set[CodeType] = set()
"""What this program has called itself, of all functions."""


def note(frame: FrameType, event: str, _: object) -> None:
    caller = frame.f_back
    if event == "call" and caller is not None and caller.f_code.co_filename == __file__:
        CALLED.add(frame.f_code)


def public() -> dict[str, CodeType]:
    """Every function and method that the SDK offers."""
    owners = (smartcar.smartcar, smartcar.AuthClient, smartcar.Vehicle)
    return {
        f"{owner.__name__}.{name}": function.__code__
        for owner in owners
        for name, function in inspect.getmembers(owner, inspect.isfunction)
        if not name.startswith("_") and function.__module__.startswith("smartcar.")
    }


def walk() -> None:
    car = account(tokens())
    for step in (reads, commands, batches, webhooks, errors, compatibility, management):
        step(car)
        print("python:", step.__name__)
    assert car.disconnect().status == "success"
    failing(403, "PERMISSION", None, car.odometer)


def main() -> None:
    print("python: smartcar", smartcar.__version__)
    sys.setprofile(note)
    try:
        walk()
    finally:
        sys.setprofile(None)
    offered = public()
    missed = [name for name, code in offered.items() if code not in CALLED]
    assert missed == [], missed
    print("python: all", len(offered), "functions called")


main()
