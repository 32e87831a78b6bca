"""Paths of single makes, which official SDKs ask with ``request``.

Pairs follow from what the fields mean: https://smartcar.com/docs/api-reference names the groups,
not each line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from .row import Row

_NO_SIGNAL: Final = "v3 has no signal for it"
_NO_COMMAND: Final = "v3 has no such command"


def _read(path: str, field: str, v3: str | None, times: float = 1, note: str = "") -> Row:
    """*field* of what *path* answers; *v3* is a signal, and what to take of its value."""
    signal, _, rest = (v3 or "").partition(" ")
    return Row(
        f"GET {path}",
        f'car.request("GET", "{path}").body{_key(field)}',
        f'(await car.request("GET", "{path}")).body{"." if field else ""}{field}',
        f"car.signal({signal}).value{rest}" if v3 else None,
        times=times,
        note=note if v3 or note else _NO_SIGNAL,
    )


def _key(field: str) -> str:
    """``records[0].cost`` as Python reads it: ``["records"][0]["cost"]``."""
    parts = [part.partition("[") for part in field.split(".") if part]
    return "".join(f'["{name}"]{bracket}{index}' for name, bracket, index in parts)


def _tell(
    method: str, path: str, body: Mapping[str, Any] | None, v3: str | None = None, note: str = ""
) -> Row:
    said = "" if body is None else f", {json.dumps(body)}"
    python = said.replace("true", "True")
    return Row(
        f"{method} {path}",
        f'car.request("{method}", "{path}"{python})',
        f'await car.request("{method}", "{path}"{said})',
        v3,
        note=note if v3 else _NO_COMMAND,
    )


_RANGE: Final = "TractionBattery.Range"
_WATTS: Final = "kilowatts become watts"
_TIME: Final = "a time of day becomes minutes that are left"
_COST: Final = "a record's `.cost`"
_WORDS: Final = "the words ON and OFF become truths"

MAKES: Final = (
    _read("tesla/charge", "amperage", "Charge.Amperage"),
    _read("tesla/charge", "voltage", "Charge.Voltage"),
    _read("tesla/charge", "wattage", "Charge.Wattage", 1000, _WATTS),
    _read("tesla/charge", "amperageMaxVehicle", "Charge.AmperageMax"),
    _read("tesla/charge", "amperageRequested", "Charge.AmperageRequested"),
    _read("tesla/charge", "energyAdded", "Charge.EnergyAdded"),
    _read("tesla/charge", "chargeRate", "Charge.ChargeRate"),
    _read("tesla/charge", "chargerPhases", "Charge.ChargerPhases"),
    _read("tesla/charge", "fastChargerPresent", "Charge.IsFastChargerPresent"),
    _read("tesla/charge", "fastChargerType", "Charge.FastChargerType"),
    _read("tesla/charge", "connector", "Charge.ChargingConnectorType"),
    _read("tesla/charge", "isPluggedIn", "Charge.IsChargingCableConnected"),
    _read("tesla/charge", "state", "Charge.DetailedChargingStatus"),
    _read("tesla/charge", "chargePortOpen", "Charge.IsChargingPortFlapOpen"),
    _read("tesla/charge", "socLimit", "Charge.ChargeLimits .active_limit", 100),
    _read("tesla/charge", "completionTime", "Charge.TimeToComplete", note=_TIME),
    _read("tesla/charge/ammeter", "amperage", "Charge.Amperage"),
    _read("tesla/charge/voltmeter", "voltage", "Charge.Voltage"),
    _read("tesla/charge/wattmeter", "wattage", "Charge.Wattage", 1000, _WATTS),
    _read("tesla/charge/completion", "time", "Charge.TimeToComplete", note=_TIME),
    _read(
        "tesla/charge/schedule",
        "startTime.time",
        "Charge.ChargeTimers [0].schedules[0].start",
    ),
    _read("tesla/charge/records", "records", "Charge.ChargeRecords"),
    _read("tesla/charge/records/billing", "records", "Charge.ChargeRecords", note=_COST),
    _read("tesla/battery", "heaterOn", "TractionBattery.IsHeaterActive"),
    _read("tesla/battery", "maxRangeChargeCounter", "TractionBattery.MaxRangeChargeCounter"),
    _read("tesla/battery", "rangeIdeal", f"{_RANGE} .additional_values[0].value"),
    _read("tesla/climate/cabin", "status", "HVAC.IsCabinHVACActive", note=_WORDS),
    _read("tesla/climate/cabin", "temperature", "HVAC.CabinTargetTemperature"),
    _read("tesla/climate/defroster", "frontStatus", "HVAC.IsFrontDefrosterActive", note=_WORDS),
    _read("tesla/climate/defroster", "rearStatus", "HVAC.IsRearDefrosterActive", note=_WORDS),
    _read("tesla/climate/steering_wheel", "status", "HVAC.IsSteeringHeaterActive", note=_WORDS),
    _read("tesla/thermometer/exterior", "temperature", "Climate.ExternalTemperature"),
    _read("tesla/thermometer/interior", "temperature", "Climate.InternalTemperature"),
    _read("tesla/compass", "heading", "Location.PreciseLocation .heading"),
    _read("tesla/compass", "direction", "Location.PreciseLocation .direction"),
    _read("tesla/speedometer", "speed", "Motion.CurrentSpeed"),
    _read(
        "tesla/status",
        "status",
        "ConnectivityStatus.IsOnline",
        note="or `ConnectivityStatus.IsAsleep`: a word becomes truths",
    ),
    _read("tesla/status", "inService", "Service.IsInService"),
    _read("tesla/status", "gear", "Transmission.GearState"),
    _read(
        "tesla/attributes",
        "",
        "VehicleIdentification.Trim",
        note="also `.ExteriorColor`, `.Packages` and `Wheel.Style`",
    ),
    _read("tesla/user/access", "accessType", "VehicleUserAccount.Role"),
    _read("tesla/user/access", "permissions", "VehicleUserAccount.Permissions"),
    _read("tesla/virtual_key", "isPaired", "ConnectivityStatus.IsDigitalKeyPaired"),
    _read("tesla/virtual_key/status", "isPaired", "ConnectivityStatus.IsDigitalKeyPaired"),
    _read("tesla/alerts", "alerts", None),
    _read("tesla/user", "email", None),
    _read("tesla/user/info", "email", None),
    _read("tesla/migration", "requiresMigration", None),
    _read("cadillac/charge/completion", "time", "Charge.TimeToComplete", note=_TIME),
    _read("cadillac/charge/voltmeter", "voltage", "Charge.Voltage"),
    _read("chevrolet/charge/completion", "time", "Charge.TimeToComplete", note=_TIME),
    _read("chevrolet/charge/voltmeter", "voltage", "Charge.Voltage"),
    _read("bmw/charge/records", "records", "Charge.ChargeRecords"),
    _read("mini/charge/records", "records", "Charge.ChargeRecords"),
    _read("audi/charge", "wattage", "Charge.Wattage", 1000, _WATTS),
    _read("audi/charge", "chargingStatus", "Charge.DetailedChargingStatus"),
    _read("audi/charge", "isPluggedIn", "Charge.IsChargingCableConnected"),
    _read("ford/charge/schedule_by_location", "", "Charge.ChargeTimers"),
    _read("lincoln/charge/schedule_by_location", "", "Charge.ChargeTimers"),
    _read("nissan/charge/schedule", "", "Charge.ChargeTimers"),
    _tell(
        "POST",
        "tesla/charge/charge_port_door",
        {"action": "OPEN"},
        "car.open_charge_port()",
        "`CLOSE` is `car.close_charge_port()`",
    ),
    _tell(
        "POST",
        "tesla/charge/schedule",
        {"type": "START_TIME", "enable": True, "time": "22:00"},
        "car.schedule_daily_charge(location, start_time, stop_time)",
        "also `schedule_weekly_charge`, `schedule_workweek_charge`",
    ),
    _tell("POST", "tesla/charge/ammeter", {"amperage": 16}),
    _tell("POST", "tesla/climate/cabin", {"action": "START"}),
    _tell("POST", "tesla/climate/defroster", {"action": "START"}),
    _tell("POST", "tesla/climate/steering_wheel", {"action": "START"}),
    _tell("POST", "tesla/security/trunk", {"action": "OPEN"}),
    _tell("POST", "tesla/security/frunk", {"action": "OPEN"}),
    _tell("POST", "tesla/pin", {"pin": "1234"}),
    _tell("DELETE", "tesla/pin", None),
    _tell("PUT", "ford/charge/schedule_by_location", None),
    _tell("PUT", "lincoln/charge/schedule_by_location", None),
    _tell("PUT", "nissan/charge/schedule", {"chargeSchedules": []}),
)
"""Every documented path of single makes, by field where v3 has signals."""
