"""Which host serves what: https://smartcar.com/docs/api, and how to point elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, Self
from urllib.parse import urlsplit

Host = Literal[
    "vehicle", "management", "compatibility", "iam", "connect", "api", "auth", "management_v2"
]
"""A role that a host plays."""

_NAMES: Mapping[Host, tuple[str, ...]] = {
    # Every name that an official SDK honours for the host: Python, Node and Java, Ruby.
    "vehicle": (
        "SMARTCAR_VEHICLE_API_V3_ORIGIN",
        "SMARTCAR_API_V3_ORIGIN",
        "SMARTCAR_VEHICLE_API_ORIGIN",
    ),
    "management": ("SMARTCAR_MANAGEMENT_API_ORIGIN",),
    "compatibility": ("SMARTCAR_COMPATIBILITY_API_ORIGIN",),  # ours: no official SDK knows the host
    "iam": ("SMARTCAR_IAM_ORIGIN",),  # ours, as above
    "connect": ("SMARTCAR_CONNECT_ORIGIN",),
    # v2.0's:
    "api": ("SMARTCAR_API_ORIGIN",),
    "auth": ("SMARTCAR_AUTH_ORIGIN",),
    "management_v2": ("SMARTCAR_MANAGEMENT_API_ORIGIN",),
}


@dataclass(frozen=True, slots=True)
class Origins:
    """Scheme, host and port of each role."""

    vehicle: str = "https://vehicle.api.smartcar.com"
    management: str = "https://management.api.smartcar.com"
    compatibility: str = "https://compatibility.api.smartcar.com"
    iam: str = "https://iam.smartcar.com"
    connect: str = "https://connect.smartcar.com"
    api: str = "https://api.smartcar.com"
    auth: str = "https://auth.smartcar.com"
    management_v2: str = "https://management.smartcar.com"

    def __post_init__(self) -> None:
        """Refuse what is not an origin, before a secret is sent to it."""
        for each in fields(self):
            object.__setattr__(self, each.name, _checked(each.name, getattr(self, each.name)))

    @classmethod
    def all_at(cls, origin: str) -> Self:
        """Every host at one address, as the simulator has them."""
        return cls(**{each.name: origin for each in fields(cls)})

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """``SMARTCAR_ORIGIN`` for all hosts, else each host's own name, else Smartcar itself."""
        if everything := environment.get("SMARTCAR_ORIGIN"):
            return cls.all_at(everything)
        chosen: dict[str, str] = {}
        for host, names in _NAMES.items():
            found = next((environment[name] for name in names if environment.get(name)), None)
            if found is not None:
                # The official Python SDK has the whole address of the token endpoint here.
                chosen[host] = found.removesuffix("/oauth/token") if host == "auth" else found
        return cls(**chosen)

    def of(self, host: Host) -> str:
        """The origin that plays *host*."""
        origin: str = getattr(self, host)
        return origin


_ORIGIN = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]{1,5})?/?")


def _checked(name: str, origin: object) -> str:
    """*origin* without its last slash.  What is refused is not shown: it may hold a password."""
    if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin) or not _has_port(origin):
        msg = (
            f"{name} must be scheme, host and perhaps port, such as "
            "https://vehicle.api.smartcar.com, and nothing more"
        )
        raise ValueError(msg)
    return origin.rstrip("/")


def _has_port(origin: str) -> bool:
    """Is the port, if there is one, one that there can be?"""
    try:
        return urlsplit(origin).port != 0
    except ValueError:
        return False
