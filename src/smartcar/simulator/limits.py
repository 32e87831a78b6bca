"""How much an application may ask: its bucket, each car's pace, and the month's plan.

Sources: https://smartcar.com/docs/help/api-limits (the bucket), the pages on rate-limit and billing
errors.  Where no figure is documented, the simulator's own choice is said.  Nothing here reads a
clock: it is told the time.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Final, TypeAlias

from msgspec import Struct

from smartcar.protocol.accepting import camel

from .problems import RETRY_AFTER, Refusal

MOST: Final = 1_000_000_000
"""Requests, or cars: as good as no limit."""
SLOWEST: Final = 1e-5
"""Requests a minute."""
LONGEST_WINDOW: Final = 366 * 86400.0
"""Seconds."""


class BadLimit(ValueError):  # noqa: N818 -- it reads as what it is
    """A figure that cannot be meant.  ``field`` is the one to mend, as JSON names it."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(f"{field} {told}")
        self.field = camel(field)


class Limits(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is allowed.  None is no limit.

    Raises:
        ValueError: A figure that cannot be meant.
    """

    is_on: bool = True
    """False: nothing is limited, and nothing counted."""
    bucket: int | None = 120
    """Requests that the application can send at once."""
    refill_per_minute: float = 2.0
    """How fast its bucket fills again."""
    vehicle_requests: int | None = None
    """Requests about one car within *vehicle_window*.  It is up to the make and not documented; of
    a simulated car of Smartcar's, 2 were seen."""
    vehicle_window: float = float(RETRY_AFTER)
    """Seconds, from the first of them."""
    monthly_requests: int | None = 500
    """Requests about one car in a month (calendar month, UTC), as on a small plan."""
    vehicles: int | None = None
    """Cars in a month: the first so many that are asked."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("bucket", "vehicle_requests", "monthly_requests", "vehicles"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 1 <= value <= MOST):
                told = f"must be a whole number from 1 to {MOST:,}, or None for no limit"
                raise BadLimit(name, told)
        refill = self.refill_per_minute
        if refill and not SLOWEST <= refill <= MOST:
            told = f"must be 0, or from {SLOWEST:g} (a request in two months) to {MOST:,}"
            raise BadLimit("refill_per_minute", told)
        if not 0 < self.vehicle_window <= LONGEST_WINDOW:
            raise BadLimit("vehicle_window", "must be more than 0 seconds, and a year at most")


OFF = Limits(is_on=False)
"""No limits."""

_ALMOST = 1e-9
"""Of a request: what arithmetic loses while a bucket fills."""


class VehicleUse(Struct, frozen=True, kw_only=True, rename="camel"):
    """What has been asked about one car."""

    vehicle_id: str
    used_in_window: int
    window_ends_at: float | None
    """Virtual Unix seconds; None: none is open."""
    used_this_month: int
    left_this_month: int | None
    """None: no limit."""


class LimitState(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is left to one application."""

    settings: Limits
    at: float
    application: str
    """Its client id."""
    tokens: float | None
    """Requests that the application can send at once now; None: no limit."""
    full_at: float | None
    """When its bucket will be full, if nobody asks; None: it never fills, or has no limit."""
    month: str
    """The month that counts, such as ``2026-06``."""
    vehicles_used: int
    """Cars that were asked this month."""
    vehicles: tuple[VehicleUse, ...]
    """Of the cars that were asked for, or of all that were asked this month."""


Windows: TypeAlias = dict[str, tuple[float, int]]
"""By car: when its window ends, and what was asked in it."""


class UsageKept(Struct, frozen=True, omit_defaults=True):
    """What has been used, as it is kept; by application."""

    buckets: dict[str, tuple[float, float]]
    windows: Windows = {}
    """Only in journals of before, which counted cars for all applications together."""
    month: str = ""
    monthly: dict[str, int] = {}
    """Likewise."""
    windows_of: dict[str, Windows] = {}
    monthly_of: dict[str, dict[str, int]] = {}


class Usage:
    """What has been used.  Folded from events by the world."""

    def __init__(self) -> None:
        self.limits = OFF
        self._buckets: dict[str, tuple[float, float]] = {}
        """What each application's bucket held, and when."""
        self._windows: dict[str, Windows] = {}
        self._month = ""
        self._monthly: dict[str, dict[str, int]] = {}

    def set(self, limits: Limits, at: float) -> None:
        """Begin to go by *limits*; what a bucket holds is kept, as far as the new one holds it.

        Off, it fills as time goes by, and no faster.
        """
        full = float(limits.bucket or 0)
        was_counted = self.limits.bucket is not None
        held = {each: self.tokens(at, each) for each in self._buckets} if was_counted else {}
        self._buckets = {each: (min(tokens, full), at) for each, tokens in held.items()}
        self.limits = limits

    def kept(self) -> UsageKept:
        """All of it, but for the limits themselves."""
        return UsageKept(
            dict(self._buckets),
            month=self._month,
            windows_of={each: dict(windows) for each, windows in self._windows.items()},
            monthly_of={each: dict(monthly) for each, monthly in self._monthly.items()},
        )

    def take(self, kept: UsageKept) -> None:
        """Go on from what was kept."""
        self._buckets = dict(kept.buckets)
        self._windows = {each: dict(windows) for each, windows in kept.windows_of.items()}
        self._monthly = {each: dict(monthly) for each, monthly in kept.monthly_of.items()}
        self._month = kept.month
        if kept.windows or kept.monthly:  # whose they were is not said: everybody's, as they were
            self._windows |= {each: dict(kept.windows) for each in kept.buckets}
            self._monthly |= {each: dict(kept.monthly) for each in kept.buckets}

    def tokens(self, at: float, application: str) -> float:
        """What the bucket of *application* holds."""
        full = float(self.limits.bucket or 0)
        held, since = self._buckets.get(application, (full, at))
        return min(full, held + max(0.0, at - since) * self.limits.refill_per_minute / 60.0)

    def check(self, at: float, application: str, vehicle_id: str | None, requests: int) -> None:
        """Is there room for so many *requests*?  A refused one uses up nothing.

        Raises:
            Refusal: No.
        """
        limits = self.limits
        if limits.bucket is not None and self.tokens(at, application) + _ALMOST < requests:
            raise Refusal("RATE_LIMIT", "SMARTCAR_API")
        if vehicle_id is None:
            return
        self._check_month(at, application, vehicle_id, requests)
        if limits.vehicle_requests is not None:
            ends_at, used = self._window(at, application, vehicle_id)
            if used + requests > limits.vehicle_requests:
                refusal = Refusal("RATE_LIMIT", "VEHICLE")
                refusal.retry_after = str(max(1, ceil(ends_at - at)))
                raise refusal

    def _check_month(self, at: float, application: str, vehicle_id: str, requests: int) -> None:
        limits, monthly = self.limits, self._this_month(at, application)
        used = monthly.get(vehicle_id, 0)
        if limits.vehicles is not None and not used and len(monthly) >= limits.vehicles:
            raise Refusal("BILLING", "VEHICLE_LIMIT")
        if limits.monthly_requests is not None and used + requests > limits.monthly_requests:
            raise Refusal("BILLING", "VEHICLE_REQUEST_LIMIT")

    def count(self, at: float, application: str, vehicle_id: str | None, requests: int) -> None:
        """So many were let through."""
        self._buckets[application] = max(0.0, self.tokens(at, application) - requests), at
        if vehicle_id is None:
            return
        ends_at, used = self._window(at, application, vehicle_id)
        self._windows.setdefault(application, {})[vehicle_id] = ends_at, used + requests
        if _month(at) != self._month:
            self._month, self._monthly = _month(at), {}
        monthly = self._monthly.setdefault(application, {})
        monthly[vehicle_id] = monthly.get(vehicle_id, 0) + requests

    def state(self, at: float, application: str, vehicle_id: str | None = None) -> LimitState:
        """What is left at this time."""
        limits, monthly = self.limits, self._this_month(at, application)
        is_limited = limits.is_on and limits.bucket is not None
        tokens = self.tokens(at, application) if is_limited else None
        cars = list(monthly) if vehicle_id is None else [vehicle_id]
        return LimitState(
            settings=limits,
            at=at,
            application=application,
            tokens=tokens,
            full_at=self._full_at(at, tokens),
            month=_month(at),
            vehicles_used=len(monthly),
            vehicles=tuple(self._use(at, application, each) for each in cars),
        )

    def _full_at(self, at: float, tokens: float | None) -> float | None:
        limits = self.limits
        if tokens is None or limits.bucket is None or not limits.refill_per_minute:
            return None
        return at + (limits.bucket - tokens) * 60.0 / limits.refill_per_minute

    def _use(self, at: float, application: str, vehicle_id: str) -> VehicleUse:
        ends_at, in_window = self._window(at, application, vehicle_id)
        used = self._this_month(at, application).get(vehicle_id, 0)
        most = self.limits.monthly_requests if self.limits.is_on else None
        return VehicleUse(
            vehicle_id=vehicle_id,
            used_in_window=in_window,
            window_ends_at=ends_at if in_window else None,
            used_this_month=used,
            left_this_month=None if most is None else max(0, most - used),
        )

    def _window(self, at: float, application: str, vehicle_id: str) -> tuple[float, int]:
        """When the car's window ends, and what was asked in it; a new one if none is open."""
        ends_at, used = self._windows.get(application, {}).get(vehicle_id, (0.0, 0))
        return (ends_at, used) if at < ends_at else (at + self.limits.vehicle_window, 0)

    def _this_month(self, at: float, application: str) -> dict[str, int]:
        return self._monthly.get(application, {}) if _month(at) == self._month else {}


def _month(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
