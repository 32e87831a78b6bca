"""Several reads of one car in one request: https://smartcar.com/docs/api-reference/batch.

The request succeeds even where every item fails, unless one names no read of v2.0 at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from smartcar.protocol.wire import Request
from smartcar.simulator.problems import Refusal
from smartcar.untyped import is_mapping

from .admission import admit, reconnect_url
from .makes import answer_make, find_make, find_special
from .perform import Answered, perform
from .problems import Malformed, classic_body, missing_field
from .routes import Route, find_routes, given
from .visit import ClassicVisit


class _Item(NamedTuple):
    """One read of a batch."""

    path: str
    ask: Callable[[ClassicVisit], Answered]


def answer_batch(visit: ClassicVisit, sent: Mapping[str, Any], request_id: str) -> Answered:
    """Every item has the id of the batch; one that failed has no headers."""
    items = [_item(visit, place, each) for place, each in enumerate(_requests(sent))]
    return Answered({"responses": [_asked(visit, item, request_id) for item in items]}, {})


def _requests(sent: Mapping[str, Any]) -> list[Any]:
    requests = sent.get("requests")
    if requests is None:
        raise missing_field("requests")
    try:
        listed = msgspec.convert(requests, list[Any])
    except msgspec.ValidationError:
        listed = []
    if not listed:
        # That an empty list is refused is unconfirmed.
        raise Malformed(["requests"], '"requests" must be an array of at least one item')
    return listed


def _item(visit: ClassicVisit, place: int, requested: object) -> _Item:
    """What an item asks for.

    Raises:
        Malformed: Nothing that v2.0 can be asked; this fails the whole batch.
    """
    named = requested.get("path") if is_mapping(requested) else None
    where = ["requests", str(place), "path"]
    if not isinstance(named, str):
        raise Malformed(where, '"path" is required')
    path, _, query = named.partition("?")
    path = "/" + path.strip("/")
    asked = given(Request("GET", path, dict(parse_qsl(query))))
    make = find_make(path)
    try:
        if make is not None:
            find_special(make, "GET")
            return _Item(path, partial(answer_make, path=make, method="GET", sent=asked))
        vehicle_id = visit.path_params["vehicle_id"]
        routes, _ = find_routes("GET", f"/vehicles/{vehicle_id}{path}".rstrip("/"))
    except Refusal:
        raise Malformed(where, f'"{path}" is not a path that can be read') from None
    return _Item(path, partial(_read, route=routes[0], asked=asked))


def _read(visit: ClassicVisit, route: Route, asked: Mapping[str, Any]) -> Answered:
    admit(visit, route.endpoint.name, route.endpoint.facts.permission)
    return perform(visit, route, route.arguments(visit.path_params, asked, ()))


def _meet_rules(visit: ClassicVisit, item: _Item) -> None:
    # A batch names its items from where the car's own paths begin.
    fate = visit.fate_of_item(visit.path.removesuffix("/batch") + item.path)
    if fate is not None:
        raise Refusal(*fate)


def _asked(visit: ClassicVisit, item: _Item, request_id: str) -> dict[str, Any]:
    try:
        _meet_rules(visit, item)
        answered = item.ask(replace(visit, seen=None, says_units=False))
    except Refusal as refusal:
        reconnect = reconnect_url(visit.application, visit.origin, visit.path_params["vehicle_id"])
        problem = classic_body(refusal, request_id, reconnect, version=visit.version)
        return {"path": item.path, "code": problem["statusCode"], "body": problem}
    return {"path": item.path, "code": 200, "body": answered.body, "headers": answered.headers}
