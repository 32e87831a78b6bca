"""Bodies and errors that a signal is to tell, looked at before they are kept.

A value is held to the type that the catalogue has for the signal; what is wrong is told in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final

import msgspec

from smartcar.api.catalogue import find
from smartcar.api.definition import ALL, SignalType

from .problems import KNOWN

Body = dict[str, Any]

_AXES: Final = {"latitude": 90, "longitude": 180}
_NEVER_NEGATIVE: Final = {
    *("ampere", "bar", "km", "km/h", "kph", "kWh", "liters", "minutes", "volts"),
}


def known_signal(code: str) -> SignalType[Any]:
    """The signal of the catalogue with *code*.

    Raises:
        ValueError: There is none.
    """
    found = find(code)
    if found is None:
        near = get_close_matches(code.lower(), ALL, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "see the catalogue of signals."
        msg = f"There is no signal {code!r}: {hint}"
        raise ValueError(msg)
    return found


def checked_error(error: str) -> str:
    """*error*, if it is one of Smartcar's: ``TYPE:CODE``, or a ``TYPE`` that stands alone.

    Raises:
        ValueError: It is none.
    """
    kind, _, code = error.strip().upper().partition(":")
    if (kind, code or None) in KNOWN:
        return f"{kind}:{code}" if code else kind
    codes = sorted(f"{kind}:{each}" if each else kind for of, each in KNOWN if of == kind)
    types = sorted({of for of, _ in KNOWN})
    msg = f"{error!r} is no error of Smartcar's; it is one of {', '.join(codes or types)}."
    raise ValueError(msg)


def body_of_value(known: SignalType[Any], value: Any, own: Mapping[str, Any] | None) -> Body:
    """The body in which *known* says *value*; the rest of it is as in *own*, the car's.

    Raises:
        ValueError: No such signal has this value.
    """
    usual = dict(own or known.example)
    if isinstance(value, Mapping):
        return checked_body(known, {**usual, **value})
    if "values" in usual:
        return checked_body(known, {**usual, "values": value})
    if "value" not in usual:
        keys = ", ".join(usual)
        msg = f"{known.code} has no single value: give a mapping of {keys}."
        raise ValueError(msg)
    # The value as the catalogue has it: a number said as text becomes a number.
    read = _read(known, {**usual, "value": value})
    said = _plain(read) if isinstance(read, float) else value if read is None else read
    return checked_body(known, {**usual, "value": said})


def checked_body(known: SignalType[Any], body: Mapping[str, Any]) -> Body:
    """*body*, if it is one that *known* can have.

    Raises:
        ValueError: It is none.
    """
    made = dict(body)
    value = _read(known, made)
    words = {*known.example, *_words_of(value)}
    if unknown := sorted(made.keys() - words):
        msg = f"{known.code} has no {', '.join(unknown)}; it has {', '.join(sorted(words))}."
        raise ValueError(msg)
    if "unit" in made and made["unit"] != known.example.get("unit"):
        msg = f"{known.code} is told in {known.example.get('unit')}, not in {made['unit']!r}."
        raise ValueError(msg)
    for axis, most in _AXES.items():
        degrees = made.get(axis)
        if isinstance(degrees, int | float) and not -most <= degrees <= most:
            msg = f"{known.code}: {axis} lies between -{most} and {most} degrees, not at {degrees}."
            raise ValueError(msg)
    try:
        msgspec.json.encode(made)
    except (TypeError, ValueError) as error:
        msg = f"{known.code} cannot be written as JSON: {error}"
        raise ValueError(msg) from None
    return made


def _read(known: SignalType[Any], body: Body) -> Any:
    try:
        value = known.value_in(body)
    except (msgspec.ValidationError, TypeError) as error:
        msg = f"{known.code} cannot be so: {error}"
        raise ValueError(msg) from None
    if isinstance(value, float):
        if not isfinite(value):
            msg = f"{known.code} must be a finite number, not {value}."
            raise ValueError(msg)
        if known.unit == "percent" and not 0 <= value <= 100:
            msg = f"{known.code} is a percentage, from 0 to 100, not {value:g}."
            raise ValueError(msg)
        if known.unit in _NEVER_NEGATIVE and value < 0:
            msg = f"{known.code} must be 0 {known.unit} or more, not {value:g}."
            raise ValueError(msg)
    return value


def _plain(value: float) -> float:
    """Without a decimal point where none is needed."""
    return int(value) if value.is_integer() else float(value)


def _words_of(value: Any) -> set[str]:
    """The keys that a structure has on the wire."""
    if not isinstance(value, msgspec.Struct):
        return set()
    return {field.encode_name for field in msgspec.structs.fields(value)}
