"""``smartcar simulator webhook``: the webhooks of a running simulator, and what they are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, get_args

import click
from rich.markup import escape
from rich.table import Table

from smartcar.simulator.control.models import Delivery, Subscription, Webhook
from smartcar.simulator.webhooks.occasions import OccasionKind, TestKind
from smartcar.simulator.webhooks.setup import Interval, UnitSystem, WebhookKind

from .delivery import deliveries, mischief, redeliver, told, tried
from .running import Running, on_running, table

F = TypeVar("F", bound=Callable[..., None])

_NONE: Final = "There is no webhook."


@click.group("webhook")
def command() -> None:
    """What Smartcar's dashboard does with webhooks: set up, verify, subscribe, test.

    WEBHOOK is an id, the beginning of one, or a name.
    """


for _each in (deliveries, mischief, redeliver):
    command.add_command(_each)


def _settings(function: F) -> F:
    """The options that say how a webhook is set up."""
    for option in (
        click.option("--unit-system", type=click.Choice(get_args(UnitSystem)), help="Of v2."),
        click.option(
            "--path", "paths", multiple=True, help="Of v2: what it tells, such as /battery.  Again."
        ),
        click.option("--interval", type=click.Choice(get_args(Interval)), help="Of a schedule."),
        click.option(
            "--auto-subscribe/--no-auto-subscribe",
            default=None,
            help="Subscribe all live vehicles, those to come too.",
        ),
        click.option(
            "--data", multiple=True, metavar="CODE", help="A signal that is told then.  Again."
        ),
        click.option(
            "--trigger",
            "triggers",
            multiple=True,
            metavar="CODE",
            help="A signal whose change is told.  Again for more.",
        ),
        click.option(
            "--errors", "error_callback_uri", metavar="URI", help="Where errors go; '': as above."
        ),
    ):
        function = option(function)
    return function


def _said(**options: Any) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name, value in options.items() if value not in {None, ()}}


@command.command()
@click.argument("name")
@click.argument("callback_uri", metavar="URI")
@click.option(
    "--kind",
    type=click.Choice(get_args(WebhookKind)),
    default="signals",
    show_default=True,
    help="All others are of v2.",
)
@click.option("--application", help="Whose it is, by client id.  [default: the first]")
@_settings
@on_running
def add(*, running: Running, name: str, callback_uri: str, **options: Any) -> None:
    """Make a webhook NAME that sends to URI, once what listens there has answered a VERIFY.

    For example: webhook add Charging http://127.0.0.1:8000/events --trigger charge-ischarging
    --data tractionbattery-stateofcharge --auto-subscribe
    """
    made = running.control.add_webhook(name, callback_uri, **_said(**options))
    after = _verifying(running, made.id, 0)
    running.show(after, lambda: _whole(after))


@command.command("set")
@click.argument("webhook")
@click.option("--name", help="What people call it.")
@click.option("--callback", "callback_uri", metavar="URI", help="Where deliveries go.")
@_settings
@on_running
def set_(*, running: Running, webhook: str, **options: Any) -> None:
    """Set WEBHOOK up anew; what is not said stays."""
    said = _said(**options)
    if not said:
        raise click.UsageError("Say what is to be changed.")
    which, last = running.webhook(webhook).id, running.control.deliveries(limit=1).last
    running.control.set_webhook(which, **said)
    after = _verifying(running, which, last)
    running.show(after, lambda: _whole(after))


@command.command("list")
@on_running
def list_(*, running: Running) -> None:
    """The webhooks there are."""
    found = list(running.control.webhooks())
    running.show(found, lambda: _all(found) if found else _NONE)


@command.command()
@click.argument("webhook")
@on_running
def show(*, running: Running, webhook: str) -> None:
    """WEBHOOK, and the cars whose events go there."""
    found = running.webhook(webhook)
    cars = list(next(running.control.webhook_subscriptions(found.id).pages()).data)
    running.show(found, lambda: _whole(found))
    if not running.is_json and cars:
        running.console.print(_cars(cars))


@command.command()
@click.argument("webhook")
@on_running
def remove(*, running: Running, webhook: str) -> None:
    """End WEBHOOK, and all subscriptions to it."""
    found = running.webhook(webhook)
    running.control.remove_webhook(found.id)
    running.show(found, lambda: f"Removed: {escape(found.name)}.")


@command.command()
@click.argument("webhook")
@on_running
def verify(*, running: Running, webhook: str) -> None:
    """Ask whoever listens at the URIs of WEBHOOK to answer a VERIFY."""
    asked = running.control.verify_webhook(running.webhook(webhook).id)
    found = [tried(running, each.event_id) for each in asked]
    running.show(found, lambda: "\n".join(_answered(each) for each in found))


@command.command()
@click.argument("webhook")
@on_running
def enable(*, running: Running, webhook: str) -> None:
    """Let WEBHOOK be told again."""
    found = running.control.enable_webhook(running.webhook(webhook).id)
    running.show(found, lambda: f"Enabled: {escape(found.name)}.")


@command.command()
@click.argument("webhook")
@on_running
def disable(*, running: Running, webhook: str) -> None:
    """Let WEBHOOK be told nothing, and nothing be kept for it."""
    found = running.control.disable_webhook(running.webhook(webhook).id)
    running.show(found, lambda: f"Disabled: {escape(found.name)}.")


@command.command()
@click.argument("webhook")
@click.argument("cars", nargs=-1, required=True, metavar="CAR...")
@on_running
def subscribe(*, running: Running, webhook: str, cars: tuple[str, ...]) -> None:
    """Let the events of CARs go to WEBHOOK: ids, the beginnings of them, VINs or nicknames."""
    which = running.webhook(webhook).id
    made = [running.control.subscribe(which, running.car(each).id) for each in cars]
    running.show(made, lambda: _cars(made))


@command.command()
@click.argument("webhook")
@click.argument("cars", nargs=-1, required=True, metavar="CAR...")
@on_running
def unsubscribe(*, running: Running, webhook: str, cars: tuple[str, ...]) -> None:
    """Let the events of CARs go to WEBHOOK no more."""
    which = running.webhook(webhook).id
    found = [running.car(each) for each in cars]
    for each in found:
        running.control.unsubscribe(which, each.id)
    names = ", ".join(escape(each.nickname) for each in found)
    running.show([each.id for each in found], lambda: f"Unsubscribed: {names}.")


@command.command()
@click.argument("webhook")
@click.argument("kind", type=click.Choice(get_args(TestKind)), default="VEHICLE_STATE")
@click.option("--car", help="Whose signals it has.  [default: the dashboard's made-up car]")
@on_running
def test(*, running: Running, webhook: str, kind: TestKind, car: str | None) -> None:
    """Send what the Test button of Smartcar's dashboard sends to WEBHOOK: in TEST mode."""
    which = running.webhook(webhook).id
    vehicle_id = None if car is None else running.car(car).id
    made = running.control.test_webhook(which, kind, vehicle_id=vehicle_id)
    sent = tried(running, made.event_id)
    running.show(sent, lambda: told(sent))


@command.command()
@click.argument("webhook")
@click.argument("car")
@click.argument("kind", type=click.Choice(get_args(OccasionKind)), default="VEHICLE_STATE")
@click.option("--error", help="Of VEHICLE_ERROR: which, as TYPE:CODE.")
@click.option("--resolved", is_flag=True, help="Of VEHICLE_ERROR: it is over.")
@on_running
def trigger(
    *,
    running: Running,
    webhook: str,
    car: str,
    kind: OccasionKind,
    error: str | None,
    resolved: bool,
) -> None:
    """Tell WEBHOOK of CAR now, as if there were a reason."""
    which, vehicle_id = running.webhook(webhook).id, running.car(car).id
    made = running.control.trigger_webhook(which, kind, vehicle_id, error=error, resolved=resolved)
    sent = tried(running, made.event_id)
    running.show(sent, lambda: told(sent))


def _all(found: list[Webhook]) -> Table:
    made = table("name", "id", "sends to", "cars", "is", right=("cars",))
    for each in found:
        is_ = _verified(each) if each.is_enabled else "disabled"
        made.add_row(
            escape(each.name), each.id, escape(each.callback_uri), str(each.subscriptions), is_
        )
    return made


def _verified(webhook: Webhook) -> str:
    if webhook.is_verified:
        return "verified"
    return "verified in part" if webhook.verified else "not verified"


def _whole(webhook: Webhook) -> str:
    parts: dict[str, str | None] = {
        "id": webhook.id,
        "application": webhook.application,
        "kind": None if webhook.kind == "signals" else webhook.kind,
        "sends to": webhook.callback_uri,
        "errors to": webhook.error_callback_uri,
        "triggers": ", ".join(webhook.triggers),
        "data": ", ".join(webhook.data),
        "interval": webhook.interval,
        "paths": ", ".join(webhook.paths),
        "is": f"{'enabled' if webhook.is_enabled else 'disabled'}, {_verified(webhook)}",
        "cars": f"{webhook.subscriptions}{', all by itself' if webhook.auto_subscribe else ''}",
    }
    lines = [f"{name:<12} {escape(said)}" for name, said in parts.items() if said]
    return "\n".join([f"[bold]{escape(webhook.name)}[/]", *lines])


def _cars(cars: list[Subscription]) -> Table:
    made = table("car", "id", "since", "told", "errors")
    for each in cars:
        last = "not yet" if each.told_at is None else f"{each.told_at:%Y-%m-%d %H:%M:%S}"
        since = f"{each.at:%Y-%m-%d %H:%M:%S}"
        made.add_row(escape(each.car), each.vehicle_id, since, last, ", ".join(each.errors))
    return made


def _verifying(running: Running, webhook_id: str, after: int) -> Webhook:
    """A webhook once its URIs were asked, if they were, since the delivery *after*."""
    for each in running.control.deliveries(webhook_id=webhook_id, since=after).deliveries:
        if each.kind == "VERIFY":
            tried(running, each.event_id)
    return running.control.webhook(webhook_id)


def _answered(delivery: Delivery) -> str:
    """Whether who listens has answered a VERIFY right."""
    if delivery.state == "delivered":
        return f"{escape(delivery.uri)}: [green]verified[/]"
    why = delivery.error or (
        delivery.tries[-1].error if delivery.tries else "It was not tried yet."
    )
    return f"{escape(delivery.uri)}: [red]not verified[/]. {escape(why or '')}"
