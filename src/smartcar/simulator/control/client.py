"""The controls of a simulator, typed: ``Control`` blocks, ``AsyncControl`` awaits.

Both ends speak the same declarations.  ``simulator.control`` is one in the same process;
``Control("http://127.0.0.1:8686")`` is one over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from smartcar._version import __version__
from smartcar.errors.kinds import error_from
from smartcar.protocol.closing import AsyncClosing, Closing
from smartcar.protocol.flow import Call, Flow, send
from smartcar.protocol.origins import Origins
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource
from smartcar.protocol.wire import Reply, Request
from smartcar.pumps import AwaitingPump, BlockingPump
from smartcar.simulator.home import ORIGIN
from smartcar.transport import AsyncNetwork, AsyncTransport, Network, SystemClock, Transport

from .endpoints.every import ControlEndpoints

if TYPE_CHECKING:
    from smartcar.simulator.simulator import Simulator

R = TypeVar("R")

CONNECT_SECONDS: Final = 5.0
REPLY_SECONDS: Final = 60.0
"""Ample: however large the fleet is, no request is about more than a page of it."""


class Here:
    """A transport to the controls of a simulator in this process."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def send(self, request: Request) -> Reply:
        """Answer *request* at once."""
        return self._simulator.controlled(request)

    async def asend(self, request: Request) -> Reply:
        """As ``send``, in a thread: webhooks may be told on its way, and block."""
        return await asyncio.to_thread(self.send, request)

    def close(self) -> None:
        """Nothing is held."""

    async def aclose(self) -> None:
        """Nothing is held."""


class _Control(ControlEndpoints, Resource):
    """What both have in common."""

    path_params: Mapping[str, str] = MappingProxyType({})
    _clock = SystemClock()
    origin: str

    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call*, once, and reads its reply."""
        request = replace(
            call.request,
            headers={"user-agent": f"smartcar-sdk/{__version__}", **call.request.headers},
            origin=self.origin,
            connect_timeout=CONNECT_SECONDS,
            timeout=REPLY_SECONDS,
        )
        reply = yield from send(request)
        if not reply.is_success:
            raise error_from(reply.status, reply.body, reply.headers)
        return call.read(reply)

    def now(self) -> float:
        """Seconds of real time: the simulator's own is ``clock().now``."""
        return self._clock.now()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.origin}>"


class Control(_Control, SyncResource, Closing):
    """The controls of a simulator, for programs that wait.

    Args:
        origin: Where it listens; scheme, host and port.
        transport: What carries requests; the network unless you say otherwise.

    Raises:
        ValueError: The origin is none.
    """

    def __init__(self, origin: str = ORIGIN, *, transport: Transport | None = None) -> None:
        self.origin = Origins.all_at(origin).vehicle
        self._transport: Transport = Network() if transport is None else transport
        self._pump = BlockingPump(self._transport, self._clock)

    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return self._pump.run(flow)

    def close(self) -> None:
        """Close its connections."""
        self._transport.close()


class AsyncControl(_Control, AsyncResource, AsyncClosing):
    """The controls of a simulator, for programs that await.  The arguments are ``Control``'s."""

    def __init__(self, origin: str = ORIGIN, *, transport: AsyncTransport | None = None) -> None:
        self.origin = Origins.all_at(origin).vehicle
        self._transport: AsyncTransport = AsyncNetwork() if transport is None else transport
        self._pump = AwaitingPump(self._transport, self._clock)

    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""
        return await self._pump.run(flow)

    async def close(self) -> None:
        """Close its connections."""
        await self._transport.aclose()
