"""Bring deliveries to receivers: in this process, or over HTTP."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol, TypeAlias, TypeVar, runtime_checkable

from msgspec import Struct

from smartcar.errors import ConnectError, TransportError
from smartcar.protocol.wire import Reply, Request
from smartcar.transport import Network, Pinned

from .guard import Forbidden, Target, target_of

PATIENCE: Final = 15.0
"""Seconds in which a receiver must answer.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""
_CONNECTIONS: Final = 32
"""Receivers to which connections are kept."""
_PARTS: Final[dict[str, type]] = {"status": int, "headers": Mapping, "body": bytes}
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@runtime_checkable
class BlockingReceiver(Protocol):
    """What answers deliveries in this process: ``smartcar.webhooks.Receiver`` does."""

    def handle(self, body: bytes, headers: Mapping[str, str], /) -> Reply:
        """What is answered to a delivery."""
        ...


@runtime_checkable
class AwaitingReceiver(Protocol):
    """The same, awaiting: where it can do both, it is awaited where something awaits it."""

    async def ahandle(self, body: bytes, headers: Mapping[str, str], /) -> Reply:
        """What is answered to a delivery."""
        ...


AnyReceiver: TypeAlias = BlockingReceiver | AwaitingReceiver


class Letter(Struct, frozen=True):
    """One request to a receiver."""

    uri: str
    body: bytes
    headers: dict[str, str]


class Answer(Struct, frozen=True):
    """What came of it."""

    reply: Reply | None = None
    error: str | None = None
    """Why there is no reply."""
    is_refused: bool = False
    """Nothing was sent, and nothing may be."""
    is_over_http: bool = False


class Post:
    """Receivers in this process by their URIs, and the network for all other URIs.

    Args:
        allow_private: Send to private networks, too, and without TLS.
        patience: Real seconds to wait for an answer over HTTP.
    """

    def __init__(self, *, allow_private: bool = False, patience: float = PATIENCE) -> None:
        self.allow_private, self._patience = allow_private, patience
        self._receivers: dict[str, AnyReceiver] = {}
        self._blocking: dict[str, Callable[[Letter], Reply]] = {}
        """How each is asked by whoever waits for it."""
        self._networks: OrderedDict[Pinned, Network] = OrderedDict()
        self._in_use: Counter[Pinned] = Counter()
        self._lock = threading.Lock()

    def receive(self, uri: str, receiver: AnyReceiver | None) -> None:
        """Bring to *receiver* from now on what is sent to *uri*; None: to nobody here.

        Raises:
            TypeError: It has neither ``handle`` nor ``ahandle``.
        """
        if receiver is None:
            self._receivers.pop(uri, None)
            self._blocking.pop(uri, None)
            return
        if not isinstance(receiver, (BlockingReceiver, AwaitingReceiver)):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers may have no types
            told = f"{type(receiver).__name__} has no handle(body, headers), and no ahandle either"
            raise TypeError(told)
        self._receivers[uri], self._blocking[uri] = receiver, _blocking(receiver)

    def receives(self, uri: str) -> bool:
        """Is there a receiver for *uri* in this process?"""
        return uri in self._receivers

    def carry(self, letter: Letter) -> Answer:
        """Bring it there, blocking; whatever goes wrong is an answer."""
        ask = self._blocking.get(letter.uri)
        if ask is None:
            return self._posted(letter)
        try:
            return _answered(_apart(ask, letter))
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 -- whatever a receiver raises
            return raised(error)

    async def acarry(self, letter: Letter) -> Answer:
        """The same, letting others run: a receiver that awaits does so in this event loop."""
        receiver = self._receivers.get(letter.uri)
        if receiver is None:
            return await asyncio.to_thread(self._posted, letter)
        try:
            if isinstance(receiver, AwaitingReceiver):
                return _answered(await receiver.ahandle(letter.body, letter.headers))
            return _answered(await asyncio.to_thread(receiver.handle, letter.body, letter.headers))
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # whoever waits for all this
                raise
            return raised(error)
        except Exception as error:  # noqa: BLE001 -- as above
            return raised(error)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            networks, self._networks = list(self._networks.values()), OrderedDict()
        for each in networks:
            each.close()

    # --- over HTTP -------------------------------------------------------------------------------

    def _posted(self, letter: Letter) -> Answer:
        try:
            target = target_of(letter.uri, allow_private=self.allow_private)
        except Forbidden as forbidden:
            return Answer(error=str(forbidden), is_refused=True)
        error: TransportError | None = None
        for address in target.addresses:
            try:
                return Answer(self._sent(letter, target, address), is_over_http=True)
            except ConnectError as failed:
                error = failed
            except TransportError as failed:
                return Answer(error=failed.description)
        return Answer(error=f"No connection to {target.origin}." if error else "No address.")

    def _sent(self, letter: Letter, target: Target, address: str) -> Reply:
        request = Request(
            "POST",
            target.path,
            headers=letter.headers,
            body=letter.body,
            origin=target.origin,
            connect_timeout=self._patience,
            timeout=self._patience,
        )
        pinned = Pinned(target.host, address, target.port)
        network = self._network(pinned)
        try:
            return network.send(request)
        finally:
            with self._lock:
                self._in_use[pinned] -= 1

    def _network(self, pinned: Pinned) -> Network:
        """The connections to one address; of those in use by nobody, the oldest are closed."""
        with self._lock:
            self._in_use[pinned] += 1
            found = self._networks.pop(pinned, None) or Network(pinned=pinned)
            self._networks[pinned] = found
            old = None
            idle = next((each for each in self._networks if not self._in_use[each]), None)
            if len(self._networks) > _CONNECTIONS and idle is not None:
                old = self._networks.pop(idle)
                del self._in_use[idle]
        if old is not None:
            old.close()
        return found


def _blocking(receiver: AnyReceiver) -> Callable[[Letter], Reply]:
    """What gives the answer of *receiver*, in a loop of its own if it must be awaited."""
    if isinstance(receiver, BlockingReceiver):
        return lambda letter: receiver.handle(letter.body, letter.headers)
    return lambda letter: asyncio.run(_awaited(receiver.ahandle(letter.body, letter.headers)))


def _apart(ask: Callable[[Letter], Reply], letter: Letter) -> Reply:
    """What *ask* gives; where an event loop runs it does so in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return ask(letter)
    return _in_thread(lambda: ask(letter))


async def _awaited(reply: Awaitable[Reply]) -> Reply:
    return await reply


def _in_thread(ask: Callable[[], _T]) -> _T:
    """What *ask* gives, from a thread that knows of the same context."""
    found: list[_T] = []
    errors: list[BaseException] = []
    context = contextvars.copy_context()

    def run() -> None:
        try:
            found.append(context.run(ask))
        except BaseException as error:  # noqa: BLE001 -- raised again where it was asked
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="smartcar-receiver")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return found[0]


def _answered(reply: object) -> Answer:
    if not isinstance(reply, Reply):
        return Answer(error=f"The receiver gave {type(reply).__name__}: it must be a Reply.")
    for name, kind in _PARTS.items():  # nothing has looked at what a receiver puts there
        got = getattr(reply, name)
        if not isinstance(got, kind):
            told = f"The receiver gave a Reply whose {name} is {type(got).__name__}"
            return Answer(error=f"{told}: it must be {kind.__name__}.")
    return Answer(reply)


def raised(error: BaseException) -> Answer:
    """What came of a receiver that raised *error*."""
    _log.warning("A receiver raised %s", type(error).__name__, exc_info=error)
    return Answer(error=f"The receiver raised {type(error).__name__}: {error}")
