"""Where a simulator is that runs already: the options that say so, and what they cannot be."""

from __future__ import annotations

from collections.abc import Callable

import click
from click.core import ParameterSource

from smartcar.protocol.origins import Origins
from smartcar.simulator.home import ORIGIN, PORT


def where_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where the simulator is."""
    for option in (
        click.option("--origin", help="Where the simulator is, if not on this machine."),
        click.option(
            "--port",
            type=click.IntRange(1, 65535),
            help=f"Where the simulator is, on this machine.  [default: {PORT}]",
        ),
    ):
        command = option(command)
    return command


def address(port: int | None, origin: str | None) -> str:
    """The origin that these options mean, without its last slash.

    Raises:
        click.UsageError: They are both given, or that is no origin.
    """
    if origin is None:
        return ORIGIN if port is None else f"http://127.0.0.1:{port}"
    if port is not None:
        raise click.UsageError("--port and --origin both say where it is: give one of them.")
    try:
        return Origins.all_at(origin).vehicle
    except ValueError as error:
        why = f"it is scheme, host and perhaps port, such as {ORIGIN}"
        raise click.BadParameter(why, param_hint="--origin") from error


def refuse_early(ctx: click.Context, subcommand: str) -> None:
    """Refuse options before *subcommand*: they would be taken for it, and change nothing.

    Raises:
        click.UsageError: There is one.
    """
    for option in ctx.command.params:
        if ctx.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
            msg = f"{option.opts[0]} stands too early: options of {subcommand} follow its name."
            raise click.UsageError(msg, ctx)
