"""What expressions of a Python program stand for, by what has been learnt of its names."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final, TypeVar

from .known import (
    ANSWER,
    MODULE,
    OURS,
    Known,
    first,
    guessed,
    instance,
    many,
    member,
    name_of,
    one_of,
)
from .official import CALLS
from .others import Others

_ALIKE: Final = frozenset({"list", "tuple", "set", "sorted", "reversed", "iter", "next", "copy"})
_WRAPPING: Final = frozenset(
    {"Optional", "Union", "Awaitable", "Annotated", "Final", "ClassVar", "Promise"}
)
_LOADING: Final = frozenset({"__import__", "import_module"})

Key = TypeVar("Key")
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Meaning:
    """What is known of a program's names, scope by scope."""

    def __init__(self, tree: ast.Module, place: str, others: Others) -> None:
        self.tree = tree
        self.is_new = False
        """Has anything been learnt since it was last set?"""
        self.is_concerned = False
        """Has the program anything of the SDK?"""
        self.scopes: list[ast.AST] = []
        """Where the reader is: the module, and classes and functions in it."""
        self.functions: dict[str, Function] = {}
        """Of the program, by their names."""
        self._place = place
        self._others = others
        self._owners: dict[int, str] = {}
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
        self._note(self._given, name, known)

    def assign(self, target: ast.expr, known: Known | None) -> None:
        """Let what is assigned to stand for *known*."""
        match target:
            case ast.Name(id=name):
                self.bind(name, known)
            case ast.Attribute(attr=name) if _is_of_self(target):
                self.keep(name, known)
            case ast.Subscript(value=held):
                self.assign(held, many(known))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    inner = part.value if isinstance(part, ast.Starred) else part
                    self.assign(inner, known if inner is not part else one_of(known))
            case _:
                pass

    def _note(self, where: dict[Key, Known], key: Key, known: Known | None) -> None:
        if known is not None and key not in where:
            self.is_new = True
            self.is_concerned = self.is_concerned or not known.is_own_file
            where[key] = known

    # --- what other files may know ---------------------------------------------------------------

    def exported(self, name: str) -> Known | None:
        """What *name* stands for at the top of this program."""
        return self._bound.get((id(self.tree), name))

    def given(self, name: str) -> Known | None:
        """What the function *name* gives."""
        return self._given.get(name)

    def exports(self) -> set[str]:
        """Names that tell another file of the SDK."""
        here = id(self.tree)
        bound = {
            name
            for (scope, name), known in self._bound.items()
            if scope == here and not known.is_own_file
        }
        return bound | self._given.keys()

    def module(self, name: str) -> Known | None:
        """A module of the program's own, by the *name* it is imported by."""
        path = self._others.find(self._place, name)
        return None if path is None else Known(f"file {path}")

    def within(self, held: Known, name: str) -> Known | None:
        """*name* in a module of the program's own."""
        kind, _, where = held.kind.partition(" ")
        if kind == "package":
            return self.module(f"{where}.{name}") or Known(f"package {where}.{name}")
        other = self._others.program(where)
        known = None if other is None else other.exported(name)
        if known is None and where.endswith("__init__.py"):
            inner = self._others.find(where, f".{name}")
            known = None if inner is None else Known(f"file {inner}")
        return self._has(known)

    def _has(self, known: Known | None) -> Known | None:
        """*known*, which another file has of the SDK."""
        if known is not None and not known.is_own_file:
            self.is_concerned = True
        return known

    def _default(self, held: Known | None) -> Known | None:
        """What a script exports as a whole stands for the script."""
        return held and (self.within(held, "default") or held)

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
                held = first(self.annotated(part) for part in reversed(parts))
                return held if name_of(outer) in _WRAPPING else many(held)
            case ast.Name() | ast.Attribute():
                return instance(self.infer(node))
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
        if held is not None and not _is_of_self(node):
            return self._of(held, node.attr)
        for scope in reversed(self.scopes) if _is_of_self(node) else ():
            known = self._attributes.get((id(scope), node.attr))
            if known is not None:
                return known
        return None if held is not None else guessed(self._anywhere.get(node.attr))

    def _of(self, held: Known, name: str) -> Known | None:
        """*name* of what is known."""
        if held == MODULE:
            return member(name)
        return self.within(held, name) if held.is_own_file and not held.is_many else None

    def _call(self, node: ast.Call) -> Known | None:
        made = instance(self.infer(node.func)) or self._built_in(node)
        if made is not None:
            return made
        name = name_of(node.func) or ""
        if name in _ALIKE and node.args:
            held = self.infer(node.args[0])
            return one_of(held) if name == "next" else held
        given = self._method(node.func)
        if given is not None:
            return given
        is_own = isinstance(node.func, ast.Name) or _is_of_self(node.func)
        return self._given.get(name) if is_own else guessed(self._given.get(name))

    def _built_in(self, node: ast.Call) -> Known | None:
        """What Python's own functions give."""
        name = name_of(node.func)
        if name in _LOADING:
            return self.loaded(node)
        if name == "dict":
            return many(first(self.infer(each.value) for each in node.keywords))
        if name == "super":
            return first(self._instance_of(each) for each in reversed(self.scopes))
        return None

    def loaded(self, node: ast.Call) -> Known | None:
        """What ``import_module("smartcar")`` and its like load."""
        match node:
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name),
                args=[ast.Constant(value=str(module)), *_],
            ) if name in _LOADING:
                return MODULE if module == "smartcar" else self._default(self.module(module))
            case _:
                return None

    def _instance_of(self, scope: ast.AST) -> Known | None:
        """What ``self`` is in a class of the program's own."""
        owner = self._owners.get(id(scope))
        return None if owner is None else Known(owner)

    def _method(self, function: ast.expr) -> Known | None:
        """What a method of a known thing gives."""
        held = self.infer(function.value) if isinstance(function, ast.Attribute) else None
        name = name_of(function) or ""
        if held is None:
            return None
        if held.is_many:
            return one_of(held) if name in {"get", "pop", "setdefault"} else held
        if held.kind.startswith("file "):
            other = self._others.program(held.kind.partition(" ")[2])
            return self._has(None if other is None else other.given(name))
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
        return first(self.infer(value) for value in node.values)

    def _listed(self, node: Any) -> Known | None:
        values: list[ast.expr] = node.values if isinstance(node, ast.Dict) else node.elts
        return many(first(self.infer(value) for value in values))

    def _generated(self, node: Any) -> Known | None:
        return many(self.infer(node.value if isinstance(node, ast.DictComp) else node.elt))


_HOW: Final[dict[type[ast.expr], Callable[[Meaning, Any], Known | None]]] = {
    ast.Name: Meaning._name,
    ast.Attribute: Meaning._attribute,
    ast.Call: lambda meaning, node: meaning._call(node),
    ast.Subscript: Meaning._item,
    ast.IfExp: Meaning._either,
    ast.BoolOp: Meaning._any,
    **dict.fromkeys((ast.Await, ast.NamedExpr, ast.Starred), Meaning._inner),
    **dict.fromkeys((ast.List, ast.Tuple, ast.Set, ast.Dict), Meaning._listed),
    **dict.fromkeys(
        (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), Meaning._generated
    ),
}


def _is_of_self(node: ast.expr) -> bool:
    """Is *node* an attribute of ``self``?"""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case _:
            return False
