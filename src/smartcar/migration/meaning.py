"""What expressions of a Python program stand for, by what has been learnt of its names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from .official import CALLS, MOVED

OURS: Final = frozenset({"Smartcar", "AsyncSmartcar", "AsyncVehicle", "AsyncAuthClient"})
"""Classes that only this SDK has: what they make is not reported."""

_CLASSES: Final = frozenset({"Vehicle", "AuthClient", "SmartcarException"})
_ALIKE: Final = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter", "next", "copy"})
_WRAPPING: Final = frozenset({"Optional", "Union", "Awaitable", "Annotated", "Final", "ClassVar"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression stands for."""

    kind: str
    """``module``, ``class Vehicle``, ``function get_user``, or ``Vehicle`` for one of them."""
    is_many: bool = False
    """Is it a list or a dictionary of such?"""
    is_guessed: bool = False
    """Does only a name speak for it?"""


MODULE: Final = Known("module")
ANSWER: Final = Known("answer")
"""What a call gives: the rows say what is read from it."""


def member(name: str) -> Known | None:
    """What *name* is in the official SDK's module, or in one of its parts."""
    if name in _CLASSES or name in OURS:
        return Known(f"class {name}")
    if name in CALLS:
        return Known(f"function {name}")
    return MODULE if name in MOVED else None


class Meaning:
    """What is known of a program's names, scope by scope."""

    def __init__(self) -> None:
        self.is_new = False
        """Has anything been learnt since it was last set?"""
        self.scopes: list[ast.AST] = []
        """Where the reader is: the module, and classes and functions in it."""
        self._bound: dict[tuple[int, str], Known] = {}
        self._attributes: dict[tuple[int, str], Known] = {}
        self._anywhere: dict[str, Known] = {}
        self._given: dict[str, Known] = {}

    # --- learning --------------------------------------------------------------------------------

    def bind(self, name: str, known: Known | None, scope: ast.AST | None = None) -> None:
        """Let *name* stand for *known*, here or in *scope*."""
        here = scope or self.scopes[-1]
        if isinstance(here, ast.ClassDef):
            self.keep(name, known)
        self._note(self._bound, (id(here), name), known)

    def keep(self, name: str, known: Known | None) -> None:
        """Let an attribute of the class around stand for *known*."""
        owner = next((each for each in reversed(self.scopes) if isinstance(each, ast.ClassDef)), 0)
        self._note(self._attributes, (id(owner), name), known)
        if known is not None:
            self._anywhere[name] = known

    def give(self, name: str, known: Known | None) -> None:
        """Let the function *name* give *known*."""
        if known is not None and self._given.get(name) != known:
            self.is_new = True
            self._given[name] = known

    def assign(self, target: ast.expr, known: Known | None) -> None:
        """Let what is assigned to stand for *known*."""
        match target:
            case ast.Name(id=name):
                self.bind(name, known)
            case ast.Attribute(attr=name) if _is_of_self(target):
                self.keep(name, known)
            case ast.Subscript(value=held):
                self.assign(held, many(known))
            case _:
                pass

    def _note(
        self, where: dict[tuple[int, str], Known], key: tuple[int, str], known: Known | None
    ) -> None:
        if known is not None and key not in where:
            self.is_new = True
            where[key] = known

    # --- knowing ---------------------------------------------------------------------------------

    def infer(self, node: ast.expr) -> Known | None:
        """What *node* stands for; None if the program does not say."""
        how = _HOW.get(type(node))
        return None if how is None else how(self, node)

    def annotated(self, node: ast.expr | None) -> Known | None:
        """What an annotation promises."""
        match node:
            case ast.Constant(value=str(text)):
                try:
                    return self.annotated(ast.parse(text, mode="eval").body)
                except SyntaxError:
                    return None
            case ast.BinOp(left=left, right=right):
                return self.annotated(left) or self.annotated(right)
            case ast.Subscript(value=outer, slice=inner):
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                held = _first(self.annotated(part) for part in reversed(parts))
                return held if name_of(outer) in _WRAPPING else many(held)
            case ast.Name() | ast.Attribute():
                known = self.infer(node)
                is_class = known is not None and known.kind.startswith("class ")
                return Known(known.kind.removeprefix("class ")) if known and is_class else None
            case _:
                return None

    def _name(self, node: ast.Name) -> Known | None:
        for scope in reversed(self.scopes):
            is_hidden = isinstance(scope, ast.ClassDef) and scope is not self.scopes[-1]
            known = None if is_hidden else self._bound.get((id(scope), node.id))
            if known is not None:
                return known
        return None

    def _attribute(self, node: ast.Attribute) -> Known | None:
        held = self.infer(node.value)
        if held is not None:
            return member(node.attr) if held == MODULE else None
        for scope in reversed(self.scopes) if _is_of_self(node) else ():
            known = self._attributes.get((id(scope), node.attr))
            if known is not None:
                return known
        return _guessed(self._anywhere.get(node.attr))

    def _call(self, node: ast.Call) -> Known | None:
        function = self.infer(node.func)
        if function is not None and function.kind.startswith("class "):
            return Known(function.kind.removeprefix("class "))
        name = name_of(node.func)
        if name in _ALIKE and node.args:
            held = self.infer(node.args[0])
            return one_of(held) if name == "next" else held
        given = self._method(node.func)
        if given is not None:
            return given
        given = self._given.get(name or "")
        is_own = isinstance(node.func, ast.Name) or _is_of_self(node.func)
        return given if is_own else _guessed(given)

    def _method(self, function: ast.expr) -> Known | None:
        """What a method of a known thing gives."""
        held = self.infer(function.value) if isinstance(function, ast.Attribute) else None
        name = name_of(function) or ""
        if held is None:
            return None
        if held.is_many:
            return one_of(held) if name in {"get", "pop", "setdefault"} else held
        if held.kind in OURS and name == "vehicle":
            return Known("AsyncVehicle")
        return ANSWER if f"{held.kind}.{name}" in CALLS else None

    def _inner(self, node: Any) -> Known | None:
        return self.infer(node.value)

    def _item(self, node: ast.Subscript) -> Known | None:
        return one_of(self.infer(node.value))

    def _either(self, node: ast.IfExp) -> Known | None:
        return self.infer(node.body) or self.infer(node.orelse)

    def _any(self, node: ast.BoolOp) -> Known | None:
        return _first(self.infer(value) for value in node.values)

    def _listed(self, node: Any) -> Known | None:
        values: list[ast.expr] = node.values if isinstance(node, ast.Dict) else node.elts
        return many(_first(self.infer(value) for value in values))

    def _generated(self, node: Any) -> Known | None:
        return many(self.infer(node.value if isinstance(node, ast.DictComp) else node.elt))


_HOW: Final[dict[type[ast.expr], Callable[[Meaning, Any], Known | None]]] = {
    ast.Name: Meaning._name,
    ast.Attribute: Meaning._attribute,
    ast.Call: Meaning._call,
    ast.Subscript: Meaning._item,
    ast.IfExp: Meaning._either,
    ast.BoolOp: Meaning._any,
    **dict.fromkeys((ast.Await, ast.NamedExpr, ast.Starred), Meaning._inner),
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set, ast.Dict), Meaning._listed),
    **dict.fromkeys(
        (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), Meaning._generated
    ),
}


def many(known: Known | None) -> Known | None:
    """A list of such."""
    return None if known is None else Known(known.kind, True, known.is_guessed)


def one_of(known: Known | None) -> Known | None:
    """What is in a list of such."""
    return Known(known.kind, False, known.is_guessed) if known and known.is_many else None


def name_of(node: ast.expr) -> str | None:
    """The last name in *node*: ``Vehicle`` of ``smartcar.Vehicle``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def _guessed(known: Known | None) -> Known | None:
    return None if known is None else Known(known.kind, known.is_many, True)


def _is_of_self(node: ast.expr) -> bool:
    """Is *node* an attribute of ``self``?"""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case _:
            return False


def _first(found: Iterable[Known | None]) -> Known | None:
    return next((each for each in found if each is not None), None)
