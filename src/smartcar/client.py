"""The two ways in: ``Smartcar`` blocks, ``AsyncSmartcar`` awaits.

Everything they share is in ``protocol`` and ``api``; here is who waits, and for what.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar, Unpack
from weakref import WeakKeyDictionary

from .api.account import AccountEndpoints
from .api.resources import Connection
from .api.vehicle import VehicleEndpoints
from .caller import Caller, Settings, clock_of, default_credentials, named
from .errors import RequestTimeoutError
from .protocol.flow import Alone, Call, Effect, Flow, Send, Sleep
from .protocol.origins import Origins
from .protocol.resource import AsyncResource, Resource, SyncResource
from .transport import AsyncNetwork, AsyncTransport, Network, Transport

if TYPE_CHECKING:
    import asyncio

LONGEST_TURN: Final = 1e6
"""Seconds: more than a lock can be told to wait for on some systems is no deadline at all."""

R = TypeVar("R")
T = TypeVar("T")


class Smartcar(Caller, AccountEndpoints, SyncResource):
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
        settings: Timeouts and retries, see ``Settings``.
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
        self._clock = clock_of(self._transport)
        self._session = self._converse(
            *default_credentials(self._transport, client_id, client_secret, access_token),
            origin,
            self._clock,
            app_info,
            settings,
        )
        self._alone = threading.Lock()

    def vehicle(self, vehicle: str | Connection, *, user_id: str | None = None) -> Vehicle:
        """One car.  Sends nothing.

        Args:
            vehicle: Its id, or the connection that names it (and its owner).
            user_id: On whose behalf; found by itself, once, where nobody says.
        """
        return Vehicle(self, *named(vehicle, user_id))

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
            case Alone(flow, wait, patience):
                if not self._take_turn(wait=wait, patience=patience):
                    return None
                try:
                    return self.run(flow)
                finally:
                    self._alone.release()

    def _take_turn(self, *, wait: bool, patience: float | None) -> bool:
        if not wait:
            return self._alone.acquire(blocking=False)
        if self._alone.acquire(timeout=-1 if patience is None else min(patience, LONGEST_TURN)):
            return True
        raise _out_of_patience()

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


class AsyncSmartcar(Caller, AccountEndpoints, AsyncResource):
    """Smartcar, for programs that await.  Safe to share between tasks.

    The arguments are those of ``Smartcar``.
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
        self._clock = clock_of(self._transport)
        self._session = self._converse(
            *default_credentials(self._transport, client_id, client_secret, access_token),
            origin,
            self._clock,
            app_info,
            settings,
        )
        # A lock belongs to one event loop; a program may run several, one after the other.
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
            WeakKeyDictionary()
        )

    def vehicle(self, vehicle: str | Connection, *, user_id: str | None = None) -> AsyncVehicle:
        """One car.  Sends nothing.

        Args:
            vehicle: Its id, or the connection that names it (and its owner).
            user_id: On whose behalf; found by itself, once, where nobody says.
        """
        return AsyncVehicle(self, *named(vehicle, user_id))

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
            case Alone(flow, wait, patience):
                import asyncio  # noqa: PLC0415 -- loaded already: somebody is awaiting

                alone = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
                if not wait and alone.locked():
                    return None
                try:
                    async with asyncio.timeout(patience):
                        await alone.acquire()
                except TimeoutError:
                    raise _out_of_patience() from None
                try:
                    return await self.run(flow)
                finally:
                    alone.release()

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

    def __init__(self, client: Caller, vehicle_id: str, user_id: str | None) -> None:
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
    """One car.  Get it from ``Smartcar.vehicle``."""

    def __init__(self, client: Smartcar, vehicle_id: str, user_id: str | None = None) -> None:
        super().__init__(client, vehicle_id, user_id)
        self._client = client

    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return self._client.run(flow)


class AsyncVehicle(_Car, VehicleEndpoints, AsyncResource):
    """One car, to be awaited.  Get it from ``AsyncSmartcar.vehicle``."""

    def __init__(self, client: AsyncSmartcar, vehicle_id: str, user_id: str | None = None) -> None:
        super().__init__(client, vehicle_id, user_id)
        self._client = client

    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return await self._client.run(flow)


def _out_of_patience() -> RequestTimeoutError:
    return RequestTimeoutError(0, "The deadline passed while another caller fetched the token.")
