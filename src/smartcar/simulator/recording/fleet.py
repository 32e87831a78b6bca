"""The cars of a recording as a fleet file: they begin where they were, and live on from there.

What a pretend car drives by itself (charge, odometer, place, locks) is where it begins; what it
only has (trim, tyres, trouble codes) is frozen as it was told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

import msgspec

from smartcar.api.catalogue import find
from smartcar.simulator.cars.added import added_spec
from smartcar.simulator.cars.designs import Powertrain
from smartcar.simulator.cars.spec import Mode, Spec
from smartcar.simulator.fleet import ALL_PERMISSIONS
from smartcar.simulator.fleet_file import (
    CarEntry,
    FleetFile,
    GrantEntry,
    OwnerEntry,
    PointEntry,
)
from smartcar.simulator.fleet_file.resolving import frozen, is_known_make, registration

from .pseudonyms import nearest_city
from .samples import Sample
from .seen import Seen, SeenCar

_ALIVE: Final = re.compile(
    r"(charge|climate|closure|connectivitystatus|hvac|internalcombustionengine|location"
    r"|lowvoltagebattery|motion|odometer|tractionbattery|transmission)-.*"
)
"""Signals that a pretend car moves by itself."""
_STILL: Final = frozenset(
    {
        *("charge-amperagemax", "charge-chargerecords", "tractionbattery-nominalcapacity"),
        "internalcombustionengine-oillife",
    }
)
"""… but for these."""
_IDENTITY: Final = frozenset({"vehicleidentification-vin", "vehicleidentification-nickname"})
_LEVEL: Final = "internalcombustionengine-fuellevel"
_CHARGE: Final = "tractionbattery-stateofcharge"


def fleet_of_samples(samples: Sequence[Sample]) -> FleetFile:
    """Every car that *samples* tell the make of, with its owner and who may read it."""
    told = Seen(samples).cars
    seen = [each for each in told if _named(each.id) and _named(each.attributes.get("make"))]
    for each in seen:
        each.user_id = _named(each.user_id)
    users = list(dict.fromkeys(each.user_id or f"owner of {each.id}" for each in seen))
    emails = {user: f"owner-{number}@example.com" for number, user in enumerate(users, 1)}
    cars = [_Described(each, emails.get(each.user_id or f"owner of {each.id}")) for each in seen]
    return FleetFile(
        owners=tuple(
            OwnerEntry(email=emails[each.user_id], user_id=each.user_id)
            for each in {car.user_id: car for car in seen}.values()
            if each.user_id is not None
        ),
        cars=tuple(each.entry() for each in cars),
        grants=tuple(
            GrantEntry(car=each.id, permissions=known)
            for each in seen
            if each.permissions is not None and (known := _known(each.permissions))
        ),
    )


def _known(permissions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in permissions if each in ALL_PERMISSIONS)


class _Described:
    """A car that was seen, as an entry of a fleet file."""

    def __init__(self, seen: SeenCar, owner: str | None) -> None:
        self._seen, self._owner = seen, owner

    def entry(self) -> CarEntry:
        """What the file says of it."""
        papers = self._papers()
        spec = added_spec(registration(papers, 0, 0))
        entry = msgspec.structs.replace(papers, **self._state(spec))
        return msgspec.structs.replace(entry, signals=self._signals(spec))

    def _papers(self) -> CarEntry:
        told = self._seen.attributes
        make, model = told["make"], _named(told.get("model"))
        year, mode = _whole(told.get("year")), told.get("mode")
        vin = self._value("vehicleidentification-vin")
        is_vin = isinstance(vin, str) and re.fullmatch("[A-Z0-9]{17}", vin) is not None
        position = self._position()
        city = None
        if position is not None:
            city = nearest_city((position.latitude, position.longitude)).name
        return CarEntry(
            id=self._seen.id,
            make=make,
            model=model if model or is_known_make(make) else "Unknown",
            powertrain=self._powertrain(),
            year=year if year is not None and 1980 <= year <= 2100 else None,
            vin=vin if is_vin else None,
            owner=self._owner,
            mode=_mode(str(mode)),
            city=city,
            position=position,
            connected=self._seen.permissions != (),
        )

    def _powertrain(self) -> Powertrain:
        """As it was told; else as the signals have it."""
        known: tuple[Powertrain, ...] = get_args(Powertrain)
        told = self._seen.attributes.get("powertrainType")
        if told in known:
            return next(each for each in known if each == told)
        has_tank = self._value(_LEVEL) is not None
        if self._value(_CHARGE) is not None:
            return "PHEV" if has_tank else "BEV"
        return "ICE" if has_tank else "BEV"

    def _state(self, spec: Spec) -> dict[str, Any]:
        """Where it begins, as far as such a car can."""
        told: dict[str, Any] = {
            "odometer": _within(self._value("odometer-traveleddistance"), 10_000_000),
            "locked": self._value("closure-islocked") is not False,
        }
        if spec.tank_litres is not None:
            told["fuel"] = _within(self._value(_LEVEL), 100)
        if spec.is_plug_in:
            limit = self._seen.signals.get("charge-chargelimits", {}).get("activeLimit")
            told["charge"] = _within(self._value(_CHARGE), 100)
            told["charge_limit"] = _within(limit, 100)
            told["plugged_in"] = self._value("charge-ischargingcableconnected") is True
        return {name: value for name, value in told.items() if value is not None}

    def _signals(self, spec: Spec) -> dict[str, Any]:
        """What is frozen: what such a car would not tell by itself, or would tell otherwise."""
        made: dict[str, Any] = {}
        for code, body in sorted(self._seen.signals.items()):
            is_alive = _ALIVE.fullmatch(code) and code not in _STILL and code in spec.served
            if not is_alive and code not in _IDENTITY:
                made[code] = {"body": body}
        for code, error in self._seen.errors.items():
            if error.startswith("COMPATIBILITY"):
                made[code] = {"error": error}
        return {code: said for code, said in made.items() if _can_be(code, said)}

    def _position(self) -> PointEntry | None:
        told: Mapping[str, Any] = self._seen.signals.get("location-preciselocation", {})
        latitude, longitude = (
            _degrees(told.get("latitude"), 90),
            _degrees(told.get("longitude"), 180),
        )
        if latitude is None or longitude is None:
            return None
        return PointEntry(latitude=latitude, longitude=longitude)

    def _value(self, code: str) -> Any:
        return self._seen.signals.get(code, {}).get("value")


def _named(told: object) -> str | None:
    """A name such as a fleet file takes; None if it is anything else."""
    is_name = isinstance(told, str) and told.strip() and not re.search(r"[\x00-\x1f\x7f]", told)
    return str(told) if is_name else None


def _mode(told: str) -> Mode:
    """As v2.0 says it, too: ``test-deprecated``."""
    return "simulated" if told == "simulated" else "test" if told.startswith("test") else "live"


def _can_be(code: str, said: Any) -> bool:
    if find(code) is None:
        return False
    try:
        frozen(code, said)
    except (ValueError, msgspec.ValidationError):
        return False
    return True


def _whole(value: object) -> int | None:
    """A year is a number on v3, and was text in some answers of v2.0."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _within(value: object, most: float) -> float | None:
    degrees = _degrees(value, most)
    return degrees if degrees is not None and degrees >= 0 else None


def _degrees(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if -most <= value <= most else None
