"""One event at a time goes to a receiver over HTTP; what is next for it waits behind."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smartcar.simulator.world import World

    from .outbox import Queued


class Lanes:
    """Where events are that are carried aside, and what waits for them.

    Its callers hold the world's lock.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._out: dict[str, str] = {}
        """Where events are that are out, by their ids."""
        self._behind: dict[str, deque[Queued]] = {}
        """What waits for them to come back, by where they are."""
        self._heads: dict[str, str] = {}
        """Where others still wait behind an event that goes next, by its id."""

    def clear(self) -> None:
        """Nothing waits: the world has become another.  What is out comes back all the same."""
        self._behind.clear()
        self._heads.clear()

    def begin(self, event_id: str, uri: str) -> None:
        """An event goes out."""
        self._out[event_id] = uri

    def end(self, event_id: str) -> None:
        """It is back, and what waited longest goes next."""
        self.let_one_go(self._out.pop(event_id))

    def is_free(self, uri: str) -> bool:
        """Is nothing out to *uri*?"""
        return uri not in self._out.values()

    def taken(self, event_id: str, uri: str | None) -> str | None:
        """Where an event is, or where another is that goes to the same receiver; None: nowhere."""
        return self._out.get(event_id) or (None if uri is None or self.is_free(uri) else uri)

    def wait(self, queued: Queued, where: str) -> None:
        """Let *queued* wait there: behind the others, or before them if it was to go next."""
        waiting = self._behind.setdefault(where, deque())
        aside = self._world.outbox.put_aside(queued)
        if self._heads.get(queued.occasion.event_id) == where:
            waiting.appendleft(aside)
        else:
            waiting.append(aside)

    def lead(self, event_id: str) -> str | None:
        """Where others wait behind an event whose turn it is; None: nowhere."""
        return self._heads.pop(event_id, None)

    def let_one_go(self, where: str) -> None:
        """What waited longest goes next; the others stay, or each would be looked at each time."""
        waiting = self._behind.get(where)
        while waiting:
            queued = waiting.popleft()
            if self._world.outbox.put_back(queued):
                self._heads[queued.occasion.event_id] = where
                break
        if not waiting:
            self._behind.pop(where, None)

    def let_all_go(self, where: str | None) -> None:
        """The one that led them goes nowhere: all have their turns."""
        for each in () if where is None else self._behind.pop(where, ()):
            self._world.outbox.put_back(each)
