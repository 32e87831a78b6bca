"""``smartcar simulator``: a local Smartcar on a port, and what is done with one.

Each subcommand is the ``command`` of a module of its own.
"""

from __future__ import annotations

import signal
from contextlib import suppress

import click

from smartcar.simulator.server import PORT

from .agenda import command as agenda_command
from .car import command as car_command
from .clock import command as clock_command
from .connect import command as connect_command
from .env import command as env_command
from .exec import command as exec_command
from .fault import command as fault_command
from .limits import command as limits_command
from .log import command as log_command
from .record import command as record_command
from .replay import command as replay_command
from .running import refuse_early
from .settings import Settings, server_options
from .snapshot import command as snapshot_command
from .state import export_command, import_command, reset_command
from .webhook import command as webhook_command


@click.group("simulator", invoke_without_command=True)
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


for _each in (
    *(agenda_command, car_command, clock_command, connect_command, env_command, exec_command),
    *(export_command, fault_command, import_command, limits_command, log_command, record_command),
    *(replay_command, reset_command, snapshot_command, webhook_command),
):
    command.add_command(_each)


def _serve(settings: Settings) -> None:
    server = settings.server()
    world = server.simulator.world
    if world.is_restored:
        told = f"seed {world.seed}, a fleet of {world.fleet.size}"
        click.echo(f"State restored from {settings.db}: {told}.\n")
    click.echo(server.greeting)
    # As Ctrl-C does, so that the state is closed in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with server.simulator, suppress(KeyboardInterrupt):
        server.run()
