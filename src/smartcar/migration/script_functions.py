"""Functions and classes of JavaScript as Python's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from .script_bindings import FUNCTIONS, Bindings
from .script_tree import children, placed, python_name, text

if TYPE_CHECKING:
    from tree_sitter import Node

_FIELD_WORDS: Final = frozenset({"accessibility_modifier", "override_modifier", "readonly"})


class Functions(Bindings):
    """Makes nodes of Python's of those of the grammar: functions and classes."""

    def _function(self, node: Node, name: str = "", *, is_method: bool = False) -> Any:
        own = node.child_by_field_name("name")
        name = name or (python_name(text(own)) if own is not None else f"<{node.start_byte}>")
        taken: list[ast.arg] = [placed(ast.arg("self"), node)] if is_method else []
        kept: list[Any] = []
        single = node.child_by_field_name("parameter")
        several = node.child_by_field_name("parameters")
        self._declared_in.append(set())
        for each in [single] if single else children(several) if several else []:
            kept += self._parameter(each, taken)
        body = node.child_by_field_name("body")
        if body is not None:
            inner = self.of(body)
            kept.append(
                inner if body.type == "statement_block" else placed(ast.Return(inner), body)
            )
        self._declared_in.pop()
        gives = node.child_by_field_name("return_type")
        getter = any(text(each) == "get" for each in node.children if not each.is_named)
        made = ast.FunctionDef(
            name,
            ast.arguments([], taken, None, [], [], None, []),
            kept,
            [placed(ast.Name("property", ast.Load()), node)] if getter else [],
            None if gives is None else self._type(gives),
        )
        return placed(made, node)

    def _parameter(self, node: Node, taken: list[ast.arg]) -> list[Any]:
        """Add to what is *taken*; what binds the parts of a pattern, and fields of a class."""
        pattern = node.child_by_field_name("pattern") or node
        if pattern.type == "assignment_pattern":
            pattern = pattern.child_by_field_name("left") or pattern
        self._declare(pattern)
        said = node.child_by_field_name("type")
        is_plain = pattern.type == "identifier"
        name = python_name(text(pattern)) if is_plain else f"<{node.start_byte}>"
        argument = ast.arg(name, None if said is None else self._type(said))
        taken.append(placed(argument, node))
        value = placed(ast.Name(name, ast.Load()), node)
        if pattern.type in {"object_pattern", "array_pattern"}:
            return self._bound(pattern, value, None)
        is_field = any(each.type in _FIELD_WORDS for each in node.children)
        if not is_field:
            return []
        held = ast.Attribute(placed(self._this(node), node), name, ast.Store())
        return [placed(ast.Assign([placed(held, node)], value), node)]

    def _method(self, node: Node) -> Any:
        return self._function(node, is_method=True)

    def _field_of_class(self, node: Node) -> Any:
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        value, said = node.child_by_field_name("value"), node.child_by_field_name("type")
        if name is None:
            return self._rest(node)
        target = placed(ast.Name(python_name(text(name)), ast.Store()), name)
        if value is not None and value.type in FUNCTIONS:
            return self._function(value, target.id, is_method=True)
        made = None if value is None else self.of(value)
        if said is not None:
            return ast.AnnAssign(target, self._type(said), made, 1)
        return self._rest(node) if made is None else ast.Assign([target], made)

    def _class(self, node: Node) -> Any:
        name = text(node.child_by_field_name("name")) or f"<{node.start_byte}>"
        bases = [
            self.of(part)
            for each in children(node)
            if each.type == "class_heritage"
            for clause in children(each)
            for part in (children(clause)[:1] if clause.type == "extends_clause" else [clause])
        ]
        return ast.ClassDef(python_name(name), bases, [], [self._field(node, "body")], [])
