"""Calls as the official Python SDK has them: ``options={…}``, ``paging={…}``, ``filter={…}``.

What they say becomes arguments of the call itself.  No I/O here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

from .warning import warn

P = ParamSpec("P")
R = TypeVar("R")

_SHOWN: Final = frozenset(
    {"force_prompt", "limit", "make_bypass", "mode", "offset", "type", "unit_system", "version"}
)
"""Arguments whose values a warning may show; the others may be secrets or name a person."""

_COUNTS: Final = frozenset({"limit", "offset"})
"""Numbers that the official SDK takes as text, too."""

_MOST: Final = 1e9

_NUMBER: Final = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,30})?|\.[0-9]{1,30})", re.ASCII)

_LOWERED: Final = frozenset({"mode", "unit_system"})
"""Values that the official SDK takes in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the official SDK has a call."""

    name: str
    """What it is called here."""
    parameters: tuple[str, ...]
    """The official SDK's own, in its order."""
    kept: int
    """How many of them are here by position too."""
    opened: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Dictionaries, and their keys that are arguments here."""
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parameters that have another name here."""
    skips: int = 0
    """1 for a method: ``self`` comes first."""

    @property
    def names(self) -> frozenset[str]:
        """Keywords that only the official SDK has."""
        return frozenset({*self.opened, *self.renamed})

    def new(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> _Said | None:
        """The same in today's spelling, with a warning; None where it is no call of that shape."""
        own = args[self.skips :]
        if len(own) <= self.kept and self.names.isdisjoint(kwargs):
            return None
        named = dict(zip(self.parameters, own, strict=False))
        if len(own) > len(self.parameters) or named.keys() & kwargs.keys():
            return None
        named |= kwargs
        found = self._opened(named)
        if found is None:
            return None
        placed = self._placed(named)
        rest = {self.renamed.get(name, name): value for name, value in named.items()}
        keywords = _meant({**rest, **found})
        shown = ", ".join([*placed, *(f"{n}={_shown(n, v)}" for n, v in keywords.items())])
        warn(f"This shape of {self.name}() is deprecated: say {self.name}({shown})")
        return _Said((*args[: self.skips], *placed.values()), keywords)

    def _opened(self, named: dict[str, Any]) -> dict[str, Any] | None:
        """What the dictionaries in *named* hold, taken out of it; None if one is no dictionary."""
        found: dict[str, Any] = {}
        for name, keys in self.opened.items():
            given = named.pop(name, None)
            if given is not None and not isinstance(given, Mapping):
                return None
            found |= {key: given[key] for key in keys if given and key in given}
        return found

    def _placed(self, named: dict[str, Any]) -> dict[str, Any]:
        """What goes by position, by the names it has here, taken out of *named*."""
        placed: dict[str, Any] = {}
        for name in self.parameters[: self.kept]:
            if name not in named:
                break
            placed[self.renamed.get(name, name)] = named.pop(name)
        return placed


@dataclass(frozen=True, slots=True, repr=False)
class _Said:
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def accepts(shape: Shape) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function be called as the official SDK's as well."""
    names, most = shape.names, shape.kept + shape.skips

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        anyhow: Callable[..., R] = function

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            if len(args) > most or not names.isdisjoint(kwargs):
                said = shape.new(args, kwargs)
                if said is not None:
                    return anyhow(*said.args, **said.kwargs)
            return function(*args, **kwargs)

        return call

    return decorate


def new_keywords(
    name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What a declared endpoint, called as the official SDK's, is given; None where it was not."""
    shape = _DECLARED.get(name)
    said = None if shape is None else shape.new(args, kwargs)
    return None if said is None or shape is None else {**_by_name(shape, said), **said.kwargs}


def with_numbers(
    name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """What a declared command is given, with numbers where the official SDK takes them as text."""
    most = _NUMBERS.get(name, {})
    placed = [_number(value, limit) for value, limit in zip(args, most.values(), strict=False)]
    named = {each: _number(kwargs[each], most[each]) for each in most if each in kwargs}
    before = [*args[: len(placed)], *(kwargs[each] for each in named)]
    if [*placed, *named.values()] == before:
        return args, kwargs
    warn(f"Numbers as text are deprecated: say {name}({', '.join(most)}) with numbers")
    return (*placed, *args[len(placed) :]), {**kwargs, **named}


def _number(value: object, most: float) -> object:
    """The number that *value* writes; *value* itself where it writes none, or a larger one."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return value
    number = float(value)
    if abs(number) > most:
        return value
    return int(number) if number.is_integer() else number


def id_as_text(value: R) -> R:
    """An id as text: the official SDK takes what databases give for one, too."""
    if not isinstance(value, UUID):
        return value
    warn("An id that is a UUID is deprecated: say str(id)")
    text: Any = str(value)
    return text  # type: ignore[no-any-return]  # where an id is declared, it is text


def out_of_its_list(code: R) -> R:
    """A code as it is: the official SDK takes it in the list that ``parse_qs`` has it in, too."""
    listed: Any = code
    if not _is_list(code) or len(listed) != 1:
        return code
    warn("A code in a list is deprecated: say exchange_code(codes[0])")
    return listed[0]  # type: ignore[no-any-return]  # where a code is declared, it is text


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def lowered(mode: R) -> R:
    """A mode in capitals as it is written here."""
    if not isinstance(mode, str) or mode.islower():
        return mode
    small: Any = mode.lower()
    warn(f'mode="{mode}" is deprecated: say mode="{small}"')
    return small  # type: ignore[no-any-return]  # of the same kind of text


def _by_name(shape: Shape, said: _Said) -> dict[str, Any]:
    names = (shape.renamed.get(name, name) for name in shape.parameters)
    return dict(zip(names, said.args, strict=False))


def _meant(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """*keywords* less those that say nothing, in the official SDK's own sense of its values."""
    meant = {name: value for name, value in keywords.items() if value not in (None, "", {})}
    for name in _COUNTS & meant.keys():
        meant[name] = _number(meant[name], _MOST)
    for name in _LOWERED & meant.keys():
        meant[name] = str(meant[name]).lower()
    chosen: Any = meant.get("single_select")
    if hasattr(chosen, "keys") and chosen.get("enabled") is not None:
        meant["single_select"] = {**chosen, "enabled": bool(chosen["enabled"])}
    if "test_mode" in meant:  # a text in its place is a mode: the official reference has it so
        said = meant.pop("test_mode")
        meant["mode"] = said.lower() if isinstance(said, str) else "test" if said else "live"
    return meant


def _shown(name: str, value: object) -> str:
    if name not in _SHOWN:
        return "…"
    return f'"{value}"' if isinstance(value, str) else repr(value)


_PAGE: Final = ("limit", "offset")
_CREDENTIALS: Final = ("client_id", "client_secret")

VEHICLE: Final = Shape(
    name="Vehicle",
    parameters=("vehicle_id", "access_token", "options"),
    kept=2,
    opened={"options": ("unit_system", "version", "flags")},
    renamed={"vehicle_id": "id", "access_token": "token"},
    skips=1,
)
AUTH_CLIENT: Final = Shape(
    name="AuthClient",
    parameters=("client_id", "client_secret", "redirect_uri", "test_mode", "mode"),
    kept=3,
    skips=1,
)
GET_AUTH_URL: Final = Shape(
    name="get_auth_url",
    parameters=("scope", "options"),
    kept=1,
    opened={
        "options": ("force_prompt", "state", "make_bypass", "single_select", "flags", "user"),
    },
    skips=1,
)
EXCHANGE_CODE: Final = Shape(
    name="exchange_code",
    parameters=("code", "options"),
    kept=1,
    opened={"options": ("flags",)},
    skips=1,
)
EXCHANGE_REFRESH_TOKEN: Final = Shape(
    name="exchange_refresh_token",
    parameters=("refresh_token", "options"),
    kept=1,
    opened={"options": ("flags",)},
    renamed={"refresh_token": "token"},
    skips=1,
)
GET_VEHICLES: Final = Shape(
    name="get_vehicles", parameters=("access_token", "paging"), kept=1, opened={"paging": _PAGE}
)
GET_COMPATIBILITY: Final = Shape(
    name="get_compatibility",
    parameters=("vin", "scope", "country", "options"),
    kept=3,
    opened={
        "options": (
            *_CREDENTIALS,
            *("version", "flags", "test_mode", "mode", "test_mode_compatibility_level"),
        )
    },
)
GET_COMPATIBILITY_MATRIX: Final = Shape(
    name="get_compatibility_matrix",
    parameters=("region", "make", "options"),
    kept=1,
    opened={"options": (*_CREDENTIALS, "type", "scope")},
)
GET_CONNECTIONS: Final = Shape(
    name="get_connections",
    parameters=("amt", "filter", "paging"),
    kept=1,
    opened={"filter": ("user_id", "vehicle_id"), "paging": ("limit", "cursor")},
)
DELETE_CONNECTIONS: Final = Shape(
    name="delete_connections",
    parameters=("amt", "filter"),
    kept=1,
    opened={"filter": ("user_id", "vehicle_id")},
)
_NUMBERS: Final[Mapping[str, Mapping[str, float]]] = {
    "send_destination": {"latitude": 90, "longitude": 180},
    "set_charge_limit": {"limit": 1},
}
"""Commands whose numbers the official SDK takes as text, too, and the largest of them."""

_DECLARED: Final[Mapping[str, Shape]] = {
    "permissions": Shape(
        name="permissions", parameters=("paging",), kept=0, opened={"paging": _PAGE}
    ),
    "signal": Shape(
        name="get_signal", parameters=("signal_code",), kept=1, renamed={"signal_code": "code"}
    ),
}


def raised_by_hand(init: Callable[P, R]) -> Callable[P, R]:
    """Let an error be made as the official SDK's: of keywords such as *type* and *description*."""
    anyhow: Callable[..., R] = init

    @wraps(init)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        if not kwargs or kwargs.keys() - _FACTS.keys():
            return init(*args, **kwargs)
        told = f"SmartcarError({', '.join(f'{n}=…' for n in kwargs)})"
        warn(f"{told} is deprecated: say SmartcarError(status, body, headers)")
        said: dict[str, Any] = {name: value for name, value in kwargs.items() if value is not None}
        body = {_FACTS[name]: value for name, value in said.items() if _FACTS[name]}
        headers = {"retry-after": str(said["retry_after"])} if "retry_after" in said else {}
        return anyhow(*args, said.get("status_code", 0), body, headers)

    return made


_FACTS: Final[Mapping[str, str]] = {
    "status_code": "",
    "retry_after": "",
    "message": "message",
    "type": "type",
    "code": "code",
    "description": "description",
    "request_id": "requestId",
    "doc_url": "docURL",
    "resolution": "resolution",
    "detail": "detail",
    "suggested_user_message": "suggestedUserMessage",
}
"""Keywords of the official SDK's error, and where they are in a body."""
