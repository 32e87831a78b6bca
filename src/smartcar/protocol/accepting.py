"""What a declared operation accepts: its parameters, and how arguments are held to them.

Nothing here does I/O.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from string import Formatter
from typing import Any

import msgspec

from smartcar import legacy

from .facts import SECRETS, Facts
from .shapes import convert


class Accepting:
    """A declaration whose parameters are what the API needs."""

    name: str

    def __init__(self, declaration: Callable[..., Any], path: str, facts: Facts) -> None:
        self.declaration = declaration
        self.path = path
        self.facts = facts
        self.name = declaration.__name__

    @cached_property
    def signature(self) -> inspect.Signature:
        """What the caller passes, without the resource itself."""
        declared = inspect.signature(self.declaration, eval_str=True)
        _self, *parameters = declared.parameters.values()
        return declared.replace(parameters=parameters)

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """Names of the ``{placeholders}`` in the path."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.path) if name)

    @cached_property
    def _wire_names(self) -> Mapping[str, str]:
        wire = self.facts.wire or {}
        return {name: wire.get(name) or camel(name) for name in self.signature.parameters}

    @cached_property
    def _positional(self) -> tuple[str, ...]:
        kinds = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
        return tuple(n for n, p in self.signature.parameters.items() if p.kind in kinds)

    @cached_property
    def _required(self) -> frozenset[str]:
        empty = inspect.Parameter.empty
        return frozenset(n for n, p in self.signature.parameters.items() if p.default is empty)

    @cached_property
    def _checked(self) -> Mapping[str, Any]:
        """Parameters whose annotation says more than "text", and that are not told as text."""
        worded = self.facts.worded or {}
        parameters = ((n, p) for n, p in self.signature.parameters.items() if n not in worded)
        return {n: p.annotation for n, p in parameters if p.annotation not in {str, str | None}}

    @cached_property
    def _texts(self) -> frozenset[str]:
        """Parameters that are text, and that neither the path nor a header holds to more."""
        secrets = SECRETS[self.facts.authority]
        texts = self.signature.parameters.keys() - self._checked.keys()
        return frozenset(texts - self.placeholders - set(secrets))

    def fields(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments by name, as Python would bind them, each held to its annotation.

        Raises:
            TypeError: Python would not bind them.
            ValueError: An argument is out of its range; the message names it.
        """
        if not args and not kwargs and not self._required:
            return {}
        fields = dict(zip(self._positional, args, strict=False))
        if (
            len(args) > len(self._positional)
            or fields.keys() & kwargs.keys()
            or kwargs.keys() - self.signature.parameters.keys()
            or self._required - fields.keys() - kwargs.keys()
        ):
            as_new = legacy.new_keywords(self.name, args, kwargs)
            if as_new is not None:
                return self.fields((), as_new)
            self.signature.bind(*args, **kwargs)  # raises the TypeError that Python would
        fields.update(kwargs)
        fields = {name: legacy.id_as_text(value) for name, value in fields.items()}
        for name, word in (self.facts.worded or {}).items():
            if name in fields:
                fields[name] = word(name, fields[name])
        for name in self._checked.keys() & fields.keys():
            fields[name] = held(name, fields[name], self._checked[name])
        told = {
            name: value
            for name, value in fields.items()
            if value is not None or name in self._required
        }
        for name in self._texts & told.keys():
            if not isinstance(told[name], str):
                held(name, told[name], str)
        return told


def held(name: str, value: Any, annotation: Any) -> Any:
    """*value*, if it is what *annotation* says; models and numbers out of range are told apart."""
    try:
        convert(value, annotation)
    except msgspec.ValidationError as error:
        msg = f"{name}: {error}, got {value!r}"
        raise ValueError(msg) from None
    return value


def camel(name: str) -> str:
    """``start_time`` as the wire has it: ``startTime``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
