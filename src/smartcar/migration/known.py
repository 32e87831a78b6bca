"""What an expression of a program can stand for."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .official import CALLS, MOVED

OURS: Final = frozenset({"Smartcar", "AsyncSmartcar", "AsyncVehicle", "AsyncAuthClient"})
"""Classes that only this SDK has: what they make is not reported."""

_CLASSES: Final = frozenset({"Vehicle", "AuthClient", "SmartcarException"})


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression stands for."""

    kind: str
    """``module``, ``class Vehicle``, ``function get_user``, or ``Vehicle`` for one of them.

    Of the program's own: ``own Vehicle`` is a subclass, ``file …`` a module with its path,
    ``package …`` one that is known by its name only.
    """
    is_many: bool = False
    """Is it a list or a dictionary of such?"""
    is_guessed: bool = False
    """Does only a name speak for it?"""

    @property
    def is_own_file(self) -> bool:
        """Is it a module of the program's own?"""
        return self.kind.startswith(("file ", "package "))


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
    """What a class makes, the SDK's or one that is derived from it."""
    kind, _, owner = (known.kind if known else "").partition(" ")
    return Known(owner) if kind in {"class", "own"} else None


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


def guessed(known: Known | None) -> Known | None:
    """The same, but only a name speaks for it."""
    return None if known is None else Known(known.kind, known.is_many, True)


def first(found: Iterable[Known | None]) -> Known | None:
    """The first that is known."""
    return next((each for each in found if each is not None), None)
