"""The two ways in: :class:`Smartcar` blocks, :class:`AsyncSmartcar` awaits.

Everything they share is in ``protocol`` and ``api``; here is who waits, and for what.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, TypeVar, Unpack

from ._version import __version__
from .api.account import AccountEndpoints
from .api.vehicle import VehicleEndpoints
from .errors import NotFoundError
from .protocol.endpoint import AsyncResource, Resource, SyncResource
from .protocol.flow import Alone, Call, Effect, Flow, Send, Sleep
from .protocol.oauth import Credentials
from .protocol.origins import Origins
from .protocol.session import Options, Session
from .transport import AsyncNetwork, AsyncTransport, Clock, Network, SystemClock, Transport

if TYPE_CHECKING:
    import asyncio

R = TypeVar("R")
T = TypeVar("T")


class Settings(TypedDict, total=False):
    """What ``Smartcar(…)`` and ``with_options(…)`` take in common."""

    connect_timeout: float | None
    """Seconds to wait for a connection: 5."""
    read_timeout: float | None
    """Seconds to wait for a whole reply: 310."""
    deadline: float | None
    """Seconds for a read with all its retries: 330."""
    retries: int
    """How often a read that failed for a while is sent again: 2."""


class _Client(Resource):
    """What the two clients have in common: who we are, and whom we talk to."""

    path_params: Mapping[str, str] = MappingProxyType({})
    _session: Session

    @property
    def options(self) -> Options:
        """How patient this client is."""
        return self._session.options

    @property
    def origins(self) -> Origins:
        """Where it sends what."""
        return self._session.origins

    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call* and reads its reply."""
        return self._session.perform(call)

    def ask_for(self, vehicle_id: str, user_id: str | None, call: Call[R]) -> Flow[R]:
        """The same about one car, on behalf of its owner where the API must be told who that is."""
        if not call.needs_user or (user_id is None and not self._speaks_for_all):
            return (yield from self._session.perform(call, user_id))
        if user_id is None:
            user_id = yield from self._owner_of(vehicle_id)
        return (yield from self._session.perform(call, user_id))

    def now(self) -> float:
        """Seconds, by the clock that its waits use."""
        return self._session.now()

    @property
    def _speaks_for_all(self) -> bool:
        return self._session.tokens.stands_for_application

    def _owner_of(self, vehicle_id: str) -> Flow[str]:
        """The user who connected the car last; asked once."""
        known = self._session.users.get(vehicle_id)
        if known is not None:
            return known
        for fields in ({}, {"mode": "simulated"}):  # without a mode the API hides simulated cars
            asked = {"vehicle_id": vehicle_id, "page_size": 1, **fields}
            call = AccountEndpoints.connections.call_with({}, asked)
            page = yield from self._session.perform(call)
            if page.data and page.data[0].user_id:
                return self._session.users.setdefault(vehicle_id, page.data[0].user_id)
        raise NotFoundError(404, f"Nobody has connected the vehicle {vehicle_id}.")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.origins.vehicle}>"

    @staticmethod
    def _converse(  # noqa: PLR0917 -- what both constructors were given, in their order
        client_id: str | None,
        client_secret: str | None,
        access_token: str | None,
        origin: str | Origins | None,
        clock: Clock,
        app_info: str | None,
        settings: Settings,
    ) -> Session:
        if isinstance(origin, str):
            origin = Origins.all_at(origin)
        agent = f"smartcar-sdk/{__version__}" + (f" {app_info}" if app_info else "")
        session = Session(
            origins=origin or Origins.from_environment(os.environ),
            now=clock.now,
            chance=random.random,
            options=Options(**settings),
            headers={"user-agent": agent},
        )
        if access_token is not None:
            session.use_token(access_token)
        else:
            session.log_in(_credentials(client_id, client_secret))
        return session


def _credentials(client_id: str | None, client_secret: str | None) -> Credentials:
    found: list[str] = []
    for given, name in ((client_id, "client_id"), (client_secret, "client_secret")):
        variable = f"SMARTCAR_{name.upper()}"
        value = given if given is not None else os.environ.get(variable)
        if not value:
            msg = f"{name} is missing: pass it, or set the environment variable {variable}"
            raise ValueError(msg)
        found.append(value)
    return Credentials(*found)


class Smartcar(_Client, AccountEndpoints, SyncResource):
    """Smartcar, for programs that wait.  A context manager, safe to share between threads.

    Args:
        client_id: OAuth client id; else the environment's ``SMARTCAR_CLIENT_ID``.
        client_secret: OAuth client secret; else ``SMARTCAR_CLIENT_SECRET``.
        access_token: A token to use as it is, in place of id and secret.
        transport: What carries requests; the network unless you say otherwise.
            ``Smartcar(transport=Simulator())`` needs neither network nor account.
        origin: Where Smartcar is; else ``SMARTCAR_ORIGIN`` for all hosts at once, else each
            host's own variable, else Smartcar itself.
        app_info: Name and version of your program, for the ``User-Agent``.
        settings: Timeouts and retries, see :class:`Settings`.
    """

    def __init__(
        self,
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        access_token: str | None = None,
        transport: Transport | None = None,
        origin: str | Origins | None = None,
        app_info: str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._owns_transport = transport is None
        self._transport: Transport = Network() if transport is None else transport
        self._clock = _clock_of(self._transport)
        self._session = self._converse(
            *_default_credentials(self._transport, client_id, client_secret, access_token),
            origin,
            self._clock,
            app_info,
            settings,
        )
        self._alone = threading.Lock()

    def vehicle(self, vehicle_id: str, *, user_id: str | None = None) -> Vehicle:
        """One car, by id.  Sends nothing.

        Args:
            vehicle_id: As a connection names it.
            user_id: On whose behalf; found by itself, once, where it is not given.
        """
        return Vehicle(self, vehicle_id, user_id)

    def with_options(self, **settings: Unpack[Settings]) -> Smartcar:
        """The same client, connections and token, with another patience."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._session = self._session.with_options(replace(self.options, **settings))
        other._owns_transport = False
        return other

    def run(self, flow: Flow[T]) -> T:
        """Do what *flow* asks for, to its end."""
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = self._do(effect)
                except Exception as error:  # noqa: BLE001 -- the flow decides
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as finished:
            result: T = finished.value
            return result

    def _do(self, effect: Effect) -> object:
        match effect:
            case Send(request):
                return self._transport.send(request)
            case Sleep(seconds):
                self._clock.sleep(seconds)
                return None
            case Alone(flow, wait):
                if not self._alone.acquire(blocking=wait):
                    return None
                try:
                    return self.run(flow)
                finally:
                    self._alone.release()

    def close(self) -> None:
        """Close the connections that this client opened."""
        if self._owns_transport:
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncSmartcar(_Client, AccountEndpoints, AsyncResource):
    """Smartcar, for programs that await.  Safe to share between the tasks of one event loop.

    The arguments are those of :class:`Smartcar`.
    """

    def __init__(
        self,
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        access_token: str | None = None,
        transport: AsyncTransport | None = None,
        origin: str | Origins | None = None,
        app_info: str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        self._owns_transport = transport is None
        self._transport: AsyncTransport = AsyncNetwork() if transport is None else transport
        self._clock = _clock_of(self._transport)
        self._session = self._converse(
            *_default_credentials(self._transport, client_id, client_secret, access_token),
            origin,
            self._clock,
            app_info,
            settings,
        )
        self._alone = _new_lock()

    def vehicle(self, vehicle_id: str, *, user_id: str | None = None) -> AsyncVehicle:
        """One car, by id.  Sends nothing.

        Args:
            vehicle_id: As a connection names it.
            user_id: On whose behalf; found by itself, once, where it is not given.
        """
        return AsyncVehicle(self, vehicle_id, user_id)

    def with_options(self, **settings: Unpack[Settings]) -> AsyncSmartcar:
        """The same client, connections and token, with another patience."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._session = self._session.with_options(replace(self.options, **settings))
        other._owns_transport = False
        return other

    async def run(self, flow: Flow[T]) -> T:
        """Do what *flow* asks for, to its end."""
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = await self._do(effect)
                except Exception as error:  # noqa: BLE001 -- the flow decides
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as finished:
            result: T = finished.value
            return result

    async def _do(self, effect: Effect) -> object:
        match effect:
            case Send(request):
                return await self._transport.asend(request)
            case Sleep(seconds):
                await self._clock.asleep(seconds)
                return None
            case Alone(flow, wait):
                if not wait and self._alone.locked():
                    return None
                async with self._alone:
                    return await self.run(flow)

    async def close(self) -> None:
        """Close the connections that this client opened."""
        if self._owns_transport:
            await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class _Car(Resource):
    """What the two kinds of vehicle have in common."""

    def __init__(self, client: _Client, vehicle_id: str, user_id: str | None) -> None:
        self.id = vehicle_id
        """The car's id."""
        self.user_id = user_id
        """On whose behalf it is asked; None until somebody says, or it is found."""
        self.path_params = {"vehicle_id": vehicle_id}
        self._about = client

    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call* and reads its reply."""
        return self._about.ask_for(self.id, self.user_id, call)

    def now(self) -> float:
        """Seconds, by the clock that its waits use."""
        return self._about.now()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Vehicle(_Car, VehicleEndpoints, SyncResource):
    """One car.  Get it from :meth:`Smartcar.vehicle`."""

    def __init__(self, client: Smartcar, vehicle_id: str, user_id: str | None = None) -> None:
        super().__init__(client, vehicle_id, user_id)
        self._client = client

    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return self._client.run(flow)


class AsyncVehicle(_Car, VehicleEndpoints, AsyncResource):
    """One car, to be awaited.  Get it from :meth:`AsyncSmartcar.vehicle`."""

    def __init__(self, client: AsyncSmartcar, vehicle_id: str, user_id: str | None = None) -> None:
        super().__init__(client, vehicle_id, user_id)
        self._client = client

    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return await self._client.run(flow)


def _clock_of(transport: object) -> Clock:
    """The transport's own clock (the simulator's runs on virtual time), else the system's."""
    clock: Any = getattr(transport, "clock", None)
    return SystemClock() if clock is None else clock


def _default_credentials(
    transport: object, client_id: str | None, client_secret: str | None, access_token: str | None
) -> tuple[str | None, str | None, str | None]:
    """A transport that needs no account (the simulator) brings credentials of its own."""
    own: Credentials | None = getattr(transport, "credentials", None)
    if own is not None and access_token is None and client_id is None and client_secret is None:
        return own.client_id, own.client_secret, None
    return client_id, client_secret, access_token


def _new_lock() -> asyncio.Lock:
    """Made late: a program that never awaits does not load asyncio."""
    import asyncio  # noqa: PLC0415

    return asyncio.Lock()
