"""Lengths of time, as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


def seconds(by: float | str | timedelta) -> float:
    """A length of time as seconds.

    Raises:
        ValueError: It is no length of time, or goes back.
    """
    if isinstance(by, timedelta):
        length = by.total_seconds()
    elif isinstance(by, str):
        length = _spoken(by)
    else:
        length = float(by)
    if not 0 <= length < float("inf"):
        msg = "time goes forward only"
        raise ValueError(msg)
    return length


def _spoken(text: str) -> float:
    total, position = 0.0, 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            break
        total += float(part[1]) * _UNITS[part[2]]
        position = part.end()
    if position < len(text) or not text.strip():
        msg = f"{text!r} is no length of time: say it as 90s, 15min, 3h, 1d or 1d 2h"
        raise ValueError(msg)
    return total
