"""Which environment variables point an SDK at a simulator: Smartcar's of each language, or ours.

Nothing here reads or changes the environment.

Source: what each SDK reads: Python 6.19.1, Node 10.4.0, java-sdk b28fb06, ruby-sdk 9249fe2, the
crate smartcar 1.1.0.  Our tests run the first two of them; the others were only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from .application import SimulatedApplication

Sdk = Literal["smartcar-sdk", "python", "node", "java", "ruby", "rust"]
"""An SDK: this one, or the one for a language that is called ``smartcar`` there."""

SDKS: Final[tuple[Sdk, ...]] = get_args(Sdk)

_ORIGIN, _TOKEN_ENDPOINT = "", "/oauth/token"

_PATHS: Final[Mapping[Sdk, Mapping[str, str]]] = {
    "smartcar-sdk": {"SMARTCAR_ORIGIN": _ORIGIN},
    "python": {
        "SMARTCAR_API_ORIGIN": _ORIGIN,
        "SMARTCAR_AUTH_ORIGIN": _TOKEN_ENDPOINT,
        "SMARTCAR_CONNECT_ORIGIN": _ORIGIN,
        "SMARTCAR_MANAGEMENT_API_ORIGIN": _ORIGIN,
        "SMARTCAR_VEHICLE_API_V3_ORIGIN": _ORIGIN,
    },
    "node": {
        "SMARTCAR_API_ORIGIN": _ORIGIN,  # it sends owners to Connect there, too
        "SMARTCAR_AUTH_ORIGIN": _ORIGIN,
        "SMARTCAR_MANAGEMENT_API_ORIGIN": _ORIGIN,
        "SMARTCAR_API_V3_ORIGIN": _ORIGIN,
    },
    "java": {
        "SMARTCAR_API_ORIGIN": _ORIGIN,
        "SMARTCAR_AUTH_ORIGIN": _ORIGIN,
        "SMARTCAR_CONNECT_ORIGIN": _ORIGIN,
        "SMARTCAR_MANAGEMENT_API_ORIGIN": _ORIGIN,
        "SMARTCAR_API_V3_ORIGIN": _ORIGIN,
    },
    "ruby": {
        "SMARTCAR_API_ORIGIN": _ORIGIN,
        "SMARTCAR_AUTH_ORIGIN": _ORIGIN,
        "SMARTCAR_CONNECT_ORIGIN": _ORIGIN,
        "SMARTCAR_MANAGEMENT_API_ORIGIN": _ORIGIN,
        "SMARTCAR_VEHICLE_API_ORIGIN": _ORIGIN,
    },
    "rust": {
        "SMARTCAR_API_ORIGIN": _ORIGIN,
        "SMARTCAR_AUTH_ORIGIN": _TOKEN_ENDPOINT,
        "SMARTCAR_CONNECT_URL": _ORIGIN,
    },
}
"""The variables that hold an address, and what each SDK wants behind the origin."""


def environment(
    origin: str, application: SimulatedApplication, sdk: Sdk | None = None
) -> dict[str, str]:
    """The variables that point *sdk* at a simulator, with its credentials; secrets among them.

    Args:
        origin: Where the simulator is.
        application: Whose credentials it accepts, and whose owners it sends back.
        sdk: Which SDK; None sets the variables of all together, so that any of them works.
    """
    paths = _all_together() if sdk is None else _PATHS[sdk]
    return {
        **{name: origin + path for name, path in paths.items()},
        "SMARTCAR_CLIENT_ID": application.client_id,
        "SMARTCAR_CLIENT_SECRET": application.client_secret,
        "SMARTCAR_REDIRECT_URI": application.first_redirect_uri,
        "SMARTCAR_MANAGEMENT_TOKEN": application.management_token,
    }


def _all_together() -> dict[str, str]:
    """Where SDKs disagree, the bare origin: the simulator gives tokens there as well."""
    paths: dict[str, str] = {}
    for wanted in _PATHS.values():
        for name, path in wanted.items():
            paths[name] = path if paths.get(name, path) == path else _ORIGIN
    return paths
