"""Cars that somebody describes, as a fleet file does: what is left out is left to chance."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import msgspec

from . import identity
from .designs import DESIGNS, Design, Powertrain
from .hashing import between, choose, digest, whole
from .places import CITIES, City, Point, metres_between
from .roads import nearest
from .spec import Mode, Outing, Spec, beside, design_of, made_spec

_TOWN = re.compile(r"(-?[0-9]{1,2}\.[0-9]), (-?[0-9]{1,3}\.[0-9])")
REGION_M = 30_000.0  # a home this near to a city's middle is in it
YEARS = (1980, 2100)


class Registration(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A car as somebody describes it."""

    vehicle_id: str
    key: str
    """The words that chance draws from: the same key, the same habits."""
    owner_email: str
    make: str
    model: str | None = None
    powertrain: Powertrain | None = None
    year: int | None = None
    vin: str | None = None
    mode: Mode = "live"
    nickname: str | None = None
    color: str | None = None
    city: str | None = None
    home: Point | None = None
    routes: tuple[Outing, ...] | None = None


def added_spec(facts: Registration) -> Spec:
    """The car itself.

    Raises:
        ValueError: There is no such model or city.
    """
    key = facts.key
    design = design_for(facts.make, facts.model, facts.powertrain, key)
    city = city_for(facts.city, facts.home) or choose(CITIES, "city", key)
    year = facts.year or whole(max(design.years[0], design.years[1] - 3), design.years[1], key)
    spec = made_spec(
        *(key, key, design, city),
        year=year,
        serial=digest("serial", key),
        email=facts.owner_email,
    )
    home = spec.home_node if facts.home is None else nearest(city, facts.home)
    vin = facts.vin
    if vin is None:
        is_plain, is_test = facts.mode == "live", facts.mode == "test"
        vin = spec.vin
        vin = vin if is_plain else identity.made_up_vin(design.make, vin, key, is_test=is_test)
    return msgspec.structs.replace(
        spec,
        id=facts.vehicle_id,
        vin=vin,
        mode=facts.mode,
        nickname=facts.nickname or spec.nickname,
        color=facts.color or spec.color,
        home_node=home,
        work_node=beside(home, between(14, 32, "commute", key), 36, "work", key),
        routes=facts.routes,
    )


def design_for(make: str, model: str | None, powertrain: Powertrain | None, key: str) -> Design:
    """A model of the catalogue; under a name of its own where the powertrain is said as well.

    Raises:
        ValueError: The catalogue has the make but not the model, and nothing says what drives it.
    """
    make = make.upper()
    fitting = [d for d in DESIGNS if d.make == make and powertrain in {None, d.powertrain}]
    if model is None:
        return choose(fitting, "design", key) if fitting else design_of(make, powertrain, key)
    named = [design for design in fitting if design.model.lower() == model.lower()]
    if named:
        return named[0]
    if powertrain is None:
        known = sorted({d.model for d in DESIGNS if d.make == make})
        told = f"it is one of {', '.join(known)}; for another" if known else "for one of your own"
        raise ValueError(f"No {make} {model!r} is known: {told}, say its powertrain too.")
    return _named(design_of(make, powertrain, key), model)


@lru_cache(maxsize=1024)
def _named(design: Design, model: str) -> Design:
    return replace(design, model=model)


def city_for(name: str | None, home: Point | None) -> City | None:
    """The city of this name, or the one where *home* is; made where there is none.

    Raises:
        ValueError: There is no such city, or *home* is not in it.
    """
    if name is not None:
        found = next((city for city in CITIES if city.name.lower() == name.lower()), None)
        if found is None:
            known = ", ".join(sorted(city.name for city in CITIES))
            raise ValueError(f"There is no city {name!r}; it is one of {known}.")
        if home is not None and not _is_in(found, home):
            raise ValueError(f"That home is more than 30 km from {name}: leave the city out.")
        return found
    if home is None:
        return None
    near = min(CITIES, key=lambda city: metres_between((city.latitude, city.longitude), home))
    return near if _is_in(near, home) else _town(near, round(home[0], 1), round(home[1], 1))


def city_called(name: str) -> City | None:
    """The city whose cars say *name*, a town of their own too; None where there can be none."""
    found = next((city for city in CITIES if city.name == name), None)
    if found is not None:
        return found
    figures = _TOWN.fullmatch(name)
    if figures is None:
        return None
    at = float(figures[1]), float(figures[2])
    if abs(at[0]) > 90 or abs(at[1]) > 180:
        return None
    near = min(CITIES, key=lambda city: metres_between((city.latitude, city.longitude), at))
    return _town(near, *at)


def _is_in(city: City, point: Point) -> bool:
    return metres_between((city.latitude, city.longitude), point) <= REGION_M


@lru_cache(maxsize=4096)
def _town(like: City, latitude: float, longitude: float) -> City:
    """A town of its own, with the weather, prices and sockets of the nearest city."""
    hours = round(longitude / 15)
    return replace(
        like,
        name=f"{latitude:.1f}, {longitude:.1f}",
        latitude=latitude,
        longitude=longitude,
        utc_offset_hours=hours if abs(hours - like.utc_offset_hours) > 3 else like.utc_offset_hours,
    )
