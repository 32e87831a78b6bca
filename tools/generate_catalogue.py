"""Write the catalogue of signals as code, from ``signals.json``.

Run ``python tools/generate_catalogue.py`` after a change of the data, then ``ruff format``; a test
holds the result to it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

API = Path(__file__).parent.parent / "src" / "smartcar" / "api"

_READERS = {
    "number": ("float", "scalar(float)"),
    "integer": ("int", "scalar(int)"),
    "boolean": ("bool", "scalar(bool)"),
    "string": ("str", "scalar(str)"),
}
"""Type and reader of a plain value, by the JSON type that the catalogue names."""

_STRUCTURED = {
    "charge-chargelimits": ("ChargeLimits", "structured(ChargeLimits)"),
    "charge-chargerecords": ("tuple[ChargeRecord, ...]", "listed(ChargeRecord)"),
    "charge-chargetimers": ("tuple[ChargeTimer, ...]", "listed(ChargeTimer)"),
    "closure-doors": ("Doors", "structured(Doors)"),
    "closure-windows": ("Doors", "structured(Doors)"),
    "closure-enginecover": ("Opening", "structured(Opening)"),
    "closure-fronttrunk": ("Opening", "structured(Opening)"),
    "closure-reartrunk": ("Opening", "structured(Opening)"),
    "closure-sunroof": ("Opening", "structured(Opening)"),
    "closure-tailgate": ("Opening", "structured(Opening)"),
    "diagnostics-dtclist": ("tuple[TroubleCode, ...]", "listed(TroubleCode)"),
    "location-preciselocation": ("PreciseLocation", "structured(PreciseLocation)"),
    "service-records": ("tuple[ServiceRecord, ...]", "listed(ServiceRecord)"),
    "tractionbattery-nominalcapacity": ("NominalCapacity", "structured(NominalCapacity)"),
    "tractionbattery-range": ("BatteryRange", "battery_range"),
    "transmission-drivemode": ("DriveMode", "structured(DriveMode)"),
    "vehicleidentification-packages": ("tuple[str, ...]", "listed(str)"),
    "vehicleuseraccount-permissions": ("tuple[str, ...]", "listed(str)"),
    "wheel-tires": ("Tires", "structured(Tires)"),
}
"""Type and reader of each signal whose body is structured; the other diagnostics are alike."""

_HEAD = (
    '"""{doc}\n\n'
    "Written by ``tools/generate_catalogue.py`` from ``signals.json``: edit those.\n"
    '"""\n'
)


def signals() -> list[dict[str, Any]]:
    """What the API serves today."""
    everything: list[dict[str, Any]] = json.loads((API / "signals.json").read_text())
    return [signal for signal in everything if signal["status"] == "current"]


def reading(signal: dict[str, Any]) -> tuple[str, str]:
    """Python type of the value, and the reader that takes it out of the body."""
    if signal["body_shape"] != "structured":
        return _READERS[signal["type"]]
    if "status" in signal["example_body"] and signal["group"] == "Diagnostics":
        return "SystemStatus", "structured(SystemStatus)"
    return _STRUCTURED[signal["code"]]


def catalogue() -> str:
    """The module ``api/catalogue.py``."""
    groups: dict[str, list[str]] = defaultdict(list)
    for signal in signals():
        groups[signal["group"]].append(_member(signal))
    blocks = [
        f'class {group}:\n    """Signals of the group ``{group}``."""\n\n' + "\n".join(members)
        for group, members in sorted(groups.items())
    ]
    names = ["SignalType", "find", *groups]
    exported = "\n".join(f'    "{name}",' for name in sorted(names, key=_as_ruff_does))
    return "\n".join(
        [
            _HEAD.format(doc="Every signal of v3, by group: ``TractionBattery.StateOfCharge``."),
            "from __future__ import annotations\n",
            "from typing import Final\n",
            "from . import bodies",
            "from .definition import SignalType, find, listed, scalar, structured\n",
            f"__all__ = [\n{exported}\n]\n",
            *(f"\n{block}" for block in blocks),
        ]
    )


def _as_ruff_does(name: str) -> tuple[bool, str]:
    """Names in capitals first, as in an import."""
    return not name.isupper(), name


def _member(signal: dict[str, Any]) -> str:
    reader = _in_bodies(reading(signal)[1])
    unit = signal["unit"][0] if signal["unit"] else None
    about = [signal["description"]]
    if unit:
        about.append(f"In {unit}.")
    needs = " or ".join(f"``{name}``" for name in signal["permission"])
    about.append(f"Needs {needs}.")
    declared = f'    {signal["name"]}: Final = SignalType("{signal["code"]}", {reader})'
    return f'{declared}\n    """{_wrapped(" ".join(about))}"""\n'


def _wrapped(text: str, width: int = 90) -> str:
    """*text* on lines that fit, its first sentence first."""
    first, _, rest = text.partition(". ")
    if len(text) <= width:
        return text
    if len(first) > width:  # the first line ends where a clause does
        first, _, clause = first.rpartition(", ")
        rest = f"{clause[0].upper()}{clause[1:]}. {rest}"
    return f"{first}.\n\n    {rest}\n    "


def _in_bodies(text: str) -> str:
    for name in (
        *("ChargeLimits", "ChargeRecord", "ChargeTimer", "Doors", "Opening", "TroubleCode"),
        *("PreciseLocation", "ServiceRecord", "NominalCapacity", "BatteryRange", "DriveMode"),
        *("SystemStatus", "Tires", "battery_range"),
    ):
        text = text.replace(name, f"bodies.{name}")
    return text


def asking() -> str:
    """The module ``api/asking.py``: what ``car.signal(…)`` is to a type checker."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for signal in signals():
        by_kind[_in_bodies(reading(signal)[0])].append(signal["code"])
    aliases: list[str] = []
    overloads: list[tuple[str, str]] = []
    for kind, codes in sorted(by_kind.items()):
        name = _alias(kind)
        members = ", ".join(f'"{code}"' for code in sorted(codes))
        aliases.append(f"{name} = Literal[{members}]")
        overloads.append((name, kind))
    overloads += [("SignalType[V]", "V"), ("str", "Any")]
    return "\n".join(
        [
            _HEAD.format(doc="What ``car.signal(code)`` gives, code by code, to a type checker."),
            "from __future__ import annotations\n",
            "from collections.abc import Coroutine",
            "from typing import Any, Literal, Protocol, TypeVar, overload\n",
            "from . import bodies",
            "from .definition import SignalType",
            "from .signals import Signal\n",
            'V = TypeVar("V")\n',
            *aliases,
            "\n",
            _protocol("ReadSignal", "Ask a car for one signal, and wait.", "{}", overloads),
            "\n",
            _protocol(
                "AwaitSignal",
                "Ask a car for one signal; await it.",
                "Coroutine[Any, Any, {}]",
                overloads,
            ),
        ]
    )


def _protocol(name: str, doc: str, wrap: str, overloads: list[tuple[str, str]]) -> str:
    lines = [f"class {name}(Protocol):", f'    """{doc}"""\n']
    for code, kind in overloads:
        answer = wrap.format(f"Signal[{kind}]")
        lines += ["    @overload", f"    def __call__(self, code: {code}) -> {answer}: ..."]
    return "\n".join(lines) + "\n"


def _alias(kind: str) -> str:
    """``tuple[bodies.ChargeRecord, ...]`` is asked for by a ``ChargeRecordsCode``."""
    plain = kind.replace("bodies.", "")
    inner = plain.removeprefix("tuple[").removesuffix(", ...]")
    return f"{inner[0].upper()}{inner[1:]}{'s' if inner != plain else ''}Code"


if __name__ == "__main__":
    for module, text in {"catalogue.py": catalogue(), "asking.py": asking()}.items():
        (API / module).write_text(text)
