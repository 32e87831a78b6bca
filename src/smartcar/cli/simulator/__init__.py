"""``smartcar simulator``: a local Smartcar on a port, and what is done with one."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Final

import click

from smartcar.cli.lazy import LazyGroup
from smartcar.simulator.home import PORT

from .settings import Settings, server_options
from .where import refuse_early

_HOMES: Final = {
    "agenda": ("agenda:command", "Show what comes next in virtual time."),
    "car": ("car:command", "Look at cars, and change them."),
    "clock": ("clock:command", "Look at the clock, and put it forward."),
    "connect": ("connect:command", "Let an owner connect a car at once."),
    "env": ("env:command", "Print the variables that point an SDK at a running simulator."),
    "exec": ("exec:command", "Run CMD with a simulator that is there for as long as it runs."),
    "export": ("state:export_command", "Write everything to FILE, or to standard output."),
    "fault": ("fault:command", "Let something go wrong: errors, delays, broken replies."),
    "import": ("state:import_command", "Make the simulator what a file says."),
    "limits": (
        "limits:command",
        "Show what is left of the limits to an application, or set others, which are for all.",
    ),
    "log": ("log:command", "Show what was asked lately; with NUMBER, one request whole."),
    "record": ("record:command", "Stand before the real API, and keep what it says."),
    "replay": ("replay:command", "Answer what was recorded into DIRECTORY, byte for byte."),
    "reset": ("state:reset_command", "Begin anew."),
    "snapshot": ("snapshot:command", "Keep everything as it is, and go back to it."),
    "webhook": (
        "webhook:command",
        "What Smartcar's dashboard does with webhooks: set up, verify, subscribe, test.",
    ),
}


@click.group(
    "simulator", cls=LazyGroup, package=__name__, homes=_HOMES, invoke_without_command=True
)
@server_options(PORT)
@click.pass_context
def command(ctx: click.Context, *, settings: Settings) -> None:
    """Run a local Smartcar: Connect, tokens and API v3, with cars that live.

    Its credentials are SMARTCAR_CLIENT_ID, SMARTCAR_CLIENT_SECRET and SMARTCAR_MANAGEMENT_TOKEN of
    the environment, else public defaults that it prints.
    """
    if ctx.invoked_subcommand is None:
        _serve(settings)
    else:
        refuse_early(ctx, ctx.invoked_subcommand)


def _serve(settings: Settings) -> None:
    server = settings.server()
    world = server.simulator.world
    if world.is_restored:
        told = f"seed {world.seed}, a fleet of {world.fleet.size}"
        click.echo(f"State restored from {settings.db}: {told}.\n")
    click.echo(server.greeting)
    # As Ctrl-C does, so that the state is closed in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with server.simulator, suppress(KeyboardInterrupt):
            server.run()
    except OSError as error:  # the last of the state could not be kept
        raise click.ClickException(str(error)) from error
