"""What is asked before something is removed."""

from __future__ import annotations

from typing import Final

QUESTIONS: Final = {
    "remove-webhook": ("Remove {}? Its subscriptions end, too.", "Remove"),
    "unsubscribe": ("Unsubscribe {}? Nothing more is told of it.", "Unsubscribe"),
    "remove-fault": ("Remove the fault {}? Requests no longer meet it.", "Remove"),
    "revoke": ("Revoke what {} granted? {} can then no longer read this car.", "Revoke"),
    "clear-requests": ("Forget all requests? Their numbers go on.", "Forget"),
}
"""What is asked, and what doing it is called."""


def question(about: str, *names: str) -> str:
    """What is asked before *about* is done to what *names* say."""
    return QUESTIONS[about][0].format(*names)
