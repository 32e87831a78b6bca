"""What Smartcar sends to your program: received, checked, typed.

    from smartcar.webhooks import Receiver, VehicleState
    from smartcar.webhooks.adapters.asgi import asgi

    receiver = Receiver("application management token")

    @receiver.on(VehicleState)
    def store(event: VehicleState) -> None: ...

    app = asgi(receiver)

No web framework is needed or loaded; each of ``adapters`` loads its own.
"""

from typing import TYPE_CHECKING, Final

from smartcar._lazy import lazily

if TYPE_CHECKING:
    from .events import (
        AffectedSignal,
        Dynamic,
        Event,
        EventBased,
        EventMeta,
        Fault,
        LegacyEvent,
        PathReading,
        Reconciled,
        ReconciledError,
        Schedule,
        Trigger,
        UnknownEvent,
        User,
        VehicleError,
        VehicleEvent,
        VehicleReadings,
        VehicleState,
        Verify,
    )
    from .parsing import parse
    from .receiver import Receiver
    from .signature import verify

__all__ = [
    "AffectedSignal",
    "Dynamic",
    "Event",
    "EventBased",
    "EventMeta",
    "Fault",
    "LegacyEvent",
    "PathReading",
    "Receiver",
    "Reconciled",
    "ReconciledError",
    "Schedule",
    "Trigger",
    "UnknownEvent",
    "User",
    "VehicleError",
    "VehicleEvent",
    "VehicleReadings",
    "VehicleState",
    "Verify",
    "parse",
    "verify",
]

if not TYPE_CHECKING:
    _HOMES: Final = {
        ".events": [name for name in __all__ if name not in {"Receiver", "parse", "verify"}],
        ".parsing": ("parse",),
        ".receiver": ("Receiver",),
        ".signature": ("verify",),
    }
    __getattr__, __dir__ = lazily(__name__, _HOMES)
