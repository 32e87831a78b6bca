"""A batch as the official Python SDK has it: a named tuple of functions, and ``meta`` at its end.

No I/O here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from .warning import warn

_NAMED: Final[Mapping[str, str]] = {
    "/": "attributes",
    "/charge/limit": "get_charge_limit",
    "/diagnostics/dtcs": "diagnostic_trouble_codes",
    "/diagnostics/system_status": "diagnostic_system_status",
    "/security": "lock_status",
    "/tires/pressure": "tire_pressure",
}
"""Paths whose names in a batch of the official SDK are not made from the path."""


class WasBatch:
    """Answers to a batch, which are a named tuple in the official SDK."""

    if not TYPE_CHECKING:

        @property
        def _fields(self) -> tuple[str, ...]:
            warn("_fields is deprecated: say batch.paths")
            return tuple(_members(self))

        def _asdict(self) -> dict[str, Any]:
            warn("_asdict() is deprecated: say {path: batch[path] for path in batch}")
            return _members(self)


def item_of_batch(batch: Any, at: Any) -> Any:
    """What is *at* a position, or in a slice, of the official SDK's tuple."""
    warn(f"batch[{at!r}] is deprecated: say batch[path]")
    return tuple(_members(batch).values())[at]


def old_batch_name(path: str) -> str:
    """What the official SDK calls a method of a batch: ``/engine/oil`` is ``engine_oil``."""
    return _NAMED.get(path) or path.strip("/").replace("/", "_")


def warn_of_batch_name(name: str, new: str) -> None:
    """Warn of a method of a batch that has another name here."""
    if name != new:
        warn(f"batch.{name}() is deprecated: say batch.{new}()")


def _members(batch: Any) -> dict[str, Any]:
    asked = {old_batch_name(part.path): _reading(batch, str(part)) for part in batch._asked}
    return {**asked, "meta": batch.meta}


def _reading(batch: Any, path: str) -> Callable[[], Any]:
    return lambda: batch[path]
