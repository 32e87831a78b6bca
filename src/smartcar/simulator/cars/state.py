"""A car at an instant, as plain facts: what the API, maps and charts are made from.

Derived from a phase and a time; nothing here decides what happens.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from .activity import (
    PHEV_FLOOR,
    Body,
    Charge,
    Drive,
    Refuel,
    Session,
    kwh_per_m,
    litres_per_m,
)
from .charge_plan import ac_phases, limit_here
from .charging import Schedule, Timer
from .hashing import between
from .places import Point
from .report import is_asleep
from .room import Roomy
from .spec import Spec
from .timeline import Phase, place_name
from .weather import outside_c
from .week import DAY, WEEK, habits, week_of, week_start

DOOR_SECONDS = 40.0  # the driver's door, on leaving and on arriving
BOOT_SECONDS = (60.0, 180.0)  # when shopping is carried in, after arriving
OIL_EVERY_M = 15_000_000  # metres from one oil change to the next
REFILL_WEEKS = 8  # tyres are pumped up every eighth Saturday
LEAK_BAR_PER_WEEK = 0.012  # a healthy tyre loses some 0.05 bar a month
COLD_TYRE_K = 293.15  # pressures are stated at 20 degrees
KELVIN = 273.15
ATMOSPHERE = 1.013  # gauges show pressure above it; the gas law wants all of it
FROST_C = 3.0  # below it the rear window is heated while driving
MIST_C = -2.0  # below it the windscreen too
FAULT_WEEKS = 5  # a faulty car complains in every fifth week, Wednesday to Friday

Activity = Literal["parked", "driving", "charging", "refueling"]


class State(msgspec.Struct, frozen=True):
    """Everything that can be known of a car at an instant."""

    at: float
    activity: Activity
    since: float  # when that activity began
    latitude: float
    longitude: float
    heading: float  # degrees clockwise from north; parked: as it came
    place: str | None  # Home, Work, or None
    at_home: bool
    speed_kmh: float
    odometer_km: float
    # Energy; None where the car has no such store
    battery_kwh: float | None
    soc: float | None  # percent
    electric_range_km: float | None
    fuel_litres: float | None
    fuel_percent: float | None
    fuel_range_km: float | None
    oil_life: float | None  # percent
    # Charging
    plug: str | None  # AC or DC
    limit: float | None  # percent, where it is
    limit_elsewhere: float  # percent, where no place has its own
    wall_kw: float
    battery_kw: float  # what arrives of it
    volts: float
    phases: int
    amps: float
    charge_rate_kmh: float
    minutes_to_limit: float | None
    session: Session | None
    records: tuple[Session, ...]
    schedules: tuple[Schedule, ...]
    starts_at: Timer | None
    ready_by: Timer | None
    amps_asked: float | None
    port_open: bool
    # Body
    locked: bool
    driver_door_open: bool
    boot_open: bool
    frunk_open: bool
    window_ajar: bool
    asleep: bool
    outside_c: float
    cabin_c: float
    target_c: float
    climate_on: bool
    front_defrost: bool
    rear_defrost: bool
    wheel_heated: bool
    tyre_bar: tuple[float, float, float, float]  # front left, front right, rear left, rear right
    low_battery_percent: float
    fault_since: float | None  # of a car that has one now
    destination: Point | None

    @property
    def point(self) -> Point:
        """Latitude and longitude."""
        return self.latitude, self.longitude

    @property
    def is_charging(self) -> bool:
        """Whether energy flows into the battery."""
        return self.activity == "charging"

    @property
    def is_driving(self) -> bool:
        """Whether it is on the way."""
        return self.activity == "driving"


_WORDS: dict[type, Activity] = {Charge: "charging", Drive: "driving", Refuel: "refueling"}


def state_of(spec: Spec, phase: Phase, at: float) -> State:
    """The state at *at*, which lies in *phase*."""
    activity, settings, climate = phase.activity, phase.settings, phase.settings.climate
    body = activity.body(spec, at)
    outside = outside_c(spec.city, at)
    drive = activity if isinstance(activity, Drive) else None
    speed = drive.speed(at) * 3.6 if drive else 0.0
    leaving = at >= phase.departs - DOOR_SECONDS
    arriving = drive is None and at - body.stopped_at < DOOR_SECONDS
    capacity, tank = spec.battery_kwh, spec.tank_litres
    electric, fuel = _ranges(spec, body, outside)
    power = _power(spec, phase, at, outside)
    return State(
        at=at,
        activity=_WORDS.get(type(activity), "parked"),
        since=activity.start if _WORDS.get(type(activity)) else body.stopped_at,
        latitude=body.point[0],
        longitude=body.point[1],
        heading=body.heading,
        place=place_name(spec, body.node),
        at_home=body.node == spec.home_node,
        speed_kmh=speed,
        odometer_km=body.metres / 1000,
        battery_kwh=None if capacity is None else body.kwh,
        soc=None if capacity is None else 100 * body.kwh / capacity,
        electric_range_km=electric,
        fuel_litres=None if tank is None else body.litres,
        fuel_percent=None if tank is None else 100 * body.litres / tank,
        fuel_range_km=fuel,
        oil_life=None if tank is None else 100 * (1 - body.metres % OIL_EVERY_M / OIL_EVERY_M),
        plug=body.plug,
        limit=None if capacity is None else limit_here(body, settings),
        limit_elsewhere=settings.limit,
        wall_kw=power.wall_kw,
        battery_kw=power.battery_kw,
        volts=power.volts,
        phases=power.phases,
        amps=power.amps,
        charge_rate_kmh=power.rate_kmh,
        minutes_to_limit=power.minutes,
        session=body.session,
        records=body.records,
        schedules=settings.schedules,
        starts_at=settings.starts_at,
        ready_by=settings.ready_by,
        amps_asked=settings.amps,
        port_open=settings.is_port_open or body.plug is not None,
        locked=drive is None and settings.locked_from <= at and not leaving,
        driver_door_open=drive is None and (leaving or arriving),
        boot_open=_is_boot_open(spec, body, drive, at) if settings.boot is None else settings.boot,
        frunk_open=settings.is_frunk_open,
        window_ajar=drive is not None and outside > 23,
        asleep=is_asleep(phase, at),
        outside_c=outside,
        cabin_c=body.cabin_c,
        target_c=climate.target_c,
        climate_on=_decided(climate.is_on, drive is not None),
        front_defrost=_decided(climate.defrosts, drive is not None and outside < MIST_C),
        rear_defrost=_decided(climate.defrosts, drive is not None and outside < FROST_C),
        wheel_heated=_decided(climate.heats_wheel, drive is not None and outside < FROST_C),
        tyre_bar=_tyres(spec, drive, outside, at),
        low_battery_percent=_low_battery(body, drive, at),
        fault_since=_fault_since(spec, at),
        destination=settings.destination,
    )


def _decided(wish: bool | None, by_itself: bool) -> bool:
    return by_itself if wish is None else wish


def _ranges(spec: Spec, body: Body, outside: float) -> tuple[float | None, float | None]:
    """Kilometres on what is left, at the consumption of this weather."""
    thrift = habits(spec).thrift
    electric = fuel = None
    if spec.battery_kwh is not None:
        floor = PHEV_FLOOR * spec.battery_kwh if spec.powertrain == "PHEV" else 0.0
        electric = max(0.0, body.kwh - floor) / kwh_per_m(spec, thrift, outside) / 1000
    if spec.tank_litres is not None:
        fuel = body.litres / litres_per_m(spec, thrift, outside) / 1000
    return electric, fuel


class Power(msgspec.Struct, frozen=True):
    """What flows at the plug."""

    wall_kw: float = 0.0
    battery_kw: float = 0.0
    volts: float = 0.0
    phases: int = 0
    amps: float = 0.0
    rate_kmh: float = 0.0
    minutes: float | None = None


def _power(spec: Spec, phase: Phase, at: float, outside: float) -> Power:
    charge = phase.activity
    if not isinstance(charge, Charge):
        return Power()
    wall = charge.wall_kw(at)
    battery = wall * charge.efficiency
    if charge.base.plug == "DC":
        # The pack's voltage rises with its charge, some 15 % from empty to full.
        share = charge.kwh(at) / charge.curve.capacity
        volts, phases = spec.design.volts_dc * (0.88 + 0.15 * share), 1
    else:
        volts, phases = float(spec.city.volts), ac_phases(spec)
    per_km = kwh_per_m(spec, habits(spec).thrift, outside) * 1000
    return Power(
        wall_kw=wall,
        battery_kw=battery,
        volts=volts,
        phases=phases,
        amps=wall * 1000 / (volts * phases),
        rate_kmh=battery / per_km,
        minutes=max(0.0, charge.end - at) / 60,
    )


def _is_boot_open(spec: Spec, body: Body, drive: Drive | None, at: float) -> bool:
    """For two minutes on Saturdays, when the shopping is carried in."""
    local_day = (body.stopped_at - week_start(spec, 0)) % WEEK // DAY
    since = at - body.stopped_at
    is_home = drive is None and body.node == spec.home_node
    return is_home and local_day == 5 and BOOT_SECONDS[0] <= since < BOOT_SECONDS[1]


def _tyres(
    spec: Spec, drive: Drive | None, outside: float, at: float
) -> tuple[float, float, float, float]:
    """Gauge pressures: the gas law, a slow leak, and a little heat from rolling."""
    pumped = week_start(spec, 0) + 5 * DAY + 9 * 3600  # Saturday noon
    weeks = (at - pumped) / WEEK % REFILL_WEEKS
    warmth = min(12.0, (at - drive.start) / 60) if drive else 0.0
    factor = (outside + warmth + KELVIN) / COLD_TYRE_K

    def pressure(leak: float) -> float:
        return (spec.design.tyre_bar + ATMOSPHERE - leak * weeks) * factor - ATMOSPHERE

    leaks = _leaks(spec.key)
    return pressure(leaks[0]), pressure(leaks[1]), pressure(leaks[2]), pressure(leaks[3])


@Roomy
def _leaks(key: str) -> tuple[float, ...]:
    """What each tyre of a car loses in a week, in bar."""
    return tuple(LEAK_BAR_PER_WEEK * between(0.6, 1.6, "leak", key, wheel) for wheel in range(4))


def _low_battery(body: Body, drive: Drive | None, at: float) -> float:
    """Charge of the 12 V battery in percent: falls while standing, fills on the way."""
    stood = ((drive.start if drive else at) - body.stopped_at) / 3600
    percent = 95 - min(20.0, 0.12 * max(0.0, stood))
    return min(95.0, percent + (at - drive.start) / 120) if drive else percent


def _fault_since(spec: Spec, at: float) -> float | None:
    week = week_of(spec, at)
    begins = week_start(spec, week) + 2.25 * DAY
    if spec.is_faulty and week % FAULT_WEEKS == 0 and begins <= at < begins + 2.5 * DAY:
        return begins
    return None
