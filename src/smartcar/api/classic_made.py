"""v2.0's objects, made from v3's signals: fractions, units and ages are converted.

Which signals stand for which endpoint: https://smartcar.com/docs/api-reference/signals (they are
paired by meaning).  A part that the car does not tell is None; where it tells none of them, the
first signal's error is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Final, TypeVar

import msgspec

from smartcar.errors import CompatibilityError, DecodeError, NotFoundError, SmartcarError
from smartcar.errors.kinds import error_from
from smartcar.protocol.documents import Model, instant, read_model, read_resource
from smartcar.protocol.versions import MadeOf
from smartcar.protocol.wire import Reply

from . import classic_models as models
from . import units
from .answers import Answer, Meta
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
from .definition import ALL, SignalType
from .signals import Signal, SignalError, read_signals

V = TypeVar("V")
A = TypeVar("A", bound=Answer)

_STATUS: Final = {
    "VALIDATION": 400,
    "CONNECTED_SERVICES_ACCOUNT": 400,
    "AUTHENTICATION": 401,
    "PERMISSION": 403,
    "RESOURCE_NOT_FOUND": 404,
    "VEHICLE_STATE": 409,
    "RATE_LIMIT": 429,
    "BILLING": 430,
    "COMPATIBILITY": 501,
    "UPSTREAM": 502,
}
"""What v2.0 answers where v3 puts an error into a signal.  https://smartcar.com/docs/api-reference/api-errors"""


class Told:
    """What a car told of the signals that one answer is made from."""

    def __init__(self, reply: Reply, codes: tuple[str, ...], system: str) -> None:
        self.reply = reply
        self.system = system
        self._signals, self._has_told_anything = _signals(reply, codes)
        self._used: list[Signal[Any]] = []
        if not any(signal.value is not None for signal in self._signals.values()):
            self._refuse(codes)

    def get(self, code: SignalType[V]) -> V | None:
        """The value of one signal; None if the car does not tell."""
        signal = self._signals.get(code)
        if signal is None or signal.value is None:
            return None
        self._used.append(signal)
        value: V = signal.value
        return value

    def unit(self, code: SignalType[Any]) -> str | None:
        """The unit that the value came in."""
        signal = self._signals.get(code)
        return None if signal is None else signal.unit

    def distance(self, code: SignalType[float]) -> float | None:
        """Kilometres, or miles."""
        value = self.get(code)
        plain = None if value is None else float(value)  # a BatteryRange carries more
        return units.distance(plain, self.unit(code), self.system)

    def fraction(self, code: SignalType[float]) -> float | None:
        """A percentage, from 0 to 1."""
        return units.fraction(self.get(code))

    def meta(self, *, is_converted: bool) -> Meta:
        """Age and units: the age of the oldest value, for the answer is no newer than that."""
        facts = {
            "dataAge": _oldest(self._used, "oemUpdatedAt"),
            "fetchedAt": _oldest(self._used, "retrievedAt"),
            "requestId": self.reply.headers.get("sc-request-id"),
            "unitSystem": self.system if is_converted else None,
        }
        return Meta({key: fact for key, fact in facts.items() if fact is not None})

    def _refuse(self, codes: tuple[str, ...]) -> None:
        """Say why there is no value; signals that are there and null make a model of Nones."""
        for signal in self._signals.values():
            if signal.error is not None:
                raise _error(signal.error, self.reply)
        if self._signals:
            return
        if self._has_told_anything:
            told = f"The car, which tells other signals, tells nothing of {', '.join(codes)}."
            said = {"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE", "description": told}
            raise CompatibilityError(501, said, self.reply.headers)  # what v2.0 answers
        raise NotFoundError(404, "The car has told nothing at all yet.", self.reply.headers)


def _made(make: Callable[[Told], A], *codes: str, is_converted: bool = False) -> MadeOf[A]:
    """How *make* makes a model from the signals with *codes*."""

    def read(reply: Reply, system: str) -> A:
        told = Told(reply, codes, system)
        model = make(told)
        return model.kept(reply_=reply, meta_=told.meta(is_converted=is_converted))

    return MadeOf(codes, read)


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
    return models.ChargeLimit(limit=units.fraction(None if limits is None else limits.active_limit))


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


def _signals(reply: Reply, codes: tuple[str, ...]) -> tuple[dict[str, Signal[Any]], bool]:
    """The signals with *codes* in *reply*, which holds one of them or all; and if it has any."""
    content = read_model(reply, _Either)
    if isinstance(content.data, list):
        told = read_signals(reply)
        return {code: told[code] for code in codes if code in told}, bool(told)
    signal = read_resource(reply, Signal[Any])
    if signal.code != codes[0]:
        raise DecodeError(reply.status, f"Asked for {codes[0]}, told {signal.code}.", reply.headers)
    return {codes[0]: signal}, True


class _Either(Model, frozen=True):
    data: Any = None


def _oldest(signals: list[Signal[Any]], fact: str) -> Any:
    """The earliest time under *fact* in the signals' own meta, as it came."""
    told = (signal.meta.get(fact) for signal in signals)
    times = [(at, said) for said in told if (at := instant(said))]
    return min(times, key=itemgetter(0))[1] if times else None


def _error(error: SignalError, reply: Reply) -> SmartcarError:
    if error.type == "DECODE":
        return DecodeError(reply.status, error.detail or str(error), reply.headers)
    if error.type == "UNAVAILABLE":
        return NotFoundError(404, "The car does not tell this at present.", reply.headers)
    status = _STATUS.get(error.type or "", 500)
    return error_from(status, {"errors": [msgspec.to_builtins(error)]}, reply.headers)


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
SERVICE_HISTORY: Final = _made(_service_history, Service.Records)
SYSTEM_STATUS: Final = _made(_system_status, *_SYSTEMS.values())
DTCS: Final = _made(_dtcs, Diagnostics.DTCList)
