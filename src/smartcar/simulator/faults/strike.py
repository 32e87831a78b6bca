"""Which rules a request meets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from smartcar.simulator import events, tokens
from smartcar.simulator.cars.hashing import draw
from smartcar.simulator.lengths import seconds

from .book import Fault
from .names import find_error
from .rule import FaultRule

if TYPE_CHECKING:
    from smartcar.simulator.arrival import Arrival
    from smartcar.simulator.world import World

SHORTEST: Final = 3.0
LONGEST: Final = 45.0
"""Seconds: what the real API was seen to take, when it asks the car."""
SLOW: Final = 30.0
"""Seconds that a slow body takes unless a rule says."""


@dataclass(slots=True)
class Struck:
    """What the rules that a request met make of it."""

    faults: list[Fault]
    answer: Fault | None = None
    """What says what is answered."""
    body: FaultRule | None = None
    breakage: FaultRule | None = None
    delay: float = 0.0
    spread: float = 0.0

    @property
    def ids(self) -> tuple[str, ...]:
        """Which they were."""
        return tuple(fault.id for fault in self.faults)

    @property
    def is_gateways(self) -> bool:
        """Is it a bare status, said before anything is asked of a car?"""
        return self.answer is not None and self.answer.rule.status is not None


def strike(world: World, arrival: Arrival) -> Struck:
    """What the rules make of a request.

    They are heeded in the order in which they were added.  Latencies add up; of rules that say what
    is answered, what its body is, or how it breaks, the first is heeded, and one that comes too
    late does not strike.
    """
    struck = Struck([])
    for fault in world.faults.all():
        if not fault.is_on(arrival.at) or not _matches(world, fault.rule, arrival):
            continue
        seen, is_due = _count(world, fault)
        is_due = is_due and _has_room(struck, fault.rule)
        if is_due:
            struck.faults.append(fault)
            _add(world, struck, fault, seen)
        _note(world, fault, arrival.at, seen, struck=is_due)
    return struck


def strike_item(world: World, arrival: Arrival, path: str) -> tuple[str, str | None] | None:
    """The error that an item of a batch meets, by its own path; None if it meets none."""
    for fault in world.faults.all():
        rule = fault.rule
        if rule.path is None or rule.error is None or not fault.is_on(arrival.at):
            continue
        pattern = _glob(rule.path)
        if pattern.fullmatch(arrival.path) or not pattern.fullmatch(path):
            continue  # it has seen the batch as a whole
        if not _matches(world, rule, arrival, is_item=True):
            continue
        seen, is_due = _count(world, fault)
        _note(world, fault, arrival.at, seen, struck=is_due)
        named = find_error(rule.error)
        if is_due and named is not None:
            arrival.met.append(fault.id)
            return named.type, named.code
    return None


def _matches(world: World, rule: FaultRule, arrival: Arrival, *, is_item: bool = False) -> bool:
    method = "GET" if is_item else arrival.request.method
    if rule.method not in {None, method} or rule.api not in {None, arrival.api}:
        return False
    if not is_item and rule.path is not None and not _glob(rule.path).fullmatch(arrival.path):
        return False
    if rule.error is not None:
        named = find_error(rule.error)
        if named is None or arrival.api not in named.apis:
            return False
    vehicle_id = arrival.vehicle_id
    if rule.vehicle_id not in {None, vehicle_id}:
        return False
    if vehicle_id is None and (rule.car is not None or rule.consent is not None):
        return False
    return rule.owner is None or _is_of(world, rule.owner, arrival)


@lru_cache(maxsize=1024)
def _glob(path: str) -> re.Pattern[str]:
    return re.compile(translate(path.rstrip("/") or "/"))


def owner_id(world: World, owner: str) -> str:
    """The user id of the *owner* that a rule names, by e-mail or by that."""
    return world.garage.user_id_of(owner.strip().lower()) if "@" in owner else owner.strip()


def _is_of(world: World, owner: str, arrival: Arrival) -> bool:
    return owner_id(world, owner) in _users(world, arrival)


def _users(world: World, arrival: Arrival) -> Iterator[str]:
    """On whose behalf a request is."""
    if arrival.api == "token":
        fields = tokens._fields(arrival.request) or {}
        refresh = world.issued.refreshes.get(fields.get("refresh_token", ""))
        code = world.issued.codes.get(fields.get("code", ""))
        yield from (held.user_id for held in (refresh, code) if held is not None)
    elif arrival.api == "connect":
        body = arrival.request.body.decode("utf-8", "replace")
        yield from (world.garage.user_id_of(name.strip().lower()) for name in _usernames(body))
    elif arrival.caller.user_id is not None:
        yield arrival.caller.user_id
    elif arrival.vehicle_id is not None:
        yield from (grant.user_id for grant in world.grants.find(vehicle_id=arrival.vehicle_id))


def _usernames(form: str) -> list[str]:
    return parse_qs(form).get("username", [])


def _count(world: World, fault: Fault) -> tuple[int, bool]:
    """Which of those that match this is, and whether it is one that the rule is for."""
    rule, seen = fault.rule, fault.seen + 1
    is_due = (
        rule.nth in {None, seen}
        and (rule.first is None or seen <= rule.first)
        and (rule.every is None or seen % rule.every == 0)
    )
    if is_due and rule.probability is not None:
        is_due = draw(world.seed, "fault", fault.id, seen) < rule.probability
    return seen, is_due


def _has_room(struck: Struck, rule: FaultRule) -> bool:
    """Is what *rule* does not done by another already?"""
    return not (
        (rule.answers and struck.answer is not None)
        or (rule.body is not None and struck.body is not None)
        or (rule.breakage is not None and struck.breakage is not None)
    )


def _add(world: World, struck: Struck, fault: Fault, seen: int) -> None:
    rule = fault.rule
    if rule.answers:
        struck.answer = fault
    if rule.body is not None:
        struck.body = rule
    if rule.breakage is not None:
        struck.breakage = rule
    length = _latency(world, fault, seen)
    if rule.breakage == "slow":
        struck.spread = SLOW if length is None else length
    else:
        struck.delay += length or 0.0


def _latency(world: World, fault: Fault, seen: int) -> float | None:
    latency = fault.rule.latency
    if latency is None:
        return None
    if latency == "realistic":
        # Most are quick and few are slow, so the logarithm is what is even.
        return SHORTEST * math.pow(LONGEST / SHORTEST, draw(world.seed, "latency", fault.id, seen))
    return seconds(latency)


def _note(world: World, fault: Fault, at: float, seen: int, *, struck: bool) -> None:
    count = fault.struck + struck
    world.record(events.FaultMatched(at=at, fault_id=fault.id, seen=seen, struck=count))
