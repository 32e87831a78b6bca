"""Learn what the names of a Python program stand for, as far as the program says so.

Followed are imports, assignments, annotations, subclasses, what functions give and take, loops over
cars; other files of the project by their imports.  The program is read, never run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from .known import MODULE, OURS, Known, many, member, name_of, one_of
from .meaning import Function, Meaning
from .official import CALLS, GONE, MOVED
from .others import Others

_HOLDING: Final = frozenset(
    {"add", "append", "appendleft", "insert", "push", "set", "setdefault", "unshift"}
)
"""Methods that put something into a list or a dictionary."""


class Names(Meaning):
    """Goes through a program and learns its names."""

    def __init__(self, tree: ast.Module, place: str, others: Others) -> None:
        super().__init__(tree, place, others)
        self._from: dict[str, tuple[str, str]] = {}
        """Names that are imported: from which file, and what they are called there."""

    def learn(self) -> bool:
        """Go through the program once; was there something new?"""
        self.is_new = False
        self.visit(self.tree)
        return self.is_new

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
                self.is_concerned = True
                self.bind(alias.asname or "smartcar", MODULE)
                continue
            held = self.module(alias.name)
            is_inner = part and held is not None and not alias.asname
            self.bind(alias.asname or package, Known(f"package {package}") if is_inner else held)

    def _import_from(self, node: ast.ImportFrom) -> None:
        package, _, part = (node.module or "").partition(".")
        if node.level or package != "smartcar":
            self._import_own("." * node.level + (node.module or ""), node.names)
        elif not part or part in MOVED | GONE:
            self.is_concerned = True
            for alias in node.names:
                for name in [*CALLS, *OURS] if alias.name == "*" else [alias.name]:
                    self.bind(alias.asname or name, member(name))

    def _import_own(self, module: str, names: list[ast.alias]) -> None:
        """What another file of the project has."""
        path = self._others.find(self._place, module)
        other = None if path is None else self._others.program(path)
        inner = f"{module}." if module.strip(".") else module
        for alias in names:
            every = alias.name == "*"
            for name in (other.exports() if other else ()) if every else (alias.name,):
                here = alias.asname or name
                if path is not None:
                    self._from[here] = (path, name)
                if other is not None:
                    self.bind(here, other.exported(name))
                    self.give(here, other.given(name))
                self.bind(here, self.module(f"{inner}{name}"))

    def _class(self, node: ast.ClassDef) -> None:
        for each in node.bases:
            known = self.infer(each)
            kind, _, owner = (known.kind if known else "").partition(" ")
            if kind in {"class", "own"} and owner not in OURS:
                self._owners[id(node)] = owner
                self.bind(node.name, Known(f"own {owner}"))

    def _function(self, node: Function) -> None:
        self.functions.setdefault(node.name, node)
        self._gives(node, self.annotated(node.returns))
        taken = [*node.args.posonlyargs, *node.args.args]
        for each in (*taken, *node.args.kwonlyargs):
            self.bind(each.arg, self.annotated(each.annotation), node)
        if taken and not _is_marked(node, "staticmethod", "classmethod"):
            self.bind(taken[0].arg, self._instance_of(self.scopes[-1]), node)

    def _gives(self, node: Function, known: Known | None) -> None:
        """Let *node* give *known*, whether it is called or read."""
        self.give(node.name, known)
        if _is_marked(node, "property", "cached_property"):
            self.keep(node.name, known)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        match node.iter:
            case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                pairs = self.infer(inner)
            case ast.Call(func=ast.Attribute(value=inner, attr="items")):
                pairs = self.infer(inner)
            case _:
                self.assign(node.target, one_of(self.infer(node.iter)))
                return
        if isinstance(node.target, (ast.Tuple, ast.List)):
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
            self._gives(here, self.infer(node.value))

    def _called(self, node: ast.Call) -> None:
        """What a function of the program is called with is what it takes."""
        name = name_of(node.func) or ""
        if name in _HOLDING and node.args and isinstance(node.func, ast.Attribute):
            self.assign(node.func.value, many(self.infer(node.args[-1])))
        where, function = self._function_called(node.func, name)
        if function is None:
            return
        taken = [*function.args.posonlyargs, *function.args.args]
        if taken and taken[0].arg in {"self", "cls"}:
            taken = taken[1:]
        passed = [(each.arg, value) for each, value in zip(taken, node.args, strict=False)]
        passed += [(each.arg, each.value) for each in node.keywords if each.arg is not None]
        for argument, value in passed:
            where.bind(argument, self.infer(value), function)

    def _function_called(self, node: ast.expr, name: str) -> tuple[Meaning, Function | None]:
        """A function of the program, and the file that it is in."""
        own = self.functions.get(name)
        path, there = self._from.get(name, ("", name))
        held = self.infer(node.value) if isinstance(node, ast.Attribute) else None
        if held is not None and held.kind.startswith("file "):
            own, path, there = None, held.kind.partition(" ")[2], name
        other = self._others.program(path, load=True) if path and own is None else None
        return (self, own) if other is None else (other, other.functions.get(there))


def _is_marked(node: Function, *names: str) -> bool:
    """Has a function one of these decorators?"""
    return any(name_of(each) in names for each in node.decorator_list)


_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

Step = dict[type[ast.AST], Callable[[Names, Any], None]]

_BEFORE: Final[Step] = {
    ast.Import: Names._import,
    ast.ImportFrom: Names._import_from,
    ast.ClassDef: Names._class,
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
    ast.Call: lambda names, node: names._called(node),
}
