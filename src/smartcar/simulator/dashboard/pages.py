"""What each page shows: asked of the controls, put together, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from starlette.responses import Response

from smartcar.simulator.cars.designs import DESIGNS, Powertrain
from smartcar.simulator.connect.brands import find_brand
from smartcar.simulator.control.models import Car

from .asking import Visitor, first_page
from .live import MOST_CARS
from .views import ApplicationsPage, CarPage, FleetPage, Subscription, WebhooksPage

CARS_ON_A_PAGE: Final = 25
GRANTS_ON_A_PAGE: Final = 25
POWERTRAINS: Final[tuple[Powertrain, ...]] = get_args(Powertrain)
MAKES: Final = sorted({design.make for design in DESIGNS})


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cars the fleet's page is to show."""

    make: str | None
    powertrain: Powertrain | None
    owner: str | None
    fault: Literal["yes", "no"] | None

    @classmethod
    def of(cls, visitor: Visitor) -> Chosen:
        """What the query says; what makes no sense there says nothing."""
        fault = visitor.asked("fault")
        powertrain = visitor.asked("powertrain")
        return cls(
            make=visitor.asked("make"),
            powertrain=next((each for each in POWERTRAINS if each == powertrain), None),
            owner=visitor.asked("owner"),
            fault="yes" if fault == "yes" else "no" if fault == "no" else None,
        )

    @property
    def is_all(self) -> bool:
        """Are all cars meant?"""
        return (self.make, self.powertrain, self.owner, self.fault) == (None, None, None, None)


def _events(**watched: str | None) -> str:
    """Where the page hears of what it shows."""
    fields = {name: text for name, text in watched.items() if text}
    return "/simulator/events" + (f"?{urlencode(fields)}" if fields else "")


def fleet(visitor: Visitor) -> Response:
    """All cars, on a map and in a table."""
    chosen = Chosen.of(visitor)
    cars = visitor.control.cars(
        make=chosen.make,
        powertrain=chosen.powertrain,
        owner=chosen.owner,
        page_size=CARS_ON_A_PAGE,
        page_number=visitor.whole("page"),
    )
    return visitor.page(
        "fleet.html",
        "/",
        FleetPage(cars=first_page(cars), faulty=()),
        chosen=chosen,
        is_filtered=not chosen.is_all,
        makes=[(make, _name(make)) for make in MAKES],
        powertrains=POWERTRAINS,
        page_size=CARS_ON_A_PAGE,
        connect_link=_connect_link(visitor),
        live=_events(
            watch="fleet",
            make=chosen.make,
            powertrain=chosen.powertrain,
            owner=chosen.owner,
            fault=chosen.fault,
        ),
    )


def watched(visitor: Visitor) -> Callable[[], tuple[Iterable[Car], int]]:
    """The cars that a page hears of."""
    vehicle_id = visitor.asked("car")
    if vehicle_id is not None:
        return lambda: ([visitor.control.car(vehicle_id)], 1)
    if visitor.asked("watch") != "fleet":
        return lambda: ([], 0)
    chosen = Chosen.of(visitor)

    def look() -> tuple[Iterable[Car], int]:
        page = first_page(
            visitor.control.cars(
                make=chosen.make,
                powertrain=chosen.powertrain,
                owner=chosen.owner,
                page_size=MOST_CARS,
            )
        )
        return page.data, page.total or 0

    return look


def car(visitor: Visitor) -> Response:
    """One car: what it says, how it fared, and what can be done to it."""
    vehicle_id = str(visitor.request.path_params["vehicle_id"])
    view = CarPage(
        car=visitor.control.car(vehicle_id), signals=visitor.control.signals(vehicle_id)
    )
    return visitor.page("car.html", "/", view, live=_events(car=vehicle_id))


def clock(visitor: Visitor) -> Response:
    """Virtual time, and what comes next."""
    return visitor.page("clock.html", "/clock", visitor.control.clock(), agenda=())


def applications(visitor: Visitor) -> Response:
    """Who may ask, and whom they may ask about."""
    grants = visitor.control.grants(
        page_size=GRANTS_ON_A_PAGE, page_number=visitor.whole("page")
    )
    view = ApplicationsPage(
        applications=visitor.control.applications(), grants=first_page(grants)
    )
    base = visitor.request.base_url
    return visitor.page(
        "applications.html",
        "/applications",
        view,
        page_size=GRANTS_ON_A_PAGE,
        connect_link=_connect_link(visitor),
        origin=f"{base.scheme}://{base.netloc}",
    )


def webhooks(visitor: Visitor) -> Response:
    """Which cars' events are meant to go where."""
    world = visitor.simulator.world
    view = WebhooksPage(
        webhooks=(world.webhook_id,),
        subscriptions=tuple(
            Subscription(
                id=each.subscription_id,
                webhook_id=each.webhook_id,
                vehicle_id=each.vehicle_id,
                user_id=each.user_id,
            )
            for each in list(world.subscriptions.values())
        ),
    )
    return visitor.page("webhooks.html", "/webhooks", view)


def _connect_link(visitor: Visitor) -> str:
    """Where an owner connects a car of theirs."""
    application = visitor.simulator.world.application
    query = urlencode({"client_id": application.client_id, "response_type": "none"})
    return f"/oauth/authorize?{query}"


def _name(make: str) -> str:
    found = find_brand(make)
    return found.name if found else make.title()
