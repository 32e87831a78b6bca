"""What a fleet file may say; its JSON Schema is made of this."""

from __future__ import annotations

import json
from collections.abc import Sequence
from inspect import cleandoc
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind, WebhookSetup

Day = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
EVERY_DAY: Final[tuple[Day, ...]] = (
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
)
Days = Annotated[tuple[Day, ...], Meta(min_length=1)]
Percent = Annotated[float, Meta(ge=0, le=100)]
TimeOfDay = Annotated[
    str,
    Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)", description="HH:MM, the car's own time"),
]
Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")]
"""One line."""
Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$(?!\n)",
        description="letters, digits and signs of ASCII, without spaces",
    ),
]
LARGEST_SEED: Final = 2**53
"""Larger ones are not the same number in every JSON."""
Email = Annotated[str, Meta(min_length=1, max_length=200, description="as typed into Connect")]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file: what is not known is refused."""


class PointEntry(Entry, frozen=True):
    """A place on the map."""

    latitude: Annotated[float, Meta(ge=-85, le=85, description="degrees, north positive")]
    longitude: Annotated[float, Meta(ge=-180, le=180, description="degrees, east positive")]


class ApplicationEntry(Entry, frozen=True):
    """An application, as the dashboard of Smartcar would have it.  The first is the default one."""

    client_id: Name
    client_secret: Name | None = None
    """Left out: the public one of every simulator."""
    management_token: Name | None = None
    """Left out: a public one."""
    application_id: Name | None = None
    name: Text | None = None
    redirect_uris: tuple[Text, ...] = ()
    """None: any https address, and any on this machine."""

    def application(self) -> SimulatedApplication:
        """The application that is meant."""
        public = SimulatedApplication.public(self.client_id)
        return SimulatedApplication(
            client_id=self.client_id,
            client_secret=self.client_secret or public.client_secret,
            management_token=self.management_token or public.management_token,
            application_id=self.application_id or public.application_id,
            name=self.name or public.name,
            redirect_uris=self.redirect_uris,
        )


class OwnerEntry(Entry, frozen=True):
    """An owner whose user id is to be this one."""

    email: Email
    user_id: Text


class ScheduleEntry(Entry, frozen=True):
    """When a car may charge; a TESLA and a VOLVO keep such schedules."""

    start: TimeOfDay
    stop: TimeOfDay
    """Before the start: of the next day."""
    days: Days = EVERY_DAY
    at: PointEntry | None = None
    """Left out: at home."""


class RouteEntry(Entry, frozen=True):
    """A drive that the car makes every week on these days."""

    leaves: TimeOfDay
    to: Literal["home"] | PointEntry
    days: Days = EVERY_DAY


class CarEntry(Entry, frozen=True):
    """A car.  What is left out is left to chance, the same for the same seed.

    It begins parked, at its position or at home.
    """

    make: Text
    model: Text | None = None
    powertrain: Powertrain | None = None
    year: Annotated[int, Meta(ge=1980, le=2100)] | None = None
    vin: Annotated[str, Meta(pattern=r"^[A-Z0-9]{17}$(?!\n)")] | None = None
    id: Text | None = None
    """The vehicle id."""
    owner: Email | None = None
    """Left out: an owner of its own."""
    mode: Mode = "live"
    nickname: Text | None = None
    color: Text | None = None
    city: Text | None = None
    home: PointEntry | None = None
    """Where it lives: the crossing next to it, of the city, or of a town that is made there."""
    position: PointEntry | None = None
    """Where it is parked at first."""
    charge: Percent | None = None
    charge_limit: Percent | None = None
    fuel: Percent | None = None
    odometer: Annotated[float, Meta(ge=0, le=10_000_000, description="kilometres")] | None = None
    plugged_in: bool = False
    locked: bool = True
    schedules: tuple[ScheduleEntry, ...] = ()
    routes: tuple[RouteEntry, ...] | None = None
    """Left out: as owners drive. An empty list: it stays where it is."""
    signals: dict[str, Any] = {}
    """Signals that are frozen: by code, a value or a mapping with body or error."""
    connected: bool = True
    """To the first application with every permission, unless a grant names the car."""
    character: Text | None = None
    """The words that chance draws its habits from; written by exports."""


class GrantEntry(Entry, frozen=True):
    """An owner's consent to an application."""

    car: Text
    """Vehicle id, VIN or nickname of a car of this file."""
    application: Text | None = None
    """Client id; left out: the first one."""
    permissions: tuple[Text, ...] | None = None
    """Left out: every one."""
    external_id: Text | None = None


class WebhookEntry(Entry, frozen=True):
    """A webhook, as the dashboard of Smartcar would have it.

    Whoever listens at its URIs is asked to answer a VERIFY first; nothing else goes there before.
    """

    name: Text
    callback_uri: Text
    error_callback_uri: Text | None = None
    """Left out: errors go to the callback, too."""
    triggers: tuple[Text, ...] = ()
    """Codes of the signals whose change is told."""
    data: tuple[Text, ...] = ()
    """Codes of the signals that are told then, all of them."""
    auto_subscribe: bool = False
    """Are all live vehicles of the application subscribed, those to come too?"""
    enabled: bool = True
    id: Text | None = None
    application: Text | None = None
    """Client id; left out: the first one."""
    cars: tuple[Text, ...] = ()
    """Cars of this file whose events go there: vehicle id, VIN or nickname."""
    kind: WebhookKind = "signals"
    """The others are of v2."""
    interval: Interval | None = None
    """How often one on a schedule of v2 tells."""
    paths: tuple[Text, ...] = ()
    """What one of v2 tells, such as /battery."""
    unit_system: UnitSystem = "metric"
    """Of what one of v2 tells."""

    def setup(self, webhook_id: str, application: str | None) -> WebhookSetup:
        """The webhook that is meant, with an id, of the application with this mark."""
        return WebhookSetup(
            id=self.id or webhook_id,
            application=application,
            name=self.name,
            callback_uri=self.callback_uri,
            error_callback_uri=self.error_callback_uri,
            triggers=self.triggers,
            data=self.data,
            auto_subscribe=self.auto_subscribe,
            is_enabled=self.enabled,
            kind=self.kind,
            interval=self.interval,
            paths=self.paths,
            unit_system=self.unit_system,
        )


class FleetFile(Entry, frozen=True):
    """A world's beginning."""

    version: Literal[1] = 1
    seed: Annotated[int, Meta(ge=0, le=LARGEST_SEED)] | None = None
    """Chooses what is left to chance: 0."""
    fleet: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    """Cars that are made of the seed, besides those below."""
    applications: tuple[ApplicationEntry, ...] = ()
    owners: tuple[OwnerEntry, ...] = ()
    cars: tuple[CarEntry, ...] = ()
    grants: tuple[GrantEntry, ...] = ()
    webhooks: tuple[WebhookEntry, ...] = ()
    """Besides the one that every simulator begins with, unless one has its id."""

    def applications_beside(
        self, given: Sequence[SimulatedApplication]
    ) -> tuple[SimulatedApplication, ...]:
        """Those of the file; what is *given* is better known than one of its name, or the first."""
        mine = {each.client_id: each for each in given}
        named = [
            mine.pop(each.client_id) if each.client_id in mine else each.application()
            for each in self.applications
        ]
        return (*mine.values(), *(named[1:] if mine else named))


def schema() -> dict[str, Any]:
    """The JSON Schema of a fleet file, for editors."""
    text = msgspec.json.encode(msgspec.json.schema(FleetFile))
    made: dict[str, Any] = json.loads(text, object_hook=_unindented)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def _unindented(said: dict[str, Any]) -> dict[str, Any]:
    """With docstrings as Python has them since 3.13, whichever this one is."""
    return {
        name: cleandoc(value) if isinstance(value, str) else value for name, value in said.items()
    }
