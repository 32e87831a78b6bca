"""Answers that hold for a while, so that a car that is asked again need not be asked.

An answer is remembered only if whoever made it said until when it holds (``Visit.holds_until``):
until the car reports again, at most until the token ends.  It is found again by everything that it
was made of: path, origin, token and user; requests with a query are never remembered.  Whatever
happens in the world ends all of them, and rules keep them out.  Another world has others.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from smartcar.protocol.wire import Request

from .arrival import Caller
from .world import World

MOST: Final = 4096
"""Answers at once."""

_Key: TypeAlias = tuple[str, str, str | None, str | None]


class Answered(NamedTuple):
    """What was answered, and from when until when it is right."""

    body: bytes
    caller: Caller
    begins: float
    ends: float


class Remembered:
    """What a world has answered since it last changed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._changes = world.changes
        self._answered: dict[_Key, Answered] = {}

    def find(self, request: Request, now: float) -> Answered | None:
        """What *request* was answered, if that is what it would be answered now."""
        # Nothing is kept where there are rules, and a new one is a change.
        if request.method != "GET" or request.query:
            return None
        changes = self._world.changes
        if changes != self._changes:
            self._answered.clear()
            self._changes = changes
        found = self._answered.get(_key(request))
        return found if found is not None and found.begins <= now < found.ends else None

    def keep(self, request: Request, answered: Answered) -> None:
        """Remember what *request* was answered; of those without a query, and a world in order."""
        world = self._world
        if request.method != "GET" or request.query or world.faults:
            return
        if world.changes != self._changes or len(self._answered) >= MOST:
            self._answered.clear()
            self._changes = world.changes
        self._answered[_key(request)] = answered


def _key(request: Request) -> _Key:
    headers = request.headers
    return request.path, request.origin, headers.get("authorization"), headers.get("sc-user-id")
