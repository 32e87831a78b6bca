"""What each command to a car may be told, where somebody tells it by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from .commands import NAMES
from .make_commands import pin_digest
from .spec import Spec

_PLACE: Final = ("latitude", "longitude")
_WINDOW: Final = ("startTime", "stopTime")
_PIN: Final = re.compile("[0-9]{4}")

TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "drive": ("minutes", *_PLACE),
    "adjust": ("percent", "litres", "fuelPercent", "km", *_PLACE),
    "charge-set-limit": ("percent",),
    "navigation-set-destination": _PLACE,
    "charge-schedule-create": (
        *("scheduleId", "scheduleType", "location", "days", "weekdays", "weekends"),
        *_WINDOW,
    ),
    "charge-schedule-delete": ("scheduleId",),
    "climate-cabin": ("action", "temperature"),
    "climate-defroster": ("action",),
    "climate-steering-wheel": ("action",),
    "charge-amperage": ("amperage",),
    "charge-timer": ("type", "enable", "time"),
    "charge-times": ("chargeSchedules",),
    "charge-place": (*_PLACE, "percent", "weekday", "weekend"),
    "trunk": ("action",),
    "frunk": ("action",),
    "pin-set": ("pin",),
}
"""Arguments by command; one that is not here takes none."""


def kept_arguments(spec: Spec, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """*arguments* of the command *name* as they are kept: of a PIN only a digest.

    Raises:
        ValueError: The command takes no such argument, or a PIN has not four digits.
    """
    takes = TAKES.get(name, ())
    unknown = next((each for each in arguments if each not in takes), None)
    if unknown is not None and name in NAMES:
        raise ValueError(f"{name} takes {', '.join(takes) or 'nothing'}, not {unknown!r}.")
    if name != "pin-set" or "pin" not in arguments:
        return dict(arguments)
    pin = arguments["pin"]
    if not isinstance(pin, str) or not _PIN.fullmatch(pin):
        raise ValueError("pin: four digits, as text.")
    return {"digest": pin_digest(spec, pin)}
