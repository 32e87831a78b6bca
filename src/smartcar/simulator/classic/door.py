"""Who comes to v2.0, and with what in hand: versions, paths, tokens, permissions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.issued import Access
from smartcar.simulator.problems import Refusal
from smartcar.simulator.world import World

from .admission import NOBODY, admit, authorised, know, owner_access, reconnect_url
from .batch import answer_batch
from .makes import answer_make, find_make
from .perform import Answered, perform
from .problems import FIRST, classic_reply
from .routes import Route, find_routes, given, meant, queried
from .visit import ClassicVisit

_JSON: Final = "application/json"
_VERSIONED: Final = re.compile(r"/v(\d+\.\d+|(?!ehicles)[^/\d][^/]*)(/.*)?", re.DOTALL)
"""A version as v2.0 writes them, or a word that is none; v3 and its kind are numbers."""
_ODDLY_VERSIONED: Final = re.compile(r"^/(management|compatibility)/(v\d+\.\d+)(?=/|$)")
"""Source: https://smartcar.com/docs/api-reference/compatibility-api-intro; likely a slip."""
_SERVED: Final = frozenset({FIRST, "2.0"})
_CAR: Final = re.compile(r"/vehicles/(?P<vehicle_id>[^/]+)(?P<rest>/.+)")


class Asked(NamedTuple):
    """A request, with what is not in it."""

    request: Request
    now: float
    id: str
    version: str


def is_classic(path: str) -> bool:
    """Is *path* of a version that answers in v2.0's words?"""
    return _VERSIONED.fullmatch(_usual(path)) is not None


def plain(path: str) -> str:
    """*path* without doubled slashes, and without one at the end: those are ignored."""
    return re.sub("/{2,}", "/", path).rstrip("/")


def answer(world: World, now: float, request: Request, request_id: str) -> Reply:
    """Answer *request*, which is one of v2.0, whatever comes of it."""
    # The official Java SDK puts the query of the service history into its last segment.
    path, _, hidden = plain(request.path).replace("%3f", "%3F").partition("%3F")
    query = {**dict(parse_qsl(hidden)), **request.query}
    version, path = _version(path)
    if version not in _SERVED:
        return classic_reply(Refusal("RESOURCE_NOT_FOUND", "VERSION"), request_id)
    asked = Asked(replace(request, path=path, query=query), now, request_id, version)
    try:
        answered = _answered(world, asked)
    except Refusal as refusal:
        reconnect = _reconnect(world, request.origin, path)
        return classic_reply(refusal, request_id, reconnect, version=version)
    headers = {"content-type": _JSON, **answered.headers}
    return Reply(200, headers, msgspec.json.encode(answered.body))


def _usual(path: str) -> str:
    """*path* as most pages write it: two of them have the version behind the first word."""
    return _ODDLY_VERSIONED.sub(r"/\2/\1", path)


def _version(path: str) -> tuple[str, str]:
    found = _VERSIONED.fullmatch(_usual(path))
    return (found[1], found[2] or "/") if found else ("", path)


def _answered(world: World, asked: Asked) -> Answered:
    request = asked.request
    car = _CAR.fullmatch(request.path)
    make = find_make(car["rest"]) if car else None
    if car is not None and (
        make is not None or (request.method, car["rest"]) == ("POST", "/batch")
    ):
        params = {"vehicle_id": car["vehicle_id"]}
        visit = _visit(world, asked, owner_access(world, asked.now, request), params)
        know(visit)
        if make is not None:
            return answer_make(visit, make, request.method, {**queried(request), **given(request)})
        return answer_batch(visit, given(request), asked.id)
    routes, params = find_routes(request.method, request.path)
    return _routed(world, asked, routes, params)


def _routed(world: World, asked: Asked, routes: list[Route], params: Mapping[str, str]) -> Answered:
    endpoint = routes[0].endpoint
    access, secrets = authorised(world, asked.now, asked.request, routes[0])
    visit = _visit(world, asked, access, params)
    if "vehicle_id" in params:
        know(visit)
        if access is not NOBODY:
            admit(visit, endpoint.name, endpoint.facts.permission)
    sent = given(asked.request)
    route = meant(routes, sent)
    return perform(visit, route, route.arguments(params, sent, secrets))


def _visit(world: World, asked: Asked, access: Access, params: Mapping[str, str]) -> ClassicVisit:
    request = asked.request
    return ClassicVisit(
        world=world,
        now=asked.now,
        access=access,
        user_id=access.user_id,
        origin=request.origin,
        path=request.path,
        path_params=params,
        query=request.query,
        headers=request.headers,
        version=asked.version,
    )


def _reconnect(world: World, origin: str, path: str) -> str | None:
    """Where the owner of the car that *path* names signs in anew."""
    car = _CAR.fullmatch(path)
    return reconnect_url(world, origin, car["vehicle_id"]) if car else None
