"""The charge limit, told in percent or as a fraction: v3 takes the one, v2.0 the other."""
# mypy: disable-error-code="empty-body"

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, Final, Protocol, Self, overload

from smartcar.protocol.accepting import held
from smartcar.protocol.facts import Facts
from smartcar.protocol.flow import Call
from smartcar.protocol.resource import AsyncResource, Resource, SyncResource

from .arguments import Fraction, Percent
from .bodies import ChargeLimits
from .catalogue import Charge
from .classic_commands import Classic
from .classic_models import ActionResponse
from .commands import Command
from .executions import AsyncExecution, Execution, Shown

_NAMES: Final = frozenset({"limit", "percent"})


class SetLimit(Protocol):
    """Tell a car where to stop charging, and wait."""

    @overload
    def __call__(self, percent: int) -> Execution: ...
    @overload
    def __call__(self, limit: float) -> Execution: ...


class AwaitSetLimit(Protocol):
    """Tell a car where to stop charging; await it."""

    @overload
    def __call__(self, percent: int) -> Coroutine[Any, Any, AsyncExecution]: ...
    @overload
    def __call__(self, limit: float) -> Coroutine[Any, Any, AsyncExecution]: ...


def _on_v2(self: object, limit: Fraction) -> ActionResponse: ...


_on_v2.__name__ = "set_charge_limit"
_on_v2.__doc__ = """Stop charging once the battery reaches *limit*.

Args:
    limit: State of charge to stop at, a fraction; v2.0 documents 0.5 to 1.

Source: https://smartcar.com/docs/api-reference (set-charge-limit)
"""


class LimitCommand(Command[[int]]):
    """The command that takes either."""

    @overload  # type: ignore[override]  # as of every command
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: SyncResource, owner: type) -> SetLimit: ...
    @overload
    def __get__(self, resource: AsyncResource, owner: type) -> AwaitSetLimit: ...

    def __get__(self, resource: Resource | None, owner: type) -> Any:
        """The declaration itself from a class; a method from an instance."""
        return self.bound(resource)

    def call_on(self, resource: Resource, *args: Any, **kwargs: Any) -> Call[Any]:
        """The call that the resource's version understands, in the terms of that version."""
        for given in (*args, *(kwargs[name] for name in _NAMES & kwargs.keys())):
            if not _is_number(given):
                msg = f"limit: Expected a number, 80 for percent or the fraction 0.8, got {given!r}"
                raise ValueError(msg)
        if resource.is_classic:
            return super().call_on(resource, *_as_fraction(args), **_named_as_fraction(kwargs))
        return super().call_on(resource, *_as_percent(args), **_named_as_percent(kwargs))

    def told(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The limit in percent, however it was given."""
        given = [*args, *kwargs.values()]
        return {"percent": _percent(given[0]) if given else None}


def limit_command(declaration: Any) -> LimitCommand:
    """Declare it."""
    return LimitCommand(
        declaration,
        "POST",
        "/vehicles/{vehicle_id}/commands/charge/set-limit",
        Facts(permission="control_charge", needs_user=True),
        Shown(Charge.ChargeLimits, _is_limited),
        Classic("/vehicles/{vehicle_id}/charge/limit", declaration=_on_v2),
    )


def _is_limited(value: ChargeLimits, given: Mapping[str, Any]) -> bool:
    # A car keeps whole percents; v2.0 can be told of halves.
    return value.in_force is not None and abs(value.in_force - given["percent"]) <= 0.5


def _is_number(limit: object) -> bool:
    return isinstance(limit, (int, float)) and not isinstance(limit, bool)


def _percent(fraction: object) -> object:
    """0.8 as 80; what is no fraction stays, for the declaration to refuse."""
    if isinstance(fraction, bool) or not isinstance(fraction, (int, float)) or not fraction <= 1:
        return fraction
    percent = round(float(fraction) * 100, 6)  # 0.57 * 100 is 56.99999999999999
    return int(percent) if percent.is_integer() else percent


def _fraction(percent: object) -> object:
    """80 as 0.8; 1 and less is a fraction already."""
    if isinstance(percent, (int, float)) and 50 <= percent <= 100:
        return percent / 100
    return percent


def _as_percent(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_percent(each) for each in args)


def _as_fraction(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_fraction(each) for each in args)


def _named_as_percent(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    if "limit" not in kwargs:
        return dict(kwargs)
    rest = {name: value for name, value in kwargs.items() if name != "limit"}
    return {**rest, "percent": _of_limit(kwargs["limit"])}


def _named_as_fraction(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    if "percent" not in kwargs:
        return dict(kwargs)
    rest = {name: value for name, value in kwargs.items() if name != "percent"}
    return {**rest, "limit": held("percent", kwargs["percent"], Percent) / 100}


def _of_limit(limit: object) -> object:
    if isinstance(limit, (int, float)) and limit > 1:
        msg = f"limit: Expected a fraction from 0 to 1, got {limit!r}"
        raise ValueError(msg)
    return _percent(limit)
