"""Cars, as they truly are, and what is done to them: declarations, no more."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import delete, get, post
from smartcar.protocol.pages import listing
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode
from smartcar.simulator.control.models import Car, CarDetails, History, Signal, Signals, Trail

from .own import OWN, Email, PageNumber, PageSize

Sort = Literal[
    "name", "make", "year", "activity", "charge", "fuel",
    "range", "odometer", "locked", "city", "owner", "age",
    "-name", "-make", "-year", "-activity", "-charge", "-fuel",
    "-range", "-odometer", "-locked", "-city", "-owner", "-age",
]  # fmt: skip
"""In which order cars are told; with a minus, the largest or the last first."""
Points = Annotated[int, Meta(ge=2, le=10_000)]


class CarEndpoints:
    """Cars, as they truly are."""

    @listing("/simulator/cars", **OWN)
    def cars(
        self,
        *,
        make: str | None = None,
        powertrain: Powertrain | None = None,
        name: str | None = None,
        owner: str | None = None,
        activity: Literal["parked", "driving", "charging", "refueling"] | None = None,
        has_fault: bool | None = None,
        sort: Sort | None = None,
        page_size: PageSize | None = None,
        page_number: PageNumber | None = None,
        after: Annotated[int, Meta(ge=0)] | None = None,
    ) -> Page[Car]:
        """All cars: those of the fleet, then those that were made since.

        What a car is about has to be worked out for each. With `activity`, a page is of no more
        than 250 cars that are looked through: it may be short or empty, `meta` says how many they
        were (`lookedThrough`) and not how many match, and `links.next` goes on.

        So it is with `sort`: 250 cars are put in order, or 10,000 by what their papers say (name,
        make, year, city, owner). Where that is all of them, pages are as ever. Where it is not,
        `meta` says how many they were (`lookedThrough`), how many of them are in order (`sorted`)
        and among how many there are (`of`), and the last of their pages leads on to those after
        them, which are in an order of their own.

        Args:
            make: Only of this brand, such as ``TESLA``.
            powertrain: Only BEV, PHEV, HEV or ICE.
            name: Only those with this id, nickname or VIN, or an id that begins so.
            owner: Only of the owner with this e-mail.
            activity: Only those that are parked, driving, charging or refueling now.
            has_fault: Only those that a rule names, or only the others.
            sort: By what they are put in order, the smallest first, or the largest with a minus
                before it: ``-charge``. Cars without a battery or a tank come last by it. Else those
                of the fleet as they are numbered.
            page_size: Cars on a page, 1 to 1000; else 100.
            page_number: Which page, from 1; not with `activity`, unless they are in an order.
            after: With `activity` or `sort`, after how many cars to look on: where `links.next`
                leads.

        Raises:
            InvalidRequestError: `activity` and a page's number without `sort`, or `after` without
                either.
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

    @get("/simulator/cars/{vehicle_id}/signals/{code}", **OWN)
    def signal(self, vehicle_id: str, code: str) -> Signal:
        """One signal of a car as it last reported.

        Raises:
            NotFoundError: There is no car with this id, or no such signal.
        """
        ...

    @post("/simulator/cars/{vehicle_id}/signals/{code}", **OWN)
    def set_signal(
        self,
        vehicle_id: str,
        code: str,
        *,
        value: Any = None,
        body: dict[str, Any] | None = None,
        error: str | None = None,
        frozen: bool = False,
        until: datetime | None = None,
    ) -> Signal:
        """Make a signal tell something else, on v3 and v2.0 alike.

        Where it stands for something in the car (its charge, fuel, odometer, place, lock, cable,
        sleep), the car itself becomes so and goes on from there. Any other value stands until the
        car's next report; a frozen one stands whatever the car does.

        Args:
            vehicle_id: Which car; its model need not have the signal.
            code: Such as ``tractionbattery-stateofcharge``.
            value: In the signal's unit; an object changes parts of a body that has no one value.
            body: The whole body, as v3 has it.
            error: Such as ``VEHICLE_STATE:ASLEEP``.
            frozen: Keep it until it is released.  With no value, as it is now.
            until: When a frozen one ends by itself, with its offset from UTC.

        Raises:
            NotFoundError: There is no car with this id.
            InvalidRequestError: There is no such signal or error, or it cannot have this value.
        """
        ...

    @delete("/simulator/cars/{vehicle_id}/signals/{code}", **OWN)
    def release_signal(self, vehicle_id: str, code: str) -> None:
        """Let a signal tell again what the car says.  What the car has become, it stays.

        Raises:
            NotFoundError: There is no car with this id, or no such signal.
        """
        ...

    @get("/simulator/cars/{vehicle_id}/history", **OWN)
    def history(
        self,
        vehicle_id: str,
        *,
        begins: datetime | None = None,
        ends: datetime | None = None,
        points: Points | None = None,
    ) -> History:
        """How a car fares, for charts: the car itself, whatever its signals were made to tell.

        Args:
            vehicle_id: Which car.
            begins: A day before the end, unless said.
            ends: Now, unless said.  A time to come is what is foreseen.
            points: At most so many samples, 2 to 10000; more of them where more happens.  200
                unless said.

        Raises:
            NotFoundError: There is no car with this id.
            InvalidRequestError: The times are not in order, or more than a year apart.
        """
        ...

    @get("/simulator/cars/{vehicle_id}/trail", **OWN)
    def trail(
        self, vehicle_id: str, *, begins: datetime | None = None, ends: datetime | None = None
    ) -> Trail:
        """The line that a car drives, every corner of it.

        Args:
            vehicle_id: Which car.
            begins: A day before the end, unless said.
            ends: Now, unless said.

        Raises:
            NotFoundError: There is no car with this id.
            InvalidRequestError: The times are not in order, or more than a year apart.
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
