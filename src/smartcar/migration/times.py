"""Times that are read off an answer with a name: they are of another kind here, in Python."""

from __future__ import annotations

import ast
from typing import Final, NamedTuple

from .fit import shown
from .found import Certainty, Finding
from .known import ANSWER, Known, name_of
from .row import A_TIME, AGES, ZONED

_ENDS: Final = frozenset({"expiration", "refresh_expiration"})


class Time(NamedTuple):
    """One that is read, and how it is here what it was."""

    call: str
    old: str
    v2: str
    v3: str | None
    note: str
    certainty: Certainty

    def finding(self, path: str, line: int, column: int) -> Finding:
        """It, at its place."""
        said = (path, line, column, self.call, self.old, self.v2, self.v3)
        return Finding(*said, self.v3 is not None, self.note, self.certainty)


def time_read(node: ast.Attribute, held: Known | None, whole: Known | None) -> Time | None:
    """What *node* reads, if it is a time.

    Args:
        node: An attribute.
        held: What it is one of.
        whole: What that, in turn, is an attribute of.
    """
    if not isinstance(node.ctx, ast.Load):
        return None
    match node.value:
        case ast.Attribute(value=answer, attr="meta") if f".meta.{node.attr}" in AGES:
            certainty: Certainty = "sure" if whole == ANSWER else "likely"
            v2 = f"{shown(answer)}{AGES[f'.meta.{node.attr}']}"
            note = A_TIME.format(node.attr)
            return Time(f"meta.{node.attr}", shown(node), v2, v2, note, certainty)
        case _ if node.attr in _ENDS and _are_tokens(node, held):
            certainty = "sure" if held == ANSWER else "likely"
            old, note = shown(node), f"{ZONED}; on v3 there is nothing to keep"
            v2 = f"{old}.replace(tzinfo=None)"
            return Time(f"Access.{node.attr}", old, v2, None, note, certainty)
        case _:
            return None


def _are_tokens(node: ast.Attribute, held: Known | None) -> bool:
    if held is not None:
        return held == ANSWER
    is_told = node.attr == "refresh_expiration"  # means nothing else
    return is_told or (name_of(node.value) or "").lower().endswith("access")
