"""The other end: a local, stateful Smartcar that needs no account and no network."""

from .agenda import Upcoming
from .application import SimulatedApplication
from .cars import Refused
from .clock import VirtualClock
from .fleet_file import FleetFile, FleetFileError, load_fleet
from .history import History, Sample, Span
from .journal import Journal, MemoryJournal, SqliteJournal
from .overrides import Override
from .simulator import Simulator
from .snapshots import Snapshot

__all__ = [
    "FleetFile",
    "FleetFileError",
    "History",
    "Journal",
    "MemoryJournal",
    "Override",
    "Refused",
    "Sample",
    "SimulatedApplication",
    "Simulator",
    "Snapshot",
    "Span",
    "SqliteJournal",
    "Upcoming",
    "VirtualClock",
    "load_fleet",
]
