"""That a simulator on this machine is asked directly, and not by way of a proxy.

Nothing here reads or changes the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

NAMES: Final = ("NO_PROXY",) if os.name == "nt" else ("NO_PROXY", "no_proxy")
"""Some programs read the one first and some the other; on Windows they are the same."""

_PROXIES: Final = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def directly(origin: str, variables: Mapping[str, str]) -> dict[str, str]:
    """``NO_PROXY`` with what *variables* say there, and the host of *origin*.

    What one spelling says holds for the other where that says nothing, so that neither hides the
    other's hosts.
    """
    host = urlsplit(origin).hostname or ""
    told = {name: variables.get(name) for name in NAMES}
    said = next((value for value in told.values() if value), "")
    return {name: _with(value or said, host) for name, value in told.items()}


def directly_if_needed(origin: str, variables: Mapping[str, str]) -> dict[str, str]:
    """The same where *variables* name a proxy, and *origin* is on this machine; else nothing."""
    is_needed = any(name.lower() in _PROXIES and value for name, value in variables.items())
    if is_needed and urlsplit(origin).hostname in _HERE:
        return directly(origin, variables)
    return {}


def _with(hosts: str, host: str) -> str:
    named = [each.strip() for each in hosts.split(",") if each.strip()]
    if host in named or "*" in named:  # a star means all, and does so only alone
        return hosts
    return ",".join([*named, host])
