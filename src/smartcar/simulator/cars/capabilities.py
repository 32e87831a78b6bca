"""Which signals a model can report.

Every powertrain has its groups; some signals come only with an extra of the model; and
every maker leaves out a handful, as makers do. Codes are those of the signal catalogue.
"""

from __future__ import annotations

from functools import lru_cache

from .designs import Design


def _codes(group: str, names: str) -> frozenset[str]:
    return frozenset(f"{group}-{name}" for name in names.split())


ELECTRIC = (
    _codes(
        "charge",
        "amperage amperagemax amperagerequested chargelimits chargeportstatuscolor chargerate"
        " chargerecords chargerphases chargetimers chargingconnectortype detailedchargingstatus"
        " energyadded fastchargertype ischarging ischargingcableconnected"
        " ischargingcablelatched ischargingportflapopen isfastchargerpresent timetocomplete"
        " voltage wattage",
    )
    | _codes("diagnostics", "evbatteryconditioning evcharging evdriveunit evhvbattery")
    | _codes(
        "tractionbattery",
        "isheateractive maxrangechargecounter nominalcapacity range stateofcharge",
    )
)

FUELLED = _codes(
    "diagnostics", "emissions oillife oilpressure oiltemperature waterinfuel"
) | _codes("internalcombustionengine", "amountremaining fuellevel oillife range")

COMMON = (
    _codes("climate", "externaltemperature internaltemperature")
    | _codes(
        "closure",
        "doors enginecover fronttrunk islocked reartrunk sunroof tailgate windows",
    )
    | _codes("connectivitysoftware", "currentfirmwareversion")
    | _codes("connectivitystatus", "isasleep isdigitalkeypaired isonline")
    | _codes(
        "diagnostics",
        "abs activesafety airbag brakefluid driverassistance dtccount dtclist lighting mil"
        " telematics tirepressure tirepressuremonitoring transmission washerfluid",
    )
    | _codes(
        "hvac",
        "cabintargettemperature iscabinhvacactive isfrontdefrosteractive"
        " isreardefrosteractive issteeringheateractive",
    )
    | _codes("location", "isathome preciselocation")
    | _codes("lowvoltagebattery", "stateofcharge status")
    | _codes("motion", "currentspeed")
    | _codes("odometer", "traveleddistance")
    | _codes("service", "isinservice records")
    | _codes("surveillance", "brand isenabled")
    | _codes("transmission", "drivemode gearstate")
    | _codes("vehicleidentification", "exteriorcolor nickname packages trim vin")
    | _codes("vehicleuseraccount", "permissions role")
    | _codes("wheel", "style tires")
)

ALL = COMMON | ELECTRIC | FUELLED

# Signals that a model reports only when it has the extra.
EXTRAS: dict[str, frozenset[str]] = {
    "frunk": _codes("closure", "fronttrunk"),
    "sunroof": _codes("closure", "sunroof"),
    "tailgate": _codes("closure", "tailgate"),
    "sentry": _codes("surveillance", "brand isenabled"),
    "key": _codes("connectivitystatus", "isdigitalkeypaired"),
    "steering": _codes("hvac", "issteeringheateractive"),
    "max-range": _codes("tractionbattery", "maxrangechargecounter"),
    "timers": _codes("charge", "chargetimers"),
    "packages": _codes("vehicleidentification", "packages"),
    "diesel": _codes("diagnostics", "waterinfuel"),
    "dc": _codes("charge", "fastchargertype isfastchargerpresent"),
    "latch": _codes("charge", "ischargingcablelatched"),
    "heater": _codes("tractionbattery", "isheateractive"),
}

# What each maker leaves out: invented, but of the kind that live captures show.
GAPS: dict[str, frozenset[str]] = {
    "TESLA": _codes("diagnostics", "oillife washerfluid lighting brakefluid telematics abs")
    | _codes("service", "records"),
    "VOLKSWAGEN": _codes("charge", "amperagerequested voltage")
    | _codes("vehicleuseraccount", "permissions")
    | _codes("connectivitystatus", "isasleep"),
    "BMW": _codes("charge", "amperagerequested chargerphases") | _codes("wheel", "style"),
    "FORD": _codes("charge", "chargeportstatuscolor chargerphases")
    | _codes("vehicleuseraccount", "role permissions"),
    "HYUNDAI": _codes("charge", "amperagerequested chargeportstatuscolor")
    | _codes("vehicleidentification", "packages"),
    "KIA": _codes("charge", "amperagerequested chargeportstatuscolor energyadded"),
    "VOLVO": _codes("charge", "chargeportstatuscolor chargerecords")
    | _codes("diagnostics", "dtclist dtccount"),
    "TOYOTA": _codes("location", "isathome")
    | _codes("motion", "currentspeed")
    | _codes("transmission", "gearstate")
    | _codes("hvac", "isfrontdefrosteractive isreardefrosteractive"),
    "MERCEDES-BENZ": _codes("charge", "chargeportstatuscolor chargerphases")
    | _codes("diagnostics", "activesafety"),
    "AUDI": _codes("charge", "amperagerequested voltage") | _codes("wheel", "style"),
    "NISSAN": _codes("charge", "chargeportstatuscolor amperagerequested chargelimits")
    | _codes("closure", "windows")
    | _codes("motion", "currentspeed"),
    "JEEP": _codes("charge", "amperagerequested chargeportstatuscolor energyadded")
    | _codes("climate", "internaltemperature"),
}
# A maker not listed leaves these out.
USUAL_GAPS = _codes("charge", "amperagerequested chargeportstatuscolor chargerecords") | _codes(
    "vehicleuseraccount", "permissions"
)


EUROPE = frozenset({"AT", "CH", "CZ", "DE", "ES", "FR", "GB", "IT", "NL", "PL"})
"""Of the countries that simulated cars live in."""

# What makers do not tell of the tank of a car in Europe: https://smartcar.com/docs/api-reference
# (get-fuel-tank), of v2.0.  A car that does not tell it there does not on v3 (unconfirmed).
GAPS_IN_EUROPE: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            *("AUDI", "FORD", "JAGUAR", "KIA", "LAND_ROVER", "MAZDA", "MERCEDES-BENZ", "SKODA"),
            "VOLKSWAGEN",
        ),
        _codes("internalcombustionengine", "amountremaining"),
    ),
    **dict.fromkeys(
        ("CITROEN", "DS", "HYUNDAI", "OPEL", "PEUGEOT", "RENAULT", "VAUXHALL"),
        _codes("internalcombustionengine", "fuellevel"),
    ),
}


@lru_cache(maxsize=256)
def cannot_serve(design: Design, country: str | None = None) -> frozenset[str]:
    """Current signals that fit the powertrain of *design* but that the model does not report.

    Of some makes that is more in some countries than in others.
    """
    missing = GAPS.get(design.make, USUAL_GAPS)
    if country in EUROPE:
        missing |= GAPS_IN_EUROPE.get(design.make, frozenset())
    for extra, codes in EXTRAS.items():
        if extra not in design.has:
            missing |= codes
    return missing & applicable(design)


@lru_cache(maxsize=256)
def applicable(design: Design) -> frozenset[str]:
    """Current signals that make sense for the powertrain of *design*."""
    codes = COMMON
    if design.powertrain in {"BEV", "PHEV"}:
        codes |= ELECTRIC
    if design.powertrain != "BEV":
        codes |= FUELLED
    return codes


@lru_cache(maxsize=256)
def served(design: Design, country: str | None = None) -> frozenset[str]:
    """Current signals that *design* reports, in a *country* or in the one where it reports most."""
    return applicable(design) - cannot_serve(design, country)
