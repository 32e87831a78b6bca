"""From a request to the control that it means, and to that declaration's arguments.

Made from the declarations alone.  A field that no declaration has is refused: it is a slip.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from smartcar.protocol.accepting import camel
from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.protocol.shapes import convert
from smartcar.protocol.wire import Request
from smartcar.simulator.faults import BadRule
from smartcar.simulator.limits import BadLimit
from smartcar.untyped import is_mapping

from .endpoints.every import ControlEndpoints
from .problems import JSON, Problem, invalid

_WITHIN: Final = re.compile(r"`\$\.(\w+)|unknown field `(\w+)`")
"""Where in a body msgspec found something wrong."""


@dataclass(frozen=True, slots=True)
class Route:
    """A declaration, and how its path is recognised."""

    endpoint: Declared[..., Any]
    pattern: re.Pattern[str]

    def arguments(self, path_params: Mapping[str, str], request: Request) -> dict[str, Any]:
        """What the answer is called with, converted as the signature says.

        Raises:
            Problem: A field is missing, unknown, or has a form that the signature does not allow.
        """
        parameters = self.endpoint.signature.parameters
        arguments: dict[str, Any] = {
            name: _converted(camel(name), text, parameters[name], is_text=True)
            for name, text in path_params.items()
        }
        whole = self.endpoint.facts.body
        if whole is not None:
            content = _content(request)
            return {**arguments, whole: _converted(None, content, parameters[whole])}
        wire = {camel(name): name for name in parameters if name not in path_params}
        is_text = request.method in {"GET", "DELETE"}  # they have a query, and no body
        sent = request.query if is_text else _fields(request)
        for known_as in sent:
            if known_as not in wire:
                told = f"There is no field {known_as!r}; there are: {', '.join(wire) or 'none'}."
                raise Problem(400, "UNKNOWN_FIELD", told, known_as)
        for known_as, name in wire.items():
            parameter = parameters[name]
            if known_as in sent:
                arguments[name] = _converted(known_as, sent[known_as], parameter, is_text=is_text)
            elif parameter.default is inspect.Parameter.empty:
                raise Problem(400, "MISSING_FIELD", f"{known_as} is missing.", known_as)
        return arguments


def _route(endpoint: Declared[..., Any]) -> Route:
    path = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(endpoint.path))
    return Route(endpoint, re.compile(f"{path}/?"))


ROUTES: Final = tuple(_route(endpoint) for endpoint in endpoints(ControlEndpoints))


def find_route(request: Request) -> tuple[Route, dict[str, str]]:
    """The route of *request*, and what its path says.

    Raises:
        Problem: There is no such path, or it takes another method.
    """
    others: list[str] = []
    for route in ROUTES:
        match = route.pattern.fullmatch(request.path)
        if match is None:
            continue
        if route.endpoint.method == request.method:
            return route, {name: unquote(text) for name, text in match.groupdict().items()}
        others.append(route.endpoint.method)
    if others:
        told = f"{request.path} takes {' and '.join(others)}, not {request.method}."
        raise Problem(405, "METHOD_NOT_ALLOWED", told)
    told = f"There is no {request.path}; /simulator/control.json lists what there is."
    raise Problem(404, "NOT_FOUND", told)


def _content(request: Request) -> object:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        # A form of a page elsewhere can send anything but this without being asked for leave.
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", f"Say content-type: {JSON}.", "content-type")
    if not request.body.strip():
        return {}
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"The body is not JSON: {error}") from None


def _fields(request: Request) -> Mapping[str, Any]:
    content = _content(request)
    if not is_mapping(content):
        raise invalid("The body must be a JSON object.")
    return content


def _converted(
    name: str | None, value: object, parameter: inspect.Parameter, *, is_text: bool = False
) -> object:
    try:
        # A query has only text; a body has JSON's own types.
        return convert(value, parameter.annotation, strict=not is_text)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, BadRule | BadLimit):
            raise invalid(str(error.__cause__), error.__cause__.field) from None
        within = _WITHIN.search(str(error))
        told = str(error) if name is None else f"{name}: {error}"
        raise invalid(
            told, within[within.lastindex or 0] if name is None and within else name
        ) from None
