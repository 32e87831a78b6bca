"""Calls of the official Python SDK in a Jupyter notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from .found import Finding
from .others import Others
from .python import Program, parsed

_TIMED: Final = re.compile(r"^(\s*)(%%?time(?:it)?)[ \t]+(?=[^\s-])")
_COMMAND: Final = re.compile(r"^(\s*)(?:[%!?].*|[\w.\[\]]+\s*=\s*[%!].*)$")
_ASKED: Final = re.compile(r"^(\s*[\w.\[\]]+)\?\??\s*$")
_OTHERS: Final = re.compile(r"\s*%%(?!time|capture|prun|debug|python3?\b|py\b|pypy\b)\w")
"""A cell that is not in Python: ``%%bash``, ``%%html``."""


class Notebook(Program):
    """The cells of a notebook, gone through as one program; lines are counted within each cell."""

    def __init__(
        self, text: str, path: str, place: str, others: Others, unread: dict[str, str]
    ) -> None:
        self._where: list[tuple[int, int]] = []
        lines: list[str] = []
        for number, source in _cells(text):
            own, error = _python(source)
            if error is not None:
                unread[f"{path}[{number}]"] = error
                continue
            lines += own
            self._where += [(number, line) for line in range(1, len(own) + 1)]
        super().__init__(parsed("\n".join(lines)), path, place, others)

    def findings(self) -> list[Finding]:
        """The calls in the notebook, in order."""
        placed = ((each, *self._where[each.line - 1]) for each in super().findings())
        return [replace(each, cell=cell, line=line) for each, cell, line in placed]


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: Any = ""
    input: Any = ""
    """As ``source``, until nbformat 3."""


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = msgspec.field(default_factory=list[_Cell])


class _Document(msgspec.Struct):
    cells: list[_Cell] | None = None
    worksheets: list[_Sheet] | None = None
    """Until nbformat 3."""


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """Numbers, from 1, and text of the cells with code.

    Raises:
        ValueError: It is no notebook.
    """
    try:
        document = msgspec.json.decode(text, type=_Document)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"no notebook: {error}") from None
    sheets = document.worksheets or []
    cells = document.cells
    if cells is None and not sheets:
        raise ValueError("no notebook: it has no cells")
    for number, cell in enumerate(cells or [each for one in sheets for each in one.cells], 1):
        source = cell.source or cell.input or ""
        if cell.cell_type == "code":
            yield number, source if isinstance(source, str) else "".join(map(str, source))


def _python(source: str) -> tuple[list[str], str | None]:
    """Lines of a cell, and why it cannot be read; what is not for Python is empty."""
    lines = source.splitlines()
    if _OTHERS.match(source):
        return [], None
    if _error(source) is None:
        return lines, None
    lines = list(_without_magic(lines))
    return lines, _error("\n".join(lines))


def _without_magic(lines: list[str]) -> Iterator[str]:
    """*lines* with ``pass`` in the place of ``%magic``, ``!commands`` and questions."""
    is_continued = False
    for line in lines:
        timed = _TIMED.sub(lambda found: f"{found[1]}if 1:{' ' * (len(found[2]) - 4)}", line)
        if is_continued:
            yield ""
        elif timed != line:
            yield timed
        elif command := _COMMAND.match(line):
            yield f"{command[1]}pass"
        else:
            yield _ASKED.sub(r"\1", line)
        is_continued = line.endswith("\\") and (is_continued or bool(_COMMAND.match(line)))


def _error(text: str) -> str | None:
    try:
        parsed(text)
    except SyntaxError as error:
        return f"not understood in line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError) as error:
        return f"not understood: {error}"
    return None
