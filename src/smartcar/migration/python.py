"""Calls of the official Python SDK in a Python program.  It is read, never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Any, Final

from .fit import Call, shown, suffix_behind
from .found import Certainty, Finding
from .meaning import Known, member
from .names import Names
from .official import ATTRIBUTES, CALLS, GONE, MOVED, PATHS
from .wording import words

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

_LIKE_A_CAR: Final = ("car", "vehicle")
_RESOLUTION: Final = "SmartcarException.resolution"
"""A dictionary there, an object here."""

_PARTS_GONE: Final = frozenset(f"smartcar.{name}" for name in GONE)
_NOT_HERE: Final = (
    "`smartcar.config`, `.helpers` and `.v3_response` are not here: the environment says where"
    " Smartcar is"
)
_RENAMED: Final = "some have another name there"


def scan_python(text: str, path: str) -> list[Finding]:
    """What *text* calls of the official SDK, in order.

    Raises:
        SyntaxError: It is no Python that this interpreter understands.
        ValueError: It has bytes that no program has.
        RecursionError: It is nested too deeply.
    """
    if "smartcar" not in text:
        return []
    tree = parsed(text, path)
    reader = _Reader(tree, path)
    reader.learn(tree)
    if not reader.imports:
        return []
    reader.read(tree)
    return sorted(reader.found.values(), key=lambda each: (each.line, each.column))


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


class _Reader(Names):
    """Learns what the names of a program are, then goes through it once more to tell its calls."""

    def __init__(self, tree: ast.Module, path: str) -> None:
        super().__init__()
        self.found: dict[tuple[int, int], Finding] = {}
        self._is_reading = False
        self._path = path
        self._parents = {
            child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }

    def read(self, tree: ast.Module) -> None:
        """Find the calls in *tree*, whose names are known by now."""
        self._is_reading = True
        self.visit(tree)

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
        if held is None:
            self._see_unknown(node)
        elif held.kind == "module":
            self._see_top_level(node, member(node.attr))
        elif not held.is_many:
            self._see_method(node, held)

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
        is_car = shown(node.value).rpartition(".")[2].lower().endswith(_LIKE_A_CAR)
        is_passed = is_car and isinstance(self._parents.get(node), ast.Call)
        for owner in ("Vehicle", "AuthClient"):
            fits = (is_called or is_passed) and node.attr in _DISTINCT
            fits = fits or (is_called and is_car and owner == "Vehicle")
            if fits and f"{owner}.{node.attr}" in _METHODS:
                self._tell(node, f"{owner}.{node.attr}", "likely")

    def _is_called(self, node: ast.AST) -> bool:
        above = self._parents.get(node)
        return isinstance(above, ast.Call) and above.func is node

    def _tell(self, node: ast.Name | ast.Attribute, name: str, certainty: Certainty) -> None:
        call = self._call_at(node, name)
        said = words(call, _module_of(node))
        if said is None:
            return
        found = Finding(
            self._path,
            node.lineno,
            node.col_offset + 1,
            call.call,
            call.old,
            said.v2,
            said.v3,
            said.stays,
            said.note,
            certainty,
        )
        self.found.setdefault((node.end_lineno or 0, node.end_col_offset or 0), found)

    def _tell_import(self, node: ast.Import | ast.ImportFrom, new: str, note: str = "") -> None:
        """An import of what is elsewhere here, or has another name."""
        place, old = (node.lineno, node.col_offset + 1), ast.unparse(node)
        found = Finding(self._path, *place, "import", old, new, new, stays=True, note=note)
        self.found.setdefault((node.end_lineno or 0, node.end_col_offset or 0), found)

    def _call_at(self, node: ast.Name | ast.Attribute, name: str) -> Call:
        """The call of *name* that *node* is the function of, or *node* by itself."""
        receiver = self._receiver(node) if "." in name else ""
        above = self._parents.get(node)
        if not isinstance(above, ast.Call) or above.func is not node:
            suffix = suffix_behind(node, self._parents)
            return Call(name, shown(node), receiver, (), suffix, is_called=False)
        arguments = _arguments(above)
        path = _path_of(arguments) if name == "Vehicle.request" else None
        suffix = suffix_behind(above, self._parents)
        return Call(path or name, shown(node), receiver, arguments, suffix)

    def _receiver(self, node: ast.Name | ast.Attribute) -> str:
        """What a method is called on, as it will be on v3: a car may be made on the spot."""
        if isinstance(node, ast.Name):
            return ""
        made = node.value
        if isinstance(made, ast.Call) and self.infer(made.func) == Known("class Vehicle"):
            said = words(Call("Vehicle", shown(made.func), "", _arguments(made)))
            return shown(made) if said is None or said.v3 is None else said.v3
        return shown(made)


_LOOKS: Final[dict[type[ast.AST], Callable[[_Reader, Any], None]]] = {
    ast.Name: _Reader._see_name,
    ast.Attribute: _Reader._see_attribute,
    ast.Call: _Reader._see_call,
    ast.Import: _Reader._see_import,
    ast.ImportFrom: _Reader._see_import_from,
}


def _arguments(call: ast.Call) -> list[tuple[str | None, ast.expr]]:
    """Keywords and values; ``**`` where a dictionary is unpacked."""
    placed: list[tuple[str | None, ast.expr]] = [(None, each) for each in call.args]
    return placed + [(each.arg or "**", each.value) for each in call.keywords]


def _imported(alias: ast.alias) -> str:
    name = "SmartcarError" if alias.name == "SmartcarException" else alias.name
    return f"{name} as {alias.asname}" if alias.asname else name


def _module_of(node: ast.Name | ast.Attribute) -> str:
    """What the program calls ``smartcar``."""
    name = shown(node).partition(".")[0]
    return "smartcar" if name in MOVED else name


def _path_of(arguments: list[tuple[str | None, ast.expr]]) -> str | None:
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
