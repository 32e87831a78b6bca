"""What a person does to webhooks on their page: done by the controls, then said."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from msgspec import structs
from starlette.responses import Response

from smartcar.errors import NotFoundError, SmartcarError
from smartcar.simulator.control.models import Car, Webhook
from smartcar.simulator.webhooks.occasions import TestKind

from .asking import Visitor, first_page
from .sure import asks
from .webhook_form import read_webhook
from .webhook_pages import MISCHIEF, webhook_form


def make_webhook(visitor: Visitor) -> Response:
    """Make one."""
    kind: Any = visitor.form.get("kind", "signals")
    application = visitor.form.get("application") or None

    def make(said: dict[str, Any]) -> Webhook:
        given = {name: value for name, value in said.items() if value != ""}
        return visitor.control.add_webhook(kind=kind, application=application, **given)

    return _set_up(visitor, make, "is made; its callback is asked first.", "/webhooks/new")


def set_webhook(visitor: Visitor) -> Response:
    """Set one up anew."""
    webhook_id = _webhook_id(visitor)

    def change(said: dict[str, Any]) -> Webhook:
        return visitor.control.set_webhook(webhook_id, **said)

    return _set_up(visitor, change, "is changed.", f"/webhooks/{webhook_id}/edit")


def _set_up(
    visitor: Visitor, do: Callable[[dict[str, Any]], Webhook], told: str, at: str
) -> Response:
    """Do it with what the form says; what is wrong is told at its field of the form *at*."""
    said = read_webhook(visitor.form)
    if not said["name"]:
        return visitor.refused_at(webhook_form, "Say what it is called.", "name", at=at)
    if not said["callback_uri"]:
        why = "Say where it goes: the callback."
        return visitor.refused_at(webhook_form, why, "callbackUri", at=at)
    try:
        made = do(said)
    except SmartcarError as error:
        field, mark, rest = error.description.partition(": ")
        if not mark or not field.isidentifier():
            field, rest = "name", error.description
        return visitor.refused_at(webhook_form, f"{rest[:1].upper()}{rest[1:]}", field, at=at)
    return visitor.done(f"{made.name} {told}")


def _called(visitor: Visitor) -> tuple[str, ...]:
    return (visitor.control.webhook(_webhook_id(visitor)).name,)


@asks("remove-webhook", _called)
def remove_webhook(visitor: Visitor) -> Response:
    """End one, with all its subscriptions."""
    name = visitor.control.webhook(_webhook_id(visitor)).name
    visitor.control.remove_webhook(_webhook_id(visitor))
    return visitor.done(f"{name} is removed.", to="/webhooks")


def verify(visitor: Visitor) -> Response:
    """Send a challenge to each of its addresses."""
    asked = visitor.control.verify_webhook(_webhook_id(visitor))
    return visitor.done(
        "A challenge was sent." if len(asked) == 1 else f"{len(asked)} challenges were sent."
    )


def enable(visitor: Visitor) -> Response:
    """Let it be told again."""
    told = visitor.control.enable_webhook(_webhook_id(visitor))
    return visitor.done(f"{told.name} is told again, a first delivery of each car first.")


def pause(visitor: Visitor) -> Response:
    """Let it be told nothing."""
    told = visitor.control.disable_webhook(_webhook_id(visitor))
    return visitor.done(f"{told.name} is told nothing, and nothing is kept for it.")


def test(visitor: Visitor) -> Response:
    """Send what the Test button of Smartcar's dashboard sends."""
    kinds: dict[str, TestKind] = {
        "VEHICLE_STATE": "VEHICLE_STATE",
        "VEHICLE_ERROR": "VEHICLE_ERROR",
    }
    kind = kinds.get(visitor.form.get("kind", ""), "VEHICLE_STATE")
    visitor.control.test_webhook(_webhook_id(visitor), kind)
    return visitor.done(f"A test is sent: {kind}, in TEST mode.")


def trigger(visitor: Visitor) -> Response:
    """Have it told of a car now."""
    webhook = visitor.control.webhook(_webhook_id(visitor))
    kind: Any = "VEHICLE_STATE" if webhook.kind == "signals" else webhook.kind
    visitor.control.trigger_webhook(webhook.id, kind, visitor.form.get("vehicle", ""))
    return visitor.done(f"{webhook.name} is told of the car.")


def subscribe(visitor: Visitor) -> Response:
    """Let a car's events go to a webhook."""
    name = visitor.form.get("vehicle", "").strip()
    if not name:
        return visitor.refused("Say which car: its nickname, VIN or id.", "vehicle")
    found = _car(visitor, name)
    if isinstance(found, str):
        return visitor.refused(found, "vehicle")
    visitor.control.subscribe(visitor.form.get("webhook", ""), found.id)
    return visitor.done(f"{found.nickname} is subscribed; a first delivery is on its way.")


def _car(visitor: Visitor, name: str) -> Car | str:
    """The car that *name* means, or why there is none."""
    try:
        return visitor.control.car(name)
    except NotFoundError:
        page = first_page(visitor.control.cars(name=name, page_size=2))
    exact = [each for each in page.data if each.nickname.lower() == name.lower()]
    found = exact if len(exact) == 1 else list(page.data)
    if len(found) == 1:
        return found[0]
    if found:
        return f"{name} could be several cars: say more of the nickname, or the id."
    return f"There is no car {name}: say a nickname, a VIN or an id."


def _nickname(visitor: Visitor) -> tuple[str, ...]:
    return (visitor.control.car(visitor.form.get("vehicle", "")).nickname,)


@asks("unsubscribe", _nickname)
def unsubscribe(visitor: Visitor) -> Response:
    """Let them go there no more."""
    visitor.control.unsubscribe(_webhook_id(visitor), vehicle_id=visitor.form.get("vehicle", ""))
    return visitor.done("Unsubscribed: nothing more is told of this car.")


def redeliver(visitor: Visitor) -> Response:
    """Send an event once more."""
    visitor.control.redeliver(str(visitor.request.path_params["event_id"]))
    return visitor.done("Sent once more.")


def set_mischief(visitor: Visitor) -> Response:
    """Let things go wrong on the way."""
    control, chances = visitor.control, dict[str, float]()
    for name, label in MISCHIEF:
        number = _number(visitor.form.get(name, ""))
        if number is None:
            return visitor.refused(f"{label}: say a number.", name)
        chances[name] = number
    try:
        told = control.set_mischief(structs.replace(control.mischief(), **chances))
    except SmartcarError as error:
        wrong, _, rest = error.description.partition(" ")
        called = dict(MISCHIEF).get(wrong)
        told_why = error.description if called is None else f"{called}: this {rest}"
        return visitor.refused(told_why, wrong if called else next(iter(chances)))
    return visitor.done("From now on things go wrong." if told.is_on else "Nothing goes wrong now.")


def _number(text: str) -> float | None:
    """What was typed, 0 for nothing; None where it is no number that there can be."""
    try:
        number = float(text or 0)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _webhook_id(visitor: Visitor) -> str:
    return str(visitor.request.path_params["webhook_id"])
