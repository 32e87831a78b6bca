"""How tokens are written: sealed with a key, or plain where there is none.

AES-256-GCM.  Owner and version are sealed in, so that nothing sealed can be put in another's place;
a fingerprint says which key it was, so that several can be in use while they are changed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

import msgspec

from smartcar.errors import TokenStoreError
from smartcar.protocol.shapes import decoder

from .kept import KeptTokens

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Key: TypeAlias = str | bytes
"""32 bytes, or those as base64."""

_BYTES: Final = 32
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_SEALED: Final = b"\x01"
_PLAIN: Final = b"{"
"""What is sealed, and what is plain JSON, begins so."""
_FINGERPRINT: Final = 8
_NONCE: Final = 12
"""Bytes, by chance, as GCM is made for: a key may seal some billion times."""


class _Plain(msgspec.Struct):
    access_token: str
    refresh_token: str | None
    expires_at: float
    renew_at: float
    refresh_expires_at: float | None
    is_dead: bool


def new_key() -> str:
    """A key for ``FileTokens``, as text: keep it where the file is not."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)).decode()


class Seal:
    """Seals and opens.

    Args:
        keys: The first seals, all of them open.  None in a key's place: plain.
    """

    def __init__(self, keys: Sequence[Key | None]) -> None:
        self._ciphers: dict[bytes, AESGCM] = {}
        self._first: bytes | None = None
        self._reads_plain = None in keys
        for key in keys:
            if key is not None:
                raw = _raw(key)
                self._ciphers[_fingerprint(raw)] = _cipher(raw)
        if keys[0] is not None:
            self._first = next(iter(self._ciphers))

    def close(self, owner: str, tokens: KeptTokens) -> bytes:
        """*tokens* as they are written."""
        content = msgspec.json.encode(
            _Plain(
                tokens.access_token,
                tokens.refresh_token,
                tokens.expires_at,
                tokens.renew_at,
                tokens.refresh_expires_at,
                tokens.is_dead,
            )
        )
        if self._first is None:
            return content
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self._first].encrypt(nonce, content, _bound(owner, tokens.version))
        return _SEALED + self._first + nonce + sealed

    def is_current(self, written: bytes) -> bool:
        """Would it be written with the same key today?"""
        beginning = _PLAIN if self._first is None else _SEALED + self._first
        return written.startswith(beginning)

    def open(self, owner: str, version: str, written: object, begun_at: float | None) -> KeptTokens:
        """What :meth:`close` was given.

        Raises:
            TokenStoreError: It was written with another key, or is not as it was written.
        """
        content = self._opened(owner, version, written)
        try:
            plain = decoder(_Plain).decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _damaged(owner) from None
        return KeptTokens(
            access_token=plain.access_token,
            refresh_token=plain.refresh_token,
            expires_at=plain.expires_at,
            renew_at=plain.renew_at,
            refresh_expires_at=plain.refresh_expires_at,
            is_dead=plain.is_dead,
            version=version,
            begun_at=begun_at,
        )

    def _opened(self, owner: str, version: str, written: object) -> bytes:
        if not isinstance(written, bytes):
            raise _damaged(owner)
        if written.startswith(_PLAIN):
            if self._reads_plain:
                return written
            raise _unreadable(owner, "they are not encrypted; key=[key, None] reads those too")
        if not written.startswith(_SEALED):
            raise _damaged(owner)
        name, rest = _parted(written[len(_SEALED) :], _FINGERPRINT)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise _unreadable(owner, "they are encrypted with another key")
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 -- an extra

        nonce, sealed = _parted(rest, _NONCE)
        try:
            return cipher.decrypt(nonce, sealed, _bound(owner, version))
        except (InvalidTag, ValueError):  # the latter: cut too short to be anything
            raise _damaged(owner) from None

    def __repr__(self) -> str:
        """How many keys; none of them."""
        return f"<Seal of {len(self._ciphers)} keys>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are secret: a pickle would show them")


def _raw(key: Key) -> bytes:
    """The bytes of *key*, which is not shown when it is none."""
    if isinstance(key, bytes) and len(key) == _BYTES:
        return key
    text = key.encode() if isinstance(key, str) else key
    if not isinstance(text, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] -- not everybody checks types
        msg = f"a key must be text or bytes, as new_key() makes it, not {type(key).__name__}"
        raise TypeError(msg)
    try:
        raw = base64.b64decode(text.strip().translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _BYTES:
        msg = "a key must be 32 bytes, or those as base64: make one with smartcar.tokens.new_key()"
        raise ValueError(msg)
    return raw


def _cipher(raw: bytes) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 -- an extra
    except ImportError:
        msg = (
            "To encrypt tokens, the package cryptography is needed: "
            "pip install 'smartcar-sdk[tokens]'"
        )
        raise ImportError(msg, name="cryptography") from None
    return AESGCM(raw)


def _fingerprint(raw: bytes) -> bytes:
    """Which key it is; says nothing of a key that was made by chance."""
    return hashlib.sha256(b"smartcar tokens" + raw).digest()[:_FINGERPRINT]


def _bound(owner: str, version: str) -> bytes:
    return msgspec.json.encode(["smartcar tokens", owner, version])


def _parted(content: bytes, length: int) -> tuple[bytes, bytes]:
    return content[:length], content[length:]


def _unreadable(owner: str, why: str) -> TokenStoreError:
    return TokenStoreError(0, f"The tokens of {owner!r} cannot be read: {why}.")


def _damaged(owner: str) -> TokenStoreError:
    return _unreadable(owner, "they are not as they were written")
