"""Other names for what must not be kept: the same name for the same thing, and no way back.

All of them are made with a key that is drawn for one recording and never written anywhere.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from math import cos, radians, sqrt, tau
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final
from uuid import UUID

from smartcar.simulator.cars.identity import (
    VIN_LETTERS,
    VIN_VALUES,
    VIN_WEIGHTS,
    VIN_YEARS,
)
from smartcar.simulator.cars.places import CITIES, METRES_PER_DEGREE, City, Point, metres_between

NOWHERE: Final[Point] = (0.0, 0.0)
"""Stands for a position that cannot be told from half of it."""
AROUND_M: Final = 8_000.0
"""How far from the middle of its city a position may come to lie."""
_CHECK, _YEAR = 8, 9  # places of a VIN, from 0


class Pseudonyms:
    """What things are called instead.

    Args:
        key: What they are made with; drawn by chance unless given.
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(32) if key is None else key
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def secret(self, text: str) -> str:
        """For what opens something: any header and any form can carry it."""
        return f"redacted-{self._hex('secret', text)}"

    def word(self, kind: str, text: str) -> str:
        """For a name or any other text of people."""
        return f"{kind} {self._hex(text)[:6]}"

    def email(self, text: str) -> str:
        """For an e-mail address."""
        return f"person-{self._hex('email', text.lower())[:8]}@example.com"

    def phone(self, text: str) -> str:
        """For a telephone number; those after 555-01 are nobody's."""
        number = int(self._hex("phone", "".join(filter(str.isdigit, text))), 16)
        return f"+1555010{number % 10_000:04d}"

    def url(self, text: str) -> str:
        """For an address that is not Smartcar's."""
        return f"https://example.com/{self._hex('url', text)}"

    def uuid(self, text: str) -> str:
        """For a UUID, another one."""
        return str(UUID(bytes=self._bytes("uuid", text.lower()), version=4))

    def vin(self, text: str) -> str:
        """For a VIN: one of the same maker and model year, with a check digit that is right."""
        vin = text.upper()
        stream = self._bytes("vin", vin)
        drawn = [VIN_LETTERS[byte % len(VIN_LETTERS)] for byte in stream[:6]]
        year = vin[_YEAR] if vin[_YEAR] in VIN_YEARS else VIN_YEARS[stream[6] % len(VIN_YEARS)]
        serial = int.from_bytes(stream[7:]) % 1_000_000
        head, tail = vin[:3] + "".join(drawn[:5]), f"{year}{drawn[5]}{serial:06d}"
        weighed = zip(VIN_WEIGHTS, f"{head}0{tail}", strict=True)
        total = sum(weight * VIN_VALUES.get(letter, 0) for weight, letter in weighed)
        return f"{head}{'0123456789X'[total % 11]}{tail}"

    def alike(self, text: str) -> str:
        """For an id: one that looks like it.  What stands before its first ``_`` is kept."""
        if text in self._given:
            return self._given[text]
        prefix, line, rest = text.partition("_")
        if not line or not prefix.isalpha() or not rest:
            prefix, line, rest = "", "", text
        made = text
        for attempt in range(1000):  # short ones are few: two things must not share a name
            made = prefix + line + self._drawn(rest, attempt)
            if made not in self._taken:
                break
        self._given[text] = made
        self._taken.add(made)
        return made

    def point(self, latitude: float, longitude: float) -> Point:
        """For a position: one about the nearest of the simulator's cities.

        A place within about a hundred metres stays one place; distance and direction between two
        places are lost.
        """
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            return NOWHERE
        city = nearest_city((latitude, longitude))
        stream = self._bytes("point", f"{latitude:.3f}", f"{longitude:.3f}")
        angle = int.from_bytes(stream[:8]) / 2**64 * tau
        metres = AROUND_M * sqrt(int.from_bytes(stream[8:]) / 2**64)
        north, east = metres * cos(angle), metres * cos(angle - tau / 4)
        scale = METRES_PER_DEGREE * cos(radians(city.latitude))
        made = city.latitude + north / METRES_PER_DEGREE, city.longitude + east / scale
        return round(made[0], 4), round(made[1], 4)

    def _drawn(self, text: str, attempt: int) -> str:
        stream = blake2b(f"{attempt}\x1f{text}".encode(), key=self._key, digest_size=64).digest()
        drawn: list[str] = []
        for place, letter in enumerate(text):
            byte = stream[place % 64] + place // 64
            among = next(
                (each for each in (digits, ascii_lowercase, ascii_uppercase) if letter in each), ""
            )
            if place == 0 and letter in digits[1:]:
                among = digits[1:]  # a number of as many digits
            is_plain = letter.isascii() and not letter.isalnum()
            drawn.append(among[byte % len(among)] if among else letter if is_plain else "x")
        return "".join(drawn)

    def _hex(self, *words: str) -> str:
        return self._bytes(*words)[:6].hex()

    def _bytes(self, *words: str) -> bytes:
        return blake2b("\x1f".join(words).encode(), key=self._key, digest_size=16).digest()


def nearest_city(point: Point) -> City:
    """The one of the simulator's cities that is nearest to *point*."""
    return min(CITIES, key=lambda city: metres_between((city.latitude, city.longitude), point))
