"""A world at an instant, to go back to, or to take elsewhere as one document."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from math import isfinite
from typing import Any, Final

import msgspec
from msgspec import Struct

from .clock import LAST_DAY
from .events import AnyEvent, ClockMoved, ClockSet
from .world import World

FORMAT: Final = "smartcar-simulator-state"
VERSION: Final = 1
"""Of the document; a simulator reads those of its own version and older ones."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """A world as it was: cheap, and in this process only.  ``export`` makes what outlives it."""

    id: str
    name: str | None
    at: float
    """The clock's time, in Unix seconds."""
    events: tuple[AnyEvent, ...]
    """All that had happened."""
    requests: int
    """How many requests had been answered: their ids count on from there."""

    def __repr__(self) -> str:
        """Which one; not the tokens in it."""
        return f"<Snapshot {self.id} {self.name or ''} of {len(self.events)} events>"


class Snapshots:
    """Those that are kept."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}
        self._numbers = count(1)

    def keep(
        self, name: str | None, at: float, events: tuple[AnyEvent, ...], requests: int
    ) -> Snapshot:
        """A new one; an older one of the same name is let go."""
        for old in self.all():
            if name is not None and old.name == name:
                del self._kept[old.id]
        which = f"snapshot-{next(self._numbers)}"
        made = Snapshot(id=which, name=name, at=at, events=events, requests=requests)
        self._kept[which] = made
        return made

    def all(self) -> list[Snapshot]:
        """Oldest first."""
        return list(self._kept.values())

    def find(self, which: Snapshot | str) -> Snapshot:
        """The snapshot itself, or the one with this id or name.

        Raises:
            LookupError: There is none.
        """
        if isinstance(which, Snapshot):
            return which
        found = self._kept.get(which)
        found = found or next((each for each in self.all() if each.name == which), None)
        if found is None:
            known = ", ".join(each.name or each.id for each in self.all()) or "none"
            msg = f"There is no snapshot {which!r}; those kept: {known}."
            raise LookupError(msg)
        return found

    def drop(self, which: Snapshot | str) -> None:
        """Keep it no longer.

        Raises:
            LookupError: It is not kept.
        """
        found = self.find(which)
        if self._kept.pop(found.id, None) is None:
            msg = f"The snapshot {found.id} is not kept any more."
            raise LookupError(msg)


class Public(Struct, frozen=True, kw_only=True):
    """What may be known of an application."""

    client_id: str
    application_id: str
    name: str
    redirect_uris: tuple[str, ...] = ()


class Document(Struct, frozen=True, kw_only=True):
    """An exported world."""

    format: str
    version: int
    clock: str
    """For people: ``at`` is exact."""
    at: float
    requests: int = 0
    applications: tuple[Public, ...] = ()
    events: tuple[AnyEvent, ...]


class _Head(Struct, frozen=True):
    format: str = ""
    version: int = 0


def document(world: World, at: float, requests: int) -> bytes:
    """*world* as JSON that people can read, too."""
    made = Document(
        format=FORMAT,
        version=VERSION,
        clock=datetime.fromtimestamp(at, UTC).isoformat(),
        at=at,
        requests=requests,
        applications=tuple(
            Public(
                client_id=each.client_id,
                application_id=each.application_id,
                name=each.name,
                redirect_uris=each.redirect_uris,
            )
            for each in world.applications
        ),
        events=tuple(each for each in world.past() if not isinstance(each, ClockMoved | ClockSet)),
    )
    return msgspec.json.format(msgspec.json.encode(made), indent=2)


def read(text: bytes | str) -> Document:
    """A document of ``document``.

    Raises:
        ValueError: It is none, or of a version to come.
    """
    head: Any = None
    try:
        head = msgspec.json.decode(text, type=_Head)
        if head.format == FORMAT and head.version <= VERSION:
            found = msgspec.json.decode(text, type=Document)
            if isfinite(found.at) and 0 <= found.at <= LAST_DAY:
                return found
            msg = "This export cannot be read: at is no time."
            raise ValueError(msg)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        msg = f"This is no export of a simulator's state: {error}"
        raise ValueError(msg) from None
    if head.format != FORMAT:
        msg = f"This is no export of a simulator's state: its format is not {FORMAT!r}."
        raise ValueError(msg)
    msg = f"This export is of version {head.version}; this simulator reads up to {VERSION}."
    raise ValueError(msg)
