"""What may go wrong on the way to a receiver, on request: it is all allowed, and it all happens.

Chances are drawn from a seed and the event's id, so that the same calls have the same mischief.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from smartcar.simulator.cars.hashing import choose, draw
from smartcar.untyped import is_list, is_mapping

LONGEST: Final = 86400.0
"""Seconds, at most, that deliveries are late on purpose."""
OVERTAKEN: Final = 120.0
"""Seconds, at most, that an event waits for others to overtake it."""

_UNKNOWN: Final = '"caf\\u00e9\\/é": 12345678901234567890'
"""A member that is none of Smartcar's; its number is larger than JavaScript can hold."""
_LARGE: Final = 2**31
"""Counts of milliseconds are whole numbers to every program."""

Prank = Literal["duplicates", "reordering", "bad_signature", "hostile"]


class Mischief(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """How often what goes wrong: chances from 0, never, to 1, always."""

    duplicates: float = 0.0
    """That an event is sent once more though it was accepted."""
    reordering: float = 0.0
    """That an event waits up to two minutes: others overtake it."""
    delay: float = 0.0
    """Virtual seconds that every event is late."""
    bad_signature: float = 0.0
    """That a delivery is signed with another secret.  It is tried again."""
    hostile: float = 0.0
    """That a body is written with blanks, escapes, odd numbers and keys that come twice.

    It says the same and is signed right: a receiver that reads it, and writes it again to check the
    signature, refuses it.
    """
    seed: int = 0

    @property
    def is_on(self) -> bool:
        """Does anything go wrong?"""
        return bool(
            self.delay or self.duplicates or self.reordering or self.bad_signature or self.hostile
        )

    def strikes(self, prank: Prank, event_id: str, number: int = 0) -> bool:
        """Does this go wrong with an event's delivery of this number?"""
        chance: float = getattr(self, prank)
        return chance > 0 and draw(self.seed, "mischief", prank, event_id, number) < chance

    def held_back(self, event_id: str) -> float:
        """Seconds that an event is late for its first try."""
        if not self.strikes("reordering", event_id):
            return self.delay
        return self.delay + OVERTAKEN * draw(self.seed, "mischief", "held back", event_id)


def checked(mischief: Mischief) -> Mischief:
    """*mischief*, if there can be such.

    Raises:
        ValueError: A chance is none, or the delay is too long.
    """
    for name in ("duplicates", "reordering", "bad_signature", "hostile"):
        if not 0 <= getattr(mischief, name) <= 1:
            msg = f"{name} is a chance, from 0 to 1, not {getattr(mischief, name)}."
            raise ValueError(msg)
    if not 0 <= mischief.delay <= LONGEST:
        msg = f"delay is 0 to {LONGEST:,.0f} seconds (a day), not {mischief.delay}."
        raise ValueError(msg)
    return mischief


def hostile(body: bytes, *words: object) -> bytes:
    """The JSON of *body* written so that nobody who writes it again gets the same bytes.

    Args:
        body: A JSON object.
        words: Choose among several ways.
    """
    document = msgspec.json.decode(body)
    return _Writer(words).whole(document).encode()


class _Writer:
    """Writes JSON that says what it should, in ways that no program writes."""

    def __init__(self, words: tuple[object, ...]) -> None:
        self._words, self._number = words, 0

    def whole(self, members: dict[str, Any]) -> str:
        """The keys in another order, one of them twice, and one that nobody knows."""
        names = sorted(members, key=lambda name: draw(*self._words, name))
        written = [self._member(name, members[name]) for name in (*names, names[0])]
        return self._braced([_UNKNOWN, *written])

    def _value(self, value: Any) -> str:
        if is_mapping(value):
            return self._braced([self._member(name, each) for name, each in value.items()])
        if is_list(value):
            blank = self._blank()
            return f"[{blank}{','.join(map(self._value, value))}{blank}]"
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bool) or value is None:
            return _plain(value)
        return self._numeral(value)

    def _braced(self, members: list[str]) -> str:
        blank = self._blank()
        return f"{{{blank}{f',{blank}'.join(members)}{blank}}}"

    def _member(self, name: str, value: Any) -> str:
        return f"{self._text(name)}:{self._blank()}{self._value(value)}"

    def _text(self, text: str) -> str:
        """With slashes escaped; here and there a letter that would not have to be, too."""
        if not text or not text.isascii() or not self._chance():
            return _plain(text).replace("/", "\\/")
        rest = _plain(text[1:]).replace("/", "\\/")
        return f'"\\u{ord(text[0]):04X}{rest[1:]}'

    def _numeral(self, number: float) -> str:
        plain = _plain(number)
        if "e" in plain or abs(number) >= _LARGE or not self._chance():
            return plain
        return f"{plain}.0" if isinstance(number, int) else f"{plain}00"

    def _blank(self) -> str:
        self._number += 1
        return choose(("", " ", "\n", "\t", "  "), *self._words, "blank", self._number)

    def _chance(self) -> bool:
        self._number += 1
        return draw(*self._words, "chance", self._number) < 1 / 2


def _plain(value: Any) -> str:
    return msgspec.json.encode(value).decode()
