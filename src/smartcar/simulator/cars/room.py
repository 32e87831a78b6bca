"""Functions of a car that remember what they gave, for as many cars as somebody follows.

A fleet that is looked at now and then needs little memory; one that is followed is gone through
again and again, and what is forgotten on the way is worked out anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Final, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LEAST: Final = 4096
"""Cars that there is always room for."""
_all: Final[list[Callable[[int], None]]] = []


class Roomy(Generic[P, R]):
    """*give*, remembering; as a decorator."""

    def __init__(self, give: Callable[P, R]) -> None:
        self._give = give
        self._remembering: Callable[..., R] = lru_cache(maxsize=LEAST)(give)
        self._room = LEAST
        update_wrapper(self, give)
        _all.append(self.make_room)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """What *give* gives, or gave."""
        return self._remembering(*args, **kwargs)

    def make_room(self, cars: int) -> None:
        """Remember of at least so many cars; of the most that were ever said."""
        if cars <= self._room:
            return
        while self._room < cars:
            self._room *= 2
        self._remembering = lru_cache(maxsize=self._room)(self._give)


def make_room(cars: int) -> None:
    """Let all of these remember of at least so many cars."""
    for each in _all:
        each(cars)
