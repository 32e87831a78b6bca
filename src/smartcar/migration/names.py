"""Learn what the names of a Python program stand for, as far as the program says so.

Followed are imports, assignments, annotations, subclasses, what functions give and take, loops over
cars; other files of the project by their imports.  The program is read, never run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any, Final

from .known import MODULE, OURS, Bind, Function, Known, Own, instance, many, member, name_of, one_of
from .meaning import Meaning
from .official import CALLS, GONE, MOVED
from .others import File, Others

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
                    self._take(path, name, here)
                self.bind(here, self.module(f"{inner}{name}"))

    def _take(self, path: str, name: str, here: str) -> None:
        """What another file calls *name* is called *here*."""
        self._from[here] = (path, name)
        other = self._others.program(path)
        if other is not None:
            self.bind(here, other.exported(name))
            self.give(here, other.given(name))

    def _rename(self, here: str, value: ast.expr) -> None:
        """A function that gets another name, or is taken out of a module."""
        match value:
            case ast.Name(id=name) if name in self.functions:
                self.functions.setdefault(here, self.functions[name])
                self.give(here, self.given(name))
            case ast.Name(id=name) if name in self._from:
                self._take(*self._from[name], here)
            case ast.Attribute(value=module, attr=name):
                held = self.infer(module)
                if held is not None and held.kind.startswith("file "):
                    self._take(held.kind.partition(" ")[2], name, here)
            case _:
                pass

    def _class(self, node: ast.ClassDef) -> None:
        if id(node) not in self._owns:
            self.is_new = True
        own = self._owns.setdefault(id(node), Own(self.bind))
        self.classes.setdefault(node.name, own)
        for each in node.bases:
            known = self.infer(each)
            kind, _, owner = (known.kind if known else "").partition(" ")
            if kind in {"class", "own"} and owner not in OURS:
                own.sdk = own.sdk or owner
            base = known.own if known else self._class_called(each)
            if base is not None and base not in own.bases:
                own.bases.append(base)
        if own.sdk:
            self.bind(node.name, own.known)

    def _function(self, node: Function) -> None:
        if node.name not in self.functions:
            self.is_new, self.functions[node.name] = True, node
        own = self._owns.get(id(self.scopes[-1])) if self.scopes else None
        if own is not None and isinstance(self.scopes[-1], ast.ClassDef):
            self._owns[id(node)] = own
            own.methods.setdefault(node.name, node)
        self._gives(node, self.annotated(node.returns))
        taken = [*node.args.posonlyargs, *node.args.args]
        for each in (*taken, *node.args.kwonlyargs):
            self.bind(each.arg, self.annotated(each.annotation), node)
        if own is not None and taken and not _is_marked(node, "staticmethod"):
            known = own.known if _is_marked(node, "classmethod") else instance(own.known)
            self.bind(taken[0].arg, known, node)

    def _gives(self, node: Function, known: Known | None) -> None:
        """Let *node* give *known*, whether it is called or read."""
        self.give(node.name, known)
        own = self._owns.get(id(node))
        if own is not None:
            self._note(own.gives, node.name, known)
        if _is_marked(node, "property", "cached_property"):
            self.keep(node.name, known)

    def _far_names(self, node: ast.Global | ast.Nonlocal) -> None:
        """Names that a function has of the module, or of the function around it."""
        around = [] if isinstance(node, ast.Global) else self.scopes
        outer = next((each for each in around if isinstance(each, _FUNCTIONS)), self.tree)
        for name in node.names:
            self._far[id(self.scopes[-1]), name] = outer

    def _entered(self, node: ast.withitem) -> None:
        known = self.infer(node.context_expr)
        if node.optional_vars is not None:
            entered = known.own.given("__enter__") if known and known.own else None
            self.assign(node.optional_vars, entered or known)

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
            if isinstance(target, ast.Name):
                self._rename(target.id, node.value)

    def _alias(self, node: Any) -> None:
        """``type Car = smartcar.Vehicle``."""
        self.assign(node.name, self.infer(node.value))

    def _declared(self, node: ast.AnnAssign) -> None:
        said = None if node.value is None else self.infer(node.value)
        self.assign(node.target, self.annotated(node.annotation) or said)

    def _named(self, node: ast.NamedExpr) -> None:
        self.assign(node.target, self.infer(node.value))

    def _returned(self, node: ast.Return) -> None:
        here = self.scopes[-1]
        if node.value is not None and isinstance(here, _FUNCTIONS):
            self._gives(here, self.infer(node.value))

    def _yielded(self, node: ast.Yield | ast.YieldFrom) -> None:
        here = self.scopes[-1]
        if node.value is not None and isinstance(here, _FUNCTIONS):
            known = self.infer(node.value)
            is_one = isinstance(node, ast.YieldFrom) or _is_marked(here, *_ONCE)
            self._gives(here, known if is_one else many(known))

    def _added(self, node: ast.AugAssign) -> None:
        known = self.infer(node.value)
        self.assign(node.target, known if known is not None and known.is_many else None)

    def _class_ended(self, node: ast.ClassDef) -> None:
        """By now it is known whether it has anything of the SDK."""
        self.bind(node.name, self._owns[id(node)].known)

    def _called(self, node: ast.Call) -> None:
        """What a function of the program is called with is what it takes."""
        name = name_of(node.func) or ""
        if name in _HOLDING and node.args and isinstance(node.func, ast.Attribute):
            self.fill(node.func.value, self.infer(node.args[-1]))
        bind, function = self._function_called(node.func, name)
        if function is None:
            return
        taken = [*function.args.posonlyargs, *function.args.args]
        if taken and taken[0].arg in {"self", "cls"}:
            taken = taken[1:]
        passed = [(each.arg, value) for each, value in zip(taken, node.args, strict=False)]
        passed += [(each.arg, each.value) for each in node.keywords if each.arg is not None]
        for argument, value in passed:
            bind(argument, self.infer(value), function)

    def _function_called(self, node: ast.expr, name: str) -> tuple[Bind, Function | None]:
        """A function of the program, and what binds names in the file that it is in."""
        held = self.infer(node.value) if isinstance(node, ast.Attribute) else None
        made = self._class_called(node)
        if made is not None:
            found = made.method("__init__") or made.method("constructor")
        else:
            found = held.own.method(name) if held is not None and held.own is not None else None
        if found is not None:
            return found[0].bind, found[1]
        other, there = self._file_of(node)
        own = None if held is not None and held.is_own_file else self.functions.get(name)
        if own is not None or other is None:
            return self.bind, own
        return other.bind, other.functions.get(there)

    def _class_called(self, node: ast.expr) -> Own | None:
        """A class of the program, whether or not it has anything of the SDK."""
        known = self.infer(node)
        if known is not None:
            is_class = known.kind == "type" or known.kind.startswith("own ")
            return known.own if is_class else None
        if isinstance(node, ast.Name) and node.id in self.classes:
            return self.classes[node.id]
        other, there = self._file_of(node)
        return None if other is None else other.classes.get(there)

    def _file_of(self, node: ast.expr) -> tuple[File | None, str]:
        """The other file that *node* is from, and its name there."""
        name = name_of(node) or ""
        held = self.infer(node.value) if isinstance(node, ast.Attribute) else None
        if held is not None and held.kind.startswith("file "):
            path, there = held.kind.partition(" ")[2], name
        else:
            path, there = self._from.get(name, ("", name))
        return (self._others.program(path, load=True) if path else None), there


def _is_marked(node: Function, *names: str) -> bool:
    """Has a function one of these decorators?"""
    return any(name_of(each) in names for each in node.decorator_list)


_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

_ONCE: Final = ("contextmanager", "asynccontextmanager", "fixture")
"""Decorators of what yields one thing only."""

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
    ast.Global: Names._far_names,
    ast.Nonlocal: Names._far_names,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), Names._generate),
}

_AFTER: Final[Step] = {
    ast.Assign: Names._assigned,
    ast.AnnAssign: Names._declared,
    ast.NamedExpr: Names._named,
    ast.AugAssign: Names._added,
    ast.ClassDef: Names._class_ended,
    ast.Return: Names._returned,
    ast.Yield: Names._yielded,
    ast.YieldFrom: Names._yielded,
    ast.withitem: Names._entered,
    ast.Call: lambda names, node: names._called(node),
}
if sys.version_info >= (3, 12):
    _AFTER[ast.TypeAlias] = Names._alias
