"""When a car may charge: declarations, no more.  Tesla and Volvo only, as documented."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from smartcar.protocol.endpoint import get

from .arguments import (
    ChargeSchedule,
    ChargeWindow,
    ClockTime,
    Coordinates,
    WeeklyWindows,
)
from .bodies import ChargeTimer
from .catalogue import Charge
from .commands import command, command_delete
from .executions import CommandExecution, Shown

R = TypeVar("R")


def _is_scheduled(value: tuple[ChargeTimer, ...], given: Mapping[str, Any]) -> bool:
    which = given["schedule_id"]
    return which is not None and any(timer.schedule_id == which for timer in value)


def _is_not_scheduled(value: tuple[ChargeTimer, ...], given: Mapping[str, Any]) -> bool:
    return not _is_scheduled(value, given)


_CHARGE: Any = {"permission": "control_charge", "needs_user": True}


class ScheduleEndpoints:
    """Charge schedules of one car."""

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

    @get("/vehicles/{vehicle_id}/charge-schedule-executions/{execution_id}", needs_user=True)
    def charge_schedule_execution(self, execution_id: str) -> CommandExecution:
        """What became of an earlier change of a schedule.  The path is unconfirmed.

        Raises:
            NotFoundError: There is none with this id.

        Source: https://smartcar.com/docs/api-reference/commands/overview
        """
        ...
