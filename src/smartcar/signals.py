"""The catalogue of signals: ``from smartcar.signals import TractionBattery``.

Each member is its code, and knows its group, unit, permissions and description.
"""

from .api.catalogue import *  # noqa: F403 -- the catalogue's own list of names
from .api.catalogue import __all__ as __all__  # noqa: PLC0414 -- what this module offers
