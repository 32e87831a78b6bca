"""Headers as servers and frameworks have them, and by their names.  Nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping

Headers = Mapping[str, str] | list[tuple[str, str]] | list[tuple[bytes, bytes]]
"""A mapping, or a list of pairs, as WSGI, ASGI and frameworks have them; names have no case."""


def named(headers: Headers) -> dict[str, str]:
    """Headers by their names in lower case; one that came twice is joined, as HTTP has it."""
    found: dict[str, str] = {}
    for name, value in headers if isinstance(headers, list) else headers.items():
        key, said = _plain(name).lower(), _plain(value)
        found[key] = f"{found[key]}, {said}" if key in found else said
    return found


def _plain(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
