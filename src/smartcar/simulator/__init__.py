"""The other end: a local, stateful Smartcar that needs no account and no network.

A name is imported when it is first asked for: who controls a simulator that runs loads none.
"""

from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
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
else:
    _HOMES: Final = {
        "BadRule": ".faults",
        "Delivery": ".webhooks.deliveries",
        "Exchange": ".log",
        "Fault": ".faults",
        "FaultRule": ".faults",
        "FleetFile": ".fleet_file",
        "FleetFileError": ".fleet_file",
        "History": ".history",
        "Journal": ".journal",
        "LimitState": ".limits",
        "Limits": ".limits",
        "MemoryJournal": ".journal",
        "Mischief": ".webhooks.mischief",
        "Outcome": ".outcome",
        "Override": ".overrides",
        "Refused": ".cars",
        "Sample": ".history",
        "SimulatedApplication": ".application",
        "Simulator": ".simulator",
        "Snapshot": ".snapshots",
        "Span": ".history",
        "SqliteJournal": ".journal",
        "TokenLives": ".lives",
        "Upcoming": ".agenda",
        "VirtualClock": ".clock",
        "WebhookSetup": ".webhooks.setup",
        "load_fleet": ".fleet_file",
    }

    _importing: Final = RLock()
    """Two threads that import parts of a circle at once would find it half made."""

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg, name=name)
        with _importing:
            import_module(".control", __name__)  # all go through it, so none holds half of it
            found = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *_HOMES})


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
