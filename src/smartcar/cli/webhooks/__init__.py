"""``smartcar webhooks``: what Smartcar has sent, as the inbox keeps it.

Each subcommand is a command of a module beside this one.
"""

from __future__ import annotations

import click

from .inbox import dead_command, list_command, resend_command, show_command


@click.group("webhooks")
def command() -> None:
    """Look at what Smartcar has sent, and hand it out again."""


for _each in (list_command, show_command, dead_command, resend_command):
    command.add_command(_each)
