"""What may be shown of a request or reply: everything but what opens something.

By name, whatever the value: a program may send its real secrets here by mistake, and in another
form than it should.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Final
from urllib.parse import quote_plus, unquote_plus

import msgspec

from smartcar.protocol.wire import is_secret_header
from smartcar.untyped import is_list, is_mapping

HIDDEN: Final = "…"
"""Stands for a secret."""
DEEPEST: Final = 4
"""Addresses within addresses that are looked into; what is deeper is hidden whole."""

_SECRET: Final = re.compile(
    "token|secret|passw|passphrase|apikey|authorization|authentication|credential|cookie|verifier"
    "|privatekey|signature|assertion"
)
"""In a name, without what stands between its words."""
_WORDS: Final = frozenset({"auth", "bearer", "jwt", "key", "keys", "pin", "pwd"})
"""Too short for that: words by themselves."""
_PLAIN: Final = frozenset({"tokentype"})
_CODE: Final = "code"
"""A secret where owners' tokens are asked for; elsewhere the name of an error or a signal."""
_GRANT: Final = "grant_type"

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PAIR: Final = re.compile(r"(?<![\w.%+\[\]~$-])([\w.%+\[\]~$-]+)=([^&#;\"<>\r\n]*)")
_LINE: Final = re.compile(r"(?<![\w.-])([\w.-]+)([ \t]*:[ \t]*)([^&;\"<>\r\n]+)")
_QUOTED: Final = re.compile(r"(Invalid (?:code|refresh_token): )(?:[^\"\\\r\n]|\\.)+")
"""How a token endpoint quotes what it refuses."""
_MEMBER: Final = re.compile(
    r"\"((?:[^\"\\]|\\.)*)\"(\s*:\s*)(\"(?:[^\"\\]|\\.)*\"?|[\[{]|[^\s,{}\[\]\"]+)"
)
"""For JSON that cannot be read as such."""
_PART: Final = re.compile(r"(?m)^(?=--)")
_PART_NAME: Final = re.compile(r"(?i)\bname=\"?([^\";\r\n]+)")
_BLANK: Final = re.compile(r"\r?\n\r?\n")
_INPUT: Final = re.compile(r"(?i)<input[^<>]*>")
_INPUT_NAME: Final = re.compile(r"(?i)\sname=[\"']?([^\"'\s>]+)")
_INPUT_VALUE: Final = re.compile(r"(?i)(\svalue=)(\"[^\"]*\"|'[^']*'|[^\s>]+)")


def redacted_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """*headers*; of addresses among them only the parameters that open nothing."""
    return {
        name: HIDDEN if is_secret_header(name) else _without_parameters(value)
        for name, value in headers.items()
    }


def redacted_query(query: Mapping[str, str]) -> dict[str, str]:
    """*query* without what opens something."""
    return {
        name: HIDDEN if value and _is_secret(name) else _without_parameters(value)
        for name, value in query.items()
    }


def redacted_path(path: str) -> str:
    """*path*, in which somebody may have put a query."""
    return _without_parameters(path)


def redacted_body(body: bytes, *, is_grant: bool = False) -> str:
    """*body* as text; its size where it is none.

    Args:
        body: Of a request or a reply.
        is_grant: Does it ask for tokens?  Then a code in it is a secret.
    """
    if not body:
        return ""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
    if "\0" in text:  # of another encoding, in which nothing is found
        return f"<{len(body)} bytes>"
    if text.lstrip()[:1] in {"{", "["}:
        shown = _redacted_json(text, is_grant=is_grant)
    else:
        shown = _redacted_text(text, is_grant=is_grant or _GRANT in text)
    return _QUOTED.sub(rf"\g<1>{HIDDEN}", shown)


def _redacted_json(text: str, *, is_grant: bool) -> str:
    try:
        content: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _without_parameters(_redacted_members(text, is_grant=is_grant or _GRANT in text))
    is_grant = is_grant or (is_mapping(content) and _GRANT in content)
    redacted = _redacted(content, is_grant=is_grant)
    return text if redacted == content else msgspec.json.encode(redacted).decode()


def _redacted(content: object, *, is_grant: bool) -> object:
    if is_mapping(content):
        return {
            name: HIDDEN
            if _is_secret(name, is_grant=is_grant) and value is not None
            else _redacted(value, is_grant=is_grant)
            for name, value in content.items()
        }
    if is_list(content):
        return [_redacted(each, is_grant=is_grant) for each in content]
    return _without_parameters(content) if isinstance(content, str) else content


def _redacted_members(text: str, *, is_grant: bool) -> str:
    """*text*, JSON that is cut or broken, without the members that open something."""
    shown, place = "", 0
    for member in _MEMBER.finditer(text):
        if not _is_secret(member[1], is_grant=is_grant):
            continue
        shown, place = f'{shown}{text[place : member.start(3)]}"{HIDDEN}"', member.end()
        if member[3] in {"[", "{"}:
            return shown  # where it ends cannot be told
    return shown + text[place:]


def _redacted_text(text: str, *, is_grant: bool) -> str:
    if text.startswith("--"):
        return "".join(_redacted_part(part) for part in _PART.split(text))
    hide = partial(_hide_line, is_grant=is_grant)
    return _INPUT.sub(_hide_input, _LINE.sub(hide, _without_parameters(text)))


def _redacted_part(part: str) -> str:
    """A part of a multipart form."""
    blank = _BLANK.search(part)
    if blank is None:
        return part
    head, value = part[: blank.end()], part[blank.end() :]
    name = _PART_NAME.search(head)
    if name is None or not _is_secret(name[1]):
        return head + _without_parameters(value)
    return f"{head}{HIDDEN}{value[len(value.rstrip()) :]}"


def _hide_line(line: re.Match[str], *, is_grant: bool) -> str:
    return f"{line[1]}{line[2]}{HIDDEN}" if _is_secret(line[1], is_grant=is_grant) else line[0]


def _hide_input(tag: re.Match[str]) -> str:
    name = _INPUT_NAME.search(tag[0])
    if name is None or not _is_secret(name[1]):
        return tag[0]
    return _INPUT_VALUE.sub(rf'\g<1>"{HIDDEN}"', tag[0])


def _without_parameters(text: str, depth: int = 0) -> str:
    """*text*, a form or an address, without the values that open something."""
    if "=" not in text and "%" not in text:
        return text
    if depth > DEEPEST:
        return HIDDEN
    shown = _PAIR.sub(lambda pair: f"{pair[1]}={_value(pair[1], pair[2], depth)}", text)
    return _decoded(shown, depth) if "%3" in shown or "%2" in shown else shown


def _decoded(text: str, depth: int) -> str:
    """*text*; if a parameter in it opens something once it is decoded, without that."""
    plain = unquote_plus(text)
    shown = _without_parameters(plain, depth + 1)
    return text if shown == plain else shown


def _value(name: str, value: str, depth: int) -> str:
    if not value or _is_secret(unquote_plus(name)):
        return value and HIDDEN
    plain = unquote_plus(value)
    shown = _without_parameters(plain, depth + 1)
    return value if shown == plain else quote_plus(shown).replace(quote_plus(HIDDEN), HIDDEN)


def _is_secret(name: str, *, is_grant: bool = True) -> bool:
    plain = "".join(each for each in name.lower() if each.isalnum())
    if plain in _PLAIN:
        return False
    if _SECRET.search(plain) or (is_grant and plain == _CODE):
        return True
    return any(word.lower() in _WORDS for word in _WORD.findall(name))
