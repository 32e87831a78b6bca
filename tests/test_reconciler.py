"""What is done about a gap: which cars are read, how often, and what handlers are told of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deliveries import TOKEN, body_of, document, signed
from inboxes import until
from reconciling import PLENTY, Fleet, delivery

from smartcar import (
    AsyncSmartcar,
    AuthenticationError,
    BillingError,
    ConnectError,
    Smartcar,
    SmartcarError,
)
from smartcar.signals import Odometer, TractionBattery
from smartcar.simulator import FaultRule, Limits, Simulator
from smartcar.webhooks import (
    Receiver,
    Reconciled,
    ReconciledError,
    VehicleError,
    VehicleState,
    parse,
)
from smartcar.webhooks.gaps import moment
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.ledger import Ledger
from smartcar.webhooks.reconciler import AsyncReconciler, Budget, Gap, Progress, Reconciler
from smartcar.webhooks.rereads import LEASE_SECONDS, Rereads


@pytest.fixture
def fleet(tmp_path: Path, simulator: Simulator) -> Fleet:
    return Fleet(tmp_path, simulator)


def gap_of(fleet: Fleet, *vehicles: str, hours: float = 1.0) -> Gap:
    """One that ends now."""
    until = moment(fleet.simulator.clock.now())
    return Gap(since=until - timedelta(hours=hours), until=until, vehicles=vehicles or None)


# --- the whole ------------------------------------------------------------------------------------


def test_after_an_outage_handlers_end_up_with_the_newest_readings(fleet: Fleet) -> None:
    receiver = fleet.receiver()
    receiver.start()
    receiver.close()
    car = fleet.client.vehicle(fleet.cars[0])
    before = car.signal(Odometer.TraveledDistance).value
    fleet.simulator.command(car.id, "drive", minutes=50)
    fleet.simulator.clock.advance("1h")

    receiver = fleet.receiver()
    receiver.start()
    with fleet.reconciler() as reconciler:
        (state,) = reconciler.run()

    assert (state.is_closed, state.due, state.done, state.failed) == (True, 0, 12, 0)
    assert (state.gap.reason, state.gap.seconds) == ("down", 3600.0)
    told = {each.vehicle.id: each for each in fleet.reconciled()}
    assert set(told) == set(fleet.cars)
    now = car.signals()
    event = told[car.id]
    assert [signal.value for signal in event.signals] == [signal.value for signal in now]
    driven = event.signals[Odometer.TraveledDistance].value
    assert driven is not None
    assert before is not None
    assert driven > before + 1
    receiver.close()


def test_what_it_writes_is_marked_and_typed_as_a_delivery_is(fleet: Fleet) -> None:
    fleet.outage()
    fleet.reconciler().run()
    event = next(
        each for each in fleet.reconciled() if TractionBattery.StateOfCharge in each.signals
    )
    connection = next(iter(fleet.client.connections(vehicle_id=event.vehicle.id)))
    assert event.type == "VEHICLE_STATE"
    assert [each.type for each in event.triggers] == ["RECONCILED"]
    assert (event.reason, event.is_first, event.changed) == ("down", False, frozenset())
    assert event.since is not None
    assert event.until is not None
    assert event.until - event.since == timedelta(hours=1)
    assert event.user.id == connection.user_id
    assert event.vehicle.attributes == connection.vehicle
    assert not event.is_test
    charge = event.signals[TractionBattery.StateOfCharge]
    assert isinstance(charge.value, float)
    assert charge.oem_updated_at is not None
    assert event.meta.delivered_at is not None
    assert event.meta.signal_count == len(event.signals)
    assert parse(json.dumps(event.raw).encode()) == event


def test_a_signal_in_error_is_in_error_with_the_same_words(fleet: Fleet) -> None:
    car = fleet.client.vehicle(fleet.cars[0])
    fleet.simulator.set_signal(car.id, "closure-islocked", error="VEHICLE_STATE:UNREACHABLE")
    with fleet.reconciler() as reconciler:
        reconciler.add(gap_of(fleet, car.id))
        reconciler.run()
    (event,) = fleet.reconciled()
    assert event.signals["closure-islocked"].error == car.signal("closure-islocked").error
    static = car.signal("vehicleidentification-vin")
    assert event.signals["vehicleidentification-vin"].value == static.value
    assert event.signals["vehicleidentification-vin"].oem_updated_at is None


def test_handlers_are_told_again_until_they_succeed(fleet: Fleet) -> None:
    fleet.outage()
    with fleet.reconciler() as reconciler:
        reconciler.run()
    receiver = Receiver(TOKEN, inbox=fleet.place)
    tries: list[str] = []
    done = threading.Event()

    @receiver.on(Reconciled)
    def fail_once(event: Reconciled) -> None:
        tries.append(event.id)
        if tries.count(event.id) == 1:
            raise LookupError("no database")
        if len(tries) == 24:
            done.set()

    receiver.start()
    assert done.wait(30)
    receiver.close()
    assert {tries.count(each) for each in tries} == {2}


def test_an_older_delivery_that_comes_late_is_marked_as_older(fleet: Fleet) -> None:
    late = document("vehicle_state")
    late["data"]["vehicle"]["id"] = fleet.cars[0]
    late["data"]["signals"] = [
        {
            "code": "odometer-traveleddistance",
            "body": {"value": 1, "unit": "km"},
            "meta": {"oemUpdatedAt": int((fleet.simulator.clock.now() - 86400) * 1000)},
        }
    ]
    with fleet.reconciler() as reconciler:
        reconciler.add(gap_of(fleet, fleet.cars[0]))
        reconciler.run()
    receiver = Receiver(TOKEN)
    told: list[VehicleState] = []
    receiver.on(VehicleState)(told.append)
    with Inbox(fleet.place) as inbox:
        (kept,) = inbox.entries()
    receiver.dispatch(parse(kept.envelope.body))
    assert receiver.handle(*delivery(late)).status == 200
    assert told[0].outdated == frozenset()
    assert told[1].outdated == {"odometer-traveleddistance"}


def test_what_smartcar_sends_is_not_taken_for_it() -> None:
    receiver = Receiver(TOKEN)
    told: list[Reconciled] = []
    receiver.on(Reconciled)(told.append)
    body = body_of("vehicle_state")
    assert receiver.handle(body, signed(body)).status == 200
    assert told == []


# --- which cars -----------------------------------------------------------------------------------


def test_subscribed_cars_are_read_page_after_page(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=130))
    fleet.outage()
    fleet.reconciler().run()
    assert sorted(fleet.reads()) == sorted(fleet.cars)
    asked = [each for each in fleet.simulator.log.all() if each.path == "/v3/subscriptions"]
    assert len([each for each in asked if each.method == "GET"]) == 2


def test_only_cars_that_are_subscribed_to_the_webhook_are_read(fleet: Fleet) -> None:
    fleet.outage()
    with fleet.reconciler(webhook_id="another") as reconciler:
        (state,) = reconciler.run()
    assert (state.is_closed, state.done) == (True, 0)
    assert fleet.reads() == []


def test_cars_that_are_named_are_read_in_place_of_those_that_are_subscribed(fleet: Fleet) -> None:
    fleet.outage()
    with fleet.reconciler(vehicles=fleet.cars[:2]) as reconciler:
        assert reconciler.vehicles(reconciler.gaps()[0].gap) == fleet.cars[:2]
        reconciler.add(gap_of(fleet, fleet.cars[5]))
        reconciler.run()
    assert sorted(fleet.reads()) == sorted([*fleet.cars[:2], fleet.cars[5]])
    assert {each.user.id for each in fleet.reconciled()} <= {
        each.user_id for each in fleet.client.connections()
    }


def test_cars_of_the_test_mode_are_read_only_if_asked_for(tmp_path: Path) -> None:
    simulator = Simulator(seed=7, fleet=1)
    car = simulator.connect("ada@example.com", "TESLA", mode="test").vehicle_id
    fleet = Fleet(tmp_path, simulator)
    for is_wanted in (False, True):
        fleet.outage()
        with fleet.reconciler(accept_tests=is_wanted) as reconciler:
            reconciler.run()
        assert (car in fleet.reads()) is is_wanted
    assert [each.is_test for each in fleet.reconciled() if each.vehicle.id == car] == [True]


# --- the budget -----------------------------------------------------------------------------------


def test_a_fleet_is_read_within_smartcars_limits_while_the_program_uses_its_own_half(
    tmp_path: Path,
) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=100))
    fleet.outage()
    fleet.simulator.limits.set(Limits())
    car, clock = fleet.client.vehicle(fleet.cars[0]), fleet.simulator.clock
    began, used = clock.now(), 0

    def use(progress: Progress) -> None:
        nonlocal used
        while used < 60 + (clock.now() - began) / 60 - 1:
            used += 1
            car.signal(Odometer.TraveledDistance)

    Reconciler(fleet.place, fleet.client, on_progress=use).run()

    assert sorted(fleet.reads()) == sorted(fleet.cars)
    assert used > 90
    assert 429 not in fleet.statuses()
    assert 40 * 60 <= clock.now() - began <= 42 * 60  # 101 requests: 60 at once, then one a minute


def test_what_is_left_of_the_budget_outlives_a_restart(fleet: Fleet) -> None:
    began = fleet.simulator.clock.now()
    for hours in (1.0, 2.0):
        with fleet.reconciler(Budget(burst=12, per_minute=1.0)) as reconciler:
            reconciler.add(gap_of(fleet, *fleet.cars, hours=hours))
            reconciler.run()
    assert len(fleet.reads()) == 24
    assert fleet.simulator.clock.now() - began == pytest.approx(12 * 60, abs=5)


def test_who_finds_the_applications_bucket_empty_waits_and_goes_on(fleet: Fleet) -> None:
    fleet.simulator.limits.set(Limits(bucket=5, refill_per_minute=2.0))
    with fleet.reconciler() as reconciler:
        reconciler.add(gap_of(fleet, *fleet.cars))
        (state,) = reconciler.run()
    assert (state.done, state.failed) == (12, 0)
    refused = [each for each in fleet.simulator.log.all() if each.status == 429]
    assert 0 < len(refused) <= 7


def test_a_car_is_read_so_often_in_a_month_and_no_more(fleet: Fleet) -> None:
    (car, other, *_), budget = fleet.cars, Budget(per_vehicle_month=2)
    with fleet.reconciler(budget) as reconciler:
        for hours in (1.0, 2.0, 3.0):
            reconciler.add(gap_of(fleet, car, hours=hours))
            reconciler.run()
        last = gap_of(fleet, car, other, hours=3.5)
        reconciler.add(last)
        reconciler.run()
        assert fleet.reads() == [car, car, other]
        assert [each.vehicle_id for each in reconciler.failures(last)] == [car]
        assert "month" in reconciler.failures(last)[0].told
        fleet.simulator.clock.advance("31d")
        assert reconciler.again(last) == 1
        reconciler.run()
    assert fleet.reads() == [car, car, other, car]


class Slow:
    """A transport by which each car takes a while, and that knows how many were asked at once.

    Nobody is answered before *expected* were.
    """

    def __init__(self, simulator: Simulator, expected: int) -> None:
        self.expected = expected
        self.simulator = simulator
        self.clock, self.credentials = simulator.clock, simulator.credentials
        self.under_way = self.most = 0
        self._changed = threading.Condition()

    def send(self, request: Any) -> Any:
        if not request.path.endswith("/signals"):
            return self.simulator.send(request)
        with self._changed:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= self.expected, 60)
        try:
            time.sleep(0.05)
            return self.simulator.send(request)
        finally:
            with self._changed:
                self.under_way -= 1

    def close(self) -> None: ...


@pytest.mark.parametrize("at_once", [1, 4])
def test_so_many_cars_are_asked_at_once_and_no_more(fleet: Fleet, at_once: int) -> None:
    fleet.outage()
    transport = Slow(fleet.simulator, at_once)
    budget = Budget(at_once=at_once)
    with Reconciler(fleet.place, Smartcar(transport=transport), budget=budget) as reconciler:
        reconciler.run()
    assert sorted(fleet.reads()) == sorted(fleet.cars)
    assert transport.most == at_once


@pytest.mark.once
def test_a_thousand_cars_take_minutes_where_smartcar_allows_the_application_more(
    tmp_path: Path,
) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=1000))
    fleet.simulator.limits.set(Limits(bucket=300, refill_per_minute=600.0))
    began = fleet.simulator.clock.now()
    with fleet.reconciler(Budget.until_refused()) as reconciler:
        reconciler.add(gap_of(fleet))
        (state,) = reconciler.run()
    assert (state.done, state.failed) == (1000, 0)
    assert fleet.simulator.clock.now() - began <= 5 * 60
    assert 429 in fleet.statuses()


def test_who_asks_until_refused_of_the_documented_limit_gets_what_it_refills(
    tmp_path: Path,
) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=150))
    fleet.outage()
    fleet.simulator.limits.set(Limits())
    began = fleet.simulator.clock.now()
    with fleet.reconciler(Budget.until_refused(per_vehicle_month=1)) as reconciler:
        (state,) = reconciler.run()
    assert (state.done, state.failed) == (150, 0)
    refused = [each for each in fleet.simulator.log.all() if each.status == 429]
    assert len(refused) < 60
    assert fleet.simulator.clock.now() - began < 60 * 60  # 32 more than 120, at two a minute


def test_what_one_budget_has_spent_costs_another_no_more_than_all_that_it_has(
    fleet: Fleet,
) -> None:
    rule = FaultRule(path="*/signals", error="RATE_LIMIT:SMARTCAR_API", times=1)
    fleet.simulator.faults.add(rule)
    began = fleet.simulator.clock.now()
    for budget, hours in ((Budget.until_refused(at_once=1), 1.0), (Budget(), 2.0)):
        with fleet.reconciler(budget) as reconciler:
            reconciler.add(gap_of(fleet, *fleet.cars[:2], hours=hours))
            (state,) = reconciler.run()
            assert state.done == 2
    assert fleet.simulator.clock.now() - began < 300


def test_who_is_told_when_to_come_again_waits_so_long(fleet: Fleet) -> None:
    rule = FaultRule(path="*/signals", error="RATE_LIMIT:SMARTCAR_API", retry_after=1700, times=3)
    fleet.simulator.faults.add(rule)
    began = fleet.simulator.clock.now()
    with fleet.reconciler(Budget.until_refused()) as reconciler:
        reconciler.add(gap_of(fleet))
        (state,) = reconciler.run()
    assert (state.done, state.failed) == (12, 0)
    assert fleet.simulator.clock.now() - began == pytest.approx(1700, abs=10)


def test_who_is_told_to_come_in_hours_looks_once_an_hour(fleet: Fleet) -> None:
    rule = FaultRule(path="*/signals", error="RATE_LIMIT:SMARTCAR_API", retry_after=7200, times=1)
    fleet.simulator.faults.add(rule)
    began = fleet.simulator.clock.now()
    with fleet.reconciler(Budget.until_refused(at_once=1)) as reconciler:
        reconciler.add(gap_of(fleet))
        (state,) = reconciler.run()
    assert (state.done, state.failed) == (12, 0)
    assert fleet.simulator.clock.now() - began == pytest.approx(3600, abs=10)


def test_a_fleet_that_takes_long_within_the_budget_is_told_how_to_be_read_sooner(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=100))
    fleet.outage()
    for budget, is_told in ((Budget(), True), (PLENTY, False)):
        caplog.clear()
        with fleet.reconciler(budget) as reconciler:
            reconciler.run()
            reconciler.add(gap_of(fleet))
        assert ("Budget.until_refused" in caplog.text) is is_told


# --- what goes wrong ------------------------------------------------------------------------------


def run_with(fleet: Fleet, *rules: FaultRule) -> tuple[list[Progress], Gap]:
    """Read three cars while the rules hold; the gap, and what was told meanwhile."""
    for rule in rules:
        fleet.simulator.faults.add(rule)
    seen: list[Progress] = []
    reconciler = fleet.reconciler(on_progress=seen.append)
    gap = gap_of(fleet, *fleet.cars[:3])
    reconciler.add(gap)
    reconciler.run()
    reconciler.close()
    return seen, gap


def of(seen: list[Progress], vehicle_id: str) -> list[str]:
    return [each.what for each in seen if each.vehicle_id == vehicle_id]


@pytest.mark.parametrize(
    "error", ["UPSTREAM:NO_RESPONSE", "SERVER:INTERNAL", "VEHICLE_STATE:ASLEEP"]
)
def test_a_car_that_fails_for_a_while_is_read_later_and_does_not_keep_others_waiting(
    fleet: Fleet, error: str
) -> None:
    car = min(fleet.cars[:3])  # the first to be read
    began = fleet.simulator.clock.now()
    rule = FaultRule(path="*/signals", vehicle_id=car, error=error, times=2)
    seen, _ = run_with(fleet, rule)
    assert of(seen, car) == ["put off", "put off", "read"]
    assert sorted(each.what for each in seen[:3]) == ["put off", "read", "read"]
    assert seen[3].what == "waiting"
    assert seen[-1].left == 0
    assert fleet.simulator.clock.now() - began == pytest.approx(300, abs=10)


def test_a_cars_own_limit_is_waited_for_as_long_as_it_says(fleet: Fleet) -> None:
    car = fleet.cars[0]
    rule = FaultRule(
        path="*/signals", vehicle_id=car, error="RATE_LIMIT:VEHICLE", retry_after=700, times=1
    )
    began = fleet.simulator.clock.now()
    seen, _ = run_with(fleet, rule)
    assert of(seen, car) == ["put off", "read"]
    assert fleet.simulator.clock.now() - began == pytest.approx(700, abs=10)


@pytest.mark.parametrize(
    "error", ["CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED", "BILLING:VEHICLE_REQUEST_LIMIT"]
)
def test_a_car_that_somebody_must_mend_is_given_up_with_the_reason(
    fleet: Fleet, error: str
) -> None:
    car = fleet.cars[0]
    seen, gap = run_with(fleet, FaultRule(vehicle_id=car, error=error))
    assert of(seen, car) == ["failed"]
    with fleet.reconciler() as another:
        ((failed, told),) = another.failures(gap)
        assert (failed, told.split(" ")[0]) == (car, error)
        fleet.simulator.faults.clear()
        assert another.again(gap) == 1
        (state,) = another.run()
    assert (state.done, state.failed) == (3, 0)


def test_handlers_are_told_of_a_car_that_cannot_be_read_as_of_an_error(fleet: Fleet) -> None:
    car, other, third = fleet.cars[:3]
    seen, gap = run_with(
        fleet,
        FaultRule(vehicle_id=car, error="CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED"),
        FaultRule(vehicle_id=other, error="BILLING:VEHICLE_REQUEST_LIMIT"),
    )
    assert [each.what for each in seen].count("failed") == 2
    receiver, told = Receiver(TOKEN, inbox=fleet.place), list[VehicleError]()
    receiver.on(VehicleError)(told.append)
    receiver.start()
    with Inbox(fleet.place) as inbox:
        until(lambda: not inbox.counts()["waiting"])
    receiver.close()
    (event,) = told
    assert isinstance(event, ReconciledError)
    assert (event.vehicle.id, event.gap_id, event.reason) == (car, gap.id, "named")
    assert (event.since, event.until) == (gap.since, gap.until)
    [owner] = [each for each in fleet.client.connections(page_size=100) if each.vehicle_id == car]
    assert event.user.id == owner.user_id
    (fault,) = event.new
    assert str(fault) == "CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED ERROR"
    assert fault.resolution.type == "REAUTHENTICATE"
    assert fault.suggested_user_message
    assert {each.vehicle.id for each in fleet.reconciled()} <= {third}
    body = body_of("vehicle_error")
    assert type(parse(body)) is VehicleError


def test_a_car_that_fails_for_hours_is_given_up(fleet: Fleet) -> None:
    began = fleet.simulator.clock.now()
    rule = FaultRule(vehicle_id=fleet.cars[0], error="UPSTREAM:NO_RESPONSE")
    seen, _ = run_with(fleet, rule)
    assert of(seen, fleet.cars[0]) == ["put off"] * 7 + ["failed"]
    assert 4 * 3600 < fleet.simulator.clock.now() - began < 6 * 3600


def test_a_car_that_is_not_connected_any_more_is_given_up(fleet: Fleet) -> None:
    car = fleet.cars[0]
    connection = next(iter(fleet.client.connections(vehicle_id=car)))
    fleet.client.remove_connection(connection.id)
    seen, _ = run_with(fleet)
    assert of(seen, car) == ["failed"]
    assert {each.vehicle.id for each in fleet.reconciled()} == set(fleet.cars[1:3])


@pytest.mark.parametrize(
    ("error", "kind"),
    [("AUTHENTICATION:ACCESS_DENIED", AuthenticationError), ("BILLING:INVALID_PLAN", BillingError)],
)
def test_what_is_wrong_with_all_cars_is_raised_and_nothing_is_given_up(
    fleet: Fleet, error: str, kind: type[SmartcarError]
) -> None:
    fleet.outage()
    fault = fleet.simulator.faults.add(FaultRule(path="*/signals", error=error))
    with fleet.reconciler() as reconciler:
        with pytest.raises(kind):
            reconciler.run()
        (state,) = reconciler.gaps()
        assert (state.is_closed, state.due, state.failed) == (False, 12, 0)
        fleet.simulator.faults.remove(fault.id)
        (state,) = reconciler.run()
    assert (state.is_closed, state.done) == (True, 12)


class Unreachable:
    """A transport that makes no connection, so many times."""

    def __init__(self, simulator: Simulator, times: int) -> None:
        self.simulator, self.times = simulator, times
        self.clock, self.credentials = simulator.clock, simulator.credentials

    def send(self, request: Any) -> Any:
        if request.path.endswith("/signals") and self.times:
            self.times -= 1
            raise ConnectError(0, "No route.")
        return self.simulator.send(request)

    def close(self) -> None: ...


def test_while_nobody_answers_it_waits_and_no_car_is_given_up(fleet: Fleet) -> None:
    fleet.outage()
    transport = Unreachable(fleet.simulator, times=19)  # eight at once, then one by one
    reconciler = Reconciler(fleet.place, Smartcar(transport=transport), budget=Budget(burst=100))
    with pytest.raises(ConnectError):
        reconciler.run()
    (state,) = reconciler.run()
    assert (state.done, state.failed) == (12, 0)
    reconciler.close()


def test_a_gap_that_is_not_over_is_refused(fleet: Fleet) -> None:
    now = moment(fleet.simulator.clock.now())
    with fleet.reconciler() as reconciler, pytest.raises(ValueError, match="not over yet"):
        reconciler.add(Gap(since=now, until=now + timedelta(seconds=60)))


def test_one_car_is_no_list_of_cars(fleet: Fleet) -> None:
    with pytest.raises(TypeError, match="a list of ids"):
        fleet.reconciler(vehicles=fleet.cars[0])


# --- stopped, and gone on with --------------------------------------------------------------------


def stop_after(count: int, stop: Callable[[], object]) -> Callable[[Progress], None]:
    def see(progress: Progress) -> None:
        if progress.done == count:
            stop()

    return see


def test_who_goes_on_reads_only_what_was_not_read(fleet: Fleet) -> None:
    fleet.outage()

    def fail() -> None:
        raise KeyboardInterrupt

    with (
        fleet.reconciler(on_progress=stop_after(5, fail)) as reconciler,
        pytest.raises(KeyboardInterrupt),
    ):
        reconciler.run()
    read = fleet.reads()
    assert 5 <= len(read) <= 5 + Budget().at_once
    with fleet.reconciler() as reconciler:
        assert [each.due for each in reconciler.gaps()] == [12 - len(read)]
        reconciler.run()
    assert sorted(fleet.reads()) == sorted(fleet.cars)


def test_a_car_whose_event_was_kept_is_not_read_again(fleet: Fleet) -> None:
    """Whoever read it may have been killed before it could say that it has."""
    (car, *_) = fleet.cars
    gap = gap_of(fleet, car)
    with fleet.reconciler() as reconciler:
        reconciler.add(gap)
        reconciler.run()
        assert reconciler.gaps()[0].done == 1
        with Inbox(fleet.place) as inbox:
            forget = "UPDATE rereads SET state = 0"
            inbox.journal.perform(lambda file: file.execute(forget)).result()  # type: ignore[attr-defined]  # a file's
            reopen = "UPDATE gaps SET closed_at = NULL"
            inbox.journal.perform(lambda file: file.execute(reopen)).result()  # type: ignore[attr-defined]  # as above
        reconciler.run()
    assert fleet.reads() == [car]
    assert len(fleet.reconciled()) == 1


def test_a_gap_found_while_another_is_made_up_for_has_its_own_read(fleet: Fleet) -> None:
    (car, *_) = fleet.cars
    first = gap_of(fleet, car)
    with fleet.reconciler() as reconciler:
        reconciler.add(first)
        reconciler.run()
        fleet.simulator.clock.advance("1h")
        reconciler.add(gap_of(fleet, car))
        reconciler.add(gap_of(fleet, car, hours=0.5))
        states = reconciler.run()
    assert [each.done for each in states] == [1, 1]
    assert fleet.reads() == [car, car]  # the two of one end were served by one read
    assert len(fleet.reconciled()) == 2


def test_who_has_lost_its_turn_reads_no_more_until_it_has_it_again(fleet: Fleet) -> None:
    clock = fleet.simulator.clock
    reads_of_others: list[int] = []
    with Inbox(fleet.place) as inbox:
        others = Rereads(Ledger(inbox.journal))

        def take(progress: Progress) -> None:
            if progress.what == "waiting" and not reads_of_others:
                reads_of_others.append(len(fleet.reads()))
                assert others.hold("another", clock.now() + LEASE_SECONDS)

        with fleet.reconciler(Budget(burst=2, per_minute=60), on_progress=take) as reconciler:
            reconciler.add(gap_of(fleet, *fleet.cars[:4]))
            began = clock.now()
            (state,) = reconciler.run()
    assert (state.done, reads_of_others) == (4, [2])
    assert len(fleet.reads()) == 4
    assert clock.now() - began > LEASE_SECONDS


def test_in_a_thread_of_its_own_it_ends_when_it_is_closed(fleet: Fleet) -> None:
    fleet.outage()
    done = threading.Event()
    reconciler = fleet.reconciler(on_progress=stop_after(12, done.set))
    reconciler.start()
    assert done.wait(30)
    reconciler.close()
    assert sorted(fleet.reads()) == sorted(fleet.cars)


def test_closing_ends_a_wait_for_the_budget(fleet: Fleet) -> None:
    fleet.simulator.clock.speed = 1.0
    waiting = threading.Event()

    def see(progress: Progress) -> None:
        if progress.what == "waiting":
            waiting.set()

    reconciler = fleet.reconciler(Budget(burst=1), on_progress=see)
    reconciler.add(gap_of(fleet, *fleet.cars))
    reconciler.start()
    assert waiting.wait(30)
    reconciler.close()
    assert len(fleet.reads()) == 1


# --- awaited --------------------------------------------------------------------------------------


async def test_awaited_it_does_the_same(fleet: Fleet) -> None:
    fleet.outage()
    client = AsyncSmartcar(transport=fleet.simulator)
    seen: list[Progress] = []
    async with AsyncReconciler(fleet.place, client, on_progress=seen.append) as reconciler:
        extra = gap_of(fleet, fleet.cars[0], hours=0.1)
        assert await reconciler.add(extra)
        assert len(await reconciler.vehicles((await reconciler.gaps())[1].gap)) in {1, 12}
        states = await reconciler.run()
        assert await reconciler.failures(extra) == []
        assert await reconciler.again(extra) == 0
    assert sum(each.done for each in states) == 13
    assert [each.what for each in seen].count("read") == 12
    assert sorted(fleet.reads()) == sorted(fleet.cars)


async def test_a_task_that_is_cancelled_lets_another_go_on_at_once(fleet: Fleet) -> None:
    fleet.outage()
    began = fleet.simulator.clock.now()
    half = asyncio.Event()
    async with AsyncReconciler(
        fleet.place,
        AsyncSmartcar(transport=fleet.simulator),
        budget=Budget(burst=100),
        on_progress=stop_after(6, half.set),
    ) as reconciler:
        task = asyncio.create_task(reconciler.watch())
        await half.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    with fleet.reconciler() as another:
        await asyncio.to_thread(another.run)
    assert set(fleet.reads()) == set(fleet.cars)
    assert len(fleet.reads()) <= 13
    assert fleet.simulator.clock.now() - began < 10
