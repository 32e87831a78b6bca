"""What may be asked of the simulator itself, and told to it."""

from .access import AccessEndpoints
from .cars import CarEndpoints
from .clock import AgendaEndpoints, ClockEndpoints, DocumentEndpoints
from .network import NetworkEndpoints
from .state import StateEndpoints
from .webhooks import DeliveryEndpoints, WebhookEndpoints

__all__ = ["ControlEndpoints"]


class ControlEndpoints(
    ClockEndpoints,
    AgendaEndpoints,
    CarEndpoints,
    AccessEndpoints,
    NetworkEndpoints,
    WebhookEndpoints,
    DeliveryEndpoints,
    StateEndpoints,
    DocumentEndpoints,
):
    """Everything that may be asked of the simulator itself."""
