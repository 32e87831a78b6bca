"""What may be shown of a request or reply: everything but what opens something.

By name, whatever the value: a program may send its real secrets here by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

import msgspec

from smartcar.errors.problem import is_list, is_mapping
from smartcar.protocol.wire import SECRET_HEADERS

HIDDEN: Final = "…"
"""Stands for a secret."""

_SECRETS: Final = frozenset(
    {
        "access_token",
        "accesstoken",
        "application_management_token",
        "client_secret",
        "clientsecret",
        "code_verifier",
        "id_token",
        "management_token",
        "password",
        "pin",
        "refresh_token",
        "refreshtoken",
        "token",
    }
)
_CODE: Final = "code"
"""A secret where owners' tokens are asked for; elsewhere the name of an error or a signal."""
_GRANT: Final = "grant_type"

_PAIR: Final = re.compile(r"(?<![^?&\s\"])([^?&=\s\"]+)=([^?&#\s\"]*)")
_QUOTED: Final = re.compile(r"(Invalid (?:code|refresh_token): )[^\s\"]+")
"""How a token endpoint quotes what it refuses."""
_MEMBER: Final = re.compile(r"\"(\w+)\"(\s*:\s*)(\"(?:[^\"\\]|\\.)*\"?|[^\s,{}\[\]\"]+)")
"""For JSON that cannot be read as such."""


def redacted_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """*headers*; of addresses among them only the parameters that open nothing."""
    return {
        name: HIDDEN if name.lower() in SECRET_HEADERS else _without_parameters(value)
        for name, value in headers.items()
    }


def redacted_query(query: Mapping[str, str]) -> dict[str, str]:
    """*query* without what opens something."""
    return {name: _value(name, value, is_grant=True) for name, value in query.items()}


def redacted_body(body: bytes) -> str:
    """*body* as text; its size where it is none."""
    if not body:
        return ""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
    if text.lstrip()[:1] in {"{", "["}:
        return _QUOTED.sub(rf"\g<1>{HIDDEN}", _redacted_json(text))
    return text if text.lstrip().startswith("<") else _without_parameters(text)


def _redacted_json(text: str) -> str:
    try:
        content: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _MEMBER.sub(_hide_member, text)
    redacted = _redacted(content, is_grant=is_mapping(content) and _GRANT in content)
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
    return content


def _without_parameters(text: str) -> str:
    """*text*, a form or an address, without the values that open something."""
    if "=" not in text:
        return text
    return _PAIR.sub(lambda pair: f"{pair[1]}={_value(pair[1], pair[2], is_grant=True)}", text)


def _hide_member(member: re.Match[str]) -> str:
    hidden = f'"{HIDDEN}"' if _is_secret(member[1], is_grant=False) else member[3]
    return f'"{member[1]}"{member[2]}{hidden}'


def _value(name: str, value: str, *, is_grant: bool) -> str:
    return HIDDEN if _is_secret(unquote_plus(name), is_grant=is_grant) and value else value


def _is_secret(name: str, *, is_grant: bool) -> bool:
    return name.lower() in _SECRETS or (is_grant and name == _CODE)
