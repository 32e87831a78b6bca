"""Webhooks' signatures: HMAC-SHA256 with the application management token as key, in hexadecimal.

Source: https://smartcar.com/docs/api-reference/webhooks/events/verify.  Nothing here does I/O.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import NoReturn


class Secrets:
    """Application management tokens that a signature may be made with, the current one first.

    Neither shown nor pickled.

    Args:
        tokens: One, or several while it is being changed.

    Raises:
        ValueError: There is none, or one is empty: anybody could sign with it.
        TypeError: One is neither text nor bytes.
    """

    __slots__ = ("_keyed",)

    def __init__(self, tokens: str | bytes | Iterable[str | bytes]) -> None:
        several = (tokens,) if isinstance(tokens, (str, bytes)) else tuple(tokens)
        if not several:
            told = "no secret was given: pass the application management token, from the dashboard"
            raise ValueError(told)
        # Copies of a keyed HMAC are a third cheaper than new ones.
        self._keyed = tuple(hmac.new(_key(token), digestmod=hashlib.sha256) for token in several)

    def sign(self, message: bytes) -> str:
        """The signature of *message* with the current token."""
        return _signature(self._keyed[0], message)

    def signer_of(self, message: bytes, signature: bytes) -> int | None:
        """Which token, from 0, *signature* of *message* was made with; None if with none of them.

        Each is compared in constant time, and all of them always are.
        """
        found = None
        for number, keyed in enumerate(self._keyed):
            if hmac.compare_digest(_signature(keyed, message).encode(), signature):
                found = number
        return found

    def only(self, number: int) -> Secrets:
        """The token with *number* alone."""
        one = object.__new__(Secrets)
        one._keyed = (self._keyed[number],)
        return one

    def __len__(self) -> int:
        return len(self._keyed)

    def __repr__(self) -> str:
        return f"<{len(self)} secrets>" if len(self) > 1 else "<1 secret>"

    def __reduce__(self) -> NoReturn:
        told = "secrets are not pickled: make them again from where the tokens are kept"
        raise TypeError(told)


def as_sent(name: str, value: object) -> bytes:
    """*value* as it was sent; what no UTF-8 can hold was never sent, and matches nothing."""
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    if isinstance(value, bytes):
        return value
    told = f"{name} must be text or bytes, not {type(value).__name__}"
    raise TypeError(told)


def _key(token: object) -> bytes:
    key = as_sent("amt", token)
    if not key:
        told = "amt is empty: pass the application management token, from the dashboard"
        raise ValueError(told)
    return key


def _signature(keyed: hmac.HMAC, message: bytes) -> str:
    copy = keyed.copy()
    copy.update(message)
    return copy.hexdigest()
