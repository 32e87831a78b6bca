"""Days and times that records are chosen by: as v2.0 is told them, and as moments.

Both forms that v2.0 takes are those of the official Python SDK 6.19.1: ``YYYY-MM-DD`` and
``YYYY-MM-DDTHH:MM:SS.SSSZ``.  Nothing here does I/O.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

When: TypeAlias = str | date | datetime
"""A day, or a moment: ``date(2025, 1, 31)``, a ``datetime`` with a time zone, or either as text."""

YEAR: Final = timedelta(days=365)
"""How far back v2.0 looks where nobody says."""

_EARLIEST: Final = datetime(1886, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""No car has records outside of these, and arithmetic with dates ends far from them."""

_EXPECTED: Final = 'date(2025, 1, 31), a datetime with a time zone, or text such as "2025-01-31"'


class Span(NamedTuple):
    """From one moment to another, both of them included."""

    since: datetime
    until: datetime

    def has(self, at: datetime | None) -> bool:
        """Does *at* lie in it?  What has no date may."""
        return at is None or self.since <= at <= self.until


def span(start: str | None, end: str | None, now: datetime | None) -> Span:
    """The days from *start* to *end*: until *now*, and since a year before, where they are None."""
    until = now if end is None else moment(end, at_its_end=True)
    since = moment(start) if start is not None else None if until is None else until - YEAR
    return Span(since or _EARLIEST, until or _LATEST)


def moment(text: str, *, at_its_end: bool = False) -> datetime:
    """*text* as a moment; of a day, its first or its last.  Without a time zone it is UTC.

    Raises:
        ValueError: It is no date of ISO 8601.
    """
    read = datetime.fromisoformat(text)
    read = read if read.tzinfo else read.replace(tzinfo=UTC)
    read = max(_EARLIEST, min(read, _LATEST))
    if at_its_end and _is_day(text):
        read += timedelta(days=1, microseconds=-1)
    return read


def worded(name: str, when: object) -> str | None:
    """*when* as v2.0 takes it; None where it is empty, as programs of the official SDK say it.

    Raises:
        ValueError: It is no day and no moment, or one of no time zone; the message names it.
    """
    if when is None or when == "":
        return None
    try:
        if isinstance(when, datetime):
            if when.utcoffset() is not None:
                utc = when.astimezone(UTC).isoformat(timespec="milliseconds")
                return utc.removesuffix("+00:00") + "Z"
        elif isinstance(when, date):
            return when.isoformat()
        elif isinstance(when, str):
            moment(when)
            return when
    except (ValueError, OverflowError):
        pass
    msg = f"{name}: Expected {_EXPECTED}, got {when!r}"
    raise ValueError(msg)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
