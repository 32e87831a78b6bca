"""What a car that blocks and a car that is awaited have in common: how they ask.  No I/O here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar

from smartcar.untyped import is_mapping

from . import legacy, versions
from .api.answers import Response, response_from
from .asking import below, headers_of, json_of, method_of
from .caller import Caller
from .protocol.facts import CLASSIC
from .protocol.flow import Call, Flow
from .protocol.oauth import TokenSource
from .protocol.resource import Resource
from .protocol.wire import Request, segment

R = TypeVar("R")

Flags: TypeAlias = Mapping[str, Any] | str
"""``name: value`` pairs, or text such as ``country:DE``."""

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
        ValueError: There is no such version.
    """
    chosen = versions.chosen(version)
    return Manner(chosen, unit_system, flags_text(flags))


def flags_text(flags: Flags | None) -> str | None:
    """``{"country": "DE", "beta": True}`` as the wire has it: ``country:DE beta:true``."""
    if not flags:
        return None
    if isinstance(flags, str):
        return flags
    if not is_mapping(flags):
        msg = f'flags must be a mapping such as {{"country": "DE"}}, not {type(flags).__name__}'
        raise TypeError(msg)
    said = {name: str(v).lower() if isinstance(v, bool) else v for name, v in flags.items()}
    return " ".join(f"{name}:{value}" for name, value in said.items())


class Car(Resource):
    """One car, and how it is asked."""

    id: str
    """The car's id."""
    user_id: str | None
    """On whose behalf it is asked; None until somebody says, or it is found."""
    token: str | TokenSource | None
    """The access token, or the owner, that it was made with."""
    flags: str | None
    """What goes with each request, such as ``country:DE``."""
    _about: Caller

    def _begin(
        self,
        client: Caller,
        vehicle_id: str,
        user_id: str | None,
        how: Manner | None = None,
        token: str | TokenSource | None = None,
    ) -> None:
        how = how or Manner()
        self.id, self.user_id, self.token = legacy.id_as_text(vehicle_id), user_id, token
        self.version, self.unit_system, self.flags = how.version, how.unit_system, how.flags
        self.path_params = {"vehicle_id": self.id}
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
        version = self.version if api_version is None else versions.checked(api_version)
        steps, query = below(path)
        request = Request(
            method_of(method),
            f"/v{version}/vehicles/{segment('vehicle_id', self.id)}/{steps}",
            query,
            {**_JSON, **headers_of(headers)},
            json_of(body),
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
