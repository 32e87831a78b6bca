"""Reads of a car: v2.0 has an endpoint for each, v3 has signals.

Which signal stands for what: https://smartcar.com/docs/api-reference/signals (they are paired by
meaning).
"""

from __future__ import annotations

from typing import Final

from .row import A_TIME, Row, camel

_TIMES_100: Final = "as a signal 0 to 100, in place of 0 to 1"
_BAR: Final = "as a signal in bar; some cars were seen to send kilopascals under that name"
_OPEN: Final = "as a signal a truth, in place of OPEN or CLOSED"


def _read(
    name: str,
    field: str,
    v3: str,
    *,
    v2: str | None = None,
    node: str | None = None,
    times: float = 1,
    note: str = "",
) -> Row:
    """*field* of what the read *name* answers; *v3* is a signal, and what to take of its value."""
    signal, _, rest = v3.partition(" ")
    return Row(
        f"Vehicle.{name}",
        f"car.{name}().{field}",
        f"(await car.{camel(name)}()).{camel(field) if node is None else node}",
        f"car.signal({signal}).value{rest}",
        None if v2 is None else f"car.{name}().{v2}",
        stays=True,
        times=times,
        note=note,
    )


def _tire(field: str, place: str) -> Row:
    each = "{(each.row, each.column): each.tire_pressure for each in "
    v3 = f"{each}car.signal(Wheel.Tires).value.values}}[{place}]"
    python, node = f"car.tire_pressure().{field}", f"(await car.tirePressure()).{camel(field)}"
    return Row("Vehicle.tire_pressure", python, node, v3, stays=True, times=0.01, note=_BAR)


def _attribute(field: str) -> Row:
    python, node = f"car.attributes().{field}", f"(await car.attributes()).{field}"
    return Row("Vehicle.attributes", python, node, python, stays=True)


READS: Final = (
    *(_attribute(field) for field in ("id", "make", "model", "year")),
    _read("vin", "vin", "VehicleIdentification.VIN"),
    _read("odometer", "distance", "Odometer.TraveledDistance"),
    _read("location", "latitude", "Location.PreciseLocation .latitude"),
    _read("location", "longitude", "Location.PreciseLocation .longitude"),
    _read(
        "fuel",
        "percent_remaining",
        "InternalCombustionEngine.FuelLevel",
        times=100,
        note=_TIMES_100,
    ),
    _read("fuel", "amount_remaining", "InternalCombustionEngine.AmountRemaining"),
    _read("fuel", "range", "InternalCombustionEngine.Range"),
    _read(
        "battery", "percent_remaining", "TractionBattery.StateOfCharge", times=100, note=_TIMES_100
    ),
    _read("battery", "range", "TractionBattery.Range"),
    _read("battery_capacity", "capacity", "TractionBattery.NominalCapacity .capacity"),
    _read(
        "nominal_capacity",
        'capacity["nominal"]',
        "TractionBattery.NominalCapacity .capacity",
        v2="capacity.nominal",
        node="capacity.nominal",
    ),
    _read(
        "nominal_capacity",
        'capacity["source"]',
        "TractionBattery.NominalCapacity .source",
        v2="capacity.source",
        node="capacity.source",
    ),
    _read(
        "nominal_capacity",
        "availableCapacities[0].capacity",
        "TractionBattery.NominalCapacity .available_capacities[0].capacity",
        v2="available_capacities[0].capacity",
    ),
    Row(
        "Vehicle.nominal_capacity",
        "car.nominal_capacity().url",
        "(await car.nominalCapacity()).url",
        None,
        note="Connect asks the owner by itself where the size is in doubt",
    ),
    _read("charge", "state", "Charge.DetailedChargingStatus"),
    _read("charge", "is_plugged_in", "Charge.IsChargingCableConnected"),
    _read(
        "get_charge_limit",
        "limit",
        "Charge.ChargeLimits .active_limit",
        times=100,
        note=_TIMES_100,
    ),
    _tire("front_left", "0, 0"),
    _tire("front_right", "0, 1"),
    _tire("back_left", "1, 0"),
    _tire("back_right", "1, 1"),
    _read(
        "engine_oil",
        "life_remaining",
        "InternalCombustionEngine.OilLife",
        times=100,
        note=_TIMES_100,
    ),
    _read("lock_status", "is_locked", "Closure.IsLocked"),
    _read(
        "lock_status",
        'doors[0]["status"]',
        "Closure.Doors .values[0].is_open",
        v2="doors[0].status",
        node="doors[0].status",
        note=_OPEN,
    ),
    _read(
        "lock_status",
        'windows[0]["status"]',
        "Closure.Windows .values[0].is_open",
        v2="windows[0].status",
        node="windows[0].status",
        note=_OPEN,
    ),
    _read(
        "lock_status",
        'sunroof[0]["status"]',
        "Closure.Sunroof .is_open",
        v2="sunroof[0].status",
        node="sunroof[0].status",
        note=_OPEN,
    ),
    _read(
        "lock_status",
        'storage[0]["status"]',
        "Closure.RearTrunk .is_open",
        v2="storage[0].status",
        node="storage[0].status",
        note=f"rear; the front is `Closure.FrontTrunk`; {_OPEN}",
    ),
    _read(
        "lock_status",
        'charging_port[0]["status"]',
        "Charge.IsChargingPortFlapOpen",
        v2="charging_port[0].status",
        node="chargingPort[0].status",
        note=_OPEN,
    ),
    _read(
        "service_history",
        'items[0]["serviceDate"]',
        "Service.Records [0].time",
        v2="items[0].service_date",
        node="data[0].serviceDate",
    ),
    _read(
        "service_history",
        'items[0]["odometerDistance"]',
        "Service.Records [0].odometer",
        v2="items[0].odometer_distance",
        node="data[0].odometerDistance",
    ),
    _read(
        "service_history",
        'items[0]["serviceTasks"][0]["taskDescription"]',
        "Service.Records [0].tasks[0].description",
        v2="items[0].service_tasks[0].task_description",
        node="data[0].serviceTasks[0].taskDescription",
    ),
    _read(
        "service_history",
        'items[0]["serviceCost"]["totalCost"]',
        "Service.Records [0].cost.amount",
        v2="items[0].service_cost.total_cost",
        node="data[0].serviceCost.totalCost",
    ),
    Row(
        "Vehicle.service_history",
        "len(car.service_history(start_date, end_date).items)",
        "(await car.serviceHistory(start_date, end_date)).data.length",
        "len([each for each in car.signal(Service.Records).value "
        "if start_date <= each.time < end_date])",
        stays=True,
        note="v3 tells all, and they are chosen from here",
    ),
    _read(
        "diagnostic_system_status",
        "systems[0].status",
        "Diagnostics.ABS .status",
        note="as signals one for each system",
    ),
    Row(
        "Vehicle.diagnostic_trouble_codes",
        "[each.code for each in car.diagnostic_trouble_codes().active_codes]",
        "(await car.diagnosticTroubleCodes()).activeCodes.map((each) => each.code)",
        "[each.code for each in car.signal(Diagnostics.DTCList).value]",
        stays=True,
    ),
    Row(
        "Vehicle.odometer",
        "car.odometer()._asdict()",
        None,
        "car.odometer().to_dict()",
        "car.odometer().to_dict()",
        stays=True,
        note="every answer has it; its names are those of the wire, such as `percentRemaining`",
    ),
    Row(
        "meta.data_age",
        "car.odometer().meta.data_age",
        "(await car.odometer()).meta.dataAge",
        "car.signal(Odometer.TraveledDistance).oem_updated_at",
        stays=True,
        note=A_TIME.format("data_age"),
    ),
    Row(
        "meta.fetched_at",
        "car.odometer().meta.fetched_at",
        "(await car.odometer()).meta.fetchedAt",
        "car.signal(Odometer.TraveledDistance).retrieved_at",
        stays=True,
        note=A_TIME.format("fetched_at"),
    ),
    Row(
        "meta.request_id",
        "car.odometer().meta.request_id",
        "(await car.odometer()).meta.requestId",
        "car.signal(Odometer.TraveledDistance).request_id",
        stays=True,
    ),
    Row(
        "meta.unit_system",
        "car.odometer().meta.unit_system",
        "(await car.odometer()).meta.unitSystem",
        "car.signal(Odometer.TraveledDistance).unit",
        stays=True,
        note="as a signal the unit itself, such as `km`",
    ),
)
"""Every field of every read."""
