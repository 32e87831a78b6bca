"""What a fleet file's entries mean together: names that are given, taken, or not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

import msgspec

from smartcar.api.catalogue import find
from smartcar.simulator import ids
from smartcar.simulator.application import Applications
from smartcar.simulator.cars.added import Registration, added_spec
from smartcar.simulator.cars.adjustments import FARTHEST_M
from smartcar.simulator.cars.designs import DESIGNS
from smartcar.simulator.cars.places import Point, metres_between
from smartcar.simulator.cars.spec import PLAYGROUND_ID, Outing, Spec
from smartcar.simulator.connect.brands import BRANDS, find_brand
from smartcar.simulator.connect.logins import read_login
from smartcar.simulator.fleet import ALL_PERMISSIONS, Fleet
from smartcar.simulator.made_bodies import (
    body_of_value,
    checked_body,
    checked_error,
    known_signal,
)
from smartcar.simulator.webhooks.checking import checked
from smartcar.simulator.webhooks.setup import WebhookSetup

from .models import EVERY_DAY, CarEntry, FleetFile, GrantEntry, PointEntry, WebhookEntry

Wrong = tuple[str, str]
"""A place such as ``.cars[2].charge``, and what is wrong there."""
Made = tuple[dict[str, Any] | None, str | None]
"""The body of a frozen signal, or its error."""

MAKES: Final = tuple(sorted({design.make for design in DESIGNS}))
"""Those that the catalogue has models of."""
KNOWN_MAKES: Final = sorted({*MAKES, *(brand.make for brand in BRANDS)})
_URI: Final = re.compile(r"[A-Za-z][\w+.-]*://[!-~]+")


def registration(entry: CarEntry, number: int, seed: int) -> Registration:
    """The car number *number* of a file, with an id and an owner if it has none."""
    key = entry.character or f"{seed}/file/{entry.vin or number}"
    return Registration(
        vehicle_id=entry.id or ids.uuid(seed, "car of a file", key),
        key=key,
        owner_email=(entry.owner or f"owner-{number + 1}@example.com").strip().lower(),
        make=entry.make.upper(),
        model=entry.model,
        powertrain=entry.powertrain,
        year=entry.year,
        vin=entry.vin,
        mode=entry.mode,
        nickname=entry.nickname,
        color=entry.color,
        city=entry.city,
        home=None if entry.home is None else point(entry.home),
        routes=_routes(entry),
    )


def point(entry: PointEntry) -> Point:
    """Latitude and longitude."""
    return entry.latitude, entry.longitude


def _routes(entry: CarEntry) -> tuple[Outing, ...] | None:
    if entry.routes is None:
        return None
    facts = [(route, _seconds(route.leaves)) for route in entry.routes]
    return tuple(
        Outing(EVERY_DAY.index(day), seconds, None if route.to == "home" else point(route.to))
        for route, seconds in facts
        for day in route.days
    )


def _seconds(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def frozen(code: str, said: Any) -> Made:
    """What a frozen signal is to tell.

    Raises:
        ValueError: It cannot.
    """
    known = known_signal(code)
    match said:
        case {"error": error, **more} if not more:
            return None, checked_error(str(error))
        case {"body": body, **more} if not more:
            return checked_body(known, msgspec.convert(body, dict[str, Any])), None
        case _:
            pass
    return body_of_value(known, said, None), None


def usual_grants(entry: CarEntry, facts: Registration) -> list[GrantEntry]:
    """The consent to a car that no grant of the file names."""
    return [GrantEntry(car=facts.vehicle_id)] if entry.connected else []


def webhook_of(file: FleetFile, number: int, seed: int) -> WebhookSetup:
    """The webhook number *number* of a file, with an id if it has none."""
    entry = file.webhooks[number]
    first = file.applications[0].client_id if file.applications else None
    whose = None if entry.application == first else entry.application
    return entry.setup(ids.uuid(seed, "webhook of a file", number), whose)


def is_named(car: Registration, names: tuple[str, ...]) -> bool:
    """Has *car* one of these as its id, VIN or nickname?"""
    return not {car.vehicle_id, car.vin, car.nickname}.isdisjoint(names)


def grants_of(file: FleetFile, car: Registration, nickname: str | None) -> list[GrantEntry]:
    """The consents to *car*: those that name it, or else the usual one."""
    return [each for each in file.grants if each.car in {car.vehicle_id, car.vin, nickname}]


def check(file: FleetFile, seed: int | None = None) -> Iterator[Wrong]:
    """Everything that is wrong with *file*, though each entry alone may be right.

    Args:
        file: What is looked at.
        seed: What it is begun with; None: its own.
    """
    seed = (file.seed or 0) if seed is None else seed
    fleet = Fleet(seed, file.fleet)
    yield from _check_applications(file)
    cars: list[Registration] = []
    names: dict[str, int] = {}
    for number, entry in enumerate(file.cars):
        place = f".cars[{number}]"
        facts = registration(entry, number, seed)
        try:
            spec = added_spec(facts)
        except ValueError as error:
            field = "city" if "city" in str(error) or "home" in str(error) else "model"
            yield f"{place}.{field}", str(error)
            return
        yield from _check_car(entry, spec, place)
        if facts.vehicle_id == PLAYGROUND_ID or fleet.index(facts.vehicle_id) is not None:
            told = "is that of the playground" if fleet.index(facts.vehicle_id) is None else ""
            told = told or f"is that of one of the {file.fleet:,} cars that are made of the seed"
            yield f"{place}.id", f"{facts.vehicle_id} {told}: give it another."
        for field, name in (("vin", entry.vin), ("id", facts.vehicle_id)):
            if name is not None and names.setdefault(name, number) != number:
                yield f"{place}.{field}", f"{name} is the {field} of cars[{names[name]}], too."
        cars.append(facts)
    yield from _check_grants(file, cars)
    yield from _check_webhooks(file, cars, seed)
    yield from _check_owners(file)


def _check_owners(file: FleetFile) -> Iterator[Wrong]:
    emails: Counter[str] = Counter(each.email.strip().lower() for each in file.owners)
    users: dict[str, int] = {}
    for number, owner in enumerate(file.owners):
        place, email = f".owners[{number}]", owner.email.strip().lower()
        if not email:
            yield f"{place}.email", "It is empty: say an e-mail address."
        if emails[email] > 1:
            yield place, f"{owner.email} has two user ids: keep one."
        if users.setdefault(owner.user_id, number) != number:
            other = users[owner.user_id]
            yield f"{place}.user_id", f"{owner.user_id} is the user id of owners[{other}], too."


def _check_applications(file: FleetFile) -> Iterator[Wrong]:
    for number, entry in enumerate(file.applications):
        for nth, uri in enumerate(entry.redirect_uris):
            if not _URI.fullmatch(uri):
                told = f"{uri!r} is no address: it is as https://example.com/callback."
                yield f".applications[{number}].redirect_uris[{nth}]", told
    try:
        Applications([each.application() for each in file.applications])
    except ValueError as error:
        yield ".applications", str(error)


def _check_car(entry: CarEntry, spec: Spec, place: str) -> Iterator[Wrong]:
    """What the car itself cannot be."""
    if not spec.is_plug_in:
        for field in ("charge", "charge_limit", "plugged_in", "schedules"):
            if getattr(entry, field):
                yield f"{place}.{field}", f"A {spec.make} {spec.model} has no plug."
    if spec.tank_litres is None and entry.fuel is not None:
        yield f"{place}.fuel", f"A {spec.make} {spec.model} has no tank."
    if entry.schedules and not spec.can_schedule:
        yield f"{place}.schedules", "Only a TESLA or a VOLVO keeps charge schedules."
    yield from _check_names(entry, spec, place)
    yield from _check_places(entry, spec, place)
    for code, said in entry.signals.items():
        try:
            frozen(code, said)
        except (ValueError, msgspec.ValidationError) as error:
            yield f"{place}.signals" + (f".{code}" if find(code) else ""), str(error)


def is_known_make(make: str) -> bool:
    """Are models of *make* known?"""
    return make.upper() in MAKES or find_brand(make) is not None


def _check_names(entry: CarEntry, spec: Spec, place: str) -> Iterator[Wrong]:
    """Whose it is, and who made it."""
    if entry.owner is not None and not entry.owner.strip():
        yield f"{place}.owner", "It is empty: say an e-mail address, or leave it out."
    if entry.model is None and not is_known_make(spec.make):
        near = get_close_matches(spec.make, KNOWN_MAKES, n=3, cutoff=0.5)
        told = f"did you mean {' or '.join(near)}?" if near else f"there is {', '.join(MAKES)}."
        own = "For one of your own, say its model and powertrain, too"
        yield f"{place}.make", f"There is no make {spec.make!r}: {told} {own}."
    if entry.owner is not None and read_login(entry.owner).failure is not None:
        yield f"{place}.owner", f"Signing in as {entry.owner} fails: nobody can own a car so."


def _check_places(entry: CarEntry, spec: Spec, place: str) -> Iterator[Wrong]:
    """What is too far for it."""
    middle = (spec.city.latitude, spec.city.longitude)
    far = [("position", entry.position)]
    far += [
        (f"routes[{n}].to", each.to)
        for n, each in enumerate(entry.routes or ())
        if isinstance(each.to, PointEntry)
    ]
    for field, where in far:
        if where is not None and metres_between(point(where), middle) > FARTHEST_M:
            yield f"{place}.{field}", f"It is more than 200 km from {spec.city.name}."


def _check_grants(file: FleetFile, cars: list[Registration]) -> Iterator[Wrong]:
    known = {each.client_id for each in file.applications}
    first = file.applications[0].client_id if file.applications else None
    taken: dict[tuple[str, str | None], int] = {}
    for number, grant in enumerate(file.grants):
        place = f".grants[{number}]"
        named = [car for car in cars if grant.car in {car.vehicle_id, car.vin, car.nickname}]
        if len(named) != 1:
            what = "No car" if not named else "More than one car"
            yield f"{place}.car", f"{what} of this file has the id, VIN or nickname {grant.car!r}."
        for car in named[:1]:
            whose = car.vehicle_id, grant.application or first
            if taken.setdefault(whose, number) != number:
                told = f"grants[{taken[whose]}] is about this car and application already"
                yield place, f"{told}: make one of the two."
        if grant.application is not None and grant.application not in known:
            yield f"{place}.application", f"No application of this file is {grant.application!r}."
        for name in grant.permissions or ():
            if name not in ALL_PERMISSIONS:
                yield f"{place}.permissions", f"There is no permission {name!r}."
        if grant.permissions == ():
            yield f"{place}.permissions", "A consent is to something: leave the grant out."


def _check_webhooks(file: FleetFile, cars: list[Registration], seed: int) -> Iterator[Wrong]:
    applications = {each.client_id for each in file.applications}
    taken: dict[str, int] = {}
    for number, entry in enumerate(file.webhooks):
        place = f".webhooks[{number}]"
        setup = webhook_of(file, number, seed)
        if entry.application is not None and entry.application not in applications:
            yield f"{place}.application", f"No application of this file is {entry.application!r}."
        if taken.setdefault(setup.id, number) != number:
            yield f"{place}.id", f"{setup.id} is the id of webhooks[{taken[setup.id]}], too."
        try:
            checked(setup)
        except ValueError as error:
            field, _, told = str(error).partition(": ")
            yield f"{place}.{field}", told
        yield from _check_subscribed(file, entry, setup, cars, place)


def _check_subscribed(
    file: FleetFile,
    entry: WebhookEntry,
    setup: WebhookSetup,
    cars: list[Registration],
    place: str,
) -> Iterator[Wrong]:
    first = file.applications[0].client_id if file.applications else None
    for name in entry.cars:
        named = [
            (car, each) for car, each in zip(cars, file.cars, strict=True) if is_named(car, (name,))
        ]
        if len(named) != 1:
            what = "No car" if not named else "More than one car"
            yield f"{place}.cars", f"{what} of this file has the id, VIN or nickname {name!r}."
        for car, each in named[:1]:
            grants = grants_of(file, car, each.nickname) or usual_grants(each, car)
            if all(
                (grant.application or first) != (setup.application or first) for grant in grants
            ):
                told = "is not connected to the application of this webhook: add a grant."
                yield f"{place}.cars", f"{name!r} {told}"
