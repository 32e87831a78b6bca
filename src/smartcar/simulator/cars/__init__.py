"""Pretend cars: where each one is and how it fares is a function of seed, commands and time.

Nothing here does I/O, reads a clock, or knows how Smartcar's API is spoken; it only uses
its words for signals and refusals.
"""

from .added import Registration, added_spec
from .bodies import bodies, not_now
from .capabilities import ALL as CODES
from .car import Car, LastReport
from .commands import NAMES as COMMANDS
from .identity import cars_of, find_index
from .moment import Command, Refused
from .places import CITIES, City, Place
from .roads import roads
from .spec import (
    PLAYGROUND_ID,
    Spec,
    find_vin,
    fleet_design,
    fleet_nickname,
    fleet_spec,
    owned_spec,
    playground_spec,
)
from .state import State

__all__ = [
    "CITIES",
    "CODES",
    "COMMANDS",
    "PLAYGROUND_ID",
    "Car",
    "City",
    "Command",
    "LastReport",
    "Place",
    "Refused",
    "Registration",
    "Spec",
    "State",
    "added_spec",
    "bodies",
    "cars_of",
    "find_index",
    "find_vin",
    "fleet_design",
    "fleet_nickname",
    "fleet_spec",
    "not_now",
    "owned_spec",
    "playground_spec",
    "roads",
]
