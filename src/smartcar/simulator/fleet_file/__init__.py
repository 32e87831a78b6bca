"""A world's beginning in a file: applications, owners, cars, and who may read which."""

from .founding import Fleets, check_seed, founding_of, read_fleet
from .models import (
    ApplicationEntry,
    CarEntry,
    FleetFile,
    GrantEntry,
    OwnerEntry,
    PointEntry,
    RouteEntry,
    ScheduleEntry,
    WebhookEntry,
    schema,
)
from .reading import FleetFileError, load_fleet
from .writing import fleet_of, written

__all__ = [
    "ApplicationEntry",
    "CarEntry",
    "FleetFile",
    "FleetFileError",
    "Fleets",
    "GrantEntry",
    "OwnerEntry",
    "PointEntry",
    "RouteEntry",
    "ScheduleEntry",
    "WebhookEntry",
    "check_seed",
    "fleet_of",
    "founding_of",
    "load_fleet",
    "read_fleet",
    "schema",
    "written",
]
