"""Every row of v2.0's table is declared as documented, on classes of its own."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from transports import Canned, reply

from smartcar import METHODS_MAP, AsyncVehicle, Smartcar, Vehicle
from smartcar.api.batch import ClassicBatch
from smartcar.api.classic import of_one_car
from smartcar.api.classic_account import ClassicAccount
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.endpoint import endpoints
from smartcar.protocol.versions import Reading
from smartcar.simulator.fleet import ALL_PERMISSIONS

DECLARED: dict[str, Any] = {each.name: each for each in [*of_one_car(), *endpoints(ClassicAccount)]}


class Row(NamedTuple):
    """A row of the reference."""

    method: str
    host: str
    authority: str
    permission: str | None
    path: str
    constants: dict[str, str] | None


# Row of the reference, name, method, host, who it is from, permission, path, constants.
TABLE = """
1  user                          GET    api token  -                    /user
2  vehicles                      GET    api token  -                    /vehicles
3  attributes                    GET    api token  read_vehicle_info    /vehicles/{vehicle_id}
4  vin                           GET    api token  read_vin             /vehicles/{vehicle_id}/vin
5  permissions                   GET    api token  -                    /vehicles/{vehicle_id}/permissions
6  odometer                      GET    api token  read_odometer        /vehicles/{vehicle_id}/odometer
7  location                      GET    api token  read_location        /vehicles/{vehicle_id}/location
8  fuel                          GET    api token  read_fuel            /vehicles/{vehicle_id}/fuel
9  battery                       GET    api token  read_battery         /vehicles/{vehicle_id}/battery
10 battery_capacity              GET    api token  read_battery         /vehicles/{vehicle_id}/battery/capacity
11 nominal_capacity              GET    api token  read_battery         /vehicles/{vehicle_id}/battery/nominal_capacity
12 charge                        GET    api token  read_charge          /vehicles/{vehicle_id}/charge
13 start_charge                  POST   api token  control_charge       /vehicles/{vehicle_id}/charge START
13 stop_charge                   POST   api token  control_charge       /vehicles/{vehicle_id}/charge STOP
14 get_charge_limit              GET    api token  read_charge          /vehicles/{vehicle_id}/charge/limit
15 set_charge_limit              POST   api token  control_charge       /vehicles/{vehicle_id}/charge/limit
16 tire_pressure                 GET    api token  read_tires           /vehicles/{vehicle_id}/tires/pressure
17 engine_oil                    GET    api token  read_engine_oil      /vehicles/{vehicle_id}/engine/oil
18 lock_status                   GET    api token  read_security        /vehicles/{vehicle_id}/security
19 lock                          POST   api token  control_security     /vehicles/{vehicle_id}/security LOCK
19 unlock                        POST   api token  control_security     /vehicles/{vehicle_id}/security UNLOCK
20 send_destination              POST   api token  control_navigation   /vehicles/{vehicle_id}/navigation/destination
21 service_history               GET    api token  read_service_history /vehicles/{vehicle_id}/service/history
22 diagnostic_system_status      GET    api token  read_diagnostics     /vehicles/{vehicle_id}/diagnostics/system_status
23 diagnostic_trouble_codes      GET    api token  read_diagnostics     /vehicles/{vehicle_id}/diagnostics/dtcs
24 disconnect                    DELETE api token  -                    /vehicles/{vehicle_id}/application
25 subscribe                     POST   api token  -                    /vehicles/{vehicle_id}/webhooks/{webhook_id}
26 unsubscribe                   DELETE api amt    -                    /vehicles/{vehicle_id}/webhooks/{webhook_id}
27 batch                         POST   api token  -                    /vehicles/{vehicle_id}/batch
29 compatibility                 GET    api client -                    /compatibility
30 compatibility_matrix          GET    api client -                    /compatibility/matrix
31 management_connections        GET    man named  -                    /management/connections
32 delete_management_connections DELETE man named  -                    /management/connections
"""  # noqa: E501 -- a table

HOSTS = {"api": "api", "man": "management_v2"}
AUTHORITIES = {
    "token": "token",
    "amt": "management token",
    "client": "client",
    "named": "default:management token",
}


def _row(line: str) -> tuple[str, Row]:
    _, name, method, host, authority, permission, path, *action = line.split()
    needed = None if permission == "-" else permission
    constants = {"action": action[0]} if action else None
    return name, Row(method, HOSTS[host], AUTHORITIES[authority], needed, path, constants)


ROWS = dict(_row(line) for line in TABLE.strip().splitlines())


def test_every_row_but_the_makes_own_paths_is_declared() -> None:
    numbers = {int(line.split()[0]) for line in TABLE.strip().splitlines()}
    assert numbers == set(range(1, 33)) - {28}  # 28 is request()
    assert sorted(ROWS) == sorted(DECLARED)


@pytest.mark.parametrize("name", ROWS)
def test_it_is_declared_as_the_reference_has_it(name: str) -> None:
    declared = DECLARED[name]
    facts = declared.facts
    row = Row(
        declared.method,
        facts.host,
        facts.authority,
        facts.permission,
        declared.path,
        facts.constants,
    )
    assert row == ROWS[name]
    assert facts.version == "2.0"
    assert facts.permission is None or facts.permission in ALL_PERMISSIONS


@pytest.mark.parametrize("name", ROWS)
def test_it_says_what_it_is_and_where_that_is_documented(name: str) -> None:
    declared = DECLARED[name]
    assert declared.__doc__.splitlines()[0].endswith((".", "?"))
    assert urlsplit(declared.source).hostname == "smartcar.com"


@pytest.mark.parametrize("name", ROWS)
def test_only_reads_may_be_repeated(name: str) -> None:
    assert DECLARED[name].repeatable == (DECLARED[name].method == "GET")


# Name: how it is called, and which calls of a client v3 has instead.
NOT_ON_V3: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "permissions": ((), ["connections"]),
    "disconnect": ((), ["connections", "remove_connection"]),
    "subscribe": (("hook",), ["create_subscription"]),
    "unsubscribe": (("token", "hook"), ["subscriptions", "delete_subscription"]),
}


@pytest.mark.parametrize("name", NOT_ON_V3)
def test_what_v3_lacks_names_calls_that_it_has(name: str) -> None:
    arguments, has = NOT_ON_V3[name]
    canned = Canned(reply({}))
    car = Vehicle("v", "t", version="3", transport=canned)
    client = Smartcar(access_token="t", transport=canned)

    with pytest.raises(ValueError, match=rf"{name}\(\) is of v2\.0: on v3 ") as told:
        getattr(car, name)(*arguments)

    assert re.findall(r"client\.(\w+)\(", str(told.value)) == has
    assert all(callable(getattr(client, each)) for each in has)
    assert canned.requests == []


def test_v3_lacks_nothing_else() -> None:
    made = {each.classic for each in endpoints(VehicleEndpoints)} | {ClassicBatch.batch}
    lacking = {
        each.name
        for each in of_one_car()
        if each not in made and not (isinstance(each, Reading) and each.made_of)
    }
    assert lacking == {*NOT_ON_V3}


def test_cars_have_a_method_for_each() -> None:
    for name in (each.name for each in of_one_car()):
        assert callable(getattr(Vehicle("v", "t"), name))
        assert callable(getattr(AsyncVehicle("v", "t"), name))


def test_the_map_of_methods_has_them_by_name() -> None:
    assert METHODS_MAP["lock"] == ("post", "security", {"action": "LOCK"})
    assert METHODS_MAP["attributes"].path == "/"
    assert METHODS_MAP["tire_pressure"] == ("get", "tires/pressure", None)
    assert {*METHODS_MAP, "batch"} == {each.name for each in of_one_car()}
