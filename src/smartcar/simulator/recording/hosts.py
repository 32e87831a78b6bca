"""Which of Smartcar's hosts a request is for, told by its path alone.

Made from the declarations: every SDK may be pointed at one address for all hosts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from smartcar.protocol.origins import Host
from smartcar.simulator import classic, routes
from smartcar.simulator.arrival import APPLICATION_TOKEN_PATH, is_token_path

API_HOSTS: Final[tuple[Host, ...]] = (
    *("vehicle", "management", "compatibility", "iam"),
    *("api", "auth", "management_v2"),
)
"""Hosts that programs ask; Connect is for browsers."""

_CONNECT: Final = re.compile(r"/(oauth|battery-capacity)(/|$)")
_MANAGEMENT_V2: Final = re.compile(r"/(v[12]\.\d+/management|management/v[12]\.\d+)(/|$)")
_V3: Final[Mapping[str, Host]] = {
    route.endpoint.path.split("/")[1]: route.endpoint.facts.host for route in routes.ROUTES
}
"""The first word of a path of v3, and who serves it."""


class Bound(NamedTuple):
    """Where a request is to go."""

    host: Host
    path: str
    """As that host knows it: SDKs disagree on where tokens are."""


def bound(method: str, path: str) -> Bound | None:
    """The host that serves *path*, which is quoted as on the wire; None if there is none."""
    plain = classic.plain(path)
    if method == "POST" and is_token_path(plain):
        return Bound("auth", "/oauth/token")
    if plain == APPLICATION_TOKEN_PATH:
        return Bound("iam", plain)
    if _CONNECT.match(plain):
        return Bound("connect", path)
    if plain.startswith("/v3/"):
        return Bound(_V3.get(plain.split("/")[2], "vehicle"), path)
    if _MANAGEMENT_V2.match(plain):
        return Bound("management_v2", path)
    return Bound("api", path) if classic.is_classic(plain) else None
