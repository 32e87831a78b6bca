"""A request as it comes in: when, for which of the real hosts, from whom, about which car."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from smartcar.protocol.documents import at
from smartcar.protocol.wire import Request
from smartcar.untyped import is_list

from . import classic, tokens
from .cars.spec import PLAYGROUND_ID
from .faults.rule import Api
from .world import World

_TOKEN_PATHS: Final = frozenset({"", "/oauth/token", "/oauth/token/oauth/token"})
"""Where SDKs ask for an owner's tokens: some take the host from ``SMARTCAR_AUTH_ORIGIN``, some the
whole address."""
APPLICATION_TOKEN_PATH: Final = "/oauth2/token"

_CAR: Final = re.compile(r"/vehicles/([^/]+)")
_FIRST: Final = re.compile(r"/v1\.\d+(/|$)")


class Caller(NamedTuple):
    """Who asks."""

    application: str | None
    """A client id; None: nobody who is known."""
    user_id: str | None = None
    """On whose behalf."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request, and what can be said of it before it is answered."""

    request: Request
    at: float
    request_id: str
    path: str
    """Without doubled slashes, and without one at its end."""
    api: Api | None
    """None: there is no such host or version."""
    caller: Caller
    met: list[str] = field(default_factory=list[str], compare=False)
    """Rules that items of its batch met."""

    @property
    def vehicle_id(self) -> str | None:
        """The car that the path names."""
        if self.api not in {"v3", "v2", "v1"}:
            return None
        found = _CAR.search(self.path)
        return found[1] if found else None

    @property
    def requests(self) -> int:
        """As how many it counts: every item of a batch is one."""
        if not self.path.endswith("/batch") or self.api == "v3":
            return 1
        return max(1, len(batch_items(self.request)))


def arrive(world: World, request: Request, now: float, request_id: str) -> Arrival:
    """What can be said of *request*."""
    path = classic.plain(request.path)
    return Arrival(
        request, now, request_id, path, _api(request, path), _caller(world, now, request)
    )


def batch_items(request: Request) -> list[Any]:
    """What a batch asks for; nothing where it cannot be read."""
    try:
        body: object = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    items = at(body, "requests")
    return items if is_list(items) else []


def is_token_path(path: str) -> bool:
    """Does an owner's token come from there?"""
    return path in _TOKEN_PATHS


def _api(request: Request, path: str) -> Api | None:
    if path.startswith("/v3/"):
        return "v3"
    if request.method == "POST" and (path == APPLICATION_TOKEN_PATH or is_token_path(path)):
        return "token"
    if path.startswith("/oauth/"):
        return "connect"
    if classic.is_classic(path):
        return "v1" if _FIRST.match(path) else "v2"
    return None


def _caller(world: World, now: float, request: Request) -> Caller:
    authorization = request.headers.get("authorization")
    if not authorization:
        return Caller(None)
    known = world.applications
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        access = world.tokens.get(token)
        if access is not None and now < access.expires_at:
            asker = known.of(access.application)
            user_id = access.user_id or request.headers.get("sc-user-id") or None
            return Caller(None if asker is None else asker.client_id, user_id)
        if token == tokens.PLAYGROUND_TOKEN:
            return Caller(known.first.client_id, f"owner of {PLAYGROUND_ID}")
        application = known.managed_by(token)
    else:
        name, secret = tokens._client(request, {})
        application = known.proved_by(name, secret) or known.managed_by(secret)
    return Caller(None if application is None else application.client_id)
