"""``smartcar simulator``: a local Smartcar on a port."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import click

from smartcar.simulator import SimulatedApplication, Simulator, SqliteJournal, VirtualClock
from smartcar.simulator.server import PORT, Server


@click.command("simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Which port; 0 takes a free one.",
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the state in this file; a restart goes on where it was.",
)
@click.option("--seed", default=0, show_default=True, help="Chooses the cars.")
@click.option(
    "--fleet",
    default=12,
    show_default=True,
    type=click.IntRange(0, 1_000_000),
    help="How many cars are connected from the beginning.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0, 1_000_000),
    help="Virtual seconds a real second; 0 freezes the clock on a fixed morning.",
)
@click.option(
    "--no-limits",
    is_flag=True,
    help="Limit no requests. (Limits are not simulated yet: this changes nothing so far.)",
)
def command(
    *,
    host: str,
    port: int,
    db: Path | None,
    seed: int,
    fleet: int,
    speed: float,
    no_limits: bool,
) -> None:
    """Run a local Smartcar: Connect, tokens and API v3, with cars that live.

    Its credentials are SMARTCAR_CLIENT_ID, SMARTCAR_CLIENT_SECRET and SMARTCAR_MANAGEMENT_TOKEN of
    the environment, else public defaults that it prints.
    """
    del no_limits
    try:
        journal = None if db is None else SqliteJournal(db)
        simulator = Simulator(
            seed,
            fleet,
            clock=VirtualClock(time.time() if speed else None, speed),
            application=SimulatedApplication.from_environment(os.environ),
            journal=journal,
        )
        server = Server(simulator, host, port)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if simulator.world.is_restored:
        world = simulator.world
        click.echo(f"State restored from {db}: seed {world.seed}, a fleet of {world.fleet.size}.\n")
    click.echo(server.greeting)
    # As Ctrl-C does, so that the state is closed in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with simulator, suppress(KeyboardInterrupt):
        server.run()
