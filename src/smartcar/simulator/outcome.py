"""What comes of a request: a reply, when it is there, and whether it arrives whole."""

from __future__ import annotations

from typing import Final, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from smartcar.errors import RequestTimeoutError, TransportError
from smartcar.protocol.wire import Reply, Request

from .faults.rule import Breakage

PATIENCE: Final = 175.0
"""Seconds after which a command that is not done is accepted, and its outcome streamed.
Source: https://smartcar.com/docs/api-reference/commands/overview
"""


class Outcome(Struct, frozen=True):
    """What the simulator makes of one request."""

    reply: Reply
    number: int
    """Which request it was, as ``Simulator.log`` counts them."""
    delay: float = 0.0
    """Virtual seconds before the reply begins."""
    breakage: Breakage | None = None
    """What becomes of the reply on its way; None: it arrives whole."""
    spread: float = 0.0
    """Virtual seconds from its beginning to its end."""
    is_streamed: bool = False
    """Is its body the last word of something that took long?  Then nobody knows how long it is."""

    @property
    def duration(self) -> float:
        """Virtual seconds until the reply is there, or will not be."""
        return self.delay + self.spread

    def accepted(self) -> Outcome:
        """The same of a command that takes long: 202, and only its body says how it went."""
        if self.delay <= PATIENCE:
            return self
        reply = Reply(202, self.reply.headers, self.reply.body)
        late = self.duration - PATIENCE
        return replace(self, reply=reply, delay=PATIENCE, spread=late, is_streamed=True)

    def wait(self, request: Request) -> float:
        """How long the sender of *request* waits: until the end, or until it has no patience."""
        return self.duration if request.timeout is None else min(self.duration, request.timeout)

    def received(self, request: Request) -> Reply:
        """What a network would bring to the sender of *request*, who has waited.

        Raises:
            TransportError: Nothing whole.
            RequestTimeoutError: Not in time.
        """
        if request.timeout is not None and self.duration >= request.timeout and self.duration:
            raise RequestTimeoutError(0, f"No reply to {_where(request)} in time.")
        if self.breakage == "reset":
            _lose(request, "the connection was reset")
        if self.breakage == "truncate":
            _lose(request, "the connection was closed before its end")
        return self.reply


def _lose(request: Request, why: str) -> NoReturn:
    raise TransportError(0, f"No whole reply to {_where(request)}: {why}.")


def _where(request: Request) -> str:
    return f"{request.method} {request.origin}{request.path}"
