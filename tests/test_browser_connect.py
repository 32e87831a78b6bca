"""Connect in a real browser, as owners meet it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from browsing import chromium
from loopback import Loopback, http, say
from playwright.sync_api import Browser, expect
from windows import DESK, PHONE, Window, opened

from smartcar import Smartcar
from smartcar.api.resources import Connection
from smartcar.simulator import Simulator
from smartcar.simulator.server import Server

ADA = "ada@example.com"
SCOPE = "required:read_vin read_odometer control_charge"
AILING = "CONNECTED_SERVICES_ACCOUNT.AUTHENTICATION_FAILED@smartcar.com"


@dataclass(frozen=True)
class Stage:
    """A simulator on a port, and the page of an app that its owners come back to."""

    simulator: Simulator
    origin: str
    app: str

    def link(self, path: str = "authorize", **query: str | None) -> str:
        """An app's link to Connect, with *query* in place of the usual, or without it."""
        asked = {
            "client_id": self.simulator.world.application.client_id,
            "response_type": "code",
            "redirect_uri": f"{self.app}/back",
            "scope": SCOPE,
            "state": "s 1",
            **query,
        }
        said = {name: value for name, value in asked.items() if value is not None}
        return f"{self.origin}/oauth/{path}?{urlencode(said)}"

    def back(self, window: Window) -> dict[str, str]:
        """What the app learns when its owner is back."""
        window.page.wait_for_url(f"{self.app}/**")
        return dict(parse_qsl(urlsplit(window.page.url).query))

    def connections(self, user_id: str) -> list[Connection]:
        """What the owner has connected."""
        with Smartcar(transport=self.simulator) as client:
            return list(client.connections(user_id=user_id))


# While Playwright has a thread, no test in it can be async: one for each module, not for all.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def window(browser: Browser) -> Iterator[Window]:
    with opened(browser) as running:
        yield running


@pytest.fixture
def stage(simulator: Simulator) -> Iterator[Stage]:
    welcome = b"<!doctype html><title>App</title><h1>Welcome back"
    page = http("200 OK", welcome, "content-type: text/html; charset=utf-8")
    with Server(simulator) as server, Loopback(say(page)) as app:
        yield Stage(simulator, server.origin, app.origin)


def press(window: Window, name: str) -> None:
    """Press the button of that name."""
    window.page.get_by_role("button", name=name, exact=True).click()


def sign_in(window: Window, email: str = ADA, password: str = "any will do") -> None:
    """On the brand's page."""
    window.page.get_by_label("E-mail or phone number").fill(email)
    window.page.get_by_label("Password", exact=True).fill(password)
    press(window, "Sign in")


def test_an_owner_connects_a_car_and_keeps_a_permission_back(stage: Stage, window: Window) -> None:
    page = window.page
    page.goto(stage.link())
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Simulated application would like to connect to your car"
    )
    page.get_by_label("Country of your car").select_option("Germany")
    press(window, "Continue")
    expect(page.get_by_role("button", name="Lincoln")).to_have_count(0)  # none in Germany
    press(window, "Volkswagen")
    sign_in(window)
    required = page.get_by_role("checkbox", name="The vehicle identification number")
    expect(required).to_be_checked()
    expect(required).to_be_disabled()
    page.get_by_label("Total distance driven").uncheck()
    press(window, "Allow access")
    told = stage.back(window)
    assert told.keys() == {"code", "user_id", "state"}
    assert told["state"] == "s 1"
    (made,) = stage.connections(told["user_id"])
    assert made.vehicle.make == "VOLKSWAGEN"
    assert sorted(made.permissions) == ["control_charge", "read_vin"]
    assert not window.complaints
    assert not window.asked_elsewhere(stage.origin, stage.app)


@pytest.mark.parametrize("button", ["Decline", "Exit and go back to Simulated application"])
def test_an_owner_says_no(stage: Stage, window: Window, button: str) -> None:
    window.page.goto(stage.link(make="TESLA"))
    press(window, "Continue")
    sign_in(window)
    press(window, button)
    assert stage.back(window) == {
        "error": "access_denied",
        "error_description": "User denied access to application.",
        "state": "s 1",
    }


def test_one_car_can_be_chosen_of_several(stage: Stage, window: Window) -> None:
    window.page.goto(stage.link(make="KIA", single_select="true"))
    press(window, "Continue")
    sign_in(window, "3-vehicles@smartcar.com")
    cars = window.page.get_by_role("radio")
    expect(cars).to_have_count(3)
    second = cars.nth(1)
    second.check()
    expect(cars.nth(0)).not_to_be_checked()
    wanted = second.get_attribute("value")
    press(window, "Allow access")
    (made,) = stage.connections(stage.back(window)["user_id"])
    assert made.vehicle_id == wanted


def test_a_wrong_password_is_said_and_can_be_put_right(stage: Stage, window: Window) -> None:
    window.page.goto(stage.link(make="TESLA"))
    press(window, "Continue")
    sign_in(window, password="wrong")
    expect(window.page.get_by_role("alert")).to_contain_text("is not right")
    email = window.page.get_by_label("E-mail or phone number")
    expect(email).to_be_focused()
    expect(email).to_have_value(ADA)
    expect(email).to_have_accessible_description(re.compile("is not right"))
    expect(window.page.get_by_label("Password", exact=True)).to_have_value("")
    assert window.page.title().startswith("Problem: ")
    sign_in(window)
    press(window, "Allow access")
    assert "code" in stage.back(window)


def test_no_car_chosen_is_said_and_nothing_is_ticked_again(stage: Stage, window: Window) -> None:
    window.page.goto(stage.link(make="TESLA"))
    press(window, "Continue")
    sign_in(window)
    car = window.page.get_by_role("checkbox", name="Tesla")
    car.uncheck()
    window.page.get_by_label("Total distance driven").uncheck()
    press(window, "Allow access")
    expect(window.page.get_by_role("alert")).to_contain_text("Choose at least one car.")
    expect(car).not_to_be_checked()
    expect(window.page.get_by_label("Total distance driven")).not_to_be_checked()
    car.check()
    press(window, "Allow access")
    (made,) = stage.connections(stage.back(window)["user_id"])
    assert "read_odometer" not in made.permissions


def test_the_keyboard_is_enough(stage: Stage, window: Window) -> None:
    keyboard = window.page.keyboard
    window.page.goto(stage.link())
    keyboard.press("Tab")
    assert window.focus == "Skip to content"
    keyboard.press("Enter")
    assert window.focus == "main"
    window.tab_to("continue-button")
    keyboard.press("Enter")
    window.page.wait_for_selector("#brand-search")
    window.tab_to("brand-search")
    keyboard.type("range rover")
    keyboard.press("Enter")
    assert window.focus == "LAND_ROVER"
    keyboard.press("Space")
    window.page.wait_for_selector("#username")
    window.tab_to("username")
    keyboard.type(ADA)
    window.tab_to("password")
    keyboard.type("any will do")
    keyboard.press("Enter")
    window.page.wait_for_selector(".page-content")
    window.tab_to("permission=read_odometer")
    keyboard.press("Space")
    window.tab_to("approval-button")
    keyboard.press("Enter")
    (made,) = stage.connections(stage.back(window)["user_id"])
    assert made.vehicle.make == "LAND_ROVER"
    assert sorted(made.permissions) == ["control_charge", "read_vin"]


def test_no_script_is_needed(stage: Stage, browser: Browser) -> None:
    with opened(browser, java_script_enabled=False) as window:
        page = window.page
        page.goto(stage.link())
        press(window, "Continue")
        page.get_by_label("Search brands").fill("chevy")
        press(window, "Search")
        expect(page.get_by_role("status")).to_have_text("1 brand for “chevy”")
        expect(page.locator(".brand-list-item")).to_have_count(1)
        press(window, "Show all brands")
        expect(page.locator("#TESLA")).to_be_visible()
        page.get_by_label("Search brands").fill("zzz")
        press(window, "Search")
        expect(page.get_by_role("status")).to_contain_text("No brand matches “zzz”.")
        press(window, "Show all brands")
        press(window, "Tesla")
        expect(page.get_by_role("button", name="Show password")).to_have_count(0)
        sign_in(window, password="wrong")
        sign_in(window)
        press(window, "Allow access")
        (made,) = stage.connections(stage.back(window)["user_id"])
        assert made.vehicle.make == "TESLA"


def test_brands_are_found_while_they_are_typed(stage: Stage, window: Window) -> None:
    page = window.page
    page.goto(stage.link())
    press(window, "Continue")
    expect(page.locator("#TESLA")).to_be_visible()
    page.wait_for_load_state("networkidle")
    window.requests.clear()
    shown = page.locator(".brand-list-item:visible")
    for typed, told, names in (
        ("Citroën", "1 brand for “Citroën”", ["Citroën"]),
        ("citroen", "1 brand for “citroen”", ["Citroën"]),
        ("land", "1 brand for “land”", ["Land Rover"]),
        ("vo", "2 brands for “vo”", ["Volkswagen", "Volvo"]),
        ("zzz", "No brand matches “zzz”. Check the spelling.", []),
        ("?", "No brand matches “?”. Check the spelling.", []),
    ):
        page.get_by_label("Search brands").fill(typed)
        expect(page.get_by_role("status")).to_have_text(told)
        expect(shown.locator("span:not(.mark)")).to_have_text(names)
    page.get_by_label("Search brands").fill("")
    expect(page.get_by_role("status")).to_have_text("")
    assert shown.count() > 40
    assert not window.requests


def test_an_owner_can_go_back_and_change_the_brand(stage: Stage, window: Window) -> None:
    page = window.page
    page.goto(stage.link())
    press(window, "Continue")
    press(window, "Tesla")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to your Tesla account")
    page.go_back()
    press(window, "Kia")
    sign_in(window)
    press(window, "Allow access")
    (made,) = stage.connections(stage.back(window)["user_id"])
    assert made.vehicle.make == "KIA"


def test_a_brand_that_is_not_offered_is_said_so(stage: Stage, window: Window) -> None:
    window.page.goto(stage.link())
    press(window, "Continue")
    expect(window.page.get_by_role("button", name="Saab Unavailable")).to_be_disabled()
    window.page.get_by_role("button", name="see my brand").click()
    assert stage.back(window)["error"] == "vehicle_incompatible"


def test_a_password_can_be_looked_at_while_it_is_typed(stage: Stage, window: Window) -> None:
    window.page.goto(stage.link(make="TESLA"))
    press(window, "Continue")
    password = window.page.locator("#password")
    expect(password).to_have_attribute("type", "password")
    press(window, "Show password")
    expect(password).to_have_attribute("type", "text")
    press(window, "Hide password")
    expect(password).to_have_attribute("type", "password")


def pages(stage: Stage, window: Window) -> Iterator[str]:
    """Every page of Connect, one after another, each as it is named."""
    page = window.page
    page.goto(stage.link())
    yield "preamble"
    press(window, "Continue")
    yield "brands"
    page.get_by_label("Search brands").fill("zzz")
    yield "no brand found"
    page.goto(f"{page.url}&brand_search=vw")
    yield "brands that the server found"
    press(window, "Volkswagen")
    yield "sign in"
    sign_in(window, "12-vehicles@smartcar.com", "wrong")
    yield "wrong password"
    sign_in(window, "12-vehicles@smartcar.com")
    yield "grant"
    for box in page.get_by_role("checkbox", name="Volkswagen").all():
        box.uncheck()
    press(window, "Allow access")
    yield "no car chosen"
    page.goto(stage.link(make="KIA", single_select="true", scope=None))
    press(window, "Continue")
    sign_in(window, "2-vehicles@smartcar.com")
    yield "single select, all permissions"
    page.goto(stage.link(make="TESLA", response_type="none", redirect_uri=None))
    press(window, "Continue")
    sign_in(window, AILING)
    car = page.get_by_role("checkbox", name="Tesla").get_attribute("value")
    press(window, "Allow access")
    yield "done"
    page.goto(stage.link("reauthenticate", response_type="vehicle_id", vehicle_id=car))
    yield "sign in again"
    sign_in(window, AILING, "wrong")
    yield "wrong password again"
    page.goto(stage.link(client_id="nobody"))
    yield "a link that does not work"


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"]
)
def test_every_page_serves_everyone(
    stage: Stage, browser: Browser, size: dict[str, int], scheme: str
) -> None:
    wrong: dict[str, Any] = {}
    seen: list[str] = []
    with opened(browser, viewport=size, color_scheme=scheme) as window:
        for name in pages(stage, window):
            seen.append(window.page.url)
            found = {
                "violations": window.violations(),
                "sideways": window.sideways,
                "small": window.small_targets,
                "moving": window.page.evaluate("document.getAnimations().length"),
            }
            wrong |= {f"{name}: {what}": each for what, each in found.items() if each}
        assert len(seen) == 13
        # A link that does not work is answered 400, which the console notes by itself.
        assert [each for each in window.complaints if "status of 400" not in each] == []
        assert not window.asked_elsewhere(stage.origin)
    assert not wrong


def test_every_page_fits_a_narrow_window_and_a_large_zoom(stage: Stage, browser: Browser) -> None:
    # 320 pixels are a window of 1280 at a zoom of 400 %: https://www.w3.org/TR/WCAG22/#reflow
    with opened(browser, viewport={"width": 320, "height": 256}) as window:
        assert {name for name in pages(stage, window) if window.sideways} == set()
