"""A state told in Smartcar's words: the body of every signal a car can report.

Shapes, keys and unit strings are those of the v3 signals of 2026. Only good answers are
made here; ``not_now`` names the signals that have none at the moment. Each body is made
when somebody looks at it: few want all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import floor
from typing import Final

from .body_of_charge import CHARGE, Body, Tells
from .body_of_health import HEALTH
from .spec import Spec
from .state import State

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
NOT_CHARGING = ("VEHICLE_STATE", "NOT_CHARGING")
ONLY_WHILE_CHARGING = ("charge-chargerate", "charge-timetocomplete")


class Bodies(Mapping[str, Body]):
    """The body of each signal the car can report and that means something now, by code."""

    __slots__ = ("_made", "_spec", "_state")

    def __init__(self, spec: Spec, state: State) -> None:
        self._spec, self._state = spec, state
        self._made: dict[str, Body] = {}

    def __getitem__(self, code: str) -> Body:
        made = self._made.get(code)
        if made is None:
            if code not in self:
                raise KeyError(code)
            made = self._made[code] = TELLS[code](self._spec, self._state)
        return made

    def __contains__(self, code: object) -> bool:
        if code in ONLY_WHILE_CHARGING and not self._state.is_charging:
            return False
        return code in self._spec.served

    def __iter__(self) -> Iterator[str]:
        return (code for code in sorted(self._spec.served) if code in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def bodies(spec: Spec, state: State) -> Bodies:
    """The body of each signal the car can report and that means something now, by code."""
    return Bodies(spec, state)


def not_now(spec: Spec, state: State) -> dict[str, tuple[str, str]]:
    """Signals the car can report but not now: type and code of the error, by code."""
    if state.is_charging:
        return {}
    return {code: NOT_CHARGING for code in ONLY_WHILE_CHARGING if code in spec.served}


def unit_of_missing(code: str) -> Body:
    """The body that stands beside such an error: no value, but the unit."""
    if code == "charge-chargerate":
        return {"value": None, "unit": "km/h"}
    return {"value": None}


def _value(value: object, unit: str | None = None) -> Body:
    return {"value": value} if unit is None else {"value": value, "unit": unit}


# --- doors, climate, place and motion -------------------------------------------------------------

_SEATS: Final = [(row, column) for row in range(2) for column in range(2)]


def _doors(_: Spec, state: State) -> Body:
    doors = [
        {
            "row": row,
            "column": column,
            "isOpen": state.driver_door_open and (row, column) == (0, 0),
            "isLocked": state.locked,
        }
        for row, column in _SEATS
    ]
    return {"values": doors, "rowCount": 2, "columnCount": 2}


def _windows(_: Spec, state: State) -> Body:
    windows = [
        {"row": row, "column": column, "isOpen": state.window_ajar and (row, column) == (0, 0)}
        for row, column in _SEATS
    ]
    return {"values": windows, "rowCount": 2, "columnCount": 2}


def _front_trunk(spec: Spec, state: State) -> Body:
    # Tesla's front trunk has a catch but no lock that is reported.
    is_locked = None if spec.make == "TESLA" else state.locked
    return {"isOpen": state.frunk_open, "isLocked": is_locked}


def _boot(_: Spec, state: State) -> Body:
    return {"isOpen": state.boot_open, "isLocked": state.locked}


def _drive_mode(spec: Spec, _: State) -> Body:
    return {"canonical": "NORMAL", "oemDisplayName": spec.design.drive_mode}


def _plain(value: float) -> float:
    """Without a decimal point where none is needed."""
    return int(value) if value.is_integer() else value


def _location(_: Spec, state: State) -> Body:
    heading = round(state.heading) % 360
    return {
        "latitude": round(state.latitude, 6),
        "longitude": round(state.longitude, 6),
        "heading": heading,
        "direction": COMPASS[round(heading / 45) % 8],
        "locationType": "CURRENT" if state.is_driving else "LAST_PARKED",
    }


def _down(value: float, digits: int) -> float:
    """Rounded down, as counters count."""
    scale = 10.0**digits
    return floor(value * scale) / scale


# --- batteries and tank ---------------------------------------------------------------------------


def _range(spec: Spec, state: State) -> Body:
    capacity = spec.battery_kwh or 0.0
    ideal = (state.soc or 0.0) / 100 * capacity / spec.design.kwh_per_100km * 100
    return {
        "value": round(state.electric_range_km or 0.0),
        "type": "DEFAULT",
        "additionalValues": [{"type": "IDEAL_CONDITIONS", "value": round(ideal)}],
        "unit": "km",
    }


def _capacity(spec: Spec, _: State) -> Body:
    capacity = spec.battery_kwh
    return {
        "capacity": capacity,
        "source": "SMARTCAR",
        "availableCapacities": [{"capacity": capacity, "description": None}],
        "unit": "kWh",
    }


# --- who and what it is ---------------------------------------------------------------------------


def _tyres(_: Spec, state: State) -> Body:
    tyres = [
        {"row": wheel // 2, "column": wheel % 2, "tirePressure": round(bar, 2)}
        for wheel, bar in enumerate(state.tyre_bar)
    ]
    return {"values": tyres, "rowCount": 2, "columnCount": 2, "unit": "bar"}


def _firmware(at: float) -> str:
    """A version that changes each eighth week: year, week, patch."""
    day = datetime.fromtimestamp(at // 604_800 * 604_800, UTC)
    year, week, _ = day.isocalendar()
    return f"{year}.{(week - 1) // 8 * 8 + 4}.{year % 5 + 1}"


TELLS: Final[dict[str, Tells]] = {
    "climate-externaltemperature": lambda _, state: _value(
        round(state.outside_c * 2) / 2, "celsius"
    ),
    "climate-internaltemperature": lambda _, state: _value(round(state.cabin_c * 2) / 2, "celsius"),
    "closure-doors": _doors,
    "closure-windows": _windows,
    "closure-islocked": lambda _, state: _value(state.locked),
    "closure-enginecover": lambda _, __: {"isOpen": False},
    "closure-fronttrunk": _front_trunk,
    "closure-reartrunk": _boot,
    "closure-tailgate": _boot,
    "closure-sunroof": lambda _, state: {"isOpen": state.window_ajar and state.outside_c < 28},
    "hvac-cabintargettemperature": lambda _, state: _value(_plain(state.target_c), "celsius"),
    "hvac-iscabinhvacactive": lambda _, state: _value(state.climate_on),
    "hvac-isfrontdefrosteractive": lambda _, state: _value(state.front_defrost),
    "hvac-isreardefrosteractive": lambda _, state: _value(state.rear_defrost),
    "hvac-issteeringheateractive": lambda _, state: _value(state.wheel_heated),
    "location-isathome": lambda _, state: _value(state.at_home),
    "location-preciselocation": _location,
    "motion-currentspeed": lambda _, state: _value(round(state.speed_kmh, 1), "kph"),
    "odometer-traveleddistance": lambda _, state: _value(_down(state.odometer_km, 1), "km"),
    "transmission-drivemode": _drive_mode,
    "transmission-gearstate": lambda _, state: _value("DRIVE" if state.is_driving else "PARK"),
    "lowvoltagebattery-stateofcharge": lambda _, state: _value(
        round(state.low_battery_percent), "percent"
    ),
    "lowvoltagebattery-status": lambda _, state: _value(
        "GOOD" if state.low_battery_percent > 60 else "WARN"
    ),
    "tractionbattery-stateofcharge": lambda _, state: _value(round(state.soc or 0.0, 1), "percent"),
    "tractionbattery-range": _range,
    "tractionbattery-nominalcapacity": _capacity,
    "tractionbattery-isheateractive": lambda _, state: _value(
        state.is_charging and state.outside_c < 0
    ),
    "tractionbattery-maxrangechargecounter": lambda _, state: _value(int((state.limit or 0) > 95)),
    "internalcombustionengine-amountremaining": lambda _, state: _value(
        round(state.fuel_litres or 0.0, 1), "liters"
    ),
    "internalcombustionengine-fuellevel": lambda _, state: _value(
        round(state.fuel_percent or 0), "percent"
    ),
    "internalcombustionengine-oillife": lambda _, state: _value(
        round(state.oil_life or 0), "percent"
    ),
    "internalcombustionengine-range": lambda _, state: _value(
        round(state.fuel_range_km or 0), "km"
    ),
    "connectivitysoftware-currentfirmwareversion": lambda _, state: _value(_firmware(state.at)),
    "connectivitystatus-isasleep": lambda _, state: _value(state.asleep),
    "connectivitystatus-isdigitalkeypaired": lambda spec, _: _value(spec.mode != "test"),
    "connectivitystatus-isonline": lambda _, __: _value(True),
    "surveillance-brand": lambda spec, _: _value(
        "Gear Guard" if spec.make == "RIVIAN" else "Sentry Mode"
    ),
    # Owners let it watch where they do not live.
    "surveillance-isenabled": lambda _, state: _value(not state.is_driving and not state.at_home),
    "vehicleidentification-exteriorcolor": lambda spec, _: _value(spec.color),
    "vehicleidentification-nickname": lambda spec, _: _value(spec.nickname),
    "vehicleidentification-packages": lambda _, __: {"values": ["Winter", "Driver Assist"]},
    "vehicleidentification-trim": lambda spec, _: _value(spec.trim),
    "vehicleidentification-vin": lambda spec, _: _value(spec.vin),
    "vehicleuseraccount-permissions": lambda _, __: {
        "values": ["vehicle_device_data", "vehicle_cmds"]
    },
    "vehicleuseraccount-role": lambda _, __: _value("OWNER"),
    "wheel-style": lambda spec, _: _value(spec.design.wheels),
    "wheel-tires": _tyres,
    **CHARGE,
    **HEALTH,
}
"""How each signal's body is made, by code."""
