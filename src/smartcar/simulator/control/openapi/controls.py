"""The simulator's own controls as an OpenAPI document."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from smartcar._version import __version__
from smartcar.protocol.accepting import camel
from smartcar.protocol.endpoint import endpoints
from smartcar.simulator.control.endpoints.every import ControlEndpoints
from smartcar.simulator.control.problems import ErrorBody

from .operations import JSON, Operation, response
from .schemas import Schemas

_ABOUT: Final = """\
What may be asked of a simulated Smartcar itself, and told to it: its clock, its cars, its faults.
No token is needed. A change says `content-type: application/json`, and pages of other origins are
refused.
"""

_REASONS: Final = {
    400: "A field is missing, unknown or wrong: `error.field` names it.",
    403: "It comes through a name, or from a page, that is not the simulator's.",
    404: "There is no such thing.",
    409: "The car refuses, or it is so already.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
}
_NOTHING: Final = {"type": "object", "additionalProperties": False}
_ERRORS: Final = {"GET": (400, 403), "POST": (400, 403, 413, 415), "DELETE": (400, 403)}
"""What any operation of a method may answer."""


def operations() -> list[Operation]:
    """Every control."""
    return [
        Operation(each, camel(each.name), _tag(each.path)) for each in endpoints(ControlEndpoints)
    ]


def _tag(path: str) -> str:
    part = path.removeprefix("/simulator").strip("/").split("/")[0]
    return "documents" if part.endswith(".json") else part or "simulator"


@cache
def document() -> dict[str, Any]:
    """The whole; ``servers`` is for whoever knows where it is served."""
    declared, schemas = operations(), Schemas()
    schemas.learn([*(one for each in declared for one in each.annotations), ErrorBody])
    paths: dict[str, dict[str, Any]] = {}
    for each in declared:
        paths.setdefault(each.path, {})[each.declared.method.lower()] = _told(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "A simulated Smartcar's controls",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in declared)],
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


def _told(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    told = operation.told()
    parameters = operation.parameters(schemas)
    if parameters:
        told["parameters"] = parameters
    if operation.declared.method == "POST":
        # Required even where it may be {}: a change must say that it is JSON.
        body = operation.body(schemas) or _NOTHING
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    answer, said = operation.answer(schemas), operation.words.errors
    good = response("Done." if answer is None else "The answer.", answer, {})
    statuses = {*_ERRORS[operation.declared.method], *said}
    statuses |= {404} if operation.declared.placeholders else set()
    error = schemas.of(ErrorBody)
    told["responses"] = {
        "204" if answer is None else "200": good,
        **{
            str(each): response(" ".join([*said.get(each, ()), _REASONS[each]]), error, {})
            for each in sorted(statuses)
        },
    }
    return told
