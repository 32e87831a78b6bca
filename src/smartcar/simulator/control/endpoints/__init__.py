"""What may be asked of the simulator itself, and told to it."""

from .access import AccessEndpoints
from .cars import CarEndpoints
from .clock import ClockEndpoints, DocumentEndpoints
from .network import NetworkEndpoints

__all__ = ["ControlEndpoints"]


class ControlEndpoints(
    ClockEndpoints, CarEndpoints, AccessEndpoints, NetworkEndpoints, DocumentEndpoints
):
    """Everything that may be asked of the simulator itself."""
