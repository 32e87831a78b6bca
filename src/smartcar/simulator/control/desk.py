"""Where the simulator's controls are answered: which declaration a request means, and what it gets.

No faults, no limits and no log apply here, and no token is asked for: who may come at all is
``guard``'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import urlencode

import msgspec

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import Declared
from smartcar.protocol.meta import Meta
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars import Refused, Spec
from smartcar.simulator.problems import KNOWN
from smartcar.simulator.world import World

from .problems import JSON, Problem, invalid, not_found
from .routes import Route, find_route

if TYPE_CHECKING:
    from smartcar.simulator.simulator import Simulator

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")

USUAL_PAGE: Final = 100
"""Items on a page where the request does not say."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One request to the controls, and everything an answer may want to know of it."""

    simulator: Simulator
    origin: str
    path: str
    query: Mapping[str, str]

    @property
    def now(self) -> float:
        """How late it is; later once something was done."""
        return self.simulator.clock.now()

    @property
    def world(self) -> World:
        """The simulated world."""
        return self.simulator.world

    def spec(self, vehicle_id: str) -> Spec:
        """The car with this id, whoever may use it.

        Raises:
            Problem: There is none.
        """
        spec = self.world.garage.spec(vehicle_id)
        if spec is None:
            raise not_found("car", vehicle_id)
        return spec

    def application(self, name: str | None) -> SimulatedApplication:
        """The application that is named; the first, if none is.

        Raises:
            Problem: There is none with this client id or application id.
        """
        try:
            return self.world.applications.named(name)
        except ValueError as error:
            raise Problem(404, "NOT_FOUND", str(error), "application") from None

    def page(
        self,
        items: Sequence[S],
        told: Callable[[S], T],
        page_size: int | None,
        page_number: int | None,
    ) -> Page[T]:
        """The page of *items* that was asked for, *told* as the controls say them."""
        size, number, total = page_size or USUAL_PAGE, page_number or 1, len(items)
        chosen = tuple(told(item) for item in items[(number - 1) * size : number * size])
        is_last = number * size >= total
        return Page(
            data=chosen,
            meta=Meta({"totalCount": total, "pageSize": size, "pageNumber": number}),
            links={"next": None if is_last else self._link(number + 1)},
        )

    def _link(self, number: int) -> str:
        return f"{self.path}?{urlencode({**self.query, 'pageNumber': number})}"


Answer = Callable[Concatenate[Desk, P], R]

ANSWERS: Final[dict[Declared[..., Any], Callable[..., Any]]] = {}


def answers(endpoint: Declared[P, R]) -> Callable[[Answer[P, R]], Answer[P, R]]:
    """Answer *endpoint* with the decorated function: the same arguments, the same model."""

    def register(function: Answer[P, R]) -> Answer[P, R]:
        ANSWERS[endpoint] = function
        return function

    return register


def is_control(path: str) -> bool:
    """Is *path* one of the controls'?"""
    return path == "/simulator" or path.startswith("/simulator/")


def answer(simulator: Simulator, request: Request) -> Reply:
    """Answer *request* to the controls of *simulator*, whatever comes of it."""
    try:
        return _answer(simulator, request)
    except Problem as problem:
        return problem.reply()


def _answer(simulator: Simulator, request: Request) -> Reply:
    route, path_params = find_route(request)
    arguments = route.arguments(path_params, request)
    desk = Desk(simulator, request.origin, request.path.rstrip("/"), request.query)
    try:
        answered = ANSWERS[route.endpoint](desk, **arguments)
    except Refused as refused:
        said = KNOWN[refused.type, refused.code].detail
        raise Problem(409, f"{refused.type}:{refused.code}", said) from None
    except ValueError as error:
        raise invalid(str(error)) from None
    return _reply(route, answered)


def _reply(route: Route, answered: Any) -> Reply:
    if isinstance(answered, Reply):
        return answered
    if isinstance(answered, NoneType):
        return Reply(204)
    return Reply(200, {"content-type": JSON}, msgspec.json.encode(answered))
