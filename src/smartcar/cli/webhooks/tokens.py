"""The application management token at a prompt: from the environment, and never shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Final

import click

VARIABLE: Final = "SMARTCAR_MANAGEMENT_TOKEN"


def tokens_of(variables: Iterable[str]) -> Mapping[str, str]:
    """The tokens, by the variables that hold them.

    Raises:
        click.UsageError: One is not set.
    """
    missing = [name for name in variables if not os.environ.get(name)]
    if missing:
        raise click.UsageError(
            f"{', '.join(missing)} is not set: put the application management token there. "
            "It is not taken as an argument, which others on this machine could see."
        )
    return {name: os.environ[name] for name in variables}
