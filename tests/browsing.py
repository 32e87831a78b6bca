"""A real browser for the tests of pages: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 15_000
"""Milliseconds: a busy machine may need some of them; a page that works needs few."""

Visit = Callable[..., Page]


@contextmanager
def chromium() -> Generator[Browser]:
    """A browser without a window."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "These tests drive a real browser, and there is no Chromium on the PATH."
            " Install it: apt-get install chromium (Debian), apt-get install chromium-browser"
            " (Ubuntu), brew install --cask chromium (macOS).",
            pytrace=False,
        )
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, origin: str) -> Generator[Visit]:
    """Opens pages of *origin*; what went wrong in any of them fails the test at its end."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def visit(path: str, *, width: int = 1440, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=origin,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: _listen(said, complaints))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda asked: _watch(asked.url, origin, complaints))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _listen(said: Any, complaints: list[str]) -> None:
    if said.type in {"error", "warning"}:
        complaints.append(f"{said.location['url']}: {said.text}")


def _watch(url: str, origin: str, complaints: list[str]) -> None:
    """Nothing may be asked of anybody else."""
    if urlsplit(url).scheme not in {"data", "blob"} and not url.startswith(f"{origin}/"):
        complaints.append(f"asked of another: {url}")
