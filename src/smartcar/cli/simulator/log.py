"""``smartcar simulator log``: what was asked of a running simulator."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from smartcar.simulator.control.models import Exchange

from .running import Running, on_running

LOOKS_EVERY: Final = 0.3
"""Seconds from one look to the next, when following."""


@click.command("log")
@click.argument("number", required=False, type=click.IntRange(1))
@click.option("--follow", "-f", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Last.")
@click.option("--clear", is_flag=True, help="Forget all of them.")
@on_running
def command(*, running: Running, number: int | None, follow: bool, limit: int, clear: bool) -> None:
    """Show what was asked lately; with NUMBER, one request whole."""
    if clear:
        running.control.clear_requests()
    elif number is not None:
        exchange = running.control.request(number)
        running.show(exchange, lambda: _whole(exchange))
    elif follow:
        with suppress(KeyboardInterrupt):
            _follow(running, limit)
    else:
        found = running.control.requests(limit=limit)
        running.show(found.requests, lambda: _lately(found.requests))


def _follow(running: Running, limit: int) -> None:
    """One line for each request, in JSON too."""
    found = running.control.requests(limit=limit)
    while True:
        for each in found.requests:
            if running.is_json:
                click.echo(msgspec.json.encode(each))
            else:
                running.console.print(_grid((each,)))
        last = found.last
        time.sleep(LOOKS_EVERY)
        found = running.control.requests(since=last, limit=1000)
        if found.last < last:  # it was emptied, or another has begun in its place
            found = running.control.requests(since=0, limit=1000)


def _lately(exchanges: tuple[Exchange, ...]) -> Table | str:
    return _grid(exchanges) if exchanges else "Nothing was asked yet."


def _grid(exchanges: tuple[Exchange, ...]) -> Table:
    made = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name in ("number", "at", "method", "status"):
        made.add_column(width={"number": 5, "at": 8, "method": 6, "status": 4}[name])
    made.add_column(overflow="fold")
    for each in exchanges:
        notes = [each.error or "", each.breakage or "", *each.fault_ids]
        took = f"{each.duration_seconds:g} s" if each.duration_seconds else ""
        more = " ".join(part for part in (*notes, took) if part)
        made.add_row(
            str(each.number),
            f"{each.at:%H:%M:%S}",
            each.method,
            _status(each.status),
            escape(each.path) + (f"  [yellow]{escape(more)}[/]" if more else ""),
        )
    return made


def _status(status: int | None) -> str:
    if status is None:
        return "[red]none[/]"
    return f"[{'green' if status < 400 else 'red'}]{status}[/]"


def _whole(exchange: Exchange) -> str:
    query = "&".join(f"{name}={value}" for name, value in exchange.query.items())
    target = f"{exchange.path}?{query}" if query else exchange.path
    status = "no reply" if exchange.status is None else str(exchange.status)
    asked = [f"[bold]{exchange.method} {escape(target)}[/]", _headers(exchange.request_headers)]
    told = [f"[bold]{status}[/] {exchange.error or ''}", _headers(exchange.reply_headers)]
    parts = [*asked, escape(exchange.request_body), "", *told, escape(exchange.reply_body)]
    return "\n".join(part for n, part in enumerate(parts) if part or n == 3)


def _headers(headers: Mapping[str, str]) -> str:
    return "\n".join(f"[dim]{escape(f'{name}: {value}')}[/]" for name, value in headers.items())
