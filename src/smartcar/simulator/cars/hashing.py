"""Chance without state: numbers that look random and depend only on the words given.

The whole pretend world is drawn from here, so that the same seed gives the same
world in any process and in any order of asking. Nothing here remembers anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def digest(*words: object, bits: int = 64) -> int:
    """A whole number from 0 to 2**bits - 1, the same for the same *words*."""
    # The unit separator keeps ("a", "bc") and ("ab", "c") apart.
    text = "\x1f".join(map(str, words)).encode()
    size = (bits + 7) // 8
    return int.from_bytes(blake2b(text, digest_size=size).digest(), "big") >> (size * 8 - bits)


def draw(*words: object) -> float:
    """A number from 0 (included) to 1 (excluded)."""
    return digest(*words, bits=53) * 2.0**-53


def between(low: float, high: float, *words: object) -> float:
    """A number from *low* to *high*."""
    return low + (high - low) * draw(*words)


def whole(low: int, high: int, *words: object) -> int:
    """A whole number from *low* to *high*, both included."""
    return low + digest(*words) % (high - low + 1)


def choose(options: Sequence[T], *words: object) -> T:
    """One of *options*."""
    return options[digest(*words) % len(options)]
