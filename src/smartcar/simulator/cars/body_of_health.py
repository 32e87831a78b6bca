"""The bodies of the Diagnostics and Service groups. See ``bodies``.

Nearly always all is well: an alarm that rings often would teach nobody anything.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from .body_of_charge import Body, Tells, iso
from .capabilities import ALL
from .hashing import between, draw
from .places import City
from .spec import Spec
from .state import State
from .week import DAY, habits, odometer_m, week_of, week_start

PREFIX = "diagnostics-"
SYSTEMS = sorted(
    code for code in ALL if code.startswith(PREFIX) and not code.startswith(f"{PREFIX}dtc")
)
FAULT_CODE = "P3102"  # of the showcase's older car: a charger that complains now and then
FAULT_TEXT = {
    "diagnostics-mil": "Malfunction indicator lamp is on",
    "diagnostics-evcharging": "On-board charger needs a check",
}
LOW_TYRE = 0.8  # of the stated pressure, where monitors must warn (UN R141)
SERVICE_WEEKS = 52
KEPT_SERVICES = 3
# What a yearly service costs, in units of a kWh at home: keeps currencies plausible.
SERVICE_KWH = (500, 1100)


def _status(code: str, spec: Spec, state: State) -> Body:
    text = None
    if state.fault_since is not None:
        text = FAULT_TEXT.get(code)
    if code == "diagnostics-tirepressure" and min(state.tyre_bar) < LOW_TYRE * spec.design.tyre_bar:
        text = "Tire pressure is low"
    if code == "diagnostics-oillife" and state.oil_life is not None and state.oil_life < 3:
        text = "Oil change is due"
    return {"status": "OK" if text is None else "ALERT", "description": text}


def _services(spec: Spec, state: State) -> list[Body]:
    """The last yearly services, the newest first."""
    delivered = habits(spec).delivered
    years = (week_of(spec, state.at) - delivered) // SERVICE_WEEKS
    found: list[Body] = []
    for year in range(years, max(0, years - KEPT_SERVICES), -1):
        week = delivered + year * SERVICE_WEEKS
        at = week_start(spec, week) + DAY + 7 * 3600  # Tuesday ten o'clock
        if at <= state.at:
            found.append(_service(spec, state, year, at))
    return found


def _service(spec: Spec, state: State, year: int, at: float) -> Body:
    tasks = ["Annual inspection", "Cabin filter"]
    if spec.tank_litres is not None:
        tasks.append("Oil change")
    if draw("brake fluid", spec.key, year) < 0.5:
        tasks.append("Brake fluid")
    # The closed form knows no commands: never let a record outrun the car.
    odometer = min(odometer_m(spec, week_of(spec, at)) / 1000, state.odometer_km)
    return {
        "id": f"svc-{year}",
        "time": iso(at),
        "odometer": int(odometer),
        "cost": {"amount": _price(spec.city, spec.key, year), "currency": spec.city.currency},
        "tasks": [
            {"id": f"t{number}", "description": task} for number, task in enumerate(tasks, 1)
        ],
        "details": [{"id": "type", "description": "Maintenance"}],
    }


def _price(city: City, key: str, year: int) -> float:
    return round(between(*SERVICE_KWH, "service", key, year) * city.price_per_kwh, 2)


def _faults(state: State) -> list[str]:
    return [] if state.fault_since is None else [FAULT_CODE]


def _fault_list(_: Spec, state: State) -> Body:
    since = iso(state.fault_since or 0)
    return {"values": [{"code": code, "timestamp": since} for code in _faults(state)]}


HEALTH: Final[dict[str, Tells]] = {
    **{code: partial(_status, code) for code in SYSTEMS},
    "diagnostics-dtccount": lambda _, state: {"value": len(_faults(state))},
    "diagnostics-dtclist": _fault_list,
    "service-isinservice": lambda _, __: {"value": False},
    "service-records": lambda spec, state: {"values": _services(spec, state)},
}
"""How the bodies of both groups are made, by code."""
