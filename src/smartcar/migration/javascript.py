"""Calls of the official Node SDK in JavaScript and TypeScript.  They are read, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from .calls import ROWS
from .fit import Call, Pattern, Patterns, called, pairs, patterns, shown, suffix_behind
from .found import Certainty
from .known import Known, many, name_of, one_of
from .others import Others
from .python import MADE, Program
from .row import Row
from .script_tree import function_in, is_taken_apart, is_text, plain
from .syntax import parsed
from .wording import Words, words

_HUMPS: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
_GIVING: Final = frozenset({"then", "map", "flatMap"})
_KEEPING: Final = frozenset({"catch", "finally", "filter", "slice", "concat", "values"})
_PICKING: Final = frozenset({"find", "at", "pop", "shift"})
_ARRAYS: Final = re.compile(
    r"\.(?:then|catch|finally|map|flatMap|filter|find|forEach|some|every|reduce|slice|join|length)\b.*"
)
"""What JavaScript does with any answer."""

_EACH: Final = frozenset({"map", "flatMap", "forEach", "filter", "find", "some", "every"})


class Script(Program):
    """A script, gone through as a Python program is."""

    def __init__(
        self, text: str, path: str, place: str, others: Others, unread: dict[str, str]
    ) -> None:
        suffix = Path(path).suffix.lower()
        content = (_scripts_of(text) if suffix == ".vue" else text).encode()
        tree, error = parsed(content, suffix)
        if error is not None:
            unread[path] = f"understood in part: see line {error}"
        self._lines = content.split(b"\n")
        super().__init__(tree, path, place, others)

    # --- what JavaScript has of its own ----------------------------------------------------------

    def _of(self, held: Known, name: str) -> Known | None:
        """What an object has is like what a list has."""
        return one_of(held) if held.is_many else super()._of(held, name)

    def _call(self, node: ast.Call) -> Known | None:
        known = super()._call(node)
        match node.func:
            case ast.Attribute(value=value, attr=name):
                held = self.infer(value)
            case _:
                return known
        function = function_in(node.args[0]) if node.args else None
        if name in _GIVING and function is not None:
            given = self.given(function.name)
            return given if name == "then" else many(given)
        if held is not None and name in _KEEPING:
            return held
        return one_of(held) if held is not None and name in _PICKING else known

    def _called(self, node: ast.Call) -> None:
        super()._called(node)
        function = function_in(node.args[0]) if node.args else None
        match node.func:
            case ast.Attribute(value=value, attr=name) if function and function.args.args:
                held = self.infer(value)
                known = held if name == "then" else one_of(held) if name in _EACH else None
                self.bind(function.args.args[0].arg, known, function)
            case _:
                pass

    # --- how it is told --------------------------------------------------------------------------

    def _shown(self, node: ast.expr) -> str:
        return shown(plain(node))

    def _tell(self, node: ast.Name | ast.Attribute, name: str, certainty: Certainty) -> None:
        if not (isinstance(node, ast.Attribute) and is_taken_apart(node.value)):
            super()._tell(node, name, certainty)

    def _tell_import(self, node: ast.Import | ast.ImportFrom, new: str, note: str = "") -> None:
        """Nothing: what is imported is told where it is called."""

    def _call_at(self, node: ast.Name | ast.Attribute, name: str) -> Call:
        call = super()._call_at(node, name)
        above = self._parents.get(node)
        whole = above if isinstance(above, ast.Call) and above.func is node else node
        suffix = "" if name in MADE else _suffix(whole, self._parents)
        return replace(
            call,
            function=call.function if "." in name else f"smartcar.{name}",
            arguments=_in_python(call),
            suffix=snake(suffix),
            written=f"{self._source(whole)}{suffix}",
        )

    def _words(self, call: Call) -> Words | None:
        return words(call, among=_patterns())

    def _column(self, node: ast.expr) -> int:
        return len(self._lines[node.lineno - 1][: node.col_offset].decode(errors="replace")) + 1

    def _source(self, node: ast.expr) -> str:
        """*node* as it is written, in one line."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self._lines[first : last + 1]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        text = b"\n".join(lines).decode(errors="replace")
        return " ".join(re.sub(r"\s*\n\s*(?=[.?])", "", text).split())


def snake(name: str) -> str:
    """``percentRemaining`` as Python says it: ``percent_remaining``."""
    return _HUMPS.sub(lambda found: f"_{found[0].lower()}", name)


def _in_python(call: Call) -> list[tuple[str | None, ast.expr]]:
    """The arguments of *call*; options have the names that they have in Python."""
    opened = [each.is_opened for each in replace(call, written="…").taken]
    given: list[tuple[str | None, ast.expr]] = []
    for number, (name, value) in enumerate(call.arguments):
        match value:
            case ast.Dict(keys=keys, values=values) if any(opened[number : number + 1]):
                named = [
                    ast.Constant(snake(str(key.value))) if is_text(key) else key for key in keys
                ]
                given.append((name, plain(ast.Dict(named, values))))
            case ast.Call(args=[ast.expr() as body]) if call.call == "verify_payload":
                given.append((name, plain(body)))  # JSON.parse(body): here it is the text itself
            case _:
                given.append((name, plain(value)))
    return given


def _suffix(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> str:
    return _ARRAYS.sub("", suffix_behind(node, parents))


@cache
def _patterns() -> Patterns:
    """Rows by what is called with the Node SDK."""
    return patterns((row for row in ROWS if row.node is not None), _pattern)


def _pattern(row: Row) -> Pattern:
    tree, _ = parsed((row.node or "").encode(), ".ts")
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) == called(row.call):
            keys = frozenset(map(snake, pairs(node.args)))
            return Pattern(row, snake(_suffix(node, parents)), keys)
    return Pattern(row, "", frozenset())


def _scripts_of(text: str) -> str:
    """What stands in ``<script>``, where it stands."""
    kept: list[str] = []
    place, lower = 0, text.lower()
    while (tag := lower.find("<script", place)) >= 0:
        start = lower.find(">", tag) + 1 or len(text)
        end = lower.find("</script", start)
        end = len(text) if end < 0 else end
        kept += [re.sub(r"[^\n]", " ", text[place:start]), text[start:end]]
        place = end
    return "".join(kept)
