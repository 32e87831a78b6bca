"""What people and proxies do to a body on its way, undone.  Nothing here does I/O."""

from __future__ import annotations

import ast
import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from typing import Any, Final, NamedTuple

from smartcar.untyped import is_list, is_mapping

from .diagnosis import Mistake

_LARGEST: Final = 1024 * 1024
"""Bytes that are unpacked at most."""
_COMPACT: Final = ((",", ":"),)
"""Between the parts of JSON as the sender writes it."""
_LONGEST_LITERAL: Final = 100_000
"""Characters of Python that are read at most: twice what Smartcar sends."""


class Undone(NamedTuple):
    """What a body may have been."""

    mistake: Mistake
    told: str
    body: bytes


def undone(body: bytes) -> Iterator[Undone]:
    """What *body* may have been before something was done to it, the commonest first."""
    yield from _wrapped(body)
    yield from _newlines(body)
    yield from _charset(body)
    yield from _rewritten(body)
    yield from _packed(body)


def is_compact(body: bytes) -> bool:
    """Is it written as Smartcar writes: without a blank between its parts?"""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return body in _writings(content, _COMPACT)


def _newlines(body: bytes) -> Iterator[Undone]:
    told = "A newline at the end of the body was trimmed, or added."
    for each in (body + b"\n", body + b"\r\n", body.rstrip(b"\r\n"), body.strip()):
        yield Undone("body-newlines", told, each)
    told = "Newlines within the body were changed."
    unix = body.replace(b"\r\n", b"\n")
    yield Undone("body-newlines", told, unix)
    yield Undone("body-newlines", told, unix.replace(b"\n", b"\r\n"))


def _rewritten(body: bytes) -> Iterator[Undone]:
    """JSON that was read and written again; the sender writes compact JSON."""
    told = "The body was read as JSON and written again: blanks, escapes or numbers differ."
    content, is_python = _content(body)
    if is_python:
        told = "The body is a Python dictionary turned to text: it was read as JSON before."
    if isinstance(content, bytes):
        yield Undone("body-rewritten", "The body is Python's way to show bytes: b'…'.", content)
    elif isinstance(content, str):
        told = "The body is JSON within JSON: it was written twice."
        yield Undone("body-rewritten", told, content.encode(errors="surrogatepass"))
    elif is_mapping(content) or is_list(content):
        for each in _writings(content):
            yield Undone("body-rewritten", told, each)


def _content(body: bytes) -> tuple[object, bool]:
    """What *body* says, and whether it says it in Python."""
    try:
        return json.loads(body), False
    except (ValueError, RecursionError):
        pass
    text = body.decode(errors="replace").strip()
    if len(text) > _LONGEST_LITERAL or not text.startswith(("{", "b'", 'b"')):
        return None, False
    try:
        return ast.literal_eval(text), True
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None, False


def _writings(
    content: object, shapes: tuple[tuple[str, str], ...] = (_COMPACT[0], (", ", ": "))
) -> Iterator[bytes]:
    """*content* as senders write it; numbers such as 61.0 are 61 in JavaScript."""
    for whole, separators, is_ascii in product((False, True), shapes, (False, True)):
        said = _as_javascript(content) if whole else content
        try:
            text = json.dumps(said, separators=separators, ensure_ascii=is_ascii)
        except (ValueError, TypeError, RecursionError):
            return
        yield text.encode(errors="surrogatepass")
        yield text.replace("/", "\\/").encode(errors="surrogatepass")


def _as_javascript(content: Any) -> Any:
    if isinstance(content, float) and content.is_integer() and abs(content) < 2**53:
        return int(content)
    if is_mapping(content):
        return {name: _as_javascript(each) for name, each in content.items()}
    if is_list(content):
        return [_as_javascript(each) for each in content]
    return content


def _charset(body: bytes) -> Iterator[Undone]:
    told = "The body was read in another charset than UTF-8, and written again."
    for charset in ("latin-1", "cp1252", "utf-16", "utf-16-le"):
        with suppress(UnicodeError):
            yield Undone("body-charset", told, body.decode().encode(charset))
        with suppress(UnicodeError):
            yield Undone("body-charset", told, body.decode(charset).encode())
    bom = b"\xef\xbb\xbf"
    told = "A byte order mark was added to the body, or taken from it."
    yield Undone("body-charset", told, body.removeprefix(bom) if body[:3] == bom else bom + body)


def _packed(body: bytes) -> Iterator[Undone]:
    try:
        unpacked = zlib.decompressobj(wbits=47).decompress(body, _LARGEST)  # 47: zlib or gzip
    except zlib.error:
        pass
    else:
        yield Undone("body-packed", "The body is packed: something on the way did that.", unpacked)
    try:
        plain = base64.b64decode(body.strip(), validate=True)
    except (binascii.Error, ValueError):
        return
    yield Undone("body-base64", "The body is still in base64.", plain)


def _wrapped(body: bytes) -> Iterator[Undone]:
    """The event of AWS Lambda, whole, in place of the body within it."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    if not is_mapping(content):
        return
    whole: Mapping[str, Any] = content
    inner = whole.get("body")
    if not isinstance(inner, str):
        return
    told = "This is the gateway's event: the body is within it."
    plain = inner.encode(errors="surrogatepass")
    yield Undone("body-wrapped", told, plain)
    for each in _packed(plain):
        yield Undone("body-wrapped", f"{told}  It is in base64 there.", each.body)
