"""Where the simulator's controls are answered: which declaration a request means, and what it gets.

No faults, no limits and no log apply here, and no token is asked for: who may come at all is
``guard``'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeAlias, TypeGuard, TypeVar
from urllib.parse import urlencode

import msgspec

from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import Declared
from smartcar.protocol.meta import Meta
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars.moment import Refused
from smartcar.simulator.cars.spec import Spec
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

Pieces: TypeAlias = Generator[Callable[[], object] | None, None, T]
"""Work that lets others be answered wherever it yields; what it yields is done with nothing locked.

Putting the clock forward is such: webhooks are told on the way, and may ask the simulator back.
"""

PIECE: Final = 10
"""Cars that are told without anybody being answered in between: some hundredths of a second."""
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
        pieces = self.page_in_pieces(items, told, page_size, page_number)
        while True:
            try:
                next(pieces)
            except StopIteration as done:
                page: Page[T] = done.value
                return page

    def page_in_pieces(
        self,
        items: Sequence[S],
        told: Callable[[S], T],
        page_size: int | None,
        page_number: int | None,
    ) -> Pieces[Page[T]]:
        """The same, where each item takes a while to tell."""
        size, number, total = page_size or USUAL_PAGE, page_number or 1, len(items)
        chosen: list[T] = []
        for place in range((number - 1) * size, min(number * size, total)):
            if len(chosen) % PIECE == PIECE - 1:
                yield None
            chosen.append(told(items[place]))
        is_last = number * size >= total
        return Page(
            data=tuple(chosen),
            meta=Meta({"totalCount": total, "pageSize": size, "pageNumber": number}),
            links={"next": None if is_last else self.link(pageNumber=number + 1)},
        )

    def link(self, **changes: object) -> str:
        """This request's address, with *changes* in its query."""
        return f"{self.path}?{urlencode({**self.query, **changes})}"


Answer = Callable[Concatenate[Desk, P], R]
InPieces = Callable[Concatenate[Desk, P], Pieces[R]]

ANSWERS: Final[dict[Declared[..., Any], Callable[..., Any]]] = {}


def answers(endpoint: Declared[P, R]) -> Callable[[Answer[P, R]], Answer[P, R]]:
    """Answer *endpoint* with the decorated function: the same arguments, the same model."""

    def register(function: Answer[P, R]) -> Answer[P, R]:
        ANSWERS[endpoint] = function
        return function

    return register


def answers_in_pieces(
    endpoint: Declared[P, R],
) -> Callable[[InPieces[P, R]], InPieces[P, R]]:
    """The same, with a function that yields where others may be answered in between."""

    def register(function: InPieces[P, R]) -> InPieces[P, R]:
        ANSWERS[endpoint] = function
        return function

    return register


def is_control(path: str) -> bool:
    """Is *path* one of the controls'?"""
    return path == "/simulator" or path.startswith("/simulator/")


def answer(simulator: Simulator, request: Request) -> Pieces[Reply]:
    """Answer *request* to the controls of *simulator*, whatever comes of it.

    It yields where others may be answered in between.
    """
    try:
        return (yield from _answer(simulator, request))
    except Problem as problem:
        return problem.reply()


def _answer(simulator: Simulator, request: Request) -> Pieces[Reply]:
    route, path_params = find_route(request)
    arguments = route.arguments(path_params, request)
    desk = Desk(simulator, request.origin, request.path.rstrip("/"), request.query)
    try:
        answered: Any = ANSWERS[route.endpoint](desk, **arguments)
        if _is_in_pieces(answered):
            answered = yield from answered
    except Refused as refused:
        said = KNOWN[refused.type, refused.code].detail
        raise Problem(409, f"{refused.type}:{refused.code}", said) from None
    except ValueError as error:
        raise invalid(str(error)) from None
    return _reply(route, answered)


def _is_in_pieces(answered: object) -> TypeGuard[Pieces[Any]]:
    return isinstance(answered, Generator)


def _reply(route: Route, answered: Any) -> Reply:
    if isinstance(answered, Reply):
        return answered
    if isinstance(answered, NoneType):
        return Reply(204)
    return Reply(200, {"content-type": JSON}, msgspec.json.encode(answered))
