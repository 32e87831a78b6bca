"""The application itself, and its webhooks."""

from __future__ import annotations

from functools import partial

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
from smartcar.simulator.webhooks.setup import WebhookSetup


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
    """Those of the application that match, in upper or lower case, as they were made."""
    del page_size, page_number
    found = [
        each
        for each in visit.world.webhooks.of(visit.whose)
        if (name or "").lower() in each.name.lower()
        and (callback_uri or "").lower() in each.callback_uri.lower()
        and is_enabled in {None, each.is_enabled}
        and auto_subscribe in {None, each.auto_subscribe}
    ]
    return visit.page_of(found, partial(_webhook, visit))


@answers(AccountEndpoints.webhook)
def webhook(visit: Visit, webhook_id: str) -> Webhook:
    """One of them."""
    return _webhook(visit, known_webhook(visit, webhook_id))


def known_webhook(visit: Visit, webhook_id: str) -> WebhookSetup:
    """The webhook with this id, if it is of the application that asks.

    Raises:
        Refusal: It is not.
    """
    found = visit.world.webhooks.setups.get(webhook_id)
    if found is None or found.application != visit.whose:
        raise missing("Webhook", webhook_id)
    return found


def _webhook(visit: Visit, setup: WebhookSetup) -> Webhook:
    return Webhook(
        id=setup.id,
        type="webhook",
        attributes=WebhookAttributes(
            name=setup.name,
            callback_uri=setup.callback_uri,
            error_callback_uri=setup.error_callback_uri,
            is_enabled=setup.is_enabled,
            auto_subscribe=setup.auto_subscribe,
            triggers=tuple(_named(code) for code in setup.triggers),
            data=tuple(_named(code) for code in setup.data),
        ),
        meta=Meta({"createdAt": stamp(visit.world.webhooks.made_at[setup.id])}),
        links={"self": visit.link("webhooks", setup.id)},
    )


def _named(code: str) -> SignalName:
    known = find(code)
    assert known is not None  # noqa: S101 -- those of a webhook are of the catalogue
    return SignalName(code=known.code, name=known.name, group=known.group)
