"""What comes next, how it came, and that time passes alike in one step or in many."""

from __future__ import annotations

from itertools import pairwise

import pytest
from old_caller import owner_of

from smartcar import Smartcar
from smartcar.simulator import Simulator, Upcoming
from smartcar.simulator.agenda import CARS, HORIZON

DAY = 86400.0


def id_of(simulator: Simulator, index: int = 0) -> str:
    return simulator.world.fleet.grant(index).vehicle_id


def test_what_is_upcoming_happens_then(simulator: Simulator) -> None:
    happens = {
        "departure": lambda state: state.activity == "driving",
        "arrival": lambda state: state.activity != "driving" and not state.locked,
        "charging-start": lambda state: state.is_charging,
        "charging-end": lambda state: not state.is_charging,
        "refuelling": lambda state: state.activity == "refueling",
        "asleep": lambda state: state.asleep,
        "awake": lambda state: not state.asleep,
    }
    met = set[str]()
    for index in range(12):
        for each in simulator.agenda(60, vehicle_id=id_of(simulator, index)):
            assert happens[each.kind](simulator.state(id_of(simulator, index), each.at)), each
            before = simulator.state(id_of(simulator, index), each.at - 1)
            assert not happens[each.kind](before) or each.kind == "arrival", each
            met.add(each.kind)
    assert met == set(happens)


def test_nothing_is_left_out(simulator: Simulator) -> None:
    """Looking every half a minute finds no departure that was not foreseen."""
    car, begins = id_of(simulator), simulator.clock.now()
    foreseen = [
        each.at for each in simulator.agenda(500, vehicle_id=car) if each.kind == "departure"
    ]
    seen: list[float] = []
    times = [begins + 30 * step for step in range(int(2 * DAY / 30))]
    for before, after in pairwise(times):
        drove = simulator.state(car, before).is_driving
        if simulator.state(car, after).is_driving and not drove:
            seen.append(after)
    assert len(seen) == sum(begins < at <= times[-1] for at in foreseen) > 0
    assert all(0 <= at - due < 30 for at, due in zip(seen, foreseen, strict=False))


def test_the_agenda_of_all_is_in_order_and_begins_with_those_of_each(simulator: Simulator) -> None:
    found = simulator.agenda(40)

    assert [each.at for each in found] == sorted(each.at for each in found)
    assert found[0].at > simulator.clock.now()
    of_each = [simulator.agenda(1, vehicle_id=id_of(simulator, n))[0].at for n in range(12)]
    assert found[0].at == min(of_each)
    assert simulator.agenda(0) == []


def test_looking_ahead_changes_nothing(simulator: Simulator) -> None:
    before = simulator.export()
    simulator.agenda(100)
    simulator.history(id_of(simulator), simulator.clock.now(), simulator.clock.now() + DAY)
    assert simulator.export() == before


def test_codes_and_tokens_are_on_it_but_not_in_it(simulator: Simulator) -> None:
    owner = owner_of(simulator, 0)
    with Smartcar(transport=simulator) as smartcar:
        list(smartcar.connections())
    found = {each.kind: each for each in simulator.agenda(5000) if "expiry" in each.kind}

    now = simulator.clock.now()
    assert found["token-expiry"].at in {now + 3600, now + 7200}
    assert "refresh-token-expiry" not in found  # in sixty days: beyond what is looked at
    assert HORIZON < 60 * DAY
    for token in (*simulator.world.tokens, *simulator.world.issued.refreshes):
        assert token not in str(found)
    (users,) = (each for each in simulator.agenda(5000) if each.user_id == owner.user_id)
    simulator.jump(users)
    assert owner.ask("/vehicles").status == 401


def test_a_jump_goes_there_and_never_back(simulator: Simulator) -> None:
    first, second = simulator.agenda(2)

    assert simulator.jump(second) == second.at
    assert simulator.jump(first) == second.at
    assert simulator.clock.now() == second.at


def test_a_fleet_of_a_hundred_thousand_is_not_walked() -> None:
    simulator = Simulator(seed=7, fleet=100_000)
    far = id_of(simulator, 99_999)
    simulator.command(far, "drive", minutes=5)

    found = simulator.agenda(10_000)

    cars = {each.vehicle_id for each in found if each.vehicle_id}
    assert len(cars) == CARS
    assert far in cars
    assert len(simulator.world.garage._cars) <= CARS


@pytest.mark.parametrize("index", range(12))
def test_three_hours_in_one_step_or_in_many_lead_to_the_same(index: int) -> None:
    one, many = Simulator(seed=7), Simulator(seed=7)
    for simulator in (one, many):
        car = id_of(simulator, index)
        simulator.set_signal(car, "odometer-traveleddistance", 5000)
        simulator.set_signal(car, "motion-currentspeed", 3)
    one.clock.advance("3h")
    for _ in range(180):
        many.clock.advance("1min")
        many.state(id_of(many, index))
        many.overrides(id_of(many, index))

    car = id_of(one, index)
    assert one.clock.now() == many.clock.now()
    assert one.state(car) == many.state(car)
    assert one.overrides(car) == many.overrides(car)
    assert one.agenda(20, vehicle_id=car) == many.agenda(20, vehicle_id=car)


def test_steps_from_one_event_to_the_next_meet_every_one_in_order() -> None:
    """Jumping from each event to the next passes just those that were foreseen."""
    simulator = Simulator(seed=7)
    foreseen = simulator.agenda(60)
    met: list[Upcoming] = []
    while simulator.clock.now() < foreseen[-1].at:
        following = simulator.agenda(12)
        met += [each for each in following if each.at == following[0].at]
        simulator.jump(following[0])
    assert [(each.at, each.text) for each in met][:60] == [(e.at, e.text) for e in foreseen]


# --- charts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [2, 10, 50, 200, 1000])
def test_a_history_has_its_ends_and_no_more_points_than_asked(
    simulator: Simulator, points: int
) -> None:
    ends = simulator.clock.now()

    told = simulator.history(id_of(simulator), ends - 3 * DAY, ends, points)

    times = [sample.at for sample in told.samples]
    assert (times[0], times[-1]) == (ends - 3 * DAY, ends)
    assert 2 <= len(times) <= points
    assert len(times) > 0.9 * points or points > 200
    assert all(a < b for a, b in pairwise(times))


def test_every_change_of_activity_has_its_point(simulator: Simulator) -> None:
    car, ends = id_of(simulator), simulator.clock.now()

    told = simulator.history(car, ends - 3 * DAY, ends, 200)

    times = {sample.at for sample in told.samples}
    assert {span.begins for span in told.spans} <= times
    assert told.spans[0].begins == told.begins
    assert told.spans[-1].ends == told.ends
    assert all(a.ends == b.begins for a, b in pairwise(told.spans))
    assert {"driving", "charging", "parked"} == {span.activity for span in told.spans}
    for span in told.spans:
        assert simulator.state(car, (span.begins + span.ends) / 2).activity == span.activity


def test_drives_are_drawn_finely_and_tell_what_the_car_was(simulator: Simulator) -> None:
    car, ends = id_of(simulator), simulator.clock.now()

    told = simulator.history(car, ends - 3 * DAY, ends)

    assert sum(sample.activity == "driving" for sample in told.samples) > 60
    assert max(sample.speed for sample in told.samples) > 30
    for sample in told.samples:
        state = simulator.state(car, sample.at)
        assert (sample.charge, sample.odometer, sample.speed) == (
            *(state.soc, state.odometer_km, state.speed_kmh),
        )
    assert all(a.odometer <= b.odometer for a, b in pairwise(told.samples))


@pytest.mark.parametrize(
    ("begins", "ends", "points", "why"),
    [
        (10.0, 5.0, 100, "begins before it ends"),
        (5.0, 5.0, 100, "begins before it ends"),
        (float("nan"), 5.0, 100, "begins before it ends"),
        (-5.0, 5.0, 100, "begins before it ends"),
        (0.0, 1e9, 100, "a year at most"),
        (0.0, 5.0, 1, "from 2 to 10,000 points"),
        (0.0, 5.0, 10_001, "from 2 to 10,000 points"),
    ],
)
def test_a_history_that_cannot_be_is_told(
    simulator: Simulator, begins: float, ends: float, points: int, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        simulator.history(id_of(simulator), begins, ends, points)


def test_a_trail_is_where_the_car_was(simulator: Simulator) -> None:
    car = id_of(simulator)
    simulator.command(car, "drive", minutes=20)
    begins = simulator.clock.now()
    simulator.clock.advance("15min")

    line = simulator.trail(car, begins)

    assert line[0] == simulator.state(car, begins).point
    assert line[-1] == pytest.approx(simulator.state(car).point)
    assert len(line) > 10
