"""Tokens kept for as long as the program runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from .kept import LEASE_SECONDS, KeptTokens, checked_lease


@dataclass(slots=True)
class _Row:
    tokens: KeptTokens
    holder: str | None = None
    until: float = 0.0


class MemoryTokens:
    """Keeps owners' tokens in memory; safe to share between threads and event loops.

    Args:
        lease_seconds: How long one who refreshes may take before another takes over.
        now: Unix seconds.
    """

    def __init__(
        self, *, lease_seconds: float = LEASE_SECONDS, now: Callable[[], float] = time.time
    ) -> None:
        self.lease_seconds = checked_lease(lease_seconds)
        self._now = now
        self._rows: dict[str, _Row] = {}
        self._lock = threading.Lock()

    def get(self, owner: str) -> KeptTokens | None:
        """The owner's tokens; None if there are none."""
        row = self._rows.get(owner)
        return None if row is None else row.tokens

    def save(self, owner: str, tokens: KeptTokens, replacing: str | None = None) -> bool:
        """Keep *tokens*, if *replacing* is the version that is kept, or None."""
        with self._lock:
            row = self._rows.get(owner)
            if replacing is not None and (row is None or row.tokens.version != replacing):
                return False
            self._rows[owner] = _Row(replace(tokens, begun_at=None))
            return True

    def lease(self, owner: str, version: str, holder: str) -> bool:
        """Let *holder* alone refresh the owner's tokens for ``lease_seconds`` from now."""
        with self._lock:
            row, now = self._rows.get(owner), self._now()
            if row is None or row.tokens.version != version:
                return False
            # One that ends much later than a lease can was given before the clock was put back.
            is_held = now < row.until <= now + 2 * self.lease_seconds
            if is_held and row.holder not in {None, holder}:
                return False
            if row.tokens.begun_at is None:
                row.tokens = replace(row.tokens, begun_at=now)
            row.holder, row.until = holder, now + self.lease_seconds
            return True

    def release(self, owner: str, holder: str, *, settled: bool) -> None:
        """End *holder*'s lease, if it is still theirs."""
        with self._lock:
            row = self._rows.get(owner)
            if row is not None and row.holder == holder:
                row.holder = None
                row.tokens = replace(row.tokens, begun_at=None) if settled else row.tokens

    def delete(self, owner: str) -> None:
        """Keep nothing of the owner any more."""
        with self._lock:
            self._rows.pop(owner, None)

    def unsettled(self) -> list[str]:
        """Owners whose refresh was begun and is not known to have ended."""
        with self._lock:
            return [owner for owner, row in self._rows.items() if row.tokens.begun_at is not None]

    def __repr__(self) -> str:
        """How many owners; nothing of theirs."""
        return f"<MemoryTokens of {len(self._rows)} owners>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("MemoryTokens hold secrets: a pickle would show them")
