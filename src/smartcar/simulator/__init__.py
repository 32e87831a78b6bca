"""The other end: a local, stateful Smartcar that needs no account and no network."""

from .application import SimulatedApplication
from .clock import VirtualClock
from .journal import Journal, MemoryJournal, SqliteJournal
from .lives import TokenLives
from .simulator import Simulator

__all__ = [
    "Journal",
    "MemoryJournal",
    "SimulatedApplication",
    "Simulator",
    "SqliteJournal",
    "TokenLives",
    "VirtualClock",
]
