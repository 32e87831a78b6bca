"""What gives itself away in a text, whatever the text is called: VINs, addresses, tokens, ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from .pseudonyms import Pseudonyms

TIMES: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?"
    r"|\d{2}:\d{2}(:\d{2})?"
)
"""Dates and times of day, whole: nobody's."""
QUOTED_ANYWHERE: Final = 8
"""Letters that make a text so rare that it is found inside of others; a PIN is in many a number."""

_VIN: Final = r"(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{17}"
_DEGREES: Final = r"[-+]?\d{1,3}\.\d{2,}"
_MINUTES: Final = r"\d{1,3}\s*\u00b0\s*\d{1,2}(?:\.\d+)?\s*['\u2032\u2019](?:\s*\d{1,2}(?:\.\d+)?)?"
_PLUS: Final = "[23456789CFGHJMPQRVWX]"
"""Letters of plus codes, such as 8FWH4HX8+9C."""
_HIDDEN_BY: Final[Mapping[str, str]] = {
    "secret": r"eyJ[\w-]+\.[\w.-]+|(?i:(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{6,}",
    "url": r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+",
    "email": r"[\w.+%-]+(?:[@\uff20]|%40)[\w-]+(?:\.[\w-]+)+",
    "uuid": r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])",
    "vin": rf"(?<![A-Za-z0-9]){_VIN}(?![A-Za-z0-9])",
    "place": rf"(?<![\d.]){_DEGREES}\s*[,;/ ]\s*{_DEGREES}",
    "half": rf"(?<![\d.:])(?:[-+]?\d{{1,3}}\.\d{{4,}}|{_MINUTES})"
    rf"|(?i:\b(?:lat|lon|lng)\w*)\W{{1,3}}{_DEGREES}"
    rf"|(?<![0-9A-Z]){_PLUS}{{4,8}}\+{_PLUS}{{2,3}}(?![0-9A-Z])",
    "phone": r"(?<![\w.])(?:\+|00)\d[\d ()./-]{6,}\d|\(\d{3}\)\s*\d{3}[ -]?\d{4}"
    r"|(?<![\w.-])\d{3}[-. ]\d{3}[-. ]\d{4}(?![\w-])|(?<![\w.-])0\d{2,4}[ /-]\d{5,}",
    "address": r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"
    r"|(?<![\w:])(?:(?:[0-9A-Fa-f]{1,4}:){4,7}|(?:[0-9A-Fa-f]{1,4}:)+(?=:))(?::?[0-9A-Fa-f]{1,4})+",
    "token": r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[A-Za-z0-9+/=_-]{24,}"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{18,}"
    r"|(?<![0-9A-Za-z])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}(?![0-9A-Za-z])",
}
_PATTERN: Final = re.compile("|".join(f"(?P<{name}>{each})" for name, each in _HIDDEN_BY.items()))


class Texts:
    """Finds what must not be kept in texts, and puts other names in its place.

    Args:
        names: What things are called instead.
        address: What an address is called instead.
    """

    def __init__(self, names: Pseudonyms, address: Callable[[str], str]) -> None:
        self._hide: dict[str, Callable[[str], str]] = {
            "secret": names.secret,
            "url": address,
            "email": names.email,
            "uuid": names.uuid,
            "vin": names.vin,
            "place": lambda _: "0.0, 0.0",
            "half": lambda _: "0.0",
            "phone": names.phone,
            "address": lambda _: "192.0.2.1",  # for documentation: RFC 5737
            "token": names.secret,
        }
        self._secrets: dict[str, dict[str, str]] = {}
        self._words: dict[str, str] = {}

    def remember(self, text: str, instead: str) -> None:
        """Whatever quotes *text* from now on says *instead*."""
        if len(text) >= QUOTED_ANYWHERE:
            for form in (text, quote(text, safe=""), quote_plus(text)):
                low = form.lower()
                self._secrets.setdefault(low[:QUOTED_ANYWHERE], {})[low] = instead
        elif len(text) > 1:
            self._words[text] = instead

    def redacted(self, text: str, *, is_prose: bool = False) -> str:
        """*text* without what gives itself away, or is remembered.

        Args:
            text: What somebody said.
            is_prose: May it quote short words, too, such as the name of a car?
        """
        if TIMES.fullmatch(text):
            return text
        text = self._without_secrets(text)
        if is_prose:
            text = self._without_words(text)
        return _PATTERN.sub(lambda found: self._hide[found.lastgroup or ""](found[0]), text)

    def _without_secrets(self, text: str) -> str:
        """In one pass: a recording of a large fleet remembers a hundred thousand of them."""
        low = text.lower()
        if len(low) != len(text):  # letters that are two in lower case
            low = text
        made: list[str] = []
        place = kept = 0
        while place + QUOTED_ANYWHERE <= len(low):
            near = self._secrets.get(low[place : place + QUOTED_ANYWHERE], {})
            found = max((each for each in near if low.startswith(each, place)), key=len, default="")
            if found:
                made += text[kept:place], near[found]
                kept = place + len(found)
            place += len(found) or 1
        return "".join([*made, text[kept:]])

    def _without_words(self, text: str) -> str:
        """Short ones stand alone."""
        made: list[str] = []
        place = kept = 0
        while place < len(text):
            found = self._word_at(text, place)
            if found:
                made += text[kept:place], self._words[found]
                kept = place + len(found)
            place += len(found) or 1
        return "".join([*made, text[kept:]])

    def _word_at(self, text: str, place: int) -> str:
        """The longest that begins at *place* and is no part of another word; empty if none does."""
        if _is_within(text, place):
            return ""
        ends = (place + length for length in range(QUOTED_ANYWHERE - 1, 1, -1))
        words = (text[place:end] for end in ends if end <= len(text) and not _is_within(text, end))
        return next((word for word in words if word in self._words), "")


def _is_within(text: str, place: int) -> bool:
    """Does a word go on at *place*?"""
    return 0 < place < len(text) and _is_letter(text[place - 1]) and _is_letter(text[place])


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"
