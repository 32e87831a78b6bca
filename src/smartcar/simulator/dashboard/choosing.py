"""What a page's filter says: which cars, which requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.state import Activity
from smartcar.simulator.control.endpoints.cars import Sort
from smartcar.simulator.control.models import Exchange

from .asking import Visitor

ACTIVITIES: Final[tuple[Activity, ...]] = get_args(Activity)
POWERTRAINS: Final[tuple[Powertrain, ...]] = get_args(Powertrain)
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
SORTED_BY: Final = {
    "name": ("Name", "A to Z", "Z to A"),
    "make": ("Make", "A to Z", "Z to A"),
    "year": ("Year", "oldest first", "newest first"),
    "activity": ("State", "parked first", "parked last"),
    "charge": ("Charge", "lowest first", "highest first"),
    "fuel": ("Fuel", "lowest first", "highest first"),
    "range": ("Range", "shortest first", "longest first"),
    "odometer": ("Odometer", "least driven first", "most driven first"),
    "locked": ("Lock", "unlocked first", "locked first"),
    "city": ("Where", "A to Z", "Z to A"),
    "owner": ("Owner", "A to Z", "Z to A"),
    "age": ("Reported", "latest first", "longest ago first"),
}
"""By what cars are sorted: what it is called, and what either way round means."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cars the fleet's page is to show."""

    make: str | None
    powertrain: Powertrain | None
    owner: str | None
    activity: Activity | None
    has_fault: bool | None
    sort: Sort | None

    @classmethod
    def of(cls, visitor: Visitor) -> Chosen:
        """What the query says; what makes no sense there says nothing."""
        powertrain = visitor.asked("powertrain")
        return cls(
            make=visitor.asked("make"),
            powertrain=next((each for each in POWERTRAINS if each == powertrain), None),
            owner=visitor.asked("owner"),
            activity=next((each for each in ACTIVITIES if each == visitor.asked("state")), None),
            has_fault=True if visitor.asked("fault") == "yes" else None,
            sort=next((each for each in SORTS if each == visitor.asked("sort")), None),
        )

    @property
    def is_in_pieces(self) -> bool:
        """Are no more cars looked through than a request can, and then it is looked on?"""
        return (self.activity, self.sort) != (None, None)

    @property
    def is_all(self) -> bool:
        """Are all cars meant?"""
        said = (self.make, self.powertrain, self.owner, self.activity, self.has_fault)
        return all(each is None for each in said)


@dataclass(frozen=True, slots=True)
class ChosenRequests:
    """Which requests the log's page is to show."""

    text: str | None
    method: str | None
    status: str | None
    fault: str | None

    @classmethod
    def of(cls, visitor: Visitor) -> ChosenRequests:
        """What the query says."""
        asked = visitor.asked
        return cls(asked("text"), asked("method"), asked("status"), asked("fault"))

    @property
    def is_any(self) -> bool:
        """Are all meant?"""
        return (self.text, self.method, self.status, self.fault) == (None, None, None, None)

    def means(self, exchange: Exchange) -> bool:
        """Is *exchange* one of them?"""
        where = (exchange.path, exchange.error, exchange.user_id, exchange.sc_request_id)
        text = (self.text or "").lower()
        return (
            any(text in (each or "").lower() for each in where)
            and self.method in {None, exchange.method}
            and self.status in {None, str((exchange.status or 0) // 100)}
            and (self.fault is None or bool(exchange.fault_ids))
        )
