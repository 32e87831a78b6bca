"""What docstrings say, for documents that are read without Python."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from functools import cache
from typing import Final

_SECTION: Final = re.compile(r"^(Args|Raises|Returns|Source):(.*)$")
_ITEM: Final = re.compile(r"^(\w+): (.*)$")

STATUSES: Final = {
    "InvalidRequestError": 400,
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "ConflictError": 409,
    "VehicleBusyError": 409,
    "VehicleNeedsOwnerError": 409,
    "CompatibilityError": 501,
}
"""What the SDK's errors, as docstrings name them, are over HTTP."""


@dataclass(slots=True)
class Words:
    """A docstring in its parts."""

    summary: str = ""
    description: str = ""
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    errors: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    """When each status is answered."""
    source: str | None = None
    """Address of the page it is documented on."""


def words_of(docstring: str | None) -> Words:
    """The parts of *docstring*, in Markdown."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    words = Words(summary=markdown(lines[0]) if lines else "")
    section, prose = "", list[str]()
    items: dict[str, list[tuple[str, str]]] = {"Args": [], "Raises": []}
    for line in lines[1:]:
        found = _SECTION.match(line)
        if found is not None:
            section = found[1]
            if section == "Source":
                words.source = found[2].split()[0] if found[2].strip() else None
        elif not section:
            prose.append(line)
        elif section in items and line.strip():
            _take(items[section], line)
    words.description = markdown("\n".join(prose).strip())
    words.arguments = {name: markdown(told) for name, told in items["Args"]}
    for name, told in items["Raises"]:
        if name in STATUSES:
            words.errors.setdefault(STATUSES[name], []).append(markdown(told))
    return words


def _take(items: list[tuple[str, str]], line: str) -> None:
    """One more item of a section, or one more line of its last."""
    found = _ITEM.match(line.strip()) if len(line) - len(line.lstrip()) == 4 else None
    if found is not None:
        items.append((found[1], found[2]))
    elif items:
        name, told = items[-1]
        items[-1] = name, f"{told} {line.strip()}"


def markdown(text: str) -> str:
    """*text* with code marked as Markdown has it, and one space behind a full stop."""
    return re.sub(r"(?<=[.!?:])  +", " ", text.replace("``", "`"))


@cache
def fields_told(model: type) -> dict[str, str]:
    """What the docstring behind each field of *model* says, by the field's name."""
    told: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if kind.__module__.startswith("smartcar."):
            told.update(_told_by(kind))
    return told


def _told_by(kind: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 -- it is the source of a class
    told: dict[str, str] = {}
    for one, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            match after:
                case ast.Expr(ast.Constant(str(text))):
                    told[one.target.id] = markdown(inspect.cleandoc(text))
                case _:
                    pass
    return told
