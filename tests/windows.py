"""A window of the browser, and what can be said of the page in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing import PATIENCE
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

_AXE = (Path(__file__).parent / "samples" / "axe" / "axe.min.js").read_text(encoding="utf-8")
_CHECK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(({id, impact, help, nodes}) =>
    ({id, impact, help, where: nodes.map((node) => node.target.join(" "))}));
}"""

_SMALL = """() => [...document.querySelectorAll(
    "button, select, summary, label:has(input), input:not([type=hidden])")]
  .filter((each) => each.checkVisibility() && !each.closest("label label, label > input"))
  .filter((each) => {
    const {width, height} = each.getBoundingClientRect();
    return width < 44 || height < 44;
  })
  .map((each) => each.outerHTML)"""
_FOCUS = """() => {
  const {id, name, value, textContent} = document.activeElement;
  return id || (name && `${name}=${value}`) || textContent.trim();
}"""
_IS_RINGED = """() => {
  const ringed = (each) => getComputedStyle(each).outlineStyle !== "none"
    && parseFloat(getComputedStyle(each).outlineWidth) >= 2;
  const focused = document.activeElement;
  return ringed(focused) || ringed(focused.closest("label") ?? focused);
}"""


@dataclass
class Window:
    """A window of a fresh profile, which notes what its pages ask for and complain about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list[str])
    """What pages wrote to the console as warning or error, and scripts that failed."""
    requests: list[str] = field(default_factory=list[str])
    """The address of each request that was sent."""

    def listen(self) -> None:
        """Note from now on."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def asked_elsewhere(self, *origins: str) -> list[str]:
        """Requests to anywhere but *origins*."""
        return [url for url in self.requests if not url.startswith(tuple(f"{o}/" for o in origins))]

    @property
    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        self.page.wait_for_load_state()  # a page that is not there yet has no width
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

    @property
    def small_targets(self) -> list[str]:
        """What a finger would miss: less than 44 pixels high or wide."""
        found: list[str] = self.page.evaluate(_SMALL)
        return found

    @property
    def focus(self) -> str:
        """The id of what has the focus, or its name and value, or its text."""
        return str(self.page.evaluate(_FOCUS))

    def tab_to(self, wanted: str) -> None:
        """Press Tab until *wanted* has the focus; each stop on the way must be seen to have it."""
        stops: list[str] = []
        while wanted not in stops:
            self.page.keyboard.press("Tab")
            stops.append(self.focus)
            assert self.page.evaluate(_IS_RINGED), f"{stops[-1]} does not show its focus"
            assert len(stops) < 100, f"Tab does not come to {wanted}, but to {stops}"

    def violations(self) -> list[dict[str, Any]]:
        """What axe-core finds wrong with the page for people with disabilities."""
        self.page.evaluate(_AXE)
        found: list[dict[str, Any]] = self.page.evaluate(_CHECK)
        return found


@contextmanager
def opened(browser: Browser, **settings: Any) -> Iterator[Window]:
    """A window for as long as the block lasts; *settings* are those of ``new_context``."""
    context = browser.new_context(**{"viewport": DESK, "reduced_motion": "reduce", **settings})
    context.set_default_timeout(PATIENCE)
    window = Window(context, context.new_page())
    window.listen()
    yield window
    context.close()
