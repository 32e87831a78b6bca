"""How gaps are made up for: several cars at a time, within a budget, until none is left.

A flow: it waits by the client's clock, and does no I/O but through what it yields.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from smartcar.api.account import AccountEndpoints
from smartcar.api.signals import Signals
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.client import AsyncSmartcar, Smartcar
from smartcar.errors import SmartcarError
from smartcar.protocol.flow import Do, Flow, Sleep
from smartcar.protocol.pages import Walk
from smartcar.transport import Clock

from .failing import end_of, is_of_all
from .gaps import Budget, Gap
from .inbox import Inbox
from .journal import Envelope
from .ledger import GapState, Ledger
from .reread import event_id, reconciled, reconciled_error
from .rereads import LEASE_SECONDS, End, LeaseLost, Outcome, Reread, Rereads, Whose
from .turn import Stopped, Turn

STANDBY_SECONDS: Final = 2.0
"""How often it is seen whether another process still reads."""
LONG: Final = 10.0
"""Minutes: where cars take longer within the budget, that is told."""
_SLOW: Final = (
    "%d cars take some %.0f minutes within the budget of %g requests a minute.  Smartcar's limit is"
    " your application's, for all cars, and can be raised: if yours is, say so with"
    " Budget(burst=…, per_minute=…), or Budget.until_refused()."
)
_USED_UP: Final = "The budget's reads of this car in this month are used up"

What: TypeAlias = Literal["read", "failed", "put off", "waiting"]
_WHAT: Final[Mapping[Outcome, What]] = {"done": "read", "failed": "failed", "due": "put off"}

_log: Final = logging.getLogger("smartcar.webhooks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Something that a reconciler did, and how far it is."""

    what: What
    """A car was read, cannot be read, will be read later; or the budget is waited for."""
    vehicle_id: str | None = None
    told: str | None = None
    """Why, of a car that was not read."""
    seconds: float = 0.0
    """How long that is waited for."""
    done: int
    """Cars that were read in this run."""
    failed: int
    """Cars that were given up in this run."""
    left: int
    """Cars that are to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a reconciler was told."""

    vehicles: tuple[str, ...] | None
    webhook_id: str | None
    budget: Budget
    accept_tests: bool
    on_progress: Callable[[Progress], object] | None
    now: Callable[[], float] | None


class Rereading:
    """One reconciler at work.

    Args:
        inbox: Where what was read is kept.
        client: Who asks.
        settings: What it was told.
    """

    def __init__(self, inbox: Inbox, client: Smartcar | AsyncSmartcar, settings: Settings) -> None:
        self.ledger: Final = Ledger(inbox.journal)
        self.rereads: Final = Rereads(self.ledger)
        self.turn: Final = Turn(
            self.rereads,
            client,
            settings.budget,
            settings.now or clock_of(client),
            lambda seconds, told: self._tell("waiting", None, told, seconds),
        )
        self._inbox = inbox
        self._client = self.turn.client
        self._settings = settings
        self._done = self._failed = self._left = 0

    def until_done(self) -> Flow[list[GapState]]:
        """Make up for all gaps that are open; they, as they are then.

        Where another process does that, wait for it, and take its place if it ends.
        """
        self._done = self._failed = 0
        seen: dict[str, None] = {}
        while not self.turn.is_over:
            states: list[GapState] = yield Do(self._open)
            if not states:
                break
            seen |= dict.fromkeys(each.gap.id for each in states)
            if (yield Do(self.turn.take)):
                yield from self._read_all()
            else:
                _log.info("Another process makes up for %d gaps", len(states))
                yield Sleep(STANDBY_SECONDS)
        known: list[GapState] = yield Do(self.ledger.gaps)
        return [each for each in known if each.gap.id in seen]

    def cars(self, gap: Gap) -> Flow[list[Whose]]:
        """The cars that *gap* concerns: those that it names, else those that are subscribed."""
        named = gap.vehicles or self._settings.vehicles
        if named is not None:
            return [Whose(each) for each in dict.fromkeys(named)]
        found: dict[str, Whose] = {}
        for fields in ({}, {"mode": "simulated"}):  # it may be that simulated cars are hidden
            found = yield from self._subscribed(fields)
            if found:
                break
        return list(found.values())

    def _open(self) -> list[GapState]:
        return self.ledger.gaps(is_open=True)

    def _read_all(self) -> Flow[None]:
        """Read all cars that are due, or will be."""
        try:
            states: list[GapState] = yield Do(self._open)
            yield from self._list([each.gap for each in states if not each.is_listed])
            self._left = yield Do(self.rereads.left)
            self._warn()
            while not self.turn.is_over:
                due: list[Reread] = yield Do(self.turn.next)
                if not due:
                    return
                yield from self._read(due)
        except LeaseLost:
            _log.info("Another process goes on with the gaps")
        except Stopped:
            pass

    def _warn(self) -> None:
        """Say so where the budget makes it long."""
        minutes = self._settings.budget.seconds(self._left) / 60
        if minutes > LONG:
            _log.warning(_SLOW, self._left, minutes, self._settings.budget.per_minute)

    def _list(self, gaps: Sequence[Gap]) -> Flow[None]:
        """Find out which cars the gaps concern."""
        found: dict[tuple[str, ...] | None, list[Whose]] = {}
        for gap in gaps:
            if gap.vehicles not in found:
                found[gap.vehicles] = yield from self.cars(gap)
            cars = found[gap.vehicles]
            if not cars:
                _log.warning("No car is subscribed: there is nothing to read after %s", gap)
            _log.info("%d cars are read after %s", len(cars), gap)
            yield Do(partial(self.rereads.list_cars, gap, cars, self.turn.now()))

    def _subscribed(self, fields: dict[str, str]) -> Flow[dict[str, Whose]]:
        """Cars by their ids, of all pages."""
        asked: dict[str, object] = {"page_size": 100, **fields}
        if self._settings.webhook_id is not None:
            asked["webhook_id"] = self._settings.webhook_id
        walk = Walk(AccountEndpoints.subscriptions.call_with({}, asked))
        found: dict[str, Whose] = {}
        while (call := walk.call) is not None:
            page = yield from self.turn.asked(partial(self._client.ask, call))
            for each in page.data:
                is_wanted = self._settings.accept_tests or each.vehicle.mode != "test"
                if each.vehicle_id and is_wanted:
                    found[each.vehicle_id] = Whose(each.vehicle_id, each.user_id or "")
            walk.go_on(page)
        return found

    def _read(self, due: Sequence[Reread]) -> Flow[None]:
        """Read cars, or wait until the first of them is due."""
        early = due[0].due_at - self.turn.now()
        if early > 0:
            yield from self.turn.rest(min(early, LEASE_SECONDS))
            return
        now = self.turn.now()
        asked = {each.whose.vehicle_id: each for each in due if each.due_at <= now}
        kept: list[Reread] = yield Do(lambda: self._kept(asked.values()))
        if kept:
            yield from self._settle([End(each, "done") for each in kept])
            return
        answers = yield from self.turn.each(
            list(asked), lambda vehicle_id: self._signals(asked[vehicle_id].whose)
        )
        given = [(asked[each], signals) for each, signals in answers.given.items()]
        ends = [End(each, "done") for each, _ in given]
        ends += [End(asked[each], "failed", _USED_UP) for each in answers.used_up]
        of_all = [error for error in answers.errors.values() if is_of_all(error)]
        ends += [
            end_of(asked[each], error, self.turn.now())
            for each, error in answers.errors.items()
            if error not in of_all
        ]
        lost = [
            (each.reread, answers.errors[each.reread.whose.vehicle_id])
            for each in ends
            if each.outcome == "failed" and each.reread.whose.vehicle_id in answers.errors
        ]
        yield Do(lambda: self._keep(given, lost))
        yield from self._settle(ends)
        if of_all:
            raise of_all[0]

    def _kept(self, due: Iterable[Reread]) -> list[Reread]:
        """Those whose event is kept: whoever read them was killed before it said so."""
        entry = self._inbox.journal.entry
        found = [(each, entry(event_id(each.gap, each.whose.vehicle_id))) for each in due]
        return [each for each, kept in found if kept.result() is not None]

    def _signals(self, whose: Whose) -> Flow[Signals]:
        call = VehicleEndpoints.signals.call({"vehicle_id": whose.vehicle_id})
        return self._client.ask_for(whose.vehicle_id, whose.user_id or None, call)

    def _keep(
        self,
        given: Sequence[tuple[Reread, Signals]],
        lost: Sequence[tuple[Reread, SmartcarError]],
    ) -> None:
        """Keep as events what cars say, and why they cannot; one that says nothing has none."""
        now = self.turn.now()
        made: list[Envelope | None] = [
            reconciled(due.gap, due.whose.vehicle_id, self._user_of(due), signals, now)
            for due, signals in given
            if len(signals)
        ]
        made += [
            reconciled_error(due.gap, due.whose.vehicle_id, self._user_of(due), error, now)
            for due, error in lost
        ]
        if envelopes := [each for each in made if each is not None]:
            self._inbox.append(envelopes)

    def _user_of(self, due: Reread) -> str:
        vehicle_id, user_id = due.whose
        return user_id or self._client._session.users.get(vehicle_id, "")

    def _settle(self, ends: Sequence[End]) -> Flow[None]:
        """Keep what became of cars, then tell it."""
        now = self.turn.now()
        yield Do(lambda: self.rereads.settle(ends, now))
        for due, outcome, told, due_at in ends:
            self._left -= outcome != "due"
            self._done += outcome == "done"
            self._failed += outcome == "failed"
            if outcome == "failed":
                _log.warning("%s cannot be read: %s", due.whose.vehicle_id, told)
            self._tell(_WHAT[outcome], due, told, max(0.0, due_at - now))

    def _tell(
        self, what: What, due: Reread | None, told: str | None = None, seconds: float = 0.0
    ) -> None:
        if self._settings.on_progress is not None:
            self._settings.on_progress(
                Progress(
                    what=what,
                    vehicle_id=None if due is None else due.whose.vehicle_id,
                    told=told,
                    seconds=seconds,
                    done=self._done,
                    failed=self._failed,
                    left=self._left,
                )
            )


def clock_of(client: Smartcar | AsyncSmartcar) -> Callable[[], float]:
    """Unix seconds, as *client* would have them: the simulator's time is its own."""
    own: Clock | None = getattr(client._transport, "clock", None)
    return time.time if own is None else own.now


def named(vehicles: Sequence[str] | None) -> tuple[str, ...] | None:
    """*vehicles*, if they are ids.

    Raises:
        TypeError: It is one text.
    """
    if isinstance(vehicles, str):
        raise TypeError("vehicles is a list of ids, not one: write [vehicle_id]")
    return None if vehicles is None else tuple(vehicles)
