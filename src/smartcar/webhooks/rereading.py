"""How gaps are made up for: one car after the other, within a budget, until none is left.

A flow: it waits by the client's clock, and does no I/O but through what it yields.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from smartcar.api.account import AccountEndpoints
from smartcar.api.signals import Signals
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.client import AsyncSmartcar, Smartcar
from smartcar.errors import (
    AuthenticationError,
    BillingError,
    ConnectError,
    NotNowError,
    SmartcarError,
)
from smartcar.protocol.flow import Do, Flow, Sleep
from smartcar.protocol.pages import Walk
from smartcar.transport import Clock

from .gaps import Budget, Gap
from .inbox import Inbox
from .ledger import GapState, Ledger
from .reread import event_id, reconciled
from .rereads import LEASE_SECONDS, LeaseLost, Reread, Rereads, Whose
from .turn import MonthUsedUp, Stopped, Turn

STANDBY_SECONDS: Final = 2.0
"""How often it is seen whether another process still reads."""
MOST_TRIES: Final = 8
"""How often a car is asked that fails for a while: some four hours long."""
FIRST_PAUSE: Final = 60.0
"""Seconds until a car is asked again; then four times as many, and so on."""
LONGEST_PAUSE: Final = 3600.0
"""Seconds."""
_OF_ONE_CAR: Final = frozenset({"VEHICLE_REQUEST_LIMIT", "VEHICLE_LIMIT"})

What: TypeAlias = Literal["read", "failed", "put off", "waiting"]

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
            while not self.turn.is_over:
                due: Reread | None = yield Do(self.turn.next)
                if due is None:
                    return
                yield from self._read(due)
        except LeaseLost:
            _log.info("Another process goes on with the gaps")
        except Stopped:
            pass

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

    def _read(self, due: Reread) -> Flow[None]:
        """Read one car, or wait until it is due."""
        vehicle_id, early = due.whose.vehicle_id, due.due_at - self.turn.now()
        if early > 0:
            yield from self.turn.rest(min(early, LEASE_SECONDS))
            return
        kept = event_id(due.gap, vehicle_id)
        if (yield Do(lambda: self._inbox.journal.entry(kept).result())) is not None:
            yield from self._finish(due)  # whoever read it was killed before it said so
            return
        try:
            signals = yield from self.turn.asked(lambda: self._signals(due.whose), vehicle_id)
        except MonthUsedUp:
            yield from self._finish(due, "The budget's reads of this car in this month are used up")
        except SmartcarError as error:
            yield from self._fail(due, error)
        else:
            yield Do(lambda: self._keep(due, signals))
            yield from self._finish(due)

    def _signals(self, whose: Whose) -> Flow[Signals]:
        call = VehicleEndpoints.signals.call({"vehicle_id": whose.vehicle_id})
        return self._client.ask_for(whose.vehicle_id, whose.user_id or None, call)

    def _keep(self, due: Reread, signals: Signals) -> None:
        """Keep what a car says as an event; one that says nothing has none."""
        if not len(signals):
            return
        vehicle_id, user_id = due.whose
        user_id = user_id or self._client._session.users.get(vehicle_id, "")
        self._inbox.append([reconciled(due.gap, vehicle_id, user_id, signals, self.turn.now())])

    def _finish(self, due: Reread, failure: str | None = None) -> Flow[None]:
        outcome: Literal["done", "failed"] = "done" if failure is None else "failed"
        yield Do(lambda: self.rereads.finish(due, outcome, self.turn.now(), failure))
        self._left -= 1
        if failure is None:
            self._done += 1
            self._tell("read", due)
        else:
            self._failed += 1
            _log.warning("%s cannot be read: %s", due.whose.vehicle_id, failure)
            self._tell("failed", due, failure)

    def _fail(self, due: Reread, error: SmartcarError) -> Flow[None]:
        """What becomes of a car that could not be read.

        Raises:
            AuthenticationError: No car can.
            BillingError: Likewise.
            ConnectError: Nobody answers.
        """
        is_of_all = isinstance(error, BillingError) and error.code not in _OF_ONE_CAR
        if is_of_all or isinstance(error, AuthenticationError | ConnectError):
            raise error
        is_passing = error.is_retryable or isinstance(error, NotNowError)
        if not is_passing or due.tries + 1 >= MOST_TRIES:
            yield from self._finish(due, str(error))
            return
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 4.0**due.tries)
        pause = max(pause, error.retry_after or 0.0)
        told = str(error)
        yield Do(lambda: self.rereads.postpone(due, self.turn.now() + pause, told))
        self._tell("put off", due, told, pause)

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
