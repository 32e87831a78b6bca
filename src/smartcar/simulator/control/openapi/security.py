"""Who must prove to be whom, as OpenAPI says it."""

from __future__ import annotations

from typing import Any, Final

from smartcar.protocol.endpoint import Declared
from smartcar.protocol.facts import CLASSIC
from smartcar.simulator.fleet import ALL_PERMISSIONS

_PERMISSIONS: Final = {
    name: name.replace("_", " ").capitalize().replace("vin", "VIN") for name in ALL_PERMISSIONS
}

SCHEMES: Final[dict[str, Any]] = {
    "application": {
        "type": "oauth2",
        "description": "The application's own token, for all its owners; v3 only.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {}}},
    },
    "owner": {
        "type": "oauth2",
        "description": "An owner's token, by the code that Connect gave.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "refreshUrl": "/oauth/token",
                "scopes": _PERMISSIONS,
            }
        },
    },
    "client": {
        "type": "http",
        "scheme": "basic",
        "description": "The application's client id and secret.",
    },
    "management": {
        "type": "http",
        "scheme": "basic",
        "description": "The user `default`, with the application management token as password.",
    },
    "managementToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The application management token.",
    },
}


def of_operation(declared: Declared[..., Any]) -> list[dict[str, list[str]]]:
    """Any one of these opens it."""
    facts = declared.facts
    if facts.authority == "client":
        return [{"client": []}]
    if facts.authority == "default:management token":
        return [{"management": []}]
    if facts.authority == "management token":
        return [{"managementToken": []}]
    owner = {"owner": [] if facts.permission is None else [facts.permission]}
    if facts.version == CLASSIC:
        return [owner]
    return [{"application": []}] if facts.host == "management" else [{"application": []}, owner]
