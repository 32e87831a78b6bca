"""v2.0's objects, made from v3's signals: fractions, units and ages are converted.

Which signals stand for which endpoint: https://smartcar.com/docs/api-reference/signals (they are
paired by meaning).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from smartcar.protocol.documents import instant
from smartcar.protocol.versions import MadeOf
from smartcar.protocol.wire import Reply
from smartcar.untyped import http_date

from . import classic_models as models
from . import units
from .answers import Answer
from .bodies import SystemStatus
from .catalogue import (
    Charge,
    Diagnostics,
    InternalCombustionEngine,
    Location,
    Odometer,
    Service,
    TractionBattery,
    VehicleIdentification,
    Wheel,
)
from .classic_doors import LOCKS, lock_status
from .classic_told import Told
from .days import span
from .definition import ALL, SignalType

A = TypeVar("A", bound=Answer)


def _made(
    make: Callable[[Told], A],
    *codes: str,
    is_converted: bool = False,
    choose: Callable[[A, Mapping[str, Any]], A] | None = None,
) -> MadeOf[A]:
    """How *make* makes a model from the signals with *codes*, of which some may be chosen."""

    def read(reply: Reply, system: str) -> A:
        told = Told(reply, codes, system)
        model = make(told)
        return model.kept(reply_=reply, meta_=told.meta(is_converted=is_converted))

    return MadeOf(codes, read, choose)


def _vin(told: Told) -> models.Vin:
    return models.Vin(vin=told.get(VehicleIdentification.VIN) or "")


def _odometer(told: Told) -> models.Odometer:
    return models.Odometer(distance=told.distance(Odometer.TraveledDistance))


def _location(told: Told) -> models.Location:
    place = told.get(Location.PreciseLocation)
    if place is None:  # pragma: no cover -- Told has refused
        return models.Location()
    return models.Location(latitude=place.latitude, longitude=place.longitude)


def _fuel(told: Told) -> models.Fuel:
    engine = InternalCombustionEngine
    litres = told.get(engine.AmountRemaining)
    return models.Fuel(
        range=told.distance(engine.Range),
        percent_remaining=told.fraction(engine.FuelLevel),
        amount_remaining=units.volume(litres, told.unit(engine.AmountRemaining), told.system),
    )


def _battery(told: Told) -> models.Battery:
    return models.Battery(
        percent_remaining=told.fraction(TractionBattery.StateOfCharge),
        range=told.distance(TractionBattery.Range),
    )


def _capacity(told: Told) -> models.BatteryCapacity:
    size = told.get(TractionBattery.NominalCapacity)
    return models.BatteryCapacity(capacity=None if size is None else size.capacity)


def _nominal_capacity(told: Told) -> models.NominalCapacity:
    size = told.get(TractionBattery.NominalCapacity)
    if size is None:  # pragma: no cover -- Told has refused
        return models.NominalCapacity()
    chosen = models.ChosenCapacity(nominal=size.capacity, source=size.source)
    return models.NominalCapacity(
        capacity=None if size.capacity is None else chosen,
        available_capacities=tuple(
            models.CapacityOption(capacity=each.capacity, description=each.description)
            for each in size.available_capacities
        ),
    )


def _charge(told: Told) -> models.Charge:
    state, is_charging = told.get(Charge.DetailedChargingStatus), told.get(Charge.IsCharging)
    if state is None and is_charging is not None:
        state = "CHARGING" if is_charging else "NOT_CHARGING"
    return models.Charge(is_plugged_in=told.get(Charge.IsChargingCableConnected), state=state)


def _charge_limit(told: Told) -> models.ChargeLimit:
    limits = told.get(Charge.ChargeLimits)
    return models.ChargeLimit(limit=units.fraction(None if limits is None else limits.in_force))


def _tire_pressure(told: Told) -> models.TirePressure:
    tires = told.get(Wheel.Tires)
    unit = None if tires is None else tires.unit
    at = {
        (tire.row, tire.column): units.pressure(tire.tire_pressure, unit, told.system)
        for tire in (() if tires is None else tires.values)
    }
    return models.TirePressure(
        front_left=at.get((0, 0)),
        front_right=at.get((0, 1)),
        back_left=at.get((1, 0)),
        back_right=at.get((1, 1)),
    )


def _engine_oil(told: Told) -> models.EngineOil:
    return models.EngineOil(life_remaining=told.fraction(InternalCombustionEngine.OilLife))


def _service_history(told: Told) -> models.ServiceHistory:
    records = told.get(Service.Records) or ()
    return models.ServiceHistory(items=tuple(_record(each) for each in records))


def _of_days(history: models.ServiceHistory, asked: Mapping[str, Any]) -> models.ServiceHistory:
    """Those records that v2.0 would tell: of the days that were asked for, or of the last year.

    The year ends when the reply was sent, by the server's own clock; where that is not said,
    nothing is left out for its age.
    """
    sent_at = http_date(history.headers.get("date", ""))
    days = span(asked.get("start_date"), asked.get("end_date"), sent_at)
    chosen = tuple(each for each in history.items if days.has(instant(each.service_date)))
    return models.ServiceHistory(items=chosen).kept(**vars(history))


def _record(record: Any) -> models.ServiceRecord:
    cost = record.cost
    return models.ServiceRecord(
        service_id=record.id,
        service_date=record.time,
        odometer_distance=record.odometer,
        service_tasks=tuple(
            models.ServiceTask(task_id=task.id, task_description=task.description)
            for task in record.tasks or ()
        ),
        service_details=[{"type": it.id, "value": it.description} for it in record.details or ()],
        service_cost=cost and models.ServiceCost(total_cost=cost.amount, currency=cost.currency),
    )


_WORDS: Final = """
ABS ACTIVE_SAFETY AIRBAG BRAKE_FLUID DRIVER_ASSISTANCE EMISSIONS ENGINE EV_BATTERY_CONDITIONING
EV_CHARGING EV_DRIVE_UNIT EV_HV_BATTERY LIGHTING MIL OIL_LIFE OIL_PRESSURE OIL_TEMPERATURE
TELEMATICS TIRE_PRESSURE TIRE_PRESSURE_MONITORING TRANSMISSION WASHER_FLUID WATER_IN_FUEL
"""
"""v2.0's systems; v3 has a signal for each but the engine."""

_SYSTEMS: Final[Mapping[str, SignalType[SystemStatus]]] = {
    f"SYSTEM_{word}": ALL[code]
    for word in _WORDS.split()
    if (code := f"diagnostics-{word.replace('_', '').lower()}") in ALL
}


def _system_status(told: Told) -> models.DiagnosticSystemStatusResponse:
    said = ((name, told.get(code)) for name, code in _SYSTEMS.items())
    return models.DiagnosticSystemStatusResponse(
        systems=tuple(
            models.DiagnosticSystemStatus(
                system_id=name, status=one.status, description=one.description
            )
            for name, one in said
            if one is not None
        )
    )


def _dtcs(told: Told) -> models.DiagnosticTroubleCodesResponse:
    return models.DiagnosticTroubleCodesResponse(
        active_codes=tuple(
            models.DiagnosticTroubleCode(code=each.code or "", timestamp=each.timestamp)
            for each in told.get(Diagnostics.DTCList) or ()
        )
    )


VIN: Final = _made(_vin, VehicleIdentification.VIN)
ODOMETER: Final = _made(_odometer, Odometer.TraveledDistance, is_converted=True)
LOCATION: Final = _made(_location, Location.PreciseLocation)
FUEL: Final = _made(
    _fuel,
    InternalCombustionEngine.FuelLevel,
    InternalCombustionEngine.AmountRemaining,
    InternalCombustionEngine.Range,
    is_converted=True,
)
BATTERY: Final = _made(
    _battery, TractionBattery.StateOfCharge, TractionBattery.Range, is_converted=True
)
CAPACITY: Final = _made(_capacity, TractionBattery.NominalCapacity)
NOMINAL_CAPACITY: Final = _made(_nominal_capacity, TractionBattery.NominalCapacity)
CHARGE: Final = _made(
    _charge, Charge.DetailedChargingStatus, Charge.IsCharging, Charge.IsChargingCableConnected
)
CHARGE_LIMIT: Final = _made(_charge_limit, Charge.ChargeLimits)
TIRE_PRESSURE: Final = _made(_tire_pressure, Wheel.Tires, is_converted=True)
ENGINE_OIL: Final = _made(_engine_oil, InternalCombustionEngine.OilLife)
LOCK_STATUS: Final = _made(lock_status, *LOCKS)
SERVICE_HISTORY: Final = _made(_service_history, Service.Records, choose=_of_days)
SYSTEM_STATUS: Final = _made(_system_status, *_SYSTEMS.values())
DTCS: Final = _made(_dtcs, Diagnostics.DTCList)
