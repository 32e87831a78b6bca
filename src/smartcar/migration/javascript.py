"""Calls of the official Node SDK in JavaScript and TypeScript.

They are found by their text, in files that load the SDK: every one is only *likely*.  Comments and
what stands in quotes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .calls import ROWS
from .fit import Call
from .found import Finding
from .official import CALLS
from .row import camel
from .wording import ANY_PATH, Words, words

_LITERAL: Final = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL
)
_SDK: Final = r"""['"]smartcar['"]"""
_LOADED: Final = re.compile(
    rf"""(?:const|let|var|import)\s+(?P<what>[^;=]*?)\s*=\s*(?:await\s+)?(?:require|import)\(\s*{_SDK}
    |import\s+(?:type\s+)?(?P<from>[^;'"]*?)\s+from\s*{_SDK}""",
    re.VERBOSE,
)
_NAME: Final = r"[A-Za-z_$][\w$]*"
_METHOD: Final = re.compile(rf"(?P<of>{_NAME}|\)|\])\s*[!?]?\.\s*(?P<name>{_NAME})\s*\(")
_REQUEST: Final = re.compile(r"""\(\s*['"](\w+)['"]\s*,\s*['"`]/?([\w/-]+)['"`]""")
_FIELDS: Final = re.compile(rf"(?:\s*\))*\s*((?:\s*[?!]?\.\s*{_NAME}(?![\w$]|\s*\()|\[\w+\])*)")
_KEY: Final = re.compile(r"[{,]\s*(\w+)\s*(?=[:,}])")
_LIKE_A_CAR: Final = ("car", "vehicle")

_DISTINCT: Final = frozenset(
    {
        *("batteryCapacity", "diagnosticSystemStatus", "diagnosticTroubleCodes", "engineOil"),
        *("exchangeCode", "exchangeRefreshToken", "getAuthUrl", "getChargeLimit", "getSignal"),
        *("getSignals", "lockStatus", "nominalCapacity", "odometer", "sendDestination"),
        *("serviceHistory", "setChargeLimit", "startCharge", "stopCharge", "tirePressure"),
    }
)
"""Methods whose names hardly mean anything else."""

_ERROR: Final = "SmartcarError"

_OFFICIAL: Final = {
    _ERROR: "SmartcarException",
    **{camel(name): name for name in CALLS if "." not in name},
}
"""Names of the Node SDK's module, and what the Python one calls them."""

_METHODS: Final = {
    (owner, camel(name)): f"{owner}.{name}"
    for owner, dot, name in (each.partition(".") for each in CALLS)
    if dot
}


def scan_javascript(text: str, path: str) -> list[Finding]:
    """What *text* calls of the official Node SDK, in order."""
    if "smartcar" not in text:
        return []
    return list(_Script(text, path).findings())


class _Script:
    """A program, and what it calls the SDK and what the SDK makes."""

    def __init__(self, text: str, path: str) -> None:
        self._path = path
        self._text = _LITERAL.sub(_without_comment, text)
        self._code = _LITERAL.sub(_blank, text)
        self._modules: set[str] = set()
        self._names: dict[str, str] = {}
        for found in _LOADED.finditer(self._text):
            self._load(found["what"] or found["from"] or "")

    def findings(self) -> Iterator[Finding]:
        """What is called."""
        if not self._modules and not self._names:
            return
        found = {(each.line, each.column): each for each in (*self._direct(), *self._methods())}
        yield from (found[place] for place in sorted(found))

    def _load(self, what: str) -> None:
        whole, _, named = what.partition("{")
        for each in named.partition("}")[0].split(","):
            name, _, alias = re.sub(r"\s+as\s+|\s*:\s*", "=", each.strip()).partition("=")
            if name in _OFFICIAL:
                self._names[alias or name] = name
        module = re.sub(r"^\*\s+as\s+", "", whole.strip().rstrip(",").strip())
        if re.fullmatch(_NAME, module):
            self._modules.add(module)

    def _direct(self) -> Iterator[Finding]:
        """Functions and classes of the SDK's module."""
        for module in self._modules:
            for found in re.finditer(rf"(?<![\w$.]){re.escape(module)}\.({_NAME})", self._code):
                if found[1] in _OFFICIAL:
                    yield from self._called(found, found[1])
        for alias, name in self._names.items():
            for found in re.finditer(rf"(?<![\w$.]){re.escape(alias)}(?![\w$:])", self._code):
                yield from self._called(found, name)

    def _called(self, found: re.Match[str], name: str) -> Iterator[Finding]:
        is_class = name in {"Vehicle", "AuthClient"}
        is_error = name == _ERROR
        is_made = re.search(r"new\s+$", self._code[: found.start()]) is not None
        is_called = self._code[found.end() :].lstrip().startswith("(")
        if is_error or (is_made and is_class) or (is_called and not is_class):
            yield from self._found(_OFFICIAL[name], found.start(), found.end())

    def _methods(self) -> Iterator[Finding]:
        made = {owner: self._made(owner) for owner in ("Vehicle", "AuthClient")}
        for found in _METHOD.finditer(self._code):
            name, of = found["name"], found["of"]
            for owner, receivers in made.items():
                call = _METHODS.get((owner, name))
                is_car = owner == "Vehicle" and of.lower().endswith(_LIKE_A_CAR)
                if call and (of in receivers or name in _DISTINCT or is_car):
                    start = found.start("of") if of.isidentifier() else found.start("name")
                    yield from self._found(call, start, found.end() - 1, of)

    def _made(self, owner: str) -> set[str]:
        """Names of what is made of *owner*, or said to be one."""
        said = "|".join(
            [
                *(rf"{re.escape(module)}\.{owner}" for module in self._modules),
                *(re.escape(alias) for alias, name in self._names.items() if name == owner),
            ]
        )
        if not said:
            return set()
        pattern = rf"({_NAME})\s*(?::\s*(?:{said})\b|=\s*new\s+(?:{said})\b)"
        return {found[1] for found in re.finditer(pattern, self._code)}

    def _found(self, call: str, start: int, end: int, of: str = "") -> Iterator[Finding]:
        close = _closing(self._code, end)
        asked = _REQUEST.match(self._text, end) if call == "Vehicle.request" else None
        fields = _FIELDS.match(self._code, close)
        suffix = re.sub(r"[\s?!]", "", fields[1]) if fields else ""
        path = asked and f"{asked[1].upper()} {asked[2]}"
        name = of if re.fullmatch(_NAME, of) and of != "this" else "car"
        said = _becomes(path or call, suffix, self._code[start:close], name)
        if said is None:
            return
        line = self._code.count("\n", 0, start)
        column = start - self._code.rfind("\n", 0, start)
        old = f"{' '.join(self._text[start:close].split())}{suffix}"
        yield Finding(
            self._path,
            line + 1,
            column,
            path or call,
            old,
            said.v2,
            said.v3,
            said.stays,
            said.note,
            "likely",
        )


def _becomes(call: str, suffix: str, text: str, name: str) -> Words | None:
    """What the call in *text* becomes: the row that fits best, or all signals of a read."""
    if call == "SmartcarException":
        return Words(f"smartcar.{_ERROR}", f"smartcar.{_ERROR}", stays=True, note="")
    rows = [row for row in ROWS if row.call == call and row.node is not None]
    plain = _plain(suffix)
    fit = [row for row in rows if plain and _plain(row.node or "").endswith(plain)]
    owner, _, method = call.partition(".")
    if owner == "Vehicle" and not fit and len(rows) > 1 and not CALLS[call]:
        read = Call(call, f"{name}.{method}", name, ())
        said = words(read)
        return said and Words(said.v2 or read.old, said.v3, said.stays, said.note)
    said_there = _keys(text)
    row = max(fit or rows, key=lambda row: _score(_keys(row.node or ""), said_there), default=None)
    if row is None:
        return ANY_PATH if " " in call or call == "Vehicle.request" else None
    v3 = None if row.v3 is None else _of(row.v3, name)
    return Words(_of(row.here, name), v3, row.stays, row.note)


def _of(code: str, name: str) -> str:
    return re.sub(r"(?<![\w.])(car|auth)(?=\.)", name, code)


def _plain(code: str) -> str:
    """*code* with every index 0."""
    return re.sub(r"\[\w+\]", "[0]", code)


def _score(wanted: set[str], said: set[str]) -> tuple[int, int]:
    return len(wanted & said) - len(wanted - said), len(wanted & said)


def _keys(text: str) -> set[str]:
    """Keys of the objects in *text*."""
    return {key for each in re.findall(r"\{[^{}]*\}", text) for key in _KEY.findall(each)}


def _closing(code: str, start: int) -> int:
    """Behind the bracket that closes the one at *start*, which stands there or does not."""
    if not code[start:].lstrip().startswith("("):
        return start
    depth = 0
    for place in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[place], 0)
        if depth == 0 and code[place] == ")":
            return place + 1
    return start


def _without_comment(found: re.Match[str]) -> str:
    return found[0] if found[0][0] in "'\"`" else _blank(found)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
