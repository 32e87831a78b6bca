"""Paths and addresses, with other ids in them; one that is not Smartcar's is nobody's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote, urlencode, urlsplit

from smartcar.api.catalogue import find
from smartcar.protocol.origins import Host, Origins

from .hosts import API_HOSTS

_COLLECTIONS: Final = re.compile(
    r"applications|charge-schedule-executions|charge-schedules|command-executions|connections"
    r"|subscriptions|users|vehicles|webhooks"
)
"""Segments of a path after which an id stands."""
_NO_IDS: Final = frozenset({"", "daily", "weekly", "workweek"})
_WORD: Final = re.compile(r"[a-z][a-z_.-]*|v\d+(\.\d+)?|oauth2|")
_OWN: Final = re.compile(r"(.+\.)?smartcar\.com")


class Addresses:
    """Tells addresses without what is somebody's.

    Args:
        upstream: Where the hosts really are; links to them are told as links to Smartcar's.
        identify: What an id is told as.
        query: What a query is told as, by name.
        text: What a text is told as.
        other: What an address is told as that is not Smartcar's.
    """

    def __init__(
        self,
        upstream: Origins,
        identify: Callable[[str], str],
        query: Callable[[str], Mapping[str, str]],
        text: Callable[[str], str],
        other: Callable[[str], str],
    ) -> None:
        real = Origins()
        hosts: tuple[Host, ...] = (*API_HOSTS[::-1], "connect", "vehicle")
        self._real = {upstream.of(host): real.of(host) for host in hosts}
        self._identify, self._query, self._text, self._other = identify, query, text, other

    def path(self, path: str) -> str:
        """*path*, quoted as on the wire, with other ids."""
        made: list[str] = []
        before = ""
        for segment in path.split("/"):
            made.append(self._segment(segment, before))
            before = segment
        return "/".join(made)

    def relative(self, text: str) -> str:
        """A path, and perhaps its query."""
        path, mark, query = text.partition("?")
        return self.path(path) + (f"?{urlencode(self._query(query))}" if mark else "")

    def whole(self, url: str) -> str:
        """*url* if it is one of Smartcar's, with other ids in it; else no address of anybody's."""
        try:
            parts = urlsplit(url)
            origin, host = f"{parts.scheme}://{parts.netloc}", parts.hostname or ""
        except ValueError:
            return self._other(url)
        known = self._real.get(origin)
        if known is None and (parts.scheme != "https" or not _OWN.fullmatch(parts.netloc)):
            return self._other(url)
        if host in {"smartcar.com", "www.smartcar.com"}:  # pages for people
            told = (self._text(unquote(each)) for each in (parts.path, parts.fragment))
            path, fragment = (quote(each, safe="/") for each in told)
            return f"{origin}{path}" + (f"#{fragment}" if fragment else "")
        query = self._query(parts.query)
        tail = f"?{urlencode(query)}" if query else ""
        return f"{known or origin}{self.path(parts.path)}{tail}"

    def _segment(self, quoted: str, before: str) -> str:
        text = unquote(quoted)
        if _COLLECTIONS.fullmatch(before) and text not in _NO_IDS:
            return quote(self._identify(text), safe="")
        if _WORD.fullmatch(text) or find(text) is not None:
            return quoted
        word, mark, hidden = text.partition("?")  # as the official Java SDK has it
        if mark and _WORD.fullmatch(word):
            return quote(f"{word}?{urlencode(self._query(hidden))}", safe="")
        return quote(self._identify(text), safe="")
