"""One request to the simulated API: who asks, when, and about what.  And who answers it.

The routes are the declarations of ``api``; what each one answers is a function in ``answers``,
and a type checker holds every answer to its endpoint's own signature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import urlencode

from smartcar.api.resources import VehicleAttributes, VehicleResource
from smartcar.protocol.documents import Page
from smartcar.protocol.endpoint import Declared
from smartcar.protocol.meta import Meta

from .application import SimulatedApplication
from .cars.car import Car
from .cars.spec import PLAYGROUND_ID, Spec
from .connect.fates import Fate, fate_of, is_mendable
from .fleet import ALL_PERMISSIONS, Grant
from .issued import Access
from .problems import Refusal
from .world import World

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")

LARGEST_PAGE: Final = 100


@dataclass(slots=True)
class Visit:
    """A request that has been let in, and everything an answer may want to know of it."""

    world: World
    now: float
    access: Access
    user_id: str | None
    """On whose behalf: from ``sc-user-id``, or from the token itself."""
    origin: str
    path: str
    path_params: Mapping[str, str]
    query: Mapping[str, str]
    default_page: int = 10
    included: dict[str, Any] = field(default_factory=dict[str, Any])
    """What the answer brings along, by type."""
    sees_all: bool = False
    """Does it come from the simulator's own controls, which need nobody's consent?"""
    fate: Fate | None = None
    """The error that the car answers with, whoever asks it."""
    holds_until: float = 0.0
    """Before when the answer stays the same, if nothing happens in the world: Unix seconds, set by
    whoever answers.  A success only: what is refused is asked anew each time."""
    _spec: Spec | None = field(default=None, init=False)
    """The car, once it was looked for."""
    _grant: Grant | None = field(default=None, init=False)
    """The consent of the user who is named, found on the way to the car."""

    @property
    def whose(self) -> str | None:
        """The application that asks: a client id, or None for the first one."""
        return self.access.application

    @property
    def application(self) -> SimulatedApplication:
        """The application that asks.

        Raises:
            Refusal: It is no longer known: a token outlived it.
        """
        found = self.world.applications.of(self.whose)
        if found is None:
            raise Refusal("AUTHENTICATION", "UNAUTHORIZED")
        return found

    @property
    def spec(self) -> Spec:
        """The car that the path names, if this caller may know of it."""
        if self._spec is None:
            spec = self.world.garage.spec(self.path_params["vehicle_id"])
            if spec is None or not self._may_see(spec):
                told = f"Vehicle with ID {self.path_params['vehicle_id']} not found"
                raise Refusal("RESOURCE_NOT_FOUND", "VEHICLE_NOT_FOUND", told)
            self._spec = spec
        return self._spec

    @property
    def car(self) -> Car:
        """The car itself."""
        return self.world.garage.car(self.spec)

    def grant(self) -> Grant:
        """The consent under which this caller asks the car.

        Raises:
            Refusal: No user is named, or that user has not connected the car.
        """
        spec = self.spec
        if spec.id == PLAYGROUND_ID:
            return _playground(spec)
        if self.user_id is None:
            raise Refusal("VALIDATION", "MISSING_PARAMETER", "missing userId")
        grant = self._grant or self._opened(spec, self.user_id)
        if grant is None:
            raise Refusal("PERMISSION")
        return grant

    def require(self, permission: str | None) -> Grant:
        """The consent, if it has *permission* and the owner's login does not mean an error."""
        grant = self.grant()
        self.meet_fate(grant)
        if permission is not None and permission not in grant.permissions:
            raise Refusal("PERMISSION")
        return grant

    def meet_fate(self, grant: Grant) -> None:
        """A test login or VIN means its error from then on, some until the owner signs in again.

        So does a rule that has the car asleep, or out of reach.
        """
        if self.fate is not None:
            raise Refusal(*self.fate)
        fate = fate_of(grant.owner_email, self.spec.vin)
        if fate is None or (is_mendable(fate) and grant.owner_email in self.world.mended):
            return
        raise Refusal(*fate)

    def _may_see(self, spec: Spec) -> bool:
        if spec.id == PLAYGROUND_ID or self.sees_all:
            return True
        if self.user_id is not None:  # nearly always it is theirs
            self._grant = self._opened(spec, self.user_id)
        return (self._grant or self._opened(spec)) is not None

    def _opened(self, spec: Spec, user_id: str | None = None) -> Grant | None:
        """The consent to ask *spec*, of a user or of anybody."""
        found = self.world.grants.opened(self.access, user_id=user_id, vehicle_id=spec.id)
        return next(found, None)

    # --- pages -----------------------------------------------------------------------------------

    def page(self, items: Sequence[T], **meta: object) -> Page[T]:
        """The page of *items* that the query asks for; past the end it is empty (unconfirmed)."""
        return self.page_of(items, lambda item: item, **meta)

    def page_of(self, items: Sequence[S], told: Callable[[S], T], **meta: object) -> Page[T]:
        """The same, *told* as the API says them: only those of the page are."""
        number = self._whole("page[number]", 1, 10**9)
        size = self._whole("page[size]", self.default_page, LARGEST_PAGE)
        total = len(items)
        chosen = tuple(told(item) for item in items[(number - 1) * size : number * size])
        last = max(1, -(-total // size))
        return Page(
            data=chosen,
            meta=Meta({"totalCount": total, "pageSize": size, "pageNumber": number, **meta}),
            links={
                "self": self._page_link(number, size),
                "first": self._page_link(1, size),
                "last": self._page_link(last, size),
                "next": self._page_link(number + 1, size) if number < last else None,
                "prev": self._page_link(min(number - 1, last), size) if number > 1 else None,
            },
        )

    def _whole(self, name: str, default: int, most: int) -> int:
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:10]) <= most:
            told = f"{name} must be a whole number from 1 to {most}"
            raise Refusal("VALIDATION", "INVALID_INPUT_FORMAT", told)
        return int(text)

    def _page_link(self, number: int, size: int) -> str:
        query = {**self.query, "page[number]": str(number), "page[size]": str(size)}
        return f"{self.origin}{self.path}?{urlencode(query)}"

    def link(self, *parts: str) -> str:
        """An absolute address under ``/v3``."""
        return "/".join((f"{self.origin}/v3", *parts))


ANSWERS: Final[dict[Declared[..., Any], Callable[..., Any]]] = {}


def answers(
    endpoint: Declared[P, R],
) -> Callable[[Callable[Concatenate[Visit, P], R]], Callable[Concatenate[Visit, P], R]]:
    """Answer *endpoint* with the decorated function: the same arguments, the same model."""

    def register(
        function: Callable[Concatenate[Visit, P], R],
    ) -> Callable[Concatenate[Visit, P], R]:
        ANSWERS[endpoint] = function
        return function

    return register


@lru_cache(maxsize=1024)
def stamp(at: float) -> str:
    """A time as the API writes it: ISO 8601 with milliseconds and Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def vehicle_attributes(spec: Spec) -> VehicleAttributes:
    """What is fixed about a car."""
    return VehicleAttributes(
        make=spec.make,
        model=spec.model,
        year=spec.year,
        powertrain_type=spec.powertrain,
        mode=spec.mode,
    )


def visit_of(world: World, now: float, application: str | None = None, **path_params: str) -> Visit:
    """A request of whoever holds the simulator: it needs no token and nobody's consent."""
    return Visit(
        world=world,
        now=now,
        access=Access(float("inf"), None, application),
        user_id=None,
        origin="",
        path="",
        path_params=path_params,
        query={},
        sees_all=True,
    )


def vehicle_resource(visit: Visit, spec: Spec) -> VehicleResource:
    """A car as the API names it."""
    return VehicleResource(
        id=spec.id,
        type="vehicle",
        attributes=vehicle_attributes(spec),
        links={"self": visit.link("vehicles", spec.id)},
    )


def _playground(spec: Spec) -> Grant:
    return Grant(
        id="playground",
        user_id="playground",
        owner_email=spec.owner_email,
        vehicle_id=spec.id,
        permissions=ALL_PERMISSIONS,
        mode=spec.mode,
        created_at=0.0,
        updated_at=0.0,
    )


def missing(what: str, which: str) -> Refusal:
    """There is no such thing."""
    return Refusal("RESOURCE_NOT_FOUND", "NOT_FOUND", f"{what} with ID {which} not found")


def related(origin: str, kind: str, which: str) -> dict[str, Any]:
    """A relationship to another resource."""
    link = f"{origin}/v3/{kind}s/{which}"
    return {"data": {"id": which, "type": kind}, "links": {"related": link}}


def attributes_of(world: World, vehicle_id: str, mode: str) -> VehicleAttributes:
    """What is fixed about the car with this id."""
    spec = world.garage.spec(vehicle_id)
    return VehicleAttributes(mode=mode) if spec is None else vehicle_attributes(spec)
