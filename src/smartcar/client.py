"""The two ways in: ``Smartcar`` blocks, ``AsyncSmartcar`` awaits.

Everything they share is in ``protocol``, ``api`` and ``caller``; ``pumps`` does the waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Self, TypeVar, Unpack

from . import legacy, shared
from .api.account import AccountEndpoints
from .api.answers import Response
from .api.batch import Asked, Batch, batch_call
from .api.classic import ClassicReads
from .api.classic_changes import ClassicChanges
from .api.resources import Connection
from .api.vehicle import SeedNames, VehicleEndpoints
from .caller import Caller, Settings, clock_of, default_credentials, given, named
from .car import Car, Flags, Manner, manner
from .protocol.closing import AsyncClosing, Closing
from .protocol.flow import Flow
from .protocol.oauth import TokenSource
from .protocol.origins import Origins
from .protocol.resource import AsyncResource, SyncResource
from .pumps import AwaitingPump, BlockingPump
from .transport import AsyncNetwork, AsyncTransport, Network, Transport

R = TypeVar("R")


class Smartcar(Caller, AccountEndpoints, SyncResource, Closing):
    """Smartcar, for programs that wait.  A context manager, safe to share between threads.

    Args:
        client_id: OAuth client id; else the environment's ``SMARTCAR_CLIENT_ID``.
        client_secret: OAuth client secret; else ``SMARTCAR_CLIENT_SECRET``.
        access_token: A token to use as it is, in place of id and secret; or an owner, whose token
            is kept (``AuthClient.owner``).
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
        access_token: str | TokenSource | None = None,
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
        self._pump = BlockingPump(self._transport, self._clock)

    def vehicle(
        self,
        vehicle: str | Connection,
        *,
        user_id: str | None = None,
        unit_system: str | None = None,
    ) -> Vehicle:
        """One car.  Sends nothing.

        Args:
            vehicle: Its id, or the connection that names it (and its owner).
            user_id: On whose behalf; found by itself, once, where nobody says.
            unit_system: metric or imperial, of ``odometer()`` and its kin; signals name their own.

        Raises:
            ValueError: The unit system is none.
        """
        return Vehicle._of(self, *named(vehicle, user_id), unit_system)

    def with_options(self, **settings: Unpack[Settings]) -> Smartcar:
        """The same client, connections and token, with another patience."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._session = self._session.with_options(replace(self.options, **settings))
        other._owns_transport = False
        return other

    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return self._pump.run(flow)

    def close(self) -> None:
        """Close the connections that this client opened."""
        if self._owns_transport:
            self._transport.close()


class AsyncSmartcar(Caller, AccountEndpoints, AsyncResource, AsyncClosing):
    """Smartcar, for programs that await.  Safe to share between tasks.

    The arguments are those of ``Smartcar``.
    """

    def __init__(
        self,
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        access_token: str | TokenSource | None = None,
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
        self._pump = AwaitingPump(self._transport, self._clock)

    def vehicle(
        self,
        vehicle: str | Connection,
        *,
        user_id: str | None = None,
        unit_system: str | None = None,
    ) -> AsyncVehicle:
        """One car.  Sends nothing.

        Args:
            vehicle: Its id, or the connection that names it (and its owner).
            user_id: On whose behalf; found by itself, once, where nobody says.
            unit_system: metric or imperial, of ``odometer()`` and its kin; signals name their own.

        Raises:
            ValueError: The unit system is none.
        """
        return AsyncVehicle._of(self, *named(vehicle, user_id), unit_system)

    def with_options(self, **settings: Unpack[Settings]) -> AsyncSmartcar:
        """The same client, connections and token, with another patience."""
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._session = self._session.with_options(replace(self.options, **settings))
        other._owns_transport = False
        return other

    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return await self._pump.run(flow)

    async def close(self) -> None:
        """Close the connections that this client opened."""
        if self._owns_transport:
            await self._transport.aclose()


class Vehicle(
    Car, VehicleEndpoints, ClassicReads, ClassicChanges, SeedNames, SyncResource, legacy.WasVehicle
):
    """One car, asked with its owner's token; ``Smartcar.vehicle`` gives one without.

    Cars made so share their connections with each other.

    Args:
        id: The car's id.
        token: Its owner's access token (v2.0), or the application's (v3); or the owner, whose
            token is kept (``AuthClient.owner``).
        unit_system: metric or imperial.
        version: Of the API: 2.0 or 3; else what ``set_api_version`` said, else 2.0.
        flags: ``name: value`` pairs that go with each request.
        user_id: On whose behalf, where the token is the application's: v3 must be told.
        transport: What carries requests; the network unless you say otherwise.
        origin: Where Smartcar is; else what the environment says, else Smartcar itself.

    Raises:
        ValueError: The version or the unit system is none.
    """

    @legacy.accepts(legacy.calls.VEHICLE)
    def __init__(
        self,
        id: str,  # noqa: A002 -- programs pass it by this name
        token: str | TokenSource,
        *,
        unit_system: str = "metric",
        version: str | None = None,
        flags: Flags | None = None,
        user_id: str | None = None,
        transport: Transport | None = None,
        origin: str | Origins | None = None,
    ) -> None:
        carrier = shared.network() if transport is None else transport
        self._client = Smartcar(access_token=given(token), transport=carrier, origin=origin)
        self._begin(self._client, id, user_id, manner(unit_system, version, flags), token)
        if transport is None:
            self._elsewhere = {"origin": origin}

    @classmethod
    def _of(
        cls,
        client: Smartcar,
        vehicle_id: str,
        user_id: str | None,
        unit_system: str | None = None,
    ) -> Self:
        self = cls.__new__(cls)
        self._client = client
        self._begin(client, vehicle_id, user_id, Manner(unit_system=unit_system))
        return self

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        api_version: str | None = None,
    ) -> Response:
        """Ask what has no name here, such as a make's own endpoint.

        Args:
            method: GET, POST, PUT, DELETE …; only a GET is repeated.
            path: Behind the car's own, such as ``tesla/speedometer``.
            body: What is to be sent as JSON.
            headers: What is to be sent besides; an ``Authorization`` takes the token's place.
            api_version: Another version of the API for this request.

        Raises:
            SmartcarError: As of every call.
            ValueError: The path leaves the car's own.
        """
        return self.perform(self._asking(method, path, body, headers, api_version))

    def batch(self, *reads: Asked | Iterable[Asked], paths: Iterable[Asked] = ()) -> Batch:
        """Several reads in one request: ``batch(Vehicle.odometer, Vehicle.battery)``.

        Args:
            reads: Reads, or paths such as ``/odometer``; or one list of them.  A path may have a
                query, on v2.0: ``/service/history?start_date=2025-01-31``.
            paths: More of them, by keyword.

        Raises:
            InvalidRequestError: v2.0 does not know one of the paths: all are refused.
            ValueError: Nothing is asked, or v3 has no such read.
        """
        return self.perform(batch_call(self, (*reads, paths)))

    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return self._client._pump.run(flow)


class AsyncVehicle(Car, VehicleEndpoints, ClassicReads, ClassicChanges, SeedNames, AsyncResource):
    """One car, to be awaited, asked with its owner's token.

    The arguments are those of ``Vehicle``; ``AsyncSmartcar.vehicle`` gives one without a token.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 -- as above
        token: str | TokenSource,
        *,
        unit_system: str = "metric",
        version: str | None = None,
        flags: Flags | None = None,
        user_id: str | None = None,
        transport: AsyncTransport | None = None,
        origin: str | Origins | None = None,
    ) -> None:
        carrier = shared.async_network() if transport is None else transport
        self._client = AsyncSmartcar(access_token=given(token), transport=carrier, origin=origin)
        self._begin(self._client, id, user_id, manner(unit_system, version, flags), token)

    @classmethod
    def _of(
        cls,
        client: AsyncSmartcar,
        vehicle_id: str,
        user_id: str | None,
        unit_system: str | None = None,
    ) -> Self:
        self = cls.__new__(cls)
        self._client = client
        self._begin(client, vehicle_id, user_id, Manner(unit_system=unit_system))
        return self

    async def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        api_version: str | None = None,
    ) -> Response:
        """Ask what has no name here; as ``Vehicle.request``."""
        return await self.perform(self._asking(method, path, body, headers, api_version))

    async def batch(self, *reads: Asked | Iterable[Asked], paths: Iterable[Asked] = ()) -> Batch:
        """Several reads in one request; as ``Vehicle.batch``.  Its results are not awaited."""
        return await self.perform(batch_call(self, (*reads, paths)))

    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return await self._client._pump.run(flow)
