"""What v2.0 reads from a Tesla besides.  See ``makes``; what it can be told: ``tesla_commands``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcar.simulator.cars.charging import Timer

from .makes import (
    Sent,
    charges,
    charging,
    completion,
    distance,
    kilowatts,
    percent,
    special,
    switch,
    temperature,
    told,
)
from .reads import fraction
from .visit import ClassicVisit, Report

_MM_PER_INCH: Final = 25.4
_LATCH: Final = ("ENGAGED", "DISENGAGED")


@special("tesla", "battery", "read_battery")
def battery(visit: ClassicVisit, sent: Sent) -> Any:
    """More of the battery."""
    report = visit.report()
    level = fraction(report.value("tractionbattery-stateofcharge"))
    ranges = report.body("tractionbattery-range")
    ideal = next((it["value"] for it in ranges["additionalValues"]), None)
    return {
        "percentRemaining": level,
        "range": distance(visit, ranges["value"]),
        "heaterOn": told(report, "tractionbattery-isheateractive"),
        "rangeEstimated": distance(visit, ranges["value"]),
        "rangeIdeal": distance(visit, ideal),
        "percentRemainingUsable": level,
        "maxRangeChargeCounter": told(report, "tractionbattery-maxrangechargecounter"),
        "notEnoughPowerToHeat": None,
    }


@special("tesla", "charge", "read_charge")
def charge(visit: ClassicVisit, sent: Sent) -> Any:
    """The charge under way, and the port."""
    report = visit.report()
    return {
        "amperage": told(report, "charge-amperage"),
        "completionTime": completion(report),
        "wattage": kilowatts(report),
        "voltage": told(report, "charge-voltage"),
        "isPluggedIn": report.value("charge-ischargingcableconnected"),
        "state": report.value("charge-detailedchargingstatus"),
        "socLimit": percent(report, "charge-chargelimits", "activeLimit"),
        "socLimitMax": 1,
        "socLimitMin": 0.5,
        "socLimitDefault": None,
        "amperageMaxVehicle": told(report, "charge-amperagemax"),
        "amperageMaxCharger": told(report, "charge-amperagemax"),
        "amperageRequested": told(report, "charge-amperagerequested"),
        "energyAdded": told(report, "charge-energyadded"),
        "rangeAddedRated": None,
        "rangeAddedIdeal": None,
        "chargeRate": distance(visit, told(report, "charge-chargerate")),
        "connector": told(report, "charge-chargingconnectortype"),
        "fastChargerPresent": told(report, "charge-isfastchargerpresent"),
        "fastChargerType": told(report, "charge-fastchargertype"),
        "fastChargerBrand": None,
        "chargePortColor": told(report, "charge-chargeportstatuscolor"),
        "chargePortOpen": told(report, "charge-ischargingportflapopen"),
        "chargePortLatch": switch(told(report, "charge-ischargingcablelatched"), _LATCH),
        "chargerPhases": told(report, "charge-chargerphases"),
    }


@special("tesla", "charge/wattmeter", "read_charge")
def charge_wattmeter(visit: ClassicVisit, sent: Sent) -> Any:
    """Kilowatts."""
    return {"wattage": kilowatts(charging(visit))}


@special("tesla", "charge/ammeter", "read_charge")
def charge_ammeter(visit: ClassicVisit, sent: Sent) -> Any:
    """Amperes."""
    return {"amperage": charging(visit).value("charge-amperage")}


@special("tesla", "charge/schedule", "read_charge")
def charge_schedule(visit: ClassicVisit, sent: Sent) -> Any:
    """When charging begins, and by when it is done; where neither was set, of v3's schedules."""
    report = visit.report()
    timers: list[dict[str, Any]] = told(report, "charge-chargetimers", "values") or []
    begins = [each["start"][:5] for timer in timers for each in timer["schedules"]]
    start = _timer(report.state.starts_at)
    if report.state.starts_at is None and report.state.ready_by is None and begins:
        start = {"enabled": True, "time": begins[0]}
    return {"departureTime": _timer(report.state.ready_by), "startTime": start}


def _timer(timer: Timer | None) -> dict[str, Any]:
    if timer is None:
        return {"enabled": False, "time": None}
    hours, minutes = divmod(timer.seconds // 60, 60)
    return {"enabled": timer.is_on, "time": f"{hours:02d}:{minutes:02d}"}


@special("tesla", "charge/records", "read_charge_records")
def charge_records(visit: ClassicVisit, sent: Sent) -> Any:
    """Energy by where it came from, and the charge that it is of.

    One page of the documentation has the former only, another the latter: both are said.
    """
    return _page(sent, [{**_energy(each), **_charge(each)} for each in charges(visit, sent)])


@special("tesla", "charge/records/billing", "read_charge_records")
def charge_billing(visit: ClassicVisit, sent: Sent) -> Any:
    """Charges that were paid for on the way."""
    paid = [each for each in charges(visit, sent) if each["isPublicCharger"]]
    return _page(sent, [_charge(each) for each in paid])


def _page(sent: Sent, records: list[dict[str, Any]]) -> dict[str, Any]:
    """They fit on the first page."""
    return {"records": records if sent.get("page", "1") == "1" else [], "hasMoreData": False}


def _energy(record: Mapping[str, Any]) -> dict[str, Any]:
    energy, is_fast = record["energyAdded"], record["chargingType"] == "DC"
    is_home = not record["isPublicCharger"]
    return {
        "date": record["startTime"],
        "home": energy if is_home else 0,
        "other": 0 if is_home or is_fast else energy,
        "superCharger": energy if is_fast else 0,
        "total": energy,
    }


def _charge(record: Mapping[str, Any]) -> dict[str, Any]:
    cost = record["cost"]
    return {
        "chargeStart": record["startTime"],
        "chargeEnd": record["endTime"],
        "energyConsumed": record["energyAdded"],
        "cost": {
            "currency": cost["currency"],
            "energy": cost["energyAmount"],
            "other": cost["otherAmount"],
        },
        "location": record["location"]["name"],
        "recordId": record["id"],
    }


@special("tesla", "climate/cabin", "read_climate")
def climate_cabin(visit: ClassicVisit, sent: Sent) -> Any:
    """Whether it is heated or cooled, and to what."""
    report = visit.report()
    return {
        "status": switch(report.value("hvac-iscabinhvacactive")),
        "temperature": temperature(visit, report.value("hvac-cabintargettemperature")),
    }


@special("tesla", "climate/defroster", "read_climate")
def climate_defroster(visit: ClassicVisit, sent: Sent) -> Any:
    """Front and rear windows."""
    report = visit.report()
    return {
        "frontStatus": switch(told(report, "hvac-isfrontdefrosteractive")),
        "rearStatus": switch(told(report, "hvac-isreardefrosteractive")),
    }


@special("tesla", "climate/steering_wheel", "read_climate")
def climate_steering_wheel(visit: ClassicVisit, sent: Sent) -> Any:
    """The steering wheel's heater, if there is one."""
    heats = told(visit.report(), "hvac-issteeringheateractive")
    return {"status": switch(heats) or "UNAVAILABLE"}


@special("tesla", "compass", "read_compass")
def compass(visit: ClassicVisit, sent: Sent) -> Any:
    """Where it faces, in degrees from north and as a word."""
    place = visit.report().body("location-preciselocation")
    return {"direction": place["direction"], "heading": place["heading"]}


@special("tesla", "speedometer", "read_speedometer")
def speedometer(visit: ClassicVisit, sent: Sent) -> Any:
    """Kilometres, or miles, an hour."""
    return {"speed": distance(visit, visit.report().value("motion-currentspeed"))}


@special("tesla", "thermometer/exterior", "read_thermometer")
def thermometer_exterior(visit: ClassicVisit, sent: Sent) -> Any:
    """Outside."""
    return {"temperature": temperature(visit, _celsius(visit.report(), "external"))}


@special("tesla", "thermometer/interior", "read_thermometer")
def thermometer_interior(visit: ClassicVisit, sent: Sent) -> Any:
    """Inside."""
    return {"temperature": temperature(visit, _celsius(visit.report(), "internal"))}


def _celsius(report: Report, side: str) -> Any:
    return report.value(f"climate-{side}temperature")


@special("tesla", "alerts", "read_alerts")
def alerts(visit: ClassicVisit, sent: Sent) -> Any:
    """None: v3 has no signal for them."""
    visit.report()
    return {"alerts": []}


@special("tesla", "status", "read_extended_vehicle_info")
def status(visit: ClassicVisit, sent: Sent) -> Any:
    """What it is doing."""
    report = visit.report()
    return {
        "status": "ASLEEP" if told(report, "connectivitystatus-isasleep") else "ONLINE",
        "inService": told(report, "service-isinservice"),
        "gear": told(report, "transmission-gearstate"),
    }


@special("tesla", "attributes", "read_extended_vehicle_info")
def attributes(visit: ClassicVisit, sent: Sent) -> Any:
    """How it was built and set up; what signals do not tell is null."""
    report, spec = visit.report(), visit.spec
    watches = told(report, "surveillance-isenabled")
    return {
        "id": spec.id,
        "make": spec.make,
        "model": spec.model,
        "year": spec.year,
        "firmwareVersion": told(report, "connectivitysoftware-currentfirmwareversion"),
        "trimBadging": told(report, "vehicleidentification-trim"),
        "efficiencyPackage": None,
        "performancePackage": None,
        "nickname": told(report, "vehicleidentification-nickname"),
        "driverAssistVersion": None,
        "atHome": told(report, "location-isathome"),
        "sentryMode": {"available": watches is not None, "enabled": bool(watches)},
        "style": {
            "exteriorColor": told(report, "vehicleidentification-exteriorcolor"),
            "exteriorTrim": None,
            "interiorTrim": None,
        },
        "wheel": _wheel(told(report, "wheel-style")),
        "driveUnit": {"front": None, "rear": None},
    }


def _wheel(style: str | None) -> dict[str, Any]:
    """Its name without the inches, and its diameter in millimetres."""
    name, _, inches = (style or "").rpartition(" ")
    return {
        "style": name or style,
        "diameter": round(int(inches) * _MM_PER_INCH, 1) if inches.isdigit() else None,
    }


@special("tesla", "migration", "read_vehicle_info")
def migration(visit: ClassicVisit, sent: Sent) -> Any:
    """No simulated car has to move to another platform."""
    return {"requiresMigration": False}


@special("tesla", "virtual_key", "read_vehicle_info")
@special("tesla", "virtual_key/status", "read_vehicle_info")
def virtual_key(visit: ClassicVisit, sent: Sent) -> Any:
    """Whether the application's key is paired; the longer path is that of the migration guide."""
    return {"isPaired": visit.report().value("connectivitystatus-isdigitalkeypaired")}


@special("tesla", "user/access", None)
def user_access(visit: ClassicVisit, sent: Sent) -> Any:
    """What the owner may do with the car; its page names no permission."""
    report = visit.report()
    return {
        "accessType": told(report, "vehicleuseraccount-role"),
        "permissions": told(report, "vehicleuseraccount-permissions", "values"),
    }


@special("tesla", "user/info", "read_user_profile")
@special("tesla", "user", "read_user_profile")
def user_info(visit: ClassicVisit, sent: Sent) -> Any:
    """The owner's e-mail."""
    return {"email": visit.spec.owner_email}
