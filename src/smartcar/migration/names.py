"""Learn what the names of a Python program stand for, as far as the program says so.

Followed are imports, assignments, annotations, what functions give and take, loops over cars.  The
program is read, never run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from .meaning import MODULE, OURS, Function, Known, Meaning, member, name_of, one_of
from .official import CALLS, GONE, MOVED

_DEEPEST: Final = 5
"""Functions that a car is followed through."""


class Names(Meaning):
    """Goes through a program and learns its names."""

    def __init__(self) -> None:
        super().__init__()
        self.imports = False
        """Does the program import the package at all?"""
        self._functions: dict[str, Function] = {}

    def learn(self, tree: ast.Module) -> None:
        """Go through *tree* until no more follows from it."""
        for _ in range(_DEEPEST):
            self.is_new = False
            self.visit(tree)
            if not self.is_new:
                return

    def visit(self, node: ast.AST) -> None:
        """Learn from *node* and what is in it."""
        before = _BEFORE.get(type(node))
        if before is not None:
            before(self, node)
        is_scope = isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTIONS))
        if is_scope:
            self.scopes.append(node)
        for child in ast.iter_child_nodes(node):
            self.visit(child)
        if is_scope:
            self.scopes.pop()
        after = _AFTER.get(type(node))
        if after is not None:
            after(self, node)

    # --- before what is in it --------------------------------------------------------------------

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            package, _, part = alias.name.partition(".")
            if package == "smartcar" and (not part or part in MOVED | GONE):
                self.imports = True
                self.bind(alias.asname or "smartcar", MODULE)

    def _import_from(self, node: ast.ImportFrom) -> None:
        package, _, part = (node.module or "").partition(".")
        if node.level or package != "smartcar" or (part and part not in MOVED | GONE):
            return
        self.imports = True
        for alias in node.names:
            for name in [*CALLS, *OURS] if alias.name == "*" else [alias.name]:
                self.bind(alias.asname or name, member(name))

    def _function(self, node: Function) -> None:
        self._functions.setdefault(node.name, node)
        if node.returns is not None:
            self.give(node.name, self.annotated(node.returns))
        taken = node.args
        for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs):
            self.bind(each.arg, self.annotated(each.annotation), node)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        match node.iter:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                pairs = self.infer(inner)
            case ast.Call(func=ast.Attribute(value=inner, attr="items")):
                pairs = self.infer(inner)
            case _:
                self.assign(node.target, one_of(self.infer(node.iter)))
                return
        if isinstance(node.target, ast.Tuple):
            self.assign(node.target.elts[-1], one_of(pairs))

    def _generate(self, node: Any) -> None:
        """What a comprehension goes through is known before what it gives."""
        for each in node.generators:
            self._loop(each)

    def _catch(self, node: ast.ExceptHandler) -> None:
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        caught = {known.kind for kind in kinds if kind and (known := self.infer(kind))}
        if node.name is not None and "class SmartcarException" in caught:
            self.bind(node.name, Known("SmartcarException"))

    # --- after what is in it ---------------------------------------------------------------------

    def _assigned(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assign(target, self.infer(node.value))

    def _declared(self, node: ast.AnnAssign) -> None:
        said = None if node.value is None else self.infer(node.value)
        self.assign(node.target, self.annotated(node.annotation) or said)

    def _named(self, node: ast.NamedExpr) -> None:
        self.assign(node.target, self.infer(node.value))

    def _returned(self, node: ast.Return) -> None:
        here = self.scopes[-1]
        if node.value is not None and isinstance(here, _FUNCTIONS):
            self.give(here.name, self.infer(node.value))

    def _called(self, node: ast.Call) -> None:
        """What a function of the program is called with is what it takes."""
        function = self._functions.get(name_of(node.func) or "")
        if function is None:
            return
        taken = [*function.args.posonlyargs, *function.args.args]
        if taken and taken[0].arg in {"self", "cls"}:
            taken = taken[1:]
        for argument, value in zip(taken, node.args, strict=False):
            self.bind(argument.arg, self.infer(value), function)
        for keyword in node.keywords:
            if keyword.arg is not None:
                self.bind(keyword.arg, self.infer(keyword.value), function)


_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

Step = dict[type[ast.AST], Callable[[Names, Any], None]]

_BEFORE: Final[Step] = {
    ast.Import: Names._import,
    ast.ImportFrom: Names._import_from,
    ast.FunctionDef: Names._function,
    ast.AsyncFunctionDef: Names._function,
    ast.For: Names._loop,
    ast.AsyncFor: Names._loop,
    ast.ExceptHandler: Names._catch,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), Names._generate),
}

_AFTER: Final[Step] = {
    ast.Assign: Names._assigned,
    ast.AnnAssign: Names._declared,
    ast.NamedExpr: Names._named,
    ast.Return: Names._returned,
    ast.Call: Names._called,
}
