"""An owner's browser, as much of it as Connect needs: pages, forms, buttons.  No JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from smartcar.protocol.wire import Reply, Request
from smartcar.transport import Transport


@dataclass(slots=True)
class _Form:
    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


class _Forms(HTMLParser):
    """Forms of a page, with what they would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(said.get("method", "get").upper(), said.get("action", "")))
            self.is_inside = True
        elif not self.is_inside:
            return
        elif tag == "button":
            self.forms[-1].buttons[said.get("id", "")] = (
                said.get("name", ""),
                said.get("value", ""),
            )
        elif tag == "input" and "name" in said and "disabled" not in said:
            is_choice = said.get("type") in {"checkbox", "radio"}
            if not is_choice or "checked" in said:
                self.forms[-1].fields.append((said["name"], said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


class Browser:
    """One owner's browser."""

    def __init__(self, transport: Transport, origin: str) -> None:
        self._transport = transport
        self._origin = origin
        self._page = Reply(0)

    def open(self, path: str, query: dict[str, str]) -> None:
        """Follow a link."""
        self._page = self._transport.send(Request("GET", path, query, origin=self._origin))

    def press(self, button_id: str, **typed: str) -> None:
        """Fill in fields and press the button with this id."""
        page = _Forms()
        page.feed(self._page.body.decode())
        form = next((form for form in page.forms if button_id in form.buttons), None)
        if form is None:
            msg = f"There is no button {button_id!r} on this page (HTTP {self._page.status})."
            raise LookupError(msg)
        fields = [pair for pair in form.fields if pair[0] not in typed]
        sent = [*fields, *typed.items(), form.buttons[button_id]]
        if form.method == "GET":
            self.open(form.action, dict(sent))
            return
        self._page = self._transport.send(
            Request(
                form.method,
                form.action,
                headers={"content-type": "application/x-www-form-urlencoded"},
                body=urlencode(sent).encode(),
                origin=self._origin,
            )
        )

    @property
    def sent_back(self) -> dict[str, str]:
        """What the app learns when the page leads back to it; nothing while it does not."""
        return dict(parse_qsl(urlsplit(self._page.headers.get("location", "")).query))
