"""Takes out of an exchange whatever is somebody's, before anything of it is written.

By name where the name tells, by pattern wherever it is, and what is not known is left out.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import msgspec

from smartcar.api.catalogue import find
from smartcar.errors.problem import is_list, is_mapping
from smartcar.protocol.origins import Host, Origins

from . import names
from .hosts import API_HOSTS
from .positions import positions
from .pseudonyms import Pseudonyms
from .texts import TIMES, Texts

REQUEST_HEADERS: Final = ("accept", "content-type", "sc-unit-system", "sc-user-id")
REPLY_HEADERS: Final = (
    *("content-type", "retry-after", "sc-data-age", "sc-fetched-at", "sc-request-id"),
    "sc-unit-system",
)
"""Headers that are kept."""

_COLLECTIONS: Final = re.compile(
    r"applications|charge-schedule-executions|charge-schedules|command-executions|connections"
    r"|subscriptions|users|vehicles|webhooks"
)
"""Segments of a path after which an id stands."""
_NO_IDS: Final = frozenset({"", "daily", "weekly", "workweek"})
_WORD: Final = re.compile(r"[a-z][a-z_.-]*|v\d+(\.\d+)?|oauth2|")
_CONSTANT: Final = re.compile(r"[A-Z][A-Z_]*")
_SMALL: Final = re.compile(r"-?\d{1,7}(\.\d{1,3})?|true|false|null|undefined|")
_PERMISSION: Final = re.compile(r"(required:)?(read|control)_[a-z_]+")
_NICKNAME: Final = "vehicleidentification-nickname"
_OWN: Final = re.compile(r"(.+\.)?smartcar\.com")
_EPOCHS: Final = ((1_000_000_000, 4_000_000_000), (1_000_000_000_000, 4_000_000_000_000))


class Redactor:
    """Redacts one recording: the same thing is called the same all through it.

    Args:
        upstream: Where the hosts really are; links to them are told as links to Smartcar's.
        key: What other names are made with; drawn by chance unless given.
    """

    def __init__(self, upstream: Origins | None = None, key: bytes | None = None) -> None:
        self.pseudonyms = Pseudonyms(key)
        self._texts = Texts(self.pseudonyms, self._address)
        real, given = Origins(), upstream or Origins()
        hosts: tuple[Host, ...] = (*API_HOSTS[::-1], "connect", "vehicle")
        self._real = {given.of(host): real.of(host) for host in hosts}

    # --- parts of an exchange --------------------------------------------------------------------

    def headers(self, headers: Mapping[str, str], kept: tuple[str, ...]) -> dict[str, str]:
        """Those of *headers* that are *kept*."""
        found = {name.lower(): value for name, value in headers.items()}
        hide = {"sc-user-id": self._id}
        return {
            name: hide.get(name, self._texts.redacted)(found[name])
            for name in kept
            if name in found
        }

    def caller(self, authorization: str | None) -> str | None:
        """Another name for who asks."""
        if not authorization:
            return None
        scheme, _, token = authorization.partition(" ")
        for each in (token, *_pair_of(token if scheme.lower() == "basic" else "")):
            if each:
                self.secret(each)
        return self.secret(authorization)

    def path(self, path: str) -> str:
        """*path*, quoted as on the wire, with other ids."""
        made: list[str] = []
        before = ""
        for segment in path.split("/"):
            made.append(self._segment(segment, before))
            before = segment
        return "/".join(made)

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
            return [self._any(name, each, around) for each in value]
        if isinstance(value, (int, float)):
            return self._number(name, value)
        return self._text(name, str(value), around)

    def _mapping(self, content: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        placed = positions(content, self.pseudonyms)
        code = content.get("code")
        is_nickname = code == _NICKNAME or content.get("id") == _NICKNAME
        is_unknown = isinstance(code, str) and "body" in content and find(code) is None
        for key, value in content.items():
            name = names.plain(key)
            if key in placed:
                made[key] = placed[key]
            elif name == "body" and (is_nickname or is_unknown):
                made[self._texts.redacted(key)] = self._hidden(value)
            else:
                made[self._texts.redacted(key)] = self._any(name, value, content)
        return made

    def _rule(self, name: str, around: Mapping[str, Any]) -> Callable[[object], Any] | None:
        """What is done whatever the value is."""
        if name in names.SECRETS or (name == "code" and "grant_type" in around):
            return self._secret
        if name in names.HIDDEN_WHOLE:
            return self._hidden
        if name in names.PLACES:
            return self._place
        return None

    def _text(self, name: str, text: str, around: Mapping[str, Any]) -> str:
        """A text that stands alone, or in a list."""
        hidden = self._personal(name, text, around) if text else text
        if hidden is not None:
            return hidden
        if name in names.LINKS:
            return self._link(name, text)
        if name in {"endpoint", "path"}:
            return self._relative(text)
        if name in names.PROSE and not names.AROUND_PROSE.isdisjoint(around):
            return self._texts.redacted(text, is_prose=True)
        is_reading = name in names.READINGS and around.keys() <= names.AROUND_READINGS
        is_known = is_reading or name in names.TEXTS or _is_word(text)
        return self._texts.redacted(text) if is_known else self._word(name, text)

    def _personal(self, name: str, text: str, around: Mapping[str, Any]) -> str | None:
        """Another name for *text*, if its own name says whose it is."""
        made: str | None = None
        if name in names.VINS and len(text) == 17 and text.isalnum():
            made = self.pseudonyms.vin(text)
        elif name in names.EMAILS:
            made = self.pseudonyms.email(text)
        elif name in names.PHONES:
            made = self.pseudonyms.phone(text)
        elif name in names.PERSONAL or (name == "name" and "group" not in around):
            made = self.pseudonyms.word(name.title(), text)
        elif name == "state" and not _CONSTANT.fullmatch(text):
            made = self.pseudonyms.secret(text)
        elif _is_id(name):
            is_signal = name == "id" and around.get("type") == "signal"
            return self._texts.redacted(text) if is_signal else self._id(text)
        return None if made is None else self._remembered(text, made)

    def _number(self, name: str, number: float) -> float:
        if _is_id(name):
            return self.pseudonyms.whole_number(int(number))
        if name in names.PHONES or name in names.PERSONAL or name in names.EMAILS:
            return 0
        if name in names.NUMBERS or any(low < number < high for low, high in _EPOCHS):
            return number
        if abs(number) >= 10_000_000:
            return 0  # a telephone or account number, for all that is known
        return round(number, 1) if abs(number) <= 180 and number != round(number, 3) else number

    # --- what is hidden --------------------------------------------------------------------------

    def secret(self, text: str) -> str:
        """Another name for a secret, which is not said again."""
        return self._remembered(text, self.pseudonyms.secret(text))

    def _secret(self, value: object) -> Any:
        if is_list(value):
            return [self._secret(each) for each in value]
        if is_mapping(value):
            return {self._texts.redacted(key): self._secret(each) for key, each in value.items()}
        return value if value is None or isinstance(value, bool) else self.secret(str(value))

    def _hidden(self, value: object) -> Any:
        """Nothing but the shape of *value*."""
        if is_list(value):
            return [self._hidden(each) for each in value]
        if is_mapping(value):
            return {self._texts.redacted(key): self._hidden(each) for key, each in value.items()}
        if isinstance(value, str):
            return self._word("text", value) if value else value
        return value if value is None or isinstance(value, bool) else 0

    def _place(self, value: object) -> Any:
        """A position that is no pair of fields: which number is which cannot be told."""
        if is_mapping(value):
            return self._mapping(value)
        if is_list(value):
            return [self._place(each) for each in value]
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

    # --- addresses -------------------------------------------------------------------------------

    def _segment(self, quoted: str, before: str) -> str:
        text = unquote(quoted)
        if _COLLECTIONS.fullmatch(before) and text not in _NO_IDS:
            return quote(self._id(text), safe="")
        if _WORD.fullmatch(text) or find(text) is not None:
            return quoted
        word, mark, hidden = text.partition("?")  # as the official Java SDK has it
        if mark and _WORD.fullmatch(word):
            return quote(f"{word}?{urlencode(self.query(hidden))}", safe="")
        return quote(self._id(text), safe="")

    def _link(self, name: str, text: str) -> str:
        if text.startswith("/"):
            return self._relative(text)
        hidden = self._texts.redacted(text)
        return hidden if "://" in text else self._word(name, hidden)

    def _relative(self, text: str) -> str:
        path, mark, query = text.partition("?")
        return self.path(path) + (f"?{urlencode(self.query(query))}" if mark else "")

    def _address(self, url: str) -> str:
        """*url* if it is one of Smartcar's, with other ids in it; else no address of anybody's."""
        try:
            parts = urlsplit(url)
            origin, host = f"{parts.scheme}://{parts.netloc}", parts.hostname or ""
        except ValueError:
            return self.pseudonyms.url(url)
        known = self._real.get(origin)
        if known is None and (parts.scheme != "https" or not _OWN.fullmatch(parts.netloc)):
            return self.pseudonyms.url(url)
        if host in {"smartcar.com", "www.smartcar.com"}:
            return f"{origin}{parts.path}" + (f"#{parts.fragment}" if parts.fragment else "")
        query = self.query(parts.query)
        tail = f"?{urlencode(query)}" if query else ""
        return f"{known or origin}{self.path(parts.path)}{tail}"


def _pair_of(token: str) -> tuple[str, ...]:
    """Name and password of HTTP's Basic scheme."""
    try:
        name, _, password = b64decode(token).decode().partition(":")
    except ValueError:
        return ()
    return name, password


def _is_id(name: str) -> bool:
    return name in names.IDS or (name.endswith(("id", "ids")) and name not in names.TEXTS)


def _is_word(text: str) -> bool:
    """Is it nobody's: a time, a small number, or a permission?"""
    return any(each.fullmatch(text) for each in (TIMES, _SMALL, _PERMISSION))
