"""The functions of ``smartcar``, to be awaited: ``await smartcar.aio.get_user(token)``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from . import questions, shared
from .caller import given
from .client import AsyncSmartcar
from .questions import Question, presented

__all__ = [
    "delete_connections",
    "get_compatibility",
    "get_compatibility_matrix",
    "get_connections",
    "get_user",
    "get_vehicle",
    "get_vehicles",
]

P = ParamSpec("P")
R = TypeVar("R")


def _awaiting(question: Callable[P, Question[R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """The function that asks *question* and is awaited."""

    async def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = question(*args, **kwargs)
        client = AsyncSmartcar(access_token=given(asked.token), transport=shared.async_network())
        return await client.perform(asked.call)

    return presented(ask, question)


get_user = _awaiting(questions.get_user)
get_vehicles = _awaiting(questions.get_vehicles)
get_vehicle = _awaiting(questions.get_vehicle)
get_compatibility = _awaiting(questions.get_compatibility)
get_compatibility_matrix = _awaiting(questions.get_compatibility_matrix)
get_connections = _awaiting(questions.get_connections)
delete_connections = _awaiting(questions.delete_connections)
