"""The application itself, and its webhooks."""

from __future__ import annotations

from smartcar.api.account import AccountEndpoints
from smartcar.api.catalogue import find
from smartcar.api.resources import (
    Application,
    ApplicationSecret,
    SignalName,
    Webhook,
    WebhookAttributes,
)
from smartcar.protocol.documents import Page
from smartcar.protocol.meta import Meta
from smartcar.simulator import ids
from smartcar.simulator.application import FOUNDED
from smartcar.simulator.visit import Visit, answers, missing, stamp

_TRIGGERS = ("charge-ischarging", "closure-islocked")
_CARRIED = ("tractionbattery-stateofcharge", "odometer-traveleddistance", *_TRIGGERS)


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
    if application_id != visit.application.application_id:
        raise missing("Application", application_id)
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
        meta=Meta({"createdAt": stamp(FOUNDED)}),
    )
    return visit.page([secret])


def _application(visit: Visit) -> Application:
    which = visit.application
    return Application(
        id=which.application_id,
        type="application",
        attributes={"name": which.name},
        meta=Meta({"createdAt": stamp(FOUNDED)}),
        links={"self": visit.link("applications", which.application_id)},
    )


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
        raise missing("Webhook", webhook_id)
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
        meta=Meta({"createdAt": stamp(FOUNDED)}),
        links={"self": visit.link("webhooks", visit.world.webhook_id)},
    )


def _named(code: str) -> SignalName:
    known = find(code)
    assert known is not None  # noqa: S101 -- the codes above are of the catalogue
    return SignalName(code=known.code, name=known.name, group=known.group)
