"""``smartcar webhooks``: what Smartcar sends to a program of yours."""

from __future__ import annotations

from typing import Final

import click

from smartcar.cli.lazy import LazyGroup

_HOMES: Final = {
    "dead": (
        "inbox:dead_command",
        "List dead letters: events that were tried in vain and are handed out no more.",
    ),
    "doctor": (
        "doctor:command",
        "Say which mistake keeps a webhook from working, and how to mend it.",
    ),
    "list": ("inbox:list_command", "List the latest events, the newest first."),
    "listen": ("listen:command", "Show deliveries as they come, until Ctrl-C."),
    "reconcile": (
        "reconcile:command",
        "Read the cars of which events were lost, and hand out what they say.",
    ),
    "resend": (
        "inbox:resend_command",
        "Hand out events again, dead or handled, as if they had just come.",
    ),
    "show": (
        "inbox:show_command",
        "Show one event whole: what became of it, its headers, its body.",
    ),
    "trigger": (
        "trigger:command",
        "Send an event to a program, signed, as Smartcar would; show what it answers.",
    ),
}


@click.group("webhooks", cls=LazyGroup, package=__name__, homes=_HOMES)
def command() -> None:
    """Listen to webhooks, send some, find out why they fail, hand out what came."""
