"""When events may have been lost, and how much may be asked to make up for it.

Nothing here does I/O, and nothing reads a clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

import msgspec

Reason: TypeAlias = Literal["down", "failed", "silent", "named"]
"""Nobody received; whoever received could not keep; a car went silent; somebody said so."""

ANSWER_SECONDS: Final = 15
"""How long Smartcar waits for an answer; that is not counted in its pauses between tries.

Source: https://smartcar.com/docs/api-reference/webhooks/delivery-behavior
"""
TRIES: Final = (0, 25, 75, 175)
"""Seconds after the first try at which an event is tried; then it is lost.  Source: as above."""
SLACK: Final = 5
"""Seconds: a process that says that it is up may not be listening yet."""

_UNCOUNTED: Final = 1_000_000
"""Requests: more than anybody is answered in a minute."""
_TICK: Final = 0.001
"""Seconds: less cannot be waited for, where times are Unix seconds."""

Span: TypeAlias = tuple[float, float]
"""From, to: Unix seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which events may have been lost.

    Args:
        since: When it began.
        until: When it was over; cars are read after it.
        reason: How it is known.
        vehicles: Ids of the cars that it concerns; None is all that are subscribed.

    Raises:
        ValueError: It ends before it begins, has no time zone, or is out of UTC's calendar; or
            *vehicles* is empty.
    """

    since: datetime
    until: datetime
    reason: Reason = "named"
    vehicles: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("since", "until"):
            at: datetime = getattr(self, name)
            if at.tzinfo is None:
                raise ValueError(f"{name} has no time zone: say datetime(…, tzinfo=UTC)")
            try:
                at.astimezone(UTC)
            except OverflowError:
                raise ValueError(f"{name} is before or after all years of UTC: {at}") from None
        if self.until < self.since:
            raise ValueError(f"a gap cannot end ({self.until}) before it begins ({self.since})")
        if self.vehicles is not None and not (self.vehicles and all(self.vehicles)):
            raise ValueError("vehicles must be ids of cars, or None for all that are subscribed")

    @property
    def id(self) -> str:
        """The same for the same times and cars, so that one that is named twice is one."""
        cars = None if self.vehicles is None else sorted(set(self.vehicles))
        said = msgspec.json.encode([self.since.timestamp(), self.until.timestamp(), cars])
        return hashlib.sha256(said).hexdigest()[:16]

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.until - self.since).total_seconds()

    def __str__(self) -> str:
        since, until = (f"{each:%Y-%m-%d %H:%M:%S}" for each in (self.since, self.until))
        return f"gap {self.id} ({self.reason}, {since} to {until})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much of the API's limits a reconciler may use; the rest is your program's own.

    The defaults are half of the documented bucket that all requests of an application come out of,
    whichever cars they are about (120, and 2 more a minute), and a tenth of a small plan (500 calls
    for a car in a month).  Where Smartcar allows your application more, say so.

    Args:
        burst: Requests after a while without any, before the pace is kept.
        per_minute: Requests a minute, in the long run.
        per_vehicle_month: Reads of one car in a month (calendar month, UTC); None is no limit.
        at_once: Cars that are asked at the same time, at most.

    Raises:
        ValueError: A figure that cannot be meant.

    Source: https://smartcar.com/docs/help/api-limits
    """

    burst: int = 60
    per_minute: float = 1.0
    per_vehicle_month: int | None = 50
    at_once: int = 8

    @classmethod
    def until_refused(cls, *, per_vehicle_month: int | None = 50, at_once: int = 8) -> Budget:
        """No pace of its own: as many as Smartcar answers, and a pause that grows as it refuses.

        For an application whose limit is higher than the documented one, by how much nobody need
        know.  It leaves your program nothing of a bucket that it has emptied.
        """
        return cls(
            burst=_UNCOUNTED,
            per_minute=float(_UNCOUNTED),
            per_vehicle_month=per_vehicle_month,
            at_once=at_once,
        )

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("burst", "at_once"):
            count = getattr(self, name)
            if type(count) is not int or count < 1:
                raise ValueError(f"{name} must be a whole number from 1, not {count!r}")
        if not 0 < self.per_minute < float("inf"):
            raise ValueError(f"per_minute must be a number above 0, not {self.per_minute!r}")
        month = self.per_vehicle_month
        if month is not None and (type(month) is not int or month < 1):
            raise ValueError(f"per_vehicle_month must be a whole number from 1, not {month!r}")

    def tokens(self, spent: float, since: float, now: float) -> float:
        """Requests that may be sent *now*, where *spent* were not made up for at *since*."""
        spent = min(spent, self.burst)  # it may have been another budget's
        return self.burst - max(0.0, spent - max(0.0, now - since) * self.per_minute / 60.0)

    def wait(self, tokens: float) -> float:
        """Seconds until there is one request to send."""
        return max(_TICK, (1.0 - tokens) * 60.0 / self.per_minute)

    def seconds(self, requests: int) -> float:
        """How long so many take, from a full bucket."""
        return max(0, requests - self.burst) * 60.0 / self.per_minute


def lost(outages: Sequence[Span]) -> list[Span]:
    """When an event's first try may have been, for all of its tries to meet an outage.

    One outage must last 175 seconds for that; of several shorter ones, each may take a try.

    Args:
        outages: When nobody received, in any order.
    """
    found: list[Span] = [(float("-inf"), float("inf"))]
    for number, after in enumerate(TRIES):
        latest = after + number * ANSWER_SECONDS
        met = _merged([(since - latest, until + SLACK - after) for since, until in outages])
        found = _common(found, met)
    return found


def moment(at: float) -> datetime:
    """Unix seconds as a time."""
    return datetime.fromtimestamp(at, UTC)


def _merged(spans: Sequence[Span]) -> list[Span]:
    """*spans* in order, those that overlap as one."""
    merged: list[Span] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged


def _common(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """What is in both."""
    both = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return sorted((since, until) for since, until in both if since < until)
