"""Requests that a caller words: held to what HTTP can carry, and to their place.  No I/O here.

An HTTP client resolves dots, in whatever way they are written: a path that could leave its place
would be another request, with the same token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from .protocol.wire import header_value, segment

_METHOD: Final = re.compile(r"[A-Za-z]+")
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""https://www.rfc-editor.org/rfc/rfc9110#name-tokens"""

_FRAMING: Final = frozenset({"connection", "content-length", "host", "transfer-encoding"})
"""Headers that say where a request ends and goes: the HTTP client's business."""


def method_of(method: object) -> str:
    """*method* in upper case.

    Raises:
        ValueError: It is no word.
    """
    if not isinstance(method, str) or not _METHOD.fullmatch(method):
        msg = f"method must be a word such as GET, not {method!r}"
        raise ValueError(msg)
    return method.upper()


def below(path: object) -> tuple[str, dict[str, str]]:
    """*path* without its outer slashes, quoted so that it stays below what it follows; its query.

    Raises:
        ValueError: It could lead elsewhere, or its query says something twice.
    """
    if not isinstance(path, str) or not path.isprintable():
        msg = f"path must be text such as tesla/speedometer, not {path!r}"
        raise ValueError(msg)
    split = urlsplit(path)
    steps = [unquote(step) for step in split.path.strip("/").split("/")]
    leaves = any(step in {".", ".."} or set(step) & set("/\\") for step in steps)
    if split.scheme or split.netloc or split.fragment or leaves:
        msg = f"path must stay below its place, such as tesla/speedometer, not {path!r}"
        raise ValueError(msg)
    pairs = parse_qsl(split.query, keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        msg = f"path has a parameter twice, which no endpoint takes: {path!r}"
        raise ValueError(msg)
    if steps == [""]:
        return "", dict(pairs)
    return "/".join(segment("path", step) for step in steps), dict(pairs)


def headers_of(headers: Mapping[Any, Any] | None) -> dict[str, str]:
    """*headers* with names in lower case; spaces in values are fine (``Bearer …``).

    Raises:
        TypeError: A value is no text.
        ValueError: No header can carry it, or it is the HTTP client's own.
    """
    own: dict[str, str] = {}
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name.lower() in _FRAMING:
            msg = f"headers cannot have {name!r}: it is no name, or one that HTTP sets by itself"
            raise ValueError(msg)
        spaceless = value.replace(" ", "_") if isinstance(value, str) else value
        header_value(f"header {name}", spaceless)
        own[name.lower()] = value
    return own


def json_of(body: object) -> bytes:
    """*body* as JSON; nothing for None.

    Raises:
        TypeError: It is bytes, or nothing that JSON has.
        ValueError: It holds a number that JSON has not.
    """
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray, memoryview)):
        msg = "body is sent as JSON: pass the object itself, not its bytes"
        raise TypeError(msg)
    json.dumps(msgspec.to_builtins(body, str_keys=True), allow_nan=False)
    return msgspec.json.encode(body)
