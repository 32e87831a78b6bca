"""What may be asked of the simulator itself, and told to it: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import delete, get, post
from smartcar.protocol.facts import UNVERSIONED, Stated
from smartcar.protocol.pages import listing
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.clock import FASTEST

from .models import Application, Car, CarDetails, Clock, Grant, Signals, Summary

OWN: Final[Stated] = {"version": UNVERSIONED}
"""What all of these have in common: their paths have no version."""

Speed = Annotated[float, Meta(ge=0, le=FASTEST)]
PageSize = Annotated[int, Meta(ge=1, le=1000)]
PageNumber = Annotated[int, Meta(ge=1, le=10**9)]
Email = Annotated[str, Meta(min_length=1, max_length=200)]
Permissions = Annotated[list[str], Meta(max_length=100)]
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


class CarEndpoints:
    """Cars, as they truly are."""

    @listing("/simulator/cars", **OWN)
    def cars(
        self,
        *,
        make: str | None = None,
        powertrain: Powertrain | None = None,
        owner: str | None = None,
        activity: Literal["parked", "driving", "charging", "refueling"] | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Car]:
        """All cars: those of the fleet, then those that were made since.

        Args:
            make: Only of this brand, such as ``TESLA``.
            powertrain: Only BEV, PHEV, HEV or ICE.
            owner: Only of the owner with this e-mail.
            activity: Only those that are parked, driving, charging or refueling now.
            page_size: Cars on a page, 1 to 1000; else 100.
            page_number: Which page, from 1.
        """
        ...

    @post("/simulator/cars", **OWN)
    def make_car(
        self,
        owner: Email,
        make: str,
        *,
        powertrain: Powertrain | None = None,
        vin: Annotated[str, Meta(pattern="^[A-Za-z0-9]{17}$")] | None = None,
        mode: Mode = "live",
    ) -> CarDetails:
        """Invent a car for an owner.  Nobody may read it before its owner connects it.

        Args:
            owner: E-mail of its owner, who need not exist yet.
            make: Brand, such as ``TESLA``.
            powertrain: BEV, PHEV, HEV or ICE; what the brand has, unless said.
            vin: 17 letters and digits; invented unless said.
            mode: live, simulated or test.
        """
        ...

    @get("/simulator/cars/{vehicle_id}", **OWN)
    def car(self, vehicle_id: str) -> CarDetails:
        """One car, with who may use it.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @get("/simulator/cars/{vehicle_id}/signals", **OWN)
    def signals(self, vehicle_id: str) -> Signals:
        """Every signal of a car as it last reported, whatever its owner has granted.

        Raises:
            NotFoundError: There is no car with this id.
        """
        ...

    @post("/simulator/cars/{vehicle_id}/commands", **OWN)
    def command(
        self, vehicle_id: str, name: str, *, arguments: dict[str, Any] | None = None
    ) -> CarDetails:
        """Do something to a car, as somebody at its door would: no permission is asked.

        Args:
            vehicle_id: Which car.
            name: ``drive``, ``park``, ``plug-in``, ``unplug``, ``sleep``, ``wake``, or what the API
                can tell it, such as ``security-lock`` and ``charge-start``.
            arguments: What the command takes, such as ``{"minutes": 20}`` for ``drive``.

        Raises:
            NotFoundError: There is no car with this id.
            ConflictError: The car refuses; the error's code is the one that Smartcar has for it.
            InvalidRequestError: There is no such command, or its arguments make no sense.
        """
        ...


class AccessEndpoints:
    """Who may use which car."""

    @listing("/simulator/grants", **OWN)
    def grants(
        self,
        *,
        user_id: str | None = None,
        vehicle_id: str | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
    ) -> Page[Grant]:
        """Consents in force, of every mode, newest first.

        Args:
            user_id: Only of this owner.
            vehicle_id: Only about this car.
            page_size: Consents on a page, 1 to 1000; else 100.
            page_number: Which page, from 1.
        """
        ...

    @post("/simulator/grants", **OWN)
    def connect(
        self,
        owner: Email,
        make: str = "TESLA",
        *,
        permissions: Permissions | None = None,
        mode: Mode = "live",
    ) -> Grant:
        """Let an owner connect a car at once, without walking through Connect.

        Args:
            owner: An e-mail; it means what it means when it is typed into Connect's sign-in.
            make: Brand; the owner's first car of it, invented if there is none.
            permissions: What the owner grants; everything unless said.
            mode: live, simulated or test.

        Raises:
            InvalidRequestError: Connect would not have led to a connection.
        """
        ...

    @delete("/simulator/grants/{connection_id}", **OWN)
    def revoke(self, connection_id: str) -> None:
        """End a consent, as its owner would: the car cannot be read any more.

        Raises:
            NotFoundError: There is none with this id.
        """
        ...

    @get("/simulator/applications", **OWN)
    def applications(self) -> tuple[Application, ...]:
        """The applications whose credentials are accepted."""
        ...


class ControlEndpoints(ClockEndpoints, CarEndpoints, AccessEndpoints, DocumentEndpoints):
    """Everything that may be asked of the simulator itself."""
