"""The other end: a local, stateful Smartcar that needs no account and no network."""

from .application import SimulatedApplication
from .clock import VirtualClock
from .faults import BadRule, Fault, FaultRule
from .journal import Journal, MemoryJournal, SqliteJournal
from .limits import Limits, LimitState
from .log import Exchange
from .outcome import Outcome
from .simulator import Simulator

__all__ = [
    "BadRule",
    "Exchange",
    "Fault",
    "FaultRule",
    "Journal",
    "LimitState",
    "Limits",
    "MemoryJournal",
    "Outcome",
    "SimulatedApplication",
    "Simulator",
    "SqliteJournal",
    "VirtualClock",
]
