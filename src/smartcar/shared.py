"""Connections that all without a client of their own share, for as long as the program runs.

A program that forks must not ask before it forks: the network cannot begin again in the child.
"""

from __future__ import annotations

from functools import cache

from .transport import AsyncNetwork, Network


@cache
def network() -> Network:
    """The network, for what blocks."""
    return Network()


@cache
def async_network() -> AsyncNetwork:
    """The network, for what is awaited."""
    return AsyncNetwork()
