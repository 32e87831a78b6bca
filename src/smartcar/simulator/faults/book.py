"""What has become of the rules that were added: how many requests each has seen and met.

It is folded from events by the world, so it outlives restarts and goes back with a snapshot.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from .rule import FaultRule, moment


class Fault(Struct, frozen=True, kw_only=True, rename="camel"):
    """A rule that was added, and what has come of it."""

    id: str
    rule: FaultRule
    added_at: float
    """Virtual Unix seconds, as are the next two."""
    begins_at: float | None = None
    ends_at: float | None = None
    seen: int = 0
    """Requests that matched, since it was added."""
    struck: int = 0
    """Those among them that met the fault."""

    @property
    def is_spent(self) -> bool:
        """Has it struck as often as it may?"""
        return self.rule.times is not None and self.struck >= self.rule.times

    def is_over(self, at: float) -> bool:
        """Will it strike no more from this time on?"""
        return self.is_spent or (self.ends_at is not None and at >= self.ends_at)

    def is_on(self, at: float) -> bool:
        """Can it strike at this time?"""
        return (self.begins_at is None or self.begins_at <= at) and not self.is_over(at)


class FaultBook:
    """All rules, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._faults)

    def all(self) -> list[Fault]:
        """All rules, the oldest first."""
        return list(self._faults.values())

    def get(self, fault_id: str) -> Fault | None:
        """One of them."""
        return self._faults.get(fault_id)

    def next_id(self) -> str:
        """The id of the one to be added next; none is given twice."""
        return f"fault-{self._added + 1}"

    def add(self, fault_id: str, rule: FaultRule, at: float) -> None:
        """Begin to heed a rule."""
        self._added += 1
        self._faults[fault_id] = Fault(
            id=fault_id,
            rule=rule,
            added_at=at,
            begins_at=None if rule.after is None else moment(rule.after, at),
            ends_at=None if rule.until is None else moment(rule.until, at),
        )

    def remove(self, fault_id: str) -> None:
        """Heed it no more."""
        self._faults.pop(fault_id, None)

    def note(self, fault_id: str, seen: int, struck: int) -> None:
        """How many requests a rule has seen and met by now."""
        fault = self._faults.get(fault_id)
        if fault is not None:
            self._faults[fault_id] = replace(fault, seen=seen, struck=struck)
