"""Read an error's body, in any of the shapes that Smartcar and what stands before it answer with.

v3 ``{"errors": [...]}``, v2 flat, OAuth, v1, and everything else (HTML, empty, ``null``) become one
``Problem``.  Nothing here raises on what it reads, and nothing here does I/O.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from smartcar import legacy
from smartcar.untyped import JSON, http_date, is_list, is_mapping

_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]+)?")


class Resolution(legacy.WasMapping, msgspec.Struct, frozen=True):
    """What the API suggests: RETRY_LATER, REAUTHENTICATE, CONTACT_SUPPORT, … (an open set)."""

    type: str | None = None
    url: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What an error says, whatever shape it came in."""

    type: str | None = None
    code: str | None = None
    error: str | None = None
    description: str = ""
    request_id: str | None = None
    resolution: Resolution = Resolution()
    suggested_user_message: str | None = None
    doc_url: str | None = None
    detail: object = None

    @property
    def reasons(self) -> str:
        """What *detail* says of each field, in one line; empty where it says nothing."""
        items = self.detail if is_list(self.detail) else [self.detail]
        told = (_text(item.get("message")) if is_mapping(item) else _text(item) for item in items)
        return "; ".join(reason for reason in told if reason)


def read_problem(status: int, body: object) -> Problem:
    """The problem that *body* tells, at the least that there is one."""
    content = _parsed(body)
    if is_mapping(content):
        fields = content
        errors = fields.get("errors")
        if is_list(errors) and errors and is_mapping(errors[0]):
            return _v3(errors[0])
        if is_mapping(fields.get("error")):
            return _controls(fields["error"])
        if "error" in fields:
            return _named(fields)
        if "type" in fields or "code" in fields:
            return _v2(fields)
        if isinstance(fields.get("message"), str):
            return Problem(description=fields["message"])
    return Problem(description=_told(status, content))


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds that ``Retry-After`` asks for; None if it is missing or makes no sense."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        at, now = http_date(text), http_date(headers.get("date", ""))
        if at is None or now is None:
            return None
        seconds = (at - now).total_seconds()
    return seconds if 0 <= seconds < float("inf") else None


def _v3(item: JSON) -> Problem:
    meta, links = _mapping(item.get("meta")), _mapping(item.get("links"))
    return Problem(
        type=_text(item.get("type")) or _first_v3_schema(_text(item.get("code"))),
        code=_text(item.get("code")),
        description=_text(item.get("detail")) or _text(item.get("title")) or "",
        request_id=_text(_mapping(meta.get("debug")).get("requestId"))
        or _text(meta.get("requestId")),
        resolution=_resolution(item.get("resolution")),
        suggested_user_message=_text(item.get("suggestedUserMessage")),
        doc_url=_text(links.get("about")),
        detail=item.get("source"),
    )


def _first_v3_schema(code: str | None) -> str | None:
    """The 2025 schema had no type; its codes are words such as ``not_found``."""
    return {
        "bad_request": "VALIDATION",
        "unauthorized": "AUTHENTICATION",
        "forbidden": "PERMISSION",
        "not_found": "RESOURCE_NOT_FOUND",
        "internal_error": "SERVER",
    }.get(code or "")


def _v2(fields: JSON) -> Problem:
    return Problem(
        type=_text(fields.get("type")),
        code=_text(fields.get("code")),
        description=_text(fields.get("description")) or _text(fields.get("message")) or "",
        request_id=_text(fields.get("requestId")),
        resolution=_resolution(fields.get("resolution")),
        suggested_user_message=_text(fields.get("suggestedUserMessage")),
        doc_url=_text(fields.get("docURL")),
        detail=fields.get("detail"),
    )


def _named(fields: JSON) -> Problem:
    """OAuth has ``error_description``; v1.0 has ``message`` and a code."""
    said = fields.get("error_description", fields.get("message"))
    return Problem(
        type=_text(fields.get("error")),
        error=_text(fields.get("error")),
        code=_text(fields.get("code")),
        description=_text(said) or "",
        request_id=_text(fields.get("requestId")),
        doc_url=_text(fields.get("error_uri")),
    )


def _controls(error: JSON) -> Problem:
    """Of the simulator's own controls."""
    return Problem(
        code=_text(error.get("code")),
        description=_text(error.get("message")) or "",
        detail=error.get("field"),
    )


def _resolution(said: object) -> Resolution:
    """An object, or the plain string it once was."""
    if is_mapping(said):
        return Resolution(_text(said.get("type")), _text(said.get("url")))
    return Resolution(_text(said))


def _told(status: int, content: object) -> str:
    """What can be said of a body without a shape: plain text as it is, HTML by its status only."""
    if isinstance(content, str) and content.strip() and "<" not in content:
        return content.strip()[:300]  # a person reads it: a sentence or two
    return f"HTTP {status} without a readable body" if status else ""


def _parsed(body: object) -> object:
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if not isinstance(body, str):
        return body
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return body


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: object) -> JSON:
    return value if is_mapping(value) else {}
