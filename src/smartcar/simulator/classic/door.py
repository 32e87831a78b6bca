"""Who comes to v2.0, and with what in hand: versions, paths, tokens, permissions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.problems import Refusal
from smartcar.simulator.world import Access, World

from .admission import NOBODY, admit, authorised, know, owner_access, reconnect_url
from .batch import answer_batch
from .makes import answer_make, find_make
from .perform import Answered, perform
from .problems import classic_reply, gone
from .routes import Route, find_routes, given, meant
from .visit import ClassicVisit

_JSON: Final = "application/json"
_VERSIONED: Final = re.compile(r"/v(\d+\.\d+|(?!ehicles)[^/\d][^/]*)(/.*)?", re.DOTALL)
"""A version as v2.0 writes them, or a word that is none; v3 and its kind are numbers."""
_CAR: Final = re.compile(r"/vehicles/(?P<vehicle_id>[^/]+)(?P<rest>/.+)")


def is_classic(path: str) -> bool:
    """Is *path* of a version that answers in v2.0's words?"""
    return _VERSIONED.fullmatch(path) is not None


def plain(path: str) -> str:
    """*path* without doubled slashes, and without one at the end: those are ignored."""
    return re.sub("/{2,}", "/", path).rstrip("/")


def answer(world: World, now: float, request: Request, request_id: str) -> Reply:
    """Answer *request*, which is one of v2.0, whatever comes of it."""
    # The official Java SDK puts the query of the service history into its last segment.
    path, _, hidden = plain(request.path).replace("%3f", "%3F").partition("%3F")
    query = {**dict(parse_qsl(hidden)), **request.query}
    version, path = _version(path)
    if version == "1.0":
        return gone(request_id)
    if version != "2.0":
        return classic_reply(Refusal("RESOURCE_NOT_FOUND", "VERSION"), request_id)
    try:
        answered = _answered(world, now, replace(request, path=path, query=query), request_id)
    except Refusal as refusal:
        return classic_reply(refusal, request_id, _reconnect(world, request.origin, path))
    headers = {"content-type": _JSON, **answered.headers}
    return Reply(200, headers, msgspec.json.encode(answered.body))


def _version(path: str) -> tuple[str, str]:
    found = _VERSIONED.fullmatch(path)
    return (found[1], found[2] or "/") if found else ("", path)


def _answered(world: World, now: float, request: Request, request_id: str) -> Answered:
    car = _CAR.fullmatch(request.path)
    make = find_make(car["rest"]) if car else None
    if car is not None and (
        make is not None or (request.method, car["rest"]) == ("POST", "/batch")
    ):
        params = {"vehicle_id": car["vehicle_id"]}
        visit = _visit(world, now, request, owner_access(world, now, request), params)
        know(visit)
        if make is not None:
            return answer_make(visit, make, request.method, given(request))
        return answer_batch(visit, given(request), request_id)
    routes, params = find_routes(request.method, request.path)
    return _routed(world, now, request, routes, params)


def _routed(
    world: World, now: float, request: Request, routes: list[Route], params: Mapping[str, str]
) -> Answered:
    endpoint = routes[0].endpoint
    access, secrets = authorised(world, now, request, routes[0])
    visit = _visit(world, now, request, access, params)
    if "vehicle_id" in params:
        know(visit)
        if access is not NOBODY:
            admit(visit, endpoint.name, endpoint.facts.permission)
    sent = given(request)
    route = meant(routes, sent)
    return perform(visit, route, route.arguments(params, sent, secrets))


def _visit(
    world: World, now: float, request: Request, access: Access, params: Mapping[str, str]
) -> ClassicVisit:
    return ClassicVisit(
        world=world,
        now=now,
        access=access,
        user_id=access.user_id,
        origin=request.origin,
        path=request.path,
        path_params=params,
        query=request.query,
        headers=request.headers,
    )


def _reconnect(world: World, origin: str, path: str) -> str | None:
    """Where the owner of the car that *path* names signs in anew."""
    car = _CAR.fullmatch(path)
    return reconnect_url(world, origin, car["vehicle_id"]) if car else None
