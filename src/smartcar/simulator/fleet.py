"""The cars that a world begins with, and who connected them: derived when looked at.

Owners, users and connections of the fleet carry their number in their ids, as the cars do, so a
fleet of a hundred thousand costs nothing until somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar, overload

from .cars.identity import cars_of, find_index, owner_email, owner_number, vehicle_id
from .cars.room import Roomy
from .cars.spec import Spec, find_vin, fleet_design, fleet_nickname, fleet_spec

T = TypeVar("T")

ALL_PERMISSIONS: Final = (
    "control_charge",
    "control_climate",
    "control_navigation",
    "control_pin",
    "control_security",
    "control_trunk",
    "read_alerts",
    "read_battery",
    "read_charge",
    "read_charge_events",
    "read_charge_locations",
    "read_charge_records",
    "read_climate",
    "read_compass",
    "read_diagnostics",
    "read_engine_oil",
    "read_extended_vehicle_info",
    "read_fuel",
    "read_location",
    "read_odometer",
    "read_security",
    "read_service_history",
    "read_speedometer",
    "read_thermometer",
    "read_tires",
    "read_user_profile",
    "read_vehicle_info",
    "read_vin",
)
"""https://smartcar.com/docs/api-reference/permissions"""

RESERVED: Final = 8
"""The showcase owner who keeps position and locks private: an app must live with that."""
WITHHELD: Final = frozenset({"read_location", "control_security"})

_FIRST_CONNECTED: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC).timestamp()
_BETWEEN: Final = 97.0
"""Seconds between one connection of the fleet and the next, so that their order is plain to see."""


@dataclass(frozen=True, slots=True)
class Grant:
    """An owner's consent, as the world keeps it."""

    id: str
    user_id: str
    owner_email: str
    vehicle_id: str
    permissions: tuple[str, ...]
    mode: str
    created_at: float
    updated_at: float
    external_id: str | None = None
    application: str | None = None
    """Whose it is: a client id, or None for the first application."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """*size* cars made from *seed*."""

    seed: int
    size: int

    def spec(self, vehicle_id: str) -> Spec | None:
        """The car with this id, if it is of the fleet."""
        index = self.index(vehicle_id)
        return None if index is None else fleet_spec(self.seed, index)

    def spec_at(self, index: int) -> Spec:
        """The car number *index*."""
        return fleet_spec(self.seed, index)

    def indexes(self, make: str | None = None, powertrain: str | None = None) -> Sequence[int]:
        """The cars of a make and a powertrain, or all; looked for once."""
        if make is None and powertrain is None:
            return range(self.size)
        return _indexes(self.seed, self.size, make, powertrain)

    def spec_of_vin(self, vin: str) -> Spec | None:
        """The car with this VIN, if it is of the fleet."""
        index = self._within(find_vin(self.seed, vin))
        spec = None if index is None else fleet_spec(self.seed, index)
        return spec if spec is not None and spec.vin == vin else None

    def is_called(self, index: int, name: str) -> bool:
        """Is *name*, in small letters, the car's nickname, or does its id begin so?"""
        return fleet_nickname(self.seed, index).lower() == name or vehicle_id(
            self.seed, index
        ).startswith(name)

    def index(self, vehicle_id: str) -> int | None:
        """Which car of the fleet has this id."""
        return self._within(find_index(self.seed, vehicle_id))

    def grant(self, index: int) -> Grant:
        """The consent that the car *index* began with."""
        return _grant(self.seed, index)

    def index_of_connection(self, connection_id: str) -> int | None:
        """Which car of the fleet this connection is about."""
        return self._within(find_index(_seed_of(self.seed, "connection"), connection_id))

    def indexes_of_user(self, user_id: str) -> tuple[int, ...]:
        """The cars of a user of the fleet."""
        owner = find_index(_seed_of(self.seed, "user"), user_id)
        return () if owner is None else self.indexes_of_owner(owner_email(self.seed, owner))

    def indexes_of_owner(self, email: str) -> tuple[int, ...]:
        """The cars of the owner with this address."""
        return tuple(index for index in cars_of(self.seed, email) if index < self.size)

    def user_id_of(self, email: str) -> str | None:
        """The user id of an owner of the fleet."""
        indexes = self.indexes_of_owner(email)
        return _user_id(self.seed, owner_number(indexes[0])) if indexes else None

    def _within(self, index: int | None) -> int | None:
        return index if index is not None and index < self.size else None


def _user_id(seed: int, owner: int) -> str:
    return vehicle_id(_seed_of(seed, "user"), owner)


def _seed_of(seed: int, kind: str) -> int:
    return seed ^ {"connection": 1 << 41, "user": 1 << 42}[kind]


@lru_cache(maxsize=32)
def _indexes(seed: int, size: int, make: str | None, powertrain: str | None) -> tuple[int, ...]:
    designs = ((index, fleet_design(seed, index)) for index in range(size))
    return tuple(
        index
        for index, design in designs
        if make in {None, design.make} and powertrain in {None, design.powertrain}
    )


@Roomy
def _grant(seed: int, index: int) -> Grant:
    owner = owner_number(index)
    withheld = WITHHELD if owner == RESERVED else frozenset[str]()
    at = _FIRST_CONNECTED + index * _BETWEEN
    return Grant(
        id=vehicle_id(_seed_of(seed, "connection"), index),
        user_id=_user_id(seed, owner),
        owner_email=owner_email(seed, owner),
        vehicle_id=vehicle_id(seed, index),
        permissions=tuple(name for name in ALL_PERMISSIONS if name not in withheld),
        mode="live",
        created_at=at,
        updated_at=at,
    )


class LazySequence(Sequence[T]):
    """So many items, each made when it is looked at."""

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        self._length, self._make = length, make

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        """One item, or those of a slice."""
        if isinstance(place, slice):
            return [self._make(n) for n in range(*place.indices(self._length))]
        return self._make(range(self._length)[place])
