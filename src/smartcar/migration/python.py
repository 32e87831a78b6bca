"""Calls of the official Python SDK in a Python program.  It is read, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Any, Final

from .fit import Call, shown, suffix_behind
from .found import Certainty, Finding
from .known import ANSWER, MODULE, Known, instance, name_of
from .names import Names
from .official import ATTRIBUTES, CALLS, GONE, MOVED, PATHS
from .others import Alone, Others
from .times import time_read
from .wording import Words, words

_METHODS: Final = frozenset(name for name in (*CALLS, *ATTRIBUTES) if "." in name)
_DISTINCT: Final = frozenset(
    {
        *("battery_capacity", "diagnostic_system_status", "diagnostic_trouble_codes"),
        *("engine_oil", "exchange_code", "exchange_refresh_token", "get_auth_url"),
        *("get_charge_limit", "get_signal", "get_signals", "lock_status", "nominal_capacity"),
        *("odometer", "send_destination", "service_history", "set_charge_limit"),
        *("set_unit_system", "start_charge", "stop_charge", "tire_pressure"),
    }
)
"""Methods whose names hardly mean anything else."""

UNMISTAKABLE: Final = frozenset(
    {
        *("diagnostic_system_status", "diagnostic_trouble_codes", "engine_oil"),
        *("exchange_refresh_token", "get_auth_url", "get_charge_limit", "nominal_capacity"),
        *("send_destination", "tire_pressure"),
    }
)
"""Those that mean nothing else even where a file does not import the SDK, but another one does."""

_LIKE_A_CAR: Final = ("car", "vehicle")
_RESOLUTION: Final = "SmartcarException.resolution"
"""A dictionary there, an object here."""

MADE: Final = frozenset({"Vehicle", "AuthClient"})
"""Classes: what is called on what they make is told by itself."""

_CALLING: Final = frozenset({"partial", "submit", "to_thread"})
"""Functions that call what they are given first with what they are given after it."""

_PARTS_GONE: Final = frozenset(f"smartcar.{name}" for name in GONE)
_NOT_HERE: Final = (
    "`smartcar.config`, `.helpers` and `.v3_response` are not here: the environment says where"
    " Smartcar is"
)
_RENAMED: Final = "some have another name there"


def parsed(text: str, path: str = "<cell>") -> ast.Module:
    """The tree of *text*; what Python would warn of in it is its author's business.

    Raises:
        SyntaxError: It is no Python that this interpreter understands.
        ValueError: It has bytes that no program has.
        RecursionError: It is nested too deeply.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, path)


class Program(Names):
    """Learns what the names of a program are, then goes through it once more to tell its calls."""

    def __init__(
        self, tree: ast.Module, path: str, place: str = "", others: Others | None = None
    ) -> None:
        super().__init__(tree, place, others or Alone())
        self._found: dict[tuple[int, int], Finding] = {}
        self._is_reading = False
        self._path = path
        self._parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }

    def findings(self) -> list[Finding]:
        """The calls in the program, whose names are known by now, in order."""
        self._is_reading = True
        self.visit(self.tree)
        return sorted(self._found.values(), key=lambda each: (each.line, each.column))

    def visit(self, node: ast.AST) -> None:
        """Go through *node*, and tell of it when it is time to."""
        super().visit(node)
        look = _LOOKS.get(type(node)) if self._is_reading else None
        if look is not None:
            look(self, node)

    # --- what is looked at -----------------------------------------------------------------------

    def _see_name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._see_top_level(node, self.infer(node))

    def _see_attribute(self, node: ast.Attribute) -> None:
        held = self.infer(node.value)
        self._see_time(node, held)
        if held is None:
            self._see_unknown(node)
        elif held == MODULE or held.is_own_file:
            self._see_top_level(node, self._of(held, node.attr))
        elif held.kind in {"type", "object"} and not held.is_many:
            if held.own is not None and held.own.method(node.attr) is None:
                self._see_unknown(node)
        elif not held.is_many:
            self._see_method(node, instance(held) or held)

    def _see_time(self, node: ast.Attribute, held: Known | None) -> None:
        """The age of an answer, or the end of a token, that is read off a name."""
        answer = node.value.value if isinstance(node.value, ast.Attribute) else node.value
        match answer:
            case ast.Call(func=ast.Attribute(value=batch)) if self.infer(batch) == ANSWER:
                pass
            case ast.Call():
                return  # the call itself tells of it
            case _:
                pass
        read = time_read(node, held, self.infer(answer)) if self.is_concerned else None
        if read is not None:
            found = read.finding(self._path, node.lineno, self._column(node))
            self._found[node.end_lineno or 0, node.end_col_offset or 0] = found

    def _see_call(self, node: ast.Call) -> None:
        """``getattr(car, "odometer")``."""
        match node:
            case ast.Call(
                func=ast.Name(id="getattr"), args=[car, ast.Constant(value=str(name)), *_]
            ):
                held = self.infer(car)
                read = ast.copy_location(ast.Attribute(car, name, ast.Load()), node)
                if held is not None:
                    self._see_method(read, held)
            case _:
                pass

    def _see_import(self, node: ast.Import) -> None:
        if any(each.name in _PARTS_GONE for each in node.names):
            self._tell_import(node, "import smartcar", _NOT_HERE)

    def _see_import_from(self, node: ast.ImportFrom) -> None:
        package, _, part = (node.module or "").partition(".")
        if node.level or package != "smartcar":
            return
        names = ", ".join(_imported(alias) for alias in node.names)
        if part in GONE or any(each.name in GONE for each in node.names):
            self._tell_import(node, "import smartcar", _NOT_HERE)
        elif part in {"v2_response", "types"}:
            self._tell_import(node, f"from smartcar.models import {names}", _RENAMED)
        elif part in MOVED or any(each.name == "SmartcarException" for each in node.names):
            self._tell_import(node, f"from smartcar import {names}")

    # --- what is told ----------------------------------------------------------------------------

    def _see_top_level(self, node: ast.Name | ast.Attribute, known: Known | None) -> None:
        kind, _, name = (known.kind if known else "").partition(" ")
        is_told = self._is_called(node) or kind == "function" or name == "SmartcarException"
        if kind in {"function", "class"} and name in CALLS and is_told:
            self._tell(node, name, "sure")

    def _see_method(self, node: ast.Attribute, held: Known) -> None:
        name = f"{held.kind}.{node.attr}"
        parts = {'["type"]', '["url"]'}
        is_part = name == _RESOLUTION and suffix_behind(node, self._parents) in parts
        if name in _METHODS or is_part:
            self._tell(node, name, "likely" if held.is_guessed else "sure")

    def _see_unknown(self, node: ast.Attribute) -> None:
        """A method of who knows what."""
        is_called = self._is_called(node)
        if not self.is_concerned:  # nothing but the method's name speaks for it
            fits, is_car = is_called and node.attr in UNMISTAKABLE, False
        else:
            is_car = (name_of(node.value) or "").lower().endswith(_LIKE_A_CAR)
            is_passed = is_car and isinstance(self._parents.get(node), ast.Call)
            fits = (is_called or is_passed) and node.attr in _DISTINCT
        for owner in ("Vehicle", "AuthClient"):
            is_its = fits or (is_called and is_car and owner == "Vehicle")
            if is_its and f"{owner}.{node.attr}" in _METHODS:
                self._tell(node, f"{owner}.{node.attr}", "likely")

    def _is_called(self, node: ast.AST) -> bool:
        above = self._parents.get(node)
        return isinstance(above, ast.Call) and above.func is node

    def _tell(self, node: ast.Name | ast.Attribute, name: str, certainty: Certainty) -> None:
        call = self._call_at(node, name)
        said = self._words(call)
        if said is None:
            return
        found = Finding(
            self._path,
            node.lineno,
            self._column(node),
            call.call,
            call.old,
            said.v2,
            said.v3,
            said.stays,
            said.note,
            certainty,
        )
        self._found.setdefault((node.end_lineno or 0, node.end_col_offset or 0), found)

    def _tell_import(self, node: ast.Import | ast.ImportFrom, new: str, note: str = "") -> None:
        """An import of what is elsewhere here, or has another name."""
        place, old = (node.lineno, node.col_offset + 1), ast.unparse(node)
        found = Finding(self._path, *place, "import", old, new, new, stays=True, note=note)
        self._found.setdefault((node.end_lineno or 0, node.end_col_offset or 0), found)

    def _call_at(self, node: ast.Name | ast.Attribute, name: str) -> Call:
        """The call of *name* that *node* is the function of, or *node* by itself."""
        receiver = self._receiver(node) if "." in name else ""
        is_unbound = self._is_unbound(node)
        above = self._parents.get(node)
        if not isinstance(above, ast.Call):
            suffix = suffix_behind(node, self._parents)
            return Call(name, self._shown(node), receiver, (), suffix, is_called=False)
        arguments = _arguments(above)
        if above.func is not node:
            is_passed = name_of(above.func) in _CALLING and above.args and above.args[0] is node
            through = self._shown(above.func) if is_passed else ""
            given = arguments[1:] if is_passed else ()
            return Call(name, self._shown(node), receiver, given, is_called=False, through=through)
        path = path_of(arguments[is_unbound:]) if name == "Vehicle.request" else None
        suffix = "" if name in MADE else suffix_behind(above, self._parents)
        shown_as = self._shown(node)
        return Call(path or name, shown_as, receiver, arguments, suffix, is_unbound=is_unbound)

    def _is_unbound(self, node: ast.expr) -> bool:
        """Is it a method that is taken from its class: ``Vehicle.battery(car)``?"""
        held = self.infer(node.value) if isinstance(node, ast.Attribute) else None
        return held is not None and held.kind.startswith(("class ", "own ")) and not held.is_many

    def _words(self, call: Call) -> Words | None:
        name = call.function.partition(".")[0]  # what the program calls ``smartcar``
        return words(call, "smartcar" if name in MOVED else name)

    def _shown(self, node: ast.expr) -> str:
        return shown(node)

    def _column(self, node: ast.expr) -> int:
        return node.col_offset + 1

    def _receiver(self, node: ast.Name | ast.Attribute) -> str:
        """What a method is called on, as it will be on v3: a car may be made on the spot."""
        if isinstance(node, ast.Name):
            return ""
        if self._is_unbound(node):
            match self._parents.get(node):
                case ast.Call(func=function, args=[car, *_]) if function is node:
                    return self._shown(car)
                case _:
                    return ""
        match node.value:
            case ast.Call(func=ast.Name() | ast.Attribute() as made) if self.infer(made) == Known(
                "class Vehicle"
            ):
                said = self._words(self._call_at(made, "Vehicle"))
                if said is not None and said.v3 is not None:
                    return said.v3
            case _:
                pass
        return self._shown(node.value)


_LOOKS: Final[dict[type[ast.AST], Callable[[Program, Any], None]]] = {
    ast.Name: Program._see_name,
    ast.Attribute: Program._see_attribute,
    ast.Call: Program._see_call,
    ast.Import: Program._see_import,
    ast.ImportFrom: Program._see_import_from,
}


def _arguments(call: ast.Call) -> list[tuple[str | None, ast.expr]]:
    """Keywords and values; ``**`` where a dictionary is unpacked."""
    placed: list[tuple[str | None, ast.expr]] = [(None, each) for each in call.args]
    return placed + [(each.arg or "**", each.value) for each in call.keywords]


def _imported(alias: ast.alias) -> str:
    name = "SmartcarError" if alias.name == "SmartcarException" else alias.name
    return f"{name} as {alias.asname}" if alias.asname else name


def path_of(arguments: list[tuple[str | None, ast.expr]]) -> str | None:
    """``GET tesla/compass``, where a request names its path on the spot."""
    named = dict(zip(("method", "path"), (value for _, value in arguments), strict=False))
    named |= {name: value for name, value in arguments if name in {"method", "path"}}
    match named:
        case {"method": ast.Constant(value=str(method)), "path": ast.Constant(value=str(path))}:
            plain = path.partition("?")[0].strip("/")
            is_read = method.upper() == "GET" and plain in PATHS
            return f"Vehicle.{PATHS[plain]}" if is_read else f"{method.upper()} {plain}"
        case _:
            return None
