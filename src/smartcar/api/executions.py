"""What became of a command, and how to see that the car did it.

Source: https://smartcar.com/docs/api-reference/commands/overview
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from msgspec import field

from smartcar.errors import (
    ConfirmationTimeoutError,
    NotFoundError,
    NotNowError,
    SmartcarError,
    TemporaryError,
    UnconfirmableError,
)
from smartcar.protocol.documents import Model, instant, read_resource
from smartcar.protocol.documents import Resource as ResourceModel
from smartcar.protocol.flow import Call, Flow, Sleep
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource
from smartcar.protocol.wire import Reply, Request, segment
from smartcar.untyped import http_date

from .classic_models import ActionResponse
from .definition import SignalType
from .signals import Signal, SignalStatus

FIRST_LOOK: Final = 2.0
"""Seconds before the second look at the signal."""
LONGEST_PAUSE: Final = 30.0
"""Seconds between looks: an application's bucket refills by two requests a minute."""


_NEVER: Final = frozenset({"COMPATIBILITY", "PERMISSION"})
"""Errors of a signal that no waiting will mend."""


class CommandAttributes(Model, frozen=True):
    """An execution's own part of its resource."""

    status: SignalStatus | str | None = None
    execution_mode: str | None = None
    parameters: dict[str, Any] = {}
    command_type: str | None = None
    action: str | None = None
    schedule_type: str | None = None
    schedule_id: str | None = None


class CommandExecution(ResourceModel, frozen=True):
    """What v3 knows of a command that was sent."""

    attributes: CommandAttributes = field(default_factory=CommandAttributes)

    @property
    def command(self) -> str | None:
        """Such as ``charge-set-limit``; None for what is done to schedules."""
        return self.attributes.command_type

    @property
    def status(self) -> str:
        """v3's own word: SUCCESS where the command was carried out."""
        status = self.attributes.status
        return (status.value if isinstance(status, SignalStatus) else status) or ""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the command was given."""
        return self.attributes.parameters

    @property
    def schedule_id(self) -> str | None:
        """The charge schedule that was made or removed."""
        return self.attributes.schedule_id

    @property
    def executed_at(self) -> datetime | None:
        """When Smartcar began."""
        return instant(self.meta.get("executedAt"))

    @property
    def completed_at(self) -> datetime | None:
        """When it was done."""
        return instant(self.meta.get("completedAt"))


class CommandResponse(ActionResponse, frozen=True):
    """What became of a command: Smartcar's word, not yet the car's.

    A command does not return the car's new state: ``wait_until_confirmed`` looks for it.
    """

    execution: CommandExecution | None = None
    """The execution as v3 tells of it; None on v2.0, which has none."""

    @property
    def id(self) -> str:
        """The execution's id, for ``car.command_execution(id)``; empty on v2.0."""
        return self.execution.id if self.execution else ""

    @property
    def command(self) -> str | None:
        """Such as ``charge-set-limit``; None on v2.0, and for what is done to schedules."""
        return self.execution.command if self.execution else None

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the command was given, by v3's names."""
        given: Mapping[str, Any] = self.__dict__.get("given", {})
        return self.execution.parameters if self.execution else given

    @property
    def schedule_id(self) -> str | None:
        """The charge schedule that was made or removed."""
        return self.execution.schedule_id if self.execution else None

    @property
    def executed_at(self) -> datetime | None:
        """When Smartcar began; None on v2.0."""
        return self.execution.executed_at if self.execution else None

    @property
    def completed_at(self) -> datetime | None:
        """When it was done; None on v2.0."""
        return self.execution.completed_at if self.execution else None

    def to_dict(self) -> dict[str, Any]:
        """Status and message, as v2.0 writes them; beside them the execution, on v3."""
        told = {"status": self.status, "message": self.message}
        return {**told, "execution": self.execution.to_dict()} if self.execution else told

    def _way_to_the_car(self) -> _Binding:
        binding: _Binding | None = self.__dict__.get("binding")
        if binding is None:
            msg = (
                "this answer was pickled, or made by hand, and has no car to ask: "
                "look at the signal that shows the command's effect"
            )
            raise ValueError(msg)
        return binding


@dataclass(frozen=True, slots=True)
class Shown:
    """How to see in a car's signals that it did what it was told."""

    signal: SignalType[Any]
    by: Callable[[Any, Mapping[str, Any]], bool]
    """Does this value of the signal show what a command with these arguments does?"""


class Execution(CommandResponse, frozen=True):
    """What a command answers, and a way to wait for the car's own word."""

    def wait_until_confirmed(self, timeout: float = 120.0) -> Signal[Any]:
        """Look at the signal that shows the command's effect until it does.

        Each look is a request: after 2 seconds, then 4, 8, 16, then every 30.

        Args:
            timeout: Seconds to go on looking.

        Returns:
            The signal as the car reported it after the command.

        Raises:
            ConfirmationTimeoutError: The car has not shown it in time.  Do not repeat the command.
            UnconfirmableError: This car, or this connection, does not have that signal.
            ValueError: No signal shows this command (a destination), or this answer was pickled.
        """
        binding = self._way_to_the_car()
        assert isinstance(binding.resource, SyncResource)  # noqa: S101 -- Command.blocking put it there
        return binding.resource.run(until_shown(binding, timeout))


class AsyncExecution(CommandResponse, frozen=True):
    """What a command answers, and a way to await the car's own word."""

    async def wait_until_confirmed(self, timeout: float = 120.0) -> Signal[Any]:  # noqa: ASYNC109 -- the same name and meaning as where it blocks
        """Look at the signal that shows the command's effect until it does.

        As ``Execution.wait_until_confirmed``.
        """
        binding = self._way_to_the_car()
        assert isinstance(binding.resource, AsyncResource)  # noqa: S101 -- Command.awaiting put it there
        return await binding.resource.run(until_shown(binding, timeout))


@dataclass(frozen=True, slots=True)
class _Binding:
    """What an execution must know to look for its effect."""

    resource: Resource
    shown: Shown | None
    fields: Mapping[str, Any]
    """What the command was given, and the id of the schedule that it made."""
    since: datetime
    """Only a reading from then on counts."""


def until_shown(binding: _Binding, timeout: float) -> Flow[Signal[Any]]:
    """Look at the signal until a reading newer than the command shows its effect."""
    resource, shown = binding.resource, binding.shown
    if shown is None:
        msg = "No signal shows this command: its own status is all there is to know."
        raise ValueError(msg)
    vehicle = segment("vehicle_id", resource.path_params["vehicle_id"])
    path = f"/v3/vehicles/{vehicle}/signals/{shown.signal}"
    look = Call(Request("GET", path), _read_signal, repeatable=True, needs_user=True)
    give_up_at = resource.now() + timeout
    pause, last = FIRST_LOOK, "nothing"
    failure: SmartcarError | None = None
    while True:
        wait, left = pause, max(give_up_at - resource.now(), FIRST_LOOK)
        try:
            signal = yield from resource.ask(replace(look, deadline=left))
        except (NotFoundError, NotNowError, TemporaryError) as error:
            failure = error  # no reading yet, or none to be had now: the command was accepted
            wait = max(pause, error.retry_after or 0.0)
        else:
            if shows(signal, shown, binding):
                return signal
            if signal.error is not None and signal.error.type in _NEVER:
                raise UnconfirmableError(0, f"{shown.signal} cannot tell: {signal.error}.")
            last = f"{signal.error or signal.value} as of {signal.oem_updated_at}"
        if resource.now() + wait > give_up_at:
            raise ConfirmationTimeoutError(
                0, f"{shown.signal} has not shown it within {timeout:g} seconds: it says {last}."
            ) from failure
        yield Sleep(wait)
        pause = min(pause * 2, LONGEST_PAUSE)


def shows(signal: Signal[Any], shown: Shown, binding: _Binding) -> bool:
    """Is *signal* a reading from after the command that has the expected value?"""
    if signal.value is None or not shown.by(signal.value, binding.fields):
        return False
    taken = signal.oem_updated_at or signal.retrieved_at
    return taken is not None and taken >= binding.since


E = TypeVar("E", Execution, AsyncExecution)


def bound(
    kind: type[E],
    done: CommandExecution | ActionResponse,
    resource: Resource,
    shown: Shown | None,
    fields: Mapping[str, Any],
) -> E:
    """What a command answers on either version, and all that it takes to look for its effect."""
    sent = http_date(done.headers.get("date", ""))
    if isinstance(done, ActionResponse):
        told, began, known = kind(status=done.status, message=done.message), None, fields
    else:
        # The word of v2.0, so that a program need not know which version it asked.
        told, began = kind(status=done.status.lower(), execution=done), done.executed_at
        known = {"schedule_id": done.schedule_id, **fields}
    binding = _Binding(resource, shown, known, began or sent or datetime.now(UTC))
    return told.kept(reply_=done.reply, meta_=done.meta, given=dict(fields), binding=binding)


def _read_signal(reply: Reply) -> Signal[Any]:
    return read_resource(reply, Signal[Any])
