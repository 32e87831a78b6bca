"""How a call that was found is written here, on v2.0 and on v3, in the program's own names."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .fit import (
    AS_DICT,
    META,
    SIGNAL,
    Call,
    Fit,
    Patterns,
    argument,
    called,
    pairs,
    rows_for,
    shown,
    suffix_of,
)
from .official import Taken
from .row import AGES

_LISTING: Final = re.compile(r"client\.(connections|compatible_vehicles|vehicle)\([^()]*\)")
_PERCENT: Final = re.compile(r"round\(([0-9.]+) \* 100\)")
_LOOSE: Final = (
    *(ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Lambda, ast.Await),
    *(ast.NamedExpr, ast.GeneratorExp),
)
"""Expressions that fall apart beside an operator or a dot."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a call becomes."""

    v2: str | None
    v3: str | None
    stays: bool
    note: str


ANY_PATH: Final = Words(
    v2=None,
    v3=None,
    stays=False,
    note="v3 has no such paths: look for a signal or a command of the same meaning",
)
"""What a request becomes whose path is not among the rows."""


def words(call: Call, module: str = "smartcar", among: Patterns | None = None) -> Words | None:
    """What *call* becomes; *module* is what the program calls ``smartcar``.  None if unknown."""
    fit = rows_for(call) if among is None else rows_for(call, among)
    if not fit.rows:
        return ANY_PATH if called(call.call) == "request" else None
    named = _named(call)
    by_hand = fit.rows[0].v2 or ""
    if by_hand.startswith("except"):
        v2 = _function_here(call, module)
    elif by_hand and not re.search(rf"\b{called(call.call)}\(", by_hand):
        v2 = _filled(by_hand, named)
    elif call.through:
        passed = ", ".join(filter(None, (_function_here(call, module), _arguments_here(call))))
        v2 = f"{call.through}({passed})"
    elif call.is_called:
        function = _function_here(call, module)
        v2 = f"{function}({_arguments_here(call)}){_suffix_here(call, fit)}"
    else:
        v2 = f"{_function_here(call, module)}{call.suffix}"
    is_alike = all(row.stays and row.v3 == row.here for row in fit.rows)
    v3 = v2 if is_alike else _on_v3(call, fit, named)
    note = next((row.note for row in fit.rows if row.note), "")
    is_same = v2 == call.old and not call.written
    return Words(None if is_same else v2, v3, all(row.stays for row in fit.rows), note)


# --- on v2.0 -------------------------------------------------------------------------------------


def _function_here(call: Call, module: str) -> str:
    """Functions and classes are in the module itself; what a method is of, stays."""
    if "." in call.call or " " in call.call:
        return call.function
    name = "SmartcarError" if call.call == "SmartcarException" else call.call
    if "." in call.function:
        return f"{module}.{name}"
    return name if call.function == call.call else call.function


def _suffix_here(call: Call, fit: Fit) -> str:
    """What is read, where the answer has other names here."""
    row = fit.rows[0]
    if call.suffix.endswith(f"{AS_DICT}()"):
        return call.suffix.replace(AS_DICT, ".to_dict")
    if call.suffix in AGES and not call.written:
        return AGES[call.suffix]
    here = row.here if call.written else row.v2
    if not fit.is_exact or here is None:
        return call.suffix
    return _with_indices(suffix_of(here, called(call.call)), call.suffix)


def _with_indices(suffix: str, like: str) -> str:
    """*suffix* with the indices that *like* has."""
    given = iter(re.findall(r"\[\w+\]", like))
    return re.sub(r"\[\w+\]", lambda found: next(given, found[0]), suffix)


def _arguments_here(call: Call) -> str:
    said: list[str] = []
    for number, (keyword, value) in enumerate(call.arguments):
        known = _taken(call, number)
        if known is None:
            said.append(argument(keyword, shown(value)))
        elif known.is_opened:
            said += _opened(value)
        elif known.name == "test_mode":
            said.append(_mode(value))
        elif keyword is None and not known.is_keyword:
            said.append(shown(value))
        else:
            said.append(argument(known.here or None, shown(value)))
    return ", ".join(part for part in said if part)


def _taken(call: Call, number: int) -> Taken | None:
    """What the argument of this *number* is, counted from 0; None where the program hides it."""
    keyword, _ = call.arguments[number]
    if keyword is not None:
        return next((each for each in call.taken if each.name == keyword), None)
    before = call.arguments[: number + 1]
    is_hidden = any(isinstance(value, ast.Starred) for _, value in before)
    return None if is_hidden or number >= len(call.taken) else call.taken[number]


def _opened(value: ast.expr) -> list[str]:
    """The keywords that a dictionary becomes."""
    if isinstance(value, ast.Constant) and value.value is None:
        return []
    named = pairs([value])
    if not isinstance(value, ast.Dict):
        return [f"**({shown(value)} or {{}})"]
    if len(named) < len(value.keys):
        return [f"**{shown(value)}"]
    return [
        _mode(each) if name == "test_mode" else f"{name}={shown(each)}"
        for name, each in named.items()
    ]


def _mode(value: ast.expr) -> str:
    """``test_mode=True`` as a mode."""
    if isinstance(value, ast.Constant) and value.value is None:
        return ""
    if isinstance(value, ast.Constant):
        return 'mode="test"' if value.value else 'mode="live"'
    return f'mode="test" if {shown(value)} else "live"'


# --- on v3 ---------------------------------------------------------------------------------------


def _on_v3(call: Call, fit: Fit, named: Mapping[str, str]) -> str | None:
    texts = list(dict.fromkeys(row.v3 for row in fit.rows if row.v3 is not None))
    signals = list(dict.fromkeys(each for text in texts for each in SIGNAL.findall(text)))
    if not texts:
        return None
    if call.suffix.endswith(f"{AS_DICT}()"):
        return call.old.replace(AS_DICT, ".to_dict")
    if call.suffix in META and signals:
        text = f"{signals[0]}{META[call.suffix]}"
    elif fit.is_exact:
        text = " or ".join(_with_indices(each, call.suffix) for each in texts)
    elif signals:
        text = ", ".join(signals)
    else:
        text = " or ".join(dict.fromkeys(_listing(each) for each in texts))
    return _PERCENT.sub(lambda found: str(round(float(found[1]) * 100)), _filled(text, named))


def _listing(text: str) -> str:
    """What is listed, without what the row picks from it; what ends something is whole."""
    found = _LISTING.search(text)
    return text if found is None or "client.remove" in text else found[0]


def _named(call: Call) -> dict[str, str]:
    """What the names that rows are written with stand for in *call*."""
    named: dict[str, str] = {}
    if call.receiver:
        named |= dict.fromkeys(("car", "auth", "error"), call.receiver)
    for number, (_, value) in enumerate(call.arguments):
        known = None if " " in call.call else _taken(call, number)
        if known is not None and not known.is_opened:
            named[known.name] = shown(value)
    return named | {name: shown(value) for name, value in call.said.items()}


def _filled(code: str, named: Mapping[str, str]) -> str:
    """*code* with *named* in the place of its names, in brackets where they must hold together."""

    def place(found: re.Match[str]) -> str:
        text = named[found[0]]
        is_part = code[found.end() : found.end() + 1] in {".", "[", " "}
        is_loose = is_part and isinstance(ast.parse(text, mode="eval").body, _LOOSE)
        return f"({text})" if is_loose else text

    if not named:
        return code
    names = "|".join(map(re.escape, named))
    return re.sub(rf"(?<![\w.\"])({names})(?![\w\"])(?!=[^=])", place, code)
