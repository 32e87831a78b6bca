"""What is asked, what goes wrong on purpose, and how much may be asked."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from smartcar.simulator.faults import FaultRule
from smartcar.simulator.limits import Limits

from .shown import Shown


class Fault(Shown, frozen=True):
    """A rule that was added, and what has come of it."""

    id: str
    rule: FaultRule
    added_at: datetime
    begins_at: datetime | None
    ends_at: datetime | None
    seen: int
    """Requests that matched, since it was added."""
    struck: int
    """Those among them that met the fault."""
    is_spent: bool
    """Has it struck as often as it may?"""


class VehicleUse(Shown, frozen=True):
    """What has been asked about one car."""

    vehicle_id: str
    used_in_window: int
    window_ends_at: datetime | None
    """Null: none is open."""
    used_this_month: int
    left_this_month: int | None
    """Null: no limit."""


class LimitState(Shown, frozen=True):
    """How much may be asked, and what is left of it to one application."""

    settings: Limits
    at: datetime
    tokens: float | None
    """Requests that the application can send at once now; null: no limit."""
    full_at: datetime | None
    """When its bucket will be full, if nobody asks; null: it never fills, or has no limit."""
    month: str
    """The month that counts, such as ``2026-06``."""
    vehicles_used: int
    """Cars that were asked this month."""
    vehicles: tuple[VehicleUse, ...]
    application: str = ""
    """Its client id."""


class Exchange(Shown, frozen=True):
    """A request and its reply, without their secrets."""

    number: int
    """Counted from 1, as long as the simulator runs."""
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    status: int | None
    """Null: no reply was sent."""
    error: str | None
    """Type and code, such as ``VEHICLE_STATE:ASLEEP``."""
    duration_seconds: float
    """Virtual seconds until the reply."""
    breakage: Literal["reset", "truncate", "slow"] | None
    """What became of the reply on its way."""
    application: str | None
    """Client id of who asked; null: nobody that is known."""
    user_id: str | None
    """On whose behalf."""
    vehicle_id: str | None
    """The car that the path names."""
    request_headers: dict[str, str]
    request_body: str
    reply_headers: dict[str, str]
    reply_body: str
    fault_ids: tuple[str, ...]
    """Rules that it met."""
    sc_request_id: str | None
    """Smartcar's id of the request."""


class Requests(Shown, frozen=True):
    """What was asked lately, oldest first."""

    last: int
    """Number of the latest request; ask ``since`` it for those to come."""
    requests: tuple[Exchange, ...]
