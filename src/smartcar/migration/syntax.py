"""JavaScript and TypeScript as a tree of Python's, so that cars are followed in both alike.

The tree stands for what a program binds, makes, calls and passes on, with the places of all that.
Of everything else only what is in it is kept: see ``Rest``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from .script_bindings import FUNCTIONS
from .script_functions import Functions
from .script_tree import Rest, children, placed, python_name, text

if TYPE_CHECKING:
    from tree_sitter import Node

_CONSTANTS: Final = {"true": True, "false": False, "null": None, "undefined": None}
_ANGLED: Final = frozenset({".ts", ".mts", ".cts"})
"""Files in which ``<Car>x`` says what ``x`` is, and is no markup."""


def parsed(content: bytes, suffix: str) -> tuple[ast.Module, int | None]:
    """The tree of a script, and the first line that is not understood, from 1.

    Raises:
        ValueError: What reads scripts is not installed; says what is missing.
    """
    try:
        from tree_sitter import Language, Parser  # noqa: PLC0415 -- an extra
        from tree_sitter_typescript import language_tsx, language_typescript  # noqa: PLC0415
    except ModuleNotFoundError:
        raise ValueError("to read JavaScript: pip install 'smartcar-sdk[migrate]'") from None
    grammar = language_typescript() if suffix in _ANGLED else language_tsx()
    root = Parser(Language(grammar)).parse(content).root_node
    tree = ast.Module([_Translator().of(each) for each in children(root)], [])
    return tree, _first_error(root) if root.has_error else None


def _first_error(root: Node) -> int:
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            return node.start_point.row + 1
        nodes += [each for each in reversed(node.children) if each.has_error or each.is_missing]
    return 1


class _Translator(Functions):
    """Makes nodes of Python's of those of the grammar: modules, and all the rest by a table."""

    def _constant(self, node: Node) -> ast.expr:
        return ast.Constant(_CONSTANTS[node.type])

    def _nothing(self, node: Node) -> ast.expr:  # noqa: ARG002 -- as the others
        return Rest([])

    def _import(self, node: Node) -> Any:
        source = node.child_by_field_name("source")
        made: list[Any] = []
        for clause in children(node):
            if clause.type == "import_require_clause":
                source = clause.child_by_field_name("source")
                made.append(self._whole(source, children(clause)[0]))
            for each in children(clause) if clause.type == "import_clause" else ():
                if each.type == "namespace_import":
                    made.append(self._whole(source, children(each)[0]))
                elif each.type == "named_imports":
                    made.append(self._named(source, children(each)))
                else:
                    made.append(self._whole(source, each))
        return self._several(node, [placed(each, node) for each in made])

    def _whole(self, source: Node | None, name: Node) -> Any:
        """``import name from 'source'``."""
        load = placed(ast.Name("__import__", ast.Load()), name)
        module = placed(ast.Constant(text(source).strip("'\"")), name)
        value = placed(ast.Call(load, [module], []), name)
        return ast.Assign([placed(ast.Name(python_name(text(name)), ast.Store()), name)], value)

    def _named(self, source: Node | None, names: list[Node]) -> Any:
        """``import {a as b} from 'source'``."""
        taken: list[ast.alias] = []
        for each in names:
            name = each.child_by_field_name("name")
            alias = each.child_by_field_name("alias")
            here = python_name(text(alias or name))
            taken.append(ast.alias(python_name(text(name)), here))
        return ast.ImportFrom(text(source).strip("'\""), taken, 0)

    def _export(self, node: Node) -> Any:
        source = node.child_by_field_name("source")
        value = node.child_by_field_name("value")
        if value is not None:
            name = placed(ast.Name("default", ast.Store()), value)
            return ast.Assign([name], self.of(value))
        made: list[Any] = []
        for each in children(node):
            if each.type == "export_clause" and source is not None:
                made.append(placed(self._named(source, children(each)), each))
            elif each.type == "export_clause":
                made += [self._renamed(one) for one in children(each)]
            elif each != source:
                made.append(self.of(each))
        declared = node.child_by_field_name("declaration")
        name = declared and declared.child_by_field_name("name")
        if name and any(each.type == "default" for each in node.children):
            target = placed(ast.Name("default", ast.Store()), name)
            here = placed(self._name(name), name)
            made.append(placed(ast.Assign([target], here), name))
        if source is not None and not made:
            made = [placed(ast.ImportFrom(text(source).strip("'\""), [ast.alias("*")], 0), node)]
        return self._several(node, made)

    def _renamed(self, node: Node) -> Any:
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        target = placed(ast.Name(python_name(text(alias or name)), ast.Store()), node)
        value = placed(ast.Name(python_name(text(name)), ast.Load()), node)
        return placed(ast.Assign([target], value), node)


_HOW: Final[dict[str, Callable[[_Translator, Node], Any]]] = {
    **dict.fromkeys(
        (
            *("identifier", "shorthand_property_identifier", "type_identifier"),
            "shorthand_property_identifier_pattern",
        ),
        _Translator._name,
    ),
    **dict.fromkeys(
        (
            *("parenthesized_expression", "await_expression", "non_null_expression"),
            *("as_expression", "satisfies_expression", "expression_statement"),
        ),
        _Translator._inner,
    ),
    "this": _Translator._this,
    "super": _Translator._super,
    "string": _Translator._string,
    "number": _Translator._number,
    **dict.fromkeys(_CONSTANTS, _Translator._constant),
    "template_string": _Translator._template,
    "member_expression": _Translator._member,
    "subscript_expression": _Translator._item,
    "call_expression": _Translator._call,
    "new_expression": _Translator._call,
    "array": _Translator._array,
    "array_pattern": _Translator._array,
    "spread_element": _Translator._spread,
    "object": _Translator._object,
    "binary_expression": _Translator._binary,
    "unary_expression": _Translator._unary,
    "ternary_expression": _Translator._ternary,
    "variable_declarator": _Translator._declared,
    "assignment_expression": _Translator._assigned,
    "augmented_assignment_expression": _Translator._assigned,
    "for_in_statement": _Translator._loop,
    "return_statement": _Translator._returned,
    **dict.fromkeys(
        (*FUNCTIONS, "function_declaration", "generator_function_declaration"),
        _Translator._function,
    ),
    "yield_expression": _Translator._yielded,
    "type_alias_declaration": _Translator._alias,
    "interface_declaration": _Translator._class,
    "property_signature": _Translator._field_of_class,
    "method_definition": _Translator._method,
    "public_field_definition": _Translator._field_of_class,
    **dict.fromkeys(
        ("class_declaration", "class", "abstract_class_declaration"), _Translator._class
    ),
    "import_statement": _Translator._import,
    "export_statement": _Translator._export,
    **dict.fromkeys(("type_annotation", "type_arguments"), _Translator._nothing),
}
_Translator.HOW = _HOW
