"""What the simulated API answers, endpoint by endpoint.  Importing this registers them all."""

from . import account, commands, vehicle

__all__ = ["account", "commands", "vehicle"]
