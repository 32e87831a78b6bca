"""What each page shows, which is what its JSON twin says: models of the controls, put together."""

from __future__ import annotations

from smartcar.protocol.documents import Page
from smartcar.simulator.control.models import (
    Application,
    Car,
    CarDetails,
    Clock,
    Deliveries,
    Delivery,
    Exchange,
    Fault,
    Grant,
    LimitState,
    Shown,
    Signals,
    Subscription,
    Upcoming,
    Webhook,
)
from smartcar.simulator.webhooks.mischief import Mischief


class FleetPage(Shown, frozen=True):
    """``/`` and ``/cars.json``."""

    cars: Page[Car]


class CarPage(Shown, frozen=True):
    """``/cars/{id}``."""

    car: CarDetails
    signals: Signals
    faults: tuple[Fault, ...]
    """Rules that are about this car."""


class RequestsPage(Shown, frozen=True):
    """``/requests`` and ``/requests/{number}``."""

    requests: tuple[Exchange, ...]
    """Newest first."""
    last: int
    """How many there were."""
    request: Exchange | None
    """The one that is looked at."""


class ClockPage(Shown, frozen=True):
    """``/clock``."""

    clock: Clock
    agenda: tuple[Upcoming, ...]


class ApplicationsPage(Shown, frozen=True):
    """``/applications``."""

    applications: tuple[Application, ...]
    grants: Page[Grant]
    limits: LimitState
    """Of the first application."""
    limits_of_others: tuple[LimitState, ...]
    """Of each of the others, in their order: the figures are the same, what is left is not."""
    faults: tuple[Fault, ...]


class WebhooksPage(Shown, frozen=True):
    """``/webhooks`` and ``/webhooks/deliveries/{event_id}``."""

    webhooks: tuple[Webhook, ...]
    subscriptions: Page[Subscription]
    """Newest first."""
    deliveries: Deliveries
    """Newest first."""
    delivery: Delivery | None
    """The one that is looked at."""
    mischief: Mischief


class Document(Shown, frozen=True):
    """Something to read."""

    title: str
    href: str
    """Of this server, but for Smartcar's own."""
    about: str


class DocumentationPage(Shown, frozen=True):
    """``/documentation``."""

    documents: tuple[Document, ...]
    elsewhere: tuple[Document, ...]
    """On the internet."""
