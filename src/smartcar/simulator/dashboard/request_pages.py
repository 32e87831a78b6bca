"""The log of requests, and one of them in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.responses import Response

from smartcar.simulator.control.models import Exchange

from .asking import Visitor, first_page
from .choosing import ChosenRequests
from .copies import as_curl, as_pytest, can_be_copied
from .known import nicknames, origin
from .views import RequestsPage

KEPT: Final = 100
"""Requests that are shown."""


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
        nicknames=nicknames(visitor, [view.request.vehicle_id] if view.request else []),
        callers=_callers(visitor, [*found, *([view.request] if view.request else [])]),
        origin=origin(visitor),
        **({} if view.request is None else _copies(visitor, view.request)),
    )


def _copies(visitor: Visitor, exchange: Exchange) -> dict[str, str | None]:
    world = visitor.simulator.world
    if not can_be_copied(exchange):
        return {"as_curl": None, "as_pytest": None}
    return {
        "as_curl": as_curl(exchange, origin(visitor), world.application),
        "as_pytest": as_pytest(exchange, world),
    }


def _callers(visitor: Visitor, exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Owners' addresses by their user ids, as far as they are known."""
    owners: dict[str, str] = {}
    for user_id in {each.user_id for each in exchanges if each.user_id is not None}:
        for grant in first_page(visitor.control.grants(user_id=user_id, page_size=1)).data:
            owners[user_id] = grant.owner
    return owners
