"""The other end: a local, stateful Smartcar that needs no account and no network.

A name is imported when it is first asked for: who controls a simulator that runs loads none.
"""

from typing import TYPE_CHECKING, Final

from smartcar._lazy import lazily

if TYPE_CHECKING:
    from .agenda import Upcoming
    from .application import SimulatedApplication
    from .cars.moment import Refused
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
else:
    _HOMES: Final = {
        ".agenda": ("Upcoming",),
        ".application": ("SimulatedApplication",),
        ".cars.moment": ("Refused",),
        ".clock": ("VirtualClock",),
        ".faults": ("BadRule", "Fault", "FaultRule"),
        ".fleet_file": ("FleetFile", "FleetFileError", "load_fleet"),
        ".history": ("History", "Sample", "Span"),
        ".journal": ("Journal", "MemoryJournal", "SqliteJournal"),
        ".limits": ("LimitState", "Limits"),
        ".lives": ("TokenLives",),
        ".log": ("Exchange",),
        ".outcome": ("Outcome",),
        ".overrides": ("Override",),
        ".simulator": ("Simulator",),
        ".snapshots": ("Snapshot",),
        ".webhooks.deliveries": ("Delivery",),
        ".webhooks.mischief": ("Mischief",),
        ".webhooks.setup": ("WebhookSetup",),
    }
    __getattr__, __dir__ = lazily(__name__, _HOMES)


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
