"""What each page shows: asked of the controls, put together, and drawn."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Final, get_args
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import Response

from smartcar.errors import NotFoundError
from smartcar.protocol.documents import Page
from smartcar.simulator.agenda import Kind
from smartcar.simulator.cars.designs import DESIGNS
from smartcar.simulator.control.models import Application, Car, CarDetails, Exchange, Grant
from smartcar.simulator.faults.names import names
from smartcar.simulator.faults.strike import owner_id

from .asking import Visitor, first_page
from .choosing import ACTIVITIES, POWERTRAINS, SORTED_BY, SORTS, Chosen, ChosenRequests
from .copies import as_curl, as_pytest, can_be_copied
from .fields import field_of
from .live import MOST_CARS
from .views import (
    ApplicationsPage,
    CarPage,
    ClockPage,
    FleetPage,
    RequestsPage,
)
from .words import brand

CARS_ON_A_PAGE: Final = 25
GRANTS_ON_A_PAGE: Final = 25
AT_ONCE: Final = 20
"""Cars that are worked out without letting a request in between."""
KEPT: Final = 100
"""Requests that are shown."""
POINTS: Final = 240
"""Of a chart: more would not be seen."""
DUE: Final = 20
"""What comes next, as much as is shown."""
DUE_AT_MOST: Final = 200
"""How far is looked for what comes next of one kind."""
LONGEST_HOURS: Final = 24 * 31

SIGNS: Final = {
    "departure": "navigation",
    "arrival": "circle-parking",
    "charging-start": "zap",
    "charging-end": "battery-charging",
    "refuelling": "fuel",
    "asleep": "moon",
    "awake": "sun",
    "signal-release": "rotate-ccw",
}
"""Which icon stands for what comes next; a clock for all else."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Of what comes next."""

ERRORS: Final = tuple(
    (kind, [name for name in names() if name.partition(":")[0] == kind])
    for kind in dict.fromkeys(name.partition(":")[0] for name in names())
    if kind.isupper()
)
"""Every error of the API, by type."""

MAKES: Final = sorted({design.make for design in DESIGNS})


def _events(**watched: str | None) -> str:
    """Where the page hears of what it shows."""
    fields = {name: text for name, text in watched.items() if text}
    return "/simulator/events" + (f"?{urlencode(fields)}" if fields else "")


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
        environment=_environment(visitor, visitor.control.applications()[0]),
        page_size=CARS_ON_A_PAGE,
        further=_further(cars, after),
        after=after or 0,
        connect_link=_connect_link(visitor),
        live=_events(
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


def car(visitor: Visitor) -> Response:
    """One car: what it says, how it fared, and what can be done to it."""
    vehicle_id = _vehicle_id(visitor)
    details = visitor.control.car(vehicle_id)
    view = CarPage(
        car=details,
        signals=visitor.control.signals(vehicle_id),
        faults=tuple(
            each
            for each in visitor.control.faults()
            if each.rule.vehicle_id == vehicle_id or _is_owner(visitor, each.rule.owner, details)
        ),
    )
    return visitor.page(
        "car.html",
        "/",
        view,
        live=_events(car=vehicle_id),
        granted_to=_granted_to(visitor, details.grants),
        faults=view.faults,
        fault_car=vehicle_id,
        errors=ERRORS,
    )


def _is_owner(visitor: Visitor, named: str | None, car: CarDetails) -> bool:
    """Is the owner whom a rule names, by e-mail or by user id, the one of this car?"""
    world = visitor.simulator.world
    return named is not None and owner_id(world, named) == world.garage.user_id_of(car.owner)


def signal(visitor: Visitor) -> Response:
    """The form that sets one signal."""
    vehicle_id = _vehicle_id(visitor)
    code = visitor.request.path_params.get("code") or visitor.form.get("code", "")
    view = visitor.control.signal(vehicle_id, code)
    return visitor.page(
        "signal.html",
        "/",
        view,
        car=visitor.control.car(vehicle_id),
        field=field_of(view),
        errors=ERRORS,
    )


def history(visitor: Visitor) -> Response:
    """How a car fared, for its charts."""
    hours = visitor.whole("hours", LONGEST_HOURS)
    now = visitor.control.clock().now
    found = visitor.control.history(
        _vehicle_id(visitor), begins=now - timedelta(hours=hours), ends=now, points=POINTS
    )
    return visitor.json(found)


def requests(visitor: Visitor) -> Response:
    """What was asked lately, and one of it in full."""
    chosen = ChosenRequests.of(visitor)
    log = visitor.control.requests(limit=KEPT if chosen.is_any else 1000)
    found = [each for each in reversed(log.requests) if chosen.means(each)][:KEPT]
    number = visitor.request.path_params.get("number")
    view = RequestsPage(
        requests=tuple(found),
        last=log.last,
        request=None if number is None else visitor.control.request(int(number)),
    )
    query = f"?{visitor.request.url.query}" if visitor.request.url.query else ""
    return visitor.page(
        "requests.html",
        "/requests",
        view,
        chosen=chosen,
        query=query,
        is_filtered=not chosen.is_any,
        nicknames=_nicknames(visitor, [view.request.vehicle_id] if view.request else []),
        callers=_callers(visitor, [*found, *([view.request] if view.request else [])]),
        origin=_origin(visitor),
        **({} if view.request is None else _copies(visitor, view.request)),
    )


def _copies(visitor: Visitor, exchange: Exchange) -> dict[str, str | None]:
    world = visitor.simulator.world
    if not can_be_copied(exchange):
        return {"as_curl": None, "as_pytest": None}
    return {
        "as_curl": as_curl(exchange, _origin(visitor), world.application),
        "as_pytest": as_pytest(exchange, world),
    }


def _nicknames(visitor: Visitor, vehicle_ids: Iterable[str | None]) -> dict[str, str]:
    """What cars are called, as far as there are any with these ids."""
    garage = visitor.simulator.world.garage
    found = {each: garage.spec(each) for each in vehicle_ids if each is not None}
    return {each: spec.nickname for each, spec in found.items() if spec is not None}


def _granted_to(visitor: Visitor, grants: Iterable[Grant]) -> dict[str, str]:
    """The applications' names by their grants' ids."""
    world = visitor.simulator.world
    known = {each.id: world.grants.one(each.id) for each in grants}
    named = {key: world.applications.of(each.application) for key, each in known.items() if each}
    return {key: each.name for key, each in named.items() if each is not None}


def _callers(visitor: Visitor, exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Owners' addresses by their user ids, as far as they are known."""
    owners: dict[str, str] = {}
    for user_id in {each.user_id for each in exchanges if each.user_id is not None}:
        for grant in first_page(visitor.control.grants(user_id=user_id, page_size=1)).data:
            owners[user_id] = grant.owner
    return owners


def clock(visitor: Visitor) -> Response:
    """Virtual time, and what comes next."""
    kind = next((each for each in KINDS if each == visitor.asked("kind")), None)
    coming = visitor.control.agenda(limit=DUE if kind is None else DUE_AT_MOST)
    found = [each for each in coming if kind in {None, each.kind}][:DUE]
    view = ClockPage(clock=visitor.control.clock(), agenda=tuple(found))
    return visitor.page("clock.html", "/clock", view, signs=SIGNS, kinds=KINDS, kind=kind)


def applications(visitor: Visitor) -> Response:
    """Who may ask, and whom they may ask about."""
    grants = visitor.control.grants(page_size=GRANTS_ON_A_PAGE, page_number=visitor.whole("page"))
    known = visitor.control.applications()
    view = ApplicationsPage(
        applications=known,
        grants=first_page(grants),
        limits=visitor.control.limits(),
        limits_of_others=tuple(
            visitor.control.limits(application=each.client_id) for each in known[1:]
        ),
        faults=visitor.control.faults(),
    )
    return visitor.page(
        "applications.html",
        "/applications",
        view,
        page_size=GRANTS_ON_A_PAGE,
        connect_link=_connect_link(visitor),
        origin=_origin(visitor),
        granted_to=_granted_to(visitor, view.grants.data),
        nicknames=_nicknames(visitor, [each.vehicle_id for each in view.grants.data]),
        environment=_environment(visitor, view.applications[0]),
        faults=view.faults,
        fault_car=None,
        errors=ERRORS,
    )


def _connect_link(visitor: Visitor) -> str:
    """Where an owner connects a car of theirs."""
    application = visitor.simulator.world.application
    query = urlencode({"client_id": application.client_id, "response_type": "none"})
    return f"/oauth/authorize?{query}"


def _origin(visitor: Visitor) -> str:
    """The simulator's own address, as this browser has it."""
    base = visitor.request.base_url
    return f"{base.scheme}://{base.netloc}"


def _environment(visitor: Visitor, application: Application) -> str:
    """What points a program here, for a shell."""
    said = {
        "SMARTCAR_ORIGIN": _origin(visitor),
        "SMARTCAR_CLIENT_ID": application.client_id,
        "SMARTCAR_CLIENT_SECRET": application.client_secret,
        "SMARTCAR_MANAGEMENT_TOKEN": application.management_token,
    }
    lines = (f"export {name}={shlex.quote(text)}" for name, text in said.items() if text)
    return "\n".join(lines)


def _vehicle_id(visitor: Visitor) -> str:
    return str(visitor.request.path_params["vehicle_id"])
