"""What was found in somebody's files."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Certainty = Literal["sure", "likely"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A call of an official SDK, where it is, and what it becomes."""

    path: str
    line: int
    column: int
    """From 1."""
    call: str
    """What is called, such as ``Vehicle.battery``."""
    old: str
    """As it is written there."""
    v2: str | None
    """Here, on v2.0; None where nothing changes."""
    v3: str | None
    """Here, on v3; None where v3 has nothing of the kind."""
    stays: bool
    """Does what is written for v2.0 here work on v3 as well?"""
    note: str = ""
    certainty: Certainty = "sure"
    """*likely* where only names speak for it."""
    cell: int | None = None
    """The cell of a notebook, from 1; the line is within it."""

    @property
    def changes_now(self) -> bool:
        """Is it written differently here, on the same v2.0?"""
        return self.v2 is not None

    @property
    def differs_on_v3(self) -> bool:
        """Has v3 another way to say it, whether or not this one goes on working?"""
        return not self.stays or self.v3 not in {self.old, self.v2}

    @property
    def must_change(self) -> bool:
        """Will it not do as it is, here or on v3?"""
        return self.changes_now or not self.stays

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "changes_now": self.changes_now}


@dataclass(slots=True)
class Report:
    """All that was found, and what was left out."""

    findings: list[Finding] = field(default_factory=list[Finding])
    files: int = 0
    """How many were read."""
    left_out: dict[str, str] = field(default_factory=dict[str, str])
    """Files and folders that were not read, and why."""
