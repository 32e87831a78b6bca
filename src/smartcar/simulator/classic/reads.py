"""What v2.0 reads from a car: the same signals as v3's, said the old way.

Makers leave things out, and so do these answers: https://smartcar.com/docs/api-reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from smartcar.api import classic_models as models
from smartcar.api.classic import ClassicReads
from smartcar.api.classic_doors import CORNERS, status_of
from smartcar.api.days import When, moment, span, worded
from smartcar.simulator.problems import Refusal

from .problems import Malformed
from .visit import ClassicVisit, Report, answers

_KPA_PER_BAR: Final = 100
_VIN: Final = "vehicleidentification-vin"
_CHARGE_STATE: Final = "charge-detailedchargingstatus"
_IS_CHARGING: Final = "charge-ischarging"

SYSTEMS: Final[Mapping[str, str]] = {
    f"diagnostics-{name.replace('_', '').lower()}": f"SYSTEM_{name}"
    for name in (
        *("ABS", "ACTIVE_SAFETY", "AIRBAG", "BRAKE_FLUID", "DRIVER_ASSISTANCE", "EMISSIONS"),
        *("EV_BATTERY_CONDITIONING", "EV_CHARGING", "EV_DRIVE_UNIT", "EV_HV_BATTERY", "LIGHTING"),
        *("MIL", "OIL_LIFE", "OIL_PRESSURE", "OIL_TEMPERATURE", "TELEMATICS", "TIRE_PRESSURE"),
        *("TIRE_PRESSURE_MONITORING", "TRANSMISSION", "WASHER_FLUID", "WATER_IN_FUEL"),
    )
}
"""v3's codes, and v2.0's ids; the ENGINE of v2.0 has no counterpart."""


@answers(ClassicReads.vin)
def vin(visit: ClassicVisit) -> models.Vin:
    """From its papers, unless it was made to tell another: no car is asked."""
    made = visit.world.garage.overrides(visit.spec.id, visit.now).get(_VIN)
    if made is not None and made.fault is not None:
        raise Refusal(*made.fault)
    return models.Vin(vin=visit.spec.vin if made is None else (made.body or {})["value"])


@answers(ClassicReads.permissions)
def permissions(
    visit: ClassicVisit, *, limit: int | None = None, offset: int | None = None
) -> models.Permissions:
    """Names without ``required:``, at most 25 where no limit is said."""
    granted = visit.grant().permissions
    chosen, paging = visit.paged(granted, limit, offset, usual=25)
    return models.Permissions(permissions=tuple(chosen), paging=paging)


@answers(ClassicReads.odometer)
def odometer(visit: ClassicVisit) -> models.Odometer:
    """Kilometres."""
    return models.Odometer(distance=visit.report().value("odometer-traveleddistance"))


@answers(ClassicReads.location)
def location(visit: ClassicVisit) -> models.Location:
    """Degrees."""
    at = visit.report().body("location-preciselocation")
    return models.Location(latitude=at["latitude"], longitude=at["longitude"])


@answers(ClassicReads.fuel)
def fuel(visit: ClassicVisit) -> models.Fuel:
    """The range is that on fuel (unconfirmed for plug-in hybrids); none without a tank's signal.

    A car without a tank that was made to tell one of its signals tells that one.
    """
    report = visit.report()
    reach = "internalcombustionengine-range"
    percent = "internalcombustionengine-fuellevel"
    litres = "internalcombustionengine-amountremaining"
    is_made = any(code in report.overrides for code in (percent, litres))
    return models.Fuel(
        range=report.value(reach) if report.knows(reach) or not is_made else None,
        percent_remaining=fraction(report.value(percent)) if report.knows(percent) else None,
        amount_remaining=report.value(litres) if report.knows(litres) else None,
    )


@answers(ClassicReads.battery)
def battery(visit: ClassicVisit) -> models.Battery:
    """The range is the electric one (unconfirmed for plug-in hybrids).

    A car without a battery that was made to tell one of its signals tells that one.
    """
    report = visit.report()
    percent, reach = "tractionbattery-stateofcharge", "tractionbattery-range"
    told = [code for code in (percent, reach) if report.knows(code)] or [percent]
    return models.Battery(
        percent_remaining=fraction(report.value(percent)) if percent in told else None,
        range=report.value(reach) if reach in told else None,
    )


@answers(ClassicReads.battery_capacity)
def battery_capacity(visit: ClassicVisit) -> models.BatteryCapacity:
    """Kilowatt-hours."""
    return models.BatteryCapacity(
        capacity=visit.report().body("tractionbattery-nominalcapacity")["capacity"]
    )


@answers(ClassicReads.nominal_capacity)
def nominal_capacity(visit: ClassicVisit) -> models.NominalCapacity:
    """Smartcar knows it: no owner needs to choose."""
    body = visit.report().body("tractionbattery-nominalcapacity")
    return models.NominalCapacity(
        available_capacities=tuple(
            models.CapacityOption(capacity=each["capacity"], description=each["description"])
            for each in body["availableCapacities"]
        ),
        capacity=models.ChosenCapacity(nominal=body["capacity"], source=body["source"]),
    )


@answers(ClassicReads.charge)
def charge(visit: ClassicVisit) -> models.Charge:
    """FULLY_CHARGED means: up to the limit."""
    report = visit.report()
    is_plugged_in = report.value("charge-ischargingcableconnected")
    state = report.value(_CHARGE_STATE)
    if _IS_CHARGING in report.overrides and _CHARGE_STATE not in report.overrides:
        is_charging = report.value(_IS_CHARGING)  # somebody had it tell so: v2.0 says the same
        if is_charging is not (state == "CHARGING"):
            state = "CHARGING" if is_charging else "NOT_CHARGING"
    return models.Charge(is_plugged_in=is_plugged_in, state=state)


@answers(ClassicReads.get_charge_limit)
def get_charge_limit(visit: ClassicVisit) -> models.ChargeLimit:
    """Also while it is not plugged in, which some real cars do not tell."""
    limit = visit.report().body("charge-chargelimits")["activeLimit"]
    return models.ChargeLimit(limit=fraction(limit))


@answers(ClassicReads.tire_pressure)
def tire_pressure(visit: ClassicVisit) -> models.TirePressure:
    """Kilopascals, where v3 has bar."""
    bars = {
        (each["row"], each["column"]): round(each["tirePressure"] * _KPA_PER_BAR, 1)
        for each in visit.report().body("wheel-tires")["values"]
    }
    return models.TirePressure(
        front_left=bars[0, 0], front_right=bars[0, 1], back_left=bars[1, 0], back_right=bars[1, 1]
    )


@answers(ClassicReads.engine_oil)
def engine_oil(visit: ClassicVisit) -> models.EngineOil:
    """What is left of its life."""
    return models.EngineOil(
        life_remaining=fraction(visit.report().value("internalcombustionengine-oillife"))
    )


@answers(ClassicReads.lock_status)
def lock_status(visit: ClassicVisit) -> models.LockStatus:
    """What a car cannot report is an empty list; without a lock's state there is no answer."""
    report = visit.report()
    # In front, the storage of an electric car is its trunk; of any other, what is under the hood.
    is_electric = visit.spec.powertrain == "BEV"
    front = "closure-fronttrunk" if is_electric else "closure-enginecover"
    return models.LockStatus(
        is_locked=report.value("closure-islocked"),
        doors=_cornered(report, "closure-doors"),
        windows=_cornered(report, "closure-windows"),
        sunroof=_part(report, "closure-sunroof", "sunroof"),
        storage=(*_part(report, "closure-reartrunk", "rear"), *_part(report, front, "front")),
        charging_port=_part(report, "charge-ischargingportflapopen", "chargingPort", "value"),
    )


@answers(ClassicReads.service_history)
def service_history(
    visit: ClassicVisit, start_date: When | None = None, end_date: When | None = None
) -> models.ServiceHistory:
    """Of the last year, where no dates are said."""
    found = visit.report().body("service-records")["values"]
    start, end = _said("start_date", start_date), _said("end_date", end_date)
    asked = span(start, end, datetime.fromtimestamp(visit.now, UTC))
    items = [
        models.ServiceRecord(
            service_id=each["id"],
            service_date=each["time"],
            odometer_distance=each["odometer"],
            service_tasks=tuple(
                models.ServiceTask(task_id=task["id"], task_description=task["description"])
                for task in each["tasks"]
            ),
            service_details=tuple(
                {"type": detail["id"], "value": detail["description"]} for detail in each["details"]
            ),
            service_cost=models.ServiceCost(
                total_cost=each["cost"]["amount"], currency=each["cost"]["currency"]
            ),
        )
        for each in found
        if asked.has(moment(each["time"]))
    ]
    return models.ServiceHistory(items=tuple(items))


@answers(ClassicReads.diagnostic_system_status)
def diagnostic_system_status(visit: ClassicVisit) -> models.DiagnosticSystemStatusResponse:
    """Of every system that the model reports on."""
    report = visit.report()
    told = {name: report.body(code) for code, name in SYSTEMS.items() if report.knows(code)}
    return models.DiagnosticSystemStatusResponse(
        systems=tuple(
            models.DiagnosticSystemStatus(
                system_id=name, status=body["status"], description=body["description"]
            )
            for name, body in told.items()
        )
    )


@answers(ClassicReads.diagnostic_trouble_codes)
def diagnostic_trouble_codes(visit: ClassicVisit) -> models.DiagnosticTroubleCodesResponse:
    """Those that are active."""
    return models.DiagnosticTroubleCodesResponse(
        active_codes=tuple(
            models.DiagnosticTroubleCode(code=each["code"], timestamp=each["timestamp"])
            for each in visit.report().body("diagnostics-dtclist")["values"]
        )
    )


def fraction(percent: float) -> float:
    """Percent as v2.0 says it: from 0 to 1."""
    return round(percent / 100, 4)


def _cornered(report: Report, code: str) -> tuple[models.Part, ...]:
    """Doors or windows, in the order of the documentation."""
    if not report.knows(code):
        return ()
    known = {(each["row"], each["column"]): each for each in report.body(code)["values"]}
    return tuple(
        models.Part(type=name, status=status_of(known[corner]["isOpen"]))
        for corner, name in CORNERS.items()
        if corner in known
    )


def _part(report: Report, code: str, name: str, key: str = "isOpen") -> tuple[models.Part, ...]:
    """One lid, if the car reports it."""
    if not report.knows(code):
        return ()
    return (models.Part(type=name, status=status_of(report.body(code)[key])),)


def day(name: str, text: str | None, *, at_its_end: bool = False) -> datetime | None:
    """A day or a time; of a day, its first moment or its last.

    Raises:
        Malformed: It is neither.
    """
    said = _said(name, text)
    return None if said is None else moment(said, at_its_end=at_its_end)


def _said(name: str, when: When | None) -> str | None:
    try:
        return worded(name, when)
    except ValueError:
        raise Malformed([name], f'"{name}" must be in ISO 8601 date format') from None
