"""Which version of the API the seed's functions and cars speak, where nobody says."""

from __future__ import annotations

from typing import Final

from .protocol.facts import CLASSIC

_KNOWN: Final = {"1": "1.0", "1.0": "1.0", "2": "2.0", "2.0": "2.0", "3": "3", "3.0": "3"}
"""Versions that there are, or were: v1.0 was switched off in January 2023."""

_said: list[str] = []


def set_api_version(version: str) -> None:
    """Speak *version* where a call does not say which: ``2.0`` (at first) or ``3``.

    It holds for ``Vehicle(…)`` made afterwards, and for the functions of this module.

    Raises:
        ValueError: There is no such version.
    """
    _said[:] = [checked(version)]


def get_api_version() -> str:
    """The version that is spoken where a call does not say which."""
    return _said[0] if _said else CLASSIC


def checked(version: str) -> str:
    """*version* as paths have it: ``1.0``, ``2.0``, ``3``.

    Raises:
        ValueError: There is no such version.
    """
    found = _KNOWN.get(str(version).removeprefix("v"))
    if found is None:
        msg = f"version must be 2.0 or 3 (or 1.0, which was switched off in 2023), not {version!r}"
        raise ValueError(msg)
    return found


def chosen(version: str | None) -> str:
    """*version*, else the one that is spoken where nobody says."""
    return get_api_version() if version is None else checked(version)
