"""The pages of the clock and of applications."""

from __future__ import annotations

from typing import Final, get_args

from starlette.responses import Response

from smartcar.simulator.agenda import Kind

from .asking import Visitor, first_page
from .known import ERRORS, connect_link, environment, granted_to, nicknames, origin
from .views import ApplicationsPage, ClockPage

GRANTS_ON_A_PAGE: Final = 25
DUE: Final = 20
"""What comes next, as much as is shown."""
DUE_AT_MOST: Final = 200
"""How far is looked for what comes next of one kind."""
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
        connect_link=connect_link(visitor),
        origin=origin(visitor),
        granted_to=granted_to(visitor, view.grants.data),
        nicknames=nicknames(visitor, [each.vehicle_id for each in view.grants.data]),
        environment=environment(visitor, view.applications[0]),
        faults=view.faults,
        fault_car=None,
        errors=ERRORS,
    )
