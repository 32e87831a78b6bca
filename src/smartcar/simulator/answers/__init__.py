"""What the simulated API answers, endpoint by endpoint.  Importing this registers them all."""

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
