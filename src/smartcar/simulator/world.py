"""A simulated world: what follows from its seed, the time, and the events so far.

``World.record`` keeps an event and folds it in; everything else only looks.  Nothing here
speaks HTTP, and nothing here reads a clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final

from . import events, ids
from .application import WEBHOOK_ID, SimulatedApplication
from .cars import PLAYGROUND_ID, Car, Command, Spec, owned_spec, playground_spec
from .fleet import Fleet, Grant, LazySequence
from .issued import Access, Issued
from .journal import Journal, MemoryJournal
from .lives import TokenLives

NOTED_EVERY: Final = 60.0
"""Virtual seconds: what a killed world may forget of how late it was."""

CARS_AT_HAND: Final = 1024
"""Car objects kept between requests; any other is made anew from its spec and its commands."""


class World:
    """Everything there is, at every time."""

    def __init__(
        self,
        seed: int = 0,
        fleet: int = 12,
        application: SimulatedApplication | None = None,
        journal: Journal | None = None,
        lives: TokenLives | None = None,
    ) -> None:
        self.application = application or SimulatedApplication()
        self.webhook_id = WEBHOOK_ID
        self._journal = journal or MemoryJournal()
        self.lives = lives or TokenLives()
        self.issued = Issued()
        self.tokens = self.issued.tokens
        self.executions: dict[str, events.Commanded] = {}
        self.subscriptions: dict[str, events.Subscribed] = {}
        self.mended: set[str] = set()
        """Owners who have signed in again; to connect anew makes them as they were."""
        self.last_event_at: float | None = None
        self._happened = 0
        self._is_at_rest = False
        self._granted: dict[str, Grant] = {}
        self._removed: set[int] = set()
        self._renewed: dict[int, Grant] = {}
        self._made: dict[str, Spec] = {}
        self._made_for: dict[str, list[str]] = {}
        self._users: dict[str, str] = {}
        self._told: dict[str, list[events.Commanded]] = {}
        self._cars: OrderedDict[str, Car] = OrderedDict()
        past = iter(self._journal)
        first = next(past, None)
        if isinstance(first, events.Founded):
            seed, fleet = first.seed, first.fleet
        self.seed, self.fleet = seed, Fleet(seed, fleet)
        self.is_restored = first is not None
        for event in past:
            self._fold(event)
        if first is None:
            self._journal.append(events.Founded(at=0.0, seed=seed, fleet=fleet))

    def record(self, event: events.AnyEvent) -> None:
        """Keep *event* for good, then let it happen."""
        self._journal.append(event)
        self._fold(event)

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
        found = self.fleet.user_id_of(owner_email)
        if found is None:
            found = ids.uuid(self.seed, "user", owner_email)
        return found

    # --- connections -----------------------------------------------------------------------------

    def grants(
        self, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> Iterator[Grant]:
        """Connections of every mode, newest first."""
        for grant in reversed(self._granted.values()):
            if user_id in {None, grant.user_id} and vehicle_id in {None, grant.vehicle_id}:
                yield grant
        for index in self._fleet_indexes(user_id, vehicle_id):
            found = self._of_fleet(index)
            if found is not None:
                yield found

    def opened(
        self, access: Access, *, user_id: str | None = None, vehicle_id: str | None = None
    ) -> Iterator[Grant]:
        """Those that a token opens, each as far as it does."""
        for grant in self.grants(user_id=access.user_id or user_id, vehicle_id=vehicle_id):
            seen = access.of(grant)
            if seen is not None:
                yield seen

    def agreed(self) -> Iterator[Grant]:
        """Those that somebody agreed to in Connect, newest first: the others are as they began."""
        yield from reversed(self._granted.values())
        for index in sorted(self._renewed, reverse=True):
            if index not in self._removed:
                yield self._renewed[index]

    def live_grants(self) -> Sequence[Grant]:
        """All live connections, newest first; those of the fleet are made when looked at."""
        made = [grant for grant in reversed(self._granted.values()) if grant.mode == "live"]
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

    def command(self, event: events.Commanded, car: Car) -> None:
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

    def told(self, vehicle_id: str) -> list[events.Commanded]:
        """What a car has been told, in order."""
        return self._told.get(vehicle_id, [])

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

    def _fold(self, event: events.AnyEvent) -> None:
        self._happened += not isinstance(event, events.ClockMoved)
        self.last_event_at = max(event.at, self.last_event_at or event.at)
        match event:
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
            ):
                self.issued.fold(event)
            case events.Commanded(vehicle_id=vehicle_id):
                self._fold_command(vehicle_id, event)
            case events.Subscribed(subscription_id=subscription_id):
                self.subscriptions[subscription_id] = event
            case events.Unsubscribed(subscription_id=subscription_id):
                self.subscriptions.pop(subscription_id, None)
            case _:
                pass

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
        if spec.id not in self._made:
            self._made[spec.id] = spec
            self._made_for.setdefault(event.owner_email, []).append(spec.id)

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

    def _fold_command(self, vehicle_id: str, event: events.Commanded) -> None:
        self.executions[event.execution_id] = event
        self._told.setdefault(vehicle_id, []).append(event)
        car = self._cars.get(vehicle_id)
        if car is not None and len(car.commands) < len(self._told[vehicle_id]):
            car.command(Command(event.at, event.name, event.arguments))
