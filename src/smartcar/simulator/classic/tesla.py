"""What v2.0 reads from a Tesla besides.  See ``makes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .makes import (
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

Sent = Mapping[str, Any]

_LATCH: Final = ("ENGAGED", "DISENGAGED")


@special("tesla", "battery", "read_battery")
def battery(visit: ClassicVisit, sent: Sent) -> Any:
    """More of the battery."""
    report = visit.report()
    level = fraction(report.value("tractionbattery-stateofcharge"))
    ranges: Sent = report.body("tractionbattery-range")
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
    """When it begins to charge, of the first schedule."""
    timers = visit.report().body("charge-chargetimers")["values"]
    starts = [each["start"][:5] for timer in timers for each in timer["schedules"]]
    return {
        "departureTime": {"enabled": False, "time": None},
        "startTime": {"enabled": bool(starts), "time": starts[0] if starts else None},
    }


@special("tesla", "charge/records", "read_charge_records")
def charge_records(visit: ClassicVisit, sent: Sent) -> Any:
    """The last charges: they fit on one page."""
    return {
        "records": [
            {
                "chargeStart": each["startTime"],
                "chargeEnd": each["endTime"],
                "energyConsumed": each["energyAdded"],
                "cost": {
                    "currency": each["cost"]["currency"],
                    "energy": each["cost"]["energyAmount"],
                    "other": each["cost"]["otherAmount"],
                },
                "location": each["location"],
                "recordId": each["id"],
            }
            for each in visit.report().body("charge-chargerecords")["values"]
        ],
        "hasMoreData": False,
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
    """The steering wheel's heater."""
    return {"status": switch(visit.report().value("hvac-issteeringheateractive"))}


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


@special("tesla", "migration", "read_vehicle_info")
def migration(visit: ClassicVisit, sent: Sent) -> Any:
    """No simulated car has to move to another platform."""
    return {"requiresMigration": False}


@special("tesla", "virtual_key", None)
def virtual_key(visit: ClassicVisit, sent: Sent) -> Any:
    """Whether the application's key is paired (the permission is unconfirmed)."""
    return {"isPaired": visit.report().value("connectivitystatus-isdigitalkeypaired")}


@special("tesla", "user/access", None)
def user_access(visit: ClassicVisit, sent: Sent) -> Any:
    """What the owner may do with the car (the permission is unconfirmed)."""
    report = visit.report()
    return {
        "accessType": told(report, "vehicleuseraccount-role"),
        "permissions": told(report, "vehicleuseraccount-permissions", "values"),
    }


@special("tesla", "user/info", "read_user_profile")
def user_info(visit: ClassicVisit, sent: Sent) -> Any:
    """The owner's e-mail."""
    return {"email": visit.spec.owner_email}
