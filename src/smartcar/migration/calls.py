"""Every call of the official SDKs, Python 6.19.1 and Node 10.4.0, and what it becomes."""

from __future__ import annotations

from typing import Final

from .account import ERRORS, FUNCTIONS, TOKENS
from .commands import CARS, COMMANDS
from .makes import MAKES
from .reads import READS
from .row import Section

SECTIONS: Final = (
    Section("functions", FUNCTIONS),
    Section("tokens", TOKENS),
    Section("cars", CARS),
    Section("reads", READS),
    Section("makes", MAKES),
    Section("errors", ERRORS),
    Section("commands", COMMANDS),
)
"""The tables of the page *Migrating*, in an order in which their rows can be run."""

ROWS: Final = tuple(row for section in SECTIONS for row in section.rows)
