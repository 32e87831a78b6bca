"""What stands in a script, as nodes of Python's tree."""

from __future__ import annotations

import ast
import keyword
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeGuard

from .official import CALLS
from .row import camel

if TYPE_CHECKING:
    from tree_sitter import Node

_SDK_NAMES: Final = {
    "SmartcarError": "SmartcarException",
    **{camel(name): name for name in (each.rpartition(".")[2] for each in CALLS)},
}
"""Names of the Node SDK, as the Python one has them."""


class Rest(ast.expr):
    """What Python has no word for, and what is in it."""

    _fields: ClassVar[tuple[str, ...]] = ("parts",)

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts  # of what is inherited, Python 3.13 knows no such field, and warns


def plain(node: Any) -> Any:
    """*node* with ``...`` in the place of what Python has no word for."""
    match node:
        case Rest() | ast.FunctionDef() | ast.ClassDef() | ast.JoinedStr() | ast.Assign():
            return ast.Constant(...)
        case list():
            return [plain(each) for each in node]  # pyright: ignore[reportUnknownVariableType]  # of any
        case ast.AST():
            return type(node)(**{name: plain(each) for name, each in ast.iter_fields(node)})
        case _:
            return node


def is_text(node: ast.expr | None) -> TypeGuard[ast.Constant]:
    """Is it a key with a name?"""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def function_in(node: ast.AST) -> ast.FunctionDef | None:
    """*node* if it is a function: in scripts one may be passed on the spot."""
    return node if isinstance(node, ast.FunctionDef) else None


def is_taken_apart(node: ast.expr) -> bool:
    """Is it what a pattern such as ``{a, b}`` takes its parts of?"""
    return isinstance(node, ast.Name) and node.id.startswith("<")


def python_name(name: str) -> str:
    """*name* as Python may have it."""
    name = _SDK_NAMES.get(name, name).replace("$", "_").replace("#", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def children(node: Node) -> list[Node]:
    """What *node* consists of."""
    return [each for each in node.named_children if each.type != "comment"]


def text(node: Node | None) -> str:
    """*node* as it is written."""
    return "" if node is None or node.text is None else node.text.decode()


def placed(made: Any, node: Node) -> Any:
    """*made*, at the place of *node*."""
    start, end = node.start_point, node.end_point
    made.lineno, made.col_offset = start.row + 1, start.column
    made.end_lineno, made.end_col_offset = end.row + 1, end.column
    return made
