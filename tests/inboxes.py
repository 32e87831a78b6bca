"""Events that are made up, and a clock that stands still until it is told to go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from smartcar import InboxError
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

BODY = b'{"eventType":"VEHICLE_STATE","data":{}}'


class Hands:
    """A clock whose hands are moved by hand."""

    def __init__(self, at: float = 1_780_300_800.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += seconds


def event(number: int | str, body: bytes = BODY) -> Envelope:
    """An event as a receiver keeps it."""
    headers = {"SC-Signature": "ab12", "Content-Type": "application/json"}
    return Envelope(f"event-{number}", time.time(), body, headers)


def is_at_work(inbox: Inbox) -> bool:
    """Does anything wait?  Where that cannot be seen, it may."""
    try:
        return inbox.counts()["waiting"] > 0
    except InboxError:
        return True


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what threads do."""
    pause = threading.Event()
    while not is_so():
        pause.wait(0.002)
