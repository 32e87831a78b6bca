"""From a request to the declaration of v2.0 that it means, and to that declaration's arguments.

Official SDKs spell alike what is alike to the API: both spellings of a date are read, text that is
empty or ``undefined`` is absent, a number may come as text, one slash at the end is none.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from smartcar.api.classic import of_one_car
from smartcar.api.classic_account import ClassicAccount
from smartcar.protocol.accepting import camel
from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.protocol.facts import SECRETS
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Request
from smartcar.simulator.problems import Refusal
from smartcar.untyped import is_mapping

from .problems import Malformed, missing_field

_ABSENT: Final = frozenset({"", "undefined"})
"""The official Node SDK writes ``undefined`` for what it was not given."""


@dataclass(frozen=True, slots=True)
class Route:
    """A declaration, and how its path is recognised."""

    endpoint: Declared[..., Any]
    pattern: re.Pattern[str]

    def arguments(
        self, path_params: Mapping[str, str], sent: Mapping[str, Any], secrets: Sequence[str]
    ) -> dict[str, Any]:
        """What the answer is called with, converted as the signature says.

        Raises:
            Malformed: A field is missing, or has a form that the signature does not allow.
        """
        facts = self.endpoint.facts
        known = {**path_params, **dict(zip(SECRETS[facts.authority], secrets, strict=False))}
        arguments: dict[str, Any] = {}
        for name, parameter in self.endpoint.signature.parameters.items():
            wire = (facts.wire or {}).get(name) or camel(name)
            spelled = next((each for each in (wire, name, camel(name)) if each in sent), None)
            if name in known:
                arguments[name] = known[name]
            elif spelled is not None and name in (facts.worded or {}):
                arguments[name] = str(sent[spelled])
            elif spelled is not None:
                arguments[name] = _converted(wire, sent[spelled], parameter)
            elif parameter.default is inspect.Parameter.empty:
                raise missing_field(wire)
        return arguments


def _route(endpoint: Declared[..., Any]) -> Route:
    path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(endpoint.path))
    return Route(endpoint, re.compile(path))


ROUTES: Final = tuple(_route(each) for each in (*endpoints(ClassicAccount), *of_one_car()))


def find_routes(method: str, path: str) -> tuple[list[Route], dict[str, str]]:
    """The routes of *path*, which a body may have to tell apart, and what the path says.

    Raises:
        Refusal: There is no such path.
    """
    found: list[Route] = []
    path_params: dict[str, str] = {}
    for route in ROUTES:
        if route.endpoint.method == method and (match := route.pattern.fullmatch(path)):
            found.append(route)
            path_params = {name: unquote(text) for name, text in match.groupdict().items()}
    if not found:
        raise Refusal("RESOURCE_NOT_FOUND", "PATH")
    return found, path_params


def meant(routes: Sequence[Route], sent: Mapping[str, Any]) -> Route:
    """The one of *routes* whose constants were sent: ``{"action": "LOCK"}``.

    Raises:
        Malformed: None of them.
    """
    said: dict[str, list[object]] = {}
    for route in routes:
        constants = route.endpoint.facts.constants or {}
        if all(sent.get(name) == value for name, value in constants.items()):
            return route
        for name, value in constants.items():
            said.setdefault(name, []).append(value)
    name, values = next(iter(said.items()))
    raise Malformed([name], f'"{name}" must be one of [{", ".join(map(str, values))}]')


def given(request: Request) -> Mapping[str, Any]:
    """What *request* says besides its path: a read and a removal in the query, others in JSON.

    Raises:
        Malformed: The body is no JSON.
    """
    if request.method in {"GET", "DELETE"}:
        return queried(request)
    if not request.body:
        return {}
    try:
        body: object = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed([], "The body must be JSON") from None
    return body if is_mapping(body) else {}


def queried(request: Request) -> Mapping[str, str]:
    """The query, without what is not said."""
    return {name: text for name, text in request.query.items() if text not in _ABSENT}


def _converted(name: str, value: object, parameter: inspect.Parameter) -> object:
    try:
        # The official Node SDK sends a charge limit as text.
        return convert(value, parameter.annotation, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed([name], f'"{name}" is not allowed: {error}') from None
