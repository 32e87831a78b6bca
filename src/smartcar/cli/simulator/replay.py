"""``smartcar simulator replay``: what was recorded, said again."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path

import click

from smartcar.simulator.home import PORT
from smartcar.simulator.recording import Replay
from smartcar.simulator.recording.proxy import replaying_app
from smartcar.simulator.server import Listener


@click.command("replay")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Which port of this machine; 0 takes a free one.",
)
def command(*, directory: Path, port: int) -> None:
    """Answer what was recorded into DIRECTORY, byte for byte.

    Requests are the same by method, path and query; repeated ones are answered in order.  For cars
    that live on, see "smartcar simulator --fleet DIRECTORY/fleet.yaml".
    """
    try:
        replay = Replay(directory)
        listener = Listener("127.0.0.1", port)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    listener.serve(replaying_app(replay, listener.origin, click.echo))
    click.echo(f"Replaying {len(replay.samples)} exchanges at {listener.origin}")
    where = "" if port == PORT else f" --origin {listener.origin}"
    click.echo(f'Point programs here: eval "$(smartcar simulator env{where})"\n')
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        listener.run()
