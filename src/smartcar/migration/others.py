"""What a file of a program may ask of the others."""

from __future__ import annotations

import ast
from typing import Protocol

from .known import Function, Known, Own


class File(Protocol):
    """What one file of a program may know of another."""

    @property
    def functions(self) -> dict[str, Function]:
        """Of the program, by their names."""
        ...

    @property
    def classes(self) -> dict[str, Own]:
        """Of the program, by their names."""
        ...

    def bind(self, name: str, known: Known | None, scope: ast.AST | None = None) -> None:
        """Let *name* stand for *known* in *scope*."""
        ...

    def exported(self, name: str) -> Known | None:
        """What *name* stands for at the top of the program."""
        ...

    def given(self, name: str) -> Known | None:
        """What the function *name* gives."""
        ...

    def exports(self) -> set[str]:
        """Names that tell another file of the SDK."""
        ...


class Others(Protocol):
    """The other files of a project."""

    def find(self, importer: str, module: str) -> str | None:
        """The file that *importer* means by *module*, which has its leading dots."""
        ...

    def program(self, path: str, *, load: bool = False) -> File | None:
        """What is known of a file, if it has been looked at; *load* looks at it."""
        ...


class Alone:
    """A file that has no others."""

    def find(self, importer: str, module: str) -> str | None:  # noqa: ARG002 -- as Others has it
        """None."""
        return None

    def program(self, path: str, *, load: bool = False) -> File | None:  # noqa: ARG002
        """None."""
        return None
