"""A world at an instant, to go back to, or to take elsewhere as one document."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from math import isfinite
from typing import Any, Final

import msgspec
from msgspec import Struct

from .clock import LAST_DAY
from .events import AnyEvent, ClockMoved, ClockSet, SpeedSet
from .journal import Journal
from .world import World

FORMAT: Final = "smartcar-simulator-state"
VERSION: Final = 1
"""Of the document; a simulator reads those of its own version and older ones."""


class Snapshot(Struct, frozen=True, kw_only=True):
    """A world as it was: cheap.  It lasts as long as the journal; ``export`` goes elsewhere."""

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


_read = msgspec.json.Decoder(Snapshot)


class Snapshots:
    """Those that are kept, with the journal: as long as it lasts.

    Raises:
        OSError: What the journal keeps cannot be read.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: dict[str, Snapshot] = {}
        last = 0
        for which, body in journal.snapshots():
            self._kept[which] = _read.decode(body)
            last = max(last, int(which.rpartition("-")[2]))
        self._numbers = count(last + 1)

    def keep(
        self, name: str | None, at: float, events: tuple[AnyEvent, ...], requests: int
    ) -> Snapshot:
        """A new one; an older one of the same name is let go."""
        which = f"snapshot-{next(self._numbers)}"
        made = Snapshot(id=which, name=name, at=at, events=events, requests=requests)
        olds = [each.id for each in self.all() if name is not None and each.name == name]
        self._journal.keep_snapshot(which, msgspec.json.encode(made), olds)
        for old in olds:
            del self._kept[old]
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
        if found.id not in self._kept:
            msg = f"The snapshot {found.id} is not kept any more."
            raise LookupError(msg)
        self._journal.drop_snapshot(found.id)
        del self._kept[found.id]


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
        events=tuple(
            each for each in world.past() if not isinstance(each, ClockMoved | ClockSet | SpeedSet)
        ),
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
