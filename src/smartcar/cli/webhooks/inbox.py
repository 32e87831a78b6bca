"""``smartcar webhooks list``, ``show``, ``dead``, ``resend``: the inbox of a program, from outside.

Workers go on meanwhile: any number of processes may have the file open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartcar.errors import MalformedEventError, SmartcarError
from smartcar.protocol.wire import is_secret_header
from smartcar.webhooks.events import Event, VehicleEvent
from smartcar.webhooks.inbox import Inbox, path_of
from smartcar.webhooks.journal import Entry, State
from smartcar.webhooks.parsing import parse

from .sending import callback, show_outcome
from .showing import console, echo, visible

_STYLES: Final[dict[State, str]] = {"waiting": "yellow", "handled": "green", "dead": "red"}

_WIDE: Final = 136
"""Columns that a table takes with two ids in a row."""

limit_option: Final = click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="At most."
)
json_option: Final = click.option(
    "--json", "is_json", is_flag=True, help="Print JSON, for programs."
)


def on_inbox(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option that says where the inbox is, and the inbox itself."""

    @wraps(function)
    def with_inbox(*, place: str, **more: Any) -> None:
        with _told(), _opened(place) as inbox:
            function(inbox=inbox, **more)

    return click.option(
        "--inbox",
        "place",
        envvar="SMARTCAR_INBOX",
        required=True,
        show_envvar=True,
        help="Where it is, such as sqlite:///events.db.",
    )(with_inbox)


@click.command("list")
@click.option(
    "--state",
    type=click.Choice(["waiting", "handled", "dead"]),
    help="Only these: to be handled, handled, or given up.",
)
@limit_option
@json_option
@on_inbox
def list_command(*, inbox: Inbox, state: State | None, limit: int, is_json: bool) -> None:
    """List the latest events, the newest first."""
    entries = inbox.entries(state, limit)
    if is_json:
        echo([_facts(each) for each in entries])
        return
    screen = console()
    _show(screen, entries)
    counts = ", ".join(f"{count:,} {name}" for name, count in inbox.counts().items())
    screen.print(Text(f"In all: {counts}.", "dim"))


@click.command("show")
@click.argument("event_id", metavar="ID")
@json_option
@on_inbox
def show_command(*, inbox: Inbox, event_id: str, is_json: bool) -> None:
    """Show one event whole: what became of it, its headers, its body.

    Its signature is not shown: whoever has it could send the event again.
    """
    entry = inbox.entry(event_id)
    if entry is None:
        raise click.ClickException(f"There is no event {event_id!r}: say an id of 'webhooks list'.")
    if is_json:
        echo({**_facts(entry), "headers": _headers(entry), "body": _body(entry)})
        return
    screen = console()
    facts = Table.grid(padding=(0, 2, 0, 0))
    for name, fact in _facts(entry).items():
        if fact is not None:
            facts.add_row(Text(name.replace("_", " "), "dim"), visible(fact))
    screen.print(facts)
    screen.print()
    for name, text in _headers(entry).items():
        screen.print(Text(visible(f"{name}: {text}"), "dim"))
    body = _body(entry)
    screen.print(
        visible(body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)),
        markup=False,
        soft_wrap=True,
    )


@click.command("dead")
@limit_option
@json_option
@on_inbox
def dead_command(*, inbox: Inbox, limit: int, is_json: bool) -> None:
    """List dead letters: events that were tried in vain and are handed out no more.

    Once what was wrong is mended, 'resend --dead' hands them out again.
    """
    entries = inbox.dead_letters(limit)
    if is_json:
        echo([_facts(each) for each in entries])
    elif entries:
        _show(console(), entries)
    else:
        click.echo("No dead letters.")


@click.command("resend")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--dead", is_flag=True, help="All dead letters.")
@click.option(
    "--to",
    "url",
    metavar="URL",
    help="Send them to this program instead, byte for byte; in the inbox nothing changes.",
)
@json_option
@on_inbox
def resend_command(
    *, inbox: Inbox, ids: tuple[str, ...], dead: bool, url: str | None, is_json: bool
) -> None:
    """Hand out events again, dead or handled, as if they had just come.

    A worker that runs takes them at once.  With --to they go to another program as they were kept,
    with their signatures, and what that answers is shown; exits with 1 where one is not taken.
    """
    if dead == bool(ids):
        raise click.UsageError("Say which: ids of 'webhooks list', or --dead for all dead letters.")
    unknown = [each for each in ids if inbox.entry(each) is None]
    if unknown:
        named = ", ".join(unknown)
        raise click.ClickException(f"There is no event {named}: nothing is handed out again.")
    if url is not None:
        _send(_named(inbox, ids), url, is_json=is_json)
        return
    resent = inbox.resend(None if dead else ids)
    if is_json:
        echo(resent)
        return
    click.echo(f"{_events(len(resent))} will be handed out again.")
    waiting = len(set(ids)) - len(resent)
    if ids and waiting:
        click.echo(f"{_events(waiting)} waited to be handled anyway.")


def _named(inbox: Inbox, ids: Sequence[str]) -> list[Entry]:
    """Those with *ids*, or all dead letters, the oldest first."""
    if ids:
        return [entry for each in ids if (entry := inbox.entry(each)) is not None]
    return inbox.dead_letters(inbox.counts()["dead"] or 1)[::-1]


def _send(entries: Sequence[Entry], url: str, *, is_json: bool) -> None:
    sent: list[dict[str, Any]] = []
    are_taken = True
    with callback(url, "--to") as program:
        for each in entries:
            outcome = program.send(each.envelope.body, each.envelope.headers)
            sent.append({"id": each.envelope.event_id, **outcome.to_dict()})
            are_taken &= outcome.is_success
            if not is_json:
                show_outcome(each.envelope.event_id, outcome)
    if is_json:
        echo(sent)
    elif not entries:
        click.echo("No dead letters.")
    if not are_taken:
        raise SystemExit(1)


@contextmanager
def _told() -> Generator[None]:
    """Say in a sentence what went wrong."""
    try:
        yield
    except SmartcarError as error:
        raise click.ClickException(error.message) from None
    except ValueError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _opened(place: str) -> Generator[Inbox]:
    path = path_of(place)
    if not path.exists():  # to make one would only hide that it is somewhere else
        raise click.ClickException(f"There is no inbox at {str(path)!r}.")
    with Inbox(path, keep=None) as inbox:  # who only looks removes nothing
        yield inbox


def _show(screen: Console, entries: Sequence[Entry]) -> None:
    """A table where there is room for it; else some lines for each, with no id folded."""
    if screen.width >= _WIDE:
        if entries:
            screen.print(_table(entries))
        return
    for each in entries:
        facts = _facts(each)
        tries = "" if not each.tries else "1 try" if each.tries == 1 else f"{each.tries} tries"
        head = Text(f"{_received(facts)} UTC  ")
        head.append("in hand" if each.is_in_hand else each.state, _STYLES[each.state])
        head.append("  ".join(("", visible(facts["type"] or ""), tries)).rstrip())
        screen.print(head, soft_wrap=True)
        named = [f"  {visible(fact)}" for fact in (facts["id"], facts["vehicle_id"]) if fact]
        is_short = sum(map(len, named)) <= screen.width
        for line in ["".join(named)] if is_short else named:
            screen.print(Text(line), soft_wrap=True)
        if each.reason:
            why = Text(f"  {visible(each.reason)}".replace("\n", " "), "dim")
            screen.print(why, no_wrap=True, overflow="ellipsis")


def _received(facts: Mapping[str, Any]) -> str:
    received: str = facts["received_at"]
    return received[:19].replace("T", " ")


def _table(entries: Sequence[Entry]) -> Table:
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("Received (UTC)", "State", "Tries", "Type", "Vehicle", "Id"):
        made.add_column(name, justify="right" if name == "Tries" else "left", overflow="fold")
    made.add_column("Why", overflow="ellipsis", no_wrap=True)
    for each in entries:
        facts = _facts(each)
        made.add_row(
            _received(facts),
            Text("in hand" if each.is_in_hand else each.state, _STYLES[each.state]),
            str(each.tries),
            *(Text(visible(facts[name] or "")) for name in ("type", "vehicle_id", "id")),
            Text(visible(each.reason or "").replace("\n", " ")),
        )
    return made


def _facts(entry: Entry) -> dict[str, Any]:
    """What is known of an event, but for its content; None where nothing is."""
    event = _event(entry)
    return {
        "id": entry.envelope.event_id,
        "type": event.type if event else None,
        "vehicle_id": event.vehicle.id if isinstance(event, VehicleEvent) else None,
        "received_at": _moment(entry.envelope.received_at),
        "state": entry.state,
        "tries": entry.tries,
        "is_in_hand": entry.is_in_hand,
        "changed_at": _moment(entry.changed_at),
        "due_at": _moment(entry.due_at),
        "reason": entry.reason,
    }


def _event(entry: Entry) -> Event | None:
    try:
        return parse(entry.envelope.body)
    except MalformedEventError:
        return None


def _headers(entry: Entry) -> dict[str, str]:
    headers = entry.envelope.headers
    return {name: "…" if is_secret_header(name) else text for name, text in headers.items()}


def _body(entry: Entry) -> Any:
    """The body as JSON; as text where it is none."""
    try:
        return json.loads(entry.envelope.body)
    except (ValueError, RecursionError):
        return entry.envelope.body.decode("utf-8", "backslashreplace")


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"
