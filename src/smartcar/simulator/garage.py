"""The cars of a world, their owners, and what each car has been told.

Those of the fleet are made when somebody looks at them; the others are kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from typing import Final, TypeAlias

from . import events, ids
from .cars.added import added_spec
from .cars.car import Car
from .cars.moment import Command
from .cars.room import make_room
from .cars.spec import PLAYGROUND_ID, Spec, owned_spec, playground_spec
from .fleet import Fleet, LazySequence
from .overrides import Override, override_of

CARS_AT_HAND: Final = 1024
"""Car objects kept between requests, beside those that somebody follows; any other is made anew
from its spec and its commands."""

AT_ONCE: Final = 2000
"""Names that are looked at in some milliseconds."""

Told: TypeAlias = events.Commanded | events.Handled


class Garage:
    """Cars: those of a fleet, and those made since."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._made: dict[str, Spec] = {}
        self._made_for: dict[str, list[str]] = {}
        self._users: dict[str, str] = {}
        self._told: dict[str, list[Told]] = {}
        self._set: dict[str, dict[str, Override]] = {}
        self._cars: OrderedDict[str, Car] = OrderedDict()
        self._followed = 0

    def spec(self, vehicle_id: str) -> Spec | None:
        """The car with this id."""
        at_hand = self._cars.get(vehicle_id)
        if at_hand is not None:
            return at_hand.spec
        if vehicle_id == PLAYGROUND_ID:
            return playground_spec()
        return self._made.get(vehicle_id) or self._fleet.spec(vehicle_id)

    def spec_of_vin(self, vin: str) -> Spec | None:
        """A car with this VIN; there may be several, of owners who signed in with the same one."""
        made = next((spec for spec in self._made.values() if spec.vin == vin), None)
        return made or self._fleet.spec_of_vin(vin)

    @property
    def size(self) -> int:
        """How many cars there are."""
        return self._fleet.size + len(self._made)

    def in_mind(self, most: int) -> Iterator[Spec]:
        """The cars that something was done to, last first, then those of the fleet in order."""
        last = {which: told[-1].at for which, told in self._told.items()}
        for which, made in self._set.items():
            for each in made.values():
                last[which] = max(each.at, last.get(which, 0.0))
        touched = sorted(last, key=lambda which: -last[which])
        fleet = (self._fleet.grant(index).vehicle_id for index in range(self._fleet.size))
        known = dict.fromkeys(chain(touched, self._made, islice(fleet, most)))
        for which in islice(known, most):
            spec = self.spec(which)
            if spec is not None:
                yield spec

    def touched(self, most: int) -> Iterator[Spec]:
        """At most so many of the cars that something was done to, and of those made."""
        known = dict.fromkeys(chain(self._told, self._set, self._made))
        for which in islice(known, most):
            spec = self.spec(which)
            if spec is not None:
                yield spec

    def car(self, spec: Spec) -> Car:
        """The car itself, with what it has been told so far."""
        car = self._cars.get(spec.id)
        if car is None:
            told = self._told.get(spec.id, [])
            car = Car(spec, [Command(each.at, each.name, each.arguments) for each in told])
            self._cars[spec.id] = car
            while len(self._cars) > CARS_AT_HAND + self._followed:
                self._cars.popitem(last=False)
        self._cars.move_to_end(spec.id)
        return car

    def follow(self, cars: int) -> None:
        """So many cars are looked at again and again from now on: let there be room for them."""
        if cars != self._followed:
            self._followed = cars
            make_room(2 * cars)  # at a turn of the week each has two plans

    def specs(
        self,
        make: str | None = None,
        powertrain: str | None = None,
        *,
        without: AbstractSet[str] = frozenset(),
    ) -> Sequence[Spec]:
        """Cars, of a make and a powertrain or all: those of the fleet, then those made since.

        Each of the fleet is made when it is looked at; there are none *without* whose ids is asked.
        """
        made = [
            spec
            for spec in self._made.values()
            if make in {None, spec.make}
            and powertrain in {None, spec.powertrain}
            and spec.id not in without
        ]
        indexes = self._fleet.indexes(make, powertrain)
        if without:
            left_out = {self._fleet.index(each) for each in without}
            indexes = [index for index in indexes if index not in left_out]

        def at(place: int) -> Spec:
            is_made = place >= len(indexes)
            return made[place - len(indexes)] if is_made else self._fleet.spec_at(indexes[place])

        return LazySequence(len(indexes) + len(made), at)

    def called(self, name: str) -> Iterator[Spec | None]:
        """Cars by id, the beginning of one, VIN or nickname; None where many were not it.

        No car is made to find out, but for the one that is found.
        """
        low = name.strip().lower()
        one = self.spec(low) or self._fleet.spec_of_vin(low.upper())
        if one is not None and one.id not in self._made:
            yield one
        for spec in list(self._made.values()):
            if spec.id.startswith(low) or low in {spec.vin.lower(), spec.nickname.lower()}:
                yield spec
        if one is not None or not low:
            return
        fleet = self._fleet
        for index in range(fleet.size):
            if fleet.is_called(index, low):
                yield fleet.spec_at(index)
            elif index % AT_ONCE == AT_ONCE - 1:
                yield None

    def cars_of(self, owner_email: str, make: str | None = None) -> list[Spec]:
        """An owner's cars, of the fleet and made since."""
        specs = [
            self._fleet.spec(self._fleet.grant(index).vehicle_id)
            for index in self._fleet.indexes_of_owner(owner_email)
        ]
        specs += [self._made[each] for each in self._made_for.get(owner_email, [])]
        return [spec for spec in specs if spec and (make is None or spec.make == make)]

    def cars_of_user(self, user_id: str) -> list[Spec]:
        """The cars of the owner with this user id."""
        emails = [each for each in self._made_for if self.user_id_of(each) == user_id]
        emails += (
            self._fleet.grant(index).owner_email for index in self._fleet.indexes_of_user(user_id)
        )
        return [spec for each in dict.fromkeys(emails) for spec in self.cars_of(each)]

    def made_last(self, owner_email: str) -> Spec:
        """The car that was invented last for an owner."""
        return self._made[self._made_for[owner_email][-1]]

    def user_id_of(self, owner_email: str) -> str:
        """The user id of an owner, the same whenever asked."""
        found = self._users.get(owner_email) or self._fleet.user_id_of(owner_email)
        if found is None:
            found = ids.uuid(self._fleet.seed, "user", owner_email)
        return found

    def told(self, vehicle_id: str) -> list[Told]:
        """What a car has been told, in order: through the API, or by somebody at the car."""
        return self._told.get(vehicle_id, [])

    def overrides(self, vehicle_id: str, now: float) -> dict[str, Override]:
        """What is set or frozen of a car at *now*, by code."""
        found = self._set.get(vehicle_id)
        spec = self.spec(vehicle_id) if found else None
        if not found or spec is None:
            return {}
        reported_at = self.car(spec).reported_at(now)
        return {code: each for code, each in found.items() if each.holds(now, reported_at)}

    # --- the fold --------------------------------------------------------------------------------

    def add(self, event: events.CarAdded) -> None:
        """A car that somebody described."""
        self._keep(added_spec(event.facts), event.facts.owner_email)

    def make(self, event: events.CarMade) -> None:
        """A car that was invented for an owner."""
        spec = owned_spec(
            self._fleet.seed,
            event.owner_email,
            event.make,
            event.number,
            vin=event.vin,
            powertrain=event.powertrain,
            mode=event.mode,
        )
        self._keep(spec, event.owner_email)

    def tell(self, event: Told) -> None:
        """A car did what it was told, by whoever it was."""
        vehicle_id = event.vehicle_id
        self._told.setdefault(vehicle_id, []).append(event)
        car = self._cars.get(vehicle_id)
        if car is not None and len(car.commands) < len(self._told[vehicle_id]):
            car.command(Command(event.at, event.name, event.arguments))

    def name_owner(self, event: events.OwnerAdded) -> None:
        """An owner has a user id of their own."""
        self._users[event.owner_email] = event.user_id

    def set_signal(self, event: events.SignalSet) -> None:
        """A signal tells something else."""
        self._set.setdefault(event.vehicle_id, {})[event.code] = override_of(event)

    def release_signal(self, event: events.SignalReleased) -> None:
        """It tells again what the car says."""
        self._set.get(event.vehicle_id, {}).pop(event.code, None)

    def forget(self, vehicle_id: str) -> None:
        """Make a car anew from what is kept, when it is looked at next."""
        self._cars.pop(vehicle_id, None)

    def _keep(self, spec: Spec, owner_email: str) -> None:
        if spec.id not in self._made:
            self._made[spec.id] = spec
            self._made_for.setdefault(owner_email, []).append(spec.id)
