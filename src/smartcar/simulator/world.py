"""A simulated world: what follows from its seed, the time, and the events so far.

``World.record`` keeps an event and folds it in; everything else only looks.  Nothing here
speaks HTTP, and nothing here reads a clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final, TypeAlias

from msgspec.structs import replace

from . import events, ids
from .application import WEBHOOK_ID, Applications, SimulatedApplication
from .cars import PLAYGROUND_ID, Car, Command, Spec, added_spec, owned_spec, playground_spec
from .faults import FaultBook
from .fleet import Fleet, Grant, LazySequence
from .issued import Access, Issued
from .journal import Journal, MemoryJournal
from .limits import Usage
from .lives import TokenLives
from .overrides import Override, override_of
from .past import Past

NOTED_EVERY: Final = 60.0
"""Virtual seconds: what a killed world may forget of how late it was."""

CARS_AT_HAND: Final = 1024
"""Car objects kept between requests; any other is made anew from its spec and its commands."""

WORTH_TIDYING: Final = 10_000
"""Events in a journal that are worth being written anew, if fewer say the same."""

_WITHOUT_IDS: Final = (
    events.ClockMoved,
    events.ClockSet,
    events.SignalSet,
    events.SignalReleased,
    events.FaultAdded,
    events.FaultMatched,
    events.FaultRemoved,
    events.LimitsSet,
    events.Counted,
    events.Used,
)
"""What happens without changing the ids of what happens next: a request has the same answer,
whether or not its limits are counted and rules pass it by."""

Told: TypeAlias = events.Commanded | events.Handled


class World:
    """Everything there is, at every time."""

    def __init__(
        self,
        seed: int = 0,
        fleet: int = 12,
        applications: Sequence[SimulatedApplication] = (),
        journal: Journal | None = None,
        lives: TokenLives | None = None,
        *,
        at: float = 0.0,
        founding: Sequence[events.AnyEvent] = (),
    ) -> None:
        self._given = Applications(applications or (SimulatedApplication(),))
        self.webhook_id = WEBHOOK_ID
        self._journal = journal or MemoryJournal()
        self.lives = lives or TokenLives()
        self._lives = 1
        past = list(self._journal)
        self.is_restored = bool(past)
        if past:
            self._live(past)
            if len(past) > WORTH_TIDYING and len(past) > 2 * len(self.past()):
                self._journal.replace(self.past())
            return
        began = events.Founded(at=at, seed=seed, fleet=fleet, begun=len(founding))
        self._live([began, *founding])
        self._journal.replace(self.past())

    def _live(self, past: Sequence[events.AnyEvent]) -> None:
        """Be the world in which all of *past* has happened, and nothing else."""
        self._past = Past(past)
        founded = self._past.founded
        self.seed, self.fleet = founded.seed, Fleet(founded.seed, founded.fleet)
        self.applications = self._given
        self.issued = Issued()
        self.tokens = self.issued.tokens
        self.executions: dict[str, events.Commanded] = {}
        self.subscriptions: dict[str, events.Subscribed] = {}
        self.mended: set[str] = set()
        """Owners who have signed in again; to connect anew makes them as they were."""
        self.faults = FaultBook()
        self.usage = Usage()
        self._happened = 0
        self._is_at_rest = False
        self._granted: dict[str, Grant] = {}
        self._removed: set[int] = set()
        self._renewed: dict[int, Grant] = {}
        self._made: dict[str, Spec] = {}
        self._made_for: dict[str, list[str]] = {}
        self._users: dict[str, str] = {}
        self._told: dict[str, list[Told]] = {}
        self._set: dict[str, dict[str, Override]] = {}
        self._cars: OrderedDict[str, Car] = OrderedDict()
        for event in past[1:]:
            self._fold(event)

    @property
    def application(self) -> SimulatedApplication:
        """The first of its applications: the one that the fleet is connected to."""
        return self.applications.first

    @property
    def last_event_at(self) -> float | None:
        """When something happened last."""
        return self._past.last_at

    @property
    def is_adrift(self) -> bool:
        """Was its clock ever put back?  Then no other clock knows how late it is here."""
        return self._past.is_adrift

    @property
    def changes(self) -> int:
        """How often anything changed but the time and what is only counted."""
        return self._past.changes

    def past(self) -> tuple[events.AnyEvent, ...]:
        """All that has happened, as few events as make a world like this one."""
        return tuple(self._past.told(self.usage, self.faults))

    def beginning(self, seed: int | None = None) -> list[events.AnyEvent]:
        """What it began with; with another *seed* if one is given."""
        first, *more = self._past.beginning()
        return [first if seed is None else replace(first, seed=seed), *more]

    def record(self, event: events.AnyEvent) -> None:
        """Keep *event* for good, then let it happen."""
        self._journal.append(event)
        self._fold(event)

    def become(self, past: Sequence[events.AnyEvent]) -> None:
        """Be another world from now on: the one in which all of *past* has happened.

        Raises:
            ValueError: Nothing can have such a past; this world is as before.
        """
        fresh = World(applications=self._given, lives=self.lives)
        try:
            fresh._live(past)
        except (LookupError, TypeError) as error:  # something happened to what there was not
            msg = f"Nothing can have such a past: {type(error).__name__} {error}."
            raise ValueError(msg) from error
        self._journal.replace(fresh.past())
        kept = {"_given": self._given, "_journal": self._journal, "_lives": self._lives + 1}
        vars(self).update({**vars(fresh), **kept})

    def note(self, at: float) -> None:
        """Keep how late it is, so that a world that is restored does not go back."""
        if self.last_event_at is None or at - self.last_event_at >= NOTED_EVERY:
            self.record(events.ClockMoved(at=at))

    def rest(self, at: float) -> None:
        """Note how late it is, and let go of the journal."""
        if not self._is_at_rest:
            self._is_at_rest = True
            self.record(events.ClockMoved(at=at))
            self._journal.close()

    def next_id(self, *words: object) -> str:
        """An id for the event to come; the same one in a world with the same past."""
        return ids.uuid(self.seed, self._happened, *words)

    def next_token(self, what: str) -> str:
        """A token for the event to come; another one than in a world that was before this.

        A client whose token died with that world tells the new one from it.
        """
        return self.next_id(what, *([self._lives] if self._lives > 1 else []))

    # --- cars and owners -------------------------------------------------------------------------

    def spec(self, vehicle_id: str) -> Spec | None:
        """The car with this id."""
        if vehicle_id == PLAYGROUND_ID:
            return playground_spec()
        return self._made.get(vehicle_id) or self.fleet.spec(vehicle_id)

    def spec_of_vin(self, vin: str) -> Spec | None:
        """A car with this VIN; there may be several, of owners who signed in with the same one."""
        made = next((spec for spec in self._made.values() if spec.vin == vin), None)
        return made or self.fleet.spec_of_vin(vin)

    @property
    def size(self) -> int:
        """How many cars there are."""
        return self.fleet.size + len(self._made)

    def cars_in_mind(self, most: int) -> Iterator[Spec]:
        """The cars that something was done to, last first, then those of the fleet in order."""
        last = {which: told[-1].at for which, told in self._told.items()}
        for which, made in self._set.items():
            for each in made.values():
                last[which] = max(each.at, last.get(which, 0.0))
        touched = sorted(last, key=lambda which: -last[which])
        fleet = (self.fleet.grant(index).vehicle_id for index in range(self.fleet.size))
        known = dict.fromkeys(chain(touched, self._made, islice(fleet, most)))
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
            if len(self._cars) > CARS_AT_HAND:
                self._cars.popitem(last=False)
        self._cars.move_to_end(spec.id)
        return car

    def specs(self, make: str | None = None, powertrain: str | None = None) -> Sequence[Spec]:
        """Cars, of a make and a powertrain or all: those of the fleet, then those made since.

        Each of the fleet is made when it is looked at.
        """
        made = [
            spec
            for spec in self._made.values()
            if make in {None, spec.make} and powertrain in {None, spec.powertrain}
        ]
        indexes = self.fleet.indexes(make, powertrain)

        def at(place: int) -> Spec:
            is_made = place >= len(indexes)
            return made[place - len(indexes)] if is_made else self.fleet.spec_at(indexes[place])

        return LazySequence(len(indexes) + len(made), at)

    def cars_of(self, owner_email: str, make: str | None = None) -> list[Spec]:
        """An owner's cars, of the fleet and made since."""
        specs = [
            self.fleet.spec(self.fleet.grant(index).vehicle_id)
            for index in self.fleet.indexes_of_owner(owner_email)
        ]
        specs += [self._made[each] for each in self._made_for.get(owner_email, [])]
        return [spec for spec in specs if spec and (make is None or spec.make == make)]

    def made_last(self, owner_email: str) -> Spec:
        """The car that was invented last for an owner."""
        return self._made[self._made_for[owner_email][-1]]

    def user_id_of(self, owner_email: str) -> str:
        """The user id of an owner, the same whenever asked."""
        found = self._users.get(owner_email) or self.fleet.user_id_of(owner_email)
        if found is None:
            found = ids.uuid(self.seed, "user", owner_email)
        return found

    # --- connections -----------------------------------------------------------------------------

    def grants(
        self, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> Iterator[Grant]:
        """Connections with all applications, of every mode, newest first for each of them."""
        for each in self.applications:
            whose = self.applications.key(each)
            yield from self.grants_of(whose, user_id=user_id, vehicle_id=vehicle_id)

    def grants_of(
        self,
        application: str | None,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
    ) -> Iterator[Grant]:
        """Connections of an application, of every mode, newest first."""
        for grant in reversed(self._granted.values()):
            if (
                grant.application == application
                and user_id in {None, grant.user_id}
                and vehicle_id in {None, grant.vehicle_id}
            ):
                yield grant
        if application is not None:  # the fleet is the first one's
            return
        for index in self._fleet_indexes(user_id, vehicle_id):
            found = self._of_fleet(index)
            if found is not None:
                yield found

    def opened(
        self, access: Access, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> Iterator[Grant]:
        """Those that a token opens, each as far as it does."""
        of, user_id = access.application, access.user_id or user_id
        for grant in self.grants_of(of, user_id=user_id, vehicle_id=vehicle_id):
            seen = access.of(grant)
            if seen is not None:
                yield seen

    def agreed(self, application: str | None) -> Iterator[Grant]:
        """Those that somebody agreed to in Connect, newest first: the others are as they began."""
        for grant in reversed(self._granted.values()):
            if grant.application == application:
                yield grant
        if application is not None:
            return
        for index in sorted(self._renewed, reverse=True):
            if index not in self._removed:
                yield self._renewed[index]

    def live_grants(self, application: str | None) -> Sequence[Grant]:
        """All live connections, newest first; those of the fleet are made when looked at."""
        made = [
            grant
            for grant in reversed(self._granted.values())
            if grant.mode == "live" and grant.application == application
        ]
        if application is not None:
            return made
        removed = sorted(self._removed, reverse=True)

        def at(place: int) -> Grant:
            if place < len(made):
                return made[place]
            index = self.fleet.size - 1 - (place - len(made))
            for gone in removed:  # each one above it has left a gap
                if gone < index:
                    break
                index -= 1
            return self._renewed.get(index) or self.fleet.grant(index)

        return LazySequence(len(made) + self.fleet.size - len(removed), at)

    def all_grants(self) -> Sequence[Grant]:
        """Connections of every mode, newest first; those of the fleet are made when looked at."""
        others = [
            grant
            for grant in reversed(self._granted.values())
            if (grant.mode, grant.application) != ("live", None)
        ]
        live = self.live_grants(None)

        def at(place: int) -> Grant:
            return others[place] if place < len(others) else live[place - len(others)]

        return LazySequence(len(others) + len(live), at)

    def command(self, event: Told, car: Car) -> None:
        """Let *car* do what *event* says, and keep it.

        Raises:
            Refused: The car will not; nothing is kept.
        """
        car.command(Command(event.at, event.name, dict(event.arguments)))
        try:
            self.record(event)
        except BaseException:
            self._cars.pop(event.vehicle_id, None)  # it did what nobody will remember
            raise

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

    def grant(self, connection_id: str) -> Grant | None:
        """One connection."""
        if connection_id in self._granted:
            return self._granted[connection_id]
        index = self.fleet.index_of_connection(connection_id)
        return None if index is None else self._of_fleet(index)

    def _of_fleet(self, index: int) -> Grant | None:
        """The consent that a car of the fleet began with, or what has become of it."""
        if index in self._removed:
            return None
        return self._renewed.get(index) or self.fleet.grant(index)

    def _fleet_indexes(self, user_id: str | None, vehicle_id: str | None) -> Iterator[int]:
        if vehicle_id is not None:
            index = self.fleet.index(vehicle_id)
            if index is not None and user_id in {None, self.fleet.grant(index).user_id}:
                yield index
        elif user_id is not None:
            yield from reversed(self.fleet.indexes_of_user(user_id))
        else:
            yield from range(self.fleet.size - 1, -1, -1)

    # --- the fold --------------------------------------------------------------------------------

    def _fold(self, event: events.AnyEvent) -> None:  # noqa: C901, PLR0912 -- a case each
        self._past.add(event)
        self._happened += not isinstance(event, _WITHOUT_IDS)
        match event:
            case events.CarAdded():
                self._fold_added(event)
            case events.ApplicationAdded():
                self.applications = self.applications.and_also(event)
            case events.OwnerAdded(owner_email=owner_email, user_id=user_id):
                self._users[owner_email] = user_id
            case events.Handled(vehicle_id=vehicle_id):
                self._fold_told(vehicle_id, event)
            case events.SignalSet(vehicle_id=vehicle_id, code=code):
                self._set.setdefault(vehicle_id, {})[code] = override_of(event)
            case events.SignalReleased(vehicle_id=vehicle_id, code=code):
                self._set.get(vehicle_id, {}).pop(code, None)
            case events.CarMade():
                self._fold_car(event)
            case events.Connected():
                self._fold_connection(event)
            case events.SignedInAgain(owner_email=owner_email):
                self.mended.add(owner_email)
            case events.Disconnected(connection_id=connection_id):
                self._fold_end(connection_id)
            case (
                events.CodeIssued()
                | events.CodeUsed()
                | events.TokenIssued()
                | events.RefreshTokenUsed()
                | events.TokenEnded()
            ):
                self.issued.fold(event)
            case events.Commanded(vehicle_id=vehicle_id):
                self.executions[event.execution_id] = event
                self._fold_told(vehicle_id, event)
            case events.Subscribed(subscription_id=subscription_id):
                self.subscriptions[subscription_id] = event
            case events.Unsubscribed(subscription_id=subscription_id):
                self.subscriptions.pop(subscription_id, None)
            case events.FaultAdded(fault_id=fault_id, rule=rule):
                self.faults.add(fault_id, rule, event.at)
            case events.FaultRemoved(fault_id=fault_id):
                self.faults.remove(fault_id)
            case events.FaultMatched(fault_id=fault_id, seen=seen, struck=struck):
                self.faults.note(fault_id, seen, struck)
            case events.LimitsSet(limits=limits):
                self.usage.set(limits, event.at)
            case events.Counted(vehicle_id=counted_id, requests=requests):
                self.usage.count(event.at, event.application, counted_id, requests)
            case events.Used(kept=kept):
                self.usage.take(kept)
            case _:
                pass

    def _fold_added(self, event: events.CarAdded) -> None:
        self._keep(added_spec(event.facts), event.facts.owner_email)

    def _keep(self, spec: Spec, owner_email: str) -> None:
        if spec.id not in self._made:
            self._made[spec.id] = spec
            self._made_for.setdefault(owner_email, []).append(spec.id)

    def _fold_car(self, event: events.CarMade) -> None:
        spec = owned_spec(
            self.seed,
            event.owner_email,
            event.make,
            event.number,
            vin=event.vin,
            powertrain=event.powertrain,
            mode=event.mode,
        )
        self._keep(spec, event.owner_email)

    def _fold_connection(self, event: events.Connected) -> None:
        old = self.grant(event.connection_id)
        grant = Grant(
            id=event.connection_id,
            user_id=event.user_id,
            owner_email=event.owner_email,
            vehicle_id=event.vehicle_id,
            permissions=event.permissions,
            mode=event.mode,
            created_at=old.created_at if old else event.at,
            updated_at=event.at,
            external_id=event.external_id,
            application=event.application,
        )
        self.mended.discard(event.owner_email)
        index = self.fleet.index_of_connection(event.connection_id)
        if index is None:
            self._granted[event.connection_id] = grant
        else:
            self._renewed[index] = grant

    def _fold_end(self, connection_id: str) -> None:
        self._granted.pop(connection_id, None)
        index = self.fleet.index_of_connection(connection_id)
        if index is not None:
            self._removed.add(index)

    def _fold_told(self, vehicle_id: str, event: Told) -> None:
        self._told.setdefault(vehicle_id, []).append(event)
        car = self._cars.get(vehicle_id)
        if car is not None and len(car.commands) < len(self._told[vehicle_id]):
            car.command(Command(event.at, event.name, event.arguments))
