"""What keeps a car, or some of its signals, from being read: what ``VEHICLE_ERROR`` tells of.

Source: https://smartcar.com/docs/api-reference/webhooks/events/vehicle-error
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from smartcar.simulator.answers.vehicle import Reading
from smartcar.simulator.connect.fates import Fate, fate_of, is_mendable
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.faults.effects import CAR_FATES
from smartcar.simulator.faults.names import find_error
from smartcar.simulator.faults.strike import owner_id
from smartcar.simulator.fleet import Grant
from smartcar.simulator.world import World

from .occasions import Trouble, TroubleState, TroubleTold

_TYPES: Final = frozenset(
    {"CONNECTED_SERVICES_ACCOUNT", "VEHICLE_STATE", "COMPATIBILITY", "PERMISSION"}
)
"""Of the errors that are told.  One by which a car is out of plan is told, too (unconfirmed)."""
_OF_THE_CAR: Final = frozenset({"COMPATIBILITY", "PERMISSION"})
"""Types that are told of signals nobody has set: not ``NOT_CHARGING``, which comes and goes."""
_OF_SOME: Final = ("method", "path", "nth", "first", "every", "probability", "times")
"""By these a rule meets some requests only, and says nothing of the car itself."""


def fate_of_all(rule: FaultRule) -> Fate | None:
    """The error that a rule has every request about a car answered with; None if it has none."""
    if rule.api not in {None, "v3"} or any(getattr(rule, name) is not None for name in _OF_SOME):
        return None
    if rule.car is not None:
        return CAR_FATES[rule.car]
    named = None if rule.error is None else find_error(rule.error)
    if named is None or named.type not in _TYPES or "v3" not in named.apis:
        return None
    return named.type, named.code


def troubles_of_all(world: World, grant: Grant, at: float) -> list[Trouble]:
    """What keeps the whole car from being read on behalf of an owner."""
    spec = world.garage.spec(grant.vehicle_id)
    fate = fate_of(grant.owner_email, "" if spec is None else spec.vin)
    is_mended = fate is not None and is_mendable(fate) and grant.owner_email in world.mended
    fates = [] if fate is None or is_mended else [fate]
    for fault in world.faults.all():
        rule = fault.rule
        if (
            fault.is_on(at)
            and rule.vehicle_id in {None, grant.vehicle_id}
            and (rule.owner is None or owner_id(world, rule.owner) == grant.user_id)
            and (met := fate_of_all(rule)) is not None
        ):
            fates.append(met)
    return [Trouble(type=kind, code=code) for kind, code in dict.fromkeys(fates)]


def troubles_of_signals(reading: Reading, codes: Iterable[str]) -> list[Trouble]:
    """What keeps some of the signals from being read."""
    found: dict[Fate, list[str]] = {}
    for code in dict.fromkeys(codes):
        error = reading.word(code).error
        if error is not None and (error[0] in _OF_THE_CAR or code in reading.overrides):
            found.setdefault(error, []).append(code)
    return [
        Trouble(type=kind, code=why, affected=tuple(affected))
        for (kind, why), affected in found.items()
    ]


def changes(knew: Iterable[Trouble], are: Iterable[Trouble]) -> tuple[TroubleTold, ...]:
    """What began and what ended between two times."""
    before, now = _by_fate(knew), _by_fate(are)
    return (*_told(now, before, "ERROR"), *_told(before, now, "RESOLVED"))


def _told(
    these: dict[Fate, Trouble], others: dict[Fate, Trouble], state: TroubleState
) -> Iterator[TroubleTold]:
    for fate, trouble in these.items():
        other = others.get(fate)
        if other is not None and set(trouble.affected) <= set(other.affected):
            continue
        known = () if other is None else other.affected
        affected = tuple(code for code in trouble.affected if code not in known)
        if other is None or affected:
            yield TroubleTold(type=fate[0], code=fate[1], state=state, affected=affected)


def _by_fate(troubles: Iterable[Trouble]) -> dict[Fate, Trouble]:
    return {(each.type, each.code): each for each in troubles}
