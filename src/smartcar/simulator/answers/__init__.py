"""What the simulated API answers, endpoint by endpoint.  Importing this registers them all."""

from . import applications, commands, compatibility, connections, subscriptions, vehicle

__all__ = [
    "applications",
    "commands",
    "compatibility",
    "connections",
    "subscriptions",
    "vehicle",
]
