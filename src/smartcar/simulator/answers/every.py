"""All answers of the simulated API.  Importing this registers them."""

from smartcar.simulator.visit import ANSWERS

from . import applications, commands, compatibility, connections, subscriptions, vehicle

__all__ = [
    "ANSWERS",
    "applications",
    "commands",
    "compatibility",
    "connections",
    "subscriptions",
    "vehicle",
]
