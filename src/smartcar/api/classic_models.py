"""What v2.0 answers with, an object for a question; on v3 the same objects are made from signals.

Units are those of the request: metric unless ``unit_system="imperial"`` was asked for.
Percentages are fractions from 0 to 1, in spite of their names.  Shapes: https://smartcar.com/docs/api-reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

from msgspec import field

from smartcar import legacy
from smartcar.protocol.documents import Model, Unusual, read_model, respelled
from smartcar.protocol.wire import Reply

from .answers import Answer as Answer  # noqa: PLC0414 -- these two are models as well
from .answers import Paging as Paging  # noqa: PLC0414 -- as above
from .answers import plain
from .resources import VehicleAttributes, VehicleResource


class FlatAttributes(Model, frozen=True):
    """Make, model and year, as v2.0 writes them."""

    id: str = ""
    make: str | None = None
    """Upper case, such as ``TESLA``."""
    model: str | None = None
    year: int | None = None


class Attributes(legacy.WasTuple, VehicleResource, Unusual, frozen=True):
    """Make, model and year: the resource that v3 has, with less in it."""

    document: ClassVar[Any] = FlatAttributes

    @classmethod
    def read_from(cls, reply: Reply) -> Self:
        """The car: v2.0 writes its facts flat."""
        found = read_model(reply, FlatAttributes)
        facts = VehicleAttributes(make=found.make, model=found.model, year=found.year)
        return cls(id=found.id, type="vehicle", attributes=facts).kept(reply_=reply)

    def to_dict(self) -> dict[str, Any]:
        """As v2.0 writes it."""
        return {"id": self.id, "make": self.make, "model": self.model, "year": self.year}


class Permissions(Answer, frozen=True):
    """What the owner has granted."""

    permissions: tuple[str, ...] = ()
    paging: Paging = field(default_factory=Paging)


class Vin(Answer, frozen=True):
    """The vehicle identification number."""

    vin: str = ""
    """17 characters."""


class Odometer(Answer, frozen=True):
    """Distance driven since the car was built."""

    distance: float | None = None
    """Kilometres, or miles."""


class Location(Answer, frozen=True):
    """Where the car is."""

    latitude: float | None = None
    """Degrees, north positive."""
    longitude: float | None = None
    """Degrees, east positive."""


class Fuel(Answer, frozen=True):
    """What is in the tank.  Makes leave out what they do not know."""

    range: float | None = None
    """Kilometres, or miles."""
    percent_remaining: float | None = None
    """Fraction from 0 to 1."""
    amount_remaining: float | None = None
    """Litres, or US gallons."""


class Battery(Answer, frozen=True):
    """What is in the high-voltage battery."""

    percent_remaining: float | None = None
    """State of charge, a fraction from 0 to 1."""
    range: float | None = None
    """Kilometres, or miles."""


class BatteryCapacity(Answer, frozen=True):
    """Size of the high-voltage battery."""

    capacity: float | None = None
    """Kilowatt-hours."""


class CapacityOption(Model, legacy.WasTuple, frozen=True):
    """A size that this model is sold with."""

    capacity: float | None = None
    """Kilowatt-hours."""
    description: str | None = None
    """Such as ``BEV:Extended Range``."""


class ChosenCapacity(Model, legacy.WasMapping, frozen=True):
    """The size that holds."""

    nominal: float | None = None
    """Kilowatt-hours."""
    source: str | None = None
    """SMARTCAR or USER_SELECTED."""


class NominalCapacity(Answer, frozen=True):
    """Size of the high-voltage battery when new, as Smartcar or the owner knows it."""

    available_capacities: tuple[CapacityOption, ...] = ()
    capacity: ChosenCapacity | None = None
    url: str | None = None
    """Where the owner can choose, if there is a choice."""


class Charge(Answer, frozen=True):
    """Is it plugged in, does it charge?"""

    is_plugged_in: bool | None = None
    state: str | None = None
    """CHARGING, FULLY_CHARGED or NOT_CHARGING."""


class ChargeLimit(Answer, frozen=True):
    """Where charging stops."""

    limit: float | None = None
    """State of charge, a fraction from 0 to 1."""


class TirePressure(Answer, frozen=True):
    """Pressure of each tyre."""

    front_left: float | None = None
    """Kilopascals, or psi."""
    front_right: float | None = None
    back_left: float | None = None
    back_right: float | None = None


class EngineOil(Answer, frozen=True):
    """How long the oil will last."""

    life_remaining: float | None = None
    """Fraction from 0 to 1."""


class Part(Model, legacy.WasMapping, frozen=True):
    """One door, window or lid."""

    type: str = ""
    """Such as frontLeft, sunroof, rear."""
    status: str | None = None
    """OPEN, CLOSED or UNKNOWN."""


class LockStatus(Answer, frozen=True):
    """Are doors, windows and lids locked and shut?  What a car cannot tell is not listed."""

    is_locked: bool | None = None
    doors: tuple[Part, ...] = ()
    windows: tuple[Part, ...] = ()
    sunroof: tuple[Part, ...] = ()
    storage: tuple[Part, ...] = ()
    charging_port: tuple[Part, ...] = ()


class DiagnosticSystemStatus(Model, legacy.WasTuple, frozen=True):
    """What the car says of one of its systems."""

    system_id: str = ""
    """Such as SYSTEM_TPMS; an open set."""
    status: str | None = None
    """OK or ALERT."""
    description: str | None = None


class DiagnosticSystemStatusResponse(Answer, frozen=True):
    """What the car says of its systems."""

    systems: tuple[DiagnosticSystemStatus, ...] = ()


class DiagnosticTroubleCode(Model, legacy.WasTuple, frozen=True):
    """A diagnostic trouble code."""

    code: str = ""
    """Such as P302D."""
    timestamp: str | None = None
    """ISO 8601."""


class DiagnosticTroubleCodesResponse(Answer, frozen=True):
    """Trouble codes that are active."""

    active_codes: tuple[DiagnosticTroubleCode, ...] = ()


class ServiceTask(Model, legacy.WasMapping, frozen=True):
    """Something that was done."""

    task_id: str | int | None = None
    task_description: str | None = None


class ServiceCost(Model, legacy.WasMapping, frozen=True):
    """What a service cost."""

    total_cost: float | None = None
    currency: str | None = None
    """ISO 4217."""


class ServiceRecord(Model, legacy.WasMapping, frozen=True):
    """One visit to a workshop."""

    service_id: str | int | None = None
    service_date: str | None = None
    """ISO 8601."""
    odometer_distance: float | str | None = None
    """Kilometres (whether imperial units change it is unconfirmed)."""
    service_tasks: tuple[ServiceTask, ...] = ()
    service_details: Any = None
    """A list of ``{type, value}``, or one object: both were seen."""
    service_cost: ServiceCost | None = None


class ServiceHistory(Answer, Unusual, frozen=True):
    """Visits to workshops."""

    document: ClassVar[Any] = tuple[ServiceRecord, ...]
    items: tuple[ServiceRecord, ...] = ()

    @classmethod
    def read_from(cls, reply: Reply) -> Self:
        """The records: a bare list, or one bare object, as the documentation has it."""
        shape: Any = tuple[ServiceRecord, ...] | ServiceRecord
        told = respelled(reply, "serviceID", "serviceId")
        found: tuple[ServiceRecord, ...] | ServiceRecord = read_model(told, shape)
        items = (found,) if isinstance(found, ServiceRecord) else found
        return cls(items=items).kept(reply_=reply)

    def to_dict(self) -> Any:
        """As the wire has it: a list of records, each with all that a record may have."""
        return plain(self.items)

    def __iter__(self) -> Iterator[ServiceRecord]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


class ActionResponse(Answer, frozen=True):
    """A command was accepted."""

    status: str = ""
    """success, on every version; empty where the reply says nothing."""
    message: str | None = None


class WebhookSubscription(Answer, frozen=True):
    """A car's events go to a webhook."""

    webhook_id: str | None = None
    vehicle_id: str | None = None
