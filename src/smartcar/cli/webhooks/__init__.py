"""``smartcar webhooks``: what Smartcar sends to a program of yours.

Each subcommand is a command of a module beside this one.
"""

from __future__ import annotations

import click

from .doctor import command as doctor_command
from .inbox import dead_command, list_command, resend_command, show_command
from .listen import command as listen_command
from .reconcile import command as reconcile_command
from .trigger import command as trigger_command


@click.group("webhooks")
def command() -> None:
    """Listen to webhooks, send some, find out why they fail, hand out what came."""


for _each in (
    *(doctor_command, listen_command, list_command, show_command),
    *(dead_command, resend_command, trigger_command),
):
    command.add_command(_each)
command.add_command(reconcile_command)
