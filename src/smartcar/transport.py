"""The network.  The only file that imports an HTTP client (pyreqwest), and only when it is used.

A transport is anything with ``send`` (or ``asend``): the network, the simulator, or your own.  It
raises ``TransportError`` when there is no reply, and returns every reply there is.
"""

from __future__ import annotations

import atexit
import importlib
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeVar

from .errors import ConnectError, DecodeError, RequestTimeoutError, TransportError
from .protocol.wire import COOKIES, Reply, Request

if TYPE_CHECKING:
    from pyreqwest import exceptions
    from pyreqwest.client import BaseClientBuilder, Client, SyncClient
    from pyreqwest.http import HeaderMap
    from pyreqwest.request import BaseRequestBuilder

LARGEST_REPLY: Final = 32 * 1024 * 1024
"""Bytes: no answer of this API comes near; more than this is a fault or an attack."""

SETTLING: Final = 0.05
"""Seconds that a program which awaited takes to end: ample for a thread to finish a hand-over."""

B = TypeVar("B", bound="BaseClientBuilder")
Q = TypeVar("Q", bound="BaseRequestBuilder")
C = TypeVar("C")


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> float:
        """Seconds; only differences mean something."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, blocking."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Wait, letting others run."""
        ...


class Transport(Protocol):
    """Carries a request and brings its reply, blocking."""

    def send(self, request: Request) -> Reply:
        """Send *request*.

        Raises:
            TransportError: There is no reply.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class AsyncTransport(Protocol):
    """Carries a request and brings its reply, awaiting."""

    async def asend(self, request: Request) -> Reply:
        """Send *request*.

        Raises:
            TransportError: There is no reply.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


def _headers(headers: HeaderMap) -> dict[str, str]:
    """What a reply says of itself; a header that is no text says nothing."""
    told: dict[str, str] = {}
    try:
        told.update(headers)
    except ValueError:
        for name in headers:
            with suppress(ValueError):
                told[name] = headers[name]
    if COOKIES in told:  # each is one of its own, and may hold commas
        with suppress(ValueError):
            told[COOKIES] = "\n".join(headers.getall(COOKIES))
    return told


class SystemClock:
    """The machine's own time; it never goes back."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, blocking."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Wait, letting others run."""
        import asyncio  # noqa: PLC0415 -- loaded only by programs that await

        await asyncio.sleep(seconds)


class Pinned(NamedTuple):
    """The one address that a name stands for, whatever anybody else says."""

    host: str
    address: str
    port: int


class Network:
    """HTTP with kept connections.  Safe to share between threads.

    Args:
        ca_certificate: In PEM: trusted beside those of the system.
        pinned: Connect to this address for its name, and through no proxy.
    """

    def __init__(
        self, *, ca_certificate: bytes | None = None, pinned: Pinned | None = None
    ) -> None:
        self._pool: _Pool[SyncClient] = _Pool(
            lambda timeout: _sync(timeout, ca_certificate, pinned)
        )

    def send(self, request: Request) -> Reply:
        """Send *request*; the whole reply is read, whatever its status."""
        _load()
        from pyreqwest import exceptions  # noqa: PLC0415 -- loaded when there is something to send

        client = self._pool.client(request.connect_timeout)
        try:
            built = _built(client.request(request.method, request.url), request).build_streamed()
            with built as response:
                reader, body = response.body_reader, _Body()
                while (chunk := reader.read_chunk()) is not None:
                    body.add(chunk)
                return Reply(response.status, _headers(response.headers), body.whole())
        except (exceptions.PyreqwestError, RuntimeError) as error:
            raise _told(error, request) from error

    def close(self) -> None:
        """Close every connection."""
        for client in self._pool.emptied():
            client.close()


class AsyncNetwork:
    """HTTP with kept connections, for asyncio.  Safe to share between tasks."""

    def __init__(self, *, ca_certificate: bytes | None = None) -> None:
        _settle_at_exit()
        self._pool: _Pool[Client] = _Pool(lambda timeout: _async(timeout, ca_certificate))

    async def asend(self, request: Request) -> Reply:
        """Send *request*; the whole reply is read, whatever its status."""
        _load()
        from pyreqwest import exceptions  # noqa: PLC0415 -- as above

        client = self._pool.client(request.connect_timeout)
        try:
            built = _built(client.request(request.method, request.url), request).build_streamed()
            async with built as response:
                reader, body = response.body_reader, _Body()
                while (chunk := await reader.read_chunk()) is not None:
                    body.add(chunk)
                return Reply(response.status, _headers(response.headers), body.whole())
        except (exceptions.PyreqwestError, RuntimeError) as error:
            raise _told(error, request) from error

    async def aclose(self) -> None:
        """Close every connection."""
        for client in self._pool.emptied():
            await client.close()


@cache
def _settle_at_exit() -> None:
    """Let pyreqwest's own thread go before the interpreter does.

    With 0.15.1 a program that ended right after an awaited reply was aborted in 3 runs of 120: the
    thread that had brought the reply still held on to an interpreter that was being taken down.
    """
    atexit.register(time.sleep, SETTLING)


@cache
def _load() -> None:
    """Load pyreqwest in a thread that stays: 0.15.1 crashes when the one that loaded it ends."""
    is_loaded = threading.Event()

    def load() -> None:
        try:
            importlib.import_module("pyreqwest.client")
        finally:
            is_loaded.set()

    def stay() -> None:
        load()
        threading.Event().wait()

    if threading.current_thread() is threading.main_thread():
        load()
    else:
        threading.Thread(target=stay, daemon=True, name="smartcar-network").start()
        is_loaded.wait()


class _Pool(Generic[C]):
    """An HTTP client for each connect timeout in use."""

    def __init__(self, make: Callable[[float | None], C]) -> None:
        self._make = make
        self._clients: dict[float | None, C] = {}
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._is_closed = False

    def client(self, connect_timeout: float | None) -> C:
        """The client that gives up connecting after *connect_timeout* seconds."""
        if self._process != os.getpid():
            self._cross_over()
        found = self._clients.get(connect_timeout)
        if found is not None:
            return found
        with self._lock:
            if self._is_closed:
                msg = "This client is closed: make another."
                raise RuntimeError(msg)
            if connect_timeout not in self._clients:
                self._clients[connect_timeout] = self._make(connect_timeout)
            return self._clients[connect_timeout]

    def _cross_over(self) -> None:
        """A child may begin where its parent has not: pyreqwest's threads do not survive a fork."""
        if self._clients:
            told = (
                "This client was used before the process forked, and its network does not "
                "survive that: fork before the first request, or spawn."
            )
            raise TransportError(0, told)
        self._process, self._lock = os.getpid(), threading.Lock()

    def emptied(self) -> list[C]:
        """All clients; the pool makes no more."""
        with self._lock:
            self._is_closed = True
            clients, self._clients = list(self._clients.values()), {}
        return clients


def _sync(connect_timeout: float | None, ca: bytes | None, pinned: Pinned | None) -> SyncClient:
    from pyreqwest.client import SyncClientBuilder  # noqa: PLC0415 -- as above

    builder = _set_up(SyncClientBuilder(), connect_timeout, ca)
    return (builder if pinned is None else builder.no_proxy().resolve(*pinned)).build()


def _async(connect_timeout: float | None, ca: bytes | None) -> Client:
    from pyreqwest.client import ClientBuilder  # noqa: PLC0415 -- as above

    return _set_up(ClientBuilder(), connect_timeout, ca).build()


def _set_up(builder: B, connect_timeout: float | None, ca: bytes | None) -> B:
    """No redirects (a token must not follow them), no cookies, no unbounded decompression.

    Proxies of the environment (HTTPS_PROXY, NO_PROXY) are honoured; TLS is always verified.
    """
    builder = builder.follow_redirects(False).default_cookie_store(False).referer(False)
    builder = builder.gzip(False).brotli(False).zstd(False).deflate(False)
    if connect_timeout is not None:
        builder = builder.connect_timeout(timedelta(seconds=connect_timeout))
    return builder if ca is None else builder.add_root_certificate_pem(ca)


def _built(builder: Q, request: Request) -> Q:
    builder = builder.headers(dict(request.headers))
    if request.timeout is not None:
        builder = builder.timeout(_seconds(request.timeout))
    return builder.body_bytes(request.body) if request.body else builder


class _Body:
    """A reply's body as it comes in, within bounds."""

    def __init__(self) -> None:
        self._chunks: list[Any] = []
        self._length = 0

    def add(self, chunk: Any) -> None:
        """Take in some more of it."""
        self._length += len(chunk)
        if self._length > LARGEST_REPLY:
            raise DecodeError(0, f"The reply is larger than {LARGEST_REPLY} bytes.")
        self._chunks.append(chunk)

    def whole(self) -> bytes:
        """All of it; most replies come in one piece."""
        return bytes(self._chunks[0]) if len(self._chunks) == 1 else b"".join(self._chunks)


@lru_cache(maxsize=64)
def _seconds(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _told(error: Exception, request: Request) -> TransportError:
    """What happened, in our words.  Never conclude from it that nothing reached the server."""
    from pyreqwest import exceptions  # noqa: PLC0415 -- as above

    where = f"{request.method} {request.origin}{request.path}"
    if isinstance(error, exceptions.RequestTimeoutError):
        return RequestTimeoutError(0, f"No reply to {where} in time.")
    if isinstance(error, exceptions.ConnectError) and not _was_connected(error):
        return ConnectError(0, f"No connection to {request.origin}.")
    return TransportError(0, f"No whole reply to {where}: {type(error).__name__}.")


def _was_connected(error: exceptions.ConnectError) -> bool:
    """Was it lost after it was made?  pyreqwest 0.15.1 names both alike; its causes tell."""
    causes = (error.details or {}).get("causes") or ()
    return any(cause["message"] == "client error (SendRequest)" for cause in causes)
