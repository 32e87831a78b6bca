"""Cars, as they truly are, and what is done to them: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import get, post
from smartcar.protocol.pages import listing
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.control.models import Car, CarDetails, Signals

from .own import OWN, Email, PageNumber, PageSize


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
