"""One car, by the same names on v2.0 and on v3: it reads the same, and obeys alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import pytest
from old_caller import Owner, new_owner, owner_of

from smartcar import AsyncVehicle, SmartcarError, Vehicle, models
from smartcar.api.classic import ClassicReads
from smartcar.protocol.endpoint import endpoints
from smartcar.protocol.versions import Reading
from smartcar.simulator import Simulator
from smartcar.simulator.cars.state import State
from smartcar.simulator.connect.fates import FATED_VINS

pytestmark = pytest.mark.once

VERSIONS = ("2.0", "3")

READS = [
    "attributes",
    *(each.name for each in endpoints(ClassicReads) if isinstance(each, Reading) and each.made_of),
]
"""What both versions answer; v3 has permissions() in a connection, and says so."""

DIFFERENT = {
    "meta.fetched_at": "v2.0 asks the maker when it is asked; v3 has asked before, and tells when",
    "powertrain_type": "only v3 tells it",
    "mode": "only v3 tells it",
}
"""All that may differ, and why: v2-to-v3, and the versions' own references, say so."""

COMMANDS: dict[str, tuple[float, ...]] = {
    "start_charge": (),
    "stop_charge": (),
    "set_charge_limit": (0.7,),
    "lock": (),
    "unlock": (),
    "send_destination": (48.1, 11.5),
}


class Fleet(NamedTuple):
    """Twenty cars, at a time when some drive, charge, or stand open."""

    seed: int
    later: str
    cars: Sequence[int]

    def simulator(self) -> Simulator:
        simulator = Simulator(seed=self.seed, fleet=max(self.cars) + 1)
        simulator.clock.advance(self.later)
        return simulator

    def owners(self, simulator: Simulator) -> list[Owner]:
        return [owner_of(simulator, index) for index in self.cars]


FLEETS = (
    Fleet(1, "5d 4h", range(12, 32)),
    Fleet(2, "6d 8h", range(12, 32)),
    Fleet(3, "17d 8h", range(20)),  # among them the showcase's car that shows a fault
)


class Refused(NamedTuple):
    """An error, as far as a program can tell it from others."""

    kind: type[SmartcarError]
    status: int | None
    type: str | None
    code: str | None


def refused(error: SmartcarError) -> Refused:
    return Refused(type(error), error.status_code, error.type, error.code)


def said_by(answer: Any) -> dict[str, Any]:
    """Every fact in *answer* under its name."""
    if isinstance(answer, models.VehicleResource):
        names = ("id", "make", "model", "year", "powertrain_type", "mode")
        return {name: getattr(answer, name) for name in names}
    meta = {f"meta.{name}": getattr(answer.meta, name) for name in ("data_age", "unit_system")}
    facts = {name: getattr(answer, name) for name in answer.__struct_fields__}
    return {**facts, **meta, "meta.fetched_at": answer.meta.fetched_at}


def read(car: Vehicle, name: str) -> dict[str, Any] | Refused:
    try:
        return said_by(getattr(car, name)())
    except SmartcarError as error:
        return refused(error)


async def awaited(car: AsyncVehicle, name: str) -> dict[str, Any] | Refused:
    try:
        return said_by(await getattr(car, name)())
    except SmartcarError as error:
        return refused(error)


def cars(owner: Owner, units: str = "metric") -> tuple[Vehicle, Vehicle]:
    """The same car on both versions."""
    old, new = (
        Vehicle(
            owner.vehicle_id,
            owner.token,
            version=version,
            unit_system=units,
            transport=owner.simulator,
        )
        for version in VERSIONS
    )
    return old, new


def differences(old: dict[str, Any] | Refused, new: dict[str, Any] | Refused) -> Iterator[Any]:
    """What is not the same, save what may differ."""
    if isinstance(old, Refused) or isinstance(new, Refused):
        if old != new:
            yield old, new
        return
    assert old.keys() == new.keys()
    for name in old.keys() - DIFFERENT.keys():
        if (old[name], type(old[name])) != (new[name], type(new[name])):
            yield name, old[name], new[name]


@pytest.mark.parametrize("units", ["metric", "imperial"])
@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: f"seed {fleet.seed}")
def test_every_read_of_every_car_is_the_same(fleet: Fleet, units: str) -> None:
    found = [
        (owner.vehicle_id, name, *difference)
        for owner in fleet.owners(fleet.simulator())
        for name in READS
        for difference in differences(*(read(car, name) for car in cars(owner, units)))
    ]

    assert found == []


def test_these_cars_are_of_every_kind_and_in_every_state() -> None:
    states = [state for fleet in FLEETS for state in _states(fleet)]
    owners = [owner for fleet in FLEETS for owner in fleet.owners(fleet.simulator())]
    old = [cars(owner)[0] for owner in owners]
    tanks = [told for car in old if isinstance(told := read(car, "fuel"), dict)]

    assert len(owners) == 60
    assert {each.activity for each in states} >= {"parked", "charging", "driving"}
    assert {car.batch("/").attributes().make for car in old} >= {"TESLA", "BMW", "FORD", "VOLVO"}
    assert any(each.driver_door_open or each.window_ajar for each in states)
    assert any(each.fault_since for each in states)
    assert {tank["amount_remaining"] is None for tank in tanks} == {True, False}


@cache
def _states(fleet: Fleet) -> list[State]:
    simulator = fleet.simulator()
    specs = [simulator.world.garage.spec(owner.vehicle_id) for owner in fleet.owners(simulator)]
    now = simulator.clock.now()
    return [simulator.world.garage.car(spec).state(now) for spec in specs if spec is not None]


@pytest.mark.parametrize(
    ("make", "untold"),
    [
        ("KIA", "amount_remaining"),
        ("VOLKSWAGEN", "amount_remaining"),
        ("HYUNDAI", "percent_remaining"),
        ("PEUGEOT", "percent_remaining"),
    ],
)
def test_what_a_make_leaves_out_in_europe_both_leave_out(
    simulator: Simulator, make: str, untold: str
) -> None:
    owners = [new_owner(simulator, f"tank{number}@example.com", make) for number in range(12)]
    tanks = [[read(car, "fuel") for car in cars(owner)] for owner in owners]

    assert [list(differences(old, new)) for old, new in tanks] == [[] for _ in owners]
    known = [old for old, _ in tanks if isinstance(old, dict)]
    assert {name for tank in known for name, value in tank.items() if value is None} == {untold}
    assert any(tank[untold] is not None for tank in known)  # elsewhere


@pytest.mark.parametrize("name", READS)
async def test_awaiting_reads_the_same(simulator: Simulator, name: str) -> None:
    for owner in (owner_of(simulator, index) for index in (0, 2, 3)):
        blocking = [read(car, name) for car in cars(owner)]
        asked = [
            AsyncVehicle(owner.vehicle_id, owner.token, version=version, transport=simulator)
            for version in VERSIONS
        ]
        assert [await awaited(car, name) for car in asked] == blocking


def test_on_v3_the_maker_was_asked_earlier(simulator: Simulator) -> None:
    for owner in (owner_of(simulator, index) for index in range(12)):
        old, new = (car.odometer().meta for car in cars(owner))
        assert old.fetched_at is not None
        assert new.fetched_at is not None
        assert new.data_age is not None
        assert new.data_age <= new.fetched_at <= old.fetched_at


@pytest.mark.parametrize("name", READS[1:])
def test_what_was_not_granted_is_refused_alike(simulator: Simulator, name: str) -> None:
    owner = new_owner(simulator, "private@example.com", "BMW", ("read_vehicle_info",))

    old, new = (read(car, name) for car in cars(owner))

    assert old == new
    assert isinstance(old, Refused)
    assert (old.status, old.type) == (403, "PERMISSION")


@pytest.mark.parametrize("fate", sorted(set(FATED_VINS.values())), ids=":".join)
def test_an_error_that_a_login_stands_for_is_the_same(
    simulator: Simulator, fate: tuple[str, str]
) -> None:
    owner = new_owner(simulator, f"{'.'.join(fate)}@smartcar.com", "BMW")

    for name in ("odometer", "battery", "lock_status", "service_history"):
        old, new = (read(car, name) for car in cars(owner))
        assert old == new
        assert isinstance(old, Refused)
        assert (old.type, old.code) == fate


def told(car: Vehicle, name: str) -> Refused | None:
    """The error that the car answers a command with, if it does."""
    try:
        getattr(car, name)(*COMMANDS[name])
    except SmartcarError as error:
        return refused(error)
    return None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_car_obeys_or_refuses_alike(name: str) -> None:
    seen: set[Refused | None] = set()
    for fleet in FLEETS:
        # A command changes its car, so each version has cars of its own.
        apart = [fleet.owners(fleet.simulator()) for _ in VERSIONS]
        for old, new in zip(*apart, strict=True):
            answer = told(cars(old)[0], name)
            assert (old.vehicle_id, answer) == (new.vehicle_id, told(cars(new)[1], name))
            seen.add(answer)
        for owners in apart:
            owners[0].simulator.clock.advance("10m")
        on_v2, on_v3 = ([_now(owner) for owner in owners] for owners in apart)
        assert on_v2 == on_v3
    assert len(seen) > 1 or name == "send_destination"


def _now(owner: Owner) -> State:
    spec = owner.simulator.world.garage.spec(owner.vehicle_id)
    assert spec is not None
    return owner.simulator.world.garage.car(spec).state(owner.simulator.clock.now())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_was_not_granted_is_refused_alike(simulator: Simulator, name: str) -> None:
    owner = new_owner(simulator, "private@example.com", "BMW", ("read_charge", "read_security"))

    old, new = (told(car, name) for car in cars(owner))

    assert old == new
    assert old is not None
    assert (old.status, old.type) == (403, "PERMISSION")
