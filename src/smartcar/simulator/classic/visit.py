"""One request to v2.0: who asks, about which car, in which units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

from smartcar.api.classic_models import ActionResponse, Paging
from smartcar.protocol.endpoint import Declared
from smartcar.simulator.cars.car import LastReport
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.connect.fates import Fate
from smartcar.simulator.overrides import Override
from smartcar.simulator.problems import Refusal
from smartcar.simulator.visit import Visit, stamp

from .problems import Malformed
from .wording import UnitSystem

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

FateOfItem: TypeAlias = Callable[[str], Fate | None]

LARGEST_LIST: Final = 50
"""Items that a list of v2.0 gives at most."""


def no_fate(path: str) -> None:
    """No rule is about an item."""
    del path


class Report:
    """A car as it last reported: v2.0 asks the maker when it is asked itself."""

    def __init__(
        self,
        spec: Spec,
        told: LastReport,
        fetched_at: float,
        overrides: Mapping[str, Override],
    ) -> None:
        self.spec, self.fetched_at, self.overrides = spec, fetched_at, overrides
        self.at, self.state, self._bodies, self._not_now = told

    def knows(self, code: str) -> bool:
        """Does the model report this signal, or was it made to?"""
        return code in self.spec.served or code in self.overrides

    def body(self, code: str) -> Mapping[str, Any]:
        """What v3 says under *code*.

        Raises:
            Refusal: The model cannot say, or cannot say it now.
        """
        made = self.overrides.get(code)
        if made is not None and made.fault is not None:
            raise Refusal(*made.fault)
        if made is not None:
            return made.body or {}
        if not self.knows(code):
            raise Refusal("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
        if code in self._not_now:
            raise Refusal(*self._not_now[code])
        return self._bodies[code]

    def value(self, code: str) -> Any:
        """The one value of that body."""
        return self.body(code)["value"]

    @property
    def headers(self) -> dict[str, str]:
        """How old the data are."""
        return {"sc-data-age": stamp(self.at), "sc-fetched-at": stamp(self.fetched_at)}


@dataclass(slots=True)
class ClassicVisit(Visit):
    """A request that v2.0 has let in."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    seen: Report | None = None
    """What the answer was made from, if it was made from what a car says."""
    version: str = "2.0"
    """In whose words errors are told."""
    says_units: bool = False
    """Does the answer have units?  Set by those that are no models."""
    fate_of_item: FateOfItem = no_fate
    """What a rule makes of an item of a batch, by its path."""

    @property
    def units(self) -> UnitSystem:
        """What ``SC-Unit-System`` asks for.

        Raises:
            Malformed: Something else than there is (that it is refused is unconfirmed).
        """
        named = self.headers.get("sc-unit-system", "").lower() or "metric"
        if named == "metric":
            return "metric"
        if named == "imperial":
            return "imperial"
        raise Malformed(["sc-unit-system"], '"sc-unit-system" must be one of [metric, imperial]')

    def report(self) -> Report:
        """What the car says."""
        if self.seen is None:
            made = self.world.garage.overrides(self.spec.id, self.now)
            self.seen = Report(self.spec, self.car.report(self.now), self.now, made)
        return self.seen

    def paged(
        self, items: Sequence[T], limit: int | None, offset: int | None, *, usual: int
    ) -> tuple[Sequence[T], Paging]:
        """Those that were asked for, and how many there are on all pages together.

        Raises:
            Malformed: More than ``LARGEST_LIST`` are asked for (unconfirmed).
        """
        size, start = usual if limit is None else limit, offset or 0
        if size > LARGEST_LIST:
            told = f'"limit" must be less than or equal to {LARGEST_LIST}'
            raise Malformed(["limit"], told)
        return items[start : start + size], Paging(count=len(items), offset=start)


Answer: TypeAlias = Callable[Concatenate[ClassicVisit, P], R]

CLASSIC_ANSWERS: Final[dict[Declared[..., Any], Callable[..., Any]]] = {}


def answers(
    endpoint: Declared[P, R],
) -> Callable[[Answer[P, R]], Answer[P, R]]:
    """Answer *endpoint* of v2.0 with the decorated function: the same arguments, the same model."""

    def register(function: Answer[P, R]) -> Answer[P, R]:
        CLASSIC_ANSWERS[endpoint] = function
        return function

    return register


def commanded(
    endpoint: Declared[..., Any],
) -> Callable[[Answer[P, ActionResponse]], Answer[P, ActionResponse]]:
    """Answer what v2.0 has of the same name as v3's *endpoint*."""
    classic = endpoint.classic
    assert classic is not None  # noqa: S101 -- it is declared so
    return answers(classic)
