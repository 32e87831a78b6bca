"""Expressions of JavaScript as Python's."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from .script_tree import Rest, children, placed, python_name, text

if TYPE_CHECKING:
    from tree_sitter import Node

_OPERATORS: Final[dict[str, type[ast.operator]]] = {
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "/": ast.Div,
    "%": ast.Mod,
    "**": ast.Pow,
}
_COMPARISONS: Final[dict[str, type[ast.cmpop]]] = {
    "==": ast.Eq,
    "===": ast.Eq,
    "!=": ast.NotEq,
    "!==": ast.NotEq,
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
}
_EITHER: Final = frozenset({"||", "&&", "??"})
_LONGEST: Final = 20
"""Operators in a row that are kept as such."""

_THROUGH: Final = re.compile(
    r"(Promise\.(all|allSettled|race|any|resolve)|Array\.from|Object\.values)"
)
"""Functions that give what they are given, or a list of it."""


class Expressions:
    """Makes nodes of Python's of those of the grammar: expressions."""

    HOW: ClassVar[Mapping[str, Callable[[Any, Node], Any]]] = {}
    """By the name that the grammar has for it."""

    def of(self, node: Node) -> Any:
        """What *node* is in Python."""
        how = self.HOW.get(node.type)
        made = self._rest(node) if how is None else how(self, node)
        return made if hasattr(made, "lineno") else placed(made, node)

    def _rest(self, node: Node) -> Any:
        return placed(Rest([self.of(each) for each in children(node)]), node)

    def _field(self, node: Node, name: str) -> Any:
        inner = node.child_by_field_name(name)
        return placed(ast.Constant(None), node) if inner is None else self.of(inner)

    def _inner(self, node: Node) -> Any:
        """What is in brackets, awaited, or said to be of a type."""
        inner = children(node)
        return self.of(inner[0]) if inner else self._rest(node)

    def _several(self, node: Node, made: list[Any]) -> Any:
        return made[0] if len(made) == 1 else placed(Rest(made), node)

    # --- expressions -----------------------------------------------------------------------------

    def _name(self, node: Node) -> ast.expr:
        return ast.Name(python_name(text(node)), ast.Load())

    def _this(self, node: Node) -> ast.expr:  # noqa: ARG002 -- as the others
        return ast.Name("self", ast.Load())

    def _super(self, node: Node) -> ast.expr:
        return ast.Call(placed(ast.Name("super", ast.Load()), node), [], [])

    def _string(self, node: Node) -> ast.expr:
        return ast.Constant("".join(text(each) for each in children(node)))

    def _number(self, node: Node) -> Any:
        try:
            value = ast.literal_eval(text(node))
        except (SyntaxError, ValueError):
            return self._rest(node)
        return ast.Constant(value)

    def _template(self, node: Node) -> Any:
        parts = children(node)
        if all(each.type != "template_substitution" for each in parts):
            return self._string(node)
        return ast.JoinedStr(
            [
                placed(ast.FormattedValue(self._inner(each), -1, None), each)
                if each.type == "template_substitution"
                else placed(ast.Constant(text(each)), each)
                for each in parts
            ]
        )

    def _member(self, node: Node) -> Any:
        name = text(node.child_by_field_name("property"))
        held = self._field(node, "object")
        return held if name == "default" else ast.Attribute(held, python_name(name), ast.Load())

    def _item(self, node: Node) -> ast.expr:
        held, index = self._field(node, "object"), self._field(node, "index")
        if isinstance(index, ast.Constant) and str(index.value).isidentifier():
            return ast.Attribute(held, python_name(str(index.value)), ast.Load())
        return ast.Subscript(held, index, ast.Load())

    def _call(self, node: Node) -> Any:
        function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        passed = node.child_by_field_name("arguments")
        if function is None:
            return self._rest(node)
        if passed is not None and passed.type == "template_string":
            return self._rest(node)
        arguments: list[ast.expr] = [self.of(each) for each in children(passed)] if passed else []
        if text(function) in {"require", "import"}:
            return ast.Call(placed(ast.Name("__import__", ast.Load()), function), arguments, [])
        if arguments and _THROUGH.fullmatch(text(function)):
            return arguments[0]
        return ast.Call(self.of(function), arguments, [])

    def _array(self, node: Node) -> ast.expr:
        return ast.List([self.of(each) for each in children(node)], ast.Load())

    def _spread(self, node: Node) -> ast.expr:
        return ast.Starred(self._inner(node), ast.Load())

    def _object(self, node: Node) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        for each in children(node):
            key: ast.expr | None = placed(ast.Constant(None), each)
            match each.type:
                case "pair":
                    name = each.child_by_field_name("key")
                    value = self._field(each, "value")
                    if name is not None and name.type in {"property_identifier", "string"}:
                        key = placed(ast.Constant(text(name).strip("'\"")), name)
                case "shorthand_property_identifier":
                    key, value = (
                        placed(ast.Constant(text(each)), each),
                        placed(self._name(each), each),
                    )
                case "spread_element":
                    key, value = None, self._inner(each)
                case _:
                    value = self.of(each)
            keys.append(key)
            values.append(value)
        return ast.Dict(keys, values)

    def _binary(self, node: Node) -> Any:
        operands: list[tuple[str, Node]] = []
        left: Node | None = node
        while left is not None and left.type == "binary_expression":
            right = left.child_by_field_name("right")
            if right is not None:
                operands.append((text(left.child_by_field_name("operator")), right))
            left = left.child_by_field_name("left")
        if left is None or len(operands) > _LONGEST:
            inner = [each for _, each in operands] + ([left] if left else [])
            return placed(Rest([self.of(each) for each in reversed(inner)]), node)
        made: ast.expr = self.of(left)
        for operator, right in reversed(operands):
            made = placed(self._operated(made, operator, self.of(right)), node)
        return made

    def _operated(self, left: ast.expr, operator: str, right: ast.expr) -> ast.expr:
        if operator in _EITHER:
            return ast.BoolOp(ast.And() if operator == "&&" else ast.Or(), [left, right])
        if operator in _COMPARISONS:
            return ast.Compare(left, [_COMPARISONS[operator]()], [right])
        if operator in _OPERATORS:
            return ast.BinOp(left, _OPERATORS[operator](), right)
        return Rest([left, right])

    def _unary(self, node: Node) -> ast.expr:
        signs: dict[str, type[ast.unaryop]] = {"-": ast.USub, "!": ast.Not}
        sign = signs.get(text(node.child_by_field_name("operator")))
        return (
            self._rest(node) if sign is None else ast.UnaryOp(sign(), self._field(node, "argument"))
        )

    def _ternary(self, node: Node) -> ast.expr:
        parts = (self._field(node, each) for each in ("condition", "consequence", "alternative"))
        return ast.IfExp(*parts)
