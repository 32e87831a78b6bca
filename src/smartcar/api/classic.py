"""The names that programs have used for years: ``odometer()``, ``battery()`` and their kin.

On v2.0 each has an endpoint of its own; on v3 the same model is made from signals
(``classic_made``).  A source names its page of Smartcar's documentation in brackets.
"""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from typing import Any

from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.protocol.versions import reading, reading_of_v2

from . import classic_models as models
from .arguments import Limit, Offset
from .classic_changes import ClassicChanges
from .classic_made import (
    BATTERY,
    CAPACITY,
    CHARGE,
    CHARGE_LIMIT,
    DTCS,
    ENGINE_OIL,
    FUEL,
    LOCATION,
    LOCK_STATUS,
    NOMINAL_CAPACITY,
    ODOMETER,
    SERVICE_HISTORY,
    SYSTEM_STATUS,
    TIRE_PRESSURE,
    VIN,
)
from .days import When, worded

_CAR = "/vehicles/{vehicle_id}"


class ClassicReads:
    """Reads of one car that v2.0 has an endpoint for."""

    @reading(f"{_CAR}/vin", VIN, permission="read_vin")
    def vin(self) -> models.Vin:
        """The vehicle identification number.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_vin``.

        Source: https://smartcar.com/docs/api-reference (vin)
        """
        ...

    @reading_of_v2(
        f"{_CAR}/permissions",
        elsewhere="ask client.connections(vehicle_id=…): a connection has its permissions",
    )
    def permissions(
        self, *, limit: Limit | None = None, offset: Offset | None = None
    ) -> models.Permissions:
        """What the owner has granted.  v2.0 only.

        Args:
            limit: At most so many names, from 1; the API gives 25.
            offset: How many to skip.

        Raises:
            ValueError: On v3, where a connection has its permissions.

        Source: https://smartcar.com/docs/api-reference (application-permissions)
        """
        ...

    @reading(f"{_CAR}/odometer", ODOMETER, permission="read_odometer")
    def odometer(self) -> models.Odometer:
        """Distance driven since the car was built, in kilometres or miles.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_odometer``.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-odometer)
        """
        ...

    @reading(f"{_CAR}/location", LOCATION, permission="read_location")
    def location(self) -> models.Location:
        """Where the car is, in degrees.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_location``.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-location)
        """
        ...

    @reading(f"{_CAR}/fuel", FUEL, permission="read_fuel")
    def fuel(self) -> models.Fuel:
        """What is in the tank: range in km or miles, a fraction from 0 to 1, litres or US gallons.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_fuel``.
            CompatibilityError: The car has no tank, or does not tell.

        Source: https://smartcar.com/docs/api-reference (get-fuel-tank)
        """
        ...

    @reading(f"{_CAR}/battery", BATTERY, permission="read_battery")
    def battery(self) -> models.Battery:
        """What is in the high-voltage battery: a fraction from 0 to 1, range in km or miles.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_battery``.
            CompatibilityError: The car has no such battery, or does not tell.

        Source: https://smartcar.com/docs/api-reference (get-battery-level)
        """
        ...

    @reading(f"{_CAR}/battery/capacity", CAPACITY, permission="read_battery")
    def battery_capacity(self) -> models.BatteryCapacity:
        """Size of the high-voltage battery, in kilowatt-hours.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_battery``.
            CompatibilityError: The car has no such battery, or does not tell.

        Source: https://smartcar.com/docs/api-reference (get-nominal-capacity took its place)
        """
        ...

    @reading(f"{_CAR}/battery/nominal_capacity", NOMINAL_CAPACITY, permission="read_battery")
    def nominal_capacity(self) -> models.NominalCapacity:
        """Size of the high-voltage battery when new, in kilowatt-hours, and the sizes there are.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_battery``.
            CompatibilityError: The car has no such battery, or is outside the US and Europe.

        Source: https://smartcar.com/docs/api-reference (get-nominal-capacity)
        """
        ...

    @reading(f"{_CAR}/charge", CHARGE, permission="read_charge")
    def charge(self) -> models.Charge:
        """Is it plugged in, does it charge?

        Raises:
            PermissionDeniedError: The owner has not granted ``read_charge``.
            CompatibilityError: The car cannot be charged, or does not tell.

        Source: https://smartcar.com/docs/api-reference (get-charge-status)
        """
        ...

    @reading(f"{_CAR}/charge/limit", CHARGE_LIMIT, permission="read_charge")
    def get_charge_limit(self) -> models.ChargeLimit:
        """Where charging stops: a fraction from 0 to 1.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_charge``.
            VehicleNeedsOwnerError: Some cars tell only while plugged in.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-charge-limit)
        """
        ...

    @reading(f"{_CAR}/tires/pressure", TIRE_PRESSURE, permission="read_tires")
    def tire_pressure(self) -> models.TirePressure:
        """Pressure of each tyre, in kilopascals or psi.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_tires``.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-tire-pressure)
        """
        ...

    @reading(f"{_CAR}/engine/oil", ENGINE_OIL, permission="read_engine_oil")
    def engine_oil(self) -> models.EngineOil:
        """How long the oil will last: a fraction from 0 to 1.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_engine_oil``.
            CompatibilityError: The car has no such oil, or does not tell.

        Source: https://smartcar.com/docs/api-reference (get-engine-oil-life)
        """
        ...

    @reading(f"{_CAR}/security", LOCK_STATUS, permission="read_security")
    def lock_status(self) -> models.LockStatus:
        """Are doors, windows and lids locked and shut?

        Raises:
            PermissionDeniedError: The owner has not granted ``read_security``.
            CompatibilityError: The car does not tell whether it is locked.
            NotFoundError: It does not tell that at present (v3).

        Source: https://smartcar.com/docs/api-reference (get-lock-status)
        """
        ...

    @reading(
        f"{_CAR}/service/history",
        SERVICE_HISTORY,
        permission="read_service_history",
        wire={"start_date": "start_date", "end_date": "end_date"},
        worded={"start_date": worded, "end_date": worded},
    )
    def service_history(
        self, start_date: When | None = None, end_date: When | None = None
    ) -> models.ServiceHistory:
        """Visits to workshops; those of the last year where no date is said.

        v3 tells all of them, and they are chosen from here.

        Args:
            start_date: The first day: a ``date``, or text such as ``2025-01-31``.  Or a moment: a
                ``datetime`` with a time zone.  A year before the end if it is None.
            end_date: The last day, or moment.  Now if it is None.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_service_history``.
            CompatibilityError: The maker does not tell.
            ValueError: What was said is no date, or a ``datetime`` without a time zone.

        Source: https://smartcar.com/docs/api-reference (get-service-records)
        """
        ...

    @reading(f"{_CAR}/diagnostics/system_status", SYSTEM_STATUS, permission="read_diagnostics")
    def diagnostic_system_status(self) -> models.DiagnosticSystemStatusResponse:
        """What the car says of its systems.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_diagnostics``.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-system-status)
        """
        ...

    @reading(f"{_CAR}/diagnostics/dtcs", DTCS, permission="read_diagnostics")
    def diagnostic_trouble_codes(self) -> models.DiagnosticTroubleCodesResponse:
        """Trouble codes that are active.

        Raises:
            PermissionDeniedError: The owner has not granted ``read_diagnostics``.
            CompatibilityError: The car does not tell.

        Source: https://smartcar.com/docs/api-reference (get-dtcs)
        """
        ...


def of_one_car() -> list[Declared[..., Any]]:
    """Everything that v2.0 can be asked about one car, or told to it."""
    from .batch import ClassicBatch  # noqa: PLC0415 -- these name the declarations above themselves
    from .vehicle import VehicleEndpoints  # noqa: PLC0415 -- as above

    commands = [each.classic for each in endpoints(VehicleEndpoints) if each.classic is not None]
    listed = (ClassicReads, ClassicChanges, ClassicBatch)
    return [*(each for resource in listed for each in endpoints(resource)), *commands]
