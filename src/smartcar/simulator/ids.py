"""Ids and tokens that look random and are not: same seed, same calls, same ids."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID


def uuid(seed: int, *words: object) -> str:
    """A version 4 UUID made of *seed* and *words*."""
    return str(UUID(bytes=_digest(seed, words), version=4))


def token(seed: int, *words: object) -> str:
    """32 letters and digits made of *seed* and *words*."""
    return _digest(seed, words).hex()


def _digest(seed: int, words: tuple[object, ...]) -> bytes:
    text = "\x1f".join([str(seed), *map(str, words)])
    return blake2b(text.encode(), digest_size=16).digest()
