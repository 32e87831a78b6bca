"""What the simulator's controls answer with: plain facts, flat, camelCase on the wire.

Fields are always there, null where there is nothing to say.  Times are UTC, and virtual.
"""

from .access import Application, Grant
from .cars import (
    Car,
    CarDetails,
    Command,
    History,
    Position,
    Sample,
    Signal,
    SignalFailure,
    Signals,
    Span,
    Trail,
)
from .network import Exchange, Fault, LimitState, Requests, VehicleUse
from .shown import Shown
from .state import Clock, FleetFile, Snapshot, Summary, Upcoming
from .webhooks import Asked, Deliveries, Delivery, Subscription, Try, Webhook

__all__ = [
    "Application",
    "Asked",
    "Car",
    "CarDetails",
    "Clock",
    "Command",
    "Deliveries",
    "Delivery",
    "Exchange",
    "Fault",
    "FleetFile",
    "Grant",
    "History",
    "LimitState",
    "Position",
    "Requests",
    "Sample",
    "Shown",
    "Signal",
    "SignalFailure",
    "Signals",
    "Snapshot",
    "Span",
    "Subscription",
    "Summary",
    "Trail",
    "Try",
    "Upcoming",
    "VehicleUse",
    "Webhook",
]
