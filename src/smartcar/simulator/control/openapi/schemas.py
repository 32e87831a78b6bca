"""JSON Schemas of models and annotations, named as a client's author would name them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import msgspec
from msgspec.structs import fields as fields_of

from smartcar.untyped import is_list, is_mapping

from .words import fields_told, markdown

Schema = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_GENERIC: Final = re.compile(r"(\w+?)_(\w+)_")


@dataclass(slots=True)
class Schemas:
    """All that a document's operations mention."""

    components: dict[str, Schema] = field(default_factory=dict[str, Schema])
    _known: dict[Any, Schema] = field(default_factory=dict[Any, Schema])

    def learn(self, annotations: Iterable[Any]) -> None:
        """Work out the schemas of *annotations*: all at once, so that names stay apart."""
        wanted = list(dict.fromkeys(annotations))
        schemas, components = msgspec.json.schema_components(wanted, ref_template=_REF)
        names = {name: _plain(name) for name in components}
        for annotation, schema in zip(wanted, schemas, strict=True):
            self._known[annotation] = _renamed(schema, names)
        for name, schema in components.items():
            self.components[names[name]] = _renamed(schema, names)
        for model in _models(wanted):
            self._describe(model)

    def of(self, annotation: Any) -> Schema:
        """The schema of *annotation*, which was learnt."""
        return self._known[annotation]

    def add(self, name: str, schema: Schema) -> Schema:
        """Name *schema*; give a reference to it."""
        self.components[name] = schema
        return {"$ref": _REF.format(name=name)}

    def _describe(self, model: type[msgspec.Struct]) -> None:
        """Say of each property what its docstring says."""
        schema = self.components.get(model.__name__, {})
        told, properties = fields_told(model), schema.get("properties", {})
        for each in fields_of(model):
            if each.name in told and each.encode_name in properties:
                properties[each.encode_name]["description"] = told[each.name]
        schema["description"] = markdown(schema.get("description", ""))


def optional(schema: Schema) -> Schema:
    """*schema* without null: what is not said is left out."""
    if "anyOf" not in schema:
        return {name: value for name, value in schema.items() if name != "default"}
    left = [each for each in schema["anyOf"] if each != {"type": "null"}]
    return left[0] if len(left) == 1 else {"anyOf": left}


def _plain(name: str) -> str:
    """``Page_Connection_`` as ``ConnectionPage``; of two with one name, v2.0's is ``Classic…``."""
    module, _, bare = name.rpartition(".")
    if module:
        return f"Classic{bare}" if "classic" in module else bare
    found = _GENERIC.fullmatch(name)
    if found is None:
        return name
    outer, inner = found.groups()
    return outer if inner == "Any" else f"{inner}{outer}"


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """*schema* with its references by their new names."""
    if schema == ():  # a default, which JSON has as a list
        return []
    if is_list(schema):
        return [_renamed(each, names) for each in schema]
    if not is_mapping(schema):
        return schema
    renamed = {key: _renamed(value, names) for key, value in schema.items() if key != "title"}
    if schema.get("type") == "array" and not {"items", "prefixItems"} & schema.keys():
        renamed["items"] = {}  # of anything, which makers of clients want said
    reference = schema.get("$ref")
    if isinstance(reference, str):
        renamed["$ref"] = _REF.format(name=names[reference.rpartition("/")[2]])
    return renamed


def _models(annotations: Iterable[Any]) -> set[type[msgspec.Struct]]:
    """Every model in *annotations*, and in the models' own fields."""
    found: set[type[msgspec.Struct]] = set()
    pending = list(annotations)
    while pending:
        annotation = pending.pop()
        pending += get_args(annotation)
        plain = getattr(annotation, "__origin__", annotation)
        if isinstance(plain, type) and issubclass(plain, msgspec.Struct) and plain not in found:
            found.add(plain)
            pending += [each.type for each in fields_of(plain)]
    return found
