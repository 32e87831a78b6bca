"""Calls of the official Python SDK are answered, each with a warning that says the new one."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from old_caller import Owner, code_of, owner_of
from recorder import Recorder
from transports import Canned, Counting, reply

import smartcar
from smartcar.simulator import Simulator
from smartcar.simulator.application import (
    DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET,
    DEFAULT_MANAGEMENT_TOKEN,
)
from smartcar.simulator.server import Server

sdk: Any = smartcar
"""The same module, to whoever does not check types."""

TESLA, BMW = 0, 2
CREDENTIALS = {"client_id": DEFAULT_CLIENT_ID, "client_secret": DEFAULT_CLIENT_SECRET}
AMT = DEFAULT_MANAGEMENT_TOKEN


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with Server(Simulator(seed=7)) as server:
        yield server


@pytest.fixture
def owner(served: Server, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """An owner of a simulated BMW, at the address that the environment names."""
    monkeypatch.setenv("SMARTCAR_ORIGIN", served.origin)
    monkeypatch.setenv("SMARTCAR_CLIENT_ID", DEFAULT_CLIENT_ID)
    monkeypatch.setenv("SMARTCAR_CLIENT_SECRET", DEFAULT_CLIENT_SECRET)
    return owner_of(served.simulator, BMW)


def told(call: Callable[[], Any], say: str) -> Any:
    """What *call* gives; it must warn once, of this very file, and say *say*."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = call()
    messages = [str(each.message) for each in caught]
    assert len(messages) == 1, messages
    assert messages[0].endswith(f"say {say}")
    assert caught[0].category is DeprecationWarning
    assert caught[0].filename == __file__
    assert caught[0].lineno == call.__code__.co_firstlineno
    return answer


# --- cars -----------------------------------------------------------------------------------------


def test_a_car_takes_its_options_in_a_dictionary(owner: Owner) -> None:
    options = {"unit_system": "IMPERIAL", "version": "2.0", "flags": {"country": "DE"}}
    say = 'Vehicle(id, token, unit_system="imperial", version="2.0", flags=…)'

    car = told(lambda: sdk.Vehicle(owner.vehicle_id, owner.token, options), say)

    assert (car.id, car.unit_system, car.version, car.flags) == (
        *(owner.vehicle_id, "imperial", "2.0"),
        "country:DE",
    )
    assert car.odometer().meta.unit_system == "imperial"


@pytest.mark.parametrize("options", [None, {}, {"unit_system": None}, {"unheard_of": True}])
def test_options_that_say_nothing_change_nothing(owner: Owner, options: Any) -> None:
    car = told(lambda: sdk.Vehicle(owner.vehicle_id, owner.token, options), "Vehicle(id, token)")

    assert (car.unit_system, car.version, car.flags) == ("metric", "2.0", None)


def test_a_car_is_made_by_the_old_names(owner: Owner) -> None:
    known = {"vehicle_id": owner.vehicle_id, "access_token": owner.token}

    car = told(lambda: sdk.Vehicle(**known), "Vehicle(id, token)")
    also = told(lambda: sdk.Vehicle(owner.vehicle_id, access_token="t"), "Vehicle(id, token)")

    assert car.vin().vin
    assert (also.id, also.token) == (owner.vehicle_id, "t")


def test_old_and_new_can_be_mixed_while_a_program_changes(owner: Owner) -> None:
    simulator = owner.simulator
    say = 'Vehicle(id, token, transport=…, unit_system="imperial")'
    old = {"options": {"unit_system": "imperial"}, "transport": simulator}

    car = told(lambda: sdk.Vehicle(owner.vehicle_id, owner.token, **old), say)

    assert car.odometer().meta.unit_system == "imperial"


def car_of(owner: Owner) -> Any:
    return smartcar.Vehicle(owner.vehicle_id, owner.token, transport=owner.simulator)


def test_a_car_has_its_old_attributes(owner: Owner) -> None:
    car = car_of(owner)

    assert told(lambda: car.vehicle_id, "vehicle.id") == owner.vehicle_id
    assert told(lambda: car.access_token, "vehicle.token") == owner.token


def test_a_token_that_is_assigned_is_used_from_then_on(owner: Owner) -> None:
    car = smartcar.Vehicle(owner.vehicle_id, "ended", transport=owner.simulator)
    with pytest.raises(smartcar.AuthenticationError):
        car.vin()

    say = "make another car, Vehicle\\(id, token\\)"
    with pytest.warns(DeprecationWarning, match=say):
        car.access_token = owner.token  # type: ignore[attr-defined]

    assert car.token == owner.token
    assert car.vin().vin


def test_another_id_that_is_assigned_is_asked_from_then_on(owner: Owner) -> None:
    canned = Canned(reply({"vin": "5YJ"}))
    car: Any = smartcar.Vehicle("first", "t", transport=canned)

    with pytest.warns(DeprecationWarning, match="make another car"):
        car.vehicle_id = "second"
    car.vin()

    assert canned.requests[0].path == "/v2.0/vehicles/second/vin"


def test_a_car_without_a_token_of_its_own_takes_none(simulator: Simulator) -> None:
    car: Any = smartcar.Smartcar(transport=simulator).vehicle("a car")

    with (
        pytest.warns(DeprecationWarning, match="make another car"),
        pytest.raises(AttributeError, match="its client's token"),
    ):
        car.access_token = "t"


def test_units_are_set_where_the_official_sdk_refuses_them_all(owner: Owner) -> None:
    car = car_of(owner)
    metric = car.odometer().distance

    told(lambda: car.set_unit_system("Imperial"), 'vehicle.unit_system = "imperial"')

    assert car.odometer().meta.unit_system == "imperial"
    assert car.odometer().distance < metric


def test_units_that_are_none_are_refused(owner: Owner) -> None:
    with (
        pytest.warns(DeprecationWarning, match="vehicle.unit_system"),
        pytest.raises(ValueError, match="metric or imperial"),
    ):
        car_of(owner).set_unit_system("ells")


def test_units_are_set_by_the_name_that_programs_use_as_the_method_refuses_all(
    owner: Owner,
) -> None:
    car = car_of(owner)
    metric = car.odometer().distance

    with pytest.warns(DeprecationWarning, match='say vehicle.unit_system = "imperial"'):
        car._unit_system = "Imperial"

    assert told(lambda: car._unit_system, "vehicle.unit_system") == "imperial"
    assert car.odometer().distance == pytest.approx(metric / 1.609344, rel=1e-3)
    with (
        pytest.warns(DeprecationWarning, match="vehicle.unit_system"),
        pytest.raises(ValueError, match="metric or imperial"),
    ):
        car._unit_system = "ells"
    assert car.unit_system == "imperial"


def test_the_version_is_had_and_set_by_its_old_name() -> None:
    canned = Canned(reply({"vin": "5YJ"}))
    car: Any = smartcar.Vehicle("id", "t", transport=canned)

    assert told(lambda: car._api_version, "vehicle.version") == "2.0"
    with pytest.warns(DeprecationWarning, match="make another car"):
        car._api_version = "1.0"
    car.vin()

    assert canned.requests[0].path == "/v1.0/vehicles/id/vin"


def test_ids_may_be_what_a_database_gives_for_them(owner: Owner) -> None:
    vehicle_id, user_id = UUID(owner.vehicle_id), UUID(owner.user_id)
    say = "str(id)"

    car = told(lambda: sdk.Vehicle(vehicle_id, owner.token), say)
    assert car.id == owner.vehicle_id
    assert car.attributes().id == owner.vehicle_id
    assert told(lambda: sdk.get_vehicle(owner.token, vehicle_id), say).id == owner.vehicle_id
    found = told(lambda: sdk.get_connections(AMT, vehicle_id=vehicle_id), say)
    assert [each.user_id for each in found.connections] == [owner.user_id]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # one for the shape, too
        theirs = sdk.get_connections(AMT, {"user_id": user_id}).connections
    assert owner.vehicle_id in {each.vehicle_id for each in theirs}
    webhook = UUID(owner.simulator.world.webhook_id)
    assert told(lambda: car.subscribe(webhook), say).webhook_id == str(webhook)
    assert told(lambda: car.unsubscribe(AMT, webhook), say).status == "success"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        car.vehicle_id = vehicle_id
    assert car.vin().vin


def test_an_id_that_is_no_text_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="user_id"):
        sdk.get_connections(AMT, user_id=5)


@pytest.mark.parametrize("name", ["odometer", "permissions", "lock"])
def test_a_method_that_is_read_from_its_class_is_a_function_of_a_car(
    owner: Owner, name: str
) -> None:
    function = getattr(smartcar.Vehicle, name)

    assert function(car_of(owner)).to_dict() == getattr(car_of(owner), name)().to_dict()
    with pytest.raises(TypeError, match=name):
        function()


def test_programs_are_tested_with_a_car_that_is_made_up() -> None:
    with mock.patch("smartcar.Vehicle", autospec=True) as made_up:
        made_up.return_value.odometer.return_value.distance = 104.32
        car = sdk.Vehicle("id", "token")

        assert car.odometer().distance == 104.32
        with pytest.raises(AttributeError):
            car.odometre()


@pytest.mark.parametrize("keyword", [True, False])
def test_permissions_are_paged_by_a_dictionary(owner: Owner, keyword: bool) -> None:
    car, paging = car_of(owner), {"limit": 3, "offset": 1}
    say = "permissions(limit=3, offset=1)"

    old = told(lambda: car.permissions(paging=paging) if keyword else car.permissions(paging), say)

    assert old == car.permissions(limit=3, offset=1)
    assert len(old.permissions) == 3


def test_all_permissions_are_told_where_the_page_is_none(owner: Owner) -> None:
    car = car_of(owner)

    assert told(lambda: car.permissions(None), "permissions()") == car.permissions()


@pytest.mark.parametrize(
    ("name", "arguments", "sent"),
    [
        ("send_destination", ("47.6", "-122.3"), {"latitude": 47.6, "longitude": -122.3}),
        ("send_destination", ("47", -122.3), {"latitude": 47, "longitude": -122.3}),
        ("set_charge_limit", ("0.7",), {"limit": 0.7}),
        ("set_charge_limit", (" 1 ",), {"limit": 1}),
        ("set_charge_limit", (".8",), {"limit": 0.8}),
        ("set_charge_limit", ("1.",), {"limit": 1}),
    ],
)
def test_a_command_takes_numbers_as_text(
    name: str, arguments: tuple[Any, ...], sent: dict[str, float]
) -> None:
    canned = Canned(reply({"status": "success"}))
    car = smartcar.Vehicle("v", "t", transport=canned)

    say = f"{name}({', '.join(sent)}) with numbers"

    done = told(lambda: getattr(car, name)(*arguments), say)
    told(lambda: getattr(car, name)(**dict(zip(sent, arguments, strict=True))), say)

    assert done.status == "success"
    assert [json.loads(request.body) for request in canned.requests] == [sent, sent]


def test_a_charge_limit_as_text_means_the_same_on_v3() -> None:
    canned = Canned(reply({"data": {"id": "e", "attributes": {"status": "SUCCESS"}}}))
    car: Any = smartcar.Vehicle("v", "t", version="3", transport=canned)

    told(lambda: car.set_charge_limit("0.7"), "set_charge_limit(limit) with numbers")

    assert json.loads(canned.requests[0].body)["data"]["attributes"] == {"percent": 70}


@pytest.mark.parametrize(
    "wrong", ["north", "", "1e3", "nan", "inf", "47,6", "0x2f", "91", "٤٧", "."]
)
def test_text_that_is_no_such_number_is_refused_before_it_is_sent(wrong: str) -> None:
    canned = Canned(reply({"status": "success"}))
    car: Any = smartcar.Vehicle("v", "t", transport=canned)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="latitude"):
            car.send_destination(wrong, "-122.3")
        with pytest.raises(ValueError, match="limit"):
            car.set_charge_limit(wrong)
    assert not canned.requests


async def test_what_the_official_sdk_never_had_takes_numbers_only() -> None:
    car: Any = smartcar.AsyncVehicle("v", "t", transport=Canned(reply({"status": "success"})))

    with pytest.raises(ValueError, match=r"latitude|longitude"):
        await car.send_destination("47.6", "-122.3")


def test_pages_are_told_as_text_in_the_old_shape_only(owner: Owner) -> None:
    car = car_of(owner)
    page = {"limit": "1", "offset": "0"}
    ids, permissions, connections = (
        told(
            lambda: sdk.get_vehicles(owner.token, page),
            "get_vehicles(access_token, limit=1, offset=0)",
        ),
        told(lambda: car.permissions(page), "permissions(limit=1, offset=0)"),
        told(lambda: sdk.get_connections(AMT, {}, {"limit": "2"}), "get_connections(amt, limit=2)"),
    )

    assert ids.vehicles == (owner.vehicle_id,)
    assert len(permissions.permissions) == 1
    assert len(connections.connections) == 2
    with pytest.raises(ValueError, match="limit"):
        sdk.get_vehicles(owner.token, limit="1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="limit"):
            sdk.get_vehicles(owner.token, {"limit": "some"})


def test_a_signal_is_asked_by_its_old_keyword(owner: Owner) -> None:
    car, code = car_of(owner), "odometer-traveleddistance"

    old = told(lambda: car.get_signal(signal_code=code), "get_signal(code)")

    assert old.value == car.signal(code).value


def test_a_batch_takes_its_paths_by_keyword(owner: Owner) -> None:
    assert car_of(owner).batch(paths=["/vin", "/odometer"]).vin().vin


def test_a_batch_of_paths_needs_no_other_spelling(owner: Owner) -> None:
    assert car_of(owner).batch(["/vin", "/odometer"]).odometer().distance > 0


# --- functions ------------------------------------------------------------------------------------


def test_vehicles_are_paged_by_a_dictionary(owner: Owner) -> None:
    page = {"limit": 1, "offset": 0}
    say = "get_vehicles(access_token, limit=1, offset=0)"

    assert told(lambda: sdk.get_vehicles(owner.token, page), say).vehicles == (owner.vehicle_id,)
    assert told(lambda: sdk.get_vehicles(owner.token, paging=page), say).paging.count == 1
    assert told(lambda: sdk.get_vehicles(access_token=owner.token, paging=page), say).paging


def test_compatibility_takes_its_options_in_a_dictionary(owner: Owner) -> None:
    vin = car_of(owner).vin().vin
    say = "get_compatibility(vin, scope, country, client_id=…, client_secret=…)"
    scope = ["read_odometer", "read_fuel"]

    old = told(lambda: sdk.get_compatibility(vin, scope, "US", CREDENTIALS), say)

    assert old.compatible
    assert old == smartcar.get_compatibility(vin, scope)


@pytest.mark.parametrize(
    ("options", "say", "query"),
    [
        ({"mode": "TEST"}, 'mode="test"', {"mode": ["test"]}),
        ({"test_mode": True}, 'mode="test"', {"mode": ["test"]}),
        ({"test_mode": False}, 'mode="live"', {"mode": ["live"]}),
        ({"flags": {"a": True}}, "flags=…", {"flags": ["a:true"]}),
        (
            {"test_mode_compatibility_level": "dnf"},
            "test_mode_compatibility_level=…",
            {"test_mode_compatibility_level": ["dnf"], "mode": ["test"]},
        ),
    ],
    ids=str,
)
def test_each_option_of_compatibility_is_sent(
    monkeypatch: pytest.MonkeyPatch, options: Any, say: str, query: dict[str, list[str]]
) -> None:
    with Recorder(b'{"compatible": true}') as recorder:
        monkeypatch.setenv("SMARTCAR_ORIGIN", recorder.origin)
        more = {"options": {**options, **CREDENTIALS, "version": "1.0"}}

        with pytest.warns(DeprecationWarning, match="get_compatibility.vin, scope, ") as warned:
            sdk.get_compatibility("VIN", ["read_vin"], **more)

    url = urlsplit(recorder.last.url)
    assert len(warned) == 1
    assert say in str(warned[0].message)
    assert url.path == "/v1.0/compatibility"
    assert {**parse_qs(url.query), **query} == parse_qs(url.query)


def test_the_matrix_takes_its_options_in_a_dictionary(owner: Owner) -> None:
    options = {"type": "BEV", "scope": ["read_battery"], **CREDENTIALS}
    say = (
        "get_compatibility_matrix(region, make=…, client_id=…, client_secret=…, "
        'type="BEV", scope=…)'
    )

    old = told(lambda: sdk.get_compatibility_matrix("US", "TESLA", options), say)
    no_make = "get_compatibility_matrix(region)"

    assert list(old) == ["TESLA"]
    assert len(told(lambda: sdk.get_compatibility_matrix("US", ""), no_make)) > 1


def test_connections_are_chosen_and_paged_by_dictionaries(owner: Owner) -> None:
    mine = {"vehicle_id": owner.vehicle_id, "user_id": owner.user_id}
    say = "get_connections(amt, user_id=…, vehicle_id=…)"

    (connection,) = told(lambda: sdk.get_connections(AMT, mine), say).connections
    first = told(
        lambda: sdk.get_connections(AMT, {}, {"limit": 2}), "get_connections(amt, limit=2)"
    )
    page = {"limit": 100, "cursor": first.paging.cursor}
    rest = told(
        lambda: sdk.get_connections(AMT, paging=page),
        "get_connections(amt, limit=100, cursor=…)",
    )

    assert connection.vehicle_id == owner.vehicle_id
    assert len(first.connections) == 2
    assert rest.connections
    assert not {*first.connections} & {*rest.connections}


@pytest.mark.parametrize("which", ["vehicle_id", "user_id"])
def test_connections_are_deleted_by_a_dictionary(owner: Owner, which: str) -> None:
    other = owner_of(owner.simulator, TESLA if which == "user_id" else 5)
    chosen = {which: getattr(other, which)}

    ended = told(lambda: sdk.delete_connections(AMT, chosen), f"delete_connections(amt, {which}=…)")

    assert [each.vehicle_id for each in ended.connections] == [other.vehicle_id]


def test_connections_of_both_are_not_deleted_either_way(owner: Owner) -> None:
    both = {"vehicle_id": "v", "user_id": "u"}

    with (
        pytest.warns(DeprecationWarning, match="delete_connections"),
        pytest.raises(ValueError, match="not both"),
    ):
        sdk.delete_connections(AMT, both)


# --- owners' tokens -------------------------------------------------------------------------------


def query_of(client: smartcar.AuthClient) -> dict[str, list[str]]:
    return parse_qs(urlsplit(client.get_auth_url()).query)


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        (("test",), "test"),
        (("SIMULATED",), "simulated"),
        ((True,), "test"),
        ((False,), "live"),
        ((None, "simulated"), "simulated"),
        ((True, "live"), "test"),
    ],
)
def test_a_mode_is_told_by_position(given: tuple[Any, ...], mode: str) -> None:
    known = ("id", "secret", "https://example.com/back")
    say = f'AuthClient(client_id, client_secret, redirect_uri, mode="{mode}")'

    client = told(lambda: sdk.AuthClient(*known, *given), say)

    assert query_of(client)["mode"] == [mode]
    assert query_of(client)["redirect_uri"] == ["https://example.com/back"]


def test_test_mode_and_modes_in_capitals_are_told_by_keyword() -> None:
    with pytest.warns(DeprecationWarning, match='say mode="test"') as warned:
        client = sdk.AuthClient("id", "secret", test_mode=True)
    loud = told(lambda: sdk.AuthClient("id", "secret", mode="TEST"), 'mode="test"')

    assert warned[0].filename == __file__
    assert query_of(client)["mode"] == query_of(loud)["mode"] == ["test"]


def test_a_client_has_its_old_attributes() -> None:
    client = sdk.AuthClient("id", "se:cret")
    say = "keep the client's id and secret where they come from"

    with pytest.warns(DeprecationWarning, match=say):
        assert client.auth == ("id", "se:cret")
    with pytest.warns(DeprecationWarning, match=say):
        assert client.client_secret == "se:cret"


def test_the_address_of_connect_takes_its_options_in_a_dictionary() -> None:
    client, scope = sdk.AuthClient("id", "secret"), ["read_vin", "read_odometer"]
    options = {
        "force_prompt": True,
        "state": "a b",
        "make_bypass": "TESLA",
        "single_select": {"enabled": True, "vin": "5YJ"},
        "flags": {"country": "DE", "beta": True},
        "user": "42",
    }
    say = (
        'get_auth_url(scope, force_prompt=True, state=…, make_bypass="TESLA", '
        "single_select=…, flags=…, user=…)"
    )

    old = told(lambda: client.get_auth_url(scope, options), say)

    assert old == client.get_auth_url(scope, **options)
    assert {name: values[0] for name, values in parse_qs(urlsplit(old).query).items()} == {
        "response_type": "code",
        "client_id": "id",
        "mode": "live",
        "scope": "read_vin read_odometer",
        "approval_prompt": "force",
        "state": "a b",
        "make": "TESLA",
        "user": "42",
        "single_select": "true",
        "single_select_vin": "5YJ",
        "flags": "country:DE beta:true",
    }


def test_options_of_connect_may_come_alone() -> None:
    client = sdk.AuthClient("id", "secret")
    options = {"force_prompt": True, "state": "", "flags": {}, "unheard_of": 1}

    old = told(lambda: client.get_auth_url(options=options), "get_auth_url(force_prompt=True)")

    assert old == client.get_auth_url(force_prompt=True)


@pytest.mark.parametrize(("enabled", "said"), [("true", "true"), (1, "true"), (0, "false")])
def test_one_car_is_asked_for_by_any_truth(enabled: object, said: str) -> None:
    options = {"single_select": {"enabled": enabled}}

    with pytest.warns(DeprecationWarning, match="single_select=…"):
        url = sdk.AuthClient("id", "secret").get_auth_url(None, options)

    assert parse_qs(urlsplit(url).query)["single_select"] == [said]


def test_a_code_is_exchanged_as_a_query_has_it(owner: Owner) -> None:
    client = sdk.AuthClient(
        *CREDENTIALS.values(), "https://example.com/back", transport=owner.simulator
    )
    code = code_of(owner.simulator, "old@example.com", "read_vin")
    query = parse_qs(f"code={code}")

    access = told(lambda: client.exchange_code(query["code"]), "exchange_code(codes[0])")

    assert sdk.get_vehicles(access.access_token).vehicles
    with pytest.raises(smartcar.InvalidRequestError):
        client.exchange_code(["one", "two"])


def test_a_code_is_exchanged_with_options(owner: Owner) -> None:
    transport = Counting(owner.simulator)
    client = sdk.AuthClient(*CREDENTIALS.values(), "https://example.com/back", transport=transport)
    code = code_of(owner.simulator, "old@example.com", "read_vin")
    flags = {"flags": {"a": True}}

    access = told(lambda: client.exchange_code(code, flags), "exchange_code(code, flags=…)")
    again = told(
        lambda: client.exchange_refresh_token(access.refresh_token, flags),
        "exchange_refresh_token(token, flags=…)",
    )
    by_name = told(
        lambda: client.exchange_refresh_token(refresh_token=again.refresh_token),
        "exchange_refresh_token(token)",
    )

    assert [request.query for request in transport.requests] == [{"flags": "a:true"}] * 2 + [{}]
    assert sdk.get_vehicles(by_name.access_token).vehicles


# --- all of them ----------------------------------------------------------------------------------


def test_no_secret_is_in_a_warning(owner: Owner) -> None:
    secrets = {"client_id": "hidden", "client_secret": "hidden"}
    calls: list[Callable[[], Any]] = [
        lambda: sdk.Vehicle("hidden", "hidden", {"flags": {"hidden": 1}}),
        lambda: sdk.AuthClient("hidden", "hidden", "hidden", True),
        lambda: sdk.get_vehicles(owner.token, {"limit": 1}),
        lambda: sdk.get_compatibility("5YJ3E1EA8JF053140", ["read_vin"], "US", secrets),
        lambda: sdk.get_connections("hidden", {"user_id": "hidden"}, {"cursor": "hidden"}),
    ]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for call in calls:
            with contextlib.suppress(smartcar.SmartcarError):
                call()

    said = " ".join(str(each.message) for each in caught)
    assert len(caught) == len(calls)
    assert "hidden" not in said
    assert owner.token not in said


NEVER_CALLS: dict[str, Callable[[], Any]] = {
    "no dictionary": lambda: sdk.get_vehicles("t", 5),
    "too many": lambda: sdk.get_vehicles("t", {"limit": 5}, "more"),
    "twice": lambda: sdk.get_vehicles("t", access_token="t", paging={}),
    "units by position": lambda: sdk.Vehicle("id", "t", "metric"),
    "no token": lambda: sdk.Vehicle(vehicle_id="id"),
    "a number": lambda: sdk.Vehicle("id", "t").permissions(5),
    "two dictionaries": lambda: sdk.Vehicle("id", "t").permissions({}, {}),
    "no options": lambda: sdk.AuthClient("id", "secret").get_auth_url([], "state"),
}


@pytest.mark.parametrize("call", NEVER_CALLS.values(), ids=NEVER_CALLS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_was_never_a_call_is_refused_as_python_does(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        call()


def test_new_spellings_warn_of_nothing(owner: Owner) -> None:
    car = smartcar.Vehicle(owner.vehicle_id, owner.token, unit_system="imperial")

    assert smartcar.get_vehicles(owner.token, limit=1).vehicles[0] == car.id
    assert car.permissions(limit=1).permissions
    assert car.batch(smartcar.Vehicle.odometer, smartcar.Vehicle.vin)[smartcar.Vehicle.vin].vin
    assert car.get_signal("odometer-traveleddistance").value


def test_headers_of_one_car_are_not_sent_for_another(owner: Owner) -> None:
    canned = Canned(reply({}))
    headers: dict[str, str] = {}

    for token in ("first", "second"):
        car = smartcar.Vehicle("id", token, transport=canned)
        car.request("GET", "tesla/speedometer", {}, headers)
        car.request("GET", "tesla/speedometer")

    sent = [request.headers["authorization"] for request in canned.requests]
    assert sent == ["Bearer first"] * 2 + ["Bearer second"] * 2
    assert headers == {}
