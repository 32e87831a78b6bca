"""Cars that have to be looked at one by one: those that are about something, or in an order.

A fleet may have a hundred thousand of them, and to work out one that nobody looked at costs
milliseconds.  So a request looks through so many cars and no more, says how many they were, and
says where to look on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, get_args

from smartcar.protocol.documents import Page
from smartcar.protocol.meta import Meta
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.cars.state import Activity, State
from smartcar.simulator.control.desk import PIECE, Desk, Pieces
from smartcar.simulator.control.endpoints.cars import Sort
from smartcar.simulator.control.models import Car
from smartcar.simulator.control.told import car_told
from smartcar.simulator.world import World

LOOKED_THROUGH: Final = 250
"""Cars that are worked out for one page: a second or two."""
LISTED: Final = 10_000
"""Cars whose papers are read for one page, where an order needs no more than that."""
READ: Final = 500
"""Cars whose papers are read without anybody being answered in between."""

Key: TypeAlias = Any
"""What cars are compared by; None where a car has no such thing."""

OF_PAPERS: Final[dict[str, Callable[[Spec], Key]]] = {
    "name": lambda spec: spec.nickname.casefold(),
    "make": lambda spec: (spec.make, spec.model),
    "year": lambda spec: spec.year,
    "city": lambda spec: (spec.city.name, spec.city.country),
    "owner": lambda spec: spec.owner_email,
}
"""Known without working the car out."""

OF_STATE: Final[dict[str, Callable[[State], Key]]] = {
    "activity": lambda state: get_args(Activity).index(state.activity),
    "charge": lambda state: state.soc,
    "fuel": lambda state: state.fuel_percent,
    "range": lambda state: sum(
        each for each in (state.electric_range_km, state.fuel_range_km) if each is not None
    ),
    "odometer": lambda state: state.odometer_km,
    "locked": lambda state: state.locked,
}
"""What a car is at this moment."""


@dataclass(frozen=True, slots=True)
class Order:
    """By what cars are sorted, and whether the largest comes first."""

    by: str
    is_descending: bool

    @classmethod
    def of(cls, sort: Sort | None) -> Order | None:
        """What a query says."""
        return None if sort is None else cls(sort.removeprefix("-"), sort.startswith("-"))

    @property
    def is_of_papers(self) -> bool:
        """Need no car be worked out for it?"""
        return self.by in OF_PAPERS

    def key(self, world: World, spec: Spec, now: float) -> Key:
        """What *spec* is compared by."""
        if self.is_of_papers:
            return OF_PAPERS[self.by](spec)
        car = world.garage.car(spec)
        if self.by == "age":
            return now - car.reported_at(now)
        return OF_STATE[self.by](car.state(now))

    def sorted(self, keyed: list[tuple[Key, Spec]]) -> list[Spec]:
        """The cars in this order; those that have no such thing last, either way round."""
        with_one = [each for each in keyed if each[0] is not None]
        with_one.sort(key=lambda each: each[0], reverse=self.is_descending)
        return [spec for _, spec in with_one] + [spec for key, spec in keyed if key is None]


def about(
    desk: Desk, specs: Sequence[Spec], activity: Activity, size: int, after: int
) -> Pieces[Page[Car]]:
    """Those that are about something, among so many as are looked through at once."""
    world, now, found, place = desk.world, desk.now, list[Car](), after
    end = min(after + LOOKED_THROUGH, len(specs))
    while place < end and len(found) < size:
        if place % PIECE == PIECE - 1:
            yield None
        spec, place = specs[place], place + 1
        if world.garage.car(spec).state(now).activity == activity:
            found.append(car_told(world, spec, now))
    return Page(
        data=tuple(found),
        meta=Meta({"lookedThrough": max(0, place - after), "pageSize": size}),
        links={"next": desk.link(after=place) if place < len(specs) else None},
    )


def in_order(
    desk: Desk,
    specs: Sequence[Spec],
    order: Order,
    activity: Activity | None,
    *,
    size: int,
    number: int,
    after: int,
) -> Pieces[Page[Car]]:
    """A page of those that are looked through, in order."""
    is_quick = order.is_of_papers and activity is None
    end = min(after + (LISTED if is_quick else LOOKED_THROUGH), len(specs))
    world, now, keyed = desk.world, desk.now, list[tuple[Key, Spec]]()
    for place in range(after, end):
        if place % (READ if is_quick else PIECE) == 0:
            yield None
        spec = specs[place]
        if activity is None or world.garage.car(spec).state(now).activity == activity:
            keyed.append((order.key(world, spec, now), spec))
    found = order.sorted(keyed)
    page = yield from desk.page_in_pieces(
        found, lambda spec: car_told(world, spec, now), size, number
    )
    if after == 0 and end == len(specs):
        return page
    meta = {"lookedThrough": max(0, end - after), "sorted": len(found), "of": len(specs)}
    is_last = number * size >= len(found)
    following = desk.link(after=end, pageNumber=1) if end < len(specs) else None
    return Page(
        data=page.data,
        meta=Meta({**meta, "pageSize": size, "pageNumber": number}),
        links={"next": following if is_last else page.next_link},
    )
