"""``smartcar webhooks listen``: see deliveries as they come, keep them, pass them on."""

from __future__ import annotations

import logging
import signal
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import click

from smartcar.errors import InboxError
from smartcar.webhooks.adapters.asgi import asgi
from smartcar.webhooks.inbox import Inbox

from .heard import Shown
from .hearing import Ear
from .sending import callback
from .showing import console, visible
from .tokens import VARIABLE, tokens_of

if TYPE_CHECKING:
    from smartcar.simulator.server import Listener

PORT: Final = 8687
"""Beside the simulator's own."""
HERE: Final = f"http://127.0.0.1:{PORT}/"
"""Where a listener is unless somebody says otherwise."""


@click.command("listen")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--forward",
    metavar="URL",
    help="Pass each event on to this program, byte for byte, and answer what it answers.",
)
@click.option(
    "--inbox",
    "place",
    metavar="URL",
    help="Keep each event durably before it is answered, such as in sqlite:///events.db.",
)
@click.option(
    "--token-env",
    "variables",
    multiple=True,
    default=(VARIABLE,),
    show_default=True,
    help="The variable that holds the management token; again while it is changed, the new first.",
)
@click.option("--json", "is_json", is_flag=True, help="Print a line of JSON for each delivery.")
def command(
    *,
    port: int,
    host: str,
    forward: str | None,
    place: str | None,
    variables: tuple[str, ...],
    is_json: bool,
) -> None:
    """Show deliveries as they come, until Ctrl-C.

    VERIFY is answered and signatures are checked; why one does not fit is said.  With --forward a
    program gets the exact bytes, and what it answers is the answer, so that what failed comes
    again.  With --inbox an event is answered once it is on disk; it waits there for your program's
    own workers or, with --forward too, is passed on until it is taken.
    """
    tokens = tokens_of(variables)
    with ExitStack() as stack:
        listener = _listener(host, port)
        passed_to = stack.enter_context(callback(forward, "--forward")) if forward else None
        kept_in = stack.enter_context(_opened(place)) if place else None
        shown = Shown(console(), is_json=is_json)
        ear = Ear(tokens, shown, inbox=kept_in, callback=passed_to)
        more = [
            *([f"passing on to {passed_to.shown}"] if passed_to else []),
            *([f"keeping in {place}"] if place else []),
        ]
        told = ", ".join([f"Listening at {listener.origin}/", *more])
        click.secho(visible(f"{told}. Ctrl-C ends it."), bold=True, err=is_json)
        shown.begin()
        with _quiet():
            _serve(listener, ear)
    shown.end()


def _listener(host: str, port: int) -> Listener:
    from smartcar.simulator.server import Listener  # noqa: PLC0415 -- a server: only to listen

    try:
        return Listener(host, port)
    except OSError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _opened(place: str) -> Generator[Inbox]:
    try:
        inbox = Inbox(place)
    except (InboxError, ValueError) as error:
        raise click.UsageError(f"--inbox: {error}") from error
    with inbox:
        yield inbox


@contextmanager
def _quiet() -> Generator[None]:
    """What is told in the table is not logged to the terminal as well."""
    log = logging.getLogger("smartcar.webhooks")
    is_told_on, log.propagate = log.propagate, False
    silent = logging.NullHandler()
    log.addHandler(silent)
    try:
        yield
    finally:
        log.removeHandler(silent)
        log.propagate = is_told_on


def _serve(listener: Listener, ear: Ear) -> None:
    listener.serve(asgi(ear))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C does: end in order
    with suppress(KeyboardInterrupt):
        listener.run()
