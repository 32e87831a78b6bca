"""Everything that can be asked of one car, or told to it, on v3: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, overload

from smartcar.protocol.endpoint import Facts, Read, get
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource

from .arguments import (
    ChargeSchedule,
    ChargeWindow,
    ClockTime,
    Coordinates,
    Latitude,
    Longitude,
    Percent,
    WeeklyWindows,
)
from .asking import AwaitSignal, ReadSignal
from .bodies import ChargeLimits, ChargeTimer
from .catalogue import Charge, Closure
from .commands import CommandExecution, Shown, command, command_delete
from .resources import VehicleResource
from .signals import Signal, Signals, SignalsRead


class SignalRead(Read[[str], Signal[Any]]):
    """The read of one signal: what it answers depends on which is asked for."""

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: SyncResource, owner: type) -> ReadSignal: ...
    @overload
    def __get__(self, resource: AsyncResource, owner: type) -> AwaitSignal: ...

    def __get__(self, resource: Resource | None, owner: type) -> Any:
        """The declaration itself from a class; a method from an instance."""
        return self.bound(resource)


def _all_signals(declaration: Callable[[Any], Signals]) -> SignalsRead:
    return SignalsRead(declaration, "GET", "/vehicles/{vehicle_id}/signals", Facts(needs_user=True))


def _one_signal(declaration: Callable[[Any, str], Signal[Any]]) -> SignalRead:
    path = "/vehicles/{vehicle_id}/signals/{code}"
    return SignalRead(declaration, "GET", path, Facts(needs_user=True))


def _is_so(value: bool, _: Mapping[str, Any]) -> bool:
    return value


def _is_not_so(value: bool, _: Mapping[str, Any]) -> bool:
    return not value


def _is_limited(value: ChargeLimits, given: Mapping[str, Any]) -> bool:
    return value.active_limit is not None and value.active_limit == given["percent"]


def _is_scheduled(value: tuple[ChargeTimer, ...], given: Mapping[str, Any]) -> bool:
    which = given["schedule_id"]
    return which is not None and any(timer.schedule_id == which for timer in value)


def _is_not_scheduled(value: tuple[ChargeTimer, ...], given: Mapping[str, Any]) -> bool:
    return not _is_scheduled(value, given)


_CHARGE: Any = {"permission": "control_charge", "needs_user": True}
_SECURITY: Any = {"permission": "control_security", "needs_user": True}


class VehicleEndpoints:
    """Everything you can ask of one car, or tell it."""

    @get("/vehicles/{vehicle_id}")
    def attributes(self) -> VehicleResource:
        """Make, model, year, powertrain and mode.

        Raises:
            NotFoundError: There is no such car, or it is not connected.

        Source: https://smartcar.com/docs/api-reference/get-vehicle
        """
        ...

    @_all_signals
    def signals(self) -> Signals:
        """Everything the car has said last, in one request.

        Smartcar answers from its store, which webhooks keep fresh; it does not wake the car.  A
        signal in ERROR is among them with ``value`` None: it never raises.  A car that has said
        nothing yet gives no signals, or a NotFoundError (unconfirmed which).

        Source: https://smartcar.com/docs/api-reference/list-signals
        """
        ...

    @_one_signal
    def signal(self, code: str) -> Signal[Any]:
        """The last reading of one signal.

        Args:
            code: A member of the catalogue, such as ``TractionBattery.StateOfCharge``, or its code,
                such as ``"tractionbattery-stateofcharge"``.  The type of ``value`` follows from it.

        Raises:
            NotFoundError: There is no such signal, or the car has said nothing of it yet.

        Source: https://smartcar.com/docs/api-reference/get-signal
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/charge/start",
        shown=Shown(Charge.IsCharging, _is_so),
        **_CHARGE,
    )
    def start_charge(self) -> CommandExecution:
        """Start charging.

        Raises:
            VehicleNeedsOwnerError: It is not plugged in (CHARGING_PLUG_NOT_CONNECTED).
            VehicleBusyError: It charges already, or is full.

        Source: https://smartcar.com/docs/api-reference/charging/start-charging
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/charge/stop",
        shown=Shown(Charge.IsCharging, _is_not_so),
        **_CHARGE,
    )
    def stop_charge(self) -> CommandExecution:
        """Stop charging.

        Raises:
            VehicleNeedsOwnerError: It is not plugged in (CHARGING_PLUG_NOT_CONNECTED).
            VehicleBusyError: It is not charging (NOT_CHARGING).

        Source: https://smartcar.com/docs/api-reference/charging/stop-charging
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/charge/set-limit",
        shown=Shown(Charge.ChargeLimits, _is_limited),
        **_CHARGE,
    )
    def set_charge_limit(self, percent: Percent) -> CommandExecution:
        """Stop charging once the battery reaches *percent*.

        Args:
            percent: State of charge to stop at: a whole number of percent, 50 to 100.

        Source: https://smartcar.com/docs/api-reference/charging/set-charge-limit
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/charge-port/open",
        shown=Shown(Charge.IsChargingPortFlapOpen, _is_so),
        **_CHARGE,
    )
    def open_charge_port(self) -> CommandExecution:
        """Open the flap of the charge port.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/charge-port/close",
        shown=Shown(Charge.IsChargingPortFlapOpen, _is_not_so),
        **_CHARGE,
    )
    def close_charge_port(self) -> CommandExecution:
        """Close the flap of the charge port.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/security/lock",
        shown=Shown(Closure.IsLocked, _is_so),
        **_SECURITY,
    )
    def lock(self) -> CommandExecution:
        """Lock the doors.

        Raises:
            VehicleBusyError: It is moving (IN_MOTION).

        Source: https://smartcar.com/docs/api-reference/security/lock-doors
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/security/unlock",
        shown=Shown(Closure.IsLocked, _is_not_so),
        **_SECURITY,
    )
    def unlock(self) -> CommandExecution:
        """Unlock the doors.

        Raises:
            VehicleBusyError: It is moving (IN_MOTION).

        Source: https://smartcar.com/docs/api-reference/security/unlock-doors
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/commands/navigation/set-destination",
        shown=None,
        permission="control_navigation",
        needs_user=True,
    )
    def send_destination(self, latitude: Latitude, longitude: Longitude) -> CommandExecution:
        """Send a destination to the navigation system.  No signal shows it.

        Args:
            latitude: Degrees, north positive.
            longitude: Degrees, east positive.

        Source: https://smartcar.com/docs/api-reference/navigation/set-destination
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/charge-schedules/daily",
        shown=Shown(Charge.ChargeTimers, _is_scheduled),
        **_CHARGE,
    )
    def schedule_daily_charge(
        self, location: Coordinates, start_time: ClockTime, stop_time: ClockTime
    ) -> CommandExecution:
        """Charge between the same two times every day, at one place.  Tesla and Volvo only.

        Args:
            location: Where it applies.
            start_time: HH:MM, local to the car.
            stop_time: HH:MM, local to the car; past midnight if it is the earlier one.

        Raises:
            CompatibilityError: The make has no schedules.

        Source: https://smartcar.com/docs/api-reference/charge-schedules/set-daily-charge-schedule
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/charge-schedules/weekly",
        shown=Shown(Charge.ChargeTimers, _is_scheduled),
        **_CHARGE,
    )
    def schedule_weekly_charge(
        self, location: Coordinates, days: WeeklyWindows
    ) -> CommandExecution:
        """Charge at times of each weekday's own, at one place.  Tesla only.

        The inner shape of ``days`` on the wire is unconfirmed.

        Args:
            location: Where it applies.
            days: A window for each weekday that has one.

        Raises:
            CompatibilityError: The make has no such schedules.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @command(
        "/vehicles/{vehicle_id}/charge-schedules/workweek",
        shown=Shown(Charge.ChargeTimers, _is_scheduled),
        **_CHARGE,
    )
    def schedule_workweek_charge(
        self, location: Coordinates, weekdays: ChargeWindow, weekends: ChargeWindow
    ) -> CommandExecution:
        """Charge at one time on weekdays and another at weekends, at one place.  Tesla only.

        The inner shape of both on the wire is unconfirmed.

        Args:
            location: Where it applies.
            weekdays: Monday to Friday.
            weekends: Saturday and Sunday.

        Raises:
            CompatibilityError: The make has no such schedules.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @command_delete(
        "/vehicles/{vehicle_id}/charge-schedules/{schedule_id}",
        shown=Shown(Charge.ChargeTimers, _is_not_scheduled),
        **_CHARGE,
    )
    def delete_charge_schedule(self, schedule_id: str) -> CommandExecution:
        """Remove a charge schedule.

        Args:
            schedule_id: From ``execution.schedule_id``, or a timer of ``Charge.ChargeTimers``.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @get("/vehicles/{vehicle_id}/charge-schedules/{schedule_id}", **_CHARGE)
    def charge_schedule(self, schedule_id: str) -> ChargeSchedule:
        """One charge schedule.  Its attributes are not documented: they stay as they came.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @get("/vehicles/{vehicle_id}/command-executions/{execution_id}", needs_user=True)
    def command_execution(self, execution_id: str) -> CommandExecution:
        """What became of an earlier command.  The path is unconfirmed.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...

    @get("/vehicles/{vehicle_id}/charge-schedule-executions/{execution_id}", needs_user=True)
    def charge_schedule_execution(self, execution_id: str) -> CommandExecution:
        """What became of an earlier change of a schedule.  The path is unconfirmed.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...
