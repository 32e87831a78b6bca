"""What has happened in a simulated world.  The world is its events: nothing else is kept.

An event says what was decided, with its ids and its virtual time, so that folding the same events
gives the same world, byte for byte.  Nothing here does I/O.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct, field

from .cars.designs import Powertrain
from .cars.spec import Mode


class Event(Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened, at a virtual time in Unix seconds."""

    at: float


class Founded(Event, frozen=True):
    """The world began: always the first event."""

    seed: int
    fleet: int


class ClockMoved(Event, frozen=True):
    """The clock was put forward, or its server stopped, at this time."""


class Restarted(Event, frozen=True):
    """The world was taken up again from its journal."""


class CarMade(Event, frozen=True):
    """A car was invented for an owner who signed in with a brand."""

    owner_email: str
    make: str
    number: int
    mode: Mode
    vin: str | None = None
    powertrain: Powertrain | None = None


class Connected(Event, frozen=True):
    """An owner said yes in Connect, or said yes anew."""

    connection_id: str
    user_id: str
    owner_email: str
    vehicle_id: str
    permissions: tuple[str, ...]
    mode: str
    external_id: str | None = None


class SignedInAgain(Event, frozen=True):
    """An owner whose sign-in no longer worked gave it anew; what was granted stays."""

    owner_email: str


class Disconnected(Event, frozen=True):
    """A connection ended."""

    connection_id: str


class CodeIssued(Event, frozen=True):
    """Connect gave an authorisation code."""

    code: str
    user_id: str
    redirect_uri: str
    permissions: tuple[str, ...]
    connection_ids: tuple[str, ...] | None = None
    """What was agreed to; None in journals of before, whose codes open all of the owner's cars."""
    expires_at: float | None = None
    """None in journals of before: ten minutes later."""


class CodeUsed(Event, frozen=True):
    """An authorisation code was exchanged; it cannot be again."""

    code: str


class TokenIssued(Event, frozen=True):
    """The application, or one of its users, got an access token."""

    token: str
    expires_at: float
    user_id: str | None = None
    refresh_token: str | None = None
    refresh_expires_at: float | None = None
    """None in journals of before: sixty days later."""
    code: str | None = None
    """The code that it goes back to, which says what it opens; none in journals of before."""


class RefreshTokenUsed(Event, frozen=True):
    """A refresh token was exchanged; it dies a while later."""

    refresh_token: str
    dies_at: float | None = None
    """None in journals of before: a minute later."""


class Commanded(Event, frozen=True):
    """A car did what it was told."""

    vehicle_id: str
    user_id: str
    execution_id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


class Subscribed(Event, frozen=True):
    """A car's events go to a webhook."""

    subscription_id: str
    webhook_id: str
    user_id: str
    vehicle_id: str


class Unsubscribed(Event, frozen=True):
    """They do so no more."""

    subscription_id: str


AnyEvent: TypeAlias = (
    Founded
    | ClockMoved
    | Restarted
    | CarMade
    | Connected
    | SignedInAgain
    | Disconnected
    | CodeIssued
    | CodeUsed
    | TokenIssued
    | RefreshTokenUsed
    | Commanded
    | Subscribed
    | Unsubscribed
)
