"""A world as it is, written as a fleet file."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from smartcar.simulator.cars.places import Point
from smartcar.simulator.cars.spec import PLAYGROUND_ID, Outing, Spec
from smartcar.simulator.cars.state import State
from smartcar.simulator.fleet import ALL_PERMISSIONS, Grant
from smartcar.simulator.webhooks.book import DEFAULT
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.simulator.world import World

from .models import (
    EVERY_DAY,
    ApplicationEntry,
    CarEntry,
    Day,
    FleetFile,
    GrantEntry,
    OwnerEntry,
    PointEntry,
    RouteEntry,
    ScheduleEntry,
    WebhookEntry,
)
from .reading import yaml_module

MOST_CARS: Final = 1000
"""More than anybody edits; the state of more is exported as such."""


def fleet_of(world: World, now: float) -> FleetFile:
    """Every car of *world* as it is at *now*, with its owner and who may read it.

    Raises:
        ValueError: There are more than ``MOST_CARS``.
    """
    size = world.garage.size
    if size > MOST_CARS:
        msg = f"A fleet file holds {MOST_CARS:,} cars at most, not {size:,}: export the state."
        raise ValueError(msg)
    # The playground is in every world: it is nobody's to be described.
    specs = [each for each in world.garage.in_mind(size + 1) if each.id != PLAYGROUND_ID]
    first = world.application
    owners = dict.fromkeys(spec.owner_email for spec in specs)
    grants = [grant for spec in specs for grant in world.grants.find(vehicle_id=spec.id)]
    return FleetFile(
        seed=world.seed,
        applications=tuple(
            ApplicationEntry(
                client_id=each.client_id,
                application_id=each.application_id,
                name=each.name,
                redirect_uris=each.redirect_uris,
            )
            for each in world.applications
        ),
        owners=tuple(
            OwnerEntry(email=each, user_id=world.garage.user_id_of(each)) for each in owners
        ),
        cars=tuple(_car(world, spec, now, grants) for spec in specs),
        grants=tuple(
            GrantEntry(
                car=each.vehicle_id,
                application=each.application or first.client_id,
                permissions=None if each.permissions == ALL_PERMISSIONS else each.permissions,
                external_id=each.external_id,
            )
            for each in grants
        ),
        webhooks=tuple(
            _webhook(world, each) for each in world.webhooks.all() if _is_own(world, each)
        ),
    )


def _is_own(world: World, setup: WebhookSetup) -> bool:
    """Is it another than that which every simulator begins with?"""
    return setup != DEFAULT or bool(world.webhooks.of_webhook(setup.id))


def _webhook(world: World, setup: WebhookSetup) -> WebhookEntry:
    """With the cars that are not subscribed by themselves."""
    book = world.webhooks
    cars = [book.subscriptions[each].vehicle_id for each in book.of_webhook(setup.id)]
    return WebhookEntry(
        name=setup.name,
        callback_uri=setup.callback_uri,
        error_callback_uri=setup.error_callback_uri,
        triggers=setup.triggers,
        data=setup.data,
        auto_subscribe=setup.auto_subscribe,
        enabled=setup.is_enabled,
        id=setup.id,
        application=setup.application,
        cars=tuple(dict.fromkeys(each for each in cars if not _is_by_itself(world, setup, each))),
        kind=setup.kind,
        interval=setup.interval,
        paths=setup.paths,
        unit_system=setup.unit_system,
    )


def _is_by_itself(world: World, setup: WebhookSetup, vehicle_id: str) -> bool:
    spec = world.garage.spec(vehicle_id)
    return setup.auto_subscribe and spec is not None and spec.mode == "live"


def _car(world: World, spec: Spec, now: float, grants: list[Grant]) -> CarEntry:
    state = world.garage.car(spec).state(now)
    known = [each for each in grants if each.vehicle_id == spec.id]
    frozen = world.garage.overrides(spec.id, now)
    return CarEntry(
        id=spec.id,
        make=spec.make,
        model=spec.model,
        powertrain=spec.powertrain,
        year=spec.year,
        vin=spec.vin,
        owner=spec.owner_email,
        mode=spec.mode,
        nickname=spec.nickname,
        color=spec.color,
        home=_point((spec.home.latitude, spec.home.longitude)),
        position=_point(state.point),
        charge=_rounded(state.soc),
        charge_limit=state.limit_elsewhere if spec.is_plug_in else None,
        fuel=_rounded(state.fuel_percent),
        odometer=_rounded(state.odometer_km),
        plugged_in=state.plug is not None,
        locked=state.locked,
        schedules=_schedules(spec, state),
        routes=_routes(spec.routes),
        signals={
            code: {"error": each.error} if each.error else {"body": each.body}
            for code, each in sorted(frozen.items())
            if each.is_frozen
        },
        connected=bool(known),
        character=spec.key,
    )


def _schedules(spec: Spec, state: State) -> tuple[ScheduleEntry, ...]:
    """Days with the same times stand together."""
    found: dict[tuple[Any, ...], list[Day]] = {}
    for each in state.schedules if spec.can_schedule else ():
        for window in each.windows:
            key = (each.point, _time(window.start), _time(window.stop))
            found.setdefault(key, []).append(EVERY_DAY[window.day])
    return tuple(
        ScheduleEntry(
            start=start,
            stop=stop,
            days=tuple(days),
            at=None if where is None else _point(where),
        )
        for (where, start, stop), days in found.items()
    )


def _routes(routes: tuple[Outing, ...] | None) -> tuple[RouteEntry, ...] | None:
    if routes is None:
        return None
    return tuple(
        RouteEntry(
            leaves=_time(each.seconds),
            to="home" if each.to is None else _point(each.to),
            days=(EVERY_DAY[each.day],),
        )
        for each in routes
    )


def _point(point: Point) -> PointEntry:
    """To the decimetre, as the API tells it."""
    return PointEntry(latitude=round(point[0], 6), longitude=round(point[1], 6))


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 3)


def _time(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def written(file: FleetFile) -> str:
    """*file* as YAML."""
    said = msgspec.to_builtins(file)
    text: str = yaml_module().safe_dump(
        {"version": 1, **said}, sort_keys=False, allow_unicode=True, width=100
    )
    return text
