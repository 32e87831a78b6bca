"""Makes the pictures of the dashboard in ``docs/images``, with a real simulator and a real browser.

``python tools/screenshots.py`` needs Chromium on the PATH.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from smartcar import Smartcar, SmartcarError
from smartcar.signals import Location, Odometer, TractionBattery
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.server import Server

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"
SETTLES: Final = 2500
"""Milliseconds until maps and charts are drawn."""


def main() -> None:
    """Take all three."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("There is no chromium on the PATH: apt-get install chromium.")
    IMAGES.mkdir(exist_ok=True)
    clock = VirtualClock()
    clock.advance("10h27min")  # many are on their way home
    simulator = Simulator(seed=7, fleet=48, clock=clock)
    with Server(simulator, port=8686) as server, sync_playwright() as playwright:
        busy = ask_something(simulator)
        browser = playwright.chromium.launch(executable_path=chromium)
        take(browser, server.origin, "/", "light", "dashboard-fleet.png")
        take(browser, server.origin, f"/cars/{busy}", "dark", "dashboard-car.png")
        number = simulator.log.last - 1
        take(browser, server.origin, f"/requests/{number}", "light", "dashboard-requests.png")


def ask_something(simulator: Simulator) -> str:
    """Fill the log; gives a car that is on its way."""
    driving = next(iter(simulator.control.cars(activity="driving")))
    simulator.faults.add(FaultRule(error="RATE_LIMIT:VEHICLE", path="/v3/*/signals/odo*", times=1))
    with Smartcar(transport=simulator) as smartcar:
        for connection in list(smartcar.connections())[:5]:
            car = smartcar.vehicle(connection)
            for code in (TractionBattery.StateOfCharge, Location.PreciseLocation):
                car.signal(code)
        car = smartcar.vehicle(next(iter(smartcar.connections(vehicle_id=driving.id))))
        with suppress(SmartcarError):
            car.lock()  # refused: it drives
        with suppress(SmartcarError):
            car.signal(Odometer.TraveledDistance)  # meets the rule
        car.signal(TractionBattery.StateOfCharge)
    return driving.id


def take(browser: Browser, origin: str, path: str, scheme: str, name: str) -> None:
    """One picture."""
    context = browser.new_context(
        base_url=origin,
        viewport={"width": 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(path)
    page.wait_for_timeout(SETTLES)
    page.screenshot(path=IMAGES / name)
    context.close()
    print(f"{name}: {(IMAGES / name).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
