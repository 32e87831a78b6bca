"""``smartcar simulator record``: a proxy that keeps what the real service says, redacted."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import click

from smartcar.protocol.origins import Origins
from smartcar.simulator.home import PORT
from smartcar.simulator.recording import Recorder, RecordingError
from smartcar.simulator.recording.proxy import recording_app
from smartcar.simulator.server import Listener
from smartcar.transport import AsyncNetwork

HERE = "127.0.0.1"
GRACE = 2
"""Seconds for replies that are on their way when the recording ends: some take minutes."""


@click.command("record")
@click.option(
    "--out",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to keep what is said: a new directory, or an empty one.",
)
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Which port of this machine; 0 takes a free one.",
)
@click.option("--upstream", help="One address of all hosts, instead of Smartcar's own.")
def command(*, directory: Path, port: int, upstream: str | None) -> None:
    """Stand before the real API, and keep what it says.

    Programs that are pointed here ("smartcar simulator env --hosts-only") go on working, with your
    real credentials.  Secrets, VINs, names, ids and positions are replaced before anything is
    written.  Ctrl-C ends it, and writes the fleet file.
    """
    origins = _upstream(upstream)
    try:
        recorder = Recorder(directory, origins, time.time)
        listener = Listener(HERE, port)
    except (RecordingError, OSError) as error:
        raise click.ClickException(str(error)) from error
    app = recording_app(recorder, origins, listener.origin, AsyncNetwork(), click.echo)
    listener.serve(app, GRACE)
    click.echo(f"Recording into {directory} what is asked at {listener.origin}")
    where = "" if port == PORT else f" --origin {listener.origin}"
    click.echo(f'Point programs here: eval "$(smartcar simulator env --hosts-only{where})"\n')
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        listener.run()
    _end(recorder, directory)


def _end(recorder: Recorder, directory: Path) -> None:
    click.echo(f"\nKept {recorder.kept} exchanges. Look through them before you share them.")
    if recorder.kept:
        click.echo(f"Replay them: smartcar simulator replay {directory}")
    try:
        fleet = recorder.close()
    except (OSError, ValueError) as error:
        raise click.ClickException(f"The fleet file could not be written: {error}") from error
    if fleet is not None:
        click.echo(f"Let the cars live: smartcar simulator --fleet {fleet}")


def _upstream(text: str | None) -> Origins:
    if text is None:
        return Origins()
    try:
        origins = Origins.all_at(text)
    except ValueError as error:
        why = "it is scheme, host and perhaps port, such as https://staging.example.com"
        raise click.BadParameter(why, param_hint="--upstream") from error
    parts = urlsplit(origins.vehicle)
    if parts.scheme != "https" and parts.hostname not in {HERE, "localhost", "::1"}:
        why = "secrets would go there readable by all on the way: it must begin with https://"
        raise click.BadParameter(why, param_hint="--upstream")
    return origins
