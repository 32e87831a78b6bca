"""Every operation of the API is declared as documented, and works on both clients."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from stage import LISTINGS, SAMPLES, Stage

from smartcar import AsyncSmartcar, Smartcar
from smartcar.api.account import AccountEndpoints
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import endpoints
from smartcar.simulator.fleet import ALL_PERMISSIONS
from smartcar.simulator.visit import ANSWERS

DECLARED: dict[str, Any] = {
    endpoint.name: endpoint
    for resource in (AccountEndpoints, VehicleEndpoints)
    for endpoint in endpoints(resource)
}

HOSTS = {"V": "vehicle", "M": "management", "C": "compatibility"}


class Operation(NamedTuple):
    """A row of the reference: does it need ``sc-user-id``, and which permission."""

    name: str
    method: str
    host: str
    needs_user: bool
    permission: str | None
    path: str


# Method, host, "needs sc-user-id", permission and path as the reference has them, row by row.
# https://smartcar.com/docs/api-reference
TABLE = """
connections               GET    V no  -                  /connections
connection                GET    V no  -                  /connections/{connection_id}
remove_connection         DELETE V no  -                  /connections/{connection_id}
remove_user               DELETE V no  -                  /users/{user_id}
attributes                GET    V no  -                  /vehicles/{vehicle_id}
signals                   GET    V yes -                  /vehicles/{vehicle_id}/signals
signal                    GET    V yes -                  /vehicles/{vehicle_id}/signals/{code}
start_charge              POST   V yes control_charge     /vehicles/{vehicle_id}/commands/charge/start
stop_charge               POST   V yes control_charge     /vehicles/{vehicle_id}/commands/charge/stop
set_charge_limit          POST   V yes control_charge     /vehicles/{vehicle_id}/commands/charge/set-limit
open_charge_port          POST   V yes control_charge     /vehicles/{vehicle_id}/commands/charge-port/open
close_charge_port         POST   V yes control_charge     /vehicles/{vehicle_id}/commands/charge-port/close
lock                      POST   V yes control_security   /vehicles/{vehicle_id}/commands/security/lock
unlock                    POST   V yes control_security   /vehicles/{vehicle_id}/commands/security/unlock
send_destination          POST   V yes control_navigation /vehicles/{vehicle_id}/commands/navigation/set-destination
schedule_daily_charge     POST   V yes control_charge     /vehicles/{vehicle_id}/charge-schedules/daily
schedule_weekly_charge    POST   V yes control_charge     /vehicles/{vehicle_id}/charge-schedules/weekly
schedule_workweek_charge  POST   V yes control_charge     /vehicles/{vehicle_id}/charge-schedules/workweek
delete_charge_schedule    DELETE V yes control_charge     /vehicles/{vehicle_id}/charge-schedules/{schedule_id}
charge_schedule           GET    V yes control_charge     /vehicles/{vehicle_id}/charge-schedules/{schedule_id}
command_execution         GET    V yes -                  /vehicles/{vehicle_id}/command-executions/{execution_id}
charge_schedule_execution GET    V yes -                  /vehicles/{vehicle_id}/charge-schedule-executions/{execution_id}
applications              GET    M no  -                  /applications
application               GET    M no  -                  /applications/{application_id}
application_secrets       GET    M no  -                  /applications/{application_id}/secrets
webhooks                  GET    M no  -                  /webhooks
webhook                   GET    M no  -                  /webhooks/{webhook_id}
subscriptions             GET    M no  -                  /subscriptions
create_subscription       POST   M no  -                  /subscriptions
subscription              GET    M no  -                  /subscriptions/{subscription_id}
delete_subscription       DELETE M no  -                  /subscriptions/{subscription_id}
compatible_vehicles       GET    C no  -                  /compatible-vehicles
"""  # noqa: E501 -- a table


def _operation(line: str) -> Operation:
    name, method, host, user, permission, path = line.split()
    needed = None if permission == "-" else permission
    return Operation(name, method, HOSTS[host], user == "yes", needed, path)


OPERATIONS = [_operation(line) for line in TABLE.strip().splitlines()]
NAMES = [operation.name for operation in OPERATIONS]


def test_the_reference_and_the_declarations_list_the_same_operations() -> None:
    assert sorted(NAMES) == sorted(DECLARED)


def test_every_declaration_has_a_sample() -> None:
    assert sorted(SAMPLES) == sorted(DECLARED)


def test_no_name_means_two_operations() -> None:
    declared = [e.name for r in (AccountEndpoints, VehicleEndpoints) for e in endpoints(r)]
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_method_host_path_user_and_permission_are_those_of_the_reference(
    operation: Operation,
) -> None:
    declared = DECLARED[operation.name]
    facts = declared.facts
    assert operation == (
        declared.name,
        declared.method,
        facts.host,
        facts.needs_user,
        facts.permission,
        declared.path,
    )
    assert facts.version == "3"
    assert facts.permission is None or facts.permission in ALL_PERMISSIONS


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is_and_where_that_is_documented(name: str) -> None:
    declared = DECLARED[name]
    first = (declared.__doc__ or "").splitlines()[0]
    assert first.endswith(".")
    source = urlsplit(declared.source or "")
    assert (source.scheme, source.hostname) == ("https", "smartcar.com")


@pytest.mark.parametrize("name", NAMES)
def test_only_reads_may_be_repeated(name: str) -> None:
    assert DECLARED[name].repeatable == (DECLARED[name].method == "GET")


@pytest.mark.parametrize("name", NAMES)
def test_its_path_names_only_what_it_takes(name: str) -> None:
    declared = DECLARED[name]
    known = {"vehicle_id", *declared.signature.parameters}
    assert declared.placeholders <= known


@pytest.mark.parametrize("name", NAMES)
def test_the_simulator_answers_it(name: str) -> None:
    assert DECLARED[name] in ANSWERS


def test_the_simulator_answers_nothing_else() -> None:
    assert {endpoint.name for endpoint in ANSWERS} == set(DECLARED)


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_the_declaration_on_both_clients(name: str) -> None:
    owner = AccountEndpoints if DECLARED[name] in list(endpoints(AccountEndpoints)) else None
    stage = Stage()
    blocking: Any = stage.client if owner else stage.car
    client = AsyncSmartcar(transport=stage.simulator)
    awaiting: Any = client if owner else client.vehicle(stage.vehicle_id)
    for resource in (blocking, awaiting):
        method = getattr(resource, name)
        assert method.__name__ == name
        assert method.__doc__ == DECLARED[name].__doc__
    assert getattr(type(blocking), name) is DECLARED[name]


@pytest.mark.parametrize("name", NAMES)
def test_it_works_blocking(name: str) -> None:
    stage, sample = Stage(), SAMPLES[name]
    sample.before(stage)
    assert sample.means(stage.perform(name, **sample.arguments(stage)), stage)


@pytest.mark.parametrize("name", NAMES)
async def test_it_works_awaiting(name: str) -> None:
    stage, sample = Stage(), SAMPLES[name]
    sample.before(stage)
    assert sample.means(await stage.aperform(name, **sample.arguments(stage)), stage)


def test_listings_are_those_that_iterate() -> None:
    stage = Stage()
    lazy = {
        name
        for name in NAMES
        if DECLARED[name].method == "GET" and hasattr(DECLARED[name].returns, "next_link")
    }
    assert lazy == LISTINGS
    assert repr(stage.client.connections()) == "<items of /v3/connections>"


@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("set_charge_limit", {"percent": 49}, "percent"),
        ("set_charge_limit", {"percent": 101}, "percent"),
        ("set_charge_limit", {"percent": 80.5}, "percent"),
        ("send_destination", {"latitude": 90.1, "longitude": 0}, "latitude"),
        ("send_destination", {"latitude": 0, "longitude": -180.1}, "longitude"),
        ("send_destination", {"latitude": float("nan"), "longitude": 0}, "latitude"),
        ("schedule_daily_charge", {"start_time": "24:00", "stop_time": "06:00"}, "start_time"),
        ("schedule_daily_charge", {"start_time": "6:00", "stop_time": "06:00"}, "start_time"),
        ("schedule_daily_charge", {"start_time": "22:00", "stop_time": "06:00\n"}, "stop_time"),
        ("connections", {"page_size": 101}, "page_size"),
        ("connections", {"page_size": 0}, "page_size"),
        ("connections", {"page_number": 0}, "page_number"),
        ("connections", {"mode": "test"}, "mode"),
        ("compatible_vehicles", {"region": "MARS"}, "region"),
    ],
)
def test_an_argument_out_of_its_range_is_a_value_error_that_names_it(
    name: str, arguments: dict[str, Any], named: str
) -> None:
    stage = Stage()
    if name == "schedule_daily_charge":
        arguments = {**arguments, "location": SAMPLES[name].arguments(stage)["location"]}
    with pytest.raises(ValueError, match=f"^{named}"):
        stage.perform(name, **arguments)


@pytest.mark.parametrize("arguments", [{}, {"percent": 80, "fast": True}])
def test_arguments_that_do_not_fit_are_a_type_error(
    smartcar: Smartcar, arguments: dict[str, Any]
) -> None:
    with pytest.raises(TypeError):
        smartcar.vehicle("v", user_id="u").set_charge_limit(**arguments)
