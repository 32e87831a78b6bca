"""A car's signals as the API tells them, for whoever holds the simulator itself."""

from __future__ import annotations

from typing import Any

from smartcar.api.definition import find
from smartcar.api.signals import Signal as Told
from smartcar.api.signals import SignalError
from smartcar.protocol.documents import instant as moment
from smartcar.simulator.answers.vehicle import reading, readings
from smartcar.simulator.cars.spec import Spec
from smartcar.simulator.visit import visit_of
from smartcar.simulator.world import World

from . import models
from .problems import not_found
from .told import instant, instant_if


def signals_told(world: World, spec: Spec, now: float) -> models.Signals:
    """Everything that the model can have, in the order of groups and names."""
    visit = visit_of(world, now, vehicle_id=spec.id)
    told = sorted(readings(visit), key=lambda each: (each.group, each.name))
    return models.Signals(
        vehicle_id=spec.id,
        at=instant(now),
        signals=tuple(_signal(world, spec, each, now) for each in told),
    )


def signal_told(world: World, spec: Spec, code: str, now: float) -> models.Signal:
    """One of them, or one that the model can never have.

    Raises:
        Problem: There is no such signal.
    """
    if find(code) is None:
        raise not_found("signal", code)
    return _signal(world, spec, reading(visit_of(world, now, vehicle_id=spec.id), code), now)


def _signal(world: World, spec: Spec, told: Told[Any], now: float) -> models.Signal:
    known, override = find(told.code), world.garage.overrides(spec.id, now).get(told.code)
    error, body = told.error, dict(told.body) or None
    updated_at = moment(told.meta.get("oemUpdatedAt"))
    return models.Signal(
        code=told.code,
        group=told.group,
        name=told.name,
        description=known.description if known else "",
        unit=known.unit if known else None,
        status="SUCCESS" if error is None else "ERROR",
        value=None if error is not None or body is None else _value(body),
        body=body,
        error=None if error is None else _failure(error),
        updated_at=updated_at,
        age_seconds=None if updated_at is None else round(now - updated_at.timestamp(), 3),
        permissions=known.permissions if known else (),
        is_set=override is not None,
        is_frozen=override is not None and override.is_frozen,
        frozen_until=None if override is None else instant_if(override.until),
    )


def _failure(error: SignalError) -> models.SignalFailure:
    return models.SignalFailure(type=error.type or "", code=error.code)


def _value(body: dict[str, Any]) -> Any:
    """The value or the values of a body; the whole of one that has other parts."""
    for name in ("value", "values"):
        if name in body:
            return body[name]
    return body
