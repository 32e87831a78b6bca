"""Everything that can be asked of one car, or told to it, on v3: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar, overload

from smartcar.protocol.endpoint import Read, get
from smartcar.protocol.facts import Facts
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource

from .arguments import (
    Latitude,
    Longitude,
    Percent,
)
from .asking import AwaitSignal, ReadSignal
from .catalogue import Charge, Closure
from .charge_limit import limit_command
from .classic_changes import ClassicAttributes
from .classic_commands import Classic
from .commands import command
from .executions import CommandExecution, Shown
from .resources import VehicleResource
from .schedules import ScheduleEndpoints
from .signals import Signal, Signals, SignalsRead

R = TypeVar("R")


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


def _versioned(path: str) -> Callable[[Callable[[Any], R]], Read[[], R]]:
    """Declare a read that v2.0 has under the same name."""

    def declare(declaration: Callable[[Any], R]) -> Read[[], R]:
        read = get(path)(declaration)
        read.classic = vars(ClassicAttributes)[read.name]
        return read

    return declare


_CHARGE: Any = {"permission": "control_charge", "needs_user": True}
_SECURITY: Any = {"permission": "control_security", "needs_user": True}


class VehicleEndpoints(ScheduleEndpoints):
    """Everything you can ask of one car, or tell it."""

    @_versioned("/vehicles/{vehicle_id}")
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
        classic=Classic("/vehicles/{vehicle_id}/charge", {"action": "START"}),
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
        classic=Classic("/vehicles/{vehicle_id}/charge", {"action": "STOP"}),
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

    @limit_command
    def set_charge_limit(self, percent: Percent) -> CommandExecution:
        """Stop charging once the battery reaches *percent*.

        Args:
            percent: State of charge to stop at: a whole number of percent, 50 to 100.
            limit: The same as a fraction from 0 to 1, in place of *percent*: 0.8 is 80 percent.
                v2.0 takes it as it is; v3 takes what comes to whole percents, from 50.

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
        classic=Classic("/vehicles/{vehicle_id}/security", {"action": "LOCK"}),
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
        classic=Classic("/vehicles/{vehicle_id}/security", {"action": "UNLOCK"}),
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
        classic=Classic("/vehicles/{vehicle_id}/navigation/destination"),
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

    @get("/vehicles/{vehicle_id}/command-executions/{execution_id}", needs_user=True)
    def command_execution(self, execution_id: str) -> CommandExecution:
        """What became of an earlier command.  The path is unconfirmed.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...


class SeedNames:
    """The same reads under the names of Smartcar's own SDKs."""

    get_signals = VehicleEndpoints.signals
    get_signal = VehicleEndpoints.signal
