"""What a reply repeats of a secret, taken out of it.  No I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from smartcar.errors.problem import is_list, is_mapping

SHOWN: Final = "..."
"""What stands in its place."""

_NAMES: Final = frozenset({"error", "type", "code"})
"""Keys of words that say what an error is: a program decides by them, and no secret is there."""


def redacted(body: bytes, secret: str) -> bytes:
    """*body* without *secret*: Smartcar quotes a refresh token that it refuses.

    In JSON it is taken out of what is told only, so that a short one cannot spoil the names of
    things.
    """
    if not secret:
        return body
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.replace(secret.encode(), SHOWN.encode())
    hidden = _hidden(told, secret)
    return body if hidden == told else msgspec.json.encode(hidden)


def _hidden(told: object, secret: str) -> object:
    if isinstance(told, str):
        return told.replace(secret, SHOWN)
    if is_list(told):
        return [_hidden(each, secret) for each in told]
    if is_mapping(told):
        return _hidden_in(told, secret)
    return told


def _hidden_in(told: Mapping[str, Any], secret: str) -> dict[str, object]:
    return {
        name: value if name in _NAMES and isinstance(value, str) else _hidden(value, secret)
        for name, value in told.items()
    }
