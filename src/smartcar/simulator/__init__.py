"""The other end: a local, stateful Smartcar that needs no account and no network."""

from .agenda import Upcoming
from .application import SimulatedApplication
from .cars import Refused
from .clock import VirtualClock
from .faults import BadRule, Fault, FaultRule
from .fleet_file import FleetFile, FleetFileError, load_fleet
from .history import History, Sample, Span
from .journal import Journal, MemoryJournal, SqliteJournal
from .limits import Limits, LimitState
from .lives import TokenLives
from .log import Exchange
from .outcome import Outcome
from .overrides import Override
from .simulator import Simulator
from .snapshots import Snapshot
from .webhooks.deliveries import Delivery
from .webhooks.mischief import Mischief
from .webhooks.setup import WebhookSetup

__all__ = [
    "BadRule",
    "Delivery",
    "Exchange",
    "Fault",
    "FaultRule",
    "FleetFile",
    "FleetFileError",
    "History",
    "Journal",
    "LimitState",
    "Limits",
    "MemoryJournal",
    "Mischief",
    "Outcome",
    "Override",
    "Refused",
    "Sample",
    "SimulatedApplication",
    "Simulator",
    "Snapshot",
    "Span",
    "SqliteJournal",
    "TokenLives",
    "Upcoming",
    "VirtualClock",
    "WebhookSetup",
    "load_fleet",
]
