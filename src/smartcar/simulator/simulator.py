"""A pretend Smartcar: takes requests, gives replies, does no I/O.

It *is* a transport, so a client and a Smartcar meet in one process with no socket and no mocking
library: ``Smartcar(transport=Simulator(seed=7))``.  ``app`` serves the same object over HTTP.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from types import NoneType, TracebackType
from typing import Any, Final, Self

import msgspec

from smartcar.api.resources import Connection
from smartcar.protocol.documents import Page, Resource
from smartcar.protocol.oauth import Credentials
from smartcar.protocol.origins import Origins
from smartcar.protocol.wire import Reply, Request

from . import classic, events, ids, tokens
from .answers import ANSWERS
from .answers.connections import connection_of
from .application import SimulatedApplication
from .cars.spec import Mode
from .clock import VirtualClock
from .connect.brands import find_brand
from .connect.consent import agree, garage
from .connect.flow import Connect
from .connect.logins import read_login
from .fleet import ALL_PERMISSIONS
from .journal import Journal
from .lives import TokenLives
from .problems import Refusal
from .routes import Route, find_route
from .visit import Visit
from .world import World

_SAID_IN_PROGRESS: Final = frozenset({"create_subscription"})
"""Endpoints whose success is 202."""

_TOKEN_PATHS: Final = frozenset({"", "/oauth/token", "/oauth/token/oauth/token"})
"""Where SDKs ask for an owner's tokens: some take the host from ``SMARTCAR_AUTH_ORIGIN``, some the
whole address."""

_JSON: Final = "application/json"


class Simulator:
    """Smartcar, pretended.

    Args:
        seed: Chooses the cars; the same seed and the same calls give the same bytes.
        fleet: How many cars are connected from the beginning.
        clock: Its time; frozen on a fixed morning unless you say otherwise.
        application: Whose credentials it accepts.
        journal: Where its state is kept; in memory unless you say otherwise.
        lives: How long codes and tokens are good for; as documented unless you say otherwise.
    """

    def __init__(
        self,
        seed: int = 0,
        fleet: int = 12,
        *,
        clock: VirtualClock | None = None,
        application: SimulatedApplication | None = None,
        journal: Journal | None = None,
        lives: TokenLives | None = None,
    ) -> None:
        if fleet < 0:
            msg = "a fleet has 0 cars or more"
            raise ValueError(msg)
        self.clock = clock or VirtualClock()
        self.world = World(seed, fleet, application, journal, lives)
        if self.world.last_event_at is not None:
            self.clock.reach(self.world.last_event_at)
        if self.world.is_restored:
            # Counted, so that nothing begun from now on has an id of before.
            self.world.record(events.Restarted(at=self.clock.now()))
        self._connect = Connect(self.world)
        self._lock = threading.Lock()
        self._requests = 0

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

    def send(self, request: Request) -> Reply:
        """Answer *request* as Smartcar would."""
        with self._lock:
            return self._answer(request)

    async def asend(self, request: Request) -> Reply:
        """Answer *request* as Smartcar would."""
        return self.send(request)

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

    def _answer(self, request: Request) -> Reply:
        self._requests += 1
        now = self.clock.now()
        self.world.note(now)
        request_id = ids.uuid(self.world.seed, "request", now, self._requests)
        try:
            reply = self._directed(request, now, request_id)
        except Refusal as refusal:
            reply = refusal.reply(request_id)
        date = format_datetime(datetime.fromtimestamp(int(now), UTC), usegmt=True)
        headers = {**reply.headers, "sc-request-id": request_id, "date": date}
        return Reply(reply.status, headers, reply.body)

    def _directed(self, request: Request, now: float, request_id: str) -> Reply:
        path = classic.plain(request.path)
        if classic.is_classic(path):
            return classic.answer(self.world, now, request, request_id)
        if path.startswith("/v3/"):
            return self._api(request, now)
        if (request.method, path) == ("POST", "/oauth2/token"):
            return tokens.application_token(self.world, now, request)
        if request.method == "POST" and path in _TOKEN_PATHS:
            return tokens.user_token(self.world, now, request)
        if path.startswith("/oauth/"):
            return self._connect.answer(request, now)
        if re.match(r"/v(?!3(/|$))[0-9]", path):
            raise Refusal("RESOURCE_NOT_FOUND", "VERSION")
        raise Refusal("RESOURCE_NOT_FOUND", "INVALID_PATH", f"There is no path {request.path}")

    def _api(self, request: Request, now: float) -> Reply:
        route, path_params = find_route(request)
        access = tokens.access_of(self.world, now, request.headers)
        if route.endpoint.facts.host == "management" and access.user_id is not None:
            raise Refusal("AUTHENTICATION", "ACCESS_DENIED")  # an owner manages no application
        visit = Visit(
            world=self.world,
            now=now,
            access=access,
            user_id=access.user_id or request.headers.get("sc-user-id") or None,
            origin=request.origin,
            path=request.path.rstrip("/"),
            path_params=path_params,
            query=request.query,
            default_page=route.default_page,
        )
        arguments = route.arguments(path_params, request)
        answer = ANSWERS[route.endpoint](visit, **arguments)
        return _reply(route, visit, answer)


def _reply(route: Route, visit: Visit, answer: Any) -> Reply:
    if isinstance(answer, NoneType):
        return Reply(204)
    body = answer
    if isinstance(answer, Resource) and not isinstance(answer, Page):
        body = {"data": answer, **({"included": visit.included} if visit.included else {})}
    status = 202 if route.endpoint.name in _SAID_IN_PROGRESS else 200
    return Reply(status, {"content-type": _JSON}, msgspec.json.encode(body))
