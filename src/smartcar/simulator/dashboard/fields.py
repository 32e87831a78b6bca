"""How a signal is typed into a form: a number, a switch, one of a list, text, or parts as JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, Literal

import msgspec

from smartcar.api.catalogue import find
from smartcar.simulator.control.models import Signal

from .words import sentence, unit

Kind = Literal["number", "switch", "choice", "text", "parts"]

_WITH_THOUSANDS: Final = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_SWITCH: Final = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class SignalField:
    """What may be typed for one signal."""

    name: str
    kind: Kind
    unit: str
    value: str
    """What it tells now, as it would be typed."""
    example: str
    choices: tuple[str, ...] = ()

    def read(self, text: str) -> Any:
        """The value that *text* means.

        Raises:
            ValueError: It means none; the words are for a person.
        """
        match self.kind:
            case "number":
                return self._number(text)
            case "switch":
                if text.lower() not in _SWITCH:
                    raise ValueError(f"{self.name} is yes or no.")
                return _SWITCH[text.lower()]
            case "parts":
                try:
                    return msgspec.json.decode(text)
                except msgspec.DecodeError:
                    told = f"{self.name} has several parts: write them as JSON, such as"
                    raise ValueError(f"{told} {self.example}") from None
            case "choice" | "text":
                return text

    def _number(self, text: str) -> float:
        plain = text.replace(",", "") if _WITH_THOUSANDS.fullmatch(text) else text
        try:
            found = float(plain)
        except ValueError:
            found = float("nan")
        if not isfinite(found):
            raise ValueError(f"{self.name} is a number, such as {self.example}.")
        return int(found) if found.is_integer() else found


def field_of(signal: Signal) -> SignalField:
    """How *signal* is typed."""
    known = find(signal.code)
    usual: Any = {} if known is None else known.example
    choices = () if known is None else known.words
    sample = usual.get("value", usual.get("values", usual))
    told: Any = signal.value
    if isinstance(sample, dict | list) or (sample is None and isinstance(told, dict | list)):
        kind: Kind = "parts"
    elif isinstance(sample, bool) or isinstance(told, bool):
        kind = "switch"
    elif isinstance(sample, int | float):
        kind = "number"
    else:
        kind = "choice" if choices else "text"
    now = "" if signal.value is None else _typed(signal.value)
    if kind == "choice" and now and now not in choices:
        choices = (now, *choices)
    return SignalField(
        sentence(signal.name), kind, unit(signal.unit), now, _typed(sample), tuple(choices)
    )


def _typed(value: Any) -> str:
    """As it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
