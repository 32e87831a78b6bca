"""How a car fared in the words of the controls' models."""

from __future__ import annotations

from collections.abc import Iterable

from smartcar.simulator.cars.places import Point
from smartcar.simulator.history import History, Sample

from . import models
from .told import instant, rounded


def history_told(history: History) -> models.History:
    """A car over a time."""
    return models.History(
        vehicle_id=history.vehicle_id,
        begins=instant(history.begins),
        ends=instant(history.ends),
        samples=tuple(_sample(each) for each in history.samples),
        spans=tuple(
            models.Span(
                begins=instant(each.begins), ends=instant(each.ends), activity=each.activity
            )
            for each in history.spans
        ),
    )


def _sample(sample: Sample) -> models.Sample:
    return models.Sample(
        at=instant(sample.at),
        activity=sample.activity,
        position=position_told((sample.latitude, sample.longitude)),
        speed_kmh=round(sample.speed, 1),
        odometer_km=round(sample.odometer, 3),
        charge_percent=rounded(sample.charge, 2),
        fuel_percent=rounded(sample.fuel, 2),
        wall_kw=round(sample.power, 2),
        outside_c=round(sample.outside, 1),
        cabin_c=round(sample.cabin, 1),
    )


def trail_told(vehicle_id: str, points: Iterable[Point]) -> models.Trail:
    """The line that a car drove."""
    return models.Trail(vehicle_id=vehicle_id, points=tuple(position_told(each) for each in points))


def position_told(point: Point) -> models.Position:
    """A point, to a decimetre."""
    return models.Position(latitude=round(point[0], 6), longitude=round(point[1], 6))
