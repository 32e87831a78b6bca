"""``smartcar webhooks reconcile``: make up for events that were lost, and say how far that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click
from rich.table import Table
from rich.text import Text

from smartcar.cli.moments import Moment
from smartcar.client import Smartcar
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.ledger import GapState, Ledger
from smartcar.webhooks.reconciler import Budget, Gap, Progress, Reconciler
from smartcar.webhooks.rereading import LONG
from smartcar.webhooks.silence import silent_cars

from .inbox import json_option, on_inbox
from .showing import console, echo, visible

_UNITS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_AGO: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)")
_DEFAULT: Final = Budget()
_LOOKED_AT: Final = 10_000
"""The latest events, by which it is seen which cars are silent."""


class When(Moment):
    """A moment, or how long ago it was."""

    name = "when"
    examples = "90min, 2h or 2026-06-01T06:00:00Z"

    def _said(self, text: str) -> datetime:
        ago = _AGO.fullmatch(text)
        if ago is not None:
            return datetime.now(UTC) - timedelta(seconds=float(ago[1]) * _UNITS[ago[2]])
        return super()._said(text)


@click.command("reconcile")
@click.option("--since", type=When(), help="Add a gap that began then: 2h, or 2026-06-01T06:00Z.")
@click.option("--until", type=When(), help="When that gap was over; now unless you say.")
@click.option("--vehicle", "vehicles", multiple=True, help="A car to read; again for others.")
@click.option("--silent", is_flag=True, help="Add cars that are silent for unusually long.")
@click.option("--webhook", "webhook_id", help="Only cars that are subscribed to this webhook.")
@click.option(
    "--burst",
    default=_DEFAULT.burst,
    show_default=True,
    type=click.IntRange(1),
    help="Requests before the pace is kept.",
)
@click.option(
    "--per-minute",
    default=_DEFAULT.per_minute,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Requests a minute after that.",
)
@click.option("--until-refused", is_flag=True, help="No pace: all that Smartcar answers.")
@click.option(
    "--at-once",
    default=_DEFAULT.at_once,
    show_default=True,
    type=click.IntRange(1, 100),
    help="Cars asked at a time.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be read, and read nothing.")
@json_option
@on_inbox
def command(  # noqa: PLR0917 -- click passes them by name
    inbox: Inbox,
    since: datetime | None,
    until: datetime | None,
    vehicles: tuple[str, ...],
    silent: bool,
    webhook_id: str | None,
    burst: int,
    per_minute: float,
    until_refused: bool,
    at_once: int,
    dry_run: bool,
    is_json: bool,
) -> None:
    """Read the cars of which events were lost, and hand out what they say.

    The gaps are those that receivers of this inbox have noticed, and the one of --since.  What a
    car says is put into the inbox: a receiver that runs on it tells your handlers.  Who is stopped
    goes on where it was.  Credentials are those of the environment: SMARTCAR_CLIENT_ID and
    SMARTCAR_CLIENT_SECRET.
    """
    gaps = _asked_for(since, until, vehicles)
    if silent:
        gaps += silent_cars(inbox.entries(limit=_LOOKED_AT), datetime.now(UTC).timestamp())
    states = Ledger(inbox.journal).gaps(is_open=True)
    if not gaps and not states:
        if is_json:
            echo([])
        else:
            click.echo("No gap is open: there is nothing to read.")
        return
    budget = (
        Budget.until_refused(at_once=at_once)
        if until_refused
        else Budget(burst=burst, per_minute=per_minute, at_once=at_once)
    )
    with (
        Smartcar() as client,
        Reconciler(
            inbox,
            client,
            webhook_id=webhook_id,
            budget=budget,
            on_progress=None if is_json else _tell,
        ) as reconciler,
    ):
        if dry_run:
            _plan(reconciler, [*(each.gap for each in states), *gaps], budget, is_json=is_json)
            return
        for gap in gaps:
            reconciler.add(gap)
        done = reconciler.run()
        _show(reconciler, done, is_json=is_json)
    if any(each.failed for each in done):
        raise SystemExit(1)


def _asked_for(
    since: datetime | None, until: datetime | None, vehicles: tuple[str, ...]
) -> list[Gap]:
    """The gap that was named at the prompt, if one was.

    Raises:
        click.UsageError: It ends, and begins never.
    """
    now = datetime.now(UTC)
    if since is None and until is not None:
        raise click.UsageError("--until needs --since: when the gap began.")
    if since is None and not vehicles:
        return []
    return [Gap(since=since or now, until=until or now, vehicles=vehicles or None)]


def _tell(progress: Progress) -> None:
    """A line about a car, or a wait, beside the outcome."""
    left = f"{progress.done} read, {progress.left} left"
    car, seconds = progress.vehicle_id, f"{progress.seconds:.0f} s"
    told = {
        "read": f"read {car}",
        "waiting": f"waiting {seconds}: {progress.told or 'a car is to be read then'}",
        "put off": f"{car} again in {seconds}: {progress.told}",
        "failed": f"cannot read {car}: {progress.told}",
    }[progress.what]
    click.echo(f"{visible(told)} ({left})", err=True)


def _plan(reconciler: Reconciler, gaps: Sequence[Gap], budget: Budget, *, is_json: bool) -> None:
    """What would be read."""
    found: dict[tuple[str, ...] | None, list[str]] = {}
    for gap in gaps:
        if gap.vehicles not in found:  # those that are subscribed are asked for once
            found[gap.vehicles] = reconciler.vehicles(gap)
    cars = [found[gap.vehicles] for gap in gaps]
    if is_json:
        plan = [{**_facts(gap), "cars": each} for gap, each in zip(gaps, cars, strict=True)]
        echo(plan)
        return
    made = _table("Cars")
    for gap, each in zip(gaps, cars, strict=True):
        made.add_row(*_named(gap), f"{len(each):,}")
    console().print(made)
    count = len({car for each in cars for car in each})
    minutes = budget.seconds(count) / 60
    click.echo(f"{count:,} cars would be read, which takes about {minutes:,.0f} min of waiting.")
    if minutes > LONG:
        click.echo(
            "Where Smartcar allows your application more than it documents, say so with"
            " --per-minute, or --until-refused."
        )


def _show(reconciler: Reconciler, states: Sequence[GapState], *, is_json: bool) -> None:
    """What became of the gaps."""
    failures = {each.gap.id: reconciler.failures(each.gap) for each in states}
    if is_json:
        echo(
            [
                {
                    **_facts(each.gap),
                    "is_closed": each.is_closed,
                    "due": each.due,
                    "done": each.done,
                    "failed": [failed._asdict() for failed in failures[each.gap.id]],
                }
                for each in states
            ]
        )
        return
    made = _table("Read", "Failed")
    for each in states:
        made.add_row(*_named(each.gap), f"{each.done:,}", f"{each.failed:,}")
    out = console()
    out.print(made)
    for failed in {one for each in failures.values() for one in each}:
        out.print(Text(visible(f"{failed.vehicle_id}: {failed.told}"), "red"))


def _table(*counts: str) -> Table:
    made = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    for name in ("Gap", "From (UTC)", "Until", "Why", *counts):
        made.add_column(name, justify="right" if name in counts else "left", overflow="fold")
    return made


def _named(gap: Gap) -> tuple[str, ...]:
    times = (f"{each.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for each in (gap.since, gap.until))
    return gap.id, *times, gap.reason


def _facts(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "since": gap.since.isoformat(timespec="seconds"),
        "until": gap.until.isoformat(timespec="seconds"),
        "reason": gap.reason,
        "vehicles": gap.vehicles,
    }
