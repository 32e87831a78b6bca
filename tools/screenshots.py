"""Takes the pictures in the documentation, of a simulator with made-up cars.

``python tools/screenshots.py`` writes ``docs/images`` anew; names as arguments choose some. It
needs Chromium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from smartcar.simulator import SimulatedApplication, Simulator
from smartcar.simulator.server import Server

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"
SIZE: Final = (1120, 640)
"""Pixels of the window; a picture is as high as its page."""


def connect(page: Page, server: Server) -> None:
    """Connect's last page: which car, and what is shared."""
    query = {
        "client_id": server.simulator.world.application.client_id,
        "response_type": "code",
        "redirect_uri": "https://app.example.com/callback",
        "scope": "required:read_vehicle_info required:read_battery read_charge read_location"
        " read_odometer control_charge",
    }
    page.goto(f"{server.origin}/oauth/authorize?{urlencode(query)}")
    page.click("#continue-button")
    page.click("#VOLKSWAGEN")
    page.fill("#username", "ada@example.com")
    page.fill("#password", "any will do")
    page.click("#sign-in-button")
    page.wait_for_selector(".page-content")


PICTURES: Final[Mapping[str, Callable[[Page, Server], None]]] = {"connect": connect}
"""By name of the file: what leads a page to what is to be seen."""


def main(names: list[str]) -> None:
    """Take the pictures of those *names*; all of them if there are none."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no chromium on the PATH. On Debian: apt-get install chromium")
    application = SimulatedApplication(name="Night Charge")
    with (
        Server(Simulator(seed=7, application=application)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium)
        for name in names or PICTURES:
            width, height = SIZE
            page = browser.new_page(viewport={"width": width, "height": height})
            PICTURES[name](page, server)
            page.screenshot(path=IMAGES / f"{name}.png", full_page=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
