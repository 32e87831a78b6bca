"""Connections, users, applications, webhooks, subscriptions, compatible vehicles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from smartcar.api.account import AccountEndpoints
from smartcar.api.catalogue import find
from smartcar.api.resources import (
    Application,
    ApplicationSecret,
    Capability,
    CompatibleVehicle,
    CompatibleVehicleAttributes,
    CompatibleYears,
    Connection,
    ConnectionAttributes,
    SignalName,
    Subscription,
    SubscriptionAttributes,
    SubscriptionRequested,
    VehicleAttributes,
    Webhook,
    WebhookAttributes,
)
from smartcar.protocol.documents import Page
from smartcar.simulator import events, ids
from smartcar.simulator.cars.capabilities import served
from smartcar.simulator.cars.designs import DESIGNS, Design
from smartcar.simulator.fleet import Grant
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import Visit, answers, stamp, vehicle_attributes

Modes = Literal["live", "simulated"] | None

_FOUNDED = 1767225600.0
"""2026-01-01: when the application and its webhook were made."""

_TRIGGERS = ("charge-ischarging", "closure-islocked")
_CARRIED = ("tractionbattery-stateofcharge", "odometer-traveleddistance", *_TRIGGERS)


def _missing(what: str, which: str) -> Refusal:
    return Refusal("RESOURCE_NOT_FOUND", "NOT_FOUND", f"{what} with ID {which} not found")


# --- connections and users -----------------------------------------------------------------------


@answers(AccountEndpoints.connections)
def connections(
    visit: Visit,
    *,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    external_id: str | None = None,
    mode: Modes = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Connection]:
    """Newest first; without a mode only live ones, as the real API hides the others."""
    del page_size, page_number  # Visit.page reads them
    wanted = {"simulated", "test"} if mode == "simulated" else {"live"}
    user_id = visit.access.user_id or user_id or visit.user_id
    found = visit.world.grants(
        user_id=user_id,
        vehicle_id=vehicle_id,
        matches=lambda grant: grant.mode in wanted and external_id in {None, grant.external_id},
    )
    visit.query = {"filter[vehicle.mode]": mode or "live", **visit.query}
    is_whole_fleet = (user_id, vehicle_id, external_id, mode) == (None, None, None, None)
    total = visit.world.count_live() if is_whole_fleet else None
    made = (_connection(visit, grant) for grant in found)
    return visit.page(made, total, orderBy="createdAt", orderDirection="DESC")


@answers(AccountEndpoints.connection)
def connection(visit: Visit, connection_id: str) -> Connection:
    """One of them, live or not."""
    return _connection(visit, _granted(visit, connection_id))


@answers(AccountEndpoints.remove_connection)
def remove_connection(visit: Visit, connection_id: str) -> None:
    """The car is this application's no more, and its events stop."""
    _end(visit, _granted(visit, connection_id))


@answers(AccountEndpoints.remove_user)
def remove_user(visit: Visit, user_id: str) -> None:
    """All of an owner's connections end."""
    grants = list(visit.world.grants(user_id=user_id))
    if not grants or visit.access.user_id not in {None, user_id}:
        raise _missing("User", user_id)
    for grant in grants:
        _end(visit, grant)


def _granted(visit: Visit, connection_id: str) -> Grant:
    grant = visit.world.grant(connection_id)
    if grant is None or visit.access.user_id not in {None, grant.user_id}:
        raise _missing("Connection", connection_id)
    return grant


def _end(visit: Visit, grant: Grant) -> None:
    for each in _subscribed(visit, user_id=grant.user_id, vehicle_id=grant.vehicle_id):
        visit.world.record(events.Unsubscribed(at=visit.now, subscription_id=each.subscription_id))
    visit.world.record(events.Disconnected(at=visit.now, connection_id=grant.id))


def _connection(visit: Visit, grant: Grant) -> Connection:
    return Connection(
        id=grant.id,
        type="connection",
        attributes=ConnectionAttributes(
            permissions=grant.permissions, vehicle=_vehicle(visit, grant.vehicle_id, grant.mode)
        ),
        relationships={
            "vehicle": _link(visit, "vehicle", grant.vehicle_id),
            "user": {"data": {"id": grant.user_id, "type": "user"}},
        },
        meta={"createdAt": stamp(grant.created_at), "updatedAt": stamp(grant.updated_at)},
        links={"self": visit.link("connections", grant.id)},
    )


def _vehicle(visit: Visit, vehicle_id: str, mode: str) -> VehicleAttributes:
    spec = visit.world.spec(vehicle_id)
    return VehicleAttributes(mode=mode) if spec is None else vehicle_attributes(spec)


def _link(visit: Visit, kind: str, which: str) -> dict[str, Any]:
    return {
        "data": {"id": which, "type": kind},
        "links": {"related": visit.link(f"{kind}s", which)},
    }


# --- applications --------------------------------------------------------------------------------


@answers(AccountEndpoints.applications)
def applications(
    visit: Visit, *, page_size: int | None = None, page_number: int | None = None
) -> Page[Application]:
    """The one there is."""
    del page_size, page_number
    return visit.page([_application(visit)])


@answers(AccountEndpoints.application)
def application(visit: Visit, application_id: str) -> Application:
    """The one there is, by its id."""
    if application_id != visit.world.application.application_id:
        raise _missing("Application", application_id)
    return _application(visit)


@answers(AccountEndpoints.application_secrets)
def application_secrets(
    visit: Visit,
    application_id: str,
    *,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[ApplicationSecret]:
    """That there is one, and when it was made; not the secret (the shape is unconfirmed)."""
    del page_size, page_number
    application(visit, application_id)
    secret = ApplicationSecret(
        id=ids.uuid(visit.world.seed, "secret"),
        type="secret",
        meta={"createdAt": stamp(_FOUNDED)},
    )
    return visit.page([secret])


def _application(visit: Visit) -> Application:
    which = visit.world.application
    return Application(
        id=which.application_id,
        type="application",
        attributes={"name": which.name},
        meta={"createdAt": stamp(_FOUNDED)},
        links={"self": visit.link("applications", which.application_id)},
    )


# --- webhooks and subscriptions ------------------------------------------------------------------


@answers(AccountEndpoints.webhooks)
def webhooks(
    visit: Visit,
    *,
    name: str | None = None,
    callback_uri: str | None = None,
    is_enabled: bool | None = None,
    auto_subscribe: bool | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Webhook]:
    """Those that match, in upper or lower case."""
    del page_size, page_number
    one = _webhook(visit)
    is_match = (
        (name or "").lower() in (one.name or "").lower()
        and (callback_uri or "").lower() in (one.callback_uri or "").lower()
        and is_enabled in {None, one.is_enabled}
        and auto_subscribe in {None, one.attributes.auto_subscribe}
    )
    return visit.page([one] if is_match else [])


@answers(AccountEndpoints.webhook)
def webhook(visit: Visit, webhook_id: str) -> Webhook:
    """One of them."""
    if webhook_id != visit.world.webhook_id:
        raise _missing("Webhook", webhook_id)
    return _webhook(visit)


def _webhook(visit: Visit) -> Webhook:
    return Webhook(
        id=visit.world.webhook_id,
        type="webhook",
        attributes=WebhookAttributes(
            name="Fleet events",
            callback_uri="https://example.com/smartcar/events",
            error_callback_uri="https://example.com/smartcar/errors",
            is_enabled=True,
            auto_subscribe=False,
            triggers=tuple(_named(code) for code in _TRIGGERS),
            data=tuple(_named(code) for code in _CARRIED),
        ),
        meta={"createdAt": stamp(_FOUNDED)},
        links={"self": visit.link("webhooks", visit.world.webhook_id)},
    )


def _named(code: str) -> SignalName:
    known = find(code)
    assert known is not None  # noqa: S101 -- the codes above are of the catalogue
    return SignalName(code=known.code, name=known.name, group=known.group)


@answers(AccountEndpoints.subscriptions)
def subscriptions(
    visit: Visit,
    *,
    user_id: str | None = None,
    webhook_id: str | None = None,
    vehicle_id: str | None = None,
    mode: Modes = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[Subscription]:
    """Those that match, newest first."""
    del page_size, page_number
    found = [
        _subscription(visit, each)
        for each in _subscribed(
            visit, user_id=user_id, vehicle_id=vehicle_id, webhook_id=webhook_id
        )
    ]
    wanted = {"live": {"live"}, "simulated": {"simulated", "test"}}.get(mode or "")
    return visit.page(
        [each for each in reversed(found) if wanted is None or each.vehicle.mode in wanted]
    )


@answers(AccountEndpoints.create_subscription)
def create_subscription(
    visit: Visit, *, webhook_id: str, user_id: str, vehicle_id: str
) -> SubscriptionRequested:
    """Done at once, though the answer says that it is in progress."""
    webhook(visit, webhook_id)
    if visit.world.spec(vehicle_id) is None:
        told = f"Vehicle with ID {vehicle_id} not found"
        raise Refusal("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND", told)
    if next(visit.world.grants(user_id=user_id, vehicle_id=vehicle_id), None) is None:
        raise Refusal("PERMISSION")
    if next(_subscribed(visit, user_id, vehicle_id, webhook_id), None) is not None:
        # The reference has the status only; type and code are unconfirmed.
        told = "The vehicle is already subscribed to this webhook"
        raise Refusal("CONFLICT", "ALREADY_SUBSCRIBED", told)
    visit.world.record(
        events.Subscribed(
            at=visit.now,
            subscription_id=visit.world.next_id("subscription"),
            webhook_id=webhook_id,
            user_id=user_id,
            vehicle_id=vehicle_id,
        )
    )
    return SubscriptionRequested(meta={"message": "subscription creation in progress"})


@answers(AccountEndpoints.subscription)
def subscription(visit: Visit, subscription_id: str) -> Subscription:
    """One of them."""
    return _subscription(visit, _existing(visit, subscription_id))


@answers(AccountEndpoints.delete_subscription)
def delete_subscription(visit: Visit, subscription_id: str) -> None:
    """Its events stop."""
    each = _existing(visit, subscription_id)
    visit.world.record(events.Unsubscribed(at=visit.now, subscription_id=each.subscription_id))


def _existing(visit: Visit, subscription_id: str) -> events.Subscribed:
    found = visit.world.subscriptions.get(subscription_id)
    if found is None:
        raise _missing("Subscription", subscription_id)
    return found


def _subscribed(
    visit: Visit,
    user_id: str | None = None,
    vehicle_id: str | None = None,
    webhook_id: str | None = None,
) -> Iterator[events.Subscribed]:
    for each in list(visit.world.subscriptions.values()):
        if (
            user_id in {None, each.user_id}
            and vehicle_id in {None, each.vehicle_id}
            and webhook_id in {None, each.webhook_id}
        ):
            yield each


def _subscription(visit: Visit, each: events.Subscribed) -> Subscription:
    return Subscription(
        id=each.subscription_id,
        type="subscription",
        attributes=SubscriptionAttributes(vehicle=_vehicle(visit, each.vehicle_id, "live")),
        relationships={
            "webhook": _link(visit, "webhook", each.webhook_id),
            "user": _link(visit, "user", each.user_id),
            "vehicle": _link(visit, "vehicle", each.vehicle_id),
        },
        meta={"createdAt": stamp(each.at), "updatedAt": stamp(each.at)},
        links={"self": visit.link("subscriptions", each.subscription_id)},
    )


# --- compatibility -------------------------------------------------------------------------------


@answers(AccountEndpoints.compatible_vehicles)
def compatible_vehicles(
    visit: Visit,
    *,
    make: str | None = None,
    powertrain_type: Literal["BEV", "PHEV", "HEV", "ICE"] | None = None,
    region: Literal["EUROPE", "US", "CA"] | None = None,
    page_size: int | None = None,
    page_number: int | None = None,
) -> Page[CompatibleVehicle]:
    """The models that simulated cars are of, in every region."""
    del region, page_size, page_number
    return visit.page(
        _compatible(visit, design)
        for design in DESIGNS
        if make in {None, design.make} and powertrain_type in {None, design.powertrain}
    )


_COMMANDS = (
    ("Charge", "Start", "charge-start", "control_charge"),
    ("Charge", "Stop", "charge-stop", "control_charge"),
    ("Charge", "SetLimit", "charge-set-limit", "control_charge"),
    ("Security", "Lock", "security-lock", "control_security"),
    ("Security", "Unlock", "security-unlock", "control_security"),
    ("Navigation", "SetDestination", "navigation-set-destination", "control_navigation"),
)


def _compatible(visit: Visit, design: Design) -> CompatibleVehicle:
    readable = (find(code) for code in sorted(served(design)))
    signals = [
        Capability(
            type="signal",
            group=known.group,
            name=known.name,
            code=known.code,
            permission=known.permissions[0],
        )
        for known in readable
        if known is not None
    ]
    commands = [
        Capability(type="command", group=group, name=name, code=code, permission=permission)
        for group, name, code, permission in _COMMANDS
        if group != "Charge" or design.battery_kwh is not None
    ]
    first, last = design.years
    return CompatibleVehicle(
        id=ids.uuid(0, "design", design.make, design.model, design.powertrain),
        type="vehicle-model-capability",
        attributes=CompatibleVehicleAttributes(
            make=design.make,
            model=design.model,
            powertrain_type=design.powertrain,
            years=CompatibleYears(start=first, end=last),
            capabilities=(*signals, *commands),
        ),
    )
