"""A pretend Smartcar: takes requests, gives replies, does no I/O.

It *is* a transport, so a client and a Smartcar meet in one process with no socket and no mocking
library: ``Smartcar(transport=Simulator(seed=7))``.  ``app`` serves the same object over HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cached_property
from types import TracebackType
from typing import Self

from smartcar.api.resources import Connection
from smartcar.protocol.oauth import Credentials
from smartcar.protocol.origins import Origins
from smartcar.protocol.wire import Reply, Request

from . import events
from .answers.connections import connection_of
from .application import SimulatedApplication
from .cars.spec import Mode
from .clock import VirtualClock
from .connect.brands import find_brand
from .connect.consent import agree, garage
from .connect.logins import read_login
from .control.answers import answer as answer_control
from .control.answers import is_control
from .control.client import Control, Here
from .faults.rules import Faults
from .fleet import ALL_PERMISSIONS
from .journal import Journal
from .limiter import Limiter
from .limits import Limits
from .log import Log
from .outcome import Outcome
from .pipeline import Pipeline
from .world import World


class Simulator:
    """Smartcar, pretended.

    Args:
        seed: Chooses the cars; the same seed and the same calls give the same bytes.
        fleet: How many cars are connected from the beginning.
        clock: Its time; frozen on a fixed morning unless you say otherwise.
        application: Whose credentials it accepts.
        journal: Where its state is kept; in memory unless you say otherwise.
        limits: How much may be asked; no limits unless you say otherwise (``Limits()`` are those of
            the real API).
    """

    def __init__(
        self,
        seed: int = 0,
        fleet: int = 12,
        *,
        clock: VirtualClock | None = None,
        application: SimulatedApplication | None = None,
        journal: Journal | None = None,
        limits: Limits | None = None,
    ) -> None:
        if fleet < 0:
            msg = "a fleet has 0 cars or more"
            raise ValueError(msg)
        self.clock = clock or VirtualClock()
        self.world = World(seed, fleet, application, journal)
        if self.world.last_event_at is not None:
            self.clock.reach(self.world.last_event_at)
        if self.world.is_restored:
            # Counted, so that nothing begun from now on has an id of before.
            self.world.record(events.Restarted(at=self.clock.now()))
        self._lock = threading.RLock()
        self._pipeline = Pipeline(self.world, self.clock.now)
        self.faults = Faults(self.world, self.clock.now, self._lock)
        self.limits = Limiter(self.world, self.clock.now, self._lock)
        if limits is not None:
            self.limits.set(limits)
        self.log = Log()

    @property
    def credentials(self) -> Credentials:
        """What a client uses that is given this simulator as its transport and no credentials."""
        application = self.world.application
        return Credentials(application.client_id, application.client_secret)

    def connect(
        self,
        owner: str,
        make: str = "TESLA",
        *,
        permissions: Iterable[str] = ALL_PERMISSIONS,
        mode: Mode = "live",
    ) -> Connection:
        """Let an owner connect a car at once, without walking through Connect.

        Args:
            owner: An e-mail; it means what it means when it is typed into Connect's sign-in.
            make: Brand, such as ``TESLA``; the owner's first car of it, invented if there is none.
            permissions: What the owner grants.
            mode: live, simulated or test.

        Raises:
            ValueError: Connect would not have led to a connection.
        """
        brand, login, email = find_brand(make), read_login(owner), owner.strip().lower()
        if brand is None or not brand.available:
            msg = f"Connect offers no brand {make!r}"
            raise ValueError(msg)
        if not email or login.failure is not None:
            msg = f"Signing in as {owner!r} ends with {login.failure or 'a question'}, not a car"
            raise ValueError(msg)
        with self._lock:
            now = self.clock.now()
            cars = garage(self.world, email, brand.make, login, mode=mode, vin=None, now=now)
            agreed = agree(self.world, email, cars, tuple(permissions), external_id=None, now=now)
            return connection_of(self.world, Origins().vehicle, agreed[0])

    @cached_property
    def control(self) -> Control:
        """Its controls: clock, cars, consents and everything else, with no port and no network."""
        return Control(transport=Here(self))

    def controlled(self, request: Request) -> Reply:
        """Answer *request* to ``/simulator/…``: never faulty, never limited, never logged."""
        with self._lock:
            return answer_control(self, request)

    def answer(self, request: Request) -> Outcome:
        """What becomes of *request*: the reply, when it is there, and whether it arrives whole.

        Nothing is waited for: who carries the reply does that.
        """
        if is_control(request.path):
            return Outcome(self.controlled(request), number=0)  # the log does not count these
        with self._lock:
            outcome, entry = self._pipeline.answer(request)
            self.log.keep(entry)
        self.log.tell(entry)
        return outcome

    def send(self, request: Request) -> Reply:
        """Answer *request* as Smartcar, and the network before it, would.

        Raises:
            TransportError: A rule has the reply lost on its way, or later than the request waits.
        """
        outcome = self.answer(request)
        if outcome.duration:
            self.clock.sleep(outcome.wait(request))
        return outcome.received(request)

    async def asend(self, request: Request) -> Reply:
        """As ``send``, letting others run while it waits."""
        outcome = self.answer(request)
        if outcome.duration:
            await self.clock.asleep(outcome.wait(request))
        return outcome.received(request)

    def close(self) -> None:
        """Let go of the journal, noting how late it was."""
        with self._lock:
            self.world.rest(self.clock.now())

    async def aclose(self) -> None:
        """As ``close``."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
