"""A pretend Smartcar: takes requests, gives replies, does no I/O.

It *is* a transport, so a client and a Smartcar meet in one process with no socket and no mocking
library: ``Smartcar(transport=Simulator(seed=7))``.  ``app`` serves the same object over HTTP.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Final, Self

from smartcar.api.resources import Connection
from smartcar.protocol.closing import Closing
from smartcar.protocol.oauth import Credentials
from smartcar.protocol.origins import Origins
from smartcar.protocol.wire import Reply, Request

from .answers.connections import connection_of
from .application import SimulatedApplication
from .cars.spec import Mode
from .clock import VirtualClock
from .connect.assets import FOLDER, asset
from .connect.brands import find_brand
from .connect.consent import agree, garage
from .connect.logins import read_login
from .control.answers import answer as answer_control
from .control.answers import is_control
from .control.client import Control, Here
from .control.desk import Pieces
from .faults.rules import Faults
from .fleet import ALL_PERMISSIONS
from .fleet_file import Fleets
from .journal import Journal
from .limiter import Limiter
from .limits import Limits
from .lives import TokenLives
from .log import Log
from .outcome import Outcome
from .pipeline import Pipeline
from .stage import Stage
from .webhooks.carrier import Carrier
from .webhooks.courier import Courier
from .webhooks.facade import Webhooks
from .webhooks.post import Post
from .webhooks.rounds import Rounds
from .webhooks.sending import Settling

_APART: Final = ("/simulator", FOLDER)
"""How paths begin of which not all are the API's."""
BREATH: Final = 0.001
"""Seconds in which others who wait for the world come to it, while much is looked through."""

SOON: Final = 0.5
"""Seconds to wait for another thread that tells webhooks what a control has brought about."""


class Simulator(Stage, Closing):
    """Smartcar, pretended.

    Args:
        seed: Chooses the cars; the same seed and the same calls give the same bytes.  Unless you
            say otherwise that of the fleet file, or 0.
        fleet: How many cars are connected from the beginning, or a fleet file: one that
            ``load_fleet`` has read, or its path.  12 unless you say otherwise.
        clock: Its time; frozen on a fixed morning unless you say otherwise.
        application: Whose credentials it accepts, before those of the fleet file.
        journal: Where its state is kept; in memory unless you say otherwise.  If there is a state
            already, it is what counts; of a fleet file then only the applications do.
        lives: How long codes and tokens are good for; as documented unless you say otherwise.
        limits: How much may be asked; no limits unless you say otherwise (``Limits()`` are those of
            the real API).
        allow_private_webhooks: Let webhooks send to private networks, too, and without TLS.

    Raises:
        ValueError: There can be no such fleet.
    """

    def __init__(
        self,
        seed: int | None = None,
        fleet: Fleets | None = None,
        *,
        clock: VirtualClock | None = None,
        application: SimulatedApplication | None = None,
        journal: Journal | None = None,
        lives: TokenLives | None = None,
        limits: Limits | None = None,
        allow_private_webhooks: bool = False,
    ) -> None:
        given = () if application is None else (application,)
        super().__init__(seed, fleet, clock, applications=given, journal=journal, lives=lives)
        self._pipeline = Pipeline(self.world, self.clock.now)
        self._settling = Settling(self._lock, self._settle)
        self.faults = Faults(self.world, self.clock.now, self._settling)
        self.limits = Limiter(self.world, self.clock.now, self._lock)
        self._limits = limits
        if limits is not None:
            self.limits.set(limits)
        self.log = Log()
        self._carrier = Carrier(self.clock)
        self._post = Post(allow_private=allow_private_webhooks)
        crew = self._carrier.crew
        self._courier = Courier(self.world, self.clock, self._lock, self._post, crew)
        self.webhooks = Webhooks(self.world, self.clock.now, self._settling, self._courier)
        rounds = Rounds(self.world, self.webhooks.noticing, self._courier, self._lock)
        self._stops_no_more = self.clock.stop_for(rounds)

    @classmethod
    def from_export(
        cls,
        document: bytes | str,
        *,
        clock: VirtualClock | None = None,
        application: SimulatedApplication | None = None,
        journal: Journal | None = None,
        limits: Limits | None = None,
        allow_private_webhooks: bool = False,
    ) -> Self:
        """A simulator whose world is that of a document of ``export``.

        Raises:
            ValueError: It is no such document.
        """
        made = cls(
            clock=clock,
            application=application,
            journal=journal,
            limits=limits,
            allow_private_webhooks=allow_private_webhooks,
        )
        made.import_(document)
        return made

    def reset(self, seed: int | None = None) -> None:
        """Begin anew: the world and the clock as they were at first, at the cost of microseconds.

        Rules for faults, what was counted against limits, and the log are gone, too; limits are
        those that the simulator was made with.  Snapshots are kept.

        Args:
            seed: Chooses other cars of the fleet; None: the same.
        """
        with self._lock:
            super().reset(seed)
            if self._limits is not None:
                self.limits.set(self._limits)
        self._settle()

    @property
    def _requests(self) -> int:
        return self._pipeline.requests

    def _began_anew(self, requests: int) -> None:
        # Whoever was on the way through Connect must begin anew, too.
        self._pipeline = Pipeline(self.world, self.clock.now, requests)
        self.log.clear()
        self.webhooks.began_anew()

    def _clock_moved(self, speed: float | None) -> None:
        super()._clock_moved(speed)
        if speed:
            self._keep_time()

    def _settle(self) -> None:
        self._keep_time()
        self.clock.settle()

    def _keep_time(self) -> None:
        """Where time runs by itself, somebody must do what is due then."""
        if self.clock.speed and self.clock.next_stop is not None:
            self._carrier.start()
            self.clock.nudge()

    def carry_on(self) -> None:
        """Let a thread of its own tell webhooks what is due, from now on: a server cannot wait.

        ``carry_no_more`` and ``close`` end it.
        """
        self._carrier.start()
        self.clock.nudge()

    def carry_no_more(self) -> None:
        """Let nothing more be sent by that thread; what is out is waited for."""
        self._carrier.stop()

    def tell_soon(self) -> None:
        """Let that thread look whether something is due now; it need not run yet."""
        if self._carrier.is_running or self.clock.is_due:
            self.carry_on()

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
        application: str | None = None,
    ) -> Connection:
        """Let an owner connect a car at once, without walking through Connect.

        Args:
            owner: An e-mail; it means what it means when it is typed into Connect's sign-in.
            make: Brand, such as ``TESLA``; the owner's first car of it, invented if there is none.
            permissions: What the owner grants.
            mode: live, simulated or test.
            application: Client id or application id of the one that is connected; None: the first.

        Raises:
            ValueError: There is no such application, or Connect would not have led to a connection.
        """
        brand, login, email = find_brand(make), read_login(owner), owner.strip().lower()
        if brand is None or not brand.available:
            msg = f"Connect offers no brand {make!r}"
            raise ValueError(msg)
        if not email or login.failure is not None:
            msg = f"Signing in as {owner!r} ends with {login.failure or 'a question'}, not a car"
            raise ValueError(msg)
        with self._settling:
            now, known = self.clock.now(), self.world.applications
            whose = known.key(known.named(application))
            cars = garage(self.world, email, brand.make, login, mode=mode, vin=None, now=now)
            agreed = agree(
                *(self.world, email, cars, tuple(permissions)),
                external_id=None,
                now=now,
                application=whose,
            )
            made = connection_of(self.world, Origins().vehicle, agreed[0])
        self._settle()
        return made

    @cached_property
    def control(self) -> Control:
        """Its controls: clock, cars, consents and everything else, with no port and no network."""
        return Control(transport=Here(self))

    def controlled(self, request: Request) -> Reply:
        """Answer *request* to ``/simulator/…``: never faulty, never limited, never logged.

        What it brought about has been told to webhooks by then.  Where another thread does so, and
        is not done soon, it is not waited for: it may be what a receiver asks within a delivery.
        """
        reply = self._controlled(answer_control(self, request))
        self._settle()
        if request.method != "GET":
            self._told_soon()
        return reply

    def _told_soon(self) -> None:
        """Wait for what is out, and for what goes after it to the same receiver."""
        crew, ends = self._carrier.crew, time.monotonic() + SOON
        while (left := ends - time.monotonic()) > 0 and self.clock.settled(left):
            if not crew.is_out and not self.clock.is_due:
                return
            crew.is_back(left)

    def _controlled(self, pieces: Pieces[Reply]) -> Reply:
        """All *pieces* of an answer; what they yield is done with nothing locked."""
        outside, error = None, None
        while True:
            try:
                with self._lock, self.clock.quietly():
                    outside = next(pieces) if error is None else pieces.throw(error)
            except StopIteration as done:
                reply: Reply = done.value
                return reply
            error = None
            if outside is None:
                time.sleep(BREATH)
                continue
            try:
                outside()
            except (LookupError, ValueError) as refused:
                error = refused

    def answer(self, request: Request) -> Outcome:
        """What becomes of *request*: the reply, when it is there, and whether it arrives whole.

        Nothing is waited for: who carries the reply does that.
        """
        if request.path.startswith(_APART) and (reply := self._apart(request)) is not None:
            return Outcome(reply, number=0)  # the log does not count these
        with self._lock:
            entry = self._pipeline.answer(request, self.log.counted + 1)
            self.log.keep(entry)
        self.log.tell(entry)
        return entry.outcome

    def _apart(self, request: Request) -> Reply | None:
        """What is answered to what no program asks Smartcar: to controls, and for stylesheets."""
        if is_control(request.path):
            return self.controlled(request)
        return asset(request.path) if request.method == "GET" else None

    def send(self, request: Request) -> Reply:
        """Answer *request* as Smartcar, and the network before it, would.

        Raises:
            TransportError: A rule has the reply lost on its way, or later than the request waits.
        """
        outcome = self.answer(request)
        self._settle()
        if outcome.duration:
            self.clock.sleep(outcome.wait(request))
        return outcome.received(request)

    async def asend(self, request: Request) -> Reply:
        """As ``send``, letting others run while it waits."""
        if is_control(request.path):  # webhooks may be told on its way, and block
            return await asyncio.to_thread(self.controlled, request)
        outcome = self.answer(request)
        self._keep_time()
        await self.clock.asettle()
        if outcome.duration:
            await self.clock.asleep(outcome.wait(request))
        return outcome.received(request)

    def close(self) -> None:
        """Let go of the journal, noting how late it was; what is out to webhooks is waited for."""
        self._carrier.stop()
        self._stops_no_more()
        self._heeds_no_more()
        self._post.close()
        with self._lock:
            self.world.rest(self.clock.now())

    async def aclose(self) -> None:
        """As ``close``, letting others run: a receiver may be one of them."""
        await asyncio.to_thread(self._carrier.stop)
        self.close()
