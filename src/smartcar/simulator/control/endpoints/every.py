"""All that may be asked of the simulator itself."""

from .access import AccessEndpoints
from .cars import CarEndpoints
from .clock import AgendaEndpoints, ClockEndpoints, DocumentEndpoints
from .network import NetworkEndpoints
from .state import StateEndpoints
from .webhooks import DeliveryEndpoints, WebhookEndpoints


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
