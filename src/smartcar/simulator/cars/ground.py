"""What is known of the ground in a city: where its crossings lie, and how far apart they are.

Worked out once and kept in a few bytes, as cars of a city share its roads: there are some ten
thousand crossings within reach of its cars, and a way has up to a hundred.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import Final

from .places import City, Node, Point, metres_between
from .roads import Crossing, crossing, is_arterial, is_rural

# Highest speeds in metres per second: 42, 58 and 90 km/h.
STREET_PEAK: Final = 42 / 3.6
ARTERIAL_PEAK: Final = 58 / 3.6
COUNTRY_PEAK: Final = 90 / 3.6
_PEAKS: Final = (0.0, STREET_PEAK, ARTERIAL_PEAK, COUNTRY_PEAK)

_NOWHERE: Final = 12_000
"""The place of what is not kept, which stays unknown: a city has fewer main roads and streets."""
_SIZE: Final = _NOWHERE + 1
_places: Final[dict[Node, int]] = {}
"""Where each crossing that cars have come to is kept, of every city alike."""
_one_at_a_time: Final = Lock()


class Ground:
    """The crossings of a city, and the roads between them."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._waits = bytearray(_SIZE)  # one more than the seconds; 0: not known yet
        self._latitudes = array("d", bytes(8 * _SIZE))
        self._longitudes = array("d", bytes(8 * _SIZE))
        # Of each crossing the road to the next one of higher i, and then of higher j.
        self._kinds = bytearray(2 * _SIZE)  # of _PEAKS; 0: not known yet
        self._metres = array("d", bytes(16 * _SIZE))

    def crossings(self, nodes: Sequence[Node]) -> tuple[list[Point], list[int]]:
        """Where they lie, and the seconds that one waits at each."""
        places = self._places_of(nodes)
        waits = [self._waits[place] - 1 for place in places]
        latitudes, longitudes = self._latitudes, self._longitudes
        points = [(latitudes[place], longitudes[place]) for place in places]
        if -1 in waits:
            for number, wait in enumerate(waits):
                if wait < 0:
                    points[number], waits[number] = self._come_to(nodes[number])
        return points, waits

    def edges(self, nodes: Sequence[Node]) -> list[tuple[float, float]]:
        """Of the roads from each to the next, its neighbour: metres, and metres per second."""
        places = self._places_of(nodes)
        roads = [
            2 * (here if a < b else there) + (a[0] == b[0])
            for a, b, here, there in zip(nodes, nodes[1:], places, places[1:], strict=False)
        ]
        kinds = [self._kinds[road] for road in roads]
        metres = self._metres
        edges = [(metres[road], _PEAKS[kind]) for road, kind in zip(roads, kinds, strict=True)]
        if 0 in kinds:
            points, _ = self.crossings(nodes)  # now they have places
            for number, kind in enumerate(kinds):
                if not kind:
                    edges[number] = self._measure(nodes, points, number)
        return edges

    def _places_of(self, nodes: Sequence[Node]) -> list[int]:
        get = _places.get
        return [get(node, _NOWHERE) for node in nodes]

    def _come_to(self, node: Node) -> Crossing:
        """One that is not known yet, or is not kept."""
        found, place = crossing(self._city, *node), _given(node)
        if place != _NOWHERE:
            self._latitudes[place], self._longitudes[place] = found.point
            self._waits[place] = found.wait + 1  # last: who finds it finds the others
        return found

    def _measure(
        self, nodes: Sequence[Node], points: Sequence[Point], number: int
    ) -> tuple[float, float]:
        """The road after the node *number*: it is not known yet, or is not kept."""
        here, there = sorted((number, number + 1), key=nodes.__getitem__)
        metres = metres_between(points[here], points[there])
        peak, place = _peak(nodes[here], nodes[there]), _places.get(nodes[here], _NOWHERE)
        if place != _NOWHERE:
            road = 2 * place + (nodes[here][0] == nodes[there][0])
            self._metres[road] = metres
            self._kinds[road] = _PEAKS.index(peak)  # last, as above
        return metres, peak


def _given(node: Node) -> int:
    """Where a crossing is kept from now on, as long as there is room."""
    with _one_at_a_time:
        given = len(_places)
        if given < _NOWHERE:
            return _places.setdefault(node, given)
        return _places.get(node, _NOWHERE)


@lru_cache(maxsize=64)
def ground(city: City) -> Ground:
    """The ground of *city*."""
    return Ground(city)


def _peak(a: Node, b: Node) -> float:
    if is_rural(a) or is_rural(b):
        return COUNTRY_PEAK
    return ARTERIAL_PEAK if is_arterial(a, b) else STREET_PEAK
