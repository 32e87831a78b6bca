"""How commands about webhooks show what they found: to people, and to programs."""

from __future__ import annotations

import json
import os
import sys
from typing import Final

import click
from rich.console import Console

ROOMY: Final = 160
"""Columns, where nobody says how many there are."""


def visible(text: object) -> str:
    """*text* without what would make a terminal do something."""
    return "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in str(text)
    )


def echo(document: object) -> None:
    """Print JSON."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def echo_line(document: object) -> None:
    """Print JSON on a line of its own, as what goes on for ever is read."""
    click.echo(json.dumps(document, separators=(",", ":"), ensure_ascii=False))


def console() -> Console:
    """As wide as the terminal, or as ``COLUMNS`` says; else wide enough for any table."""
    is_known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if is_known else ROOMY)
