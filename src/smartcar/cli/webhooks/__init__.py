"""``smartcar webhooks``: what Smartcar sends to a program of yours.

Each subcommand is the ``command`` of a module of its own.
"""

from __future__ import annotations

import click

from .doctor import command as doctor_command


@click.group("webhooks")
def command() -> None:
    """Look after what receives Smartcar's webhooks."""


command.add_command(doctor_command)
