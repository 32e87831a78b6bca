"""Pretend cars: what they promise to maps, charts and the API."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartcar.simulator.cars.activity import Charge, Drive
from smartcar.simulator.cars.bodies import bodies, not_now
from smartcar.simulator.cars.capabilities import ALL as CODES
from smartcar.simulator.cars.car import Car
from smartcar.simulator.cars.identity import cars_of, find_index
from smartcar.simulator.cars.moment import Command, Refused
from smartcar.simulator.cars.places import metres_between
from smartcar.simulator.cars.roads import roads
from smartcar.simulator.cars.spec import Spec, fleet_spec, owned_spec, playground_spec
from smartcar.simulator.cars.state import State
from smartcar.simulator.cars.timeline import beginning
from smartcar.simulator.cars.week import habits, odometer_m, trips, week_of, week_start

pytestmark = pytest.mark.once

DAY = 86_400.0
NOON = 1_800_000_000.0  # some Friday in January 2027
SHOWCASE = [fleet_spec(1, index) for index in range(12)]
TESLA, VW, BMW, FORD = SHOWCASE[:4]
ids = [spec.model for spec in SHOWCASE]

indexes = st.integers(0, 11) | st.integers(12, 10**9)
moments = st.floats(NOON, NOON + 60 * DAY)
TELLABLE = (
    *("charge-start", "charge-stop", "charge-port-open", "charge-port-close"),
    *("security-lock", "security-unlock", "plug-in", "unplug", "drive", "park", "sleep", "wake"),
)
TOLD: tuple[tuple[str, dict[str, object]], ...] = (
    ("charge-set-limit", {"percent": 50}),
    ("charge-set-limit", {"percent": 83}),
    ("charge-set-limit", {"percent": 100}),
    ("charge-amperage", {"amperage": 7.5}),
    ("charge-timer", {"type": "START_TIME", "enable": True, "time": "23:30"}),
    ("charge-timer", {"type": "DEPARTURE_TIME", "enable": True, "time": "07:00"}),
    ("climate-cabin", {"action": "START", "temperature": 24}),
    ("climate-cabin", {"action": "STOP"}),
    ("climate-defroster", {"action": "START"}),
    ("trunk", {"action": "OPEN"}),
    ("trunk", {"action": "CLOSE"}),
)
commands = st.builds(Command, moments, st.sampled_from(TELLABLE)) | st.builds(
    lambda at, told: Command(at, *told), moments, st.sampled_from(TOLD)
)


def obeyed(spec: Spec, told: list[Command]) -> Car:
    """A car after *told*, less what it refused."""
    car = Car(spec)
    for command in sorted(told, key=lambda one: one.at):
        with suppress(Refused):
            car.command(command)
    return car


cars = st.builds(
    lambda index, told: obeyed(fleet_spec(1, index), told),
    indexes,
    st.lists(commands, max_size=8),
)


def moment(spec: Spec, fits: Callable[[State], bool], start: float = NOON) -> float:
    """The first minute from *start* at which the untouched car's state fits."""
    car = Car(spec)
    return next(
        start + 60.0 * minute
        for minute in range(14 * 24 * 60)
        if fits(car.state(start + 60.0 * minute))
    )


# Who is who


def test_ids_lead_back_to_their_index_and_never_collide() -> None:
    found = {fleet_spec(7, index).id if index < 500 else _id(index) for index in range(100_000)}
    assert len(found) == 100_000
    for index in range(0, 100_000, 997):
        assert find_index(7, fleet_spec(7, index).id) == index
        assert find_index(8, fleet_spec(7, index).id) is None


def _id(index: int) -> str:
    from smartcar.simulator.cars.identity import vehicle_id  # noqa: PLC0415

    return vehicle_id(7, index)


@given(st.text() | st.uuids().map(str))
def test_other_ids_lead_nowhere(text: str) -> None:
    assert find_index(1, text) is None


@given(indexes)
def test_ids_are_version_4_uuids_and_vins_have_a_valid_check_digit(index: int) -> None:
    spec = fleet_spec(1, index)
    assert spec.id[14] == "4"
    assert spec.id[19] in "89ab"
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", _LETTER_VALUES, strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    numbers = [int(c) if c.isdigit() else values[c] for c in spec.vin]
    total = sum(w * n for w, n in zip(weights, numbers, strict=True)) % 11
    assert spec.vin[8] == "0123456789X"[total]


_LETTER_VALUES = (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9)


def test_three_owners_in_four_have_one_car_and_cars_of_an_owner_share_a_home() -> None:
    specs = [fleet_spec(1, index) for index in range(12, 12 + 1100)]
    owners: dict[str, list[Spec]] = {}
    for spec in specs:
        owners.setdefault(spec.owner_email, []).append(spec)
    assert sum(len(own) == 1 for own in owners.values()) / len(owners) == 0.75
    assert {len(own) for own in owners.values()} == {1, 2, 3}
    for email, own in owners.items():
        assert len({spec.home.node for spec in own}) == 1
        assert [find_index(1, spec.id) for spec in own] == list(cars_of(1, email))


def test_an_owner_who_signs_in_with_a_brand_has_a_car_of_it_each_time_the_same() -> None:
    spec = owned_spec(1, "ana@example.com", "kia", 0)
    assert (spec.make, spec.owner_email) == ("KIA", "ana@example.com")
    assert spec == owned_spec(1, "ana@example.com", "KIA", 0)
    assert spec.id != owned_spec(1, "ana@example.com", "KIA", 1).id
    assert owned_spec(1, "a@example.com", "LUCID", 0, powertrain="ICE").make == "LUCID"
    assert owned_spec(1, "a@example.com", "BMW", 0, powertrain="PHEV").powertrain == "PHEV"
    assert owned_spec(1, "a@example.com", "BMW", 0, vin="X" * 17).vin == "X" * 17
    assert playground_spec().id == "tst2e255-d3c8-4f90-9fec-e6e68b98e9cb"


# Time


@given(cars, st.lists(moments, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_asking_in_any_order_gives_the_same_answers(
    car: Car, times: list[float], chance: random.Random
) -> None:
    first = [car.state(at) for at in times]
    again = Car(car.spec, car.commands)
    mixed = list(enumerate(times))
    chance.shuffle(mixed)
    for place, at in mixed:
        assert again.state(at) == first[place]
        assert again.reported_at(at) == car.reported_at(at)


@given(cars, moments, st.floats(0, DAY), commands)
def test_a_later_command_changes_nothing_before_it(
    car: Car, at: float, gap: float, command: Command
) -> None:
    told = [*car.commands, Command(max(at + gap, NOON + 61 * DAY), command.name, command.arguments)]
    assert Car(car.spec, told).state(at) == car.state(at)


@given(cars, moments, st.floats(0, 3 * DAY))
def test_distance_never_falls(car: Car, at: float, gap: float) -> None:
    assert car.state(at + gap).odometer_km >= car.state(at).odometer_km


@given(indexes, st.integers(2930, 3000))
def test_a_week_ends_exactly_as_the_next_begins(index: int, week: int) -> None:
    spec = fleet_spec(1, index)
    car, end = Car(spec), week_start(spec, week + 1)
    before = car.phase(end - 1e-3).activity.body(spec, end - 1e-3)
    after = beginning(spec, week + 1).activity.body(spec, end)
    assert (before.metres, before.point, before.kwh, before.plug) == (
        *(after.metres, after.point, after.kwh, after.plug),
    )
    assert before.litres == car.state(end).fuel_litres or spec.tank_litres is None
    driven = sum(
        phase.activity.route.metres
        for start, _, phase in car.phases(week_start(spec, week), end)
        if isinstance(phase.activity, Drive) and phase.start == start
    )
    assert driven == odometer_m(spec, week + 1) - odometer_m(spec, week)


@given(indexes, st.integers(2930, 3000))
def test_plans_follow_each_other_without_overlap(index: int, week: int) -> None:
    spec = fleet_spec(1, index)
    plan = trips(spec, week)
    assert all(a.due < b.due and a.node != b.node for a, b in pairwise(plan))
    assert plan[-1].node == spec.home.node
    assert week_of(spec, plan[0].due) == week_of(spec, plan[-1].due) == week


def test_before_its_delivery_a_car_stands_at_home() -> None:
    state = Car(TESLA).state(0.0)
    assert (state.activity, state.at_home, state.odometer_km) == ("parked", True, 15.0)


# Motion


@given(cars, moments)
def test_speed_is_the_derivative_of_distance(car: Car, at: float) -> None:
    low, high = car.state(at - 0.05), car.state(at + 0.05)
    if low.activity == high.activity and low.since == high.since:
        slope = (high.odometer_km - low.odometer_km) * 3600 / 0.1
        assert slope == pytest.approx(car.state(at).speed_kmh, abs=0.6)
    assert 0 <= car.state(at).speed_kmh <= 100


@given(cars, moments, st.floats(0, 600))
def test_a_car_goes_no_farther_than_its_odometer_counts(car: Car, at: float, gap: float) -> None:
    a, b = car.state(at), car.state(at + gap)
    # Half a metre: ways are rounded to whole metres.
    assert metres_between(a.point, b.point) <= (b.odometer_km - a.odometer_km) * 1000 * 1.001 + 1


@given(cars, moments, st.floats(0, 600))
def test_a_locked_car_moves_only_when_driven(car: Car, at: float, gap: float) -> None:
    a = car.state(at)
    if a.is_driving:
        assert not a.locked
    told = any(at < command.at <= at + gap for command in car.commands)
    pieces = car.phases(at, at + gap + 1e-3)
    if not any(isinstance(phase.activity, Drive) for _, _, phase in pieces) and not told:
        assert car.state(at + gap).point == a.point


def test_a_trail_leads_along_the_roads_from_home_to_home() -> None:
    start = week_start(VW, 2970)
    trail = Car(VW).trail(start, start + 7 * DAY)
    assert trail[0] == trail[-1] == (VW.home.latitude, VW.home.longitude)
    length = sum(metres_between(a, b) for a, b in pairwise(trail))
    assert length == pytest.approx(odometer_m(VW, 2971) - odometer_m(VW, 2970), rel=1e-3)


def test_a_route_is_known_while_driving_and_only_then() -> None:
    at = moment(VW, lambda state: state.is_driving)
    car = Car(VW)
    assert len(car.route(at)) > 2
    assert car.route(week_start(VW, 2970)) == []


def test_roads_are_geojson_and_homes_lie_on_them() -> None:
    drawn = roads(VW.city)
    features = drawn["features"]
    assert isinstance(features, list)
    points = {tuple(point) for line in features for point in line["geometry"]["coordinates"]}
    assert (round(VW.home.longitude, 6), round(VW.home.latitude, 6)) in points


# Energy


@given(cars, moments)
def test_energy_is_conserved(car: Car, start: float) -> None:
    """Driving takes what the way costs; charging brings the wall's energy less the losses."""
    for begins, ends, phase in car.phases(start, start + 2 * DAY):
        activity = phase.activity
        a, b = activity.body(car.spec, begins), activity.body(car.spec, ends)
        if isinstance(activity, Drive):
            electric = min(activity.metres(ends), activity.electric_m) - min(
                activity.metres(begins), activity.electric_m
            )
            assert isclose(a.kwh - b.kwh, activity.kwh_per_m * electric, abs_tol=1e-9)
        elif isinstance(activity, Charge):
            steps = 2000
            width = (ends - begins) / steps
            wall = sum(activity.wall_kw(begins + (n + 0.5) * width) for n in range(steps))
            brought = wall * width / 3600 * activity.efficiency
            assert isclose(b.kwh - a.kwh, brought, rel_tol=1e-3, abs_tol=1e-3)
        else:
            assert a.kwh == b.kwh


@given(cars, moments)
def test_a_charge_never_passes_its_limit_and_nothing_runs_empty(car: Car, at: float) -> None:
    state = car.state(at)
    if state.soc is not None and state.limit is not None:
        assert 0 < state.soc <= 100
        if state.is_charging:
            assert state.soc <= state.limit
            assert state.plug
            assert state.volts * state.amps * state.phases == pytest.approx(state.wall_kw * 1000)
    if state.fuel_litres is not None and car.spec.tank_litres is not None:
        assert 0 < state.fuel_litres <= car.spec.tank_litres


@given(cars, moments, st.floats(0, DAY))
def test_reports_are_never_from_the_future_and_never_go_back(
    car: Car, at: float, gap: float
) -> None:
    assert car.reported_at(at) <= at
    assert car.reported_at(at) <= car.reported_at(at + gap)
    if car.state(at).is_driving:
        assert at - car.reported_at(at) <= 60


@settings(max_examples=50)
@given(cars, moments, st.lists(st.sampled_from([-9.0, -0.002, 0.002]) | st.floats(0, 1)))
def test_a_car_that_is_asked_often_reports_what_one_says_that_never_was(
    car: Car, at: float, steps: list[float]
) -> None:
    for step in [-9.0, *steps[:3], 0.9]:
        car.report(at)
        ends = car.silent_until(at)
        at = at + step * (ends - at) if step > 0.01 else ends + step
        said, anew = car.report(at), Car(car.spec, car.commands).report(at)
        assert said.at == anew.at
        assert said.not_now == anew.not_now
        assert dict(said.bodies) == dict(anew.bodies)


# Commands


def refusal(spec: Spec, at: float, name: str, **arguments: object) -> tuple[str, str]:
    """What the untouched car answers."""
    with pytest.raises(Refused) as caught:
        Car(spec).command(Command(at, name, arguments))
    return caught.value.type, caught.value.code


def test_a_moving_car_refuses_locks_and_flaps() -> None:
    at = moment(VW, lambda state: state.is_driving)
    for name in ("security-lock", "security-unlock", "charge-port-open", "charge-port-close"):
        assert refusal(VW, at, name) == ("VEHICLE_STATE", "IN_MOTION")


def test_charging_is_refused_for_the_documented_reasons() -> None:
    away = moment(VW, lambda state: state.plug is None)
    busy = moment(VW, lambda state: state.is_charging)
    full = week_start(VW, 2970)
    unplugged = ("VEHICLE_STATE", "CHARGING_PLUG_NOT_CONNECTED")
    assert refusal(VW, away, "charge-start") == refusal(VW, away, "charge-stop") == unplugged
    assert refusal(VW, busy, "charge-start") == ("VEHICLE_STATE", "CHARGING_IN_PROGRESS")
    assert refusal(VW, full, "charge-start") == ("VEHICLE_STATE", "FULLY_CHARGED")
    assert refusal(VW, full, "charge-stop") == ("VEHICLE_STATE", "NOT_CHARGING")
    assert refusal(VW, full, "charge-port-close") == ("VEHICLE_STATE", "UNKNOWN")


NOT_CAPABLE = ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
DAILY: dict[str, object] = {
    "scheduleId": "sched_1",
    "scheduleType": "daily",
    "location": {"latitude": TESLA.home.latitude, "longitude": TESLA.home.longitude},
    "startTime": "22:00",
    "stopTime": "06:00",
}


def test_a_car_without_a_port_cannot_charge_and_only_two_makes_have_schedules() -> None:
    for name in ("charge-start", "charge-stop", "charge-port-open"):
        assert refusal(FORD, NOON, name) == NOT_CAPABLE
    assert refusal(FORD, NOON, "charge-set-limit", percent=80) == NOT_CAPABLE
    assert refusal(VW, NOON, "charge-schedule-create", **DAILY) == NOT_CAPABLE
    volvo = SHOWCASE[6]
    workweek = DAILY | {"scheduleType": "workweek", "weekdays": DAILY, "weekends": None}
    assert refusal(volvo, NOON, "charge-schedule-create", **workweek) == NOT_CAPABLE
    Car(volvo).command(Command(NOON, "charge-schedule-create", DAILY))


def test_a_refused_command_changes_nothing() -> None:
    car, at = Car(VW), moment(VW, lambda state: state.is_driving)
    with pytest.raises(Refused):
        car.command(Command(at, "security-lock"))
    assert car.commands == ()


def test_commands_do_not_go_back_in_time() -> None:
    car = Car(TESLA)
    car.command(Command(NOON, "wake"))
    with pytest.raises(ValueError, match="earlier"):
        car.command(Command(NOON - 1, "wake"))


def test_a_lock_holds_until_the_next_departure() -> None:
    toyota = SHOWCASE[7]
    car, at = Car(toyota), week_start(toyota, 2970)
    assert not car.state(at).locked  # this owner forgets it at home
    car.command(Command(at, "security-lock"))
    drives = [start for start, _, p in car.phases(at, at + DAY) if isinstance(p.activity, Drive)]
    assert car.state(drives[0] - 60).locked
    assert not car.state(drives[0] + 60).locked


def test_a_stopped_charge_stays_stopped_and_a_started_one_goes_on() -> None:
    at = moment(VW, lambda state: state.is_charging)
    car = Car(VW)
    car.command(Command(at, "charge-stop"))
    stopped = car.state(at)
    assert not car.state(at + 600).is_charging
    assert car.state(at + 600).soc == stopped.soc
    car.command(Command(at + 600, "charge-start"))
    assert car.state(at + 600).is_charging
    assert (car.state(at + 660).soc or 0) > (stopped.soc or 0)


def test_a_charge_stops_exactly_at_a_new_limit() -> None:
    at = week_start(TESLA, 2970)
    car = Car(TESLA)
    car.command(Command(at, "charge-set-limit", {"percent": 97}))
    assert car.state(at + 60).is_charging
    done = car.state(at + 3 * 3600)
    assert (done.is_charging, done.soc) == (False, 97.0)


def test_a_schedule_holds_charging_back_until_its_window() -> None:
    day = week_start(TESLA, 2970) + 9 * 3600  # Monday noon
    car = Car(TESLA)
    car.command(Command(day, "charge-schedule-create", DAILY))
    began = [
        (start + TESLA.utc_offset_seconds) % DAY / 3600
        for start, _, phase in car.phases(day, day + 14 * DAY)
        if isinstance(phase.activity, Charge) and phase.activity.base.node == TESLA.home.node
    ]
    assert began
    assert all(hour >= 22 or hour < 6 for hour in began)
    assert bodies(TESLA, car.state(day))["charge-chargetimers"]["values"]
    car.command(Command(day + 14 * DAY, "charge-schedule-delete", {"scheduleId": "sched_1"}))
    assert not car.state(day + 14 * DAY).schedules


@pytest.mark.parametrize(
    "change",
    [
        {"location": None},
        {"startTime": "25:00"},
        {"stopTime": "soon"},
        {"scheduleType": "yearly"},
        {"scheduleType": "weekly", "days": {"someday": DAILY}},
        {"scheduleType": "workweek", "weekdays": None},
    ],
)
def test_a_schedule_that_makes_no_sense_is_a_mistake_of_the_caller(
    change: dict[str, object],
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Car(TESLA).command(Command(NOON, "charge-schedule-create", DAILY | change))


def parked_at_noon() -> tuple[Car, float]:
    """A Tesla that nobody drives for a while, and when."""
    at = moment(TESLA, lambda s: s.activity == "parked" and s.outside_c < 15)
    return Car(TESLA), at


def test_a_cabin_nears_what_it_is_told_and_then_the_weather() -> None:
    car, at = parked_at_noon()
    car.command(Command(at, "climate-cabin", {"action": "START", "temperature": 25}))
    before, soon, later = (car.state(at + each) for each in (0, 300, 1200))
    assert before.climate_on
    assert before.cabin_c == pytest.approx(Car(TESLA).state(at).cabin_c)
    assert before.cabin_c < soon.cabin_c < later.cabin_c <= 25
    assert 25 - later.cabin_c < 0.5
    car.command(Command(at + 1200, "climate-cabin", {"action": "STOP"}))
    idle = car.state(at + 1200)
    assert (idle.climate_on, idle.cabin_c) == (False, pytest.approx(later.cabin_c))
    assert car.state(at + 4800).cabin_c < later.cabin_c - 1


def test_a_temperature_is_remembered_and_kept_on_the_way() -> None:
    car, at = parked_at_noon()
    car.command(Command(at, "climate-cabin", {"action": "SET", "temperature": 17}))
    assert not car.state(at).climate_on
    car.command(Command(at, "drive", {"minutes": 40}))
    on_the_way = car.state(at + 1500)
    assert on_the_way.is_driving
    assert on_the_way.climate_on
    assert on_the_way.cabin_c == pytest.approx(17, abs=0.5)
    told = {"action": "SET", "temperature": 23}
    car.command(Command(at + 1500, "climate-cabin", told))
    assert car.state(at + 1500).cabin_c == pytest.approx(on_the_way.cabin_c)
    assert car.state(at + 1620).cabin_c > on_the_way.cabin_c + 1


def test_what_was_switched_on_from_afar_keeps_a_car_awake_until_it_is_driven() -> None:
    car, at = Car(VW), week_start(VW, 2970)
    assert car.state(at).asleep
    for name in ("climate-defroster", "climate-steering-wheel"):
        car.command(Command(at, name, {"action": "START"}))
    state = car.state(at + 3600)
    assert (state.front_defrost, state.rear_defrost, state.wheel_heated) == (True, True, True)
    assert not state.asleep
    assert at + 3600 - car.reported_at(at + 3600) <= 300
    week = car.phases(at, at + 7 * DAY)
    drive = next(start for start, _, phase in week if isinstance(phase.activity, Drive))
    arrived = car.phase(drive).ends
    after = car.state(arrived + 1)
    assert {after.front_defrost, after.rear_defrost, after.wheel_heated} == {False}


def test_a_current_holds_for_one_charge() -> None:
    at = moment(TESLA, lambda state: state.is_charging)
    car, usual = Car(TESLA), Car(TESLA).state(at)
    car.command(Command(at, "charge-amperage", {"amperage": 10}))
    slow = car.state(at)
    assert slow.amps == pytest.approx(10)
    assert slow.wall_kw < usual.wall_kw
    assert (slow.minutes_to_limit or 0) > (usual.minutes_to_limit or 0)
    car.command(Command(at + 60, "charge-amperage", {"amperage": 999}))
    assert car.state(at + 60).amps == pytest.approx(usual.amps, rel=0.02)
    car.command(Command(at + 120, "charge-amperage", {"amperage": 10}))
    car.command(Command(at + 180, "unplug"))
    car.command(Command(at + 240, "plug-in"))
    assert car.state(at + 240).amps_asked is None


def timed(kind: str, clock: str) -> tuple[Car, float]:
    """A Tesla that was told on a Monday noon when to charge, and that noon."""
    noon = week_start(TESLA, 2970) + 9 * 3600
    car = Car(TESLA)
    car.command(Command(noon, "charge-set-limit", {"percent": 90}))
    told = {"type": kind, "enable": True, "time": clock}
    car.command(Command(noon, "charge-timer", told))
    return car, noon


def charges_at_home(car: Car, start: float) -> list[tuple[float, float]]:
    """When the charges of two weeks begin, and when their batteries are as they should be."""
    return [
        (begins, phase.activity.end)
        for begins, _, phase in car.phases(start, start + 14 * DAY)
        if isinstance(phase.activity, Charge)
        and phase.activity.base.plug == "AC"
        and phase.activity.start == begins
    ]


def test_charging_waits_for_its_time_to_start() -> None:
    car, noon = timed("START_TIME", "23:30")
    hours = [
        (begins + TESLA.utc_offset_seconds) % DAY / 3600 for begins, _ in charges_at_home(car, noon)
    ]
    assert hours
    assert all(hour >= 23.5 or hour < 5.5 for hour in hours)


def test_charging_is_done_by_the_time_of_departure_and_no_sooner_than_need_be() -> None:
    car, noon = timed("DEPARTURE_TIME", "07:00")
    ends = [(end + TESLA.utc_offset_seconds) % DAY / 3600 for _, end in charges_at_home(car, noon)]
    assert ends
    assert all(6.5 < hour <= 7 for hour in ends)


def test_only_one_of_the_two_times_is_on() -> None:
    car, noon = timed("START_TIME", "23:30")
    told = {"type": "DEPARTURE_TIME", "enable": True, "time": "07:00"}
    car.command(Command(noon, "charge-timer", told))
    state = car.state(noon)
    assert state.starts_at is not None
    assert state.ready_by is not None
    assert (state.starts_at.is_on, state.ready_by.is_on) == (False, True)
    assert state.starts_at.seconds == 23 * 3600 + 30 * 60


def test_trunks_opened_from_afar_are_shut_by_who_drives_off() -> None:
    car, at = parked_at_noon()
    car.command(Command(at, "trunk", {"action": "OPEN"}))
    car.command(Command(at, "frunk", {"action": "OPEN"}))
    assert (car.state(at).boot_open, car.state(at).frunk_open) == (True, True)
    car.command(Command(at + 60, "drive", {"minutes": 10}))
    assert (car.state(at + 120).boot_open, car.state(at + 120).frunk_open) == (False, False)
    assert refusal(TESLA, moment(TESLA, lambda s: s.is_driving), "trunk")[1] == "IN_MOTION"
    assert refusal(VW, NOON, "frunk", action="OPEN")[0] == "COMPATIBILITY"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("climate-cabin", {"action": "DANCE"}),
        ("climate-cabin", {"action": "SET", "temperature": 40}),
        ("charge-timer", {"type": "START_TIME", "enable": True, "time": "25:00"}),
        ("charge-timer", {"type": "LATER", "enable": True, "time": "05:00"}),
        ("charge-times", {"chargeSchedules": "never"}),
        ("charge-times", {"chargeSchedules": [{"start": "1:00", "end": "2:00", "days": []}]}),
        ("charge-place", {"latitude": 0, "longitude": 0, "percent": 80}),
    ],
)
def test_what_no_make_can_be_told_is_a_mistake_of_the_caller(
    name: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Car(TESLA).command(Command(NOON, name, arguments))


def test_cars_of_test_and_simulated_mode_have_vins_of_their_own() -> None:
    makes = [("TESLA", "0SCTESL0"), ("LAND_ROVER", "0SCLAND0"), ("DS", "0SCDS000")]
    for make, begins in makes:
        vin = owned_spec(7, "a@example.com", make, 0, mode="test").vin
        assert vin.startswith(begins)
        assert len(vin) == 17
    simulated = owned_spec(7, "a@example.com", "TESLA", 0, mode="simulated").vin
    assert simulated[:3] == "1SC"
    assert simulated[3:] == owned_spec(7, "a@example.com", "TESLA", 0).vin[3:]
    assert owned_spec(7, "a@example.com", "TESLA", 0, vin="X", mode="test").vin == "X"


def test_a_chevrolet_of_test_mode_is_a_volt() -> None:
    volt = owned_spec(7, "a@example.com", "CHEVROLET", 0, mode="test")
    assert (volt.model, volt.powertrain) == ("Volt", "PHEV")
    assert owned_spec(7, "a@example.com", "CHEVROLET", 0).model != "Volt"


def test_a_drive_that_is_asked_for_moves_the_car_and_its_owner_comes_home() -> None:
    at = week_start(VW, 2970) + 7 * 3600 - 4 * 3600
    car = Car(VW)
    car.command(Command(at, "drive", {"minutes": 15}))
    assert car.state(at + 300).is_driving
    car.command(Command(at + 300, "park"))
    parked = car.state(at + 301)
    assert (parked.activity, parked.at_home) == ("parked", False)
    assert car.state(at + 2 * DAY).odometer_km > parked.odometer_km


def test_sleep_and_wake() -> None:
    at = week_start(VW, 2970)
    car = Car(VW)
    assert car.state(at).asleep
    car.command(Command(at, "wake"))
    assert not car.state(at).asleep
    car.command(Command(at + 60, "sleep"))
    assert car.state(at + 60).asleep
    assert refusal(VW, moment(VW, lambda s: s.is_charging), "sleep")[1] == "CHARGING_IN_PROGRESS"


# Signals


def catalogue() -> dict[str, dict[str, object]]:
    """The current signals of the API, by code."""
    text = (files("smartcar.api") / "signals.json").read_text(encoding="utf-8")
    found = json.loads(text)
    listed = found if isinstance(found, list) else found["signals"]
    return {one["code"]: one for one in listed if one["status"] == "current"}


CATALOGUE = catalogue()


def test_every_current_signal_is_served_by_a_car_of_the_showcase() -> None:
    assert set(CATALOGUE) == CODES
    seen: set[str] = set()
    for spec in SHOWCASE:
        at = moment(spec, lambda state: state.is_charging) if spec.is_plug_in else NOON
        seen |= bodies(spec, Car(spec).state(at)).keys()
    assert seen == CODES


@pytest.mark.parametrize("spec", SHOWCASE, ids=ids)
def test_a_car_serves_what_fits_its_powertrain(spec: Spec) -> None:
    state = Car(spec).state(NOON)
    fitting = {
        c for c, one in CATALOGUE.items() if f"'{spec.powertrain}'" in str(one["powertrains"])
    }
    answered = bodies(spec, state).keys() | not_now(spec, state).keys()
    assert answered == fitting - spec.cannot_serve
    assert spec.cannot_serve < fitting
    assert len(spec.cannot_serve) < len(fitting) / 3


@given(cars, moments)
def test_bodies_have_the_keys_and_types_of_the_catalogue(car: Car, at: float) -> None:
    for code, body in bodies(car.spec, car.state(at)).items():
        example = CATALOGUE[code]["example_body"]
        assert isinstance(example, dict)
        assert fits(body, example), (code, body)
        units = CATALOGUE[code]["unit"]
        if "unit" in body:
            assert isinstance(units, list)
            assert body["unit"] in units


def fits(value: object, example: object) -> bool:
    """Whether *value* has the shape of *example*; ``None`` fits where makers send none."""
    if isinstance(example, dict) and isinstance(value, dict):
        keys = value.keys()
        # Only a timer that was made as a schedule of v3 is named as such.
        is_whole = example.keys() - {"scheduleType", "scheduleId"} <= keys <= example.keys()
        return is_whole and all(fits(value[k], example[k]) for k in keys)
    if isinstance(example, list) and isinstance(value, list):
        return not example or all(fits(item, example[0]) for item in value)
    if isinstance(example, bool) or isinstance(value, bool):
        return value is None or (isinstance(value, bool) and isinstance(example, bool))
    if isinstance(example, int | float):
        return isinstance(value, int | float)
    return value is None or example is None or type(value) is type(example)


def test_rate_and_time_of_charging_are_in_error_unless_charging() -> None:
    busy = moment(VW, lambda state: state.is_charging)
    codes = {"charge-chargerate", "charge-timetocomplete"}
    assert not not_now(VW, Car(VW).state(busy))
    assert codes <= bodies(VW, Car(VW).state(busy)).keys()
    idle = Car(VW).state(week_start(VW, 2970))
    assert not_now(VW, idle) == dict.fromkeys(codes, ("VEHICLE_STATE", "NOT_CHARGING"))
    assert not codes & bodies(VW, idle).keys()


def test_charge_records_tell_of_the_last_days() -> None:
    values = bodies(TESLA, Car(TESLA).state(NOON))["charge-chargerecords"]["values"]
    assert isinstance(values, list)
    assert 2 <= len(values) <= 5


def test_one_old_car_has_a_fault_now_and_then() -> None:
    leaf = SHOWCASE[10]
    car = Car(leaf)
    counts = [
        bodies(leaf, car.state(NOON + day * DAY))["diagnostics-dtccount"]["value"]
        for day in range(70)
    ]
    assert 0 < counts.count(1) < 10
    assert habits(leaf).delivered < week_of(leaf, NOON)
