"""One name, two versions: what v2.0 answers from an endpoint of its own, v3 answers from signals.

A read is declared once, with its v2.0 path and model and, beside it, the signals that make the same
model on v3.  Which of the two is asked follows from the resource's version.  Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar, Unpack

from .endpoint import Declaration, Read
from .facts import CLASSIC, Facts, Stated
from .flow import Call
from .resource import Resource
from .wire import Reply, Request, segment

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class MadeOf(Generic[R]):
    """How v3 answers: from which signals, and what they make."""

    codes: tuple[str, ...]
    make: Callable[[Reply, str], R]
    """The model in a unit system, from the reply to one signal where one is enough, else to all."""
    choose: Callable[[R, Mapping[str, Any]], R] | None = None
    """What of the model was asked for, by the arguments, which v3 cannot be told."""


class Reading(Read[P, R]):
    """A GET of v2.0 that v3 answers from signals."""

    def __init__(
        self, declaration: Declaration[P, R], path: str, facts: Facts, made_of: MadeOf[R] | None
    ) -> None:
        super().__init__(declaration, "GET", path, facts)
        self.made_of = made_of

    @property
    def batch_path(self) -> str:
        """How a batch names this read, such as ``/tires/pressure``."""
        return self.path.removeprefix("/vehicles/{vehicle_id}") or "/"

    def call_on(self, resource: Resource, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """The call that the resource's version understands.

        Raises:
            ValueError: v3 has no signals that make this; the message says what it has.
        """
        if resource.is_classic:
            return self.call(resource.path_params, *args, **kwargs)
        if self.made_of is None:
            raise self.only_here(resource.version)
        fields = self.fields(args, kwargs)
        units = resource.unit_system or "metric"
        request = signals_request(resource, self.made_of.codes)
        return Call(
            request,
            lambda reply: self.made(reply, units, fields),
            repeatable=True,
            needs_user=True,
        )

    def made(self, reply: Reply, units: str, fields: Mapping[str, Any]) -> R:
        """What the signals in *reply* make; of that, what *fields* ask for."""
        if self.made_of is None:
            raise self.only_here("3")
        made = self.made_of.make(reply, units)
        return made if self.made_of.choose is None else self.made_of.choose(made, fields)

    def takes_on_v3(self, names: Iterable[str]) -> bool:
        """Does what v3 answers depend on arguments of these names?"""
        chooses = self.made_of is not None and self.made_of.choose is not None
        return chooses and set(names) <= self.signature.parameters.keys()


def signals_request(resource: Resource, codes: tuple[str, ...]) -> Request:
    """Ask v3 for one signal where one is enough, else for all of them at once."""
    vehicle = segment("vehicle_id", resource.path_params["vehicle_id"])
    path = f"/v3/vehicles/{vehicle}/signals"
    return Request("GET", f"{path}/{codes[0]}" if len(codes) == 1 else path)


def reading(
    path: str, made_of: MadeOf[R], **facts: Unpack[Stated]
) -> Callable[[Declaration[P, R]], Reading[P, R]]:
    """Declare a read of both versions."""

    def declare(declaration: Declaration[P, R]) -> Reading[P, R]:
        stated: Stated = {"version": CLASSIC, "host": "api", **facts}
        return Reading(declaration, path, Facts(**stated), made_of)

    return declare


def reading_of_v2(
    path: str, **facts: Unpack[Stated]
) -> Callable[[Declaration[P, R]], Reading[P, R]]:
    """Declare a read that v3 has no signals for; *elsewhere* says what it has."""

    def declare(declaration: Declaration[P, R]) -> Reading[P, R]:
        stated: Stated = {"version": CLASSIC, "host": "api", **facts}
        return Reading(declaration, path, Facts(**stated), None)

    return declare
