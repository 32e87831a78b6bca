"""Calls of the official Python SDK in a Jupyter notebook."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import msgspec

from .found import Finding
from .python import parsed, scan_python

_NOT_PYTHON: Final = re.compile(r"^\s*[%!?]")


def scan_notebook(text: str, path: str) -> list[Finding]:
    """What the cells of a notebook call; lines are counted within each cell.

    Raises:
        ValueError: It is no notebook.
    """
    if "smartcar" not in text:
        return []
    try:
        document = msgspec.json.decode(text, type=_Notebook)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"no notebook: {error}") from None
    where: list[tuple[int, int]] = []
    lines: list[str] = []
    for number, cell in enumerate(document.cells, 1):
        if cell.cell_type != "code":
            continue
        own = _plain(cell.source)
        if _is_python("\n".join(own)):
            lines += own
            where += [(number, line) for line in range(1, len(own) + 1)]
    found = scan_python("\n".join(lines), path)
    places = [where[each.line - 1] for each in found]
    return [
        replace(each, cell=cell, line=line)
        for each, (cell, line) in zip(found, places, strict=True)
    ]


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: Any = ""


class _Notebook(msgspec.Struct):
    cells: list[_Cell]


def _plain(source: Any) -> list[str]:
    """Lines of a cell, with ``%magic`` and ``!commands`` as comments."""
    text = source if isinstance(source, str) else "".join(map(str, source or ()))
    return [_NOT_PYTHON.sub("#", line) for line in text.splitlines()]


def _is_python(text: str) -> bool:
    try:
        parsed(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
