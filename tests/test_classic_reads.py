"""The seed's reads: the same models from v2.0's endpoints and from v3's signals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from readings import resource
from transports import Canned, reply

from smartcar import (
    AsyncVehicle,
    CompatibilityError,
    NotFoundError,
    PermissionDeniedError,
    SmartcarError,
    Vehicle,
    get_api_version,
    get_compatibility,
    models,
    set_api_version,
)

HEADERS = {
    "sc-data-age": "2026-06-01T10:00:00.000Z",
    "sc-fetched-at": "2026-06-01T10:00:05.000Z",
    "sc-request-id": "26c14915",
    "sc-unit-system": "metric",
}
AGE = datetime(2026, 6, 1, 10, tzinfo=UTC)


def on_v2(body: Any, status: int = 200, **headers: str) -> Vehicle:
    return Vehicle("v", "t", transport=Canned(reply(body, status, HEADERS | headers)))


def on_v3(*signals: dict[str, Any], units: str = "metric", **headers: str) -> Vehicle:
    """A car of v3 that told *signals*: alone where one is asked, else all."""
    one = {"data": signals[0]} if len(signals) == 1 else {"data": list(signals)}
    answer = reply(one, headers=headers)
    return Vehicle("v", "t", version="3", unit_system=units, transport=Canned(answer))


# What v2.0 answers, what v3 tells in its place, and the model that both make.
SAME: dict[str, tuple[Any, list[dict[str, Any]], dict[str, Any]]] = {
    "vin": (
        {"vin": "5YJSA1CN5DFP00101"},
        [resource("vehicleidentification-vin", {"value": "5YJSA1CN5DFP00101"})],
        {"vin": "5YJSA1CN5DFP00101"},
    ),
    "odometer": (
        {"distance": 104.32},
        [resource("odometer-traveleddistance", {"value": 104.32, "unit": "km"})],
        {"distance": 104.32},
    ),
    "location": (
        {"latitude": 37.4292, "longitude": -122.1381},
        [resource("location-preciselocation", {"latitude": 37.4292, "longitude": -122.1381})],
        {"latitude": 37.4292, "longitude": -122.1381},
    ),
    "fuel": (
        {"range": 40.5, "percentRemaining": 0.3, "amountRemaining": 53.2},
        [
            resource("internalcombustionengine-fuellevel", {"value": 30, "unit": "percent"}),
            resource("internalcombustionengine-range", {"value": 40.5, "unit": "km"}),
            resource("internalcombustionengine-amountremaining", {"value": 53.2}),
        ],
        {"range": 40.5, "percent_remaining": 0.3, "amount_remaining": 53.2},
    ),
    "battery": (
        {"percentRemaining": 0.68, "range": 275},
        [
            resource("tractionbattery-stateofcharge", {"value": 68, "unit": "percent"}),
            resource("tractionbattery-range", {"value": 275, "unit": "km", "type": "DEFAULT"}),
        ],
        {"percent_remaining": 0.68, "range": 275.0},
    ),
    "battery_capacity": (
        {"capacity": 80.9},
        [resource("tractionbattery-nominalcapacity", {"capacity": 80.9, "source": "SMARTCAR"})],
        {"capacity": 80.9},
    ),
    "nominal_capacity": (
        {
            "availableCapacities": [{"capacity": 80.9, "description": None}],
            "capacity": {"nominal": 80.9, "source": "USER_SELECTED"},
            "url": None,
        },
        [
            resource(
                "tractionbattery-nominalcapacity",
                {
                    "capacity": 80.9,
                    "source": "USER_SELECTED",
                    "availableCapacities": [{"capacity": 80.9, "description": None}],
                },
            )
        ],
        {
            "available_capacities": (models.CapacityOption(capacity=80.9),),
            "capacity": models.ChosenCapacity(nominal=80.9, source="USER_SELECTED"),
            "url": None,
        },
    ),
    "charge": (
        {"isPluggedIn": True, "state": "FULLY_CHARGED"},
        [
            resource("charge-detailedchargingstatus", {"value": "FULLY_CHARGED"}),
            resource("charge-ischarging", {"value": False}),
            resource("charge-ischargingcableconnected", {"value": True}),
        ],
        {"is_plugged_in": True, "state": "FULLY_CHARGED"},
    ),
    "get_charge_limit": (
        {"limit": 0.8},
        [resource("charge-chargelimits", {"values": [], "activeLimit": 80})],
        {"limit": 0.8},
    ),
    "tire_pressure": (
        {"frontLeft": 219.0, "frontRight": 220.0, "backLeft": 221.0, "backRight": 222.0},
        [
            resource(
                "wheel-tires",
                {
                    "values": [
                        {"row": 1, "column": 1, "tirePressure": 2.22},
                        {"row": 0, "column": 0, "tirePressure": 2.19},
                        {"row": 0, "column": 1, "tirePressure": 220},  # seen under the name of bar
                        {"row": 1, "column": 0, "tirePressure": 2.21},
                    ],
                    "unit": "bar",
                },
            )
        ],
        {"front_left": 219.0, "front_right": 220.0, "back_left": 221.0, "back_right": 222.0},
    ),
    "engine_oil": (
        {"lifeRemaining": 0.86},
        [resource("internalcombustionengine-oillife", {"value": 86})],
        {"life_remaining": 0.86},
    ),
    "lock_status": (
        {
            "isLocked": True,
            "doors": [{"type": "backRight", "status": "OPEN"}],
            "windows": [{"type": "frontLeft", "status": "UNKNOWN"}],
            "sunroof": [{"type": "sunroof", "status": "CLOSED"}],
            "storage": [
                {"type": "rear", "status": "OPEN"},
                {"type": "front", "status": "CLOSED"},
            ],
            "chargingPort": [{"type": "chargingPort", "status": "CLOSED"}],
        },
        [
            resource("closure-islocked", {"value": True}),
            resource("closure-doors", {"values": [{"row": 1, "column": 1, "isOpen": True}]}),
            resource("closure-windows", {"values": [{"row": 0, "column": 0, "isOpen": None}]}),
            resource("closure-sunroof", {"isOpen": False}),
            resource("closure-reartrunk", {"isOpen": True}),
            resource("closure-enginecover", {"isOpen": False}),
            resource("charge-ischargingportflapopen", {"value": False}),
        ],
        {
            "is_locked": True,
            "doors": (models.Part(type="backRight", status="OPEN"),),
            "windows": (models.Part(type="frontLeft", status="UNKNOWN"),),
            "sunroof": (models.Part(type="sunroof", status="CLOSED"),),
            "storage": (
                models.Part(type="rear", status="OPEN"),
                models.Part(type="front", status="CLOSED"),
            ),
            "charging_port": (models.Part(type="chargingPort", status="CLOSED"),),
        },
    ),
    "service_history": (
        [
            {
                "serviceId": "7",
                "serviceDate": "2025-06-02T10:00:00.000Z",
                "odometerDistance": 40211,
                "serviceTasks": [{"taskId": "t1", "taskDescription": "Oil change"}],
                "serviceDetails": [{"type": "type", "value": "Maintenance"}],
                "serviceCost": {"totalCost": 210.5, "currency": "EUR"},
            }
        ],
        [
            resource(
                "service-records",
                {
                    "values": [
                        {
                            "id": "7",
                            "time": "2025-06-02T10:00:00.000Z",
                            "odometer": 40211,
                            "cost": {"amount": 210.5, "currency": "EUR"},
                            "tasks": [{"id": "t1", "description": "Oil change"}],
                            "details": [{"id": "type", "description": "Maintenance"}],
                        }
                    ]
                },
            )
        ],
        {
            "items": (
                models.ServiceRecord(
                    service_id="7",
                    service_date="2025-06-02T10:00:00.000Z",
                    odometer_distance=40211,
                    service_tasks=(
                        models.ServiceTask(task_id="t1", task_description="Oil change"),
                    ),
                    service_details=[{"type": "type", "value": "Maintenance"}],
                    service_cost=models.ServiceCost(total_cost=210.5, currency="EUR"),
                ),
            )
        },
    ),
    "diagnostic_system_status": (
        {
            "systems": [
                {"systemId": "SYSTEM_ABS", "status": "OK", "description": None},
                {"systemId": "SYSTEM_OIL_LIFE", "status": "ALERT", "description": "low"},
            ]
        },
        [
            resource("diagnostics-oillife", {"status": "ALERT", "description": "low"}),
            resource("diagnostics-abs", {"status": "OK", "description": None}),
        ],
        {
            "systems": (
                models.DiagnosticSystemStatus(system_id="SYSTEM_ABS", status="OK"),
                models.DiagnosticSystemStatus(
                    system_id="SYSTEM_OIL_LIFE", status="ALERT", description="low"
                ),
            )
        },
    ),
    "diagnostic_trouble_codes": (
        {"activeCodes": [{"code": "P302D", "timestamp": "2024-09-05T14:48:00.000Z"}]},
        [
            resource(
                "diagnostics-dtclist",
                {"values": [{"code": "P302D", "timestamp": "2024-09-05T14:48:00.000Z"}]},
            )
        ],
        {
            "active_codes": (
                models.DiagnosticTroubleCode(code="P302D", timestamp="2024-09-05T14:48:00.000Z"),
            )
        },
    ),
}


def fields(model: Any) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.__struct_fields__}


@pytest.mark.parametrize("name", SAME)
def test_v2_and_v3_make_the_same_model(name: str) -> None:
    body, signals, expected = SAME[name]

    classic = getattr(on_v2(body), name)()
    made = getattr(on_v3(*signals), name)()

    assert type(classic) is type(made)
    assert fields(classic) == fields(made) == expected
    assert classic.reply is not None
    assert made.reply is not None


@pytest.mark.parametrize("name", SAME)
async def test_awaiting_gives_the_same(name: str) -> None:
    body, signals, expected = SAME[name]
    one = {"data": signals[0] if len(signals) == 1 else signals}

    for version, answer in (("2.0", body), ("3", one)):
        car = AsyncVehicle("v", "t", version=version, transport=Canned(reply(answer)))
        assert fields(await getattr(car, name)()) == expected


@pytest.mark.parametrize("name", SAME)
def test_v3_is_asked_once(name: str) -> None:
    _, signals, _ = SAME[name]
    canned = Canned(reply({"data": signals[0] if len(signals) == 1 else signals}))

    getattr(Vehicle("v", "t", version="3", transport=canned), name)()

    (request,) = canned.requests
    assert request.path.startswith("/v3/vehicles/v/signals")
    assert request.origin == "https://vehicle.api.smartcar.com"


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize(
    ("status", "type_", "code", "kind"),
    [
        (403, "PERMISSION", None, PermissionDeniedError),
        (501, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE", CompatibilityError),
    ],
)
def test_both_raise_the_same_error(
    name: str, status: int, type_: str, code: str | None, kind: type[SmartcarError]
) -> None:
    said = {"type": type_, "code": code}
    _, signals, _ = SAME[name]
    broken = [resource(each["id"], status={"value": "ERROR", "error": said}) for each in signals]

    for car in (on_v2({**said, "statusCode": status}, status), on_v3(*broken)):
        with pytest.raises(kind) as raised:
            getattr(car, name)()
        assert (raised.value.status_code, raised.value.type) == (status, type_)


@pytest.mark.parametrize(
    ("type_", "status"),
    [
        ("VALIDATION", 400),
        ("CONNECTED_SERVICES_ACCOUNT", 400),
        ("AUTHENTICATION", 401),
        ("RESOURCE_NOT_FOUND", 404),
        ("VEHICLE_STATE", 409),
        ("RATE_LIMIT", 429),
        ("BILLING", 430),
        ("UPSTREAM", 502),
        ("SERVER", 500),
    ],
)
def test_an_error_of_a_signal_has_the_status_that_v2_answers_with(type_: str, status: int) -> None:
    broken = {"value": "ERROR", "error": {"type": type_, "code": "SOME_CODE"}}

    with pytest.raises(SmartcarError) as raised:
        on_v3(resource("odometer-traveleddistance", status=broken)).odometer()

    assert (raised.value.status_code, raised.value.type) == (status, type_)
    assert raised.value.code == "SOME_CODE"


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        ([{"type": "LOCATION", "limit": 60}, {"type": "global", "limit": 90}], 0.9),
        ([{"limit": 70, "condition": None}], 0.7),
        ([{"type": "GLOBAL", "limit": None}, {"type": "GLOBAL", "limit": 75}], 0.75),
        ([{"type": "LOCATION", "limit": 60, "condition": {"name": "Home"}}], None),
        ([{"type": "CONNECTOR", "limit": 60}], None),
        ([{"limit": 60, "condition": {"name": "Home"}}], None),
        ([], None),
    ],
)
def test_where_no_limit_is_active_the_one_for_everywhere_counts(
    values: list[dict[str, Any]], limit: float | None
) -> None:
    limits = resource("charge-chargelimits", {"values": values, "activeLimit": None})

    assert on_v3(limits).get_charge_limit().limit == limit


def test_what_one_signal_lacks_another_still_tells() -> None:
    broken = {"value": "ERROR", "error": {"type": "COMPATIBILITY"}}
    charge = resource("tractionbattery-stateofcharge", {"value": 68})

    battery = on_v3(charge, resource("tractionbattery-range", status=broken)).battery()

    assert (battery.percent_remaining, battery.range) == (0.68, None)


def test_what_a_car_of_v3_does_not_tell_it_cannot_as_on_v2() -> None:
    with pytest.raises(CompatibilityError, match="nothing of tractionbattery") as raised:
        on_v3(resource("closure-islocked"), resource("closure-doors")).battery()
    assert raised.value.status_code == 501


def test_a_car_that_has_told_nothing_at_all_may_yet() -> None:
    with pytest.raises(NotFoundError, match="nothing at all yet"):
        on_v3().battery()


def test_ages_come_from_headers_or_from_signals() -> None:
    old = resource("tractionbattery-range", {"value": 275}, meta={"oemUpdatedAt": 1780300800000})
    new = resource("tractionbattery-stateofcharge", {"value": 68})
    headers = {"sc-request-id": "26c14915"}

    classic, made = on_v2({"range": 1}).battery().meta, on_v3(old, new).battery().meta

    assert classic.data_age == AGE
    assert classic.fetched_at == made.fetched_at == datetime(2026, 6, 1, 10, 0, 5, tzinfo=UTC)
    assert made.data_age == datetime(2026, 6, 1, 8, tzinfo=UTC)  # the older of the two
    assert classic.unit_system == made.unit_system == "metric"
    assert classic.request_id == "26c14915"
    assert on_v3(old, new, **headers).battery().meta.request_id == "26c14915"
    assert (
        on_v3(resource("vehicleidentification-vin", {"value": "X"})).vin().meta.unit_system is None
    )


@pytest.mark.parametrize("unit", ["km", "kilometers", None, "miles"])
def test_imperial_units_on_v3_whatever_it_sends(unit: str | None) -> None:
    sent = 100.0 if unit == "miles" else 160.9344
    body = {"value": sent} if unit is None else {"value": sent, "unit": unit}

    car = on_v3(resource("odometer-traveleddistance", body), units="imperial")

    assert car.odometer().distance == pytest.approx(100)
    assert car.odometer().meta.unit_system == "imperial"


def test_imperial_volume_and_pressure_on_v3() -> None:
    litres = resource("internalcombustionengine-amountremaining", {"value": 37.85411784})
    level = resource("internalcombustionengine-fuellevel", {"value": 50})
    tire = {"row": 0, "column": 0, "tirePressure": 2.2063222}
    tires = resource("wheel-tires", {"values": [tire], "unit": "bar"})

    assert on_v3(litres, level, units="imperial").fuel().amount_remaining == pytest.approx(10)
    assert on_v3(tires, units="imperial").tire_pressure().front_left == pytest.approx(32)


def test_pressure_in_psi_is_kilopascals_or_stays_as_it_is() -> None:
    parts = [{"row": 0, "column": 0, "tirePressure": 32}, {"row": 1, "column": 1}]
    tires = resource("wheel-tires", {"values": parts, "unit": "psi"})

    metric, imperial = on_v3(tires).tire_pressure(), on_v3(tires, units="imperial").tire_pressure()

    assert metric.front_left == pytest.approx(220.63, abs=0.01)
    assert imperial.front_left == 32
    assert (metric.back_right, imperial.back_right) == (None, None)


def test_v2_is_told_the_units_and_converts_by_itself() -> None:
    canned = Canned(reply({"distance": 62.1}, headers={"sc-unit-system": "imperial"}))

    odometer = Vehicle("v", "t", unit_system="imperial", transport=canned).odometer()

    assert canned.requests[0].headers["sc-unit-system"] == "imperial"
    assert (odometer.distance, odometer.meta.unit_system) == (62.1, "imperial")


def test_attributes_are_the_same_on_both() -> None:
    flat = {"id": "v", "make": "TESLA", "model": "Model 3", "year": "2014"}
    nested = {"data": {"id": "v", "type": "vehicle", "attributes": {**flat, "year": 2014}}}

    classic = on_v2(flat).attributes()
    made = Vehicle("v", "t", version="3", transport=Canned(reply(nested))).attributes()

    for car in (classic, made):
        assert (car.id, car.make, car.model, car.year) == ("v", "TESLA", "Model 3", 2014)
    assert classic.meta["requestId"] == "26c14915"
    assert classic.to_dict() == {**flat, "year": 2014}


@pytest.mark.parametrize(
    ("ask", "way"),
    [
        ("permissions", "connections"),
        ("disconnect", "remove_connection"),
    ],
)
def test_what_v3_lacks_names_the_way_of_v3(ask: str, way: str) -> None:
    with pytest.raises(ValueError, match=way):
        getattr(on_v3(resource("closure-islocked")), ask)()


def test_what_v3_lacks_and_takes_arguments_names_it_too() -> None:
    car = on_v3(resource("service-records", {"values": []}))

    with pytest.raises(ValueError, match="create_subscription"):
        car.subscribe("hook")
    with pytest.raises(ValueError, match="delete_subscription"):
        car.unsubscribe("amt", "hook")


def test_a_service_record_may_come_bare_and_its_details_as_an_object() -> None:
    history = on_v2({"serviceId": 7, "serviceDetails": {"type": "x"}}).service_history()

    assert [record.service_id for record in history] == [7]
    assert history.items[0].service_details == {"type": "x"}


def test_a_service_record_has_its_id_in_either_spelling() -> None:
    history = on_v2(
        [{"serviceID": "a", "serviceDate": "the serviceID"}, {"serviceID": None}]
    ).service_history()

    assert [record.service_id for record in history] == ["a", None]
    assert history.items[0].service_date == "the serviceID"
    assert b"serviceID" in history.reply.body  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_version_is_in_the_path(version: str) -> None:
    canned = Canned(reply({"vin": "X"}))

    Vehicle("v", "t", version=version, transport=canned).vin()

    assert canned.requests[0].path == f"/v{version}/vehicles/v/vin"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("1", "1.0"), ("2", "2.0"), ("v2.0", "2.0"), ("3", "3"), ("3.0", "3"), ("v3", "3")],
)
def test_a_version_may_be_written_as_people_do(said: str, meant: str) -> None:
    assert Vehicle("v", "t", version=said).version == meant


@pytest.mark.parametrize("wrong", ["4", "99.9", "2.1", "3.1", "0", "", "v", "2.0.0", "two"])
def test_a_version_that_does_not_exist_is_refused_wherever_it_is_said(wrong: str) -> None:
    say = r"version must be 2\.0 or 3 \(or 1\.0"
    car = Vehicle("v", "t", transport=Canned(reply({})))

    for act in (
        lambda: Vehicle("v", "t", version=wrong),
        lambda: set_api_version(wrong),
        lambda: car.request("GET", "odometer", api_version=wrong),
        lambda: get_compatibility("VIN", "", client_id="a", client_secret="b", version=wrong),
    ):
        with pytest.raises(ValueError, match=say):
            act()
    assert get_api_version() == "2.0"


@pytest.mark.parametrize("wrong", [{"version": "two"}, {"unit_system": "nautical"}])
def test_what_is_no_version_or_unit_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Vehicle("v", "t", **wrong)  # type: ignore[arg-type]
