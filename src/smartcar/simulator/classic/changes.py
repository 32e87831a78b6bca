"""A car's papers, and what v2.0 lets an application change about its access to the car."""

from __future__ import annotations

import re
from typing import Final

from smartcar.api import classic_models as models
from smartcar.api.classic_changes import ClassicAttributes, ClassicChanges
from smartcar.api.resources import VehicleAttributes
from smartcar.simulator.answers.connections import _end
from smartcar.simulator.answers.subscriptions import subscribed
from smartcar.simulator.problems import Refusal
from smartcar.simulator.webhooks import subscribing as webhooks
from smartcar.simulator.webhooks.setup import WebhookSetup

from .problems import Malformed
from .visit import ClassicVisit, answers

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid(text: str) -> bool:
    """Does *text* have the form of an id?"""
    return _UUID.fullmatch(text) is not None


@answers(ClassicAttributes.attributes)
def attributes(visit: ClassicVisit) -> models.Attributes:
    """From its papers: no car is asked."""
    spec = visit.spec
    facts = VehicleAttributes(make=spec.make, model=spec.model, year=spec.year)
    return models.Attributes(id=spec.id, type="vehicle", attributes=facts)


@answers(ClassicChanges.disconnect)
def disconnect(visit: ClassicVisit) -> models.ActionResponse:
    """The owner's token opens this car no more; with a management token, nobody's does."""
    for grant in list(
        visit.world.grants.of(visit.whose, user_id=visit.user_id, vehicle_id=visit.spec.id)
    ):
        _end(visit, grant)
    return models.ActionResponse(status="success")


@answers(ClassicChanges.subscribe)
def subscribe(visit: ClassicVisit, webhook_id: str) -> models.WebhookSubscription:
    """Asking twice changes nothing (unconfirmed)."""
    setup, grant = _known(visit, webhook_id), visit.grant()
    webhooks.subscribe(visit.world, setup, grant, visit.now)
    return models.WebhookSubscription(webhook_id=webhook_id, vehicle_id=grant.vehicle_id)


@answers(ClassicChanges.unsubscribe)
def unsubscribe(visit: ClassicVisit, amt: str, webhook_id: str) -> models.ActionResponse:
    """Also where there was no subscription (unconfirmed)."""
    del amt  # it has been looked at
    _known(visit, webhook_id)
    vehicle_id = visit.path_params["vehicle_id"]
    for each in subscribed(visit, vehicle_id=vehicle_id, webhook_id=webhook_id):
        webhooks.unsubscribe(visit.world, each, visit.now)
    return models.ActionResponse(status="success")


def _known(visit: ClassicVisit, webhook_id: str) -> WebhookSetup:
    """A webhook that is none, or is not there (what is answered then is unconfirmed)."""
    if not is_uuid(webhook_id):
        raise Malformed(["webhookId"], '"webhookId" must be a valid GUID')
    found = visit.world.webhooks.setups.get(webhook_id)
    if found is None or found.application != visit.whose:
        raise Refusal("RESOURCE_NOT_FOUND", "PATH")
    return found
