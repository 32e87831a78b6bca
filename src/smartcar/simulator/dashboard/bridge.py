"""TEMPORARY until control has these."""
from __future__ import annotations
from datetime import datetime, UTC
from typing import Any
from smartcar.simulator.control.models import Shown

class Sample(Shown, frozen=True):
    at: datetime
    charge_percent: float | None
    fuel_percent: float | None
    speed_kmh: float
    odometer_km: float
    outside_c: float
    cabin_c: float

class Hist(Shown, frozen=True):
    samples: tuple[Sample, ...]

class Upcoming(Shown, frozen=True):
    at: datetime
    kind: str
    text: str
    vehicle_id: str | None

def hist(sim: Any, vid: str, begins: datetime, ends: datetime, points: int) -> Hist:
    h = sim.history(vid, begins.timestamp(), ends.timestamp(), points)
    return Hist(samples=tuple(Sample(at=datetime.fromtimestamp(s.at, UTC), charge_percent=s.charge, fuel_percent=s.fuel, speed_kmh=s.speed, odometer_km=s.odometer, outside_c=s.outside, cabin_c=s.cabin) for s in h.samples))

def agenda(sim: Any, limit: int) -> tuple[Upcoming, ...]:
    return tuple(Upcoming(at=datetime.fromtimestamp(u.at, UTC), kind=u.kind, text=u.text, vehicle_id=u.vehicle_id) for u in sim.agenda(limit))
