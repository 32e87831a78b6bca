"""Checked, never run: what editors and type checkers say of a user's program.

A comment that ignores an error is an assertion that there *is* one: mypy (warn_unused_ignores) and
pyright (reportUnnecessaryTypeIgnoreComment) fail otherwise.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, assert_type

from smartcar import AsyncSmartcar, AsyncVehicle, Smartcar, Vehicle, VehicleStateError
from smartcar.api.commands import Command
from smartcar.models import (
    AsyncExecution,
    AsyncItems,
    BatteryRange,
    ChargeLimits,
    ChargeRecord,
    ChargeWindow,
    Connection,
    Coordinates,
    Doors,
    Execution,
    Items,
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
    assert_type(car.lock(), Execution)
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


def mistakes(smartcar: Smartcar, car: Vehicle) -> None:
    car.set_charge_limit()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.set_charge_limit("80")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    car.set_charge_limit(limit=80)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.attributes(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    car.attributes().milage  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    car.signal(7)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    smartcar.connections(owner="u")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    smartcar.connections(mode="both")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    smartcar.with_options(retry=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    charge: str | None = car.signal(TractionBattery.StateOfCharge).value  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    locked: int = car.signal("odometer-traveleddistance").value  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    del charge, locked


async def forgotten_awaits(car: AsyncVehicle) -> None:
    car.lock().status  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    car.signal(Closure.IsLocked).value  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    iter(AsyncSmartcar().connections())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
