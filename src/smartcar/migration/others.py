"""What a file of a program may ask of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .meaning import Meaning


class Others(Protocol):
    """The other files of a project."""

    def find(self, importer: str, module: str) -> str | None:
        """The file that *importer* means by *module*, which has its leading dots."""
        ...

    def program(self, path: str, *, load: bool = False) -> Meaning | None:
        """What is known of a file, if it has been looked at; *load* looks at it."""
        ...


class Alone:
    """A file that has no others."""

    def find(self, importer: str, module: str) -> str | None:  # noqa: ARG002 -- as Others has it
        """None."""
        return None

    def program(self, path: str, *, load: bool = False) -> Meaning | None:  # noqa: ARG002
        """None."""
        return None
