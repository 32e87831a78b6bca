"""What expressions of a Python program stand for, by what has been learnt of its names."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final, TypeVar

from .known import (
    ANSWER,
    MODULE,
    OURS,
    Function,
    Known,
    Own,
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
_PICKED: Final = frozenset({"get", "pop", "setdefault"})
_GONE_THROUGH: Final = frozenset({"items", "values"})
_LOADING: Final = frozenset({"__import__", "import_module"})

Key = TypeVar("Key")


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
        self.classes: dict[str, Own] = {}
        """Of the program, by their names."""
        self._place = place
        self._others = others
        self._owns: dict[int, Own] = {}
        """Classes, by their nodes and by those of their methods."""
        self._far: dict[tuple[int, str], ast.AST] = {}
        """Scopes of names that a function has for ``global`` or ``nonlocal``."""
        self._bound: dict[tuple[int, str], Known] = {}
        self._filled: dict[tuple[int, str], Known] = {}
        """Names by what is put into them, where nothing else tells what they are."""
        self._anywhere: dict[str, Known] = {}
        self._given: dict[str, Known] = {}

    # --- learning --------------------------------------------------------------------------------

    def bind(self, name: str, known: Known | None, scope: ast.AST | None = None) -> None:
        """Let *name* stand for *known*, here or in *scope*."""
        here = scope or self._far.get((id(self.scopes[-1]), name), self.scopes[-1])
        if isinstance(here, ast.ClassDef):
            self.keep(name, known)
        self._note(self._bound, (id(here), name), known)

    def keep(self, name: str, known: Known | None) -> None:
        """Let an attribute of the class around stand for *known*."""
        owner = next((each for each in reversed(self.scopes) if isinstance(each, ast.ClassDef)), 0)
        if owner:
            self._note(self._owns[id(owner)].attributes, name, known)
        if known is not None:
            self._anywhere[name] = known

    def fill(self, target: ast.expr, known: Known | None) -> None:
        """Let *target* hold *known*, unless it turns out to be an object of the program's own."""
        if isinstance(target, ast.Name):
            self._note(self._filled, (id(self.scopes[-1]), target.id), many(known))
        else:
            self.assign(target, many(known))

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
            case ast.Attribute(value=value, attr=name):
                owner = self.infer(value)
                if owner is not None and owner.own is not None and not owner.is_many:
                    self._note(owner.own.attributes, name, known)
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
        return self._bound_in(self.tree, name)

    def given(self, name: str) -> Known | None:
        """What the function *name* gives."""
        return self._given.get(name)

    def exports(self) -> set[str]:
        """Names that tell another file of the SDK."""
        here = id(self.tree)
        bound = {
            name
            for (scope, name), known in (*self._bound.items(), *self._filled.items())
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
            known = None if is_hidden else self._bound_in(scope, node.id)
            if known is not None:
                return known
        return None

    def _bound_in(self, scope: ast.AST, name: str) -> Known | None:
        return self._bound.get((id(scope), name)) or self._filled.get((id(scope), name))

    def _attribute(self, node: ast.Attribute) -> Known | None:
        held = self.infer(node.value)
        known = None
        if _is_of_self(node):
            around = (self._owns.get(id(scope)) for scope in reversed(self.scopes))
            known = first(own.attribute(node.attr) for own in around if own)
        elif held is not None:
            known = self._of(held, node.attr)
        is_open = held is None or (held.own is not None and held.own.method(node.attr) is None)
        return known or (guessed(self._anywhere.get(node.attr)) if is_open else None)

    def _of(self, held: Known, name: str) -> Known | None:
        """*name* of what is known."""
        if held == MODULE:
            return member(name)
        if held.own is not None and not held.is_many:
            return self._has(held.own.attribute(name))
        return self.within(held, name) if held.is_own_file and not held.is_many else None

    def _call(self, node: ast.Call) -> Known | None:
        function = self.infer(node.func)
        made = instance(function) or self._built_in(node)
        if made is not None:
            return made
        name = name_of(node.func) or ""
        if name in _ALIKE and node.args:
            held = self.infer(node.args[0])
            return one_of(held) if name == "next" else held
        if function is not None and function.own is not None:
            return self._has(function.own.given("__call__"))
        if function is not None and function.kind.startswith("file "):  # a script may be called
            return self._given_there(function, "default")
        given = self._method(node.func)
        if given is not None or self._is_of_own(node.func):
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
        own = self._owns.get(id(scope))
        return None if own is None else instance(own.known)

    def _is_of_own(self, node: ast.expr) -> bool:
        """Is it a method that a class of the program's own is known to have?"""
        held = self.infer(node.value) if isinstance(node, ast.Attribute) else None
        own = None if held is None else held.own
        return own is not None and own.method(name_of(node) or "") is not None

    def _method(self, function: ast.expr) -> Known | None:
        """What a method of a known thing gives."""
        held = self.infer(function.value) if isinstance(function, ast.Attribute) else None
        name = name_of(function) or ""
        if held is None:
            return None
        if held.own is not None and not held.is_many:
            given = held.own.given(name)
            if given is not None:
                return self._has(given)
        if held.is_many or (name in _PICKED | _GONE_THROUGH and held.kind == "Vehicle"):
            return one_of(held) if name in _PICKED else held
        if held.kind.startswith("file "):
            return self._given_there(held, name)
        if held.kind in OURS and name == "vehicle":
            return Known("AsyncVehicle")
        return ANSWER if f"{held.kind}.{name}" in CALLS else None

    def _given_there(self, held: Known, name: str) -> Known | None:
        """What a function of another file gives."""
        other = self._others.program(held.kind.partition(" ")[2])
        return self._has(None if other is None else other.given(name))

    def _inner(self, node: Any) -> Known | None:
        return self.infer(node.value)

    def _item(self, node: ast.Subscript) -> Known | None:
        held = self.infer(node.value)
        own = None if held is None or held.is_many else held.own
        return (own and self._has(own.given("__getitem__"))) or one_of(held)

    def _operated(self, node: ast.BinOp) -> Known | None:
        """``cars + [car]``."""
        sides = (self.infer(node.left), self.infer(node.right))
        return first(each for each in sides if each is not None and each.is_many)

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
    ast.BinOp: Meaning._operated,
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
