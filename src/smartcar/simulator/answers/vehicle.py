"""A car's attributes and signals."""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import Any

from smartcar.api.definition import SignalType, find
from smartcar.api.resources import VehicleResource
from smartcar.api.signals import Signal, SignalAttributes, SignalError, Signals, SignalStatus
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.protocol.meta import NO_META, Meta
from smartcar.simulator.cars.bodies import unit_of_missing
from smartcar.simulator.cars.capabilities import applicable
from smartcar.simulator.fleet import ALL_PERMISSIONS
from smartcar.simulator.overrides import Override
from smartcar.simulator.problems import KNOWN, Refusal
from smartcar.simulator.visit import Visit, answers, stamp, vehicle_resource

RETRIEVED_AFTER = 5.0
"""Seconds from the car's report to Smartcar's fetching it, as in live captures."""
INGESTED_AFTER = 6.0
"""Seconds from the car's report to its being stored."""


@answers(VehicleEndpoints.attributes)
def attributes(visit: Visit) -> VehicleResource:
    """The same whoever's token asks: this one needs no user."""
    visit.holds_until = inf
    return vehicle_resource(visit, visit.spec)


@answers(VehicleEndpoints.signals)
def signals(visit: Visit) -> Signals:
    """Everything that the model can have, also what it cannot: that says so in its status."""
    grant = visit.grant()
    visit.meet_fate(grant)
    data = _everything(visit, grant.permissions)
    return Signals(
        data=data,
        meta=Meta({"totalCount": len(data), "pageSize": len(data), "pageNumber": 1}),
        links={"self": visit.link("vehicles", visit.spec.id, "signals")},
        included={"vehicle": vehicle_resource(visit, visit.spec).to_dict()},
    )


@answers(VehicleEndpoints.signal)
def signal(visit: Visit, code: str) -> Signal[Any]:
    """One of them; a signal in ERROR is an answer too."""
    grant = visit.grant()
    known = find(code)
    if known is None or not known.is_attribute:
        visit.meet_fate(grant)
    if known is None:
        raise Refusal("RESOURCE_NOT_FOUND", "SIGNAL_NOT_FOUND", f"Signal {code!r} not found")
    visit.included["vehicle"] = vehicle_resource(visit, visit.spec)
    return Reading(visit, grant.permissions).signal(code)


def readings(visit: Visit) -> tuple[Signal[Any], ...]:
    """All that *signals* answers, whatever anybody has granted."""
    return _everything(visit, ALL_PERMISSIONS)


def reading(visit: Visit, code: str) -> Signal[Any]:
    """What *signal* answers of a signal of the catalogue, whatever anybody has granted."""
    return Reading(visit, ALL_PERMISSIONS).signal(code)


def _everything(visit: Visit, permissions: Collection[str]) -> tuple[Signal[Any], ...]:
    reading = Reading(visit, permissions)
    codes = sorted({*applicable(visit.spec.design), *reading.overrides})
    return tuple(reading.signal(code) for code in codes)


class Reading:
    """A car as its maker's cloud knew it when it last reported."""

    def __init__(self, visit: Visit, permissions: Collection[str]) -> None:
        car, now = visit.car, visit.now
        self._visit, self._spec = visit, visit.spec
        self._granted = frozenset(permissions)
        self._at, _, self._bodies, self._not_now = car.report(now)
        self.overrides = visit.world.garage.overrides(self._spec.id, now)
        visit.holds_until = self._holds_until(car.silent_until(now))

    def _holds_until(self, silent_until: float) -> float:
        """Before when it reads the same; no time at all while its times are still to come."""
        made = self.overrides.values()
        if self._visit.now < max([self._at, *[each.at for each in made]]) + INGESTED_AFTER:
            return 0.0
        return min([silent_until, *[each.until for each in made if each.until is not None]])

    def signal(self, code: str) -> Signal[Any]:
        """One signal, good or not."""
        known = find(code)
        assert known is not None  # noqa: S101 -- the callers took it from the catalogue
        if self._granted.isdisjoint(known.permissions):
            return self._failed(known, "PERMISSION", None)
        made = self.overrides.get(code)
        if made is not None:
            return self._overridden(known, made)
        if code not in self._spec.served:
            ingested = {"ingestedAt": stamp(min(self._at + INGESTED_AFTER, self._visit.now))}
            return self._failed(known, "COMPATIBILITY", "VEHICLE_NOT_CAPABLE", meta=ingested)
        if code in self._not_now:
            kind, why = self._not_now[code]
            body = unit_of_missing(code)
            return self._failed(known, kind, why, body=body, meta=self._times(known))
        status = SignalStatus(value="SUCCESS")
        return self._made(known, status, self._bodies[code], self._times(known))

    def _overridden(self, known: SignalType[Any], made: Override) -> Signal[Any]:
        """What it was made to tell, and when."""
        meta = self._times(known, made.at)
        if made.fault is not None:
            return self._failed(known, *made.fault, meta=meta)
        return self._made(known, SignalStatus(value="SUCCESS"), made.body, meta)

    def _failed(
        self,
        known: SignalType[Any],
        kind: str,
        code: str | None,
        *,
        body: dict[str, Any] | None = None,
        meta: dict[str, Any] | None = None,
    ) -> Signal[Any]:
        error = SignalError(
            type=kind,
            code=code,
            title=(code or kind).replace("_", " ").title(),
            detail=KNOWN[kind, code].detail,
            # What live REST signals say, whatever the error.
            resolution={"type": "UNKNOWN_RESOLUTION_TYPE"},
        )
        return self._made(known, SignalStatus(value="ERROR", error=error), body, meta or {})

    def _made(
        self,
        known: SignalType[Any],
        status: SignalStatus,
        body: dict[str, Any] | None,
        meta: dict[str, Any],
    ) -> Signal[Any]:
        return Signal(
            id=known.code,
            type="signal",
            attributes=SignalAttributes(
                code=known.code, name=known.name, group=known.group, status=status, body=body
            ),
            meta=Meta(meta) if meta else NO_META,
            links={"self": self._visit.link("vehicles", self._spec.id, "signals", known.code)},
        )

    def _times(self, known: SignalType[Any], at: float | None = None) -> dict[str, Any]:
        at = self._at if at is None else at
        ingested = stamp(min(at + INGESTED_AFTER, self._visit.now))
        if known.is_attribute:
            return {"ingestedAt": ingested}
        return {
            "oemUpdatedAt": stamp(at),
            "retrievedAt": stamp(min(at + RETRIEVED_AFTER, self._visit.now)),
            "ingestedAt": ingested,
        }
