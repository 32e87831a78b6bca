"""What calls are made on: the client itself, or one vehicle; blocking, or awaiting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TypeVar

from .flow import Call, Flow

R = TypeVar("R")


class Resource(ABC):
    """Something that calls are made on: the client itself, or one vehicle."""

    path_params: Mapping[str, str]
    """Values for the ``{placeholders}`` that it fills in."""
    version: str = "3"
    """Version of the API that it is asked on."""
    _units: str | None = None

    @property
    def unit_system(self) -> str | None:
        """Metric or imperial, where it was said.

        Raises:
            ValueError: It is set to what is neither.
        """
        return self._units

    @unit_system.setter
    def unit_system(self, unit_system: str | None) -> None:
        if unit_system not in {None, "metric", "imperial"}:
            msg = f"unit_system must be metric or imperial, not {unit_system!r}"
            raise ValueError(msg)
        self._units = unit_system

    @property
    def is_classic(self) -> bool:
        """Is it asked on a version before v3, with an endpoint for each question?"""
        return self.version != "3"

    @abstractmethod
    def ask(self, call: Call[R]) -> Flow[R]:
        """The flow that sends *call* and reads its reply."""

    @abstractmethod
    def now(self) -> float:
        """Seconds, by the clock that its waits use."""


class SyncResource(Resource):
    """A resource whose calls block."""

    @abstractmethod
    def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""

    def perform(self, call: Call[R]) -> R:
        """Send *call*; give what it answers."""
        return self.run(self.ask(call))


class AsyncResource(Resource):
    """A resource whose calls are awaited."""

    @abstractmethod
    async def run(self, flow: Flow[R]) -> R:
        """Do what *flow* asks for, to its end."""

    async def perform(self, call: Call[R]) -> R:
        """Send *call*; give what it answers."""
        return await self.run(self.ask(call))
