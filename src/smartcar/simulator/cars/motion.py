"""How a car moves along its way: stretches between stops, each with a smooth speed.

A stretch of length L taken in T seconds is driven as L * (3x^2 - 2x^3) with x = t / T:
the speed is its exact derivative, a parabola from zero to zero with a peak of 1.5 L / T.
Distances at stops are whole metres, so that sums over years are exact.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TypeAlias

import msgspec

from .ground import STREET_PEAK, ground
from .places import City, Node, Point, heading_between, metres_between, wrapped
from .roads import way

GENTLE = 0.75  # peak**2 <= GENTLE * L keeps the pull at the start below 2 m/s^2
MIN_STRETCH_M = 150.0  # nobody stops twice within 150 m


_Edge: TypeAlias = tuple[float, float]
"""Metres, and metres per second."""


class Stretch(msgspec.Struct, frozen=True):
    """A piece of the way between two stops."""

    begins: float  # seconds after departure, once the lights are green
    seconds: float
    from_m: int
    metres: int


class Route(msgspec.Struct, frozen=True):
    """A way with its stops: where one is after so many seconds."""

    points: tuple[Point, ...]
    marks: tuple[float, ...]  # metres from the start at each point
    stretches: tuple[Stretch, ...]
    begins: tuple[float, ...]  # of each stretch, for the bisection
    end: Node

    @property
    def metres(self) -> int:
        """Length."""
        last = self.stretches[-1]
        return last.from_m + last.metres

    @property
    def seconds(self) -> float:
        """Duration."""
        last = self.stretches[-1]
        return last.begins + last.seconds

    def travelled(self, seconds: float) -> float:
        """Metres covered *seconds* after departure. Never falls, bit for bit."""
        if seconds <= 0:
            return 0.0
        stretch = self.stretches[max(0, bisect_right(self.begins, seconds) - 1)]
        share = min(1.0, max(0.0, (seconds - stretch.begins) / stretch.seconds))
        return stretch.from_m + stretch.metres * _eased(share)

    def speed(self, seconds: float) -> float:
        """Metres per second, the derivative of ``travelled``."""
        if seconds <= 0 or seconds >= self.seconds:
            return 0.0
        stretch = self.stretches[max(0, bisect_right(self.begins, seconds) - 1)]
        share = min(1.0, max(0.0, (seconds - stretch.begins) / stretch.seconds))
        return 6 * share * (1 - share) * stretch.metres / stretch.seconds

    def position(self, metres: float) -> tuple[Point, float]:
        """Where one is after *metres*, and the heading there."""
        # Stops were rounded to whole metres; the line itself was not.
        along = metres * (self.marks[-1] / self.metres)
        edge = min(max(bisect_right(self.marks, along) - 1, 0), len(self.points) - 2)
        a, b = self.points[edge], self.points[edge + 1]
        length = self.marks[edge + 1] - self.marks[edge]
        share = min(1.0, (along - self.marks[edge]) / length) if length else 0.0
        point = (a[0] + (b[0] - a[0]) * share, wrapped(a[1] + wrapped(b[1] - a[1]) * share))
        return (b if share == 1.0 else point), heading_between(a, b)


def _eased(x: float) -> float:
    """3x^2 - 2x^3, computed from the nearer end so that rounding cannot make it fall."""
    return x * x * (3 - 2 * x) if x <= 0.5 else 1 - (1 - x) * (1 - x) * (1 + 2 * x)


@lru_cache(maxsize=1024)
def route(city: City, start: Node, end: Node, salt: str) -> Route:
    """The way from crossing to crossing that drivers with *salt* take."""
    return _timed(city, *_way(city, start, end, salt), None)


def route_from(city: City, point: Point, near: Node, end: Node, salt: str) -> Route:
    """The way from any *point* by the road, first to the crossing *near*, to the crossing *end*."""
    return _timed(city, *_way(city, near, end, salt), point)


def metres_of(city: City, start: Node, end: Node, salt: str) -> int:
    """How long the way from crossing to crossing is, without driving it."""
    total = 0.0
    for metres, _ in _way(city, start, end, salt)[1]:  # sum() would round less than a drive does
        total += metres
    return max(1, round(total))


def _way(city: City, start: Node, end: Node, salt: str) -> tuple[list[Node], list[_Edge]]:
    """Crossings from *start* to *end*, and the roads between them; back is the same way."""
    if start <= end:
        return _laid(city, start, end, salt)
    nodes, edges = _laid(city, end, start, salt)
    return nodes[::-1], edges[::-1]


# There and back, and once more to know how far it is: all of that within moments.
@lru_cache(maxsize=64)
def _laid(city: City, start: Node, end: Node, salt: str) -> tuple[list[Node], list[_Edge]]:
    nodes = way(start, end, salt)
    return nodes, ground(city).edges(nodes)


def _timed(city: City, nodes: list[Node], edges: list[_Edge], before: Point | None) -> Route:
    points, waits = ground(city).crossings(nodes)
    if before is not None:
        edges = [(max(1.0, metres_between(before, points[0])), STREET_PEAK), *edges]
        points.insert(0, before)
        waits.insert(0, 0)
    marks, stretches = [0.0], list[Stretch]()
    clock, since, at_peak, from_m, last = 0.0, 0.0, 0.0, 0, len(edges)
    for number, (length, peak) in enumerate(edges, 1):
        mark = marks[-1] + length
        marks.append(mark)
        at_peak += length / peak
        if number == last or (waits[number] and mark - since >= MIN_STRETCH_M):
            metres = max(1, round(mark) - from_m)
            seconds = 1.5 * metres / min((mark - since) / at_peak, (GENTLE * metres) ** 0.5)
            stretches.append(Stretch(clock, seconds, from_m, metres))
            clock += seconds + waits[number]
            since, at_peak, from_m = mark, 0.0, from_m + metres
    begins = tuple(stretch.begins for stretch in stretches)
    return Route(tuple(points), tuple(marks), tuple(stretches), begins, nodes[-1])
