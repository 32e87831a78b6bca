"""What Smartcar sends to webhooks, typed: v4's events, and v2.0's.

Shapes: https://smartcar.com/docs/api-reference/webhooks/events/overview.  Nothing here does I/O.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import field

from smartcar.api.batch import Batch
from smartcar.api.resources import VehicleResource
from smartcar.api.signals import Signal, Signals
from smartcar.errors import SmartcarError
from smartcar.errors.kinds import error_from
from smartcar.errors.problem import Resolution
from smartcar.protocol.documents import Model

FIRST_DELIVERY: Final = "FIRST_DELIVERY"
SIGNAL_UPDATED: Final = "SIGNAL_UPDATED"
RECONCILED: Final = "RECONCILED"
"""What a ``Reconciler`` writes as a trigger; Smartcar sends no such."""


class EventMeta(Model, frozen=True):
    """What a delivery says of itself; each is None where it does not say."""

    version: str | None = None
    """Of the payload: ``4.0``, or ``2.0`` for v2.0's webhooks."""
    webhook_id: str | None = None
    webhook_name: str | None = None
    application_id: str | None = None
    delivery_id: str | None = None
    """A new one each time that the same event is sent."""
    delivered_at: datetime | None = None
    """When this delivery was sent."""
    sequence: int | None = None
    """Grows with time: what settles which of two events with equal times is the newer."""
    mode: str | None = None
    """LIVE or TEST in v4; live, test or simulated in v2.0."""
    signal_count: int | None = None


class Event(Model, frozen=True):
    """Something that Smartcar sent; of no other type than those below, this class itself."""

    id: str = ""
    """The same each time that the event is sent: what repeats are known by.

    An event of v2.0 may have none: then it is made from the body.
    """
    type: str = ""
    """``eventType`` as it came, such as VEHICLE_STATE; ``eventName`` of v2.0."""
    meta: EventMeta = field(default_factory=EventMeta)
    raw: dict[str, Any] = field(default_factory=dict[str, Any])
    """The whole event as it came."""

    @property
    def is_test(self) -> bool:
        """Was it sent by *Test* in the dashboard, or about a car of the test mode?"""
        return (self.meta.mode or "").upper() == "TEST"

    def to_dict(self) -> dict[str, Any]:
        """The whole event as it came."""
        return self.raw

    def __str__(self) -> str:
        return f"{self.type or 'an event without type'} {self.id}".rstrip()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class UnknownEvent(Event, frozen=True):
    """One of a type that this version does not know, or of a shape that it cannot read.

    ``raw`` has all of it.
    """

    reason: str = ""
    """Why it was not read as what its type says; empty where the type is not known."""


class Verify(Event, frozen=True):
    """VERIFY: Smartcar asks whether it is you who listens.  A ``Receiver`` answers it."""

    challenge: str = ""


class User(Model, frozen=True):
    """The owner whom an event is about."""

    id: str = ""
    external_id: str | None = None
    """Your own id of the owner, where Connect was told one."""


class Trigger(Model, frozen=True):
    """Why an event was sent."""

    type: str = SIGNAL_UPDATED
    """SIGNAL_UPDATED or FIRST_DELIVERY; an open set.  RECONCILED is a ``Reconciler``'s."""
    code: str | None = None
    """The signal's, such as ``tractionbattery-stateofcharge``; None for a first delivery."""
    name: str | None = None
    group: str | None = None


class VehicleEvent(Event, frozen=True):
    """An event about one car."""

    user: User = field(default_factory=User)
    vehicle: VehicleResource = field(default_factory=VehicleResource)

    @property
    def is_test(self) -> bool:
        """Was it sent by *Test* in the dashboard, or about a car of the test mode?"""
        return super().is_test or (self.vehicle.mode or "").upper() == "TEST"

    def __str__(self) -> str:
        return f"{self.type} {self.id} of {self.vehicle.id}"


class VehicleState(VehicleEvent, frozen=True):
    """VEHICLE_STATE: a trigger fired; here is all data that the webhook is set up with."""

    signals: Signals = field(default_factory=lambda: Signals(data=()))
    """``event.signals[TractionBattery.StateOfCharge].value`` is typed, as that of a car is."""
    triggers: tuple[Trigger, ...] = ()
    """Several are usual; none where the event does not say."""

    @property
    def is_first(self) -> bool:
        """Is it the first since the car was subscribed, or the webhook enabled?"""
        return any(trigger.type == FIRST_DELIVERY for trigger in self.triggers)

    @property
    def changed(self) -> frozenset[str]:
        """Codes of the signals whose change sent it."""
        return frozenset(trigger.code for trigger in self.triggers if trigger.code)

    @property
    def outdated(self) -> frozenset[str]:
        """Codes of readings that are older than one that the receiver had before.

        Deliveries come in any order.  Only a ``Receiver`` marks them; elsewhere it is empty.
        """
        marked: frozenset[str] = self.__dict__.get("outdated", frozenset())
        return marked

    @property
    def current(self) -> tuple[Signal[Any], ...]:
        """The signals less those that are ``outdated``: what a table of latest values takes."""
        return tuple(signal for signal in self.signals if signal.code not in self.outdated)


class Reconciled(VehicleState, frozen=True):
    """What a ``Reconciler`` read of a car after a gap, in place of events that were lost.

    Smartcar has not sent it: it says how the car is, not what happened meanwhile, so ``changed`` is
    empty.  Handlers of ``VehicleState`` are told of it too.
    """

    gap_id: str = ""
    since: datetime | None = None
    """When events began to be lost."""
    until: datetime | None = None
    """When they were received again."""
    reason: str = ""
    """How the gap is known: down, failed, silent or named."""


class AffectedSignal(Model, frozen=True):
    """A signal that a fault concerns."""

    code: str = ""
    name: str = ""
    group: str = ""


class Fault(Model, frozen=True):
    """What is wrong with a car, or no longer is."""

    type: str | None = None
    """Such as CONNECTED_SERVICES_ACCOUNT, VEHICLE_STATE, COMPATIBILITY, PERMISSION."""
    code: str | None = None
    """Such as AUTHENTICATION_FAILED."""
    state: str = "ERROR"
    """ERROR, and later RESOLVED for the same fault."""
    description: str = ""
    suggested_user_message: str | None = None
    """A text fit to be shown to the car's owner."""
    doc_url: str | None = None
    resolution: Resolution = Resolution()
    """``resolution.type`` is REAUTHENTICATE, RETRY_LATER, CONTACT_SUPPORT, … or None."""
    signals: tuple[AffectedSignal, ...] = ()
    """Empty where the whole car is concerned."""

    @property
    def is_resolved(self) -> bool:
        """Is it over?"""
        return self.state == "RESOLVED"

    @property
    def error(self) -> SmartcarError:
        """What a call of the API would raise: its class says what to do, and so does its advice."""
        told = {
            "type": self.type,
            "code": self.code,
            "description": self.description,
            "suggestedUserMessage": self.suggested_user_message,
            "docURL": self.doc_url,
            "resolution": {"type": self.resolution.type, "url": self.resolution.url},
        }
        return error_from(0, told, {})

    def __str__(self) -> str:
        label = ":".join(part for part in (self.type, self.code) if part) or "UNKNOWN"
        return f"{label} {self.state}"


class VehicleError(VehicleEvent, frozen=True):
    """VEHICLE_ERROR: something is wrong with a car, or no longer is."""

    errors: tuple[Fault, ...] = ()

    @property
    def open(self) -> tuple[Fault, ...]:
        """Those that are not over."""
        return tuple(fault for fault in self.errors if not fault.is_resolved)

    @property
    def resolved(self) -> tuple[Fault, ...]:
        """Those that are over."""
        return tuple(fault for fault in self.errors if fault.is_resolved)

    @property
    def repeated(self) -> tuple[Fault, ...]:
        """Those that the receiver was told of within five minutes, by an event of another id.

        Smartcar may report a fault more than once.  Only a ``Receiver`` knows them; elsewhere it is
        empty.
        """
        marked: tuple[Fault, ...] = self.__dict__.get("repeated", ())
        return marked

    @property
    def new(self) -> tuple[Fault, ...]:
        """Those that are not ``repeated``: what to tell an owner, or a table."""
        repeated = {id(fault) for fault in self.repeated}
        return tuple(fault for fault in self.errors if id(fault) not in repeated)

    def key_of(self, fault: Fault) -> tuple[str, str, str, str]:
        """What makes two reports of a fault one: user, vehicle, type and code.

        ``fault.state`` says whether it begins or is over.
        """
        return (self.user.id, self.vehicle.id, fault.type or "", fault.code or "")


class ReconciledError(VehicleError, frozen=True):
    """Why a ``Reconciler`` could not read a car after a gap, in place of an event that was lost.

    Smartcar has not sent it, and may have told the same before the gap; when it is over, Smartcar
    tells that.  Handlers of ``VehicleError`` are told of it too.
    """

    gap_id: str = ""
    since: datetime | None = None
    """When events began to be lost."""
    until: datetime | None = None
    """When they were received again."""
    reason: str = ""
    """How the gap is known: down, failed, silent or named."""


class PathReading(Model, frozen=True):
    """What v2.0 answered to a path that a webhook reads; ``headers`` are those of the answer."""

    path: str = ""
    code: int | None = None
    """HTTP status."""
    body: Any = None


class VehicleReadings(Model, frozen=True):
    """What v2.0 read of one car."""

    vehicle_id: str = ""
    data: tuple[PathReading, ...] = ()

    @property
    def batch(self) -> Batch:
        """The same, typed: ``readings.batch.odometer()`` gives what the car's own method gives.

        What failed is raised; what was not read is a ``KeyError``.
        """
        batch: Batch = self.__dict__["batch"]
        return batch


class LegacyEvent(Event, frozen=True):
    """An event of v2.0's webhooks, which Smartcar has deprecated."""

    vehicles: tuple[VehicleReadings, ...] = ()
    """What was read, car by car."""


class Schedule(LegacyEvent, frozen=True):
    """``schedule``: what v2.0 reads hourly, daily, weekly or monthly."""


class Dynamic(LegacyEvent, frozen=True):
    """``dynamic``: the same, as often as the car's activity suggests."""


class EventBased(LegacyEvent, frozen=True):
    """``eventBased``: charging began, stopped or ended.

    Two shapes are known, neither confirmed: these fields, or ``vehicles``.
    """

    vehicle_id: str | None = None
    event: str | None = None
    """CHARGING_STARTED, CHARGING_STOPPED or CHARGING_COMPLETED."""
    at: datetime | None = None
