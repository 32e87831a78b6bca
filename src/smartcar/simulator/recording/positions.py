"""Latitudes and longitudes of a mapping, moved together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .names import LATITUDES, LONGITUDES, plain
from .pseudonyms import NOWHERE, Pseudonyms


def positions(content: Mapping[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    """The fields of *content* that are a part of a position, as they are told instead.

    Half of a position is nowhere; text stays text.
    """
    found: dict[str, dict[str, tuple[str, float]]] = {}
    for key, value in content.items():
        part, number = _part(plain(key)), _as_number(value)
        if part is not None and number is not None:
            found.setdefault(part[1], {})[part[0]] = key, number
    made: dict[str, Any] = {}
    for pair in found.values():
        point = NOWHERE
        if len(pair) == 2:
            point = pseudonyms.point(pair["latitude"][1], pair["longitude"][1])
        for degrees, which in zip(point, ("latitude", "longitude"), strict=True):
            if which in pair:
                key = pair[which][0]
                made[key] = str(degrees) if isinstance(content[key], str) else degrees
    return made


def is_coordinate(name: str) -> bool:
    """Is a field that is called so half of a position?"""
    return _part(name) is not None


def _part(name: str) -> tuple[str, str] | None:
    """Which half *name* is, and of what: ``homelatitude`` is the latitude of ``home``."""
    for which, endings in (("latitude", LATITUDES), ("longitude", LONGITUDES)):
        for ending in endings:
            if name == ending or (len(ending) > 4 and name.endswith(ending)):
                return which, name.removesuffix(ending)
    return None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
