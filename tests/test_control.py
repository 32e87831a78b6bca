"""The simulator's controls do what they say: in process, awaited, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest

from smartcar import (
    AsyncSmartcar,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    Smartcar,
    UpstreamError,
)
from smartcar.protocol.endpoint import endpoints
from smartcar.protocol.wire import Request
from smartcar.simulator import FaultRule, Limits, SimulatedApplication, Simulator, VirtualClock
from smartcar.simulator.clock import LAST_DAY
from smartcar.simulator.control import AsyncControl, Control
from smartcar.simulator.control.client import Here
from smartcar.simulator.control.desk import ANSWERS
from smartcar.simulator.control.endpoints.cars import Sort
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.models import Car
from smartcar.simulator.server import Server
from smartcar.transport import Network

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
CHARGE = "tractionbattery-stateofcharge"
OUTSIDE = "climate-externaltemperature"


@pytest.fixture(params=["in process", "over HTTP"])
def control(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Control]:
    if request.param == "in process":
        yield simulator.control
        return
    with Server(simulator) as server, Control(server.origin) as over_http:
        yield over_http


@pytest.fixture
def comet(simulator: Simulator) -> str:
    """The id of a Tesla, parked and plugged in at home."""
    return next(iter(simulator.control.cars(make="TESLA"))).id


# --- declarations ---------------------------------------------------------------------------------

NAMES = [each.name for each in endpoints(ControlEndpoints)]


def test_every_control_is_answered_and_nothing_else_is() -> None:
    assert {each.name for each in ANSWERS} == set(NAMES)
    assert len(NAMES) == len(set(NAMES))


@pytest.mark.parametrize("declared", list(endpoints(ControlEndpoints)), ids=NAMES)
def test_every_control_says_what_it_does(declared: Any) -> None:
    assert declared.__doc__.splitlines()[0].endswith(".")
    assert declared.path.startswith("/simulator")


# --- clock ----------------------------------------------------------------------------------------


def test_the_clock_is_put_forward_and_let_run(control: Control) -> None:
    assert control.clock().is_frozen

    assert control.advance("3h").now == datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    assert control.advance(60).now == datetime(2026, 6, 1, 9, 1, tzinfo=UTC)
    assert control.set_clock(at=NOON).now == NOON
    assert control.set_clock(speed=0.001).speed == 0.001
    assert not control.clock().is_frozen


def test_time_goes_forward_only(control: Control) -> None:
    control.set_clock(at=NOON)

    with pytest.raises(InvalidRequestError, match="forward only") as caught:
        control.set_clock(at=NOON - timedelta(hours=1), speed=60)

    assert caught.value.detail == "at"
    assert control.clock().speed == 0


@pytest.mark.parametrize("at", ["2026-06-01T18:00:00"])
def test_a_moment_of_no_time_zone_is_refused(simulator: Simulator, at: str) -> None:
    reply = simulator.send(changing("POST", "/simulator/clock", {"at": at}))

    assert reply.status == 400
    assert b"offset from UTC" in reply.body


def test_a_length_that_is_none_says_what_one_is(control: Control) -> None:
    with pytest.raises(InvalidRequestError, match="90s, 15min, 3h"):
        control.advance("soon")


def test_the_agenda_comes_true(control: Control, comet: str) -> None:
    event = next(each for each in control.agenda(vehicle_id=comet) if each.kind == "departure")

    assert control.jump(kind="departure", vehicle_id=comet) == event
    control.advance(1)
    assert control.car(comet).activity == "driving"


def test_there_is_no_jump_to_what_never_comes(control: Control) -> None:
    with pytest.raises(NotFoundError, match="token-expiry"):
        control.jump(kind="token-expiry")


# --- cars -----------------------------------------------------------------------------------------


def test_cars_are_listed_page_after_page(control: Control) -> None:
    in_one = [each.id for each in control.cars()]
    by_fives = control.cars(page_size=5)

    assert len(in_one) == 12
    assert [each.id for each in by_fives] == in_one
    assert [len(each.data) for each in by_fives.pages()] == [5, 5, 2]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"make": "tesla"}, {"Comet"}),
        ({"powertrain": "ICE"}, {"Old Faithful"}),
        ({"owner": "nobody@example.com"}, set()),
        ({"activity": "driving", "make": "TESLA"}, set()),
    ],
)
def test_cars_are_chosen_by_what_they_are(
    control: Control, filters: dict[str, Any], names: set[str]
) -> None:
    assert {each.nickname for each in control.cars(**filters)} == names


def test_cars_are_chosen_by_the_rules_that_name_them(control: Control, comet: str) -> None:
    rule = control.add_fault(FaultRule(error="UPSTREAM:NO_RESPONSE", vehicle_id=comet))

    assert [each.faults for each in control.cars(has_fault=True)] == [(rule.id,)]
    assert len(list(control.cars(has_fault=False))) == 11


def test_a_car_shows_what_it_truly_is(control: Control, comet: str) -> None:
    car = control.car(comet)

    assert (car.make, car.model, car.powertrain, car.nickname) == (
        *("TESLA", "Model 3", "BEV"),
        "Comet",
    )
    assert (car.city, car.place, car.activity) == ("Sacramento", "Home", "parked")
    assert car.charge_percent == 80
    assert car.fuel_percent is None
    assert car.locked
    assert car.plugged
    assert car.at - car.reported_at == timedelta(seconds=car.age_seconds)
    assert [each.owner for each in car.grants] == [car.owner]


def test_what_is_done_to_a_car_is_seen_through_the_api(
    simulator: Simulator, smartcar: Smartcar, control: Control, comet: str
) -> None:
    control.command(comet, "unplug")
    assert control.command(comet, "drive", arguments={"minutes": 20}).activity == "driving"
    control.advance("3min")

    assert (smartcar.vehicle(comet).signal("motion-currentspeed").value or 0) > 0
    done = control.car(comet).commands
    assert [(each.name, each.arguments, each.user_id) for each in done] == [
        ("drive", {"minutes": 20}, None),
        ("unplug", {}, None),
    ]


def test_a_car_that_refuses_says_so_in_smartcars_words(control: Control, comet: str) -> None:
    control.command(comet, "drive")

    with pytest.raises(ConflictError, match="it is moving") as caught:
        control.command(comet, "security-lock")

    assert caught.value.code == "VEHICLE_STATE:IN_MOTION"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("fly", {}),
        ("drive", {"minutes": "some"}),
        ("drive", {"minutes": 1e9}),
    ],
)
def test_a_command_that_makes_no_sense_is_refused(
    control: Control, comet: str, name: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError):
        control.command(comet, name, arguments=arguments)


def test_a_car_that_was_made_waits_for_its_owner(smartcar: Smartcar, control: Control) -> None:
    made = control.make_car("Nora@Example.com", "volkswagen", vin="1sc12345678901234")

    assert (made.make, made.owner, made.vin) == (
        *("VOLKSWAGEN", "nora@example.com"),
        "1SC12345678901234",
    )
    assert made.grants == ()
    assert len(control.signals(made.id).signals) > 50
    with pytest.raises(NotFoundError):
        smartcar.vehicle(made.id).attributes()
    assert control.connect("nora@example.com", "VOLKSWAGEN").vehicle_id == made.id
    assert smartcar.vehicle(made.id).attributes().make == "VOLKSWAGEN"


@pytest.mark.parametrize("vehicle_id", ["nobody", "00000000-0000-4000-8000-000000000000"])
def test_a_car_that_is_not_there_is_not_found(control: Control, vehicle_id: str) -> None:
    for ask in (control.car, control.signals, control.history, control.trail):
        with pytest.raises(NotFoundError, match=vehicle_id):
            ask(vehicle_id)


# --- signals --------------------------------------------------------------------------------------


def test_signals_are_those_of_the_api_whatever_was_granted(
    smartcar: Smartcar, control: Control
) -> None:
    consents = smartcar.connections()
    private = next(each for each in consents if "read_location" not in each.permissions)
    told = {each.code: each for each in control.signals(private.vehicle_id).signals}
    through_api = {each.code: each for each in smartcar.vehicle(private).signals()}

    assert told.keys() == through_api.keys()
    assert told["location-preciselocation"].status == "SUCCESS"
    assert through_api["location-preciselocation"].status == "ERROR"
    assert told["odometer-traveleddistance"].value == through_api["odometer-traveleddistance"].value


def test_a_charge_that_is_set_is_the_cars_own(
    smartcar: Smartcar, control: Control, comet: str
) -> None:
    told = control.set_signal(comet, CHARGE, value=20)

    assert (told.value, told.is_set) == (20, False)
    assert control.car(comet).charge_percent == 20
    assert smartcar.vehicle(comet).signal(CHARGE).value == 20


def test_a_frozen_signal_stays_until_it_is_released(control: Control, comet: str) -> None:
    ends = control.clock().now + timedelta(hours=2)
    told = control.set_signal(comet, OUTSIDE, value=-40, frozen=True, until=ends)

    assert (told.value, told.is_frozen, told.frozen_until) == (-40, True, ends)
    assert control.car(comet).overrides == (OUTSIDE,)
    control.release_signal(comet, OUTSIDE)
    assert control.signal(comet, OUTSIDE).value > -40
    assert control.car(comet).overrides == ()


def test_a_signal_can_be_an_error(smartcar: Smartcar, control: Control, comet: str) -> None:
    told = control.set_signal(comet, CHARGE, error="VEHICLE_STATE:UNREACHABLE", frozen=True)

    assert (told.status, told.value) == ("ERROR", None)
    error = smartcar.vehicle(comet).signal(CHARGE).error
    assert error is not None
    assert error.code == "UNREACHABLE"


@pytest.mark.parametrize(
    "given",
    [
        {"value": "full"},
        {"error": "NO:SUCH"},
        {"body": {"x": 1}},
        {},
        {"value": 1, "error": "UPSTREAM:NO_RESPONSE"},
    ],
)
def test_what_a_signal_cannot_be_is_refused(
    control: Control, comet: str, given: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError):
        control.set_signal(comet, CHARGE, **given)


def test_a_signal_that_there_is_not_is_not_found(control: Control, comet: str) -> None:
    with pytest.raises(NotFoundError):
        control.signal(comet, "engine-songs")
    with pytest.raises(NotFoundError):
        control.release_signal(comet, "engine-songs")


# --- history --------------------------------------------------------------------------------------


def test_a_history_is_what_the_car_did(control: Control, comet: str) -> None:
    begins = control.clock().now
    control.advance("1d")
    history = control.history(comet, begins=begins, points=50)
    trail = control.trail(comet, begins=begins)

    assert history.begins == begins
    assert len(history.samples) <= 50
    assert {"driving", "parked"} <= {each.activity for each in history.spans}
    assert history.samples[-1].odometer_km == control.car(comet).odometer_km
    assert trail.points[-1] == control.car(comet).position
    assert len(trail.points) > 10


def test_a_history_that_ends_before_it_begins_is_refused(control: Control, comet: str) -> None:
    with pytest.raises(InvalidRequestError):
        control.history(comet, begins=NOON, ends=NOON - timedelta(days=1))


# --- who may use which car ------------------------------------------------------------------------


def test_an_owner_connects_and_revokes(smartcar: Smartcar, control: Control) -> None:
    grant = control.connect("ada@example.com", "BMW", permissions=["read_odometer"])

    assert grant.permissions == ("read_odometer",)
    assert [each.id for each in control.grants(user_id=grant.user_id)] == [grant.id]
    assert smartcar.vehicle(grant.vehicle_id).odometer().distance > 0
    control.revoke(grant.id)
    assert list(control.grants(vehicle_id=grant.vehicle_id)) == []
    with pytest.raises(NotFoundError):
        control.revoke(grant.id)


def test_grants_are_those_in_force_newest_first(control: Control) -> None:
    test = control.connect("ada@example.com", "BMW", mode="test")
    grants = list(control.grants(page_size=5))

    assert grants[0] == test
    assert len(grants) == 13 == control.summary().connections


@pytest.mark.parametrize(
    "given",
    [
        {"owner": "smartcar@vehicle-incompatible.com"},
        {"owner": "ada@example.com", "make": "TRABANT"},
        {"owner": "ada@example.com", "permissions": ["read_minds"]},
        {"owner": ""},
    ],
)
def test_a_connection_that_connect_would_not_make_is_refused(
    control: Control, given: dict[str, Any]
) -> None:
    with pytest.raises((InvalidRequestError, ValueError)):
        control.connect(**given)


def test_only_public_secrets_are_shown() -> None:
    application = SimulatedApplication(client_secret="my own", management_token="mine")
    secretive = Simulator(application=application).control
    (hidden,) = secretive.applications()
    (shown,) = Simulator().control.applications()

    assert (hidden.client_secret, hidden.management_token) == (None, None)
    assert shown.client_secret == "simulated-client-secret"
    assert b"my own" not in msgspec.json.encode(secretive.export_world())


# --- faults, limits, the log ----------------------------------------------------------------------


def test_a_fault_strikes_the_requests_it_names(
    simulator: Simulator, control: Control, comet: str
) -> None:
    rule = FaultRule(error="UPSTREAM:NO_RESPONSE", path="/v3/vehicles/*/signals", first=1)
    fault = control.add_fault(rule)
    assert fault.rule == rule
    with Smartcar(transport=simulator, retries=0) as client:
        with pytest.raises(UpstreamError):
            client.vehicle(comet).signals()
        client.vehicle(comet).signals()

    assert (control.fault(fault.id).struck, control.fault(fault.id).seen) == (1, 2)
    control.remove_fault(fault.id)
    assert control.faults() == ()
    with pytest.raises(NotFoundError):
        control.remove_fault(fault.id)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"error": "NO:SUCH"}, "error"),
        ({"latency": "soon"}, "latency"),
        ({"nth": "one", "error": "UPSTREAM:NO_RESPONSE"}, "nth"),
        ({"retryAfter": "right"}, "retryAfter"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_rule_that_cannot_be_meant_names_the_field_to_mend(
    simulator: Simulator, rule: dict[str, Any], field: str
) -> None:
    reply = simulator.send(changing("POST", "/simulator/faults", rule))

    assert reply.status == 400
    assert msgspec.json.decode(reply.body)["error"]["field"] == field


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [
        ("faults", {"status": 500, "after": 1e308}, "after"),
        ("faults", {"status": 500, "after": -5e15}, "after"),
        ("faults", {"status": 500, "until": "500000w"}, "until"),
        ("limits", {"vehicleRequests": 3, "vehicleWindow": 1e300}, "vehicleWindow"),
        ("limits", {"refillPerMinute": 1e-300}, "refillPerMinute"),
        ("limits", {"bucket": 10**30}, "bucket"),
    ],
)
def test_a_figure_out_of_all_bounds_is_refused_and_changes_nothing(
    simulator: Simulator, path: str, asked: dict[str, Any], field: str
) -> None:
    before = simulator.send(Request("GET", f"/simulator/{path}")).body
    reply = simulator.send(changing("POST", f"/simulator/{path}", asked))

    assert (reply.status, msgspec.json.decode(reply.body)["error"]["field"]) == (400, field)
    after = simulator.send(Request("GET", f"/simulator/{path}"))
    assert (after.status, after.body) == (200, before)


def test_a_fault_that_ends_after_the_calendar_ends_with_it() -> None:
    simulator = Simulator(clock=VirtualClock(LAST_DAY - 86400.0))
    fault = simulator.control.add_fault(FaultRule(status=500, until="100000w"))

    assert fault.ends_at is not None
    assert fault.ends_at.year == 9999


def test_faults_and_limits_do_not_reach_the_controls(control: Control) -> None:
    control.add_fault(FaultRule(error="SERVER:INTERNAL"))
    control.set_limits(Limits(bucket=1))

    for _ in range(5):
        assert control.summary().faults == 1
    control.clear_faults()
    assert control.faults() == ()


def test_limits_are_counted_and_shown(smartcar: Smartcar, control: Control, comet: str) -> None:
    control.set_limits(Limits(bucket=5, refill_per_minute=0))
    smartcar.vehicle(comet).signals()
    state = control.limits(vehicle_id=comet)

    assert state.settings.bucket == 5
    assert state.tokens == 4
    assert [each.used_this_month for each in state.vehicles] == [1]
    with pytest.raises(NotFoundError):
        control.limits(vehicle_id="nobody")


def test_the_log_has_what_was_asked_without_its_secrets(
    smartcar: Smartcar, control: Control, comet: str
) -> None:
    owner = next(iter(smartcar.connections(vehicle_id=comet))).user_id
    before = control.requests().last
    with pytest.raises(NotFoundError):
        smartcar.vehicle(comet, user_id=owner).signal("engine-songs")
    found = control.requests(since=before)

    (one,) = found.requests
    assert (one.number, one.method, one.status, one.vehicle_id) == (before + 1, "GET", 404, comet)
    assert one.error == "RESOURCE_NOT_FOUND:SIGNAL_NOT_FOUND"
    assert control.request(one.number) == one
    everything = msgspec.json.encode(control.requests(since=0))
    assert b"simulated-client-secret" not in everything
    control.clear_requests()
    assert control.requests().requests == ()
    with pytest.raises(NotFoundError):
        control.request(one.number)


# --- the state of everything ----------------------------------------------------------------------


def test_a_snapshot_is_gone_back_to(control: Control, comet: str) -> None:
    kept = control.snapshot(name="before")
    control.command(comet, "drive")
    control.advance("1d")

    assert control.restore("before").now == kept.at
    assert control.car(comet).activity == "parked"
    assert control.snapshots() == (kept,)
    control.forget(kept.id)
    with pytest.raises(NotFoundError):
        control.restore("before")


def test_a_world_is_taken_elsewhere(control: Control, comet: str) -> None:
    control.set_signal(comet, CHARGE, value=33)
    control.advance("1min")
    document = control.export_world()
    other = Simulator(seed=1, fleet=2).control

    assert other.import_world(document).cars == 12
    assert other.car(comet) == control.car(comet)
    with pytest.raises(InvalidRequestError):
        other.import_world({"format": "something else"})


def test_a_fleet_file_begins_another_world(control: Control, comet: str, tmp_path: Any) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text(control.fleet().yaml)
    other = Simulator(fleet=path).control

    assert other.summary().cars == 12
    assert other.car(comet).vin == control.car(comet).vin


def test_reset_begins_anew(control: Control, comet: str) -> None:
    first = control.summary()
    control.add_fault(FaultRule(error="UPSTREAM:NO_RESPONSE"))
    control.connect("ada@example.com", "BMW")
    control.advance("3d")

    assert control.reset() == first
    assert control.reset(seed=8).seed == 8


# --- over HTTP ------------------------------------------------------------------------------------


def changing(method: str, path: str, body: Any = None, **headers: str) -> Request:
    said = {"content-type": "application/json", **headers}
    return Request(
        method, path, headers=said, body=b"" if body is None else msgspec.json.encode(body)
    )


async def test_controls_are_awaited(simulator: Simulator, comet: str) -> None:
    with Server(simulator) as server:
        async with AsyncControl(server.origin) as control:
            await control.advance("1h")
            assert (await control.command(comet, "unplug")).plugged is False
            assert len([each async for each in control.cars(page_size=5)]) == 12
            with pytest.raises(NotFoundError):
                await control.car("nobody")
    async with AsyncControl(transport=Here(simulator)) as in_process:
        assert (await in_process.clock()).now == datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
    async with AsyncSmartcar(transport=simulator) as smartcar:
        assert (await smartcar.vehicle(comet).signal("charge-ischarging")).value is False


def test_a_control_says_where_it_is() -> None:
    assert repr(Control("http://127.0.0.1:9999/")) == "<Control of http://127.0.0.1:9999>"
    with pytest.raises(ValueError, match="scheme, host"):
        Control("127.0.0.1:9999")


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (Request("GET", "/simulator/nothing"), 404, "NOT_FOUND"),
        (Request("PUT", "/simulator/clock"), 405, "METHOD_NOT_ALLOWED"),
        (Request("POST", "/simulator/reset"), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (changing("POST", "/simulator/clock", {"sped": 1}), 400, "UNKNOWN_FIELD"),
        (changing("POST", "/simulator/clock/advance", {}), 400, "MISSING_FIELD"),
        (changing("POST", "/simulator/clock", [1]), 400, "INVALID"),
        (Request("GET", "/simulator/cars", {"pageSize": "0"}), 400, "INVALID"),
        (Request("GET", "/simulator/cars", {"colour": "red"}), 400, "UNKNOWN_FIELD"),
        (Request("GET", "/simulator/requests/one"), 400, "INVALID"),
    ],
)
def test_what_cannot_be_meant_is_told_with_a_code(
    simulator: Simulator, request_: Request, status: int, code: str
) -> None:
    reply = simulator.send(request_)

    assert (reply.status, msgspec.json.decode(reply.body)["error"]["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/json"


def test_a_body_that_is_no_json_is_told(simulator: Simulator) -> None:
    said = {"content-type": "application/json; charset=utf-8"}
    reply = simulator.send(Request("POST", "/simulator/clock", headers=said, body=b"{"))

    assert reply.status == 400
    assert b"not JSON" in reply.body


def status_of(server: Server, request: Request) -> int:
    network = Network()
    try:
        return network.send(replace(request, origin=server.origin)).status
    finally:
        network.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:8686"}, 200),
        ({"host": "app.localhost"}, 200),
        ({"host": "[::1]:8686"}, 200),
        ({"host": "192.168.1.7:8686"}, 200),
        ({"host": "rebound.example.com"}, 403),
        ({"host": "localhost.example.com"}, 403),
        ({"host": "simulator"}, 403),
        ({"host": "localhost:8686", "origin": "http://localhost:8686"}, 200),
        ({"host": "localhost:8686", "origin": "http://localhost:3000"}, 403),
        ({"host": "localhost:8686", "origin": "https://example.com"}, 403),
        ({"host": "localhost:8686", "origin": "null"}, 403),
    ],
)
def test_pages_elsewhere_cannot_drive_it(
    simulator: Simulator, headers: dict[str, str], status: int
) -> None:
    with Server(simulator) as server:
        assert status_of(server, changing("POST", "/simulator/reset", {}, **headers)) == status
        assert status_of(server, Request("GET", "/simulator", headers=headers)) == status


def test_a_form_cannot_drive_it(simulator: Simulator) -> None:
    for kind in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data; boundary=x",
    ):
        reply = simulator.send(Request("POST", "/simulator/reset", headers={"content-type": kind}))
        assert reply.status == 415


def test_in_a_network_of_containers_it_answers_to_its_own_name(simulator: Simulator) -> None:
    with Server(simulator, "0.0.0.0") as server:
        server.origin = server.origin.replace("0.0.0.0", "127.0.0.1")
        own, other = (
            Request("GET", "/simulator", headers={"host": host})
            for host in ("simulator:8686", "a.example.com")
        )
        assert (status_of(server, own), status_of(server, other)) == (200, 403)


def test_the_controls_take_a_document_larger_than_a_request_may_be(simulator: Simulator) -> None:
    document = {"format": "x" * 2_000_000}
    with (
        Server(simulator) as server,
        Control(server.origin) as control,
        pytest.raises(InvalidRequestError, match="no export"),
    ):
        control.import_world(document)


def test_a_revoked_consent_closes_the_car(smartcar: Smartcar, control: Control, comet: str) -> None:
    (grant,) = control.grants(vehicle_id=comet)
    control.revoke(grant.id)

    with pytest.raises((NotFoundError, PermissionDeniedError)):
        smartcar.vehicle(comet, user_id=grant.user_id).signals()


# --- large fleets ---------------------------------------------------------------------------------


def test_an_activity_is_looked_for_a_piece_at_a_time_and_all_are_found() -> None:
    control = Simulator(seed=7, fleet=300).control

    pages = list(control.cars(activity="driving", page_size=10).pages())
    found = [each.id for page in pages for each in page.data]

    assert found == [each.id for each in control.cars() if each.activity == "driving"] != []
    looked = [page.meta["lookedThrough"] for page in pages]
    assert sum(looked) == 300
    assert max(looked) <= 250
    assert all(page.total is None for page in pages)


@pytest.mark.parametrize(
    ("query", "field"),
    [({"activity": "driving", "pageNumber": "2"}, "pageNumber"), ({"after": "9"}, "after")],
)
def test_pages_of_an_activity_follow_one_another(
    simulator: Simulator, query: dict[str, str], field: str
) -> None:
    reply = simulator.send(Request("GET", "/simulator/cars", query))

    assert reply.status == 400
    assert msgspec.json.decode(reply.body)["error"]["field"] == field


def value_of(car: Car, by: str) -> Any:
    """What cars are in order of."""
    return {
        "name": car.nickname.casefold(),
        "make": (car.make, car.model),
        "year": car.year,
        "activity": ["parked", "driving", "charging", "refueling"].index(car.activity),
        "charge": car.charge_percent,
        "fuel": car.fuel_percent,
        "range": car.range_km,
        "odometer": car.odometer_km,
        "locked": car.locked,
        "city": (car.city, car.country),
        "owner": car.owner,
        "age": car.age_seconds,
    }[by]


@pytest.mark.parametrize("sort", get_args(Sort))
def test_cars_are_sorted_by_whatever_they_show_and_those_without_it_come_last(sort: Sort) -> None:
    control = Simulator(seed=7, fleet=40).control
    control.advance("1h20min")

    pages = list(control.cars(sort=sort, page_size=15).pages())
    told = [value_of(each, sort.removeprefix("-")) for page in pages for each in page.data]

    known = [each for each in told if each is not None]
    assert known == sorted(known, reverse=sort.startswith("-"))
    assert told == known + [None] * (len(told) - len(known))
    assert len(told) == 40
    assert [(page.total, page.number) for page in pages] == [(40, 1), (40, 2), (40, 3)]


def test_a_large_fleet_is_sorted_a_piece_at_a_time_and_says_so() -> None:
    control = Simulator(seed=7, fleet=300).control

    pages = list(control.cars(sort="-odometer", page_size=100).pages())

    assert [page.total for page in pages] == [None] * 4
    looked = [(page.meta["lookedThrough"], page.meta["of"], page.number) for page in pages]
    assert looked == [(250, 300, 1), (250, 300, 2), (250, 300, 3), (50, 300, 1)]
    found = [each for page in pages for each in page.data]
    assert len({each.id for each in found}) == 300
    for piece in (found[:250], found[250:]):
        driven = [each.odometer_km for each in piece]
        assert driven == sorted(driven, reverse=True)


def test_what_cars_are_about_is_sorted_too() -> None:
    control = Simulator(seed=7, fleet=60).control

    sifted = [each.range_km for each in control.cars(activity="parked", sort="range", page_size=7)]

    parked = [each.range_km for each in control.cars() if each.activity == "parked"]
    assert sifted == sorted(parked)
    assert len(parked) > 7


def test_all_cars_of_a_fleet_that_is_not_huge_are_sorted_by_their_papers() -> None:
    control = Simulator(seed=7, fleet=3000).control

    page = next(control.cars(sort="-owner", page_size=5).pages())

    assert page.total == 3000
    assert page.data[0].owner == max(grant.owner for grant in control.grants(page_size=1000))


def test_a_car_of_a_large_fleet_is_found_by_any_of_its_names() -> None:
    simulator = Simulator(seed=7, fleet=50_000)
    control = simulator.control
    spec = simulator.world.fleet.spec_at(43_210)

    for name in (spec.id, spec.id[:13], spec.vin, spec.vin.lower(), f" {spec.id.upper()} "):
        assert [each.id for each in control.cars(name=name)] == [spec.id]
    namesakes = next(control.cars(name=spec.nickname.upper(), page_size=2).pages())
    assert namesakes.total is not None
    assert namesakes.total > 2
    assert {each.nickname for each in namesakes.data} == {spec.nickname}
    made = control.make_car("ada@example.com", "KIA")
    assert made.id in {each.id for each in control.cars(name=made.vin)}
    assert [each.id for each in control.cars(name=made.id[:9], owner="ada@example.com")] == [
        made.id
    ]
    assert list(control.cars(name="nobody")) == []


def test_cars_that_no_rule_names_are_all_others(simulator: Simulator, comet: str) -> None:
    control = Simulator(seed=7, fleet=50_000).control
    first = next(control.cars(page_size=1).pages()).data[0].id
    control.add_fault(FaultRule(vehicle_id=first, status=503))

    page = next(control.cars(has_fault=False, page_size=1).pages())

    assert page.total == 49_999
    assert page.data[0].id != first


@pytest.mark.parametrize("query", [{"page_size": 400}, {"sort": "-charge"}])
def test_the_api_goes_on_answering_while_cars_are_looked_through(query: dict[str, Any]) -> None:
    simulator = Simulator(seed=7, fleet=1000)
    with Server(simulator) as server, ThreadPoolExecutor(1) as pool, Control(server.origin) as over:
        listing = pool.submit(lambda: next(over.cars(**query).pages()))
        answered = 0
        with closing(Network()) as network:
            while not listing.done():
                network.send(Request("GET", "/v2.0/user", origin=server.origin))
                answered += 1

    assert len(listing.result().data) == query.get("page_size", 100)
    assert answered > 2


# --- faults of cars -------------------------------------------------------------------------------


def test_a_car_shows_the_rules_that_can_still_strike_it(
    simulator: Simulator, comet: str, control: Control
) -> None:
    owner = control.car(comet).owner
    lasting = control.add_fault(FaultRule(owner=f" {owner.upper()} ", status=503))
    ending = control.add_fault(FaultRule(vehicle_id=comet, status=503, until="1h"))

    assert control.car(comet).faults == (lasting.id, ending.id)
    assert [each.id for each in control.cars(has_fault=True)] == [comet]
    assert [each.id for each in control.cars(owner=f" {owner.upper()} ")] == [comet]
    control.advance("2h")
    assert control.car(comet).faults == (lasting.id,)
    control.remove_fault(lasting.id)
    assert list(control.cars(has_fault=True)) == []
    simulator.faults.clear()


def test_a_rule_that_names_a_made_cars_owner_by_id_is_shown(control: Control) -> None:
    made = control.connect("ada@example.com", "KIA")
    rule = control.add_fault(FaultRule(owner=made.user_id, status=503))

    assert [each.faults for each in control.cars(has_fault=True)] == [(rule.id,)]


# --- numbers --------------------------------------------------------------------------------------


def test_requests_are_numbered_on_when_the_world_begins_anew(
    simulator: Simulator, control: Control
) -> None:
    def ask() -> None:
        simulator.send(Request("GET", "/v2.0/user"))

    control.snapshot(name="before")
    for _ in range(3):
        ask()
    seen = control.requests().last
    control.reset()
    ask()
    assert [each.number for each in control.requests(since=seen).requests] == [seen + 1]
    control.restore("before")
    ask()
    assert [each.number for each in control.requests(since=seen + 1).requests] == [seen + 2]
    assert simulator.answer(Request("GET", "/v2.0/user")).number == seen + 3
