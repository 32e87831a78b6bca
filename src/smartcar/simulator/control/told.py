"""The world in the words of the controls' models: for their answers, and for the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from smartcar._version import __version__
from smartcar.simulator.agenda import Upcoming
from smartcar.simulator.application import SimulatedApplication
from smartcar.simulator.cars.commands import NAMES as COMMANDS
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.cars.state import State
from smartcar.simulator.clock import LAST_DAY, VirtualClock
from smartcar.simulator.events import Commanded
from smartcar.simulator.faults import book
from smartcar.simulator.faults.strike import owner_id
from smartcar.simulator.fleet import Grant as Consent
from smartcar.simulator.limits import LimitState, VehicleUse
from smartcar.simulator.log import Exchange
from smartcar.simulator.snapshots import Snapshot
from smartcar.simulator.world import World

from . import models

LAST_COMMANDS: Final = 20
"""Of a car's past that are shown."""

_ANYWHERE: Final = ("https://*", "http://localhost:*", "http://127.0.0.1:*")
"""What an application accepts whose redirect URIs are not registered."""


def instant(at: float) -> datetime:
    """Unix seconds as a time of day, in UTC, to the millisecond; what is later is the last day."""
    return datetime.fromtimestamp(round(min(max(at, 0.0), LAST_DAY), 3), UTC)


def instant_if(at: float | None) -> datetime | None:
    """The same, where there is a time."""
    return None if at is None else instant(at)


def clock_told(clock: VirtualClock) -> models.Clock:
    """Virtual time."""
    return models.Clock(now=instant(clock.now()), speed=clock.speed)


def summary_told(world: World, clock: VirtualClock, requests: int) -> models.Summary:
    """The simulator at a glance."""
    return models.Summary(
        version=__version__,
        seed=world.seed,
        now=instant(clock.now()),
        speed=clock.speed,
        cars=len(world.garage.specs()),
        connections=len(world.grants.every()),
        applications=len(world.applications),
        subscriptions=len(world.subscriptions),
        faults=len(world.faults),
        requests=requests,
    )


def car_told(world: World, spec: Spec, now: float) -> models.Car:
    """A car as it is at *now*."""
    return models.Car(**_car_facts(world, spec, now))


def details_told(world: World, spec: Spec, now: float) -> models.CarDetails:
    """The same, with who may use it and what it was told last."""
    done = world.garage.told(spec.id)[-LAST_COMMANDS:]
    return models.CarDetails(
        **_car_facts(world, spec, now),
        grants=tuple(grant_told(world, each) for each in world.grants.find(vehicle_id=spec.id)),
        commands=tuple(
            models.Command(
                at=instant(each.at),
                name=each.name,
                arguments=each.arguments,
                user_id=each.user_id if isinstance(each, Commanded) else None,
            )
            for each in reversed(done)
        ),
        accepts=COMMANDS,
    )


def _car_facts(world: World, spec: Spec, now: float) -> dict[str, Any]:
    car = world.garage.car(spec)
    state, reported_at = car.state(now), car.reported_at(now)
    return {
        "id": spec.id,
        "vin": spec.vin,
        "make": spec.make,
        "model": spec.model,
        "year": spec.year,
        "powertrain": spec.powertrain,
        "nickname": spec.nickname,
        "color": spec.color,
        "owner": spec.owner_email,
        "mode": spec.mode,
        "city": spec.city.name,
        "country": spec.city.country,
        "reported_at": instant(reported_at),
        "age_seconds": round(now - reported_at, 3),
        "connections": len(list(world.grants.find(vehicle_id=spec.id))),
        "overrides": tuple(sorted(world.garage.overrides(spec.id, now))),
        "faults": tuple(each.id for each in faults_of(world, spec, now)),
        **_state_facts(state),
    }


def faulty(world: World, now: float) -> list[Spec]:
    """The cars that a rule names that can still strike, or whose owner it names, each once."""
    garage, found = world.garage, dict[str, Spec]()
    for each in world.faults.all():
        rule = each.rule
        if each.is_over(now):
            continue
        named = None if rule.vehicle_id is None else garage.spec(rule.vehicle_id)
        owned = [] if rule.owner is None else garage.cars_of_user(owner_id(world, rule.owner))
        for spec in (*([] if named is None else [named]), *owned):
            found[spec.id] = spec
    return list(found.values())


def faults_of(world: World, spec: Spec, now: float) -> list[book.Fault]:
    """Rules that name a car or its owner, and can still strike."""
    if not world.faults:
        return []
    user_id = world.garage.user_id_of(spec.owner_email)
    return [
        each
        for each in world.faults.all()
        if not each.is_over(now)
        and (
            each.rule.vehicle_id == spec.id
            or (each.rule.owner is not None and owner_id(world, each.rule.owner) == user_id)
        )
    ]


def _state_facts(state: State) -> dict[str, Any]:
    ranges = state.electric_range_km, state.fuel_range_km
    return {
        "at": instant(state.at),
        "activity": state.activity,
        "since": instant(state.since),
        "position": models.Position(
            latitude=round(state.latitude, 6), longitude=round(state.longitude, 6)
        ),
        "heading": round(state.heading, 1),
        "place": state.place,
        "speed_kmh": round(state.speed_kmh, 1),
        "odometer_km": round(state.odometer_km, 3),
        "charge_percent": rounded(state.soc, 2),
        "charge_limit_percent": rounded(state.limit, 1),
        "charging_kw": round(state.battery_kw, 2),
        "minutes_to_limit": rounded(state.minutes_to_limit, 1),
        "fuel_percent": rounded(state.fuel_percent, 2),
        "range_km": round(sum(each for each in ranges if each is not None), 1),
        "locked": state.locked,
        "plugged": state.plug is not None,
        "asleep": state.asleep,
        "outside_c": round(state.outside_c, 1),
        "cabin_c": round(state.cabin_c, 1),
    }


def rounded(value: float | None, digits: int) -> float | None:
    """*value*, where there is one, to so many digits."""
    return None if value is None else round(value, digits)


def grant_told(world: World, consent: Consent) -> models.Grant:
    """An owner's consent."""
    spec = world.garage.spec(consent.vehicle_id)
    return models.Grant(
        id=consent.id,
        vehicle_id=consent.vehicle_id,
        user_id=consent.user_id,
        owner=consent.owner_email,
        permissions=consent.permissions,
        mode=consent.mode,
        created_at=instant(consent.created_at),
        updated_at=instant(consent.updated_at),
        external_id=consent.external_id,
        car="" if spec is None else f"{spec.year} {spec.make} {spec.model}",
        application=consent.application or world.application.client_id,
    )


def application_told(world: World, application: SimulatedApplication) -> models.Application:
    """An application; its secrets only where they are public anyway."""
    secret, token = application.client_secret, application.management_token
    public = SimulatedApplication.public(application.client_id)
    mobile = f"sc{application.client_id}://*"
    return models.Application(
        client_id=application.client_id,
        application_id=application.application_id,
        name=application.name,
        client_secret=secret if secret == public.client_secret else None,
        management_token=token if token == public.management_token else None,
        redirect_uris=application.redirect_uris or (*_ANYWHERE, mobile),
        connections=_count(world, world.applications.key(application)),
    )


def _count(world: World, application: str | None) -> int:
    """Consents with one application, of every mode."""
    others = sum(each.mode != "live" for each in world.grants.agreed(application))
    return len(world.grants.live(application)) + others


def upcoming_told(one: Upcoming) -> models.Upcoming:
    """Something to come."""
    return models.Upcoming(
        at=instant(one.at),
        kind=one.kind,
        text=one.text,
        vehicle_id=one.vehicle_id,
        user_id=one.user_id,
        details=one.details,
    )


def snapshot_told(snapshot: Snapshot) -> models.Snapshot:
    """A world that is kept, without the tokens in it."""
    return models.Snapshot(
        id=snapshot.id,
        name=snapshot.name,
        at=instant(snapshot.at),
        events=len(snapshot.events),
    )


def fault_told(fault: book.Fault) -> models.Fault:
    """A rule, and what has come of it."""
    return models.Fault(
        id=fault.id,
        rule=fault.rule,
        added_at=instant(fault.added_at),
        begins_at=instant_if(fault.begins_at),
        ends_at=instant_if(fault.ends_at),
        seen=fault.seen,
        struck=fault.struck,
        is_spent=fault.is_spent,
    )


def limits_told(state: LimitState) -> models.LimitState:
    """How much may be asked, and what is left of it."""
    return models.LimitState(
        settings=state.settings,
        at=instant(state.at),
        tokens=rounded(state.tokens, 3),
        full_at=instant_if(state.full_at),
        month=state.month,
        vehicles_used=state.vehicles_used,
        vehicles=tuple(_use_told(each) for each in state.vehicles),
        application=state.application,
    )


def _use_told(use: VehicleUse) -> models.VehicleUse:
    return models.VehicleUse(
        vehicle_id=use.vehicle_id,
        used_in_window=use.used_in_window,
        window_ends_at=instant_if(use.window_ends_at),
        used_this_month=use.used_this_month,
        left_this_month=use.left_this_month,
    )


def exchange_told(exchange: Exchange) -> models.Exchange:
    """A request and its reply."""
    return models.Exchange(
        number=exchange.number,
        at=instant(exchange.at),
        method=exchange.method,
        path=exchange.path,
        query=exchange.query,
        status=exchange.status,
        error=exchange.error,
        duration_seconds=round(exchange.duration, 3),
        breakage=exchange.breakage,
        application=exchange.application,
        user_id=exchange.user_id,
        vehicle_id=exchange.vehicle_id,
        request_headers=exchange.request_headers,
        request_body=exchange.request_body,
        reply_headers=exchange.reply_headers,
        reply_body=exchange.reply_body,
        fault_ids=exchange.fault_ids,
        sc_request_id=exchange.request_id,
    )
