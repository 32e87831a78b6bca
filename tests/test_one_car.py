"""One car, whatever it is told and whenever: what holds for it all its life."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from math import isclose
from typing import Any, Final

import pytest
from hypothesis import note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from smartcar.simulator.cars.activity import (
    Activity,
    Body,
    Charge,
    Drive,
    Refuel,
    cold_factor,
)
from smartcar.simulator.cars.added import Registration, added_spec
from smartcar.simulator.cars.car import Car
from smartcar.simulator.cars.commands import NAMES as COMMANDS
from smartcar.simulator.cars.moment import Command, Refused
from smartcar.simulator.cars.spec import Spec, fleet_spec
from smartcar.simulator.cars.state import State
from smartcar.simulator.cars.weather import outside_c
from smartcar.simulator.cars.week import habits

MINUTE, HOUR, DAY = 60, 3600, 86_400
MONDAY: Final = 1_799_632_800  # a midnight in January 2027, in Greenwich

LOSSES: Final = {"AC": 0.10, "DC": 0.05}
"""What the wall gives and the battery does not get, as docs/simulator.md has it."""
FAST_LIMIT: Final = 80.0
"""Percent: where every fast charge ends."""
ASKED: Final = 1000
"""How often a car is asked on the way."""
PIECES: Final = 400
"""In which what a charge draws is summed up."""

# Battery, petrol and diesel cars, hybrids with and without a plug; with schedules, trunks, timers;
# one whose owner forgets to lock, and one that goes nowhere by itself.
SPECS: Final = [
    *(fleet_spec(1, index) for index in (0, 1, 2, 3, 6, 7, 10, 11)),
    added_spec(
        Registration(
            vehicle_id="parked", key="parked", owner_email="a@b.c", make="TESLA", routes=()
        )
    ),
]

PERCENT = st.integers(0, 100)
LITTLE = st.integers(0, 15)
"""Percent: with that, many a drive is refused, and a hybrid burns fuel."""
TIME = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 30)))
NEAR = st.tuples(st.integers(-9, 9), st.integers(-9, 9))
"""Some ten kilometres around home."""
SOON = st.sampled_from((0, 45, 8 * MINUTE, 2 * HOUR))
START_STOP = st.sampled_from(("START", "STOP"))
OPEN_CLOSE = st.sampled_from(("OPEN", "CLOSE"))
ID = st.sampled_from(("one", "two"))
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
NONE: st.SearchStrategy[dict[str, Any]] = st.just({})


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """All of these arguments."""
    return st.fixed_dictionaries(fields)


WINDOW = some(startTime=TIME, stopTime=TIME)
HERE = st.just({"here": True})
"""Home, which only the car at hand knows."""
TIMES = st.lists(
    some(start=TIME, end=TIME, days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True)).map(
        lambda each: {**each, "days": sorted(each["days"])}
    ),
    max_size=3,
)

OF_AN_OWNER: Final[dict[str, st.SearchStrategy[dict[str, Any]]]] = {
    "drive": NONE | some(minutes=st.integers(1, 240)) | some(near=NEAR),
    "park": NONE,
    "plug-in": NONE,
    "unplug": NONE,
    "sleep": NONE,
    "wake": NONE,
}
"""Who stands beside the car, or sits in it."""

OF_THE_API: Final[dict[str, st.SearchStrategy[dict[str, Any]]]] = {
    "charge-start": NONE,
    "charge-stop": NONE,
    "charge-set-limit": some(percent=PERCENT),
    "charge-port-open": NONE,
    "charge-port-close": NONE,
    "security-lock": NONE,
    "security-unlock": NONE,
    "navigation-set-destination": some(near=NEAR),
    "charge-schedule-create": st.one_of(
        some(scheduleId=ID, location=HERE, scheduleType=st.just("DAILY"), startTime=TIME,
             stopTime=TIME),
        some(scheduleId=ID, location=HERE, scheduleType=st.just("WEEKLY"),
             days=st.dictionaries(st.sampled_from(DAYS), WINDOW, min_size=1)),
        some(scheduleId=ID, location=HERE, scheduleType=st.just("WORKWEEK"), weekdays=WINDOW,
             weekends=WINDOW),
    ),
    "charge-schedule-delete": some(scheduleId=ID),
    # Of some makes, and through v2.0.
    "climate-cabin": some(action=st.sampled_from(("START", "STOP", "SET")),
                          temperature=st.integers(15, 28)),
    "climate-defroster": some(action=START_STOP),
    "climate-steering-wheel": some(action=START_STOP),
    "charge-amperage": some(amperage=st.integers(1, 48)),
    "charge-timer": some(type=st.sampled_from(("START_TIME", "DEPARTURE_TIME")),
                         enable=st.booleans(), time=TIME),
    "charge-times": some(chargeSchedules=TIMES),
    "charge-place": some(here=st.just(value=True), percent=st.integers(50, 100), weekday=TIMES,
                         weekend=TIMES),
    "trunk": some(action=OPEN_CLOSE),
    "frunk": some(action=OPEN_CLOSE),
    "pin-set": some(digest=st.just("a digest")),
    "pin-clear": NONE,
}  # fmt: skip

ADJUSTMENTS: Final = st.one_of(
    some(percent=PERCENT),
    some(fuelPercent=PERCENT),
    some(km=st.integers(0, 400_000)),
    some(near=NEAR),
)
"""What no owner can do but a test may: put the car elsewhere, or into another state."""


def told(spec: Spec, arguments: dict[str, Any]) -> dict[str, Any]:
    """*arguments* with places where this car lives."""
    here = {"latitude": spec.home.latitude, "longitude": spec.home.longitude}
    made = dict(arguments)
    if made.pop("here", False):
        made |= here
    if near := made.pop("near", None):
        made |= {name: at + step / 90 for (name, at), step in zip(here.items(), near, strict=True)}
    if "location" in made:
        made["location"] = told(spec, made["location"])
    return made


def moments(begins: float, ends: float, *, is_drive: bool) -> Iterator[float]:
    """From a time to another; on the way often, and each time half a second later again."""
    pieces = 20 if is_drive else 3
    for piece in range(pieces):
        at = begins + piece * (ends - begins) / pieces
        yield at
        if is_drive and at + 0.5 < begins + (piece + 1) * (ends - begins) / pieces:
            yield at + 0.5
    yield ends


class Life(RuleBasedStateMachine):
    """A car, its clock, and all that was ever seen of it."""

    @initialize(
        spec=st.sampled_from(SPECS),
        day=st.integers(0, 27),
        hour=st.integers(0, 23),
        percent=st.integers(5, 100),
    )
    def begin(self, spec: Spec, day: int, hour: int, percent: int) -> None:
        """Below 75 % it is plugged in, for then most of what may happen is about charging."""
        self.car = Car(spec)
        self.now = self.begun = float(MONDAY + day * DAY + hour * HOUR)
        self.seen: dict[float, State] = {}
        note(f"{spec.make} {spec.model}, {spec.powertrain}")
        self._tell("adjust", {"percent": percent})
        if percent < 75:
            self._tell("plug-in", {})

    # --- what happens ----------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((1, MINUTE, HOUR, 7 * HOUR, DAY, 9 * DAY)))
    def wait(self, seconds: float) -> None:
        before, self.now = self.now, self.now + seconds
        for begins, ends, phase in self.car.phases(before, self.now):
            is_drive = isinstance(phase.activity, Drive)
            for a, b in pairwise(map(self._look, moments(begins, ends, is_drive=is_drive))):
                self._holds_between(a, b, is_drive=is_drive)
        self._energy_is_conserved(before, self.now)

    @rule(data=st.data(), name=st.sampled_from(list(OF_AN_OWNER)), after=SOON)
    def do(self, data: st.DataObject, name: str, after: int) -> None:
        self.wait(after)
        self._obeys(name, data.draw(OF_AN_OWNER[name], "arguments"))

    @rule(data=st.data(), name=st.sampled_from(list(OF_THE_API)), after=SOON)
    def tell(self, data: st.DataObject, name: str, after: int) -> None:
        self.wait(after)
        self._obeys(name, data.draw(OF_THE_API[name], "arguments"))

    @rule(arguments=ADJUSTMENTS)
    def adjust(self, arguments: dict[str, Any]) -> None:
        self._tell("adjust", arguments)

    @rule(battery=LITTLE, tank=LITTLE, minutes=st.sampled_from((5, 60, 240)))
    def set_out_on_little(self, battery: int, tank: int, minutes: int) -> None:
        self._tell("adjust", {"percent": battery})
        self._tell("adjust", {"fuelPercent": tank})
        self._obeys("drive", {"minutes": minutes})
        self.wait(7 * HOUR)

    @rule(percent=st.integers(30, 90))
    def charge_fast(self, percent: int) -> None:
        """Until the end of the next charge on the way, if the owner means to go so far."""
        self._obeys("charge-set-limit", {"percent": percent})
        phases = self.car.phases(self.now, self.now + 28 * DAY)
        fast = (ends for _, ends, phase in phases if _is_fast(phase.activity))
        self.wait(next(fast, self.now + HOUR) - self.now)

    @rule(hours=st.floats(-30 * 24, 14 * 24, allow_nan=False))
    def look_elsewhere(self, hours: float) -> None:
        """What was, and what is foreseen: to ask for it changes nothing."""
        at = self.now + hours * HOUR
        if at < self.now:
            self._look(at)
        else:
            self.car.state(at)

    def _obeys(self, name: str, arguments: dict[str, Any]) -> None:
        """No command moves a car or fills it at once; what it refuses leaves no trace at all."""
        before = self._look(self.now)
        took = self._tell(name, arguments)
        after = self.car.state(self.now)
        assert (after.odometer_km, after.point) == (before.odometer_km, before.point)
        assert (after.battery_kwh, after.fuel_litres) == (before.battery_kwh, before.fuel_litres)
        assert took or after == before

    def _tell(self, name: str, arguments: dict[str, Any]) -> bool:
        """Whether the car did it."""
        made = told(self.car.spec, arguments)
        # ValueError: that makes no sense for this car, such as fuel where there is no tank.
        with suppress(Refused, ValueError):
            self.car.command(Command(self.now, name, made))
            self.seen.pop(self.now, None)
            return True
        return False

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def nothing_runs_over(self) -> None:
        state, spec = self.car.state(self.now), self.car.spec
        assert state.battery_kwh is None or 0 <= state.battery_kwh <= (spec.battery_kwh or 0)
        assert state.fuel_litres is None or 0 <= state.fuel_litres <= (spec.tank_litres or 0)

    @invariant()
    def a_charge_never_passes_its_limit(self) -> None:
        self._within_the_limit(self.car.state(self.now))

    @invariant()
    def a_locked_car_stands(self) -> None:
        state = self.car.state(self.now)
        assert not (state.locked and (state.is_driving or state.speed_kmh))

    def _holds_between(self, a: State, b: State, *, is_drive: bool) -> None:
        """From *a* to *b*, between which nothing was told and nothing else began."""
        assert b.odometer_km >= a.odometer_km, "the distance fell"
        assert a.is_driving == is_drive
        if not is_drive:
            assert b.point == a.point, "it moved, and nobody drove"
            assert b.odometer_km == a.odometer_km, "it counted, and nobody drove"
        assert not (a.locked and (is_drive or a.speed_kmh)), "it drives locked"
        self._within_the_limit(a)

    def _within_the_limit(self, state: State) -> None:
        if state.is_charging:
            assert state.soc is not None
            assert state.limit is not None
            limit = min(state.limit, FAST_LIMIT) if state.plug == "DC" else state.limit
            assert state.soc <= limit + 1e-9, "it charges past its limit"

    def _energy_is_conserved(self, start: float, end: float) -> None:
        """Battery and tank hold what they held, and what the pieces of the time have brought."""
        kwh = litres = 0.0
        for begins, ends, phase in self.car.phases(start, end):
            a, b = (phase.activity.body(self.car.spec, at) for at in (begins, ends))
            if isinstance(phase.activity, Charge):
                self._battery_gets_what_the_wall_gives(a, b, begins, ends)
            elif isinstance(phase.activity, Drive):
                self._each_metre_is_paid_for_once(a, b, phase.activity)
            else:
                assert (b.kwh, b.metres) == (a.kwh, a.metres)
            if not isinstance(phase.activity, Drive):
                assert b.litres == a.litres or isinstance(phase.activity, Refuel)
                assert b.litres >= a.litres
            kwh, litres = kwh + b.kwh - a.kwh, litres + b.litres - a.litres
        first, last = self.car.state(start), self.car.state(end)
        for before, after, gained in (
            (first.battery_kwh, last.battery_kwh, kwh),
            (first.fuel_litres, last.fuel_litres, litres),
        ):
            if before is not None and after is not None:
                assert isclose(after - before, gained, abs_tol=1e-6), "energy came from nowhere"

    def _battery_gets_what_the_wall_gives(
        self, a: Body, b: Body, begins: float, ends: float
    ) -> None:
        """Less the losses."""
        assert a.plug is not None
        width = (ends - begins) / PIECES
        drawn = (self.car.state(begins + (n + 0.5) * width).wall_kw for n in range(PIECES))
        wall = sum(drawn) * width / HOUR
        assert isclose(b.kwh - a.kwh, wall * (1 - LOSSES[a.plug]), abs_tol=1e-4), "losses differ"
        assert (b.litres, b.metres) == (a.litres, a.metres)

    def _each_metre_is_paid_for_once(self, a: Body, b: Body, drive: Drive) -> None:
        """By the battery or by the tank, neither of which is filled by driving."""
        assert b.kwh <= a.kwh
        assert b.litres <= a.litres
        spec = self.car.spec
        weather = cold_factor(outside_c(spec.city, drive.start))
        thrift = habits(spec).thrift / 100_000
        per_m = spec.design.kwh_per_100km * thrift * weather
        fuel_per_m = spec.design.litres_per_100km * thrift * (1 + 0.4 * (weather - 1))
        metres = (a.kwh - b.kwh) / per_m if per_m else 0.0
        metres += (a.litres - b.litres) / fuel_per_m if fuel_per_m else 0.0
        assert isclose(metres, b.metres - a.metres, abs_tol=1e-3), "metres that nobody paid for"

    # --- asking ----------------------------------------------------------------------------------

    def _look(self, at: float) -> State:
        """The state at *at*, which no later look may contradict."""
        state = self.car.state(at)
        assert self.seen.setdefault(at, state) == state, "asked again, it says something else"
        return state

    @rule()
    def look_a_thousand_times(self) -> None:
        asked = Car(self.car.spec)
        for command in self.car.commands:
            asked.state(command.at)
            asked.command(command)
        for step in range(ASKED):
            asked.state(self.begun + (self.now - self.begun) * step / ASKED)
        assert asked.state(self.now) == self.car.state(self.now)

    def teardown(self) -> None:
        """Another car that was told the same, and never asked, knows all that was seen."""
        if not hasattr(self, "car"):
            return
        for at in (*list(self.seen)[:: 1 + len(self.seen) // 12], self.now):
            assert Car(self.car.spec, self.car.commands).state(at) == self.car.state(at)
            assert self.seen.get(at, self.car.state(at)) == self.car.state(at)


def _is_fast(activity: Activity) -> bool:
    return isinstance(activity, Charge) and activity.base.plug == "DC"


def test_every_command_of_a_car_is_tried() -> None:
    assert {*OF_AN_OWNER, *OF_THE_API, "adjust"} == set(COMMANDS)


TestOneCar = Life.TestCase
TestOneCar.settings = settings(max_examples=50, stateful_step_count=20)
TestOneCar.pytestmark = [pytest.mark.once]
