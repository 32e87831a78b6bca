"""Connections that all without a client of their own share, for as long as the program runs.

A program that forks must not ask before it forks: the network cannot begin again in the child.
"""

from __future__ import annotations

import threading
from functools import cache

from .transport import AsyncNetwork, Network

_one_at_a_time = threading.Lock()
"""``cache`` alone lets two first callers make one each."""


def network() -> Network:
    """The network, for what blocks."""
    with _one_at_a_time:
        return _network()


def async_network() -> AsyncNetwork:
    """The network, for what is awaited."""
    with _one_at_a_time:
        return _async_network()


_network = cache(Network)
_async_network = cache(AsyncNetwork)
