"""``smartcar``: a person at a prompt.

Commands are loaded when they are called for, so that ``--version`` loads no server.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Final

from smartcar._version import __version__

if TYPE_CHECKING:
    import click

_COMMANDS: Final = {
    "demo": "See a car connected, read, driven, charged and locked.",
    "migrate": "Find the calls of Smartcar's official SDKs, and what each becomes.",
    "simulator": "Run a local Smartcar.",
    "webhooks": "Listen to webhooks, send some, find out why they fail, hand out what came.",
}
"""Names of the commands, each in a module of its own, and what they are for."""


def main() -> None:
    """Run the command line."""
    try:
        group()(prog_name="smartcar")
    except ModuleNotFoundError as error:
        needed = (error.name or "").partition(".")[0]
        if needed == "smartcar":
            raise
        sys.exit(
            f"This needs the package {needed}, which is not installed.\n"
            "Install everything with: pip install 'smartcar-sdk[all]'"
        )


def group() -> click.Group:
    """All commands, each to be loaded when it is asked for."""
    import click  # noqa: PLC0415 -- an extra: without it main() says what to install

    class Commands(click.Group):
        """A group that imports a command when it is asked for."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            del ctx
            return sorted(_COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            del ctx
            if cmd_name not in _COMMANDS:
                return None
            module = importlib.import_module(f"{__name__}.{cmd_name}")
            command: click.Command = module.command
            return command

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            del ctx
            with formatter.section("Commands"):
                formatter.write_dl(sorted(_COMMANDS.items()))

    @click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
    @click.version_option(__version__, package_name="smartcar-sdk", message="%(prog)s %(version)s")
    def smartcar() -> None:
        """Talk to connected cars, real or simulated."""

    return smartcar
