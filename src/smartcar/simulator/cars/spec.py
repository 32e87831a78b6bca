"""What a car is: everything about it that does not change with time.

A spec is made on demand from a seed and an index; a fleet is just a seed. Extend
``Spec`` only with facts; what a car does is ``week`` and ``timeline``.
"""

from __future__ import annotations

from cmath import rect
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import msgspec

from . import identity, places
from .capabilities import cannot_serve, served
from .designs import DESIGNS, SHOWCASE, TESTED, Design, Powertrain
from .hashing import between, choose, digest, draw, whole
from .places import City, Node, Place, Point
from .roads import TOWN_RADIUS, on_road, place

Mode = Literal["live", "simulated", "test"]

COLORS = ("White", "Black", "Silver", "Midnight Blue", "Red", "Grey", "Green", "Orange")
PLAYGROUND_ID = "tst2e255-d3c8-4f90-9fec-e6e68b98e9cb"
SERIAL_DIGITS = 6
SERIAL_STEP = 7919  # shares no factor with a million: no two of a million cars have one serial


class Outing(msgspec.Struct, frozen=True):
    """A drive that a car makes every week."""

    day: int  # 0 is Monday
    seconds: int  # after midnight, local
    to: Point | None  # None: home


class Spec(msgspec.Struct, frozen=True, eq=False):
    """A car as registered: its papers, its model, its owner, its places."""

    key: str  # the words that chance draws this car's habits from
    id: str
    vin: str
    design: Design
    year: int
    mode: Mode
    owner_email: str
    nickname: str
    color: str
    city: City
    home_node: Node
    work_node: Node
    forgets_lock: bool = False  # the owner never locks at home
    is_faulty: bool = False  # shows a fault now and then
    routes: tuple[Outing, ...] | None = None  # every week; None: as its owner's habits are

    def __eq__(self, other: object) -> bool:
        # Two fleet files may have a car of one id that lives elsewhere, or drives elsewhere.
        return self is other or (isinstance(other, Spec) and self._facts == other._facts)

    @property
    def _facts(self) -> tuple[object, ...]:
        where = (self.city, self.home_node, self.work_node, self.routes)
        return (self.key, self.id, self.vin, self.year, *where)

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def home(self) -> Place:
        """Where the car lives."""
        return place(self.city, "Home", self.home_node)

    @property
    def work(self) -> Place:
        """Where its owner works."""
        return place(self.city, "Work", self.work_node)

    @property
    def make(self) -> str:
        """Brand, in upper case."""
        return self.design.make

    @property
    def model(self) -> str:
        """Model name."""
        return self.design.model

    @property
    def powertrain(self) -> Powertrain:
        """How it is driven."""
        return self.design.powertrain

    @property
    def trim(self) -> str:
        """Trim level."""
        return choose(self.design.trims, "trim", self.key)

    @property
    def battery_kwh(self) -> float | None:
        """Usable capacity of a battery that can be plugged in."""
        return self.design.battery_kwh

    @property
    def tank_litres(self) -> float | None:
        """Size of the tank."""
        return self.design.tank_litres

    @property
    def utc_offset_seconds(self) -> float:
        """Local time minus UTC."""
        return self.city.utc_offset_hours * 3600

    @property
    def cannot_serve(self) -> frozenset[str]:
        """Codes of signals that fit the powertrain but not this model."""
        return cannot_serve(self.design, self.city.country)

    @property
    def served(self) -> frozenset[str]:
        """Codes of signals that it reports."""
        return served(self.design, self.city.country)

    @property
    def is_plug_in(self) -> bool:
        """Whether it has a charging port."""
        return self.design.battery_kwh is not None

    @property
    def can_schedule(self) -> bool:
        """Whether charge schedules may be set: Tesla and Volvo only, as documented."""
        return self.is_plug_in and self.make in {"TESLA", "VOLVO"}


@dataclass(frozen=True, slots=True)
class _Show:
    """What is fixed about a car of the showcase."""

    city: City
    year: int
    color: str
    nickname: str
    forgets_lock: bool = False
    is_faulty: bool = False


_SHOWN: tuple[_Show, ...] = (
    _Show(places.SACRAMENTO, 2023, "Midnight Silver", "Comet"),
    _Show(places.MUNICH, 2022, "Glacier White", "Blue Whale"),
    _Show(places.PRAGUE, 2021, "Portimao Blue", "Little Fox"),
    _Show(places.DENVER, 2020, "Iconic Silver", "Old Faithful"),
    _Show(places.DAEJEON, 2023, "Cyber Grey", "Pixel"),
    _Show(places.LYON, 2023, "Runway Red", "Swallow"),
    _Show(places.BIRMINGHAM, 2022, "Sage Green", "Moose"),
    _Show(places.ATLANTA, 2021, "Blueprint", "Sunny Otter", forgets_lock=True),
    _Show(places.JOHANNESBURG, 2023, "Rose Gold", "Heron"),
    _Show(places.CANBERRA, 2022, "Typhoon Grey", "Lucky Lynx"),
    _Show(places.KYOTO, 2018, "Pearl White", "Kaze", is_faulty=True),
    _Show(places.MADRID, 2022, "Firecracker Red", "Badger"),
)


def fleet_design(seed: int, index: int) -> Design:
    """The model of the car number *index* of the fleet *seed*: cheaper than all of the car."""
    return SHOWCASE[index] if index < len(_SHOWN) else choose(DESIGNS, "design", f"{seed}/{index}")


@lru_cache(maxsize=4096)
def fleet_spec(seed: int, index: int) -> Spec:
    """The car number *index* of the fleet *seed*; the first twelve are the showcase."""
    if not 0 <= index < 1 << identity.INDEX_BITS:
        raise ValueError(f"A fleet has no car number {index}.")
    owner = identity.owner_number(index)
    key, owner_key = f"{seed}/{index}", f"{seed}/owner/{owner}"
    serial = index * SERIAL_STEP + digest("serial", seed)
    email = identity.owner_email(seed, owner)
    if index < len(_SHOWN):
        show = _SHOWN[index]
        spec = made_spec(
            key,
            owner_key,
            fleet_design(seed, index),
            show.city,
            year=show.year,
            serial=serial,
            email=email,
        )
        return msgspec.structs.replace(
            spec,
            id=identity.vehicle_id(seed, index),
            color=show.color,
            nickname=show.nickname,
            forgets_lock=show.forgets_lock,
            is_faulty=show.is_faulty,
        )
    design = fleet_design(seed, index)
    year = whole(*design.years, "year", key)
    city = choose(places.CITIES, "city", owner_key)
    spec = made_spec(key, owner_key, design, city, year=year, serial=serial, email=email)
    return msgspec.structs.replace(spec, id=identity.vehicle_id(seed, index))


def fleet_nickname(seed: int, index: int) -> str:
    """What its owner calls the car number *index*, without making it."""
    return _SHOWN[index].nickname if index < len(_SHOWN) else identity.nickname(f"{seed}/{index}")


def find_vin(seed: int, vin: str) -> int | None:
    """The index that a car of the fleet *seed* with this VIN must have, below a million.

    Whether there is such a car is for the caller to see: another car's VIN gives an index too.
    """
    serial = vin[-SERIAL_DIGITS:]
    if not (serial.isascii() and serial.isdigit()):
        return None
    serials = 10**SERIAL_DIGITS
    inverse: int = pow(SERIAL_STEP, -1, serials)
    index: int = (int(serial) - digest("serial", seed)) * inverse % serials
    return index


def owned_spec(
    seed: int,
    owner_email: str,
    make: str,
    number: int,
    *,
    vin: str | None = None,
    powertrain: Powertrain | None = None,
    mode: Mode = "live",
) -> Spec:
    """A car invented for an owner who signs in with a brand: their *number*-th of that make."""
    key = f"{seed}/owned/{owner_email}/{make.upper()}/{number}"
    owner_key = f"{seed}/owned/{owner_email}"
    tested = TESTED.get(make.upper()) if mode == "test" and powertrain is None else None
    design = tested or design_of(make.upper(), powertrain, key)
    year = whole(max(design.years[0], design.years[1] - 3), design.years[1], "year", key)
    city = choose(places.CITIES, "city", owner_key)
    spec = made_spec(
        key, owner_key, design, city, year=year, serial=digest("serial", key), email=owner_email
    )
    if mode != "live" and vin is None:
        is_test = mode == "test"
        vin = identity.made_up_vin(design.make, spec.vin, key, is_test=is_test)
    return msgspec.structs.replace(spec, mode=mode, vin=vin or spec.vin)


def playground_spec() -> Spec:
    """The car of Smartcar's data playground: an electric one, known by a fixed id."""
    spec = made_spec(
        "playground",
        "playground",
        SHOWCASE[0],
        places.SACRAMENTO,
        year=2022,
        serial=255,
        email="playground@example.com",
    )
    return msgspec.structs.replace(spec, id=PLAYGROUND_ID, mode="test", nickname="Playground")


def design_of(make: str, powertrain: Powertrain | None, key: str) -> Design:
    """A model of *make*; where the catalogue has none that fits, another's under its name."""
    fitting = [d for d in DESIGNS if powertrain is None or d.powertrain == powertrain]
    own = [design for design in fitting if design.make == make]
    if own:
        return choose(own, "design", key)
    plain = [design for design in fitting if not design.has & {"sentry", "schedules"}]
    return _renamed(make, choose(plain, "design", key))


@lru_cache(maxsize=256)
def _renamed(make: str, design: Design) -> Design:
    """*design* under another name, as a maker outside the catalogue might sell it."""
    names = {"BEV": "Electric", "PHEV": "Plug-in Hybrid", "HEV": "Hybrid", "ICE": "Classic"}
    return replace(design, make=make, model=names[design.powertrain], trims=("Standard",))


def made_spec(
    key: str, owner_key: str, design: Design, city: City, *, year: int, serial: int, email: str
) -> Spec:
    """A car with places to live and to work."""
    home = _home(owner_key)
    work = beside(home, between(14, 32, "commute", key), 36, "work", key)
    return Spec(
        key=key,
        id=identity.uuid_text(digest("id", key, bits=122)),
        vin=identity.vin(design.wmi, year, serial, key),
        design=design,
        year=year,
        mode="live",
        owner_email=email,
        nickname=identity.nickname(key),
        color=choose(COLORS, "color", key),
        city=city,
        home_node=home,
        work_node=work,
    )


def _home(owner_key: str) -> Node:
    """A crossing in town, for all the cars of an owner."""
    radius = (TOWN_RADIUS - 4) * draw("home", owner_key) ** 0.5
    return beside((0, 0), radius, TOWN_RADIUS, "home", owner_key)


def beside(node: Node, blocks: float, radius: int, *words: object) -> Node:
    """A crossing about *blocks* from *node*, in a direction by chance, inside *radius*."""
    step = rect(blocks, between(0, 6.2832, "direction", *words))
    there = complex(*node) + step
    if abs(there) > radius:  # then the opposite direction, which leads towards the centre
        there = complex(*node) - step
    return on_road((round(there.real), round(there.imag)))
