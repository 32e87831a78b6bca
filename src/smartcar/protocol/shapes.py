"""From JSON's own types to ours, whatever number of threads begins at the same time.

msgspec works out a type when it first reads one.  Two threads that do so together with the same
type crash the process (seen with 0.22.0; ``tests/test_shapes.py`` would show it), so each type is
worked out here, once, by one of them.  Nothing here does I/O.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_one_at_a_time = threading.RLock()


def decoder(shape: type[T]) -> msgspec.json.Decoder[T]:
    """What reads JSON as *shape*; text for a number is forgiven, as a year may come as text."""
    known = _decoders.get(shape)
    if known is None:
        with _one_at_a_time:
            known = _decoders[shape] = msgspec.json.Decoder(shape, strict=False)
    return known


def convert(value: object, shape: type[T], *, strict: bool = True) -> T:
    """*value*, read already, as *shape*.

    Raises:
        msgspec.ValidationError: It is not of that shape.
    """
    if shape not in _decoders:
        decoder(shape)
    return msgspec.convert(value, shape, strict=strict)
