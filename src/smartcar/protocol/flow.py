"""What a flow may ask for, and what a call is.

A flow is a generator that yields effects and is sent their outcomes; a *pump* (``pumps``) does the
waiting.  A flow's test reads like a script: no client, no clock, no network.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from .origins import Host
from .wire import Reply, Request

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Send:
    """Please send this.  Send me the reply, or throw a ``TransportError``."""

    request: Request


@dataclass(frozen=True, slots=True)
class Sleep:
    """Please wake me in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Alone:
    """Please run this flow while no other flow runs alone; I expect its result.

    With ``wait=False``: only if none does right now; else I expect None at once.
    """

    flow: Flow[Any]
    wait: bool = True
    patience: float | None = None
    """Seconds to wait for our turn; then throw a ``RequestTimeoutError``."""


@dataclass(frozen=True, slots=True)
class Do:
    """Please call this, which may block for a moment (a file, a database).  Send me its result."""

    work: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Together:
    """Please run this flow once for all who ask *about* the same at a time; I expect its result.

    It runs apart from whoever asked first: it goes on when they give up, or are cancelled.  With
    ``wait=False``: only if it runs for nobody right now; else I expect None at once.
    """

    flow: Flow[Any]
    about: Hashable
    wait: bool = True
    patience: float | None = None
    """Seconds to wait for the result; then throw a ``RequestTimeoutError``."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Please run these flows at the same time.  Send me, in their order, what each gave or raised.

    They end with who asked: who is cancelled cancels them.
    """

    flows: Sequence[Flow[Any]]


Effect: TypeAlias = Send | Sleep | Alone | Do | Together | AtOnce
Flow: TypeAlias = Generator[Effect, Any, T]


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """One call, bound and ready: what to send, and how to read the reply."""

    request: Request
    read: Callable[[Reply], R]
    host: Host = "vehicle"
    repeatable: bool = False
    """May it be sent again if the first try fails?"""
    needs_user: bool = False
    """Must it say on whose behalf (``sc-user-id``)?"""
    deadline: float | None = None
    """Seconds for all of it, where that is less than the client's own patience."""
    refused: str | None = None
    """What to do where the authority that it brings itself is refused."""
    secret: str = ""
    """What a reply may repeat, and no error shall show."""


def send(request: Request) -> Flow[Reply]:
    """Send *request*; get its reply."""
    reply: Reply = yield Send(request)
    return reply
