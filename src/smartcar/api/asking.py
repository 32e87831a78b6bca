"""What ``car.signal(code)`` gives, code by code, to a type checker.

Written by ``tools/generate_catalogue.py`` from ``signals.json``: edit those.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Literal, Protocol, TypeVar, overload

from . import bodies
from .definition import SignalType
from .signals import Signal

V = TypeVar("V")

BatteryRangeCode = Literal["tractionbattery-range"]
ChargeLimitsCode = Literal["charge-chargelimits"]
DoorsCode = Literal["closure-doors", "closure-windows"]
DriveModeCode = Literal["transmission-drivemode"]
NominalCapacityCode = Literal["tractionbattery-nominalcapacity"]
OpeningCode = Literal[
    "closure-enginecover",
    "closure-fronttrunk",
    "closure-reartrunk",
    "closure-sunroof",
    "closure-tailgate",
]
PreciseLocationCode = Literal["location-preciselocation"]
SystemStatusCode = Literal[
    "diagnostics-abs",
    "diagnostics-activesafety",
    "diagnostics-airbag",
    "diagnostics-brakefluid",
    "diagnostics-driverassistance",
    "diagnostics-emissions",
    "diagnostics-evbatteryconditioning",
    "diagnostics-evcharging",
    "diagnostics-evdriveunit",
    "diagnostics-evhvbattery",
    "diagnostics-lighting",
    "diagnostics-mil",
    "diagnostics-oillife",
    "diagnostics-oilpressure",
    "diagnostics-oiltemperature",
    "diagnostics-telematics",
    "diagnostics-tirepressure",
    "diagnostics-tirepressuremonitoring",
    "diagnostics-transmission",
    "diagnostics-washerfluid",
    "diagnostics-waterinfuel",
]
TiresCode = Literal["wheel-tires"]
BoolCode = Literal[
    "charge-ischarging",
    "charge-ischargingcableconnected",
    "charge-ischargingcablelatched",
    "charge-ischargingportflapopen",
    "charge-isfastchargerpresent",
    "closure-islocked",
    "connectivitystatus-isasleep",
    "connectivitystatus-isdigitalkeypaired",
    "connectivitystatus-isonline",
    "hvac-iscabinhvacactive",
    "hvac-isfrontdefrosteractive",
    "hvac-isreardefrosteractive",
    "hvac-issteeringheateractive",
    "location-isathome",
    "service-isinservice",
    "surveillance-isenabled",
    "tractionbattery-isheateractive",
]
FloatCode = Literal[
    "charge-amperage",
    "charge-amperagemax",
    "charge-amperagerequested",
    "charge-chargerate",
    "charge-energyadded",
    "charge-timetocomplete",
    "charge-voltage",
    "charge-wattage",
    "climate-externaltemperature",
    "climate-internaltemperature",
    "hvac-cabintargettemperature",
    "internalcombustionengine-amountremaining",
    "internalcombustionengine-fuellevel",
    "internalcombustionengine-oillife",
    "internalcombustionengine-range",
    "lowvoltagebattery-stateofcharge",
    "motion-currentspeed",
    "odometer-traveleddistance",
    "tractionbattery-stateofcharge",
]
IntCode = Literal[
    "charge-chargerphases", "diagnostics-dtccount", "tractionbattery-maxrangechargecounter"
]
StrCode = Literal[
    "charge-chargeportstatuscolor",
    "charge-chargingconnectortype",
    "charge-detailedchargingstatus",
    "charge-fastchargertype",
    "connectivitysoftware-currentfirmwareversion",
    "lowvoltagebattery-status",
    "surveillance-brand",
    "transmission-gearstate",
    "vehicleidentification-exteriorcolor",
    "vehicleidentification-nickname",
    "vehicleidentification-trim",
    "vehicleidentification-vin",
    "vehicleuseraccount-role",
    "wheel-style",
]
ChargeRecordsCode = Literal["charge-chargerecords"]
ChargeTimersCode = Literal["charge-chargetimers"]
ServiceRecordsCode = Literal["service-records"]
TroubleCodesCode = Literal["diagnostics-dtclist"]
StrsCode = Literal["vehicleidentification-packages", "vehicleuseraccount-permissions"]


class ReadSignal(Protocol):
    """Ask a car for one signal, and wait."""

    @overload
    def __call__(self, code: BatteryRangeCode) -> Signal[bodies.BatteryRange]: ...
    @overload
    def __call__(self, code: ChargeLimitsCode) -> Signal[bodies.ChargeLimits]: ...
    @overload
    def __call__(self, code: DoorsCode) -> Signal[bodies.Doors]: ...
    @overload
    def __call__(self, code: DriveModeCode) -> Signal[bodies.DriveMode]: ...
    @overload
    def __call__(self, code: NominalCapacityCode) -> Signal[bodies.NominalCapacity]: ...
    @overload
    def __call__(self, code: OpeningCode) -> Signal[bodies.Opening]: ...
    @overload
    def __call__(self, code: PreciseLocationCode) -> Signal[bodies.PreciseLocation]: ...
    @overload
    def __call__(self, code: SystemStatusCode) -> Signal[bodies.SystemStatus]: ...
    @overload
    def __call__(self, code: TiresCode) -> Signal[bodies.Tires]: ...
    @overload
    def __call__(self, code: BoolCode) -> Signal[bool]: ...
    @overload
    def __call__(self, code: FloatCode) -> Signal[float]: ...
    @overload
    def __call__(self, code: IntCode) -> Signal[int]: ...
    @overload
    def __call__(self, code: StrCode) -> Signal[str]: ...
    @overload
    def __call__(self, code: ChargeRecordsCode) -> Signal[tuple[bodies.ChargeRecord, ...]]: ...
    @overload
    def __call__(self, code: ChargeTimersCode) -> Signal[tuple[bodies.ChargeTimer, ...]]: ...
    @overload
    def __call__(self, code: ServiceRecordsCode) -> Signal[tuple[bodies.ServiceRecord, ...]]: ...
    @overload
    def __call__(self, code: TroubleCodesCode) -> Signal[tuple[bodies.TroubleCode, ...]]: ...
    @overload
    def __call__(self, code: StrsCode) -> Signal[tuple[str, ...]]: ...
    @overload
    def __call__(self, code: SignalType[V]) -> Signal[V]: ...
    @overload
    def __call__(self, code: str) -> Signal[Any]: ...


class AwaitSignal(Protocol):
    """Ask a car for one signal; await it."""

    @overload
    def __call__(
        self, code: BatteryRangeCode
    ) -> Coroutine[Any, Any, Signal[bodies.BatteryRange]]: ...
    @overload
    def __call__(
        self, code: ChargeLimitsCode
    ) -> Coroutine[Any, Any, Signal[bodies.ChargeLimits]]: ...
    @overload
    def __call__(self, code: DoorsCode) -> Coroutine[Any, Any, Signal[bodies.Doors]]: ...
    @overload
    def __call__(self, code: DriveModeCode) -> Coroutine[Any, Any, Signal[bodies.DriveMode]]: ...
    @overload
    def __call__(
        self, code: NominalCapacityCode
    ) -> Coroutine[Any, Any, Signal[bodies.NominalCapacity]]: ...
    @overload
    def __call__(self, code: OpeningCode) -> Coroutine[Any, Any, Signal[bodies.Opening]]: ...
    @overload
    def __call__(
        self, code: PreciseLocationCode
    ) -> Coroutine[Any, Any, Signal[bodies.PreciseLocation]]: ...
    @overload
    def __call__(
        self, code: SystemStatusCode
    ) -> Coroutine[Any, Any, Signal[bodies.SystemStatus]]: ...
    @overload
    def __call__(self, code: TiresCode) -> Coroutine[Any, Any, Signal[bodies.Tires]]: ...
    @overload
    def __call__(self, code: BoolCode) -> Coroutine[Any, Any, Signal[bool]]: ...
    @overload
    def __call__(self, code: FloatCode) -> Coroutine[Any, Any, Signal[float]]: ...
    @overload
    def __call__(self, code: IntCode) -> Coroutine[Any, Any, Signal[int]]: ...
    @overload
    def __call__(self, code: StrCode) -> Coroutine[Any, Any, Signal[str]]: ...
    @overload
    def __call__(
        self, code: ChargeRecordsCode
    ) -> Coroutine[Any, Any, Signal[tuple[bodies.ChargeRecord, ...]]]: ...
    @overload
    def __call__(
        self, code: ChargeTimersCode
    ) -> Coroutine[Any, Any, Signal[tuple[bodies.ChargeTimer, ...]]]: ...
    @overload
    def __call__(
        self, code: ServiceRecordsCode
    ) -> Coroutine[Any, Any, Signal[tuple[bodies.ServiceRecord, ...]]]: ...
    @overload
    def __call__(
        self, code: TroubleCodesCode
    ) -> Coroutine[Any, Any, Signal[tuple[bodies.TroubleCode, ...]]]: ...
    @overload
    def __call__(self, code: StrsCode) -> Coroutine[Any, Any, Signal[tuple[str, ...]]]: ...
    @overload
    def __call__(self, code: SignalType[V]) -> Coroutine[Any, Any, Signal[V]]: ...
    @overload
    def __call__(self, code: str) -> Coroutine[Any, Any, Signal[Any]]: ...
