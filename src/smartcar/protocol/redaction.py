"""What a reply repeats of a secret, taken out of it.  No I/O here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from smartcar.untyped import is_list, is_mapping

from .wire import Reply

SHOWN: Final = "..."
"""What stands in its place."""

_NAMES: Final = frozenset({"error", "type", "code"})
"""Keys of words that say what an error is: a program decides by them."""

_SHORT: Final = 8
"""Characters: what has fewer may be a part of any word.  Refresh tokens of Smartcar have 36."""


def redacted(reply: Reply, secret: str) -> Reply:
    """*reply* without *secret*, however it is percent-encoded: Smartcar quotes what it refuses.

    It is taken out of the body and the headers; one that is shorter than any token only of what
    JSON tells, so that it cannot spoil the names of things.
    """
    if not secret:
        return reply
    hiding = _Hiding(re.compile("".join(map(_any_form, secret))), is_short=len(secret) < _SHORT)
    return replace(reply, headers=hiding.in_headers(reply.headers), body=hiding.in_body(reply.body))


def _any_form(character: str) -> str:
    """A pattern for *character* as it is, and as an address or a form may have it."""
    octets = character.encode("utf-8", "surrogatepass")
    encoded = "".join(f"%{octet:02x}" for octet in octets)
    plus = r"|\+" if character == " " else ""
    return f"(?:{re.escape(character)}|(?i:{encoded}){plus})"


@dataclass(frozen=True, slots=True)
class _Hiding:
    secret: re.Pattern[str]
    is_short: bool

    def in_text(self, text: str) -> str:
        return self.secret.sub(SHOWN, text)

    def in_headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        if self.is_short:
            return headers
        return {name: self.in_text(value) for name, value in headers.items()}

    def in_body(self, body: bytes) -> bytes:
        try:
            told = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = body.decode("utf-8", "surrogateescape")
            return self.in_text(text).encode("utf-8", "surrogateescape")
        hidden = self.in_json(told)
        return body if hidden == told else msgspec.json.encode(hidden)

    def in_json(self, told: object) -> object:
        if isinstance(told, str):
            return self.in_text(told)
        if is_list(told):
            return [self.in_json(each) for each in told]
        if is_mapping(told):
            return self._in_members(told)
        return told

    def _in_members(self, told: Mapping[str, Any]) -> dict[str, object]:
        if not self.is_short:
            return {self.in_text(name): self.in_json(value) for name, value in told.items()}
        return {
            name: value if name in _NAMES and isinstance(value, str) else self.in_json(value)
            for name, value in told.items()
        }
