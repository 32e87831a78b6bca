"""What an expression of a program can stand for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from .official import CALLS, MOVED

OURS: Final = frozenset({"Smartcar", "AsyncSmartcar", "AsyncVehicle", "AsyncAuthClient"})
"""Classes that only this SDK has: what they make is not reported."""

_CLASSES: Final = frozenset({"Vehicle", "AuthClient", "SmartcarException"})
_SINGLE: Final = frozenset({"Vehicle", "AuthClient"})


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression stands for."""

    kind: str
    """``module``, ``class Vehicle``, ``function get_user``, or ``Vehicle`` for one of them.

    Of the program's own: ``own Vehicle`` is a subclass, ``type`` a class that has something of the
    SDK, ``object`` one of them, ``file …`` a module with its path, ``package …`` one that is known
    by its name only.
    """
    is_many: bool = False
    """Is it a list or a dictionary of such?"""
    is_guessed: bool = False
    """Does only a name speak for it?"""
    own: Own | None = None
    """The class of the program that it is, or is one of."""

    @property
    def is_own_file(self) -> bool:
        """Is it a module of the program's own?"""
        return self.kind.startswith(("file ", "package "))


Function = ast.FunctionDef | ast.AsyncFunctionDef
Bind = Callable[[str, Known | None, ast.AST], None]
"""Lets a name stand for something in a scope."""


@dataclass(eq=False, slots=True)
class Own:
    """A class of the program, and what is known of it wherever it is imported."""

    bind: Bind
    """Of the file that it is in."""
    sdk: str = ""
    """The class of the SDK that it is derived from."""
    bases: list[Own] = field(default_factory=list["Own"])
    attributes: dict[str, Known] = field(default_factory=dict[str, Known])
    gives: dict[str, Known] = field(default_factory=dict[str, Known])
    """What its methods give."""
    methods: dict[str, Function] = field(default_factory=dict[str, Function])

    @property
    def known(self) -> Known | None:
        """The class itself; None as long as it has nothing of the SDK."""
        if self.sdk:
            return Known(f"own {self.sdk}", own=self)
        has = (each for own in self._line() for each in own._has())
        return Known("type", own=self) if any(not each.is_own_file for each in has) else None

    def attribute(self, name: str) -> Known | None:
        """What its attribute of this *name* stands for."""
        return first(own.attributes.get(name) for own in self._line())

    def given(self, name: str) -> Known | None:
        """What its method of this *name* gives."""
        return first(own.gives.get(name) for own in self._line())

    def method(self, name: str) -> tuple[Own, Function] | None:
        """Its method of this *name*, and the class that has it."""
        found = ((own, own.methods.get(name)) for own in self._line())
        return next(((own, method) for own, method in found if method is not None), None)

    def _has(self) -> Iterator[Known]:
        yield from self.attributes.values()
        yield from self.gives.values()
        if self.sdk:
            yield Known(self.sdk)

    def _line(self) -> list[Own]:
        """It, and what it is derived from, which may be itself in a program that does not run."""
        found: list[Own] = [self]
        for each in found:
            found += [base for base in each.bases if base not in found]
        return found


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


def instance(known: Known | None) -> Known | None:
    """What a class makes, the SDK's or the program's own."""
    if known is None or known.is_many:
        return None
    if known.kind == "type":
        return replace(known, kind="object")
    kind, _, owner = known.kind.partition(" ")
    return Known(owner, own=known.own) if kind in {"class", "own"} else None


def many(known: Known | None) -> Known | None:
    """A list of such."""
    return None if known is None else replace(known, is_many=True)


def one_of(known: Known | None) -> Known | None:
    """What is in a list of such, or in an object that can be gone through.

    Lists of lists are not told from lists; a car has nothing in it, so it is in the inner one.
    """
    if known is None:
        return None
    if known.own is not None and not known.is_many:
        gone_through = known.own.given("__iter__")
        return one_of(gone_through) if gone_through else known.own.given("__getitem__")
    return replace(known, is_many=False) if known.is_many or known.kind in _SINGLE else None


def name_of(node: ast.expr) -> str | None:
    """The last name in *node*: ``Vehicle`` of ``smartcar.Vehicle``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def guessed(known: Known | None) -> Known | None:
    """The same, but only a name speaks for it."""
    return None if known is None else replace(known, is_guessed=True)


def first(found: Iterable[Known | None]) -> Known | None:
    """The first that is known."""
    return next((each for each in found if each is not None), None)
