"""Rules: which requests they meet, how often, and what they do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_caller import Owner, new_owner, owner_of

from smartcar import (
    AsyncSmartcar,
    BillingError,
    RateLimitError,
    Request,
    RequestTimeoutError,
    Smartcar,
    SmartcarError,
    VehicleBusyError,
)
from smartcar.simulator import BadRule, FaultRule, Simulator, SqliteJournal, VirtualClock
from smartcar.simulator.clock import DAYBREAK
from smartcar.simulator.faults.names import find_error
from smartcar.simulator.faults.rule import RetryAfter

BUSY = "UPSTREAM:NO_RESPONSE"


@pytest.fixture
def tesla(simulator: Simulator) -> Owner:
    return owner_of(simulator, 0)


def statuses(owner: Owner, count: int, path: str = "/odometer") -> list[int]:
    """What so many reads of the car are answered with."""
    return [owner.car(path).status for _ in range(count)]


def struck(owner: Owner, count: int) -> list[int]:
    """Which of so many reads fail, counted from 1."""
    return [place for place, status in enumerate(statuses(owner, count), 1) if status != 200]


# --- which requests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "is_met"),
    [
        ("/v2.0/vehicles/*/odometer", True),
        ("/v2.0/vehicles/*/odometer/", True),
        ("*/odometer", True),
        ("/v2.0/*", True),
        ("*", True),
        ("/v?.0/vehicles/*", True),
        ("/v2.0/vehicles/*/odo", False),
        ("/v3/*", False),
        ("/odometer", False),
    ],
)
def test_a_path_is_a_pattern_for_the_whole_path(tesla: Owner, path: str, is_met: bool) -> None:
    tesla.simulator.faults.add(FaultRule(path=path, error=BUSY))

    assert (tesla.car("/odometer").status == 502) is is_met


def test_slashes_too_many_make_no_difference(tesla: Owner) -> None:
    tesla.simulator.faults.add(FaultRule(path="/v2.0/vehicles/*/odometer", error=BUSY))

    assert statuses(tesla, 1, "//odometer/") == [502]


def test_a_method_is_told_apart(tesla: Owner) -> None:
    tesla.simulator.faults.add(FaultRule(method="POST", error=BUSY))

    assert tesla.car("/odometer").status == 200
    assert tesla.tell("/security", action="LOCK").status == 502


def test_a_car_and_an_owner_are_told_apart(simulator: Simulator, tesla: Owner) -> None:
    other = owner_of(simulator, 2)
    by_car = simulator.faults.add(FaultRule(vehicle_id=tesla.vehicle_id, error=BUSY))

    assert (tesla.car("/odometer").status, other.car("/odometer").status) == (502, 200)
    simulator.faults.remove(by_car.id)
    for named in (other.email, other.email.upper(), other.user_id):
        by_owner = simulator.faults.add(FaultRule(owner=named, error=BUSY))
        assert (tesla.car("/odometer").status, other.car("/odometer").status) == (200, 502)
        simulator.faults.remove(by_owner.id)


def test_an_owner_is_known_by_the_applications_token_too(simulator: Simulator) -> None:
    first, second = (simulator.world.fleet.grant(index) for index in (0, 2))
    client = Smartcar(transport=simulator).with_options(retries=0)
    simulator.faults.add(FaultRule(owner=first.owner_email, error="VEHICLE_STATE:UNREACHABLE"))

    assert client.vehicle(second.vehicle_id, user_id=second.user_id).signals()
    assert client.vehicle(second.vehicle_id).attributes()
    with pytest.raises(VehicleBusyError):
        client.vehicle(first.vehicle_id, user_id=first.user_id).signals()
    with pytest.raises(VehicleBusyError):
        client.vehicle(first.vehicle_id).attributes()


@pytest.mark.parametrize(
    ("api", "method", "path"),
    [
        ("v3", "GET", "/v3/connections"),
        ("v2", "GET", "/v2.0/user"),
        ("v1", "GET", "/v1.0/user"),
        ("token", "POST", "/oauth/token"),
        ("token", "POST", "/oauth2/token"),
        ("connect", "GET", "/oauth/authorize"),
    ],
)
def test_an_api_is_told_apart(simulator: Simulator, api: Any, method: str, path: str) -> None:
    simulator.faults.add(FaultRule(api=api, status=503))
    all_of_them = {"/v3/x", "/v2.0/x", "/v1.0/x", "/oauth/authorize", "/nothing", path}

    met = {each for each in all_of_them if simulator.send(Request(method, each)).status == 503}

    assert path in met
    assert "/nothing" not in met
    assert {each.split("/")[1] for each in met} == {path.split("/")[1]}


def test_an_error_meets_only_who_can_say_it(simulator: Simulator) -> None:
    simulator.faults.add(FaultRule(error="SERVER:INTERNAL"))
    client = Smartcar(transport=simulator).with_options(retries=0)

    with pytest.raises(SmartcarError, match="SERVER:INTERNAL"):
        next(iter(client.connections()))
    assert [each.status for each in simulator.log.all()] == [200, 500]  # it has its token


def test_an_item_of_a_batch_is_met_by_its_own_path(tesla: Owner) -> None:
    fault = tesla.simulator.faults.add(FaultRule(path="*/odometer", error=BUSY, nth=2))
    paths = ["/odometer", "/vin", "/odometer", "/battery"]
    body = {"requests": [{"path": path} for path in paths]}

    said = tesla.car("/batch", method="POST", body=body)

    assert said.status == 200
    assert [each["code"] for each in said.body["responses"]] == [200, 200, 502, 200]
    now = tesla.simulator.faults.get(fault.id)
    assert now is not None
    assert (now.seen, now.struck) == (2, 1)


# --- how often ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"nth": 3}, [3]),
        ({"first": 2}, [1, 2]),
        ({"every": 3}, [3, 6, 9]),
        ({"times": 2}, [1, 2]),
        ({"every": 2, "times": 2}, [2, 4]),
        ({}, list(range(1, 11))),
    ],
)
def test_it_strikes_as_often_as_it_says(
    tesla: Owner, rule: dict[str, int], expected: list[int]
) -> None:
    tesla.simulator.faults.add(FaultRule(error=BUSY, **rule))  # type: ignore[arg-type]  # all whole

    assert struck(tesla, 10) == expected


def test_only_what_matches_is_counted(tesla: Owner) -> None:
    tesla.simulator.faults.add(FaultRule(path="*/odometer", error=BUSY, nth=2))

    assert statuses(tesla, 3, "/vin") == [200, 200, 200]
    assert struck(tesla, 3) == [2]


def test_chance_is_the_seeds(tesla: Owner) -> None:
    def unlucky(seed: int, probability: float) -> list[int]:
        owner = owner_of(Simulator(seed), 0)
        owner.simulator.faults.add(FaultRule(error=BUSY, probability=probability))
        return struck(owner, 60)

    assert unlucky(7, 0.3) == unlucky(7, 0.3)
    assert unlucky(7, 0.3) != unlucky(8, 0.3)
    assert 5 < len(unlucky(7, 0.3)) < 31
    assert set(unlucky(7, 0.3)) < set(unlucky(7, 0.6))
    assert len(unlucky(7, 1)) == 60


@pytest.mark.parametrize("form", ["length", "seconds", "iso"])
def test_a_window_is_of_virtual_time(form: str) -> None:
    simulator = Simulator(seed=7)
    owner, now = owner_of(simulator, 0), simulator.clock.now()
    begins, ends = now + 600, now + 1200
    window: dict[str, tuple[Any, Any]] = {
        "length": ("10min", "20min"),
        "seconds": (begins, ends),
        "iso": tuple(datetime.fromtimestamp(at, UTC).isoformat() for at in (begins, ends)),
    }
    after, until = window[form]
    fault = simulator.faults.add(FaultRule(error=BUSY, after=after, until=until))

    assert (fault.begins_at, fault.ends_at) == (begins, ends)
    seen = []
    for _ in range(5):
        seen += statuses(owner, 1)
        simulator.clock.advance("5min")
    assert seen == [200, 200, 502, 502, 200]


def test_of_two_that_answer_the_first_does_and_the_other_is_not_used_up(tesla: Owner) -> None:
    faults = tesla.simulator.faults
    faults.add(FaultRule(error="VEHICLE_STATE:ASLEEP", times=2))
    later = faults.add(FaultRule(error=BUSY, times=1))

    assert statuses(tesla, 4) == [409, 409, 502, 200]
    assert faults.get(later.id) is not None


def test_latencies_add_up(tesla: Owner) -> None:
    clock, faults = tesla.simulator.clock, tesla.simulator.faults
    faults.add(FaultRule(latency=2))
    faults.add(FaultRule(latency="3s", error=BUSY))
    before = clock.now()

    assert statuses(tesla, 1) == [502]
    assert clock.now() - before == pytest.approx(5)


# --- adding and removing --------------------------------------------------------------------------


def test_rules_are_listed_with_what_came_of_them(tesla: Owner) -> None:
    faults = tesla.simulator.faults
    first = faults.add(FaultRule(path="*/vin", error=BUSY))
    second = faults.add(FaultRule(latency="realistic", every=2))
    statuses(tesla, 3)

    assert [(each.id, each.seen, each.struck) for each in faults.all()] == [
        (first.id, 0, 0),
        (second.id, 3, 1),
    ]
    assert faults.remove(second.id).struck == 1
    assert faults.all() == [first]
    with pytest.raises(KeyError):
        faults.remove(second.id)
    assert faults.add(FaultRule(latency=1)).id not in {first.id, second.id}
    faults.clear()
    assert faults.all() == []


def test_rules_and_what_came_of_them_outlive_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with Simulator(seed=7, journal=SqliteJournal(path)) as before:
        before.faults.add(FaultRule(error=BUSY, every=3, times=2, until="1h"))
        gone = before.faults.add(FaultRule(error="VEHICLE_STATE:ASLEEP"))
        before.faults.remove(gone.id)
        owner = owner_of(before, 0)
        assert struck(owner, 4) == [3]
        kept = before.faults.all()

    with Simulator(journal=SqliteJournal(path)) as after:
        assert after.faults.all() == kept
        assert after.faults.add(FaultRule(latency=1)).id not in {kept[0].id, gone.id}
        same = Owner(after, owner.email, owner.token, owner.vehicle_id)
        assert struck(same, 6) == [2]


def test_rules_and_counts_change_no_ids(simulator: Simulator) -> None:
    other = Simulator(seed=7)
    other.faults.add(FaultRule(path="/elsewhere", error=BUSY))
    other.faults.add(FaultRule(api="v2", probability=0.5, latency=1))

    tokens = [new_owner(each, "a@example.com").token for each in (simulator, other)]

    assert tokens[0] == tokens[1]


def test_a_rule_is_the_same_in_json(simulator: Simulator) -> None:
    rule = FaultRule(path="/v3/*", error=BUSY, first=2, retry_after="wrong", carried_out=True)
    text = msgspec.json.encode(rule)

    assert b'"retryAfter":"wrong"' in text
    assert b"probability" not in text
    assert msgspec.json.decode(text, type=FaultRule) == rule


# --- what cannot be meant -------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "nothing happens": ({}, "error", "needs an effect: one of error, token"),
    "an unknown code": (
        {"error": "VEHICLE_STATE:ASLEP"}, "error", "did you mean VEHICLE_STATE:ASLEEP",
    ),
    "a code alone": ({"error": "NO_RESPONSE"}, "error", "did you mean UPSTREAM:NO_RESPONSE"),
    "an unknown OAuth error": ({"error": "invalid_grnt"}, "error", "did you mean invalid_grant"),
    "an error of another": (
        {"api": "token", "error": BUSY}, "error", "is an error of v3, v2, v1, not of token",
    ),
    "an unknown api": ({"api": "v4", "latency": 1}, "api", "did you mean v3"),
    "a method in small letters": ({"method": "get", "latency": 1}, "method", "GET, POST"),
    "a path that begins nowhere": ({"path": "vehicles", "latency": 1}, "path", "begin with /"),
    "nobody": ({"owner": "", "latency": 1}, "owner", "leave it out"),
    "an unknown breakage": ({"breakage": "rest"}, "breakage", "did you mean reset"),
    "an unknown body": ({"body": "htm"}, "body", "did you mean html"),
    "a status that is none": ({"status": 99}, "status", "200 to 599"),
    "a chance too great": ({"probability": 1.5, "latency": 1}, "probability", "at most 1"),
    "no chance": ({"probability": 0, "latency": 1}, "probability", "more than 0"),
    "the 0th": ({"nth": 0, "latency": 1}, "nth", "1 or more"),
    "two ways to count": ({"nth": 2, "every": 2, "latency": 1}, "nth", "only one of"),
    "no times": ({"times": 0, "latency": 1}, "times", "1 or more"),
    "latency in words": ({"latency": "long"}, "latency", "say it as 90s"),
    "latency that goes back": ({"latency": -1}, "latency", "forward"),
    "latency for ever": ({"latency": "2d"}, "latency", "a day at most"),
    "a time in words": ({"after": "soon", "latency": 1}, "after", "say it as 90s"),
    "a time nowhere": ({"until": "2026-06-01T12:00:00", "latency": 1}, "until", "zone"),
    "two answers": ({"error": BUSY, "token": "expired"}, "token", "a rule for each"),
    "when to come again, of what": ({"latency": 1, "retry_after": "right"}, "retryAfter", "error"),
    "when to come again, in other words": (
        {"error": BUSY, "retry_after": "righty"}, "retryAfter", "did you mean right",
    ),
    "when to come again, before": ({"error": BUSY, "retry_after": -1}, "retryAfter", "seconds"),
    "nothing done, nothing said": (
        {"latency": 1, "carried_out": False}, "carriedOut", "a reset in its place",
    ),
    "done without consent": ({"consent": "revoked", "carried_out": True}, "carriedOut", "decides"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_meant_is_refused_by_its_field(what: str) -> None:
    fields, field, told = WRONG[what]

    with pytest.raises(BadRule, match=told) as caught:
        FaultRule(**fields)

    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_a_rule_for_a_car_that_there_is_not_is_refused(simulator: Simulator) -> None:
    with pytest.raises(BadRule, match="there is no car") as caught:
        simulator.faults.add(FaultRule(vehicle_id="nobody's", latency=1))

    assert caught.value.field == "vehicleId"


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="laatency"):
        msgspec.json.decode(b'{"laatency": 3}', type=FaultRule)


@given(st.text(max_size=30))
def test_whatever_is_called_an_error_is_known_or_answered_with_what_is(name: str) -> None:
    if find_error(name) is None:
        with pytest.raises(BadRule, match="did you mean"):
            FaultRule(error=name)
    else:
        assert FaultRule(error=name).answers


# --- what they do ---------------------------------------------------------------------------------


def test_realistic_latency_lasts_3_to_45_seconds(tesla: Owner) -> None:
    clock = tesla.simulator.clock
    tesla.simulator.faults.add(FaultRule(latency="realistic"))
    lasted = []
    for _ in range(200):
        before = clock.now()
        statuses(tesla, 1, "/vin")
        lasted.append(clock.now() - before)

    assert min(lasted) >= 3
    assert max(lasted) <= 45
    assert min(lasted) < 4
    assert max(lasted) > 40
    assert len({round(each, 3) for each in lasted}) > 190


async def test_who_has_no_patience_times_out_and_the_command_is_carried_out(
    simulator: Simulator,
) -> None:
    grant = simulator.world.fleet.grant(0)
    simulator.faults.add(FaultRule(path="*/commands/*", latency=60))
    client = AsyncSmartcar(transport=simulator).with_options(read_timeout=10, retries=0)
    car = client.vehicle(grant.vehicle_id, user_id=grant.user_id)
    before = simulator.clock.now()

    with pytest.raises(RequestTimeoutError, match="in time"):
        await car.lock()

    assert simulator.clock.now() - before == pytest.approx(10)
    assert [each.name for each in simulator.world.garage.told(grant.vehicle_id)] == [
        "security-lock"
    ]


def test_a_command_that_met_an_error_is_not_carried_out_unless_the_rule_says(
    simulator: Simulator,
) -> None:
    grant = simulator.world.fleet.grant(0)
    car = Smartcar(transport=simulator).vehicle(grant.vehicle_id, user_id=grant.user_id)
    for is_carried_out, expected in ((None, 0), (True, 1), (False, 1)):
        rule = FaultRule(path="*/commands/*", error=BUSY, carried_out=is_carried_out, times=1)
        simulator.faults.add(rule)
        with pytest.raises(SmartcarError, match="NO_RESPONSE"):
            car.lock()
        assert len(simulator.world.garage.told(grant.vehicle_id)) == expected


RETRY_AFTERS: dict[RetryAfter | int, str | None] = {
    "right": "120",
    "wrong": str(1780293720000),
    "missing": None,
    "date": "Mon, 01 Jun 2026 06:02:00 GMT",
    "nonsense": "soon",
    7: "7",
}


@pytest.mark.parametrize("said", RETRY_AFTERS)
def test_when_to_come_again_may_be_right_or_wrong(tesla: Owner, said: RetryAfter | int) -> None:
    tesla.simulator.faults.add(FaultRule(error="RATE_LIMIT:VEHICLE", retry_after=said))

    got = tesla.car("/odometer")

    assert got.error == (429, "RATE_LIMIT", "VEHICLE")
    assert got.headers.get("retry-after") == RETRY_AFTERS[said]


def test_the_right_time_to_come_again_is_when_the_rule_ends(tesla: Owner) -> None:
    rule = FaultRule(error="RATE_LIMIT:SMARTCAR_API", retry_after="right", until="90s")
    tesla.simulator.faults.add(rule)
    tesla.simulator.clock.advance("30s")

    got = tesla.car("/odometer")
    tesla.simulator.clock.advance(int(got.headers["retry-after"]))

    assert tesla.car("/odometer").status == 200


def test_a_client_waits_as_long_as_it_is_told(simulator: Simulator) -> None:
    rule = FaultRule(path="/v3/*", error="RATE_LIMIT:SMARTCAR_API", retry_after=42, times=1)
    simulator.faults.add(rule)
    before = simulator.clock.now()

    assert list(Smartcar(transport=simulator).connections())
    assert simulator.clock.now() - before == pytest.approx(42)


def test_an_expired_token_is_renewed_by_who_can(simulator: Simulator) -> None:
    client = Smartcar(transport=simulator)
    list(client.connections())
    simulator.faults.add(FaultRule(path="/v3/*", token="expired", times=1))

    assert list(client.connections())
    assert [each.path for each in simulator.log.all()].count("/oauth2/token") == 2


def test_an_owners_token_that_expired_is_dead_and_what_is_revoked_takes_all_along(
    simulator: Simulator,
) -> None:
    first, second = owner_of(simulator, 0), owner_of(simulator, 0)
    simulator.faults.add(FaultRule(token="expired", times=1))
    assert statuses(first, 2) == [401, 401]
    assert statuses(second, 1) == [200]

    third = owner_of(simulator, 0)
    simulator.faults.add(FaultRule(token="revoked", times=1))
    assert statuses(third, 2) == [401, 401]
    assert statuses(second, 1) == [401]
    assert statuses(owner_of(simulator, 2), 1) == [200]


def test_revoked_consent_ends_the_connection(simulator: Simulator) -> None:
    grant = simulator.world.fleet.grant(0)
    client = Smartcar(transport=simulator)
    car = client.vehicle(grant.vehicle_id, user_id=grant.user_id)
    before = len(list(client.connections()))
    simulator.faults.add(FaultRule(vehicle_id=grant.vehicle_id, consent="revoked", times=1))

    with pytest.raises(SmartcarError) as caught:
        car.signals()

    assert caught.value.status in {403, 404}
    assert len(list(client.connections())) == before - 1
    with pytest.raises(SmartcarError):
        car.signals()


def test_revoked_consent_is_told_by_v2_as_a_missing_permission(tesla: Owner) -> None:
    tesla.simulator.faults.add(FaultRule(consent="revoked"))

    assert tesla.car("/odometer").error == (403, "PERMISSION", None)


@pytest.mark.parametrize(
    ("fate", "kind", "code"),
    [
        ("asleep", VehicleBusyError, "ASLEEP"),
        ("offline", VehicleBusyError, "UNREACHABLE"),
        ("out_of_plan", BillingError, "VEHICLE_LIMIT"),
    ],
)
def test_a_car_that_does_not_answer_still_has_its_papers(
    simulator: Simulator, fate: Any, kind: type[SmartcarError], code: str
) -> None:
    owner, grant = owner_of(simulator, 0), simulator.world.fleet.grant(0)
    simulator.faults.add(FaultRule(vehicle_id=grant.vehicle_id, car=fate))
    car = Smartcar(transport=simulator).vehicle(grant.vehicle_id, user_id=grant.user_id)

    for ask in (car.signals, car.lock):
        with pytest.raises(kind) as caught:
            ask()
        assert caught.value.code == code
    assert car.attributes().make == "TESLA"
    assert owner.car("/vin").status == 200
    assert owner.car("/odometer").body["code"] == code
    body = {"requests": [{"path": "/vin"}, {"path": "/odometer"}]}
    responses = owner.car("/batch", method="POST", body=body).body["responses"]
    assert responses[0]["code"] == 200
    assert responses[1]["body"]["code"] == code


def test_a_car_that_does_not_answer_is_told_to_nobody_who_may_not_ask(tesla: Owner) -> None:
    tesla.simulator.faults.add(FaultRule(car="asleep"))

    assert tesla.car("/odometer", authorization="Bearer nonsense").status == 401


def test_a_throttled_program_is_told_by_its_class(simulator: Simulator) -> None:
    simulator.faults.add(FaultRule(path="/v3/*", error="RATE_LIMIT:VEHICLE"))

    with pytest.raises(RateLimitError) as caught:
        next(iter(Smartcar(transport=simulator).connections()))

    assert caught.value.retry_after == 120


def test_a_running_clock_has_who_asks_wait_in_its_own_time() -> None:
    simulator = Simulator(seed=7, clock=VirtualClock(DAYBREAK, speed=100_000))
    simulator.faults.add(FaultRule(latency=3600))
    before = simulator.clock.now()

    simulator.send(Request("GET", "/v2.0/user"))

    assert simulator.clock.now() - before >= 3600
