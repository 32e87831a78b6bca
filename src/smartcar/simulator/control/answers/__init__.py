"""What each control answers.  Importing this registers every answer."""

from smartcar.simulator.control.desk import answer, is_control

from . import access, cars, clock, documents, network, state, webhooks

__all__ = [
    "access",
    "answer",
    "cars",
    "clock",
    "documents",
    "is_control",
    "network",
    "state",
    "webhooks",
]
