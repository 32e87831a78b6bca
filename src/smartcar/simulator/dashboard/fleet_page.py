"""The page of all cars, and what it hears of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.responses import Response

from smartcar.errors import NotFoundError
from smartcar.protocol.documents import Page
from smartcar.simulator.cars.designs import DESIGNS
from smartcar.simulator.control.models import Car

from .asking import Visitor, first_page
from .choosing import ACTIVITIES, POWERTRAINS, SORTED_BY, SORTS, Chosen
from .known import connect_link, environment, events
from .live import MOST_CARS
from .views import FleetPage
from .words import brand

CARS_ON_A_PAGE: Final = 25
AT_ONCE: Final = 20
"""Cars that are worked out without letting a request in between."""
MAKES: Final = sorted({design.make for design in DESIGNS})


def fleet(visitor: Visitor) -> Response:
    """All cars, on a map and in a table."""
    chosen, after = Chosen.of(visitor), _after(visitor)
    cars = _cars(visitor, chosen, CARS_ON_A_PAGE, visitor.whole("page"), after)
    return visitor.page(
        "fleet.html",
        "/",
        FleetPage(cars=cars),
        chosen=chosen,
        is_filtered=not chosen.is_all,
        makes=[(make, brand(make)) for make in MAKES],
        powertrains=POWERTRAINS,
        activities=ACTIVITIES,
        sorts=SORTS,
        sorted_by=SORTED_BY,
        environment=environment(visitor, visitor.control.applications()[0]),
        page_size=CARS_ON_A_PAGE,
        further=_further(cars, after),
        after=after or 0,
        connect_link=connect_link(visitor),
        live=events(
            watch="fleet",
            make=chosen.make,
            powertrain=chosen.powertrain,
            owner=chosen.owner,
            state=chosen.activity,
            fault="yes" if chosen.has_fault else None,
            after=None if chosen.activity is None or after is None else str(after),
        ),
    )


def watched(visitor: Visitor) -> Callable[[], tuple[list[Car], int]]:
    """The cars that a page hears of, and how many there are in all."""
    vehicle_id = visitor.asked("car")
    if vehicle_id is not None:
        return lambda: _one(visitor, vehicle_id)
    if visitor.asked("watch") != "fleet":
        return lambda: ([], 0)
    chosen, after = Chosen.of(visitor), _after(visitor)

    def look() -> tuple[list[Car], int]:
        if chosen.activity:  # as far as the table looks through a fleet, too
            about = _cars(visitor, chosen, MOST_CARS, 1, after).data
            return list(about), len(about)
        # A few at a time: requests to the API are answered in between.
        found: list[Car] = []
        total, number = MOST_CARS, 0
        while len(found) < min(total, MOST_CARS):
            number += 1
            page = _cars(visitor, chosen, AT_ONCE, number)
            found += page.data
            total = (page.total or 0) if page.data else len(found)
        return found, total

    return look


def _one(visitor: Visitor, vehicle_id: str) -> tuple[list[Car], int]:
    try:
        return [visitor.control.car(vehicle_id)], 1
    except NotFoundError:  # the world has become another
        return [], 0


def _after(visitor: Visitor) -> int | None:
    """After how many cars it is looked on, for those about something or in an order."""
    if not Chosen.of(visitor).is_in_pieces or not visitor.asked("after"):
        return None
    return visitor.whole("after")


def _further(cars: Page[Car], after: int | None) -> int | None:
    """After how many cars to look on, of a fleet that is not looked through whole."""
    if "of" in cars.meta:  # in an order: they have pages of their own before
        place = (after or 0) + int(cars.meta["lookedThrough"])
        return place if place < int(cars.meta["of"]) else None
    said = dict(parse_qsl(urlsplit(cars.next_link or "").query))
    return int(said["after"]) if cars.total is None and "after" in said else None


def _cars(
    visitor: Visitor, chosen: Chosen, size: int, number: int, after: int | None = None
) -> Page[Car]:
    return first_page(
        visitor.control.cars(
            make=chosen.make,
            powertrain=chosen.powertrain,
            owner=chosen.owner,
            activity=chosen.activity,
            has_fault=chosen.has_fault,
            sort=chosen.sort,
            page_size=size,
            page_number=None if chosen.activity and not chosen.sort else number,
            after=after,
        )
    )
