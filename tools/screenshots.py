"""Takes the pictures in the documentation, of a simulator with made-up cars.

``python tools/screenshots.py`` writes ``docs/images`` anew; names as arguments choose some. It
needs Chromium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from smartcar import Smartcar, SmartcarError
from smartcar.protocol.wire import Reply
from smartcar.signals import Location, Odometer, TractionBattery
from smartcar.simulator import SimulatedApplication, Simulator, VirtualClock
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.server import Server
from smartcar.webhooks import Receiver
from smartcar.webhooks.headers import Headers

IMAGES: Final = Path(__file__).parent.parent / "docs" / "images"
SETTLES: Final = 2500
"""Milliseconds until maps and charts are drawn."""
FAILS_AT: Final = 4
"""Which delivery the pictured receiver does not take."""


@dataclass(frozen=True)
class Picture:
    """What is to be seen, and how."""

    lead: Callable[[Page, Server], None]
    """Leads a page of a server to it."""
    width: int = 1280
    height: int = 800
    scheme: Literal["light", "dark"] = "light"
    is_whole: bool = False
    """As high as the page, rather than as the window."""


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


def fleet(page: Page, server: Server) -> None:
    """All cars, on a map."""
    page.goto(f"{server.origin}/")
    page.get_by_role("button", name="Hide").click()
    page.wait_for_timeout(SETTLES)


def car(page: Page, server: Server) -> None:
    """One that is on its way."""
    page.goto(f"{server.origin}/cars/{driving(server.simulator)}")
    page.wait_for_timeout(SETTLES)


def requests(page: Page, server: Server) -> None:
    """What was asked, and one answer in full."""
    ask_something(server.simulator)
    page.goto(f"{server.origin}/requests/{server.simulator.log.last - 1}")
    page.wait_for_timeout(SETTLES)


def webhooks(page: Page, server: Server) -> None:
    """One that is told of two cars, and a delivery that was tried twice."""
    simulator, uri = server.simulator, "https://fleet.example/smartcar/events"
    simulator.webhooks.receive(uri, Tired(simulator.world.application.management_token))
    control = simulator.control
    for each in control.webhooks():
        control.remove_webhook(each.id)
    triggers = ["tractionbattery-stateofcharge", "charge-ischarging", "closure-islocked"]
    hook = control.add_webhook(
        "Night Charge", uri, triggers=triggers, data=[*triggers, "odometer-traveleddistance"]
    )
    for one in list(control.cars(activity="driving"))[:3]:
        control.subscribe(hook.id, one.id)
    control.advance("40min")
    sent = control.deliveries().deliveries
    tried = next(each for each in sent if len(each.tries) > 1)
    page.goto(f"{server.origin}/webhooks/deliveries/{tried.event_id}")
    page.wait_for_timeout(SETTLES)


class Tired(Receiver):
    """A receiver that fails at its fourth delivery."""

    heard = 0

    def handle(self, body: bytes, headers: Headers) -> Reply:
        """Take it, or do not."""
        self.heard += 1
        if self.heard != FAILS_AT:
            return super().handle(body, headers)
        told = b'{"message":"The database is down."}'
        return Reply(503, {"content-type": "application/json"}, told)


PICTURES: Final = {
    "connect": Picture(connect, 1120, 640, is_whole=True),
    "dashboard-fleet": Picture(fleet),
    "dashboard-car": Picture(car, scheme="dark"),
    "dashboard-requests": Picture(requests),
    "dashboard-webhooks": Picture(webhooks, height=960),
}
"""By name of the file."""


def driving(simulator: Simulator) -> str:
    """The first car that is on its way."""
    return next(iter(simulator.control.cars(activity="driving"))).id


def ask_something(simulator: Simulator) -> None:
    """Fill the log, with an error or two."""
    simulator.faults.add(FaultRule(error="RATE_LIMIT:VEHICLE", path="/v3/*/signals/odo*", times=1))
    with Smartcar(transport=simulator) as smartcar:
        for connection in list(smartcar.connections())[:5]:
            each = smartcar.vehicle(connection)
            for code in (TractionBattery.StateOfCharge, Location.PreciseLocation):
                each.signal(code)
        busy = smartcar.vehicle(next(iter(smartcar.connections(vehicle_id=driving(simulator)))))
        for ask in (busy.lock, lambda: busy.signal(Odometer.TraveledDistance)):
            try:
                ask()
            except SmartcarError as error:
                print(error)
        busy.signal(TractionBattery.StateOfCharge)


def main(names: list[str]) -> None:
    """Take the pictures of those *names*; all of them if there are none."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("There is no chromium on the PATH. On Debian: apt-get install chromium")
    clock = VirtualClock()
    clock.advance("10h27min")  # many are on their way home
    application = SimulatedApplication(name="Night Charge")
    simulator = Simulator(seed=7, fleet=48, clock=clock, application=application)
    with Server(simulator, port=8686) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for name in names or PICTURES:
            picture = PICTURES[name]
            page = browser.new_page(
                viewport={"width": picture.width, "height": picture.height},
                color_scheme=picture.scheme,
            )
            picture.lead(page, server)
            page.screenshot(path=IMAGES / f"{name}.png", full_page=picture.is_whole)
            page.close()
            print(f"{name}.png: {(IMAGES / f'{name}.png').stat().st_size // 1024} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
