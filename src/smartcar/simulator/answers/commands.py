"""What a car is told to do: it does it, or refuses as Smartcar documents."""

from __future__ import annotations

import msgspec

from smartcar.api.arguments import ChargeSchedule, ChargeWindow, Coordinates, Weekday
from smartcar.api.executions import CommandAttributes, CommandExecution
from smartcar.api.signals import SignalStatus
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.meta import Meta
from smartcar.simulator import events
from smartcar.simulator.cars.moment import Refused
from smartcar.simulator.cars.spec import PLAYGROUND_ID
from smartcar.simulator.garage import Told
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import Visit, answers, missing, stamp

_SCHEDULE = "charge-schedule-"


@answers(VehicleEndpoints.start_charge)
def start_charge(visit: Visit) -> CommandExecution:
    """Energy flows from now."""
    return _told(visit, "charge-start", "control_charge")


@answers(VehicleEndpoints.stop_charge)
def stop_charge(visit: Visit) -> CommandExecution:
    """Energy flows no more."""
    return _told(visit, "charge-stop", "control_charge")


@answers(VehicleEndpoints.set_charge_limit)
def set_charge_limit(visit: Visit, percent: int) -> CommandExecution:
    """Charging stops there, now and later."""
    return _told(visit, "charge-set-limit", "control_charge", percent=percent)


@answers(VehicleEndpoints.open_charge_port)
def open_charge_port(visit: Visit) -> CommandExecution:
    """The flap opens."""
    return _told(visit, "charge-port-open", "control_charge")


@answers(VehicleEndpoints.close_charge_port)
def close_charge_port(visit: Visit) -> CommandExecution:
    """The flap shuts."""
    return _told(visit, "charge-port-close", "control_charge")


@answers(VehicleEndpoints.lock)
def lock(visit: Visit) -> CommandExecution:
    """The doors lock."""
    return _told(visit, "security-lock", "control_security")


@answers(VehicleEndpoints.unlock)
def unlock(visit: Visit) -> CommandExecution:
    """The doors unlock."""
    return _told(visit, "security-unlock", "control_security")


@answers(VehicleEndpoints.send_destination)
def send_destination(visit: Visit, latitude: float, longitude: float) -> CommandExecution:
    """The navigation system knows it; the driver decides."""
    return _told(
        visit,
        "navigation-set-destination",
        "control_navigation",
        latitude=latitude,
        longitude=longitude,
    )


@answers(VehicleEndpoints.schedule_daily_charge)
def schedule_daily_charge(
    visit: Visit, location: Coordinates, start_time: str, stop_time: str
) -> CommandExecution:
    """The same window every day."""
    return _scheduled(visit, "daily", location, startTime=start_time, stopTime=stop_time)


@answers(VehicleEndpoints.schedule_weekly_charge)
def schedule_weekly_charge(
    visit: Visit, location: Coordinates, days: dict[Weekday, ChargeWindow]
) -> CommandExecution:
    """A window of its own for each weekday."""
    return _scheduled(visit, "weekly", location, days=msgspec.to_builtins(days))


@answers(VehicleEndpoints.schedule_workweek_charge)
def schedule_workweek_charge(
    visit: Visit, location: Coordinates, weekdays: ChargeWindow, weekends: ChargeWindow
) -> CommandExecution:
    """One window for weekdays, another for weekends."""
    return _scheduled(
        visit,
        "workweek",
        location,
        weekdays=msgspec.to_builtins(weekdays),
        weekends=msgspec.to_builtins(weekends),
    )


@answers(VehicleEndpoints.delete_charge_schedule)
def delete_charge_schedule(visit: Visit, schedule_id: str) -> CommandExecution:
    """It is gone."""
    visit.require("control_charge")
    _made(visit, schedule_id)
    return _told(visit, f"{_SCHEDULE}delete", "control_charge", scheduleId=schedule_id)


@answers(VehicleEndpoints.charge_schedule)
def charge_schedule(visit: Visit, schedule_id: str) -> ChargeSchedule:
    """As it was made (the shape is unconfirmed)."""
    visit.require("control_charge")
    made = _made(visit, schedule_id)
    return ChargeSchedule(
        id=schedule_id,
        type="charge-schedule",
        attributes={name: value for name, value in made.arguments.items() if name != "scheduleId"},
        meta=Meta({"createdAt": stamp(made.at)}),
        links={"self": visit.link("vehicles", visit.spec.id, "charge-schedules", schedule_id)},
    )


@answers(VehicleEndpoints.command_execution)
def command_execution(visit: Visit, execution_id: str) -> CommandExecution:
    """What became of a command (the path is unconfirmed)."""
    return _remembered(visit, execution_id, of_schedule=False)


@answers(VehicleEndpoints.charge_schedule_execution)
def charge_schedule_execution(visit: Visit, execution_id: str) -> CommandExecution:
    """What became of a change of a schedule (the path is unconfirmed)."""
    return _remembered(visit, execution_id, of_schedule=True)


def _scheduled(visit: Visit, kind: str, location: Coordinates, **times: object) -> CommandExecution:
    schedule_id = f"sched_{visit.world.next_id('schedule').replace('-', '')}"
    return _told(
        visit,
        f"{_SCHEDULE}create",
        "control_charge",
        scheduleId=schedule_id,
        scheduleType=kind,
        location=msgspec.to_builtins(location),
        **times,
    )


def _told(visit: Visit, name: str, permission: str, **arguments: object) -> CommandExecution:
    """Let the car do it, and remember that it did."""
    grant = visit.require(permission)
    done = events.Commanded(
        at=visit.now,
        vehicle_id=visit.spec.id,
        user_id=grant.user_id,
        execution_id=f"exec_{visit.world.next_id('execution').replace('-', '')}",
        name=name,
        arguments=arguments,
    )
    try:
        visit.world.command(done, visit.car)
    except Refused as refused:
        raise Refusal(refused.type, refused.code) from None
    except ValueError as error:
        raise Refusal("VALIDATION", "INVALID_INPUT_FORMAT", str(error)) from None
    return _execution(visit, done)


def _made(visit: Visit, schedule_id: str) -> Told:
    """How a schedule came to be, if it still is."""
    made: Told | None = None
    for told in visit.world.garage.told(visit.spec.id):
        if told.arguments.get("scheduleId") == schedule_id:
            made = told if told.name == f"{_SCHEDULE}create" else None
    if made is None:
        raise missing("Charge schedule", schedule_id)
    return made


def _remembered(visit: Visit, execution_id: str, *, of_schedule: bool) -> CommandExecution:
    grant = visit.require(None)
    done = visit.world.executions.get(execution_id)
    if (
        done is None
        or done.vehicle_id != visit.spec.id
        or (done.user_id != grant.user_id and visit.spec.id != PLAYGROUND_ID)
        or done.name.startswith(_SCHEDULE) != of_schedule
    ):
        raise missing("Execution", execution_id)
    return _execution(visit, done)


def _execution(visit: Visit, done: events.Commanded) -> CommandExecution:
    """In the shape of the command, or of the schedule."""
    at = stamp(done.at)
    meta = Meta({"executedAt": at, "completedAt": at, "durationInSeconds": 0})
    status = SignalStatus(value="SUCCESS")
    if not done.name.startswith(_SCHEDULE):
        return CommandExecution(
            id=done.execution_id,
            type="command-execution",
            attributes=CommandAttributes(
                command_type=done.name,
                status=status,
                execution_mode="sync",
                parameters=done.arguments,
            ),
            meta=meta,
        )
    schedule_id = str(done.arguments["scheduleId"])
    kind = done.arguments.get("scheduleType")
    sent = {k: v for k, v in done.arguments.items() if k not in {"scheduleId", "scheduleType"}}
    return CommandExecution(
        id=done.execution_id,
        type="charge-schedule-execution",
        attributes=CommandAttributes(
            action=done.name.removeprefix(_SCHEDULE),
            schedule_type=kind if isinstance(kind, str) else None,
            status=status,
            execution_mode="sync",
            schedule_id=schedule_id,
            parameters=sent,
        ),
        links={"schedule": f"/vehicles/{done.vehicle_id}/charge-schedules/{schedule_id}"},
        meta=meta,
    )
