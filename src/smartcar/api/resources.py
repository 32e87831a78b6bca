"""The things the API knows besides signals: vehicles, connections, applications and more.

Shapes: https://smartcar.com/docs/api.  What the reference leaves open stays a plain mapping.
"""

from __future__ import annotations

from typing import Any, Self

from msgspec import field

from smartcar import legacy
from smartcar.protocol.documents import Model, Resource, WithMeta, at
from smartcar.protocol.meta import MetaField


class VehicleAttributes(Model, frozen=True):
    """What is fixed about a car."""

    make: str | None = None
    """Upper case, such as ``TESLA``."""
    model: str | None = None
    year: int | None = None
    powertrain_type: str | None = None
    """BEV, PHEV, HEV or ICE; absent in 2025."""
    mode: str | None = None
    """live, simulated or test; absent in 2025."""


class VehicleResource(Resource, legacy.WasDocument, frozen=True):
    """A car, as the API names it."""

    attributes: VehicleAttributes = field(default_factory=VehicleAttributes)

    @property
    def data(self) -> Self:
        """The car itself: ``data`` is where a reply has it."""
        return self

    @property
    def make(self) -> str | None:
        """Upper case, such as ``TESLA``."""
        return self.attributes.make

    @property
    def model(self) -> str | None:
        """Such as ``Model 3``."""
        return self.attributes.model

    @property
    def year(self) -> int | None:
        """Model year."""
        return self.attributes.year

    @property
    def powertrain_type(self) -> str | None:
        """BEV, PHEV, HEV or ICE."""
        return self.attributes.powertrain_type

    @property
    def mode(self) -> str | None:
        """live, simulated or test."""
        return self.attributes.mode

    def __str__(self) -> str:
        facts = (self.year, self.make, self.model)
        return " ".join(str(fact) for fact in facts if fact is not None) or self.id


class ConnectionAttributes(Model, frozen=True):
    """A connection's own part of its resource."""

    permissions: tuple[str, ...] | None = None
    vehicle: VehicleAttributes = field(default_factory=VehicleAttributes)
    user: dict[str, Any] | None = None


class Connection(Resource, frozen=True):
    """An owner's consent: this application may use that car."""

    attributes: ConnectionAttributes = field(default_factory=ConnectionAttributes)

    @property
    def permissions(self) -> tuple[str, ...]:
        """What the owner has granted."""
        return self.attributes.permissions or ()

    @property
    def vehicle(self) -> VehicleAttributes:
        """The car: make, model, year, powertrain, mode."""
        return self.attributes.vehicle

    @property
    def vehicle_id(self) -> str:
        """The car's id; empty if the reply does not say."""
        return self.related("vehicle") or ""

    @property
    def user_id(self) -> str:
        """The owner's id, as ``sc-user-id`` takes it; empty if the reply does not say."""
        found = self.related("user") or at(self.attributes.user, "id")
        return found if isinstance(found, str) else ""


class Application(Resource, frozen=True):
    """An application of the dashboard.  Its attributes, undocumented, stay as they came."""

    attributes: dict[str, Any] = {}

    @property
    def name(self) -> str | None:
        """What Connect calls it, where the reply says so (unconfirmed)."""
        name = self.attributes.get("name")
        return name if isinstance(name, str) else None


class ApplicationSecret(Resource, frozen=True):
    """One of an application's secrets.  Not documented: the attributes stay as they came."""

    attributes: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Only the id: the attributes may hold the secret itself."""
        return f"ApplicationSecret(id={self.id!r}, …)"


class SignalName(Model, frozen=True):
    """A signal, as webhooks name it."""

    code: str = ""
    name: str = ""
    group: str = ""


class WebhookAttributes(Model, frozen=True):
    """A webhook's own part of its resource."""

    name: str | None = None
    callback_uri: str | None = None
    error_callback_uri: str | None = None
    is_enabled: bool | None = None
    auto_subscribe: bool | None = None
    triggers: tuple[SignalName, ...] = ()
    data: tuple[SignalName, ...] = ()


class Webhook(Resource, frozen=True):
    """Where Smartcar sends what, and when."""

    attributes: WebhookAttributes = field(default_factory=WebhookAttributes)

    @property
    def name(self) -> str | None:
        """What the dashboard calls it."""
        return self.attributes.name

    @property
    def callback_uri(self) -> str | None:
        """Where events go."""
        return self.attributes.callback_uri

    @property
    def is_enabled(self) -> bool | None:
        """Does it send?"""
        return self.attributes.is_enabled

    @property
    def triggers(self) -> tuple[SignalName, ...]:
        """Signals whose change sends an event."""
        return self.attributes.triggers

    @property
    def signals(self) -> tuple[SignalName, ...]:
        """Signals that an event carries."""
        return self.attributes.data


class SubscriptionAttributes(Model, frozen=True):
    """A subscription's own part of its resource."""

    vehicle: VehicleAttributes = field(default_factory=VehicleAttributes)


class Subscription(Resource, frozen=True):
    """A car whose events go to a webhook."""

    attributes: SubscriptionAttributes = field(default_factory=SubscriptionAttributes)

    @property
    def vehicle(self) -> VehicleAttributes:
        """The car: make, model, year, powertrain, mode."""
        return self.attributes.vehicle

    @property
    def webhook_id(self) -> str | None:
        """The webhook that the events go to."""
        return self.related("webhook")

    @property
    def vehicle_id(self) -> str | None:
        """The car that they come from."""
        return self.related("vehicle")

    @property
    def user_id(self) -> str | None:
        """Its owner."""
        return self.related("user")


class _Requested(Model, frozen=True):
    meta: MetaField


class SubscriptionRequested(WithMeta, _Requested, frozen=True):
    """The subscription is being made; list the subscriptions to see it."""

    @property
    def message(self) -> str:
        """What the API says."""
        return str(self.meta.get("message", ""))


class CompatibleYears(Model, frozen=True):
    """Model years, both included."""

    start: int | None = None
    end: int | None = None


class Capability(Model, frozen=True):
    """A signal or a command that a model is capable of."""

    type: str | None = None
    """signal or command."""
    group: str | None = None
    name: str | None = None
    code: str | None = None
    permission: str | None = None


class CompatibleVehicleAttributes(Model, frozen=True):
    """A compatible vehicle's own part of its resource."""

    make: str | None = None
    model: str | None = None
    powertrain_type: str | None = None
    years: CompatibleYears = field(default_factory=CompatibleYears)
    capabilities: tuple[Capability, ...] = ()


class CompatibleVehicle(Resource, frozen=True):
    """A model that Smartcar can connect, and what it is capable of."""

    attributes: CompatibleVehicleAttributes = field(default_factory=CompatibleVehicleAttributes)

    @property
    def make(self) -> str | None:
        """Upper case, such as ``TESLA``."""
        return self.attributes.make

    @property
    def model(self) -> str | None:
        """Such as ``Model 3``."""
        return self.attributes.model

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """Signals and commands."""
        return self.attributes.capabilities
