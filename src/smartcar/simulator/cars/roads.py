"""Roads of a city and ways through them.

A city's roads are a grid of crossings, bent and shaken a little so that it looks grown;
every fifth line is an arterial and goes on into the country. All of it is a function of
(city, i, j), so cars of one city share their roads and no map is stored. Where a car is
on its way at a given second is ``motion``.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, hypot, radians, sin
from typing import NamedTuple

from .hashing import between, digest
from .places import METRES_PER_DEGREE, City, Node, Place, Point, wrapped

BLOCK_M = 400.0  # from one crossing to the next
ARTERIAL = 5  # every fifth line: an arterial each two kilometres
TOWN_RADIUS = 18  # in blocks: beyond it only the arterials go on, as country roads
SHAKE = 0.2  # of a block, for crossings of small streets
# Share of crossings where one has to stop.
LIGHTS, LIGHTS_RURAL = 0.35, 0.12
# Knuth's generator (MMIX): one hash for a way, then a multiplication for each turn of it.
MULTIPLIER, MASK = 6364136223846793005, 2**64 - 1
ARTERIAL_SHAKE = 0.05  # big roads run straighter


@lru_cache(maxsize=64)
def _lie(city: City) -> tuple[float, float, float, float, float]:
    """How a city's grid lies: cosine and sine of its turn, phases of its bends, and a shrink."""
    turn = radians(between(-40, 40, "turn", city.name))
    bends = between(0, 6.28, "bend", city.name, 0), between(0, 6.28, "bend", city.name, 1)
    return cos(turn), sin(turn), bends[0], bends[1], cos(radians(city.latitude))


class Crossing(NamedTuple):
    """Where two roads meet, and what one waits for there."""

    point: Point
    wait: int  # seconds the lights take; 0 where there are none


def crossing(city: City, i: int, j: int) -> Crossing:
    """The crossing (i, j)."""
    turn_cos, turn_sin, bend_i, bend_j, shrink = _lie(city)
    # Said in one go: most of what a fresh car costs is crossings that nobody has come to yet.
    noise = digest(f"crossing\x1f{city.name}\x1f{i}\x1f{j}")
    shake_x = (noise & 0xFFFF) / 0x8000 - 1
    shake_y = (noise >> 16 & 0xFFFF) / 0x8000 - 1
    x = i + shake_x * (SHAKE if i % ARTERIAL else ARTERIAL_SHAKE) + 0.9 * sin(j / 9 + bend_i)
    y = j + shake_y * (SHAKE if j % ARTERIAL else ARTERIAL_SHAKE) + 0.9 * sin(i / 11 + bend_j)
    east = (x * turn_cos - y * turn_sin) * BLOCK_M
    north = (x * turn_sin + y * turn_cos) * BLOCK_M
    point = (
        city.latitude + north / METRES_PER_DEGREE,
        wrapped(city.longitude + east / (METRES_PER_DEGREE * shrink)),
    )
    chance = LIGHTS_RURAL if is_rural((i, j)) else LIGHTS
    has_lights = (noise >> 32 & 0xFFFF) < chance * 0x10000
    return Crossing(point, 4 + (noise >> 48) % 16 if has_lights else 0)


@lru_cache(maxsize=4096)
def place(city: City, name: str, node: Node) -> Place:
    """The crossing *node* as a named place."""
    return Place(name, node, *crossing(city, *node).point)


def nearest(city: City, point: Point) -> Node:
    """The crossing at or very near *point*: the grid undone, ignoring its shaking."""
    turn_cos, turn_sin, bend_i, bend_j, shrink = _lie(city)
    east = wrapped(point[1] - city.longitude) * METRES_PER_DEGREE * shrink / BLOCK_M
    north = (point[0] - city.latitude) * METRES_PER_DEGREE / BLOCK_M
    x, y = east * turn_cos + north * turn_sin, north * turn_cos - east * turn_sin
    i, j = x, y
    for _ in range(8):  # the bends are gentle: this settles in a few rounds
        i, j = x - 0.9 * sin(j / 9 + bend_i), y - 0.9 * sin(i / 11 + bend_j)
    return on_road((round(i), round(j)))


def on_road(node: Node) -> Node:
    """*node*, moved onto the nearest country road when it lies out of town."""
    i, j = node
    if hypot(i, j) <= TOWN_RADIUS or not i % ARTERIAL or not j % ARTERIAL:
        return node
    return round(i / ARTERIAL) * ARTERIAL, j


def is_rural(node: Node) -> bool:
    """Whether *node* lies out of town."""
    return hypot(*node) > TOWN_RADIUS


def is_arterial(a: Node, b: Node) -> bool:
    """Whether the road between the neighbours *a* and *b* is an arterial."""
    return (a[0] == b[0] and not a[0] % ARTERIAL) or (a[1] == b[1] and not a[1] % ARTERIAL)


def _staircase(start: Node, end: Node, step: int, salt: str) -> list[Node]:
    """Crossings after *start* up to *end*, going straight or turning as chance has it."""
    i, j = start
    nodes: list[Node] = []
    dice = digest("turns", salt, start, end)
    while (i, j) != end:
        left_i, left_j = end[0] - i, end[1] - j
        # Keep the proportion of what is left, so that the way hugs the straight line.
        dice = dice * MULTIPLIER + 1 & MASK
        along_i = (dice >> 40) * (abs(left_i) + abs(left_j)) < abs(left_i) << 24
        di, dj = ((left_i > 0) - (left_i < 0), 0) if along_i else (0, (left_j > 0) - (left_j < 0))
        for _ in range(step):
            i, j = i + di, j + dj
            nodes.append((i, j))
    return nodes


def _to_arterial(node: Node, salt: str) -> list[Node]:
    """Crossings from *node*, itself included, to the nearest crossing of two arterials."""
    hub = round(node[0] / ARTERIAL) * ARTERIAL, round(node[1] / ARTERIAL) * ARTERIAL
    return [node, *_staircase(node, hub, 1, salt)]


def way(start: Node, end: Node, salt: str) -> list[Node]:
    """Crossings from *start* to *end*: side streets, then arterials, then side streets.

    There and back is the same way: people are creatures of habit.
    """
    if start > end:
        return way(end, start, salt)[::-1]
    is_near = max(abs(start[0] - end[0]), abs(start[1] - end[1])) <= ARTERIAL
    if is_near and not is_rural(start) and not is_rural(end):
        return [start, *_staircase(start, end, 1, salt)]
    out, back = _to_arterial(start, salt), _to_arterial(end, salt)
    nodes = [*out, *_staircase(out[-1], back[-1], ARTERIAL, salt), *back[-2::-1]]
    return _without_loops(nodes)


def _without_loops(nodes: list[Node]) -> list[Node]:
    """*nodes* without going anywhere twice."""
    if len(set(nodes)) == len(nodes):
        return nodes
    seen: dict[Node, int] = {}
    kept: list[Node] = []
    for node in nodes:
        if node in seen:
            for dropped in kept[seen[node] + 1 :]:
                del seen[dropped]
            del kept[seen[node] + 1 :]
        else:
            seen[node] = len(kept)
            kept.append(node)
    return kept


def roads(city: City, radius_blocks: int = 80) -> dict[str, object]:
    """The roads around the centre of *city*, as a GeoJSON FeatureCollection of lines.

    Each line has a property ``kind``: ``street``, ``arterial`` or ``country``.
    """
    features: list[dict[str, object]] = []
    for line in range(-radius_blocks, radius_blocks + 1):
        if line % ARTERIAL:
            if abs(line) < TOWN_RADIUS:
                reach = int((TOWN_RADIUS**2 - line**2) ** 0.5)
                features += _lines(city, line, -reach, reach, "street")
            continue
        town = int(max(0, TOWN_RADIUS**2 - line**2) ** 0.5)
        far = int((radius_blocks**2 - line**2) ** 0.5)
        features += _lines(city, line, -town, town, "arterial") if town else []
        features += _lines(city, line, -far, -town, "country")
        features += _lines(city, line, town, far, "country")
    return {"type": "FeatureCollection", "features": features}


def _lines(city: City, line: int, low: int, high: int, kind: str) -> list[dict[str, object]]:
    """The two roads numbered *line*, one each way, from *low* to *high*."""
    found: list[dict[str, object]] = []
    for points in (
        [crossing(city, line, step).point for step in range(low, high + 1)],
        [crossing(city, step, line).point for step in range(low, high + 1)],
    ):
        if len(points) > 1:
            # GeoJSON puts the longitude first (RFC 7946 3.1.1); six digits are 10 cm.
            coordinates = [[round(lon, 6), round(lat, 6)] for lat, lon in points]
            geometry: dict[str, object] = {"type": "LineString", "coordinates": coordinates}
            properties = {"kind": kind}
            found.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return found
