"""Calls of the official Python SDK in a Jupyter notebook."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from .found import Finding
from .others import Others
from .python import Program, parsed

_LINES: Final = re.compile(r"\r\n|\r|\n")
"""Where Python ends a line; ``str.splitlines`` does so inside of texts, too."""

_VALUED: Final = {
    "time": "",
    "timeit": "nrp",
    "prun": "lsTD",
    "memit": "rti",
    "lprun": "fmsTDu",
    "mprun": "fT",
}
"""Magics that run what stands behind them, and their options that have a value."""

_RUN: Final = re.compile(
    r"(?P<before>\s*(?P<target>[\w.\[\], ]+=[ \t]*)?)(?P<magic>%%?(?:"
    + "|".join(
        rf"{name}(?:[ \t]+(?:--[\w-]+|-[{valued}][ \t]*[^\s-]\S*|-[a-zA-Z]+))*"
        if valued
        else rf"{name}(?:[ \t]+--[\w-]+)*"
        for name, valued in _VALUED.items()
    )
    + r")[ \t]+)(?P<code>[^\s-].*)"
)
_COMMAND: Final = re.compile(r"^(\s*)(?:[%!?].*|[\w.\[\]]+\s*=\s*[%!].*)$")
_ASKED: Final = re.compile(r"^(\s*[\w.\[\]]+)\?\??\s*$")
_OTHERS: Final = re.compile(r"\s*%%(?!time|capture|prun|memit|debug|python3?\b|py\b|pypy\b)\w")
"""A cell that is not in Python: ``%%bash``, ``%%html``."""

_DEEPEST: Final = sys.getrecursionlimit() // 6
"""A cell that is deeper is left out by itself, rather than the notebook with it."""


class Notebook(Program):
    """The cells of a notebook, gone through as one program; lines are counted within each cell."""

    def __init__(
        self, text: str, path: str, place: str, others: Others, unread: dict[str, str]
    ) -> None:
        self._where: list[tuple[int, int]] = []
        tree = ast.Module([], [])
        for number, source in _cells(text):
            own, error = _python(source)
            if error is not None:
                unread[f"{path}[{number}]"] = error
            elif own is not None:
                tree.body += ast.increment_lineno(own, len(self._where)).body
            lines = len(_LINES.findall(source)) + 1
            self._where += [(number, line) for line in range(1, lines + 1)]
        super().__init__(tree, path, place, others)

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


def _python(source: str) -> tuple[ast.Module | None, str | None]:
    """The tree of a cell, and why it cannot be read; neither if it is not for Python."""
    if _OTHERS.match(source):
        return None, None
    tree, error = _understood(source)
    if error is None:
        return tree, None
    return _understood("\n".join(_without_magic(_LINES.split(source))))


def _without_magic(lines: list[str]) -> Iterator[str]:
    """*lines* with ``pass`` in the place of ``%magic``, ``!commands`` and questions.

    What a magic runs stays, where it stands.
    """
    is_continued = False
    for line in lines:
        if is_continued:
            yield ""
        elif run := _RUN.fullmatch(line):
            first = "" if run["target"] else "if 1:"
            yield f"{run['before']}{first:{len(run['magic'])}}{run['code']}"
        elif command := _COMMAND.match(line):
            yield f"{command[1]}pass"
        else:
            yield _ASKED.sub(r"\1", line)
        is_continued = line.endswith("\\") and (is_continued or bool(_COMMAND.match(line)))


def _understood(text: str) -> tuple[ast.Module | None, str | None]:
    """The tree of *text*, or why there is none."""
    try:
        tree = parsed(text)
    except SyntaxError as error:
        return None, f"not understood in line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return None, f"not understood: {error}"
    return (None, "nested too deeply") if _depth(tree) > _DEEPEST else (tree, None)


def _depth(tree: ast.AST) -> int:
    """How deep *tree* is, which is to be gone through without an end of the stack."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth
