"""Asking before something is removed: on a page of its own, unless a script has asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeAlias

from starlette.responses import Response

from .asking import Visitor
from .questions import QUESTIONS, question

Action: TypeAlias = Callable[[Visitor], Response]

SURE: Final = "sure"
"""The field by which a form says that it was asked."""


def asks(about: str, names: Callable[[Visitor], tuple[str, ...]]) -> Callable[[Action], Action]:
    """Ask on a page first, where no script has asked: *about* a key of ``QUESTIONS``."""

    def asking(action: Action) -> Action:
        @wraps(action)
        def ask_or_act(visitor: Visitor) -> Response:
            if visitor.is_scripted or visitor.form.get(SURE) == "yes":
                return action(visitor)
            return visitor.html(
                "sure.html",
                "",
                question=question(about, *names(visitor)),
                does=QUESTIONS[about][1],
                to=visitor.request.url.path,
                fields={**visitor.form, SURE: "yes"},
                here=visitor.back,
            )

        return ask_or_act

    return asking
