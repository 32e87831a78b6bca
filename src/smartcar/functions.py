"""Functions for programs that have a token and a question, on connections that all of them share.

Where Smartcar is follows from the environment, as with ``Smartcar()``.  Awaiting twins of the same
names are in ``smartcar.aio``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from . import questions, shared
from .caller import given
from .client import Smartcar
from .questions import Question, presented

P = ParamSpec("P")
R = TypeVar("R")


def _blocking(question: Callable[P, Question[R]]) -> Callable[P, R]:
    """The function that asks *question* and waits."""

    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = question(*args, **kwargs)
        client = Smartcar(access_token=given(asked.token), transport=shared.network())
        return client.perform(asked.call)

    return presented(ask, question)


get_user = _blocking(questions.get_user)
get_vehicles = _blocking(questions.get_vehicles)
get_vehicle = _blocking(questions.get_vehicle)
get_compatibility = _blocking(questions.get_compatibility)
get_compatibility_matrix = _blocking(questions.get_compatibility_matrix)
get_connections = _blocking(questions.get_connections)
delete_connections = _blocking(questions.delete_connections)
