"""Which version of the API the seed's functions and cars speak, where nobody says."""

from __future__ import annotations

import re
from typing import Final

from .protocol.facts import CLASSIC

_VERSION: Final = re.compile(r"v?([0-9]+)(\.[0-9]+)?")
_said: list[str] = []


def set_api_version(version: str) -> None:
    """Speak *version* where a call does not say which: ``2.0`` (at first) or ``3``.

    It holds for ``Vehicle(…)`` made afterwards, and for the functions of this module.

    Raises:
        ValueError: It is no version.
    """
    _said[:] = [checked(version)]


def get_api_version() -> str:
    """The version that is spoken where a call does not say which."""
    return _said[0] if _said else CLASSIC


def checked(version: str) -> str:
    """*version* as paths have it: ``2.0``, ``3``.

    Raises:
        ValueError: It is no version.
    """
    match = _VERSION.fullmatch(str(version))
    if match is None:
        msg = f"version must be 2.0 or 3, not {version!r}"
        raise ValueError(msg)
    number, part = match.groups()
    if number == "3" and part in {None, ".0"}:
        return "3"
    if number == "3":
        msg = f"version must be 2.0 or 3, not {version!r}"
        raise ValueError(msg)
    return f"{number}{part or '.0'}"


def chosen(version: str | None) -> str:
    """*version*, else the one that is spoken where nobody says."""
    return get_api_version() if version is None else checked(version)
