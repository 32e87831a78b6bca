"""What binds names in JavaScript, as Python says it; and types, as annotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .script_expressions import Expressions
from .script_tree import Rest, children, placed, python_name, text

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS: Final = frozenset({"arrow_function", "function_expression", "generator_function"})
_TYPES_OF_TYPES: Final = frozenset(
    {
        *("type_annotation", "array_type", "generic_type", "type_arguments", "union_type"),
        *("parenthesized_type", "readonly_type"),
    }
)


class Bindings(Expressions):
    """Makes nodes of Python's of those of the grammar: declarations, assignments, loops."""

    def __init__(self) -> None:
        self._declared_in: list[set[str]] = [set()]
        """Names that the script declares, and each function around."""

    def _declared(self, node: Node) -> Any:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        said = node.child_by_field_name("type")
        if name is not None:
            self._declare(name)
        if name is None or (value is None and said is None):
            return self._rest(node)
        if value is not None and value.type in FUNCTIONS and name.type == "identifier":
            function = self.of(value)
            function.name = python_name(text(name))
            return function
        return self._several(
            node, self._bound(name, None if value is None else self.of(value), said)
        )

    def _assigned(self, node: Node) -> Any:
        left, value = node.child_by_field_name("left"), self._field(node, "right")
        if left is None:
            return self._rest(node)
        exported = re.fullmatch(r"(?:module\.)?exports(?:\.([\w$]+))?", text(left))
        if exported is None:
            far = [self._far(left)] if left.type == "identifier" else []
            return self._several(node, [*filter(None, far), *self._bound(left, value, None)])
        if exported[1] or not isinstance(value, ast.Dict):
            name = ast.Name(python_name(exported[1] or "default"), ast.Store())
            return ast.Assign([placed(name, left)], value)
        return self._several(
            node,
            [
                placed(
                    ast.Assign(
                        [placed(ast.Name(python_name(str(key.value)), ast.Store()), left)], each
                    ),
                    node,
                )
                for key, each in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant)
            ],
        )

    def _declare(self, pattern: Node) -> None:
        """Note that the function around has the names in *pattern*."""
        nodes = [pattern]
        for node in nodes:
            nodes += children(node)
            if node.type in {"identifier", "shorthand_property_identifier_pattern"}:
                self._declared_in[-1].add(text(node))

    def _far(self, name: Node) -> Any:
        """What says that *name* is of the script, or of a function around; None if it is not."""
        *around, here = self._declared_in[1:] or [set[str]()]
        if len(self._declared_in) == 1 or text(name) in here:
            return None
        is_near = any(text(name) in names for names in around)
        made = (ast.Nonlocal if is_near else ast.Global)([python_name(text(name))])
        return placed(made, name)

    def _bound(self, target: Node, value: ast.expr | None, said: Node | None) -> list[Any]:
        """What binds *target*, maybe a pattern, to *value*, or to what it is *said* to be."""
        given = value or placed(Rest([]), target)
        match target.type:
            case "object_pattern":
                return list(self._taken_apart(target, given))
            case "array_pattern":
                names = ast.Tuple([self._target(each) for each in children(target)], ast.Store())
                return [placed(ast.Assign([placed(names, target)], given), target)]
            case _ if said is not None:
                made = ast.AnnAssign(self._target(target), self._type(said), value, 1)
                return [placed(made, target)]
            case _:
                return [placed(ast.Assign([self._target(target)], given), target)]

    def _target(self, node: Node) -> Any:
        made = self.of(node)
        if isinstance(made, ast.Name):
            made.ctx = ast.Store()
        return made

    def _taken_apart(self, pattern: Node, value: ast.expr) -> Iterator[Any]:
        """``{a, b: c} = value``: *value* has a name that no program has."""
        whole = placed(ast.Name(f"<{pattern.start_byte}>", ast.Load()), pattern)
        yield placed(ast.Assign([whole], value), pattern)
        for each in children(pattern):
            key, target = each.child_by_field_name("key"), each.child_by_field_name("value")
            if each.type == "object_assignment_pattern":
                key = target = each.child_by_field_name("left")
            elif each.type == "shorthand_property_identifier_pattern":
                key = target = each
            if key is None or target is None:
                continue
            part = placed(ast.Attribute(whole, python_name(text(key)), ast.Load()), pattern)
            if target.type == "assignment_pattern":
                target = target.child_by_field_name("left") or target
            yield from self._bound(target, part, None)

    def _loop(self, node: Node) -> Any:
        left = node.child_by_field_name("left")
        value, body = self._field(node, "right"), self._field(node, "body")
        if left is not None and left.type == "array_pattern":  # [key, value] of entries or a Map
            value = placed(
                ast.Call(placed(ast.Attribute(_entries(value), "items", ast.Load()), node), [], []),
                node,
            )
        if left is None or left.type == "object_pattern":
            return placed(Rest([value, body]), node)
        return ast.For(self._target(left), value, [body], [])

    def _returned(self, node: Node) -> Any:
        inner = children(node)
        return ast.Return(self.of(inner[0]) if inner else None)

    def _yielded(self, node: Node) -> Any:
        inner = [self.of(each) for each in children(node)]
        is_each = any(each.type == "*" for each in node.children)
        if is_each and inner:
            return ast.YieldFrom(inner[0])
        return ast.Yield(inner[0] if inner else None)

    # --- types -----------------------------------------------------------------------------------

    def _alias(self, node: Node) -> Any:
        """``type Car = smartcar.Vehicle``."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return self._rest(node)
        target = placed(ast.Name(python_name(text(name)), ast.Store()), name)
        return ast.Assign([target], self._type(value))

    def _type(self, node: Node) -> ast.expr:
        """An annotation."""
        inner = (
            [self._type(each) for each in children(node)] if node.type in _TYPES_OF_TYPES else []
        )
        match node.type:
            case "type_identifier" | "identifier":
                made: ast.expr = self._name(node)
            case "nested_type_identifier":
                name = python_name(text(node.child_by_field_name("name")))
                held = node.child_by_field_name("module")
                made = ast.Attribute(self._type(held) if held else Rest([]), name, ast.Load())
            case "array_type":
                made = ast.Subscript(
                    placed(ast.Name("list", ast.Load()), node), inner[0], ast.Load()
                )
            case "generic_type":
                made = ast.Subscript(inner[0], inner[-1], ast.Load())
            case "type_arguments":
                made = ast.Tuple(inner, ast.Load())
            case "union_type":
                made = ast.BinOp(inner[0], ast.BitOr(), inner[-1])
            case _:
                made = inner[0] if inner else ast.Constant(None)
        return made if hasattr(made, "lineno") else placed(made, node)


def _entries(value: ast.expr) -> ast.expr:
    """What ``Object.entries(value)`` and ``value.entries()`` list."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="Object"), attr="entries"), args=[held]):
            return held
        case ast.Call(func=ast.Attribute(value=held, attr="entries"), args=[]):
            return held
        case _:
            return value
