"""A simulated world: what follows from its seed, the time, and the events so far.

``World.record`` keeps an event and folds it in; everything else only looks.  Nothing here
speaks HTTP, and nothing here reads a clock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Final

from msgspec import structs

from . import events, ids
from .application import WEBHOOK_ID, Applications, SimulatedApplication
from .cars.car import Car
from .cars.moment import Command
from .faults import FaultBook
from .fleet import Fleet
from .folding import fold, has_ids
from .garage import Garage, Told
from .grants import Grants
from .issued import Issued
from .journal import Journal, MemoryJournal
from .limits import Usage
from .lives import TokenLives
from .past import PASSING, Past
from .webhooks.book import WebhookBook
from .webhooks.outbox import Outbox

_log = logging.getLogger(__name__)

NOTED_EVERY: Final = 60.0
"""Virtual seconds: what a killed world may forget of how late it was, while time only passes."""

WORTH_TIDYING: Final = 10_000
"""Events in a journal that are worth being written anew, if fewer say the same."""


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
        self._together: list[events.AnyEvent] | None = None
        self._unkept: list[events.AnyEvent] = []
        """What has happened and could not be kept."""
        self._passing = 0
        """How many events were kept lately that others say by now."""
        past = list(self._journal)
        self.is_restored = bool(past)
        if past:
            self._live(past)
            if len(past) > WORTH_TIDYING and len(past) > 2 * len(self.past()):
                self._tidy()
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
        self.mended: set[str] = set()
        """Owners who have signed in again; to connect anew makes them as they were."""
        self.faults = FaultBook()
        self.usage = Usage()
        self.webhooks = WebhookBook()
        self.outbox = Outbox()
        self._happened = self._told = 0
        self._is_at_rest = False
        self.garage = Garage(self.fleet)
        self.grants = Grants(self.fleet)
        for event in past[1:]:
            self._fold(event)

    @property
    def application(self) -> SimulatedApplication:
        """The first of its applications: the one that the fleet is connected to."""
        return self.applications.first

    @property
    def subscriptions(self) -> dict[str, events.Subscribed]:
        """Which cars' events go to which webhook, by id, in the order they were made."""
        return self.webhooks.subscriptions

    @property
    def last_event_at(self) -> float | None:
        """When something happened last."""
        return self._past.last_at

    @property
    def is_adrift(self) -> bool:
        """Was its clock ever put back?  Then no other clock knows how late it is here."""
        return self._past.is_adrift

    @property
    def speed(self) -> float | None:
        """How fast its clock runs, if anybody has said."""
        return self._past.speed

    @property
    def changes(self) -> int:
        """How often anything changed but the time and what is only counted."""
        return self._past.changes

    @property
    def worlds(self) -> int:
        """Which world this is: 1 at first, one more whenever it became another."""
        return self._lives

    def past(self) -> tuple[events.AnyEvent, ...]:
        """All that has happened, as few events as make a world like this one."""
        return tuple(self._past.told(self.usage, self.faults, self.webhooks, self.outbox))

    def beginning(self, seed: int | None = None) -> list[events.AnyEvent]:
        """What it began with; with another *seed* if one is given."""
        first, *more = self._past.beginning()
        return [first if seed is None else structs.replace(first, seed=seed), *more]

    def record(self, event: events.AnyEvent) -> None:
        """Keep *event* for good, then let it happen."""
        if self._together is None:
            self.catch_up()
            self._journal.append(event)
        else:
            self._together.append(event)
        self._fold(event)
        self._passing += type(event) in PASSING
        if self._passing >= WORTH_TIDYING and self._together is None:
            self._passing = 0
            self._tidy()

    @contextmanager
    def together(self) -> Generator[None]:
        """Keep all that is recorded here at once, when it has happened: all of it or nothing.

        Where it cannot be kept it has happened all the same, and is kept before whatever is next.
        """
        kept: list[events.AnyEvent] = []
        self._together = kept
        try:
            yield
        finally:
            self._together = None
            self._unkept += kept
            self.catch_up()

    def catch_up(self) -> None:
        """Keep what has happened and could not be kept."""
        if self._unkept:
            self._journal.append_all(self._unkept)  # not all anew: there may be no room for that
            self._unkept = []

    def _tidy(self) -> None:
        """Keep the same in fewer events, if there is room for both on the way."""
        past = self.past()
        try:
            self._journal.replace(past)
        except Exception as error:  # noqa: BLE001 -- a journal's own; nothing is lost: all is kept as it is
            _log.warning("What happened is not kept in fewer events: %s", error)

    def become(
        self,
        past: Sequence[events.AnyEvent],
        check: Callable[[World], None] | None = None,
    ) -> None:
        """Be another world from now on: the one in which all of *past* has happened.

        Args:
            past: What has happened, in order.
            check: Raises ``ValueError`` if it does not like the world to be.

        Raises:
            ValueError: Nothing can have such a past; this world is as before.
        """
        fresh = World(applications=self._given, lives=self.lives)
        try:
            fresh._live(past)
            if check is not None:
                check(fresh)
        except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
            # Something happened to what there was not.
            msg = f"Nothing can have such a past: {type(error).__name__} {error}."
            raise ValueError(msg) from error
        self._journal.replace(fresh.past())
        kept = {"_given": self._given, "_journal": self._journal, "_lives": self._lives + 1}
        vars(self).update({**vars(fresh), **kept})

    def note(self, at: float) -> None:
        """Keep how late it is, so that a world that is restored does not go back."""
        last_at = self._past.last_at
        if last_at is None or at - last_at >= NOTED_EVERY:
            self.record(events.ClockMoved(at=at))

    def put_forward(self, at: float, speed: float | None) -> None:
        """Keep that somebody has put the clock forward, or made it run at another *speed*."""
        if self._is_at_rest:
            return
        if speed is not None and speed != self.speed:
            self.record(events.SpeedSet(at=at, speed=speed))
        if self.last_event_at is None or at > self.last_event_at:
            self.record(events.ClockMoved(at=at))

    def rest(self, at: float) -> None:
        """Note how late it is, and let go of the journal."""
        if not self._is_at_rest:
            self.record(events.ClockMoved(at=at))  # where that fails, it can be tried again
            self._is_at_rest = True
            self._journal.close()

    def next_id(self, *words: object) -> str:
        """An id for the event to come; the same one in a world with the same past."""
        return ids.uuid(self.seed, self._happened, *words)

    def next_token(self, what: str) -> str:
        """A token for the event to come; another one than in a world that was before this.

        A client whose token died with that world tells the new one from it.
        """
        return self.next_id(what, *([self._lives] if self._lives > 1 else []))

    def next_event_id(self, at: float) -> str:
        """The id of what a webhook is told next; another one than in a world that was before this.

        Whoever drops what has come before would drop it else.
        """
        self._told += 1
        return ids.uuid(self.seed, self._happened, "webhook event", self._lives, at, self._told)

    def command(self, event: Told, car: Car) -> None:
        """Let *car* do what *event* says, and keep it.

        Raises:
            Refused: The car will not; nothing is kept.
        """
        car.command(Command(event.at, event.name, dict(event.arguments)))
        try:
            self.record(event)
        except BaseException:
            self.garage.forget(event.vehicle_id)  # it did what nobody will remember
            raise

    def _fold(self, event: events.AnyEvent) -> None:
        self._past.add(event)
        self._happened += has_ids(event)
        fold(self, event)
