"""How much may be asked, counted as the real API counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from old_caller import CLIENT, MANAGEMENT, Owner, owner_of

from smartcar import BillingError, RateLimitError, Request, Smartcar
from smartcar.cli.simulator.settings import Settings, server_options
from smartcar.simulator import FaultRule, Limits, Simulator, SqliteJournal

SMALL = Limits(bucket=5, refill_per_minute=2)


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(seed=7, limits=SMALL)


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


def statuses(owner: Owner, count: int) -> list[int]:
    return [owner.car("/odometer").status for _ in range(count)]


def test_by_itself_a_simulator_limits_nothing() -> None:
    owner = owner_of(Simulator(seed=7), 0)

    assert set(statuses(owner, 200)) == {200}
    state = owner.simulator.limits.state()
    assert (state.settings.is_on, state.tokens, state.vehicles) == (False, None, ())


def test_the_real_bucket_holds_120_and_gets_2_a_minute() -> None:
    owner = owner_of(Simulator(seed=7, limits=Limits()), 0)

    assert statuses(owner, 121) == [200] * 120 + [429]
    owner.simulator.clock.advance("1min")
    assert statuses(owner, 3) == [200, 200, 429]
    owner.simulator.clock.advance("1h")
    assert statuses(owner, 121) == [200] * 120 + [429]


def test_an_empty_bucket_says_so_and_not_how_long(tesla: Owner) -> None:
    statuses(tesla, 5)
    got = tesla.car("/odometer")

    assert got.error == (429, "RATE_LIMIT", "SMARTCAR_API")
    assert got.body["resolution"] == {"type": "RETRY_LATER"}
    assert "retry-after" not in got.headers


def test_the_client_backs_off_until_there_is_room(simulator: Simulator) -> None:
    simulator.limits.set(Limits(bucket=1, refill_per_minute=600))
    client = Smartcar(transport=simulator).with_options(retries=30)

    for _ in range(5):
        assert list(client.connections())  # which are not counted
        grant = simulator.world.fleet.grant(0)
        assert client.vehicle(grant.vehicle_id, user_id=grant.user_id).signals()


def test_the_bucket_is_the_applications_and_all_versions_share_it(
    simulator: Simulator, tesla: Owner
) -> None:
    other, grant = owner_of(simulator, 2), simulator.world.fleet.grant(0)
    client = Smartcar(transport=simulator).with_options(retries=0)

    assert statuses(tesla, 2) + statuses(other, 2) == [200] * 4
    client.vehicle(grant.vehicle_id, user_id=grant.user_id).signals()
    with pytest.raises(RateLimitError) as caught:
        client.vehicle(grant.vehicle_id, user_id=grant.user_id).lock()
    assert caught.value.code == "SMARTCAR_API"
    assert statuses(other, 1) == [429]


def test_a_batch_counts_its_paths(tesla: Owner) -> None:
    def batch(size: int) -> int:
        body = {"requests": [{"path": "/odometer"}] * size}
        return tesla.car("/batch", method="POST", body=body).status

    assert [batch(3), batch(3), batch(2), batch(1)] == [200, 429, 200, 429]
    assert tesla.simulator.limits.state().tokens == 0


UNCOUNTED: dict[str, tuple[str, str, str | None]] = {
    "connections": ("GET", "/v3/connections", None),
    "one connection": ("GET", "/v3/connections/x", None),
    "management": ("GET", "/v2.0/management/connections", MANAGEMENT),
    "a token endpoint": ("POST", "/oauth2/token", CLIENT),
    "Connect": ("GET", "/oauth/authorize", None),
    "nobody's token": ("GET", "/v2.0/user", "Bearer nonsense"),
}


@pytest.mark.parametrize("what", UNCOUNTED)
def test_what_is_not_counted(simulator: Simulator, tesla: Owner, what: str) -> None:
    method, path, authorization = UNCOUNTED[what]
    headers = {"authorization": authorization or f"Bearer {tesla.token}"}
    for _ in range(10):
        assert simulator.send(Request(method, path, {}, headers)).status != 429

    assert simulator.limits.state().tokens == 5


def test_what_is_wrong_is_counted_and_what_is_refused_is_not(tesla: Owner) -> None:
    limits = tesla.simulator.limits
    assert tesla.car("/nothing").status == 404
    assert tesla.ask("/compatibility/matrix", {"region": "US"}, authorization=CLIENT).status == 200
    assert limits.state().tokens == 3
    statuses(tesla, 10)
    assert limits.state().tokens == 0
    assert limits.state(tesla.vehicle_id).vehicles[0].used_this_month == 4


def test_a_car_that_is_asked_too_often_says_when_to_come_again(simulator: Simulator) -> None:
    simulator.limits.set(Limits(bucket=None, vehicle_requests=2))
    tesla, other = owner_of(simulator, 0), owner_of(simulator, 2)

    assert statuses(tesla, 2) == [200, 200]
    simulator.clock.advance("50s")
    got = tesla.car("/odometer")
    assert got.error == (429, "RATE_LIMIT", "VEHICLE")
    assert got.headers["retry-after"] == "70"
    assert statuses(other, 1) == [200]
    simulator.clock.advance(69)
    assert statuses(tesla, 1) == [429]
    simulator.clock.advance(1)
    assert statuses(tesla, 3) == [200, 200, 429]


def test_v3_says_it_in_its_own_words(simulator: Simulator) -> None:
    simulator.limits.set(Limits(vehicle_requests=1))
    grant = simulator.world.fleet.grant(0)
    car = Smartcar(transport=simulator).vehicle(grant.vehicle_id, user_id=grant.user_id)
    car.signals()

    with pytest.raises(RateLimitError) as caught:
        car.signals()

    assert (caught.value.code, caught.value.retry_after) == ("VEHICLE", 120)


def test_a_month_is_used_up_and_the_next_begins_anew(simulator: Simulator) -> None:
    simulator.limits.set(Limits(bucket=None, monthly_requests=3))
    tesla, grant = owner_of(simulator, 0), simulator.world.fleet.grant(0)

    assert statuses(tesla, 4) == [200, 200, 200, 430]
    assert tesla.car("/vin").error == (430, "BILLING", "VEHICLE_REQUEST_LIMIT")
    assert statuses(owner_of(simulator, 2), 1) == [200]
    with pytest.raises(BillingError) as caught:
        Smartcar(transport=simulator).vehicle(grant.vehicle_id, user_id=grant.user_id).signals()
    assert caught.value.status == 430
    (use,) = simulator.limits.state(tesla.vehicle_id).vehicles
    assert (use.used_this_month, use.left_this_month) == (3, 0)

    simulator.clock.advance("30d")  # from the first of June to the first of July
    assert simulator.limits.state().month == "2026-07"
    assert statuses(owner_of(simulator, 0), 4) == [200, 200, 200, 430]


def test_a_plan_has_so_many_cars(simulator: Simulator) -> None:
    simulator.limits.set(Limits(bucket=None, vehicles=2))
    first, second, third = (owner_of(simulator, index) for index in (0, 2, 3))

    assert statuses(first, 1) + statuses(second, 1) == [200, 200]
    assert third.car("/odometer").error == (430, "BILLING", "VEHICLE_LIMIT")
    assert statuses(first, 1) == [200]
    assert simulator.limits.state().vehicles_used == 2


def test_what_is_left_can_be_seen(simulator: Simulator, tesla: Owner) -> None:
    statuses(tesla, 3)
    state = simulator.limits.state()

    assert state.settings == SMALL
    assert state.tokens == 2
    assert state.full_at == pytest.approx(state.at + 90)
    assert state.month == "2026-06"
    assert [(use.vehicle_id, use.used_this_month) for use in state.vehicles] == [
        (tesla.vehicle_id, 3)
    ]


def test_limits_are_changed_and_switched_as_it_goes(simulator: Simulator, tesla: Owner) -> None:
    assert statuses(tesla, 6)[-1] == 429
    simulator.limits.switch(is_on=False)
    assert set(statuses(tesla, 50)) == {200}
    simulator.limits.switch(is_on=True)
    assert simulator.limits.settings == SMALL
    assert statuses(tesla, 1) == [429]  # it is no fuller for having been switched
    simulator.limits.switch(is_on=False)
    simulator.clock.advance("1min")
    simulator.limits.switch(is_on=True)
    assert statuses(tesla, 3) == [200, 200, 429]
    simulator.limits.set(Limits(bucket=50))
    assert statuses(tesla, 1) == [429]  # a larger bucket is no fuller


def test_what_was_used_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=7, journal=SqliteJournal(path), limits=SMALL) as before:
        owner = owner_of(before, 0)
        statuses(owner, 4)
        state = before.limits.state()

    with Simulator(journal=SqliteJournal(path)) as after:
        assert after.limits.state() == state
        same = Owner(after, owner.email, owner.token, owner.vehicle_id)
        assert statuses(same, 2) == [200, 429]


@pytest.mark.parametrize(
    "figures",
    [
        {"bucket": 0},
        {"bucket": 1.5},
        {"refill_per_minute": -1},
        {"refill_per_minute": float("nan")},
        {"vehicle_window": 0},
        {"monthly_requests": -1},
        {"vehicles": 0},
    ],
    ids=str,
)
def test_figures_that_cannot_be_meant_are_refused(figures: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(figures))):
        Limits(**figures)


@pytest.mark.parametrize(
    ("options", "by_itself", "is_on"),
    [
        ([], True, True),
        (["--no-limits"], True, False),
        ([], False, False),
        (["--limits"], False, True),
    ],
)
def test_on_a_port_the_real_limits_hold_as_somebody_says(
    options: list[str], by_itself: bool, is_on: bool
) -> None:
    asked: list[Settings] = []

    @click.command()
    @server_options(0, limits=by_itself)
    def serve(*, settings: Settings) -> None:
        asked.append(settings)

    serve.main(["--fleet", "1", *options], standalone_mode=False)
    with asked[0].server() as server:
        assert server.simulator.limits.settings == Limits(is_on=is_on)


def test_rules_come_before_limits(simulator: Simulator, tesla: Owner) -> None:
    simulator.faults.add(FaultRule(error="SERVER:INTERNAL", first=3))

    assert statuses(tesla, 9) == [500] * 3 + [200] * 5 + [429]
