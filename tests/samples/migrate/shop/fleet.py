"""Nightly jobs over all cars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from smartcar import Vehicle as SmartcarVehicle
from smartcar import delete_connections, get_connections, set_api_version
from smartcar.exception import SmartcarException
from smartcar.smartcar import get_compatibility_matrix

if TYPE_CHECKING:
    from smartcar import AuthClient

LIMIT = 0.8
set_api_version("2.0")


class Charger:
    def __init__(self, vehicle_id: str, token: str, imperial: bool = False):
        options = {"unit_system": "imperial"} if imperial else None
        self.car = SmartcarVehicle(vehicle_id, token, options=options)
        self.spare: Optional[SmartcarVehicle] = None

    def night(self):
        batch = self.car.batch(["/battery", "/charge"])
        if batch.battery().percent_remaining < LIMIT:
            self.car.set_charge_limit(LIMIT)
            self.car.start_charge()
        if self.spare:
            self.spare.set_charge_limit(0.55)

    def inside(self):
        body = self.car.request("GET", "tesla/thermometer/interior").body
        return body["temperature"], self.car.request("GET", "tesla/alerts").body

    def warm_up(self):
        self.car.request("POST", "tesla/climate/cabin", {"action": "START"})


def refresh(auth: AuthClient, old: str):
    return auth.exchange_refresh_token(refresh_token=old)


def forget(amt: str, vehicle_id: str) -> None:
    for each in get_connections(amt, {"vehicle_id": vehicle_id}).connections:
        print(each.user_id)
    try:
        delete_connections(amt, filter={"vehicle_id": vehicle_id})
    except SmartcarException:
        raise


def models():
    return get_compatibility_matrix("EUROPE", "TESLA", {"type": "BEV"})


async def read(loop, vehicle: SmartcarVehicle):
    door = vehicle.lock_status().doors[1]["status"]
    return door, await loop.run_in_executor(None, vehicle.fuel)


def unknown(thing):
    return thing.diagnostic_trouble_codes().active_codes
