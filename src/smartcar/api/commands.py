"""How a command is declared, sent once, and read to its end.

Source: https://smartcar.com/docs/api-reference/commands/overview
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from functools import cached_property
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar, Unpack, overload

import msgspec

from smartcar import legacy
from smartcar.errors import SmartcarError
from smartcar.errors.kinds import error_from
from smartcar.errors.problem import read_problem
from smartcar.protocol.documents import read_model, read_resource, unreadable
from smartcar.protocol.endpoint import Change, Declaration
from smartcar.protocol.facts import Facts, Stated
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource
from smartcar.protocol.wire import Reply
from smartcar.untyped import is_list, is_mapping

from .classic_commands import Classic, ClassicCommand
from .executions import (
    AsyncExecution,
    CommandExecution,
    Execution,
    Shown,
    bound,
)
from .signals import SignalStatus

P = ParamSpec("P")
R = TypeVar("R")


class Command(Change[P, CommandExecution]):
    """A POST or DELETE that reaches the car.  It is sent once."""

    def __init__(  # noqa: PLR0917 -- what the decorators have, in their order
        self,
        declaration: Declaration[P, CommandExecution],
        method: Any,
        path: str,
        facts: Facts,
        shown: Shown | None,
        classic: Classic | None = None,
    ) -> None:
        super().__init__(declaration, method, path, facts)
        self.shown = shown
        if classic is not None:
            self.classic = ClassicCommand(declaration, classic, facts)

    def read(self, reply: Reply) -> CommandExecution:
        """Read *reply* to its end: a 202 is streamed, and only its body says how it went.

        Raises:
            SmartcarError: The body tells of an error, whatever the status line said.
        """
        if not reply.body.strip():
            return CommandExecution().kept(reply_=reply)
        told = read_model(reply, dict[str, Any])
        if not is_mapping(told.get("data")) and not is_mapping(told.get("attributes")):
            problem = read_problem(reply.status, told)
            if problem.type is None and problem.code is None:
                raise unreadable(reply, "it says neither what was done nor what went wrong")
            raise error_from(_status_of(told, reply), told, reply.headers)
        execution = read_resource(reply, CommandExecution)
        status = execution.attributes.status
        if isinstance(status, SignalStatus) and status.error is not None:
            failure = {"errors": [msgspec.to_builtins(status.error)]}
            raise error_from(reply.status, failure, reply.headers)
        if _FAILED.match(execution.status):
            said = f"The command ended with the status {execution.status}."
            raise SmartcarError(reply.status, said, reply.headers)
        return execution

    @overload  # type: ignore[override]  # a car's method answers more than the wire: how to wait
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: SyncResource, owner: type) -> Callable[P, Execution]: ...
    @overload
    def __get__(
        self, resource: AsyncResource, owner: type
    ) -> Callable[P, Coroutine[Any, Any, AsyncExecution]]: ...

    def __get__(self, resource: Resource | None, owner: type) -> object:  # pyright: ignore[reportIncompatibleMethodOverride] -- as above
        """The declaration itself from a class; a method from an instance."""
        return self.bound(resource)

    def told(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the command is given, by name, for its effect to be known by."""
        return self.fields(args, kwargs)

    @cached_property
    def blocking(self) -> Callable[Concatenate[SyncResource, P], Execution]:
        """The function behind the method of what blocks."""

        def method(resource: SyncResource, /, *args: P.args, **kwargs: P.kwargs) -> Execution:
            said, named = legacy.with_numbers(self.name, args, kwargs)
            call: Any = self.call_on  # with the same arguments, but for text that was a number
            fields = self.told(said, named)
            done = resource.perform(call(resource, *said, **named))
            return bound(Execution, done, resource, self.shown, fields)

        return self.dress(method)

    @cached_property
    def awaiting(
        self,
    ) -> Callable[Concatenate[AsyncResource, P], Coroutine[Any, Any, AsyncExecution]]:
        """The function behind the method of what is awaited."""

        async def method(
            resource: AsyncResource, /, *args: P.args, **kwargs: P.kwargs
        ) -> AsyncExecution:
            fields = self.told(args, kwargs)
            done = await resource.perform(self.call_on(resource, *args, **kwargs))
            return bound(AsyncExecution, done, resource, self.shown, fields)

        return self.dress(method)


def command(
    path: str, *, shown: Shown | None, classic: Classic | None = None, **facts: Unpack[Stated]
) -> Callable[[Declaration[P, CommandExecution]], Command[P]]:
    """Declare a command, and the signal that shows its effect."""

    def declare(declaration: Declaration[P, CommandExecution]) -> Command[P]:
        return Command(declaration, "POST", path, Facts(**facts), shown, classic)

    return declare


def command_delete(
    path: str, *, shown: Shown | None, **facts: Unpack[Stated]
) -> Callable[[Declaration[P, CommandExecution]], Command[P]]:
    """Declare a command that removes something, and the signal that shows its effect."""

    def declare(declaration: Declaration[P, CommandExecution]) -> Command[P]:
        return Command(declaration, "DELETE", path, Facts(**facts), shown)

    return declare


_FAILED: Final = re.compile(r"ERROR|FAIL|REJECT|CANCEL|TIME", re.IGNORECASE)
"""How words for a command that was not carried out begin; the set is open."""


def _status_of(told: Mapping[str, Any], reply: Reply) -> int:
    """After a 202 the error's own status counts: https://smartcar.com/docs/api-reference/api-errors."""
    errors = told.get("errors")
    item = errors[0] if is_list(errors) and errors and is_mapping(errors[0]) else told
    try:
        return int(item.get("status") or item.get("statusCode") or reply.status)
    except (TypeError, ValueError):
        return reply.status
