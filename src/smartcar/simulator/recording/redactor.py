"""Takes out of an exchange whatever is somebody's, before anything of it is written.

By name where the name tells, by pattern wherever it is, and what is not known is left out.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from smartcar.api.catalogue import find
from smartcar.protocol.origins import Origins
from smartcar.untyped import is_list, is_mapping

from .addresses import Addresses
from .names import (
    AROUND_PROSE,
    AROUND_READINGS,
    EMAILS,
    HIDDEN_WHOLE,
    IDS,
    LINKS,
    NUMBERS,
    PERSONAL,
    PLACES,
    PROSE,
    READINGS,
    SECRETS,
    TEXTS,
    VINS,
    is_known,
    is_phone,
    plain,
)
from .positions import is_coordinate, positions
from .pseudonyms import Pseudonyms
from .texts import TIMES, Texts

REQUEST_HEADERS: Final = ("accept", "content-type", "sc-unit-system", "sc-user-id")
REPLY_HEADERS: Final = (
    *("content-type", "retry-after", "sc-data-age", "sc-fetched-at", "sc-request-id"),
    "sc-unit-system",
)
"""Headers that are kept."""

_CONSTANT: Final = re.compile(r"[A-Z][A-Z_]*")
_SMALL: Final = re.compile(r"-?\d{1,7}(\.\d)?|true|false|null|undefined|")
_KEY: Final = re.compile(r"[A-Za-z_$@][\w.$:-]*(\[[\w.]*\])*|\d{1,3}")
_PERMISSION: Final = re.compile(r"(required:)?(read|control)_[a-z_]+")
_NICKNAME: Final = "vehicleidentification-nickname"
_EPOCHS: Final = ((1_000_000_000, 4_000_000_000), (1_000_000_000_000, 4_000_000_000_000))


class Redactor:
    """Redacts one recording: the same thing is called the same all through it.

    Args:
        upstream: Where the hosts really are; links to them are told as links to Smartcar's.
        key: What other names are made with; drawn by chance unless given.
    """

    def __init__(self, upstream: Origins | None = None, key: bytes | None = None) -> None:
        self.pseudonyms = Pseudonyms(key)
        self.addresses = Addresses(
            upstream or Origins(), self._id, self.query, self.text, self.pseudonyms.url
        )
        self._texts = Texts(self.pseudonyms, self.addresses.whole)

    # --- parts of an exchange --------------------------------------------------------------------

    def headers(self, headers: Mapping[str, str], kept: tuple[str, ...]) -> dict[str, str]:
        """Those of *headers* that are *kept*."""
        found = {name.lower(): value for name, value in headers.items()}
        hide = {"sc-user-id": self._id, "sc-request-id": self._id}
        return {
            name: hide.get(name, self._texts.redacted)(found[name])
            for name in kept
            if name in found
        }

    def caller(self, headers: Mapping[str, str]) -> str | None:
        """Another name for who asks, whose secrets are known from now on."""
        for name, value in headers.items():
            crumbs = [each.partition("=")[2] for each in value.split(";")]
            if name != "authorization" and plain(name) in SECRETS:
                for each in crumbs if name == "cookie" else [value]:
                    self.secret(each)
        authorization = headers.get("authorization")
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        for each in (token, *_pair_of(token if scheme.lower() == "basic" else "")):
            if each:
                self.secret(each)
        return self.secret(authorization)

    def text(self, text: str) -> str:
        """A text that has no name, such as a header."""
        return self._texts.redacted(text)

    def query(self, query: str) -> dict[str, str]:
        """A query, by name."""
        said = dict(parse_qsl(query, keep_blank_values=True))
        return {name: str(value) for name, value in self._mapping(said).items()}

    def body(self, body: bytes, content_type: str) -> Any:
        """*body* as JSON, or the fields of a form.

        Raises:
            ValueError: It is neither, and nothing of it may be kept.
        """
        if "x-www-form-urlencoded" in content_type:
            return self._mapping(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        try:
            content: object = msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise ValueError(str(error)) from None
        return self.json(content)

    def json(self, content: object) -> Any:
        """*content* of JSON."""
        return self._any("", content, {})

    # --- the walk --------------------------------------------------------------------------------

    def _any(self, name: str, value: object, around: Mapping[str, Any]) -> Any:
        """*value*, which is called *name*, among what is *around* it."""
        if value is None or isinstance(value, bool):
            return value
        hide = self._rule(name, around)
        if hide is not None:
            return hide(value)
        if is_mapping(value):
            return self._mapping(value)
        if is_list(value):
            is_pair = len(value) == 2 and all(map(_is_exact, value))
            return self._place(value) if is_pair else [self._any(name, v, around) for v in value]
        if isinstance(value, (int, float)):
            return self._number(name, value)
        return self._text(name, str(value), around)

    def _mapping(self, content: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        placed = positions(content, self.pseudonyms)
        code = content.get("code")
        is_nickname = code == _NICKNAME or content.get("id") == _NICKNAME
        has_code = isinstance(code, str) and find(code) is not None
        for key, value in content.items():
            name = plain(key) if _KEY.fullmatch(key) or is_known(key) else ""
            if key in placed:
                told = placed[key]
            elif name == "body" and (is_nickname or (isinstance(code, str) and not has_code)):
                told = self._hidden(value)
            elif is_mapping(value) and (name == "status" or (name == "body" and has_code)):
                told = self._reading(value)
            else:
                told = self._any(name, value, content)
            made[self._key(key)] = told
        return made

    def _reading(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a signal says: its own value is a word of Smartcar's or of the maker's."""
        if not body.keys() <= AROUND_READINGS:
            return self._mapping(body)
        said = {each: self._said(body[each]) for each in READINGS & body.keys()}
        rest = {each: value for each, value in body.items() if said.get(each) is None}
        told = self._mapping(rest)
        return {each: told.get(each, said.get(each)) for each in body}

    def _said(self, value: object) -> Any:
        """Words that stand alone or in a list; None if it is anything else."""
        if isinstance(value, str):
            return self._texts.redacted(value)
        if is_list(value) and value and all(isinstance(each, str) for each in value):
            return [self._texts.redacted(str(each)) for each in value]
        return None

    def _key(self, key: str) -> str:
        """The name of a field; one that could not be is somebody's, such as the name of a car."""
        told = self._texts.redacted(key)
        return told if told != key or _KEY.fullmatch(key) else self._word("key", key)

    def _rule(self, name: str, around: Mapping[str, Any]) -> Callable[[object], Any] | None:
        """What is done whatever the value is."""
        is_grant = name == "code" and "granttype" in map(plain, around)
        if name in SECRETS or is_grant:
            return self._secret
        if name in HIDDEN_WHOLE:
            return self._hidden
        if name in PLACES or is_coordinate(name):
            return self._place
        return None

    def _text(self, name: str, text: str, around: Mapping[str, Any]) -> str:
        """A text that stands alone, or in a list."""
        hidden = self._personal(name, text, around) if text else text
        if hidden is not None:
            return hidden
        if name in LINKS:
            return self._link(name, text)
        if name in {"endpoint", "path"}:
            return self.addresses.relative(text)
        is_prose = name in PROSE and not AROUND_PROSE.isdisjoint(around)
        if not (is_prose or name in TEXTS or _is_word(text)) or text.lstrip()[:1] in {
            "{",
            "[",
        }:
            return self._word(name, text)
        return self._texts.redacted(text, is_prose=is_prose or " " in text)

    def _personal(self, name: str, text: str, around: Mapping[str, Any]) -> str | None:
        """Another name for *text*, if its own name says whose it is."""
        made: str | None = None
        if name in VINS and len(text) == 17 and text.isalnum():
            made = self.pseudonyms.vin(text)
        elif name in EMAILS:
            made = self.pseudonyms.email(text)
        elif is_phone(name):
            made = self.pseudonyms.phone(text)
        elif name in PERSONAL or (name == "name" and "group" not in around):
            made = self.pseudonyms.word(name.title(), text)
        elif name == "state" and not _CONSTANT.fullmatch(text):
            made = self.pseudonyms.secret(text)
        elif _is_id(name):
            is_signal = name == "id" and around.get("type") == "signal"
            return self._texts.redacted(text) if is_signal else self._id(text)
        return None if made is None else self._remembered(text, made)

    def _number(self, name: str, number: float) -> float:
        if _is_id(name):
            text = str(abs(int(number)))
            return int(self._remembered(text, self.pseudonyms.alike(text)))
        if is_phone(name) or name in PERSONAL or name in EMAILS:
            return 0
        if name in NUMBERS or any(low < number < high for low, high in _EPOCHS):
            return number
        if abs(number) >= 10_000_000:
            return 0  # a telephone or account number, for all that is known
        return round(number, 1) if abs(number) <= 180 else number  # it may be half a position

    # --- what is hidden --------------------------------------------------------------------------

    def secret(self, text: str) -> str:
        """Another name for a secret, which is not said again."""
        return self._remembered(text, self.pseudonyms.secret(text))

    def _secret(self, value: object) -> Any:
        if is_list(value):
            return [self._secret(each) for each in value]
        if is_mapping(value):
            return {self._key(key): self._secret(each) for key, each in value.items()}
        return value if value is None or isinstance(value, bool) else self.secret(str(value))

    def _hidden(self, value: object) -> Any:
        """Nothing but the shape of *value*."""
        if is_list(value):
            return [self._hidden(each) for each in value]
        if is_mapping(value):
            return {self._key(key): self._hidden(each) for key, each in value.items()}
        if isinstance(value, str):
            return self._word("text", value) if value else value
        return value if value is None or isinstance(value, bool) else 0

    def _place(self, value: object) -> Any:
        """A position that is no pair of fields: which number is which cannot be told."""
        if is_list(value):
            return [self._place(each) for each in value]
        if is_mapping(value):
            made = self._mapping(value)
            for key, each in value.items():
                name = plain(key)
                if name in READINGS or (is_mapping(each) and not self._rule(name, value)):
                    made[self._key(key)] = self._place(each)
            return made
        if value is None or isinstance(value, bool):
            return value
        return "0.0, 0.0" if isinstance(value, str) else 0.0

    def _id(self, text: str) -> str:
        if not text or find(text) is not None:
            return text
        hidden = self._texts.redacted(text)
        return hidden if hidden != text else self._remembered(text, self.pseudonyms.alike(text))

    def _word(self, name: str, text: str) -> str:
        return self._remembered(text, self.pseudonyms.word(name.title() or "Text", text))

    def _remembered(self, text: str, instead: str) -> str:
        self._texts.remember(text, instead)
        return instead

    def _link(self, name: str, text: str) -> str:
        if text.startswith("/"):
            return self.addresses.relative(text)
        hidden = self._texts.redacted(text)
        return hidden if "://" in text else self._word(name, hidden)


def _pair_of(token: str) -> tuple[str, ...]:
    """Name and password of HTTP's Basic scheme."""
    try:
        name, _, password = b64decode(token).decode().partition(":")
    except ValueError:
        return ()
    return name, password


def _is_exact(value: object) -> bool:
    """Could it be half of a position, to ten metres?"""
    return isinstance(value, float) and abs(value) <= 180 and value != round(value, 3)


def _is_id(name: str) -> bool:
    return name in IDS or (name.endswith(("id", "ids")) and name not in TEXTS)


def _is_word(text: str) -> bool:
    """Is it nobody's: a time, a small number, or a permission?"""
    return any(each.fullmatch(text) for each in (TIMES, _SMALL, _PERMISSION))
