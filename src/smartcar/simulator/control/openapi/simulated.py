"""The simulated API as an OpenAPI document: v3, v2.0 and the token endpoints."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from smartcar._version import __version__
from smartcar.api.account import AccountEndpoints
from smartcar.api.classic import of_one_car
from smartcar.api.classic_account import ClassicAccount
from smartcar.api.commands import Command
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.accepting import camel
from smartcar.protocol.endpoint import endpoints
from smartcar.protocol.facts import CLASSIC

from .errors import OF_CARS, OF_EVERYTHING, OAuthError, V2Error, V3Error, reason
from .operations import JSON, Operation, response
from .schemas import Schema, Schemas
from .security import SCHEMES, of_operation
from .tokens import token_paths

Document = dict[str, Any]

_REQUEST_ID: Final = {"sc-request-id": {"$ref": "#/components/headers/RequestId"}}
_HEADERS: Final = {
    "RequestId": {
        "description": "Id of the request: support asks for it.",
        "schema": {"type": "string"},
    },
    "RetryAfter": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "string"},
    },
}
_USER: Final = {
    "name": "sc-user-id",
    "in": "header",
    "required": False,
    "description": "On whose behalf; needed with the application's token.",
    "schema": {"type": "string"},
}
_UNITS: Final = {
    "name": "SC-Unit-System",
    "in": "header",
    "required": False,
    "description": "The units of the answer.",
    "schema": {"type": "string", "enum": ["metric", "imperial"], "default": "metric"},
}

_ABOUT: Final = """\
What Smartcar's API answers, and so does the simulator that this document comes from. Made from the
declarations of smartcar-sdk; not Smartcar's own document, and not endorsed by Smartcar.

All hosts of Smartcar are at the simulator's one address. Owners connect cars at
`/oauth/authorize`, which is for people. What only some makes have on v2.0 (`/tesla/charge` and its
kin) is answered, and not in this document.
"""

_STREAMED: Final = (
    "It takes longer than 175 seconds: the connection stays open, and the outcome is its body, "
    "which tells of success or of an error."
)
_ACCEPTED: Final = frozenset({"create_subscription"})
"""Operations whose success is 202."""


def operations() -> list[Operation]:
    """Every declared operation, with an id that no other has."""
    v3 = [each for kind in (AccountEndpoints, VehicleEndpoints) for each in endpoints(kind)]
    of_v2 = [*endpoints(ClassicAccount), *of_one_car()]
    found = [
        Operation(each, camel(each.name), _tag(each.path))
        for each in v3
        if each.facts.version != CLASSIC
    ]
    return found + [Operation(each, f"{camel(each.name)}V2", "v2.0") for each in of_v2]


def _tag(path: str) -> str:
    """Which of v3's groups a path belongs to."""
    if path.startswith("/vehicles/"):
        return "commands" if "/commands/" in path or "schedule" in path else "vehicles"
    return "compatibility" if "compatible" in path else path.split("/")[1]


@cache
def document() -> Document:
    """The whole; ``servers`` is for whoever knows where it is served."""
    declared, schemas = operations(), Schemas()
    taken = [annotation for each in declared for annotation in each.annotations]
    schemas.learn([*taken, V3Error, V2Error, OAuthError])
    paths: dict[str, dict[str, Any]] = {}
    for each in declared:
        item, method = paths.setdefault(each.path, {}), each.declared.method.lower()
        told = _told(each, schemas)
        item[method] = _both(item[method], told) if method in item else told
    paths.update(token_paths(schemas))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Smartcar, simulated",
            "version": __version__,
            "summary": "Connected cars, by Smartcar's API v3 and v2.0.",
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": tag} for tag in dict.fromkeys([*(e.tag for e in declared), "tokens"])],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": SCHEMES,
            "headers": _HEADERS,
        },
    }


def _told(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    facts = operation.declared.facts
    told = operation.told()
    parameters = operation.parameters(schemas)
    parameters += [_USER] if facts.needs_user else []
    is_classic_read = facts.version == CLASSIC and operation.declared.method == "GET"
    parameters += [_UNITS] if is_classic_read else []
    if parameters:
        told["parameters"] = parameters
    body = operation.body(schemas)
    if body is not None:
        told["requestBody"] = {
            "required": operation.needs_body,
            "content": {JSON: {"schema": body}},
        }
    told["responses"] = _answers(operation, schemas)
    told["security"] = of_operation(operation.declared)
    return told


def _answers(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    declared = operation.declared
    is_classic = declared.facts.version == CLASSIC
    schema = operation.answer(schemas)
    status = "204" if schema is None else "202" if declared.name in _ACCEPTED else "200"
    answers = {status: response("Done." if schema is None else "The answer.", schema, _REQUEST_ID)}
    if isinstance(declared, Command):
        answers["202"] = response(_STREAMED, {"anyOf": [schema, schemas.of(V3Error)]}, _REQUEST_ID)
    about_cars = "vehicle_id" in declared.placeholders or declared.name in _ACCEPTED
    said = operation.words.errors
    error: Schema = schemas.of(V2Error if is_classic else V3Error)
    for each in sorted({*OF_EVERYTHING, *(OF_CARS if about_cars else ()), *said}):
        headers: dict[str, Any] = dict(_REQUEST_ID)
        if each == 429:
            headers["retry-after"] = {"$ref": "#/components/headers/RetryAfter"}
        told = " ".join([*said.get(each, ()), reason(each)])
        answers[str(each)] = response(told, error, headers)
    return answers


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two operations of one path that their bodies tell apart: ``{"action": "LOCK"}``."""
    first, second = (each["requestBody"]["content"][JSON]["schema"] for each in (one, other))
    known = first.get("oneOf", [first])
    schema = {"oneOf": [*known, second]}
    ids = one["operationId"], other["operationId"]
    return {
        **one,
        "operationId": f"{ids[0].removesuffix('V2')}Or{ids[1][0].upper()}{ids[1][1:]}",
        "summary": f"{one['summary']}, or: {other['summary']}",
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}}},
    }
