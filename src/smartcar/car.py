"""What a car that blocks and a car that is awaited have in common: how they ask.  No I/O here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from . import versions
from .api.answers import Response, response_from
from .caller import Caller
from .protocol.facts import CLASSIC
from .protocol.flow import Call, Flow
from .protocol.resource import Resource
from .protocol.wire import Request, header_value, segment

R = TypeVar("R")

Flags: TypeAlias = Mapping[str, Any] | str
"""``name: value`` pairs, or text such as ``country:DE``."""

_METHOD: Final = re.compile(r"[A-Za-z]+")
_JSON: Final = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a car is asked."""

    version: str = "3"
    unit_system: str | None = None
    flags: str | None = None


def manner(unit_system: str, version: str | None, flags: Flags | None) -> Manner:
    """The manner that a caller chose.

    Raises:
        ValueError: The version or the unit system is none.
    """
    chosen = versions.chosen(version)
    return Manner(chosen, checked_units(unit_system), flags_text(flags))


def checked_units(unit_system: str) -> str:
    """*unit_system*, if there is such a one."""
    if unit_system not in {"metric", "imperial"}:
        msg = f"unit_system must be metric or imperial, not {unit_system!r}"
        raise ValueError(msg)
    return unit_system


def flags_text(flags: Flags | None) -> str | None:
    """``{"country": "DE", "beta": True}`` as the wire has it: ``country:DE beta:true``."""
    if not flags:
        return None
    if isinstance(flags, str):
        return flags
    said = {name: str(v).lower() if isinstance(v, bool) else v for name, v in flags.items()}
    return " ".join(f"{name}:{value}" for name, value in said.items())


class Car(Resource):
    """One car, and how it is asked."""

    id: str
    """The car's id."""
    user_id: str | None
    """On whose behalf it is asked; None until somebody says, or it is found."""
    token: str | None
    """The access token that it was made with."""
    flags: str | None
    """What goes with each request, such as ``country:DE``."""
    _about: Caller

    def _begin(
        self,
        client: Caller,
        vehicle_id: str,
        user_id: str | None,
        how: Manner | None = None,
        token: str | None = None,
    ) -> None:
        how = how or Manner()
        self.id, self.user_id, self.token = vehicle_id, user_id, token
        self.version, self.unit_system, self.flags = how.version, how.unit_system, how.flags
        self.path_params = {"vehicle_id": vehicle_id}
        self._about = client

    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call* and reads its reply."""
        return self._about.ask_for(self.id, self.user_id, self._in_its_manner(call))

    def now(self) -> float:
        """Seconds, by the clock that its waits use."""
        return self._about.now()

    def _in_its_manner(self, call: Call[R]) -> Call[R]:
        """*call* with the car's units, flags and version."""
        if self.unit_system is None:
            return call
        request = call.request
        headers = {"sc-unit-system": self.unit_system, **_JSON, **request.headers}
        query = request.query if self.flags is None else {**request.query, "flags": self.flags}
        path = request.path
        if self.is_classic and self.version != CLASSIC:
            path = path.replace(f"/v{CLASSIC}/", f"/v{self.version}/", 1)
        return replace(call, request=replace(request, path=path, query=query, headers=headers))

    def _asking(
        self,
        method: str,
        path: str,
        body: object,
        headers: Mapping[str, str] | None,
        api_version: str | None,
    ) -> Call[Response]:
        if not _METHOD.fullmatch(method):
            msg = f"method must be a word such as GET, not {method!r}"
            raise ValueError(msg)
        version = self.version if api_version is None else versions.checked(api_version)
        split = urlsplit(path)
        steps = split.path.strip("/")
        if split.scheme or split.netloc or {".", ".."} & set(steps.split("/")):
            msg = f"path must stay behind the car's own, such as tesla/speedometer, not {path!r}"
            raise ValueError(msg)
        own = {name.lower(): header_of(name, value) for name, value in (headers or {}).items()}
        request = Request(
            method.upper(),
            f"/v{version}/vehicles/{segment('vehicle_id', self.id)}/{steps}",
            dict(parse_qsl(split.query, keep_blank_values=True)),
            {**_JSON, **own},
            b"" if body is None else msgspec.json.encode(body),
        )
        return Call(
            request,
            response_from,
            "vehicle" if version == "3" else "api",
            repeatable=request.method == "GET",
            needs_user=version == "3",
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def header_of(name: str, value: str) -> str:
    """*value*, if a header can carry it; spaces within are fine (``Bearer …``)."""
    header_value(f"header {name}", value.replace(" ", "_"))
    return value
