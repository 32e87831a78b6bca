"""One call of the official SDKs, and what it becomes here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ZONED: Final = "it has a time zone here: better compare it with `datetime.now(UTC)`"
"""Of the end of a token."""
A_TIME: Final = "`.meta.{}` is a time here, and a text in the official Python SDK"
"""Of an answer's age."""
AGES: Final = {".meta.data_age": '.meta["dataAge"]', ".meta.fetched_at": '.meta["fetchedAt"]'}
"""Where the texts are."""


@dataclass(frozen=True, slots=True)
class Row:
    """A call of the official SDKs beside ours.

    Code is written with the names that its arguments have in the official Python SDK: ``car`` is a
    vehicle, ``auth`` an ``AuthClient``, ``client`` a ``Smartcar()``, ``error`` what was caught.
    """

    call: str
    """What is called, such as ``Vehicle.battery`` or ``GET tesla/compass``."""
    python: str | None
    """With the official Python SDK; None where it has no such call."""
    node: str | None
    """With the official Node SDK; None where it has no such call."""
    v3: str | None
    """Here, on v3; None where v3 has nothing of the kind."""
    v2: str | None = None
    """Here, on v2.0, where it is not written as with the official Python SDK."""
    stays: bool = False
    """Does what is written for v2.0 here work on v3 as well?"""
    times: float = 1
    """The number of v3 in those of v2.0: 100 where a fraction becomes a percentage."""
    note: str = ""
    """What else must be known, in Markdown."""

    @property
    def here(self) -> str:
        """Here, on v2.0."""
        return self.v2 or self.python or ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together."""

    name: str
    rows: tuple[Row, ...]


def camel(name: str) -> str:
    """``percent_remaining`` as the Node SDK says it: ``percentRemaining``."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)
