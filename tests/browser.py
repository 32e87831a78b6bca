"""A real browser for tests of pages: Debian's Chromium, driven by Playwright.

Tests ask for the fixture ``window``; those that need another kind of window call ``opened``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 10_000
"""Milliseconds that Playwright waits for what should be there."""

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}

_AXE = (Path(__file__).parent / "samples" / "axe" / "axe.min.js").read_text(encoding="utf-8")
_CHECK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(({id, impact, help, nodes}) =>
    ({id, impact, help, where: nodes.map((node) => node.target.join(" "))}));
}"""


def chromium_path() -> str:
    """Where Chromium is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        msg = (
            f"These tests drive a browser, and there is none of {', '.join(NAMES)} on the PATH. "
            "On Debian: apt-get install chromium"
        )
        raise RuntimeError(msg)
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """Chromium, for as long as the block lasts."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


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
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )

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
