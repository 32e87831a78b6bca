"""Checked, never run: what editors and type checkers say of a user's program.

A comment that ignores an error is an assertion that there *is* one: mypy (warn_unused_ignores) and
pyright (reportUnnecessaryTypeIgnoreComment) fail otherwise.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, assert_type

import smartcar as seed
from smartcar import (
    AsyncAuthClient,
    AsyncSmartcar,
    AsyncVehicle,
    AuthClient,
    Smartcar,
    Vehicle,
    VehicleStateError,
    models,
)
from smartcar.api.commands import Command
from smartcar.models import (
    ActionResponse,
    AsyncExecution,
    AsyncItems,
    BatteryRange,
    ChargeLimits,
    ChargeRecord,
    ChargeWindow,
    CommandExecution,
    Connection,
    Coordinates,
    Doors,
    Execution,
    Items,
    Meta,
    PreciseLocation,
    Signal,
    Signals,
    Subscription,
    SubscriptionRequested,
    VehicleResource,
)
from smartcar.protocol.endpoint import Read
from smartcar.signals import Charge, Closure, Location, Odometer, SignalType, TractionBattery
from smartcar.simulator import Simulator


def the_declarations() -> None:
    assert_type(Vehicle.attributes, Read[[], VehicleResource])
    assert_type(AsyncVehicle.lock, Command[[]])
    assert_type(TractionBattery.StateOfCharge, SignalType[float])
    assert_type(TractionBattery.StateOfCharge.permissions, tuple[str, ...])


def blocking() -> None:
    with Smartcar(transport=Simulator(seed=7), retries=3, read_timeout=None) as smartcar:
        assert_type(smartcar.connections(user_id="u"), Items[Connection])
        for connection in smartcar.connections(page_size=100, mode="simulated"):
            assert_type(connection, Connection)
            assert_type(connection.vehicle_id, str)
            assert_type(smartcar.vehicle(connection), Vehicle)
            assert_type(connection.created_at, datetime | None)
        assert_type([each.id for each in smartcar.subscriptions()], list[str])
        assert_type(smartcar.subscription("s"), Subscription)
        assert_type(
            smartcar.create_subscription(webhook_id="w", user_id="u", vehicle_id="v"),
            SubscriptionRequested,
        )
        assert_type(smartcar.with_options(retries=0), Smartcar)
        a_car(smartcar.vehicle("v", user_id="u"))


def a_car(car: Vehicle) -> None:
    assert_type(car.attributes(), VehicleResource)
    assert_type(car.attributes().year, int | None)
    assert_type(car.attributes, Callable[[], VehicleResource])
    assert_type(car.attributes().meta.request_id, str | None)
    assert_type(car.signals().meta, Meta)
    assert_type(car.lock(), Execution)
    answer: ActionResponse = car.lock()
    assert_type(answer.status, str)
    assert_type(car.lock().execution, CommandExecution | None)
    assert_type(car.lock().wait_until_confirmed(timeout=60), Signal[Any])
    assert_type(car.set_charge_limit(80), Execution)
    assert_type(car.set_charge_limit(percent=80).schedule_id, str | None)
    car.schedule_weekly_charge(
        Coordinates(48.1, 11.5), days={"monday": ChargeWindow("22:00", "06:00")}
    )
    try:
        car.start_charge()
    except VehicleStateError as error:
        assert_type(error.retry_after, float | None)
        assert_type(error.advice, str)


def signals_by_member(car: Vehicle) -> None:
    assert_type(car.signal(TractionBattery.StateOfCharge), Signal[float])
    assert_type(car.signal(TractionBattery.StateOfCharge).value, float | None)
    assert_type(car.signal(Closure.IsLocked).value, bool | None)
    assert_type(car.signal(Closure.Doors).value, Doors | None)
    assert_type(car.signal(Charge.ChargeLimits).value, ChargeLimits | None)
    assert_type(car.signal(Charge.ChargeRecords).value, tuple[ChargeRecord, ...] | None)
    assert_type(car.signal(Location.PreciseLocation).value, PreciseLocation | None)
    assert_type(car.signal(TractionBattery.Range).value, BatteryRange | None)
    assert_type(car.signal(Odometer.TraveledDistance).age, timedelta | None)


def signals_by_code(car: Vehicle, code: str) -> None:
    assert_type(car.signal("tractionbattery-stateofcharge").value, float | None)
    assert_type(car.signal("closure-islocked").value, bool | None)
    assert_type(car.signal("charge-chargelimits").value, ChargeLimits | None)
    assert_type(car.signal("vehicleidentification-vin").value, str | None)
    assert_type(car.signal(code).value, Any | None)


def all_signals(car: Vehicle) -> None:
    signals = car.signals()
    assert_type(signals, Signals)
    assert_type(signals[TractionBattery.StateOfCharge].value, float | None)
    assert_type(signals.get(Closure.IsLocked), Signal[bool] | None)
    for signal in signals:
        assert_type(signal, Signal[Any])


async def awaiting() -> None:
    async with AsyncSmartcar(transport=Simulator()) as smartcar:
        assert_type(smartcar.connections(), AsyncItems[Connection])
        async for connection in smartcar.connections():
            assert_type(connection, Connection)
        car = smartcar.vehicle("v")
        assert_type(await car.signal(TractionBattery.StateOfCharge), Signal[float])
        assert_type((await car.signal("closure-islocked")).value, bool | None)
        assert_type(await car.set_charge_limit(80), AsyncExecution)
        assert_type(await (await car.lock()).wait_until_confirmed(), Signal[Any])
        assert_type((await car.signals())[Charge.IsCharging].value, bool | None)


def the_seeds_reads() -> None:
    car = Vehicle("v", "t", unit_system="imperial", version="2.0", flags={"country": "DE"})
    assert_type(car.odometer(), models.Odometer)
    assert_type(car.odometer().distance, float | None)
    assert_type(car.odometer().meta.data_age, datetime | None)
    assert_type(car.battery(), models.Battery)
    assert_type(car.permissions(limit=5), models.Permissions)
    assert_type(car.service_history(start_date="2025-01-01"), models.ServiceHistory)
    assert_type(car.service_history(date(2025, 1, 1), datetime.now(UTC)), models.ServiceHistory)
    assert_type(car.set_charge_limit(limit=0.8), Execution)
    assert_type(car.lock().message, str | None)
    assert_type(car.disconnect(), models.ActionResponse)
    assert_type(car.subscribe("hook"), models.WebhookSubscription)
    assert_type(car.unsubscribe("amt", webhook_id="hook"), models.ActionResponse)
    assert_type(car.get_signals(), Signals)
    assert_type(car.get_signal(TractionBattery.StateOfCharge).value, float | None)
    assert_type(car.request("GET", "tesla/alerts"), models.Response)
    answers = car.batch(Vehicle.odometer, Vehicle.battery, "/tesla/alerts")
    assert_type(answers, models.Batch)
    assert_type(answers.odometer(), models.Odometer)
    assert_type(answers[Vehicle.battery], models.Battery)
    assert_type(answers[Vehicle.attributes], VehicleResource)
    assert_type(car.batch(["/odometer"]), models.Batch)
    assert_type(car.batch(Vehicle.fuel, paths=["/odometer"]).headers, Mapping[str, str])
    assert_type(car.odometer().replace(distance=1.0), models.Odometer)


def the_seeds_functions() -> None:
    auth = AuthClient("id", "secret", mode="simulated")
    assert_type(auth.get_auth_url(["read_vin"], single_select={"vin": "V"}), str)
    assert_type(auth.exchange_code("code"), models.Access)
    assert_type(auth.exchange_refresh_token("r").expiration, datetime)
    assert_type(seed.get_user("t"), models.User)
    assert_type(seed.get_vehicles("t", limit=5), models.VehicleIds)
    assert_type(seed.get_vehicle("t", "v"), VehicleResource)
    assert_type(seed.get_compatibility("vin", ["read_vin"]), models.Compatibility)
    assert_type(seed.get_compatibility_matrix("US", type="BEV"), models.CompatibilityMatrix)
    assert_type(seed.get_connections("amt", cursor="c"), models.ConnectionsPage)
    assert_type(seed.delete_connections("amt", user_id="u"), models.DeletedConnections)
    assert_type(seed.verify_payload("amt", "signature", b"{}"), bool)


async def the_seeds_awaiting_twins() -> None:
    car = AsyncVehicle("v", "t")
    assert_type(await car.odometer(), models.Odometer)
    assert_type(await car.set_charge_limit(0.8), AsyncExecution)
    assert_type((await car.batch(AsyncVehicle.fuel)).fuel(), models.Fuel)
    assert_type(await car.request("GET", "x"), models.Response)
    assert_type(await AsyncAuthClient("id", "secret").exchange_code("code"), models.Access)
    assert_type(await seed.aio.get_user("t"), models.User)
    assert_type(await seed.aio.get_vehicles("t", offset=1), models.VehicleIds)


def mistakes(smartcar: Smartcar, car: Vehicle) -> None:
    car.set_charge_limit()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    car.set_charge_limit("80")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    car.set_charge_limit(percent=0.8)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    car.send_destination(lat=1, lon=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.attributes(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.attributes().milage  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    car.signal(7)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    smartcar.connections(owner="u")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    smartcar.connections(mode="both")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    smartcar.with_options(retry=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.odometer().milage  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    car.permissions(5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.batch().milage()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    seed.get_vehicles("t", 5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    seed.get_compatibility_matrix("MARS")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    charge: str | None = car.signal(TractionBattery.StateOfCharge).value  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    locked: int = car.signal("odometer-traveleddistance").value  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    del charge, locked


async def forgotten_awaits(car: AsyncVehicle) -> None:
    car.lock().status  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    car.signal(Closure.IsLocked).value  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    iter(AsyncSmartcar().connections())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
