"""Functions for programs that have a token and a question, on connections that all of them share.

Where Smartcar is follows from the environment, as with ``Smartcar()``.  Awaiting twins of the same
names are in ``smartcar.aio``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import ParamSpec, TypeVar

from . import questions, shared
from .client import Smartcar
from .questions import Question

P = ParamSpec("P")
R = TypeVar("R")


def _blocking(question: Callable[P, Question[R]]) -> Callable[P, R]:
    """The function that asks *question* and waits."""

    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = question(*args, **kwargs)
        return Smartcar(access_token=asked.token, transport=shared.network()).perform(asked.call)

    return update_wrapper(ask, question)


get_user = _blocking(questions.get_user)
get_vehicles = _blocking(questions.get_vehicles)
get_vehicle = _blocking(questions.get_vehicle)
get_compatibility = _blocking(questions.get_compatibility)
get_compatibility_matrix = _blocking(questions.get_compatibility_matrix)
get_connections = _blocking(questions.get_connections)
delete_connections = _blocking(questions.delete_connections)
