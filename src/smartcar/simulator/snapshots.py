"""A world at an instant, to go back to, or to take elsewhere as one document."""

from __future__ import annotations

from msgspec import Struct

from .events import AnyEvent


class Snapshot(Struct, frozen=True, kw_only=True):
    """A world as it was: cheap, and in this process only.  ``export`` makes what outlives it."""

    id: str
    name: str | None
    at: float
    """The clock's time, in Unix seconds."""
    events: tuple[AnyEvent, ...]
    requests: int

    def __repr__(self) -> str:
        """Which one; not the tokens in it."""
        return f"<Snapshot {self.id} {self.name or ''} of {len(self.events)} events>"
