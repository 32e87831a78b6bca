"""v2.0's lock status from v3's signals: what is listed, in which order, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from readings import resource
from transports import Canned, reply

from smartcar import CompatibilityError, NotFoundError, PermissionDeniedError, Vehicle, models

LOCKED = resource("closure-islocked", {"value": True})
FRONT_TRUNK = resource("closure-fronttrunk", {"isOpen": True})
BONNET = resource("closure-enginecover", {"isOpen": False})
FLAP = "charge-ischargingportflapopen"


def lock_status(*signals: dict[str, Any], powertrain: str | None = None) -> models.LockStatus:
    """What a car tells that has told *signals*."""
    vehicle = {"id": "v", "type": "vehicle", "attributes": {"powertrainType": powertrain}}
    answer = {"data": list(signals), "included": {"vehicle": vehicle}}
    return Vehicle("v", "t", version="3", transport=Canned(reply(answer))).lock_status()


def failed(code: str, kind: str, why: str | None = None) -> dict[str, Any]:
    return resource(code, status={"value": "ERROR", "error": {"type": kind, "code": why}})


def listed(parts: tuple[models.Part, ...]) -> list[tuple[str, str | None]]:
    return [(part.type, part.status) for part in parts]


@pytest.mark.parametrize("name", ["doors", "windows"])
def test_corners_come_in_the_order_of_v2(name: str) -> None:
    values = [{"row": n // 2, "column": n % 2, "isOpen": n == 2} for n in (3, 0, 2, 1)]
    behind = {"row": 2, "column": 0, "isOpen": True}

    found = lock_status(LOCKED, resource(f"closure-{name}", {"values": [behind, *values]}))

    assert listed(getattr(found, name)) == [
        ("frontLeft", "CLOSED"),
        ("frontRight", "CLOSED"),
        ("backRight", "CLOSED"),
        ("backLeft", "OPEN"),
    ]


@pytest.mark.parametrize(
    ("powertrain", "signals", "storage"),
    [
        ("BEV", [FRONT_TRUNK, BONNET], [("front", "OPEN")]),
        ("BEV", [BONNET], []),
        ("PHEV", [FRONT_TRUNK, BONNET], [("front", "CLOSED")]),
        ("ICE", [BONNET], [("front", "CLOSED")]),
        ("HEV", [BONNET], [("front", "CLOSED")]),
        (None, [FRONT_TRUNK, BONNET], [("front", "OPEN")]),
        (None, [BONNET], [("front", "CLOSED")]),
    ],
)
def test_in_front_an_electric_car_has_its_trunk_and_any_other_its_bonnet(
    powertrain: str | None, signals: list[dict[str, Any]], storage: list[tuple[str, str]]
) -> None:
    assert listed(lock_status(LOCKED, *signals, powertrain=powertrain).storage) == storage


@pytest.mark.parametrize(
    ("flap", "listed_as"),
    [
        (resource(FLAP, {"value": True}), [("chargingPort", "OPEN")]),
        (resource(FLAP, {"value": None}), [("chargingPort", "UNKNOWN")]),
        (failed(FLAP, "VEHICLE_STATE", "ASLEEP"), [("chargingPort", "UNKNOWN")]),
        (failed(FLAP, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE"), []),
        (failed(FLAP, "PERMISSION"), []),
    ],
)
def test_a_part_is_unknown_now_or_never_listed(
    flap: dict[str, Any], listed_as: list[tuple[str, str]]
) -> None:
    assert listed(lock_status(LOCKED, flap).charging_port) == listed_as


def test_a_lid_that_is_null_or_not_told_now_is_unknown() -> None:
    rear = resource("closure-reartrunk", {"isOpen": None, "isLocked": None})
    roof = failed("closure-sunroof", "UPSTREAM", "NO_RESPONSE")

    found = lock_status(LOCKED, rear, roof)

    assert listed(found.storage) == [("rear", "UNKNOWN")]
    assert listed(found.sunroof) == [("sunroof", "UNKNOWN")]


@pytest.mark.parametrize(
    ("lock", "kind"),
    [
        ([], CompatibilityError),
        ([failed("closure-islocked", "COMPATIBILITY")], CompatibilityError),
        ([failed("closure-islocked", "PERMISSION")], PermissionDeniedError),
        ([resource("closure-islocked", {"value": None})], NotFoundError),
    ],
)
def test_without_a_lock_there_is_no_answer(
    lock: list[dict[str, Any]], kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        lock_status(*lock, FRONT_TRUNK, BONNET)
