"""The simulator as a whole, its time, and what comes next: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from smartcar.protocol.endpoint import get, post
from smartcar.simulator.agenda import Kind
from smartcar.simulator.clock import FASTEST
from smartcar.simulator.control.models import Clock, Summary, Upcoming

from .own import OWN

Limit = Annotated[int, Meta(ge=1, le=500)]
Speed = Annotated[float, Meta(ge=0, le=FASTEST)]
Length = Annotated[float, Meta(ge=0)] | Annotated[str, Meta(min_length=1, max_length=100)]


class ClockEndpoints:
    """The simulator as a whole, and its time."""

    @get("/simulator", **OWN)
    def summary(self) -> Summary:
        """The simulator at a glance: seed, time, and how much there is of what."""
        ...

    @get("/simulator/clock", **OWN)
    def clock(self) -> Clock:
        """Virtual time, and how fast it runs."""
        ...

    @post("/simulator/clock", **OWN)
    def set_clock(self, *, speed: Speed | None = None, at: datetime | None = None) -> Clock:
        """Let time run at another speed, or put it forward to a moment.

        Args:
            speed: Virtual seconds a real second: 0 freezes it, 1 is real, a million the most.
            at: A moment to come, with its offset from UTC.

        Raises:
            InvalidRequestError: The moment is past: time goes forward only.
        """
        ...

    @post("/simulator/clock/advance", **OWN)
    def advance(self, by: Length) -> Clock:
        """Put the clock forward: cars, tokens and everything else age together.

        Args:
            by: Seconds, or text such as ``90s``, ``15min``, ``3h``, ``1d 2h``.
        """
        ...


class AgendaEndpoints:
    """What comes next."""

    @get("/simulator/agenda", **OWN)
    def agenda(
        self, *, limit: Limit | None = None, vehicle_id: str | None = None
    ) -> tuple[Upcoming, ...]:
        """What comes next in virtual time, in order, unless somebody steps in.

        Args:
            limit: At most so many, 1 to 500; 20 unless said.
            vehicle_id: Of this car only; otherwise of tokens and codes and of up to 50 cars, those
                that something was done to first.

        Raises:
            NotFoundError: There is no car with this id.
        """
        ...

    @post("/simulator/clock/jump", **OWN)
    def jump(self, *, kind: Kind | None = None, vehicle_id: str | None = None) -> Upcoming:
        """Put the clock forward to the next thing on the agenda.

        Args:
            kind: To the next of this kind, such as ``departure`` or ``charging-end``.
            vehicle_id: To what this car does next.

        Raises:
            NotFoundError: There is no such car, or nothing of that kind comes.
        """
        ...


class DocumentEndpoints:
    """What there is to be asked, for whoever makes a client of their own."""

    @get("/simulator/openapi.json", **OWN)
    def openapi(self) -> dict[str, Any]:
        """The simulated API, v3 and v2.0, as an OpenAPI document."""
        ...

    @get("/simulator/control.json", **OWN)
    def control_openapi(self) -> dict[str, Any]:
        """These controls as an OpenAPI document."""
        ...
