"""A car's attributes and signals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf
from typing import Any, Final, NamedTuple

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


class Word(NamedTuple):
    """What a car says of one signal, before anybody writes it down."""

    body: Mapping[str, Any] | None
    error: tuple[str, str | None] | None
    """Type and code of what is wrong; None: nothing is."""
    at: float | None
    """When the car said so; None where it has not said anything."""


class Reading:
    """A car as its maker's cloud knew it when it last reported."""

    def __init__(self, visit: Visit, permissions: Collection[str]) -> None:
        car, now = visit.car, visit.now
        self._visit, self._spec = visit, visit.spec
        self._granted = frozenset(permissions)
        self._at, _, self._bodies, self._not_now = car.report(now)
        self._words: dict[str, Word] = {}
        self.overrides = visit.world.garage.overrides(self._spec.id, now)
        visit.holds_until = self._holds_until(car.silent_until(now))

    def _holds_until(self, silent_until: float) -> float:
        """Before when it reads the same; no time at all while its times are still to come."""
        made = self.overrides.values()
        if self._visit.now < max([self._at, *[each.at for each in made]]) + INGESTED_AFTER:
            return 0.0
        return min([silent_until, *[each.until for each in made if each.until is not None]])

    def retrieved_at(self, at: float) -> float:
        """When Smartcar fetched what the car said *at* a time."""
        return min(at + RETRIEVED_AFTER, self._visit.now)

    def word(self, code: str) -> Word:
        """What the car says of a signal of the catalogue: all that there is to know, cheaply."""
        word = self._words.get(code)
        if word is None:
            word = self._words[code] = self._heard(_known(code))
        return word

    def _heard(self, known: SignalType[Any]) -> Word:
        code = known.code
        if self._granted.isdisjoint(known.permissions):
            return _NOT_GRANTED
        made = self.overrides.get(code)
        if made is not None:
            return self._overridden(known, made)
        if code in self._not_now:
            return Word(unit_of_missing(code), self._not_now[code], self._at)
        body = self._bodies.get(code)
        return _NOT_CAPABLE if body is None else Word(body, None, self._at)

    def _overridden(self, known: SignalType[Any], made: Override) -> Word:
        """What it was made to tell, and when."""
        if made.fault is not None:
            return Word(None, made.fault, made.at)
        # Whoever reads it may find that it is no such body: that is an error, too.
        wrong = self._made(known, _SUCCESS, made.body, {}).error
        return Word(made.body, None if wrong is None else (wrong.type or "", wrong.code), made.at)

    def signal(self, code: str) -> Signal[Any]:
        """One signal, good or not."""
        known, word = _known(code), self.word(code)
        made = self.overrides.get(code)
        if word is _NOT_GRANTED:
            return self._failed(known, word, {})
        if word is _NOT_CAPABLE:
            ingested = {"ingestedAt": stamp(min(self._at + INGESTED_AFTER, self._visit.now))}
            return self._failed(known, word, ingested)
        meta = self._times(known, self._at if word.at is None else word.at)
        if word.error is not None and (made is None or made.fault is not None):
            return self._failed(known, word, meta)
        return self._made(known, _SUCCESS, word.body, meta)

    def _failed(self, known: SignalType[Any], word: Word, meta: dict[str, Any]) -> Signal[Any]:
        kind, code = word.error or ("", None)
        error = SignalError(
            type=kind,
            code=code,
            title=(code or kind).replace("_", " ").title(),
            detail=KNOWN[kind, code].detail,
            # What live REST signals say, whatever the error.
            resolution={"type": "UNKNOWN_RESOLUTION_TYPE"},
        )
        return self._made(known, SignalStatus(value="ERROR", error=error), word.body, meta)

    def _made(
        self,
        known: SignalType[Any],
        status: SignalStatus,
        body: Mapping[str, Any] | None,
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

    def _times(self, known: SignalType[Any], at: float) -> dict[str, Any]:
        ingested = stamp(min(at + INGESTED_AFTER, self._visit.now))
        if known.is_attribute:
            return {"ingestedAt": ingested}
        return {
            "oemUpdatedAt": stamp(at),
            "retrievedAt": stamp(self.retrieved_at(at)),
            "ingestedAt": ingested,
        }


_SUCCESS: Final = SignalStatus(value="SUCCESS")
_NOT_GRANTED: Final = Word(None, ("PERMISSION", None), None)
_NOT_CAPABLE: Final = Word(None, ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE"), None)


def _known(code: str) -> SignalType[Any]:
    known = find(code)
    assert known is not None  # noqa: S101 -- the callers took it from the catalogue
    return known
