"""A state told in Smartcar's words: the body of every signal a car can report.

Shapes, keys and unit strings are those of the v3 signals of 2026. Only good answers are
made here; ``not_now`` names the signals that have none at the moment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor

from .body_of_charge import charge_bodies
from .body_of_health import health_bodies
from .spec import Spec
from .state import State

Body = dict[str, object]

COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
NOT_CHARGING = ("VEHICLE_STATE", "NOT_CHARGING")
ONLY_WHILE_CHARGING = ("charge-chargerate", "charge-timetocomplete")


def bodies(spec: Spec, state: State) -> dict[str, Body]:
    """The body of each signal the car can report and that means something now, by code."""
    known = {
        **_body_signals(spec, state),
        **_energy_signals(spec, state),
        **_papers(spec, state),
        **charge_bodies(spec, state),
        **health_bodies(spec, state),
    }
    missing = not_now(spec, state)
    return {code: known[code] for code in sorted(spec.served) if code not in missing}


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


def _body_signals(spec: Spec, state: State) -> dict[str, Body]:
    """Doors, climate, place and motion."""
    is_locked = state.locked
    seats = [(row, column) for row in range(2) for column in range(2)]
    doors = [
        {
            "row": row,
            "column": column,
            "isOpen": state.driver_door_open and (row, column) == (0, 0),
            "isLocked": is_locked,
        }
        for row, column in seats
    ]
    windows = [
        {"row": row, "column": column, "isOpen": state.window_ajar and (row, column) == (0, 0)}
        for row, column in seats
    ]
    size = {"rowCount": 2, "columnCount": 2}
    return {
        "climate-externaltemperature": _value(round(state.outside_c * 2) / 2, "celsius"),
        "climate-internaltemperature": _value(round(state.cabin_c * 2) / 2, "celsius"),
        "closure-doors": {"values": doors, **size},
        "closure-windows": {"values": windows, **size},
        "closure-islocked": _value(is_locked),
        "closure-enginecover": {"isOpen": False},
        # Tesla's front trunk has a catch but no lock that is reported.
        "closure-fronttrunk": {
            "isOpen": state.frunk_open,
            "isLocked": None if spec.make == "TESLA" else is_locked,
        },
        "closure-reartrunk": {"isOpen": state.boot_open, "isLocked": is_locked},
        "closure-tailgate": {"isOpen": state.boot_open, "isLocked": is_locked},
        "closure-sunroof": {"isOpen": state.window_ajar and state.outside_c < 28},
        "hvac-cabintargettemperature": _value(_plain(state.target_c), "celsius"),
        "hvac-iscabinhvacactive": _value(state.climate_on),
        "hvac-isfrontdefrosteractive": _value(state.front_defrost),
        "hvac-isreardefrosteractive": _value(state.rear_defrost),
        "hvac-issteeringheateractive": _value(state.wheel_heated),
        "location-isathome": _value(state.at_home),
        "location-preciselocation": _location(state),
        "motion-currentspeed": _value(round(state.speed_kmh, 1), "kph"),
        "odometer-traveleddistance": _value(_down(state.odometer_km, 1), "km"),
        "transmission-drivemode": {
            "canonical": "NORMAL",
            "oemDisplayName": spec.design.drive_mode,
        },
        "transmission-gearstate": _value("DRIVE" if state.is_driving else "PARK"),
    }


def _plain(value: float) -> float:
    """Without a decimal point where none is needed."""
    return int(value) if value.is_integer() else value


def _location(state: State) -> Body:
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


def _energy_signals(spec: Spec, state: State) -> dict[str, Body]:
    """Batteries and tank."""
    found: dict[str, Body] = {
        "lowvoltagebattery-stateofcharge": _value(round(state.low_battery_percent), "percent"),
        "lowvoltagebattery-status": _value("GOOD" if state.low_battery_percent > 60 else "WARN"),
    }
    if state.soc is not None and state.electric_range_km is not None:
        capacity = spec.battery_kwh
        ideal = state.soc / 100 * (capacity or 0.0) / spec.design.kwh_per_100km * 100
        found |= {
            "tractionbattery-stateofcharge": _value(round(state.soc, 1), "percent"),
            "tractionbattery-range": {
                "value": round(state.electric_range_km),
                "type": "DEFAULT",
                "additionalValues": [{"type": "IDEAL_CONDITIONS", "value": round(ideal)}],
                "unit": "km",
            },
            "tractionbattery-nominalcapacity": {
                "capacity": capacity,
                "source": "SMARTCAR",
                "availableCapacities": [{"capacity": capacity, "description": None}],
                "unit": "kWh",
            },
            "tractionbattery-isheateractive": _value(state.is_charging and state.outside_c < 0),
            "tractionbattery-maxrangechargecounter": _value(int((state.limit or 0) > 95)),
        }
    if state.fuel_litres is not None:
        found |= {
            "internalcombustionengine-amountremaining": _value(
                round(state.fuel_litres, 1), "liters"
            ),
            "internalcombustionengine-fuellevel": _value(round(state.fuel_percent or 0), "percent"),
            "internalcombustionengine-oillife": _value(round(state.oil_life or 0), "percent"),
            "internalcombustionengine-range": _value(round(state.fuel_range_km or 0), "km"),
        }
    return found


def _papers(spec: Spec, state: State) -> dict[str, Body]:
    """Who and what the car is, and how it is connected."""
    return {
        "connectivitysoftware-currentfirmwareversion": _value(_firmware(state.at)),
        "connectivitystatus-isasleep": _value(state.asleep),
        "connectivitystatus-isdigitalkeypaired": _value(spec.mode != "test"),
        "connectivitystatus-isonline": _value(True),
        "surveillance-brand": _value("Gear Guard" if spec.make == "RIVIAN" else "Sentry Mode"),
        # Owners let it watch where they do not live.
        "surveillance-isenabled": _value(not state.is_driving and not state.at_home),
        "vehicleidentification-exteriorcolor": _value(spec.color),
        "vehicleidentification-nickname": _value(spec.nickname),
        "vehicleidentification-packages": {"values": ["Winter", "Driver Assist"]},
        "vehicleidentification-trim": _value(spec.trim),
        "vehicleidentification-vin": _value(spec.vin),
        "vehicleuseraccount-permissions": {"values": ["vehicle_device_data", "vehicle_cmds"]},
        "vehicleuseraccount-role": _value("OWNER"),
        "wheel-style": _value(spec.design.wheels),
        "wheel-tires": {
            "values": [
                {"row": wheel // 2, "column": wheel % 2, "tirePressure": round(bar, 2)}
                for wheel, bar in enumerate(state.tyre_bar)
            ],
            "rowCount": 2,
            "columnCount": 2,
            "unit": "bar",
        },
    }


def _firmware(at: float) -> str:
    """A version that changes each eighth week: year, week, patch."""
    day = datetime.fromtimestamp(at // 604_800 * 604_800, UTC)
    year, week, _ = day.isocalendar()
    return f"{year}.{(week - 1) // 8 * 8 + 4}.{year % 5 + 1}"
