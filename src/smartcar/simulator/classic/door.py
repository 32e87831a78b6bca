"""Who comes to v2.0, and with what in hand: versions, paths, tokens, permissions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.connect.fates import Fate
from smartcar.simulator.issued import Access
from smartcar.simulator.problems import Refusal
from smartcar.simulator.world import World

from .admission import admit, authorised, bearer, know, owner_access, reconnect_url
from .batch import answer_batch
from .makes import answer_make, find_make
from .perform import Answered, perform
from .problems import FIRST, classic_reply
from .routes import Route, find_routes, given, meant, queried
from .visit import ClassicVisit, FateOfItem, no_fate

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
    fate: Fate | None
    fate_of_item: FateOfItem


def is_classic(path: str) -> bool:
    """Is *path* of a version that answers in v2.0's words?"""
    return _VERSIONED.fullmatch(_usual(path)) is not None


def plain(path: str) -> str:
    """*path* without doubled slashes, and without one at the end: those are ignored."""
    return (re.sub("/{2,}", "/", path) if "//" in path else path).rstrip("/")


def answer(
    world: World,
    now: float,
    request: Request,
    request_id: str,
    *,
    fate: Fate | None = None,
    fate_of_item: FateOfItem = no_fate,
) -> Reply:
    """Answer *request*, which is one of v2.0, whatever comes of it.

    Args:
        world: Where it is asked.
        now: When.
        request: What is asked.
        request_id: What the answer calls it.
        fate: The error that the car answers with, if it is asked at all.
        fate_of_item: The same of a batch's item, by its path without the version.
    """
    # The official Java SDK puts the query of the service history into its last segment.
    path, _, hidden = plain(request.path).replace("%3f", "%3F").partition("%3F")
    query = {**dict(parse_qsl(hidden)), **request.query}
    version, path = _version(path)
    if version not in _SERVED:
        return classic_reply(Refusal("RESOURCE_NOT_FOUND", "VERSION"), request_id)
    asked_for = replace(request, path=path, query=query)
    asked = Asked(asked_for, now, request_id, version, fate, fate_of_item)
    try:
        answered = _answered(world, asked)
    except Refusal as refusal:
        return refuse(world, request, request_id, refusal)
    headers = {"content-type": _JSON, **answered.headers}
    return Reply(200, headers, msgspec.json.encode(answered.body))


def refuse(world: World, request: Request, request_id: str, refusal: Refusal) -> Reply:
    """*refusal* in the words of the version that *request* is for."""
    version, path = _version(plain(request.path))
    reconnect = _reconnect(world, replace(request, path=path))
    return classic_reply(refusal, request_id, reconnect, version=version)


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
        if access.user_id is not None:
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
        fate=asked.fate,
        fate_of_item=asked.fate_of_item,
    )


def _reconnect(world: World, request: Request) -> str | None:
    """Where the owner of the car that the path names signs in anew."""
    car = _CAR.fullmatch(request.path)
    if car is None:
        return None
    asker = world.tokens.get(bearer(request.headers))
    application = world.applications.of(asker.application) if asker else None
    return reconnect_url(application or world.application, request.origin, car["vehicle_id"])
