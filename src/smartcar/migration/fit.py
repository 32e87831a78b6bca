"""Which rows of the tables fit a call in somebody's program."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .calls import ROWS
from .official import CALLS, TAKEN_BY_NODE, Taken
from .row import Row

AS_DICT: Final = "._asdict"
"""What every answer of the official Python SDK has."""

SIGNAL: Final = re.compile(r"car\.signal\([\w.]+\)")
"""A signal in a row."""


_SELF: Final = Taken("self", "self", is_opened=False, is_keyword=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A call in a program."""

    call: str
    """What is called, such as ``Vehicle.battery``."""
    function: str
    """How that is written, such as ``self.car.battery``."""
    receiver: str
    """Of what it is a method: ``self.car``."""
    arguments: Sequence[tuple[str | None, ast.expr]]
    """Keywords (None where there is none; ``**`` where they are unpacked) and values."""
    suffix: str = ""
    """What is read from its answer: ``.percent_remaining``."""
    is_called: bool = True
    through: str = ""
    """What it is passed to with its arguments, such as ``functools.partial``."""
    is_unbound: bool = False
    """Is what it is a method of its first argument, as in ``Vehicle.battery(car)``?"""
    written: str = ""
    """How it is written in JavaScript: nothing else is of another language."""

    @property
    def taken(self) -> Sequence[Taken]:
        """What the official SDK's call takes."""
        if " " in self.call:
            return CALLS["Vehicle.request"]
        own = TAKEN_BY_NODE.get(self.call) if self.written else None
        taken = own or CALLS.get(self.call, ())
        return (_SELF, *taken) if self.is_unbound else taken

    @property
    def said(self) -> dict[str, ast.expr]:
        """What its keywords say, and its dictionaries, as far as their keys are texts."""
        found = {name: value for name, value in self.arguments if name and name != "**"}
        found |= pairs(value for _, value in self.arguments)
        options = self._options() if self.call == "Vehicle" else None
        if options is not None:
            asked = f"({shown(options)} or {{}}).get('unit_system')"
            found["unit_system"] = ast.parse(asked, mode="eval").body
        return found

    def _options(self) -> ast.expr | None:
        """What is passed to a car for its options, where it is no dictionary on the spot."""
        plain = [value for name, value in self.arguments if name is None]
        is_hidden = any(isinstance(value, ast.Starred) for value in plain)
        placed = plain[2:3] if not is_hidden else []
        named = [value for name, value in self.arguments if name == "options"]
        given = next(iter(placed + named), None)
        return None if isinstance(given, (ast.Dict, ast.Constant)) else given

    @property
    def old(self) -> str:
        """As it is written."""
        if self.written:
            return self.written
        said = (argument(name, shown(value)) for name, value in self.arguments)
        if self.through:
            return f"{self.through}({', '.join([self.function, *said])})"
        arguments = f"({', '.join(said)})" if self.is_called else ""
        return f"{self.function}{arguments}{self.suffix}"


def shown(node: ast.expr) -> str:
    """*node* in one line, with the quotes that this project uses."""
    text = ast.unparse(node)
    return re.sub(r"'([^'\"\\]*)'", r'"\1"', text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row, and how a call that fits it is written."""

    row: Row
    suffix: str
    keys: frozenset[str]
    """Of the dictionaries that it passes."""


Patterns = Mapping[str, Sequence[Pattern]]


@dataclass(frozen=True, slots=True)
class Fit:
    """Rows that fit a call."""

    rows: tuple[Row, ...]
    is_exact: bool
    """Do they read what the call reads from its answer?"""


def called(call: str) -> str:
    """What is called, without what it is called on: ``battery``; ``request`` for a path."""
    return "request" if " " in call else call.rpartition(".")[2]


def suffix_of(code: str, name: str) -> str:
    """What the row *code* reads from the answer of the call of *name*."""
    tree = ast.parse(code, mode="eval")
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(ast.unparse(node.func)) == name:
            return suffix_behind(node, parents)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name:
            return suffix_behind(node, parents)
    return ""


def suffix_behind(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> str:
    """Attributes and items that are read from *node* on the spot."""
    text, below, above = "", node, parents.get(node)
    while isinstance(above, (ast.Attribute, ast.Subscript)) and above.value is below:
        if isinstance(above, ast.Attribute):
            text += f".{above.attr}"
        elif isinstance(above.slice, (ast.Constant, ast.Name)):
            text += f"[{shown(above.slice)}]"
        else:
            break
        below, above = above, parents.get(above)
    return f"{text}()" if text.endswith(AS_DICT) and isinstance(above, ast.Call) else text


def _pattern(row: Row) -> Pattern:
    if row.python is None or row.python.startswith("except"):
        return Pattern(row, "", frozenset())
    name = called(row.call)
    keys: frozenset[str] = frozenset()
    for node in ast.walk(ast.parse(row.python, mode="eval")):
        if isinstance(node, ast.Call) and called(ast.unparse(node.func)) == name:
            keys = frozenset(pairs(node.args))
    return Pattern(row, suffix_of(row.python, name), keys)


def pairs(values: Iterable[ast.expr]) -> dict[str, ast.expr]:
    """What dictionaries among *values* say, as far as their keys are texts."""
    found: dict[str, ast.expr] = {}
    for value in values:
        if isinstance(value, ast.Dict):
            for key, each in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found[key.value] = each
    return found


def patterns(rows: Iterable[Row], pattern_of: Callable[[Row], Pattern]) -> Patterns:
    """Rows by what is called."""
    found: dict[str, list[Pattern]] = {}
    for row in rows:
        found.setdefault(row.call, []).append(pattern_of(row))
    return found


_PATTERNS: Final = patterns(ROWS, _pattern)

META: Final = {
    f".{row.call}": SIGNAL.split(row.v3 or "")[-1] for row in ROWS if row.call.startswith("meta.")
}
"""What is read of an answer's age and units, and where a signal has it."""


def rows_for(call: Call, among: Patterns = _PATTERNS) -> Fit:
    """The rows that fit best: by what is read from the answer, then by what is passed."""
    found = list(among.get(call.call, ()))
    read = _plain(call.suffix)
    exact = [each for each in found if _plain(each.suffix) == read]
    near = [
        each
        for each in found
        if read
        and each.suffix
        and (read.startswith(_plain(each.suffix)) or _plain(each.suffix).startswith(read))
    ]
    plain = [each for each in found if not each.suffix]
    found = exact or near or plain or found
    said = call.said.keys()
    score = {each.row: len(each.keys & said) - len(each.keys - said) for each in found}
    best = max(score.values(), default=0)
    return Fit(tuple(row for row, its in score.items() if its == best), bool(exact))


def _plain(suffix: str) -> str:
    """*suffix* with every index 0."""
    return re.sub(r"\[\w+\]", "[0]", suffix)


def argument(keyword: str | None, text: str) -> str:
    """An argument as it is written in a call."""
    if keyword is None:
        return text
    return f"**{text}" if keyword == "**" else f"{keyword}={text}"
