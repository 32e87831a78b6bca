"""Answers as the official Python SDK has them: named tuples, dictionaries, the body beside headers.

Mixins for the models that take their place.  No I/O here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from .warning import warn

TOKENS: Final = (
    *("access_token", "token_type", "expires_in", "expiration"),
    *("refresh_token", "refresh_expiration"),
)
"""Fields of the official SDK's tuple of tokens."""

_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Access": TOKENS,
    "ActionResponse": ("status", "meta"),
    "Attributes": ("id", "make", "model", "year", "meta"),
    "CommandResponse": ("status", "message", "meta"),
    "CompatibilityMatrixEntry": (
        *("model", "startYear", "endYear", "type", "endpoints", "permissions"),
    ),
    "ManagedConnection": ("vehicle_id", "user_id", "connected_at"),
    "NominalCapacity": ("availableCapacities", "capacity", "url", "meta"),
}
"""Fields of the official SDK's tuple, by our model, where they are not the model's own and meta."""

_ALWAYS: Final[Mapping[str, Any]] = {"token_type": "Bearer", "expires_in": 7200}
"""What every owner's token has, by the official SDK's reference."""


class WasTuple:
    """An answer that is a named tuple in the official SDK."""

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def _fields(self) -> tuple[str, ...]:
            warn(f"_fields is deprecated: say {type(self).__name__}.__struct_fields__")
            return _order(self)

        def _asdict(self) -> dict[str, Any]:
            warn("_asdict() is deprecated: say to_dict(), which has the names of the wire")
            return {name: _value(self, name) for name in _order(self)}

        def _replace(self, **changed: Any) -> Any:
            new = {_snake(name): value for name, value in changed.items()}
            warn(f"_replace() is deprecated: say replace({', '.join(f'{n}=…' for n in new)})")
            return self.replace(**new)

        def __len__(self) -> int:
            if type(self).__iter__ is not WasTuple.__iter__:
                told = f"{type(self).__name__} has no length: it iterates over what it lists"
                raise TypeError(told)
            return len(_order(self))  # without a warning: list() and tuple() ask for it, too

        def __bool__(self) -> bool:
            return type(self).__len__ is WasTuple.__len__ or len(self) > 0

        def __iter__(self) -> Iterator[Any]:
            names = _order(self)
            said = ", ".join(f"answer.{_snake(n)}" for n in names if n not in _ALWAYS)
            warn(f"Unpacking {type(self).__name__} is deprecated: say {said}")
            return iter([_value(self, name) for name in names])

        def __getitem__(self, key: Any) -> Any:
            names = _order(self)
            if isinstance(key, str):
                name = _snake(key)
                if name not in map(_snake, names):
                    raise KeyError(key)
            elif type(self).__iter__ is not WasTuple.__iter__:
                told = f"{type(self).__name__} has no item {key!r}: it iterates over what it lists"
                raise TypeError(told)
            elif isinstance(key, slice):
                warn(f"Slicing {type(self).__name__} is deprecated: say its attributes")
                return tuple(_value(self, name) for name in names[key])
            else:
                name = _snake(names[key])
            warn(f"[{key!r}] is deprecated: say .{name}")
            return _value(self, name)

        def __getattr__(self, name: str) -> Any:
            return _old_attribute(self, name)


class WasMapping:
    """A part of an answer that is a dictionary in the official SDK, as it came."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getitem__(self, key: Any) -> Any:
            name = _by_wire_name(self).get(key)
            if name is None:
                raise KeyError(key)
            warn(f'["{key}"] is deprecated: say .{name}')
            return getattr(self, name)

        def __contains__(self, key: object) -> bool:
            return key in self.keys()

        def __iter__(self) -> Iterator[str]:
            return iter(self.keys())

        def get(self, key: str, default: Any = None) -> Any:
            """What is under *key*, else *default*."""
            name = _by_wire_name(self).get(key)
            warn(f'.get("{key}") is deprecated: say {f".{name}" if name else "the attributes"}')
            value = None if name is None else getattr(self, name)
            return default if value is None else value

        def keys(self) -> list[str]:
            """The wire's names of what is here."""
            said = ", ".join(f".{name}" for name in self.__struct_fields__)
            warn(f"{type(self).__name__} as a dictionary is deprecated: say {said}")
            wire = _by_wire_name(self)
            return [key for key, name in wire.items() if getattr(self, name) is not None]

        def values(self) -> list[Any]:
            """What is here."""
            return [value for _, value in self.items()]

        def items(self) -> list[tuple[str, Any]]:
            """What is here, with the wire's names."""
            wire = _by_wire_name(self)
            return [(key, getattr(self, wire[key])) for key in self.keys()]


class WasDocument:
    """An answer of v3 that is ``{"body": …, "headers": …}`` in the official SDK."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getitem__(self, key: Any) -> Any:
            return part_of(self, key)

        def __getattr__(self, name: str) -> Any:
            if name == "body":
                return part_of(self, name)
            raise _no_attribute(self, name)

        def get(self, key: str, default: Any = None) -> Any:
            """The body or the headers, else *default*."""
            return default if (part := part_or_none(self, key)) is None else part

        def keys(self) -> list[str]:
            """Of its two parts."""
            return ["body", "headers"]


class WasMeta:
    """What headers say of an answer: a named tuple in the official SDK."""

    __slots__ = ()

    if not TYPE_CHECKING:

        @property
        def _fields(self) -> tuple[str, ...]:
            warn("_fields is deprecated: meta is a mapping itself, with the names of the wire")
            return tuple(map(_snake, self))

        def _asdict(self) -> dict[str, Any]:
            warn("_asdict() is deprecated: meta is a mapping itself, with the names of the wire")
            return {_snake(key): value for key, value in self.items()}


def part_of(answer: Any, key: object) -> Any:
    """The whole document, or the headers, of an answer of v3.

    Raises:
        KeyError: It is neither.
    """
    if key == "headers":
        warn('["headers"] is deprecated: say .headers, whose names are in lower case')
        return _Headers(answer.headers)
    if key != "body":
        raise KeyError(key)
    warn('["body"] is deprecated: say the attributes, or json.loads(answer.reply.body)')
    return answer.to_dict() if answer.reply is None else json.loads(answer.reply.body)


def part_or_none(answer: Any, key: object) -> Any:
    """The same; None if it is neither."""
    return part_of(answer, key) if key in {"body", "headers"} else None


class _Headers(dict[str, str]):
    """Headers by name in any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """The header, else *default*."""
        return super().get(name.lower(), default)


def _order(answer: Any) -> tuple[str, ...]:
    """Names of the official SDK's tuple."""
    for kind in type(answer).__mro__:
        if kind.__name__ in _ORDERS:
            return _ORDERS[kind.__name__]
        if kind.__name__ == "Paging":
            return ("cursor",) if answer.count is None else ("count", "offset")
    fields: tuple[str, ...] = answer.__struct_fields__
    has_meta = any("meta" in vars(kind) for kind in type(answer).__mro__)
    return (*fields, "meta") if has_meta else fields


def _value(answer: Any, name: str) -> Any:
    if name in _ALWAYS:
        told: dict[str, Any] = {} if answer.reply is None else json.loads(answer.reply.body)
        return _ALWAYS[name] if (said := told.get(name)) is None else said
    return getattr(answer, _snake(name))


def _old_attribute(answer: Any, name: str) -> Any:
    """An attribute that only the official SDK's tuple has."""
    kind, snake = type(answer).__name__, _snake(name)
    if kind == "Access" and name in _ALWAYS:
        warn(f".{name} is deprecated: say .expiration")
        return _value(answer, name)
    if kind == "CompatibilityMatrix" and name in {"get", "items", "keys", "values"}:
        warn(f".{name}() is deprecated: say .makes.{name}()")
        return getattr(answer.makes, name)
    if snake in answer.__struct_fields__:
        warn(f".{name} is deprecated: say .{snake}")
        return getattr(answer, snake)
    if kind == "Response":
        for key, value in getattr(answer.body, "items", tuple)():
            if _snake(key) == name:
                warn(f'.{name} is deprecated: say .body["{key}"]')
                return value
    raise _no_attribute(answer, name)


def _no_attribute(answer: object, name: str) -> AttributeError:
    return AttributeError(f"{type(answer).__name__!r} object has no attribute {name!r}")


def _by_wire_name(part: Any) -> dict[str, str]:
    return dict(zip(part.__struct_encode_fields__, part.__struct_fields__, strict=True))


def _snake(name: str) -> str:
    """``availableCapacities`` as ``available_capacities``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
