"""What has happened in a simulated world.  The world is its events: nothing else is kept.

An event says what was decided, with its ids and its virtual time, so that folding the same events
gives the same world, byte for byte.  Nothing here does I/O.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from .cars.added import Registration
from .cars.designs import Powertrain
from .cars.spec import Mode
from .faults import FaultRule
from .limits import Limits, UsageKept
from .webhooks.mischief import Mischief
from .webhooks.occasions import Occasion, Trouble
from .webhooks.setup import WebhookSetup


class Event(Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened, at a virtual time in Unix seconds."""

    at: float


class Founded(Event, frozen=True):
    """The world began: always the first event."""

    seed: int
    fleet: int
    begun: int = 0
    """How many of the events after it belong to the beginning: what a fleet file said."""


class ClockMoved(Event, frozen=True):
    """The clock was put forward, or its server stopped, at this time."""


class ClockSet(Event, frozen=True):
    """The world became as it had been, and the clock was put to this time: also back."""


class SpeedSet(Event, frozen=True):
    """The clock runs at another speed: virtual seconds a real one, 0 is frozen."""

    speed: float


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


class CarAdded(Event, frozen=True):
    """A car was put into the world, as a fleet file describes it."""

    facts: Registration


class ApplicationAdded(Event, frozen=True):
    """There is another application.  Its secrets are never kept: whoever starts a world says them.

    Unless they are the public ones, it is nobody's until then.
    """

    client_id: str
    application_id: str
    name: str
    redirect_uris: tuple[str, ...] = ()
    is_public: bool = True
    """Are its secrets those that every simulator has?"""


class OwnerAdded(Event, frozen=True):
    """An owner got this user id."""

    owner_email: str
    user_id: str


class Handled(Event, frozen=True):
    """Somebody at the car did something to it: no permission was asked."""

    vehicle_id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


class SignalSet(Event, frozen=True):
    """A signal was given a body, or an error as ``TYPE:CODE``."""

    vehicle_id: str
    code: str
    body: dict[str, Any] | None = None
    error: str | None = None
    is_frozen: bool = False
    until: float | None = None


class SignalReleased(Event, frozen=True):
    """A signal tells again what the car says."""

    vehicle_id: str
    code: str


class Connected(Event, frozen=True):
    """An owner said yes in Connect, or said yes anew."""

    connection_id: str
    user_id: str
    owner_email: str
    vehicle_id: str
    permissions: tuple[str, ...]
    mode: str
    external_id: str | None = None
    application: str | None = None
    """The client id of the application it is with; None is the first one."""


class SignedInAgain(Event, frozen=True):
    """An owner whose sign-in no longer worked gave it anew; what was granted stays."""

    owner_email: str


class Disconnected(Event, frozen=True):
    """A connection ended, and with it what went to webhooks."""

    connection_id: str
    by_owner: bool = False
    """Did its owner end it?  Otherwise the application did."""


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
    application: str | None = None


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
    application: str | None = None


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
    application: str | None = None


class Unsubscribed(Event, frozen=True):
    """They do so no more."""

    subscription_id: str


class WebhookSet(Event, frozen=True):
    """A webhook was made, or set up anew."""

    setup: WebhookSetup


class WebhookRemoved(Event, frozen=True):
    """A webhook is no more."""

    webhook_id: str


class WebhookVerified(Event, frozen=True):
    """Who listens at a URI of a webhook has shown that it knows the management token."""

    webhook_id: str
    uri: str


class WebhookTold(Event, frozen=True):
    """What a webhook was told of a car: what is told next is what differs from it."""

    subscription_id: str
    signals: dict[str, str] = field(default_factory=dict[str, str])
    """What stood for the value of each signal that had changed, by code."""
    troubles: tuple[Trouble, ...] = ()
    """All errors that it knows of."""
    told_at: float | None = None
    """When that was; None: at the time of the event."""
    is_last: bool = False
    """Did it end with that?"""


class DeliveryQueued(Event, frozen=True):
    """A webhook is to be told something."""

    occasion: Occasion
    content: str
    """Its JSON, but for what is new on each try."""
    next_at: float
    """When it is tried first, or next."""
    sequence: int = 0
    tries: int = 0
    """How often it was tried before."""
    sent: int = 0
    """How often it was sent before, also on request."""
    is_accepted: bool = False
    """Was it accepted already?  Then it is but repeated."""


class DeliveryTried(Event, frozen=True):
    """It was sent."""

    event_id: str
    next_at: float | None = None
    """When it is tried again; None: it is over."""
    is_accepted: bool = False


class MischiefSet(Event, frozen=True):
    """So much goes wrong on the way to receivers from now on."""

    mischief: Mischief


class TokenEnded(Event, frozen=True):
    """A token, a code or a refresh token died before its time; *user_id*: all of that user's."""

    token: str
    user_id: str | None = None
    application: str | UnsetType | None = UNSET
    """With whom those were; unset in journals of before, where it was with every application."""


class FaultAdded(Event, frozen=True):
    """Something goes wrong from now on."""

    fault_id: str
    rule: FaultRule


class FaultRemoved(Event, frozen=True):
    """It does so no more."""

    fault_id: str


class FaultMatched(Event, frozen=True):
    """A rule has seen, and perhaps met, one more request."""

    fault_id: str
    seen: int
    struck: int


class LimitsSet(Event, frozen=True):
    """So much may be asked from now on."""

    limits: Limits


class Counted(Event, frozen=True):
    """Requests were let through that use up a limit."""

    application: str
    vehicle_id: str | None
    requests: int


class Used(Event, frozen=True):
    """So much had been used by then: in place of all that was counted."""

    kept: UsageKept


AnyEvent: TypeAlias = (
    Founded
    | ClockMoved
    | ClockSet
    | SpeedSet
    | Restarted
    | CarMade
    | CarAdded
    | ApplicationAdded
    | OwnerAdded
    | Handled
    | SignalSet
    | SignalReleased
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
    | WebhookSet
    | WebhookRemoved
    | WebhookVerified
    | WebhookTold
    | DeliveryQueued
    | DeliveryTried
    | MischiefSet
    | TokenEnded
    | FaultAdded
    | FaultRemoved
    | FaultMatched
    | LimitsSet
    | Counted
    | Used
)
