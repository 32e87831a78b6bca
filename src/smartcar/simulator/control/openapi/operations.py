"""From a declaration to its operation in an OpenAPI document.

Source: https://spec.openapis.org/oas/v3.1.1
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from smartcar.protocol.accepting import camel
from smartcar.protocol.documents import Page, Resource, Unusual
from smartcar.protocol.endpoint import Declared
from smartcar.protocol.facts import SECRETS, UNVERSIONED

from .schemas import Schema, Schemas, optional
from .words import Words, words_of

JSON: Final = "application/json"

_USUAL: Final = {
    "page_size": "Items on a page.",
    "page_number": "Which page, from 1.",
    "vehicle_id": "Id of the car.",
    "code": "Code of a signal, such as `tractionbattery-stateofcharge`.",
}
"""What is said of a parameter whose declaration has nothing to add."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A declaration, and how it stands in a document."""

    declared: Declared[..., Any]
    id: str
    tag: str

    @property
    def path(self) -> str:
        """With the parameters' names as the wire has names."""
        path = f"{self.declared.facts.root}{self.declared.path}"
        return re.sub(r"\{(\w+)\}", lambda found: f"{{{camel(found[1])}}}", path)

    @property
    def annotations(self) -> list[Any]:
        """Everything that it takes or gives."""
        taken = [each.annotation for each in self._taken.values()]
        return [*taken, *([] if self.gives is type(None) else [self.gives])]

    @property
    def gives(self) -> Any:
        """What the document that it answers with is made of."""
        returns = self.declared.returns
        document = returns.document if _is_unusual(returns) else None
        return returns if document is None else document

    @property
    def _taken(self) -> dict[str, inspect.Parameter]:
        """What is neither in the path nor in a header."""
        facts, parameters = self.declared.facts, self.declared.signature.parameters
        apart, worded = {*self.declared.placeholders, *SECRETS[facts.authority]}, facts.worded or {}
        return {
            name: each.replace(annotation=str) if name in worded else each
            for name, each in parameters.items()
            if name not in apart
        }

    @property
    def words(self) -> Words:
        """Its docstring."""
        return words_of(self.declared.__doc__)

    def told(self) -> dict[str, Any]:
        """What the docstring says of the whole."""
        words = self.words
        told: dict[str, Any] = {
            "operationId": self.id,
            "tags": [self.tag],
            "summary": words.summary.removesuffix("."),
        }
        if words.description:
            told["description"] = words.description
        if words.source is not None:
            told["externalDocs"] = {"url": words.source}
        return told

    def parameters(self, schemas: Schemas) -> list[dict[str, Any]]:
        """Those of the path, then those of the query."""
        words = self.words
        in_path = re.findall(r"\{(\w+)\}", self.declared.path)
        found = [self._in_path(name, words.arguments.get(name)) for name in in_path]
        if self.declared.method == "POST":
            return found
        for name, each in self._taken.items():
            is_required = each.default is inspect.Parameter.empty
            one: dict[str, Any] = {
                "name": self._wire(name),
                "in": "query",
                "required": is_required,
                "schema": optional(schemas.of(each.annotation)),
            }
            told = words.arguments.get(name) or _USUAL.get(name)
            found.append({**one, "description": told} if told else one)
        return found

    def _in_path(self, name: str, told: str | None) -> dict[str, Any]:
        taken = self.declared.signature.parameters.get(name)
        is_number = taken is not None and taken.annotation not in {str, "str"}
        return {
            "name": camel(name),
            "in": "path",
            "required": True,
            "description": told or _USUAL.get(name) or f"Its {name.replace('_', ' ')}.",
            "schema": {"type": "integer", "minimum": 0}
            if is_number
            else {"type": "string", "minLength": 1},
        }

    def body(self, schemas: Schemas) -> Schema | None:
        """The schema of what a change is sent; None where it is sent nothing."""
        facts = self.declared.facts
        if self.declared.method != "POST" or not (self._taken or facts.constants):
            return None
        if facts.body is not None:
            return schemas.of(self.declared.signature.parameters[facts.body].annotation)
        schema = self._object(schemas)
        if not facts.is_flat:
            schema = _within("data", _within("attributes", schema))
        return schemas.add(f"{self.id[0].upper()}{self.id[1:]}Request", schema)

    @property
    def needs_body(self) -> bool:
        """Is there anything that must be said?"""
        facts, empty = self.declared.facts, inspect.Parameter.empty
        return bool(facts.constants) or any(each.default is empty for each in self._taken.values())

    def _object(self, schemas: Schemas) -> Schema:
        words, facts = self.words, self.declared.facts
        properties: dict[str, Schema] = {
            name: {"const": value, "type": "string"}
            for name, value in (facts.constants or {}).items()
        }
        required = list(properties)
        for name, each in self._taken.items():
            is_required = each.default is inspect.Parameter.empty
            schema = schemas.of(each.annotation)
            properties[self._wire(name)] = {
                **(schema if is_required else _with_default(schema, each.default)),
                **({"description": words.arguments[name]} if name in words.arguments else {}),
            }
            required += [self._wire(name)] if is_required else []
        found: Schema = {"type": "object", "properties": properties}
        if facts.version == UNVERSIONED:  # the controls refuse what they do not know
            found["additionalProperties"] = False
        return {**found, "required": required} if required else found

    def _wire(self, name: str) -> str:
        return (self.declared.facts.wire or {}).get(name) or camel(name)

    def answer(self, schemas: Schemas) -> Schema | None:
        """The schema of a good answer's body; None where it has none."""
        gives = self.gives
        if gives is type(None):
            return None
        schema = schemas.of(gives)
        plain = getattr(gives, "__origin__", gives)
        is_whole = self.declared.facts.is_flat or issubclass(plain, Page)
        if is_whole or not issubclass(plain, Resource):
            return schema
        included = {"type": "object", "description": "Related resources, by type."}
        whole = _within("data", schema)
        whole["properties"]["included"] = included
        return schemas.add(f"{plain.__name__}Document", whole)


def _is_unusual(returns: Any) -> TypeGuard[type[Unusual]]:
    return isinstance(returns, type) and issubclass(returns, Unusual)


def _within(name: str, schema: Schema) -> Schema:
    return {"type": "object", "properties": {name: schema}, "required": [name]}


def _with_default(schema: Schema, default: object) -> Schema:
    return optional(schema) if default is None else {**schema, "default": default}


def response(told: str, schema: Schema | None, headers: Mapping[str, Any]) -> dict[str, Any]:
    """One answer of an operation."""
    found: dict[str, Any] = {"description": told, "headers": dict(headers)}
    return found if schema is None else {**found, "content": {JSON: {"schema": schema}}}
