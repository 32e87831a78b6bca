"""What others have sent, before it is known what it is: parts of JSON, dates of headers.

Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard

JSON = Mapping[str, Any]


def is_mapping(value: object) -> TypeGuard[JSON]:
    """Is it a JSON object?"""
    return isinstance(value, (dict, Mapping))  # a dict is seen at once, and it usually is one


def is_list(value: object) -> TypeGuard[list[object]]:
    """Is it a JSON array?"""
    return isinstance(value, list)


def http_date(text: str) -> datetime | None:
    """A date as HTTP headers have it; None if it makes no sense."""
    try:
        at = parsedate_to_datetime(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
