"""``smartcar``: a person at a prompt.

Commands are loaded when they are called for, so that ``--version`` loads no server.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from smartcar._version import __version__

if TYPE_CHECKING:
    import click

_HOMES: Final = {
    "demo": (
        "demo:command",
        "See a car connected, read, driven, charged and locked: no account, no network.",
    ),
    "migrate": (
        "migrate:command",
        "Find the calls of Smartcar's official SDKs in PATHS, and say what each becomes.",
    ),
    "simulator": (
        "simulator:command",
        "Run a local Smartcar: Connect, tokens and API v3, with cars that live.",
    ),
    "webhooks": (
        "webhooks:command",
        "Listen to webhooks, send some, find out why they fail, hand out what came.",
    ),
}


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

    from .lazy import LazyGroup  # noqa: PLC0415

    @click.group(
        cls=LazyGroup,
        package=__name__,
        homes=_HOMES,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    @click.version_option(__version__, package_name="smartcar-sdk", message="%(prog)s %(version)s")
    def smartcar() -> None:
        """Talk to connected cars, real or simulated."""

    return smartcar
