"""Every signal of v3, by group: ``TractionBattery.StateOfCharge``.

Written by ``tools/generate_catalogue.py`` from ``signals.json``: edit those.
"""

from __future__ import annotations

from typing import Final

from . import bodies
from .definition import SignalType, find, listed, scalar, structured

__all__ = [
    "HVAC",
    "Charge",
    "Climate",
    "Closure",
    "ConnectivitySoftware",
    "ConnectivityStatus",
    "Diagnostics",
    "InternalCombustionEngine",
    "Location",
    "LowVoltageBattery",
    "Motion",
    "Odometer",
    "Service",
    "SignalType",
    "Surveillance",
    "TractionBattery",
    "Transmission",
    "VehicleIdentification",
    "VehicleUserAccount",
    "Wheel",
    "find",
]


class Charge:
    """Signals of the group ``Charge``."""

    Amperage: Final = SignalType("charge-amperage", scalar(float))
    """Current flowing into the vehicle at the charge port right now.

    In ampere. Needs ``read_charge``.
    """

    AmperageMax: Final = SignalType("charge-amperagemax", scalar(float))
    """Largest current the vehicle or its present charging equipment would accept.

    In ampere. Needs ``read_charge``.
    """

    AmperageRequested: Final = SignalType("charge-amperagerequested", scalar(float))
    """Current the vehicle is asking the charger to deliver. In ampere. Needs ``read_charge``."""

    ChargeLimits: Final = SignalType("charge-chargelimits", structured(bodies.ChargeLimits))
    """Configured stop-charging levels, general or tied to a place or connector.

    Plus the one in force now. In percent. Needs ``read_charge`` or ``control_charge``.
    """

    ChargePortStatusColor: Final = SignalType("charge-chargeportstatuscolor", scalar(str))
    """Colour of the indicator light at the charge port. Needs ``read_charge``."""

    ChargeRate: Final = SignalType("charge-chargerate", scalar(float))
    """Driving range gained per hour of charging. In km/h. Needs ``read_charge``."""

    ChargeRecords: Final = SignalType("charge-chargerecords", listed(bodies.ChargeRecord))
    """List of past charging sessions with cost, place, energy and start/end level.

    Needs ``read_charge_records``.
    """

    ChargerPhases: Final = SignalType("charge-chargerphases", scalar(int))
    """How many mains phases the connected charger supplies. Needs ``read_charge``."""

    ChargeTimers: Final = SignalType("charge-chargetimers", listed(bodies.ChargeTimer))
    """Charging time windows and departure timers stored in the vehicle or at the maker.

    Needs ``read_charge``.
    """

    ChargingConnectorType: Final = SignalType("charge-chargingconnectortype", scalar(str))
    """Standard of the plug or inlet in use. Needs ``read_charge``."""

    DetailedChargingStatus: Final = SignalType("charge-detailedchargingstatus", scalar(str))
    """Charging state as a word, finer than IsCharging. Needs ``read_charge``."""

    EnergyAdded: Final = SignalType("charge-energyadded", scalar(float))
    """Energy put into the battery in the present session. In kWh. Needs ``read_charge``."""

    FastChargerType: Final = SignalType("charge-fastchargertype", scalar(str))
    """Kind of DC fast charger in use. Needs ``read_charge``."""

    IsCharging: Final = SignalType("charge-ischarging", scalar(bool))
    """Whether the traction battery is taking charge.

    Needs ``read_charge`` or ``control_charge``.
    """

    IsChargingCableConnected: Final = SignalType("charge-ischargingcableconnected", scalar(bool))
    """Whether a cable is plugged into the vehicle. Needs ``read_charge``."""

    IsChargingCableLatched: Final = SignalType("charge-ischargingcablelatched", scalar(bool))
    """Whether the plugged-in cable is held by the lock pin. Needs ``read_charge``."""

    IsChargingPortFlapOpen: Final = SignalType("charge-ischargingportflapopen", scalar(bool))
    """Whether the cover over the charge port is open. Needs ``read_charge``."""

    IsFastChargerPresent: Final = SignalType("charge-isfastchargerpresent", scalar(bool))
    """Whether a DC fast charger is connected. Needs ``read_charge``."""

    TimeToComplete: Final = SignalType("charge-timetocomplete", scalar(float))
    """Minutes until the charge limit is reached. In minutes. Needs ``read_charge``."""

    Voltage: Final = SignalType("charge-voltage", scalar(float))
    """Voltage at the charge port. In volts. Needs ``read_charge``."""

    Wattage: Final = SignalType("charge-wattage", scalar(float))
    """Power flowing into the vehicle while charging. In watts. Needs ``read_charge``."""


class Climate:
    """Signals of the group ``Climate``."""

    ExternalTemperature: Final = SignalType("climate-externaltemperature", scalar(float))
    """Air temperature outside the vehicle. In celsius. Needs ``read_thermometer``."""

    InternalTemperature: Final = SignalType("climate-internaltemperature", scalar(float))
    """Air temperature inside the cabin. In celsius. Needs ``read_thermometer``."""


class Closure:
    """Signals of the group ``Closure``."""

    Doors: Final = SignalType("closure-doors", structured(bodies.Doors))
    """Open and lock state of each side door on a row/column grid. Needs ``read_security``."""

    EngineCover: Final = SignalType("closure-enginecover", structured(bodies.Opening))
    """Open state of the engine bay cover (bonnet). Needs ``read_security``."""

    FrontTrunk: Final = SignalType("closure-fronttrunk", structured(bodies.Opening))
    """Open and lock state of the front storage. Needs ``read_security``."""

    IsLocked: Final = SignalType("closure-islocked", scalar(bool))
    """Whether the vehicle as a whole is locked. Needs ``read_security`` or ``control_security``."""

    RearTrunk: Final = SignalType("closure-reartrunk", structured(bodies.Opening))
    """Open and lock state of the rear storage. Needs ``read_security``."""

    Sunroof: Final = SignalType("closure-sunroof", structured(bodies.Opening))
    """Open state of the sunroof. Needs ``read_security``."""

    Tailgate: Final = SignalType("closure-tailgate", structured(bodies.Opening))
    """Open and lock state of the tailgate. Needs ``read_security``."""

    Windows: Final = SignalType("closure-windows", structured(bodies.Doors))
    """Open state of each window on a row/column grid. Needs ``read_security``."""


class ConnectivitySoftware:
    """Signals of the group ``ConnectivitySoftware``."""

    CurrentFirmwareVersion: Final = SignalType(
        "connectivitysoftware-currentfirmwareversion", scalar(str)
    )
    """Software version the vehicle reports. Needs ``read_extended_vehicle_info``."""


class ConnectivityStatus:
    """Signals of the group ``ConnectivityStatus``."""

    IsAsleep: Final = SignalType("connectivitystatus-isasleep", scalar(bool))
    """Whether the vehicle is in its low-power mode. Needs ``read_vehicle_info``."""

    IsDigitalKeyPaired: Final = SignalType("connectivitystatus-isdigitalkeypaired", scalar(bool))
    """Whether Smartcar's virtual key is paired with the vehicle (mainly Tesla).

    Needs ``read_vehicle_info``.
    """

    IsOnline: Final = SignalType("connectivitystatus-isonline", scalar(bool))
    """Whether the maker's servers can reach the vehicle now. Needs ``read_vehicle_info``."""


class Diagnostics:
    """Signals of the group ``Diagnostics``."""

    ABS: Final = SignalType("diagnostics-abs", structured(bodies.SystemStatus))
    """Warning state of: anti-lock brakes. Needs ``read_diagnostics``."""

    ActiveSafety: Final = SignalType("diagnostics-activesafety", structured(bodies.SystemStatus))
    """Warning state of: active safety aids. Needs ``read_diagnostics``."""

    Airbag: Final = SignalType("diagnostics-airbag", structured(bodies.SystemStatus))
    """Warning state of: airbags. Needs ``read_diagnostics``."""

    BrakeFluid: Final = SignalType("diagnostics-brakefluid", structured(bodies.SystemStatus))
    """Warning state of: brake fluid. Needs ``read_diagnostics``."""

    DriverAssistance: Final = SignalType(
        "diagnostics-driverassistance", structured(bodies.SystemStatus)
    )
    """Warning state of: driver assistance. Needs ``read_diagnostics``."""

    DTCCount: Final = SignalType("diagnostics-dtccount", scalar(int))
    """How many diagnostic trouble codes are stored. Needs ``read_diagnostics``."""

    DTCList: Final = SignalType("diagnostics-dtclist", listed(bodies.TroubleCode))
    """Diagnostic trouble codes stored in the vehicle. Needs ``read_diagnostics``."""

    Emissions: Final = SignalType("diagnostics-emissions", structured(bodies.SystemStatus))
    """Warning state of: emission control. Needs ``read_diagnostics``."""

    EVBatteryConditioning: Final = SignalType(
        "diagnostics-evbatteryconditioning", structured(bodies.SystemStatus)
    )
    """Warning state of: traction battery heating/cooling. Needs ``read_diagnostics``."""

    EVCharging: Final = SignalType("diagnostics-evcharging", structured(bodies.SystemStatus))
    """Warning state of: charging equipment in the vehicle. Needs ``read_diagnostics``."""

    EVDriveUnit: Final = SignalType("diagnostics-evdriveunit", structured(bodies.SystemStatus))
    """Warning state of: electric drive unit. Needs ``read_diagnostics``."""

    EVHVBattery: Final = SignalType("diagnostics-evhvbattery", structured(bodies.SystemStatus))
    """Warning state of: high-voltage battery. Needs ``read_diagnostics``."""

    Lighting: Final = SignalType("diagnostics-lighting", structured(bodies.SystemStatus))
    """Warning state of: lights. Needs ``read_diagnostics``."""

    MIL: Final = SignalType("diagnostics-mil", structured(bodies.SystemStatus))
    """Warning state of: malfunction indicator lamp. Needs ``read_diagnostics``."""

    OilLife: Final = SignalType("diagnostics-oillife", structured(bodies.SystemStatus))
    """Warning state of: engine oil life. Needs ``read_diagnostics``."""

    OilPressure: Final = SignalType("diagnostics-oilpressure", structured(bodies.SystemStatus))
    """Warning state of: engine oil pressure. Needs ``read_diagnostics``."""

    OilTemperature: Final = SignalType(
        "diagnostics-oiltemperature", structured(bodies.SystemStatus)
    )
    """Warning state of: engine oil temperature. Needs ``read_diagnostics``."""

    Telematics: Final = SignalType("diagnostics-telematics", structured(bodies.SystemStatus))
    """Warning state of: telematics unit. Needs ``read_diagnostics``."""

    TirePressure: Final = SignalType("diagnostics-tirepressure", structured(bodies.SystemStatus))
    """Warning state of: tyre pressure. Needs ``read_diagnostics``."""

    TirePressureMonitoring: Final = SignalType(
        "diagnostics-tirepressuremonitoring", structured(bodies.SystemStatus)
    )
    """Warning state of: tyre pressure sensors. Needs ``read_diagnostics``."""

    Transmission: Final = SignalType("diagnostics-transmission", structured(bodies.SystemStatus))
    """Warning state of: gearbox. Needs ``read_diagnostics``."""

    WasherFluid: Final = SignalType("diagnostics-washerfluid", structured(bodies.SystemStatus))
    """Warning state of: washer fluid. Needs ``read_diagnostics``."""

    WaterInFuel: Final = SignalType("diagnostics-waterinfuel", structured(bodies.SystemStatus))
    """Warning state of: water in the fuel. Needs ``read_diagnostics``."""


class HVAC:
    """Signals of the group ``HVAC``."""

    CabinTargetTemperature: Final = SignalType("hvac-cabintargettemperature", scalar(float))
    """Temperature the cabin climate control is set to. In celsius. Needs ``read_climate``."""

    IsCabinHVACActive: Final = SignalType("hvac-iscabinhvacactive", scalar(bool))
    """Whether cabin heating or cooling is running. Needs ``read_climate``."""

    IsFrontDefrosterActive: Final = SignalType("hvac-isfrontdefrosteractive", scalar(bool))
    """Whether the windscreen defroster is on. Needs ``read_climate``."""

    IsRearDefrosterActive: Final = SignalType("hvac-isreardefrosteractive", scalar(bool))
    """Whether the rear window defroster is on. Needs ``read_climate``."""

    IsSteeringHeaterActive: Final = SignalType("hvac-issteeringheateractive", scalar(bool))
    """Whether the steering wheel heater is on. Needs ``read_climate``."""


class InternalCombustionEngine:
    """Signals of the group ``InternalCombustionEngine``."""

    AmountRemaining: Final = SignalType("internalcombustionengine-amountremaining", scalar(float))
    """Fuel left in the tank, by volume. In liters. Needs ``read_fuel``."""

    FuelLevel: Final = SignalType("internalcombustionengine-fuellevel", scalar(float))
    """Fuel left in the tank, as a share of full. In percent. Needs ``read_fuel``."""

    OilLife: Final = SignalType("internalcombustionengine-oillife", scalar(float))
    """Engine oil life left, as a share of new. In percent. Needs ``read_engine_oil``."""

    Range: Final = SignalType("internalcombustionengine-range", scalar(float))
    """Distance the fuel on board should last. In km. Needs ``read_fuel``."""


class Location:
    """Signals of the group ``Location``."""

    IsAtHome: Final = SignalType("location-isathome", scalar(bool))
    """Whether the vehicle stands at the home place set at the maker. Needs ``read_location``."""

    PreciseLocation: Final = SignalType(
        "location-preciselocation", structured(bodies.PreciseLocation)
    )
    """GPS position, with bearing and kind of fix where the maker gives them.

    In degrees. Needs ``read_location``.
    """


class LowVoltageBattery:
    """Signals of the group ``LowVoltageBattery``."""

    StateOfCharge: Final = SignalType("lowvoltagebattery-stateofcharge", scalar(float))
    """Charge level of the 12 V battery. In percent. Needs ``read_battery``."""

    Status: Final = SignalType("lowvoltagebattery-status", scalar(str))
    """Health word for the 12 V battery. Needs ``read_battery``."""


class Motion:
    """Signals of the group ``Motion``."""

    CurrentSpeed: Final = SignalType("motion-currentspeed", scalar(float))
    """Speed at the last reading; 0 when parked. In kph. Needs ``read_speedometer``."""


class Odometer:
    """Signals of the group ``Odometer``."""

    TraveledDistance: Final = SignalType("odometer-traveleddistance", scalar(float))
    """Total distance driven. In km. Needs ``read_odometer``."""


class Service:
    """Signals of the group ``Service``."""

    IsInService: Final = SignalType("service-isinservice", scalar(bool))
    """Whether the vehicle is in a workshop's service mode. Needs ``read_extended_vehicle_info``."""

    Records: Final = SignalType("service-records", listed(bodies.ServiceRecord))
    """Past workshop visits with tasks, cost and odometer. Needs ``read_service_history``."""


class Surveillance:
    """Signals of the group ``Surveillance``."""

    Brand: Final = SignalType("surveillance-brand", scalar(str))
    """Maker's name for the guard camera feature. Needs ``read_security``."""

    IsEnabled: Final = SignalType("surveillance-isenabled", scalar(bool))
    """Whether the guard camera feature is on. Needs ``read_security``."""


class TractionBattery:
    """Signals of the group ``TractionBattery``."""

    IsHeaterActive: Final = SignalType("tractionbattery-isheateractive", scalar(bool))
    """Whether the traction battery heater is on. Needs ``read_battery``."""

    MaxRangeChargeCounter: Final = SignalType("tractionbattery-maxrangechargecounter", scalar(int))
    """How many times in a row the battery was charged to its maximum. Needs ``read_battery``."""

    NominalCapacity: Final = SignalType(
        "tractionbattery-nominalcapacity", structured(bodies.NominalCapacity)
    )
    """Rated energy content of the traction battery, and how it was decided.

    In kWh. Needs ``read_battery``.
    """

    Range: Final = SignalType("tractionbattery-range", bodies.battery_range)
    """Distance the battery charge should last; other estimates in additionalValues.

    In km. Needs ``read_battery``.
    """

    StateOfCharge: Final = SignalType("tractionbattery-stateofcharge", scalar(float))
    """Charge level of the traction battery. In percent. Needs ``read_battery``."""


class Transmission:
    """Signals of the group ``Transmission``."""

    DriveMode: Final = SignalType("transmission-drivemode", structured(bodies.DriveMode))
    """Selected driving mode: a normalised word and the maker's label.

    Needs ``read_extended_vehicle_info``.
    """

    GearState: Final = SignalType("transmission-gearstate", scalar(str))
    """Selected gear. Needs ``read_extended_vehicle_info``."""


class VehicleIdentification:
    """Signals of the group ``VehicleIdentification``."""

    ExteriorColor: Final = SignalType("vehicleidentification-exteriorcolor", scalar(str))
    """Paint name. Needs ``read_extended_vehicle_info``."""

    Nickname: Final = SignalType("vehicleidentification-nickname", scalar(str))
    """Name the owner gave the vehicle. Needs ``read_vehicle_info``."""

    Packages: Final = SignalType("vehicleidentification-packages", listed(str))
    """Option packages fitted. Needs ``read_extended_vehicle_info``."""

    Trim: Final = SignalType("vehicleidentification-trim", scalar(str))
    """Trim level. Needs ``read_extended_vehicle_info``."""

    VIN: Final = SignalType("vehicleidentification-vin", scalar(str))
    """Vehicle identification number. Needs ``read_vin``."""


class VehicleUserAccount:
    """Signals of the group ``VehicleUserAccount``."""

    Permissions: Final = SignalType("vehicleuseraccount-permissions", listed(str))
    """What the linked maker account may do with the vehicle. Needs ``read_user_profile``."""

    Role: Final = SignalType("vehicleuseraccount-role", scalar(str))
    """Part the linked maker account plays for the vehicle. Needs ``read_user_profile``."""


class Wheel:
    """Signals of the group ``Wheel``."""

    Style: Final = SignalType("wheel-style", scalar(str))
    """Wheel design name. Needs ``read_extended_vehicle_info``."""

    Tires: Final = SignalType("wheel-tires", structured(bodies.Tires))
    """Pressure of each tyre on a row/column grid. In bar. Needs ``read_tires``."""
