"""From a request to the declaration that it means, and to that declaration's arguments.

Made from the declarations alone: what is declared is routed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from smartcar.api.account import AccountEndpoints
from smartcar.api.commands import Command
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.accepting import camel
from smartcar.protocol.documents import at
from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Request
from smartcar.untyped import is_mapping

from .problems import Refusal

_DEFAULT_PAGES: Final = {"/subscriptions": 25, "/webhooks": 50}
"""Items on a page where the request does not say; 10 elsewhere."""


@dataclass(frozen=True, slots=True)
class Route:
    """A declaration, and how its path is recognised."""

    endpoint: Declared[..., Any]
    pattern: re.Pattern[str]
    parameters: tuple[tuple[str, str, inspect.Parameter], ...]
    """What it takes: the name here, that on the wire, and what the signature says of it."""

    @property
    def default_page(self) -> int:
        """Items on a page where the request does not say."""
        return _DEFAULT_PAGES.get(self.endpoint.path, 10)

    def arguments(self, path_params: Mapping[str, str], request: Request) -> dict[str, Any]:
        """What the answer is called with, converted as the signature says.

        Raises:
            Refusal: A field is missing or has a form that the signature does not allow.
        """
        sent: Mapping[str, Any] = request.query if request.method == "GET" else _attributes(request)
        arguments: dict[str, Any] = {}
        for name, known_as, parameter in self.parameters:
            if name in path_params:
                arguments[name] = path_params[name]
            elif known_as in sent:
                arguments[name] = _converted(known_as, sent[known_as], parameter, request)
            elif parameter.default is inspect.Parameter.empty:
                told = f"missing {known_as}"
                raise Refusal("VALIDATION", "MISSING_PARAMETER", told)
        return arguments


def _route(endpoint: Declared[..., Any]) -> Route:
    path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(endpoint.path))
    wire = endpoint.facts.wire or {}
    parameters = tuple(
        (name, wire.get(name) or camel(name), parameter)
        for name, parameter in endpoint.signature.parameters.items()
    )
    return Route(endpoint, re.compile(f"/v3{path}/?"), parameters)


ROUTES: Final = tuple(
    _route(endpoint)
    for resource in (AccountEndpoints, VehicleEndpoints)
    for endpoint in endpoints(resource)
    if endpoint.facts.version == "3"
)


def _depth(path: str) -> int:
    return path.rstrip("/").count("/")


def _alike() -> dict[tuple[str, int], list[Route]]:
    """Routes by method and depth: only few are ever tried."""
    found: dict[tuple[str, int], list[Route]] = {}
    for route in ROUTES:
        key = route.endpoint.method, _depth(f"/v3{route.endpoint.path}")
        found.setdefault(key, []).append(route)
    return found


_ALIKE: Final = _alike()


@lru_cache(maxsize=1024)
def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route of a request, and what its path says: the same is asked for over and over.

    Raises:
        Refusal: There is no such path.
    """
    for route in _ALIKE.get((method, _depth(path)), ()):
        match = route.pattern.fullmatch(path)
        if match is not None:
            return route, {name: unquote(text) for name, text in match.groupdict().items()}
    raise Refusal("RESOURCE_NOT_FOUND", "INVALID_PATH", f"There is no path {path}")


def is_command(method: str, path: str) -> bool:
    """Is it one of v3's that reach the car, and may take long?"""
    try:
        route, _ = find_route(method, path)
    except Refusal:
        return False
    return isinstance(route.endpoint, Command)


def _attributes(request: Request) -> Mapping[str, Any]:
    """``data.attributes`` of the body; nothing where there is no body."""
    if not request.body:
        return {}
    try:
        body: object = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        told = "The body is not JSON"
        raise Refusal("VALIDATION", "INVALID_INPUT_FORMAT", told) from None
    found = at(body, "data", "attributes")
    return found if is_mapping(found) else {}


def _converted(name: str, value: object, parameter: inspect.Parameter, request: Request) -> object:
    try:
        # A query has only text; a body has JSON's own types.
        return convert(value, parameter.annotation, strict=request.method != "GET")
    except msgspec.ValidationError as error:
        raise Refusal("VALIDATION", "INVALID_INPUT_FORMAT", f"{name}: {error}") from None
