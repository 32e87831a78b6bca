"""A request to a page: what it asks for, and the answers it can get."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from smartcar.protocol.documents import Page
from smartcar.protocol.pages import Items
from smartcar.simulator.control.client import Control
from smartcar.simulator.simulator import Simulator

from .drawing import draw

T = TypeVar("T")

SPEEDS: Final = (0, 1, 10, 60, 600)
"""Virtual seconds a second that a button is for."""

LARGEST_FORM: Final = 64 * 1024
"""Bytes."""
LARGEST_COOKIE: Final = 3500
"""Characters: browsers drop one of more than 4096 bytes."""
SAID: Final = "said"
"""The cookie that carries what was done to the page that is shown next."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was done, or why not: shown once."""

    good: bool
    text: str
    field: str | None = None
    """The field of the form to mend."""
    typed: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """What was typed into a form that was refused: it is shown again."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody's request to a page."""

    request: Request
    simulator: Simulator
    form: Mapping[str, str]
    """What a form says."""
    refusal: Said | None = None
    """Why a form was refused that is shown again at once."""
    at: str | None = None
    """Where the page is that is shown, if it is not what was asked for."""

    @property
    def control(self) -> Control:
        """What the page may be told, and may do."""
        return self.simulator.control

    def asked(self, name: str) -> str | None:
        """What the query says of *name*; None where it says nothing."""
        return self.request.query_params.get(name, "").strip() or None

    def whole(self, name: str, most: int = 10**6) -> int:
        """A whole number of the query, 1 where it is none."""
        text = self.asked(name) or ""
        is_number = text.isascii() and text.isdigit() and len(text) < 9
        return min(max(1, int(text)), most) if is_number else 1

    @property
    def is_scripted(self) -> bool:
        """Did a script ask, which shows by itself what came of it?"""
        return self.request.headers.get("hx-request") == "true"

    @property
    def here(self) -> str:
        """The page's own address, without the host."""
        if self.at is not None:
            return self.at
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def url(self, **changes: object) -> str:
        """The same page with other fields in its query."""
        fields = {**self.request.query_params, **{k: str(v) for k, v in changes.items()}}
        kept = {name: text for name, text in fields.items() if text}
        return f"{self.request.url.path}?{urlencode(kept)}" if kept else self.request.url.path

    # --- answers ---------------------------------------------------------------------------------

    def page(self, template: str, section: str, view: object, **facts: object) -> Response:
        """The page, or its twin in JSON where that is asked for."""
        if self.request.url.path.endswith(".json"):
            return self.json(view)
        return self.html(template, section, 200, view=view, **facts)

    def json(self, view: object) -> Response:
        """The model itself."""
        return Response(msgspec.json.encode(view), media_type="application/json")

    def html(self, template: str, section: str, status: int = 200, **facts: object) -> Response:
        """A page of HTML with the frame around it."""
        said = self.request.cookies.get(SAID)
        told = self.refusal or (None if said is None else _read_said(said))
        shown: dict[str, object] = {
            "section": section,
            "summary": self.control.summary(),
            "clock": self.control.clock(),
            "speeds": SPEEDS,
            "here": self.here,
            "url": self.url,
            "live": "/simulator/events",
            "said": told,
            "typed": dict[str, str]() if told is None else told.typed,
            **facts,
        }
        answer = HTMLResponse(draw(template, **shown), status)
        if said is not None:
            answer.delete_cookie(SAID)
        return answer

    def done(self, text: str, *, to: str | None = None) -> Response:
        """It is done: told in place, or on the page that the form came from."""
        return self._told(Said(True, text), to)

    def refused(self, text: str, field: str | None = None, *, to: str | None = None) -> Response:
        """It is not done, and why: shown at its *field*, where the form has a place for that."""
        return self._told(Said(False, text, field, self.form), to)

    def refused_at(
        self, page: Callable[[Visitor], Response], text: str, field: str, *, at: str
    ) -> Response:
        """The same, with the form's own *page*, which is *at* this address, where no script asks.

        However long the form is, what was typed stays: a cookie might not hold it.
        """
        if self.is_scripted:
            return self.refused(text, field)
        return page(dataclasses.replace(self, refusal=Said(False, text, field, self.form), at=at))

    def _told(self, said: Said, to: str | None) -> Response:
        if self.is_scripted:
            told = {"said": {"good": said.good, "text": said.text, "field": said.field}}
            headers = {"HX-Trigger": json.dumps(told)}  # in ASCII, as headers are
            if to is not None and said.good:
                headers["HX-Location"] = to
            return Response(status_code=204, headers=headers)
        answer = RedirectResponse(to or self.back, 303)
        answer.set_cookie(SAID, _as_cookie(said), max_age=30, httponly=True, samesite="strict")
        return answer

    @property
    def back(self) -> str:
        """The page that the form came from, of this site only."""
        where = self.form.get("next", "/")
        parts = urlsplit(where)
        is_ours = where.startswith("/") and not where.startswith(("//", "/\\"))
        return where if is_ours and not parts.netloc else "/"


def _as_cookie(said: Said) -> str:
    """Without what was typed, where that is more than a browser keeps."""
    whole = quote(msgspec.json.encode(said))
    return whole if len(whole) < LARGEST_COOKIE else quote(msgspec.json.encode(_bare(said)))


def _bare(said: Said) -> Said:
    return Said(said.good, said.text[:500], said.field)


def _read_said(cookie: str) -> Said | None:
    try:
        return msgspec.json.decode(unquote(cookie), type=Said)
    except msgspec.DecodeError:  # of another version, or another program on this host
        return None


def first_page(items: Items[T]) -> Page[T]:
    """The page that was asked for, and no other."""
    return next(items.pages())


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; none where it is no form."""
    if request.method != "POST":
        return {}
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413, "That is more than any form of these pages says.")
    text = body.decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}
