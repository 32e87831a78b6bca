"""The two values that cross the network.  Both ends speak them; neither does I/O here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

COOKIES = "set-cookie"
"""The one header that may come several times and cannot be told as one."""

_SECRET = re.compile("auth|cookie|credential|key|passw|secret|signature|token")
"""In the name of a header whose value is never shown."""
_NO_SECRET = frozenset({":authority", "proxy-authenticate", "www-authenticate"})

_VISIBLE = re.compile(r"[!-~]+")
"""ASCII that prints: what tokens and ids are made of."""

_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,255}")
"""Ids that need no quoting and can be no ``..``: nearly all."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What a client says: an HTTP request, whole.  Header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    origin: str = ""
    """Scheme, host and port, such as ``https://vehicle.api.smartcar.com``."""
    connect_timeout: float | None = None
    """Seconds to wait for a connection."""
    timeout: float | None = None
    """Seconds to wait for the whole reply."""

    @property
    def target(self) -> str:
        """Path and query, as the request line has them."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path

    @property
    def url(self) -> str:
        """Where it goes."""
        return self.origin + self.target

    def __repr__(self) -> str:
        """Method and address; of the headers and the body only what cannot be secret."""
        headers = {
            name: "…" if is_secret_header(name) else value for name, value in self.headers.items()
        }
        return f"<{self.method} {self.url} {headers} {len(self.body)} bytes>"


class Reply(Struct, frozen=True):
    """What the server answers: an HTTP response, whole.  Header names are lower-case.

    Several ``set-cookie`` are one here, a line for each.
    """

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Did the server say so?  2xx only: Smartcar never redirects its clients."""
        return 200 <= self.status < 300

    def __repr__(self) -> str:
        """Status and size: a token's reply is a secret."""
        return f"<Reply {self.status} {len(self.body)} bytes>"


def is_secret_header(name: str) -> bool:
    """May the value of this header open something?  Then it is never shown."""
    plain = name.strip().lower()
    return plain not in _NO_SECRET and _SECRET.search(plain) is not None


def header_value(name: str, value: object) -> str:
    """*value* as a header may carry it: it can add no header of its own.

    Raises:
        TypeError: It is not text.
        ValueError: It is empty, or has characters that no header has; it is not shown.
    """
    if not isinstance(value, str):
        msg = f"{name} must be text, not {type(value).__name__}"
        raise TypeError(msg)
    if not _VISIBLE.fullmatch(value):
        msg = f"{name} is empty, or has characters that no header can carry"
        raise ValueError(msg)
    return value


def segment(name: str, value: object) -> str:
    """*value* as one segment of a path: it can neither leave its place nor add a query.

    Raises:
        TypeError: It is not text or a number.
        ValueError: It is empty, ``.`` or ``..`` (an HTTP client would resolve those), has control
            characters, or is longer than any id.
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        msg = f"{name} must be text, not {type(value).__name__}"
        raise TypeError(msg)
    text = str(value)
    if text in {"", ".", ".."}:
        msg = f"{name} must be an id, not {text!r}"
        raise ValueError(msg)
    if len(text) > 256 or not text.isprintable():
        msg = f"{name} is not an id: it is too long or has characters that do not print"
        raise ValueError(msg)
    return quote(text, safe="")
