"""What programs have pickled with the official Python SDK is read here; cars go on being so."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import pytest
from old_caller import Owner, owner_of

import smartcar
from smartcar import AuthenticationError, Smartcar, Vehicle, models
from smartcar.simulator import Simulator
from smartcar.simulator.server import Server

# Source: pickled with smartcar 6.19.1 of PyPI, protocol 4: make_access_object({…}), Vehicle(…).
TOKENS = (
    b"\x80\x04\x95z\x00\x00\x00\x00\x00\x00\x00\x8c\x14smartcar.v2_response\x94\x8c\x06Access"
    b"\x94\x93\x94(\x8c\x02at\x94\x8c\x06Bearer\x94M \x1c\x8c\x08datetime\x94\x8c\x08datetime\x94"
    b"\x93\x94C\n\x07\xea\x01\x01\x00\x00\x00\x00\x00\x00\x94\x85\x94R\x94\x8c\x02rt\x94h\x07C\n"
    b"\x07\xea\x03\x01\x00\x00\x00\x00\x00\x00\x94\x85\x94R\x94t\x94\x81\x94."
)
CAR = (
    b"\x80\x04\x95\x95\x00\x00\x00\x00\x00\x00\x00\x8c\x10smartcar.vehicle\x94\x8c\x07Vehicle\x94"
    b"\x93\x94)\x81\x94}\x94(\x8c\nvehicle_id\x94\x8c\x01v\x94\x8c\x0caccess_token\x94\x8c\x01t"
    b"\x94\x8c\x0c_api_version\x94\x8c\x032.0\x94\x8c\x0c_unit_system\x94\x8c\x08Imperial\x94"
    b"\x8c\x06_flags\x94}\x94\x8c\x01a\x94\x88s\x8c\x04mine\x94K\x03ub."
)


class Shorter(Vehicle):
    """A program's own kind of car, which is made of other things."""

    def __init__(self, name: str) -> None:
        super().__init__(name, "token", unit_system="imperial")
        self.name = name


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    with Server(Simulator(seed=7)) as server:
        monkeypatch.setenv("SMARTCAR_ORIGIN", server.origin)
        yield owner_of(server.simulator, 0)


def loaded(pickled: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it says the old names
        return pickle.loads(pickled)


def read_in(pickled: bytes) -> float:
    return loaded(pickled).odometer().distance  # type: ignore[no-any-return]


def test_tokens_that_the_official_sdk_pickled_are_tokens_here() -> None:
    older = TOKENS.replace(b"\x14smartcar.v2_response", b"\x0esmartcar.types")
    access = loaded(TOKENS)

    assert access == loaded(older.replace(b"\x95z", b"\x95t"))  # the module's older name
    assert type(access) is models.Access
    assert (access.access_token, access.refresh_token) == ("at", "rt")
    assert access.expiration == datetime(2026, 1, 1, tzinfo=UTC)
    assert access.refresh_expiration == datetime(2026, 3, 1, tzinfo=UTC)
    assert loaded(pickle.dumps(access)) == access


def test_times_that_a_program_kept_without_a_zone_are_in_utc() -> None:
    with pytest.warns(DeprecationWarning, match=r"models\.Access"):
        make = smartcar.types.make_access_object  # type: ignore[attr-defined]

    assert make({"expiration": datetime(2026, 1, 1)}).expiration == datetime(  # noqa: DTZ001 -- as programs have it
        2026, 1, 1, tzinfo=UTC
    )


def test_the_old_class_of_tokens_passes_for_todays() -> None:
    with pytest.warns(DeprecationWarning, match=r"say smartcar\.models\.Access"):
        old: Any = smartcar.types.Access  # type: ignore[attr-defined]
    access = old("at", "Bearer", 7200, None, refresh_token="rt")

    assert (access.access_token, access.refresh_token) == ("at", "rt")
    assert isinstance(access, old)
    assert not isinstance("at", old)
    assert type(access) == old  # noqa: E721 -- so programs compare them
    assert old != models.Vin
    assert {old: 1}[models.Access] == 1


def test_a_car_that_the_official_sdk_pickled_is_a_car_here() -> None:
    car = loaded(CAR)

    assert type(car) is Vehicle
    assert (car.id, car.token, car.version) == ("v", "t", "2.0")
    assert (car.unit_system, car.flags, car.mine) == ("imperial", "a:true", 3)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda car: loaded(pickle.dumps(car))])
def test_a_copy_of_a_car_asks_as_the_car_does_and_has_a_token_of_its_own(
    owner: Owner, again: Callable[[Any], Any]
) -> None:
    car: Any = Vehicle(owner.vehicle_id, owner.token, unit_system="imperial", flags="a:true")
    car.label = "the red one"

    other = again(car)

    assert (other.label, other.unit_system, other.flags) == ("the red one", "imperial", "a:true")
    assert other.odometer() == car.odometer()
    with pytest.warns(DeprecationWarning, match="another car"):
        other.access_token = "stolen"
    with pytest.raises(AuthenticationError):
        other.odometer()
    assert car.odometer().distance


def test_a_car_goes_to_another_process(owner: Owner) -> None:
    car = Vehicle(owner.vehicle_id, owner.token)

    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(read_in, pickle.dumps(car)).result() == car.odometer().distance


def test_a_programs_own_kind_of_car_is_pickled_too() -> None:
    car = loaded(pickle.dumps(Shorter("blue")))

    assert (type(car), car.name, car.id, car.unit_system) == (Shorter, "blue", "blue", "imperial")


def test_where_smartcar_is_goes_with_a_car() -> None:
    car = loaded(pickle.dumps(Vehicle("v", "t", origin="http://127.0.0.1:9", user_id="u")))

    assert car.user_id == "u"
    with pytest.raises(smartcar.ConnectError, match=r"127\.0\.0\.1:9"):
        car.vin()


@pytest.mark.parametrize("made", ["by a client", "with a transport"])
def test_a_car_that_leads_to_connections_of_this_process_is_not_pickled(made: str) -> None:
    simulator = Simulator(seed=7)
    client = Smartcar(transport=simulator)
    car = client.vehicle("v") if made == "by a client" else Vehicle("v", "t", transport=simulator)

    with pytest.raises(TypeError, match="is pickled"):
        pickle.dumps(car)
    assert copy.deepcopy(car).id == copy.copy(car).id == "v"
