"""What the simulator's controls answer with: plain facts, flat, camelCase on the wire.

Fields are always there, null where there is nothing to say.  Times are UTC, and virtual.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from smartcar.protocol.documents import Model
from smartcar.simulator.agenda import Kind
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.cars.state import Activity
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.limits import Limits
from smartcar.simulator.webhooks.deliveries import DeliveryState
from smartcar.simulator.webhooks.occasions import OccasionKind
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind


class Shown(Model, frozen=True, omit_defaults=False):
    """A model that leaves nothing out."""


class Clock(Shown, frozen=True):
    """Virtual time."""

    now: datetime
    speed: float
    """Virtual seconds a real second; 0 is frozen."""

    @property
    def is_frozen(self) -> bool:
        """Does it stand still unless somebody waits or puts it forward?"""
        return self.speed == 0


class Summary(Shown, frozen=True):
    """The simulator at a glance."""

    version: str
    """Of smartcar-sdk."""
    seed: int
    now: datetime
    speed: float
    cars: int
    connections: int
    """Consents in force, of every mode."""
    applications: int
    subscriptions: int
    faults: int
    """Rules that are heeded."""
    requests: int
    """Asked of the simulated API since it runs."""


class Position(Shown, frozen=True):
    """A point on the map, in degrees."""

    latitude: float
    longitude: float


class Grant(Shown, frozen=True):
    """An owner's consent: the application may use that car."""

    id: str
    """Of the connection."""
    vehicle_id: str
    user_id: str
    owner: str
    """The e-mail that the owner signed in with."""
    permissions: tuple[str, ...]
    mode: str
    created_at: datetime
    updated_at: datetime
    external_id: str | None = None
    car: str = ""
    """Year, make and model."""
    application: str = ""
    """Client id of the application that it is with."""


class Car(Shown, frozen=True):
    """A car as it truly is at this moment, which is more than it has told its maker."""

    id: str
    vin: str
    make: str
    model: str
    year: int
    powertrain: Powertrain
    nickname: str
    color: str
    owner: str
    """The e-mail that its owner signs in with."""
    mode: Mode
    city: str
    country: str
    """ISO 3166 code of two letters."""
    at: datetime
    activity: Activity
    since: datetime
    """When that activity began."""
    position: Position
    heading: float
    """Degrees clockwise from north; of a parked car: as it came."""
    place: str | None
    """Home, Work, or null."""
    speed_kmh: float
    odometer_km: float
    charge_percent: float | None
    """Null without a battery that can be plugged in."""
    charge_limit_percent: float | None
    charging_kw: float
    """What arrives in the battery."""
    minutes_to_limit: float | None
    """Until charging ends by itself; null unless it charges."""
    fuel_percent: float | None
    """Null without a tank."""
    range_km: float
    """On battery and tank together."""
    locked: bool
    plugged: bool
    asleep: bool
    outside_c: float
    cabin_c: float
    reported_at: datetime
    """When it last told its maker anything: what the API knows is of then."""
    age_seconds: float
    """Since that report."""
    connections: int
    """Consents that name it."""
    overrides: tuple[str, ...]
    """Codes of signals that somebody has set or frozen."""
    faults: tuple[str, ...]
    """Ids of rules that name it or its owner, and can still strike."""


class Command(Shown, frozen=True):
    """Something that a car was told, and did."""

    at: datetime
    name: str
    arguments: dict[str, Any]
    user_id: str | None
    """On whose behalf the API was asked; null: somebody at the car did it."""


class CarDetails(Car, frozen=True):
    """The same, with who may use it and what it was told last."""

    grants: tuple[Grant, ...] = ()
    commands: tuple[Command, ...] = ()
    """The last ones, newest first."""
    accepts: tuple[str, ...] = ()
    """Names of all commands there are."""


class SignalFailure(Shown, frozen=True):
    """Why a signal has no value."""

    type: str
    code: str | None = None


class Signal(Shown, frozen=True):
    """A signal as the API tells it to somebody who may read everything."""

    code: str
    group: str
    name: str
    description: str
    unit: str | None
    status: Literal["SUCCESS", "ERROR"]
    value: Any
    """The value or the values; null where there is an error."""
    body: dict[str, Any] | None
    """As the API has it."""
    error: SignalFailure | None
    updated_at: datetime | None
    """When the car said so; null of fixed traits and errors that it has said nothing of."""
    age_seconds: float | None
    permissions: tuple[str, ...]
    """Any one of these opens it."""
    is_set: bool
    """Did somebody set or freeze it?  Otherwise the car says it."""
    is_frozen: bool
    """Does it stand whatever the car does?"""
    frozen_until: datetime | None
    """When it ends by itself; null: when it is released."""


class Signals(Shown, frozen=True):
    """All that a model can report, by group and name."""

    vehicle_id: str
    at: datetime
    signals: tuple[Signal, ...]


class Sample(Shown, frozen=True):
    """A car at an instant."""

    at: datetime
    activity: Activity
    position: Position
    speed_kmh: float
    odometer_km: float
    charge_percent: float | None
    fuel_percent: float | None
    wall_kw: float
    """What is drawn from the wall."""
    outside_c: float
    cabin_c: float


class Span(Shown, frozen=True):
    """How long a car was about one thing."""

    begins: datetime
    ends: datetime
    activity: Activity


class History(Shown, frozen=True):
    """A car over a time: samples in order, and what it was about between them."""

    vehicle_id: str
    begins: datetime
    ends: datetime
    samples: tuple[Sample, ...]
    spans: tuple[Span, ...]


class Trail(Shown, frozen=True):
    """The line that a car drove, every corner of it."""

    vehicle_id: str
    points: tuple[Position, ...]


class Upcoming(Shown, frozen=True):
    """Something that happens unless somebody steps in."""

    at: datetime
    kind: Kind
    text: str
    """In words, such as ``Comet leaves for Work``."""
    vehicle_id: str | None
    user_id: str | None
    details: dict[str, Any]
    """What there is to know besides."""


class Snapshot(Shown, frozen=True):
    """The world as it was, to go back to; it ends with the simulator."""

    id: str
    name: str | None
    at: datetime
    events: int
    """How much had happened."""


class FleetFile(Shown, frozen=True):
    """Cars, owners and consents, as ``--fleet`` takes them."""

    yaml: str


class Application(Shown, frozen=True):
    """An application whose credentials are accepted."""

    client_id: str
    application_id: str
    name: str
    client_secret: str | None
    """Only the public one; null where the environment has set another."""
    management_token: str | None
    """As above."""
    redirect_uris: tuple[str, ...]
    """Where Connect may lead back to."""
    connections: int


class Fault(Shown, frozen=True):
    """A rule that was added, and what has come of it."""

    id: str
    rule: FaultRule
    added_at: datetime
    begins_at: datetime | None
    ends_at: datetime | None
    seen: int
    """Requests that matched, since it was added."""
    struck: int
    """Those among them that met the fault."""
    is_spent: bool
    """Has it struck as often as it may?"""


class VehicleUse(Shown, frozen=True):
    """What has been asked about one car."""

    vehicle_id: str
    used_in_window: int
    window_ends_at: datetime | None
    """Null: none is open."""
    used_this_month: int
    left_this_month: int | None
    """Null: no limit."""


class LimitState(Shown, frozen=True):
    """How much may be asked, and what is left of it to one application."""

    settings: Limits
    at: datetime
    tokens: float | None
    """Requests that the application can send at once now; null: no limit."""
    full_at: datetime | None
    """When its bucket will be full, if nobody asks; null: it never fills, or has no limit."""
    month: str
    """The month that counts, such as ``2026-06``."""
    vehicles_used: int
    """Cars that were asked this month."""
    vehicles: tuple[VehicleUse, ...]
    application: str = ""
    """Its client id."""


class Exchange(Shown, frozen=True):
    """A request and its reply, without their secrets."""

    number: int
    """Counted from 1, as long as the simulator runs."""
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    status: int | None
    """Null: no reply was sent."""
    error: str | None
    """Type and code, such as ``VEHICLE_STATE:ASLEEP``."""
    duration_seconds: float
    """Virtual seconds until the reply."""
    breakage: Literal["reset", "truncate", "slow"] | None
    """What became of the reply on its way."""
    application: str | None
    """Client id of who asked; null: nobody that is known."""
    user_id: str | None
    """On whose behalf."""
    vehicle_id: str | None
    """The car that the path names."""
    request_headers: dict[str, str]
    request_body: str
    reply_headers: dict[str, str]
    reply_body: str
    fault_ids: tuple[str, ...]
    """Rules that it met."""
    sc_request_id: str | None
    """Smartcar's id of the request."""


class Requests(Shown, frozen=True):
    """What was asked lately, oldest first."""

    last: int
    """Number of the latest request; ask ``since`` it for those to come."""
    requests: tuple[Exchange, ...]


class Webhook(Shown, frozen=True):
    """A webhook of an application, and what has come of it."""

    id: str
    name: str
    application: str
    """Client id of the one that it belongs to."""
    kind: WebhookKind
    """``signals``, or one of v2."""
    callback_uri: str
    error_callback_uri: str | None
    """Where errors go; null: to the callback, too."""
    triggers: tuple[str, ...]
    """Codes of the signals whose change is told."""
    data: tuple[str, ...]
    """Codes of the signals that are told then, all of them."""
    auto_subscribe: bool
    """Are all vehicles subscribed by themselves, those to come too?"""
    is_enabled: bool
    interval: Interval | None
    """How often one on a schedule of v2 tells."""
    paths: tuple[str, ...]
    """What one of v2 tells."""
    unit_system: UnitSystem
    """Of what one of v2 tells."""
    verified: tuple[str, ...]
    """Those of its URIs that have answered right: nothing goes to others."""
    is_verified: bool
    """Are all of them?"""
    subscriptions: int
    """Cars whose events go there."""
    made_at: datetime


class Subscription(Shown, frozen=True):
    """A car whose events go to a webhook."""

    id: str
    webhook_id: str
    vehicle_id: str
    user_id: str
    at: datetime
    """Since when."""
    car: str
    """Year, make and model."""
    told_at: datetime | None
    """When the webhook was told of the car last; null: not yet."""
    errors: tuple[str, ...]
    """Errors that it was told of, and that are not over: ``TYPE:CODE``."""


class Asked(Shown, frozen=True):
    """Something that a webhook is told because somebody asked for it."""

    event_id: str
    """Of its delivery."""
    webhook_id: str
    kind: OccasionKind
    at: datetime
    vehicle_id: str | None


class Try(Shown, frozen=True):
    """One request to a receiver."""

    number: int
    """Of all that were made of the event, from 1."""
    at: datetime
    delivery_id: str
    status: int | None
    """What was answered; null: nothing was."""
    answer: str
    """The beginning of the answer's body."""
    error: str | None
    """Why it failed, in words; null: it did not."""
    took_seconds: float
    """Virtual seconds until the answer."""
    is_signed: bool
    """Was it signed as it should be?  Otherwise on purpose."""


class Delivery(Shown, frozen=True):
    """An event on its way to a webhook, and what has become of it."""

    event_id: str
    number: int
    """Counted from 1, as long as the simulator runs; a new one when it is sent again."""
    webhook_id: str
    webhook_name: str
    kind: OccasionKind
    vehicle_id: str | None
    uri: str
    at: datetime
    """When there was a reason to tell it."""
    state: DeliveryState
    """``dropped``: all tries failed; ``refused``: it may not go there, so nothing was sent."""
    next_try_at: datetime | None
    triggers: tuple[str, ...]
    body: str
    """As it was sent last; before that, without what is new on each try."""
    tries: tuple[Try, ...]
    tries_before: int
    """How often it was sent before the simulator began anew; what came of that is not kept."""
    error: str | None
    """Why it was refused, or dropped without all its tries."""
    is_test: bool


class Deliveries(Shown, frozen=True):
    """What was sent to webhooks lately, or is still to be sent, oldest first."""

    last: int
    """Number of the latest of all; ask ``since`` it for those to come."""
    changes: int
    """How often anything became of any of them: look again when it is another."""
    deliveries: tuple[Delivery, ...]
