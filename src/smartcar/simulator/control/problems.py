"""What a control answers when it cannot: a code, a sentence that says what to do, and the field."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from smartcar.protocol.wire import Reply

JSON: Final = "application/json"


class Detail(msgspec.Struct, frozen=True):
    """What is wrong."""

    code: str
    """INVALID, NOT_FOUND, REFUSED, … or the car's own, such as ``VEHICLE_STATE:IN_MOTION``."""
    message: str
    field: str | None = None
    """The field, or parameter, that it is about."""


class ErrorBody(msgspec.Struct, frozen=True):
    """How every error of the controls is told."""

    error: Detail


class Problem(Exception):  # noqa: N818 -- it reads as what happened
    """An error to be answered."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(status, code, message)
        self.status = status
        whole = message if message.endswith((".", "?", "!")) else f"{message}."
        self.detail = Detail(code, whole, field)

    def reply(self) -> Reply:
        """As the wire has it."""
        body = msgspec.json.encode(ErrorBody(self.detail))
        return Reply(self.status, {"content-type": JSON}, body)


def invalid(message: str, field: str | None = None) -> Problem:
    """The request makes no sense."""
    return Problem(400, "INVALID", message, field)


def moment(name: str, at: datetime | None) -> float | None:
    """*at* in Unix seconds.

    Raises:
        Problem: It does not say its offset from UTC, so that it could mean any of a day.
    """
    if at is None:
        return None
    if at.tzinfo is None:
        told = f"{name}: say the offset from UTC, such as 2026-06-01T18:00:00Z"
        raise invalid(told, name)
    return at.timestamp()


def not_found(what: str, which: str) -> Problem:
    """There is no such thing."""
    return Problem(404, "NOT_FOUND", f"There is no {what} {which!r}.")
