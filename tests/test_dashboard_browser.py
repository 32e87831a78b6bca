"""The dashboard in a real browser: what a person sees, does, and cannot see."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import Visit, chromium, visiting
from playwright.sync_api import Browser, Page, Route, expect

from smartcar import RateLimitError, Request, Smartcar
from smartcar.errors import VehicleStateError
from smartcar.signals import TractionBattery
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.server import Server
from smartcar.simulator.tokens import PLAYGROUND_TOKEN

AXE = Path(__file__).parent / "samples" / "axe" / "axe.min.js"
PAGES = (
    "/",
    "/?sort=-charge",
    "/cars/{car}",
    "/requests",
    "/requests/1",
    "/clock",
    "/applications",
    "/webhooks",
    "/documentation",
)


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server() -> Generator[Server]:
    clock = VirtualClock()
    clock.advance("1h20min")  # somebody is on the way to work
    with Server(Simulator(seed=7, clock=clock)) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, server: Server) -> Generator[Visit]:
    with visiting(browser, server.origin) as visits:
        yield visits


@pytest.fixture
def driving(server: Server) -> str:
    """Id of the car that is on its way."""
    (car,) = server.simulator.control.cars(activity="driving")
    return car.id


@pytest.fixture
def client(server: Server) -> Generator[Smartcar]:
    application = server.simulator.world.application
    with Smartcar(
        application.client_id, application.client_secret, origin=server.origin
    ) as smartcar:
        yield smartcar


def place_of(page: Page, car: str) -> str:
    """Where a car's marker is drawn."""
    marker = page.locator(f".leaflet-marker-icon[data-car='{car}']")
    expect(marker).to_be_visible()
    return str(marker.evaluate("marker => marker.style.transform"))


def ask_something(client: Smartcar, car: str) -> None:
    connection = next(each for each in client.connections(vehicle_id=car))
    client.vehicle(connection).signal(TractionBattery.StateOfCharge)


def ask_too_much(client: Smartcar, car: str) -> None:
    for _ in range(130):
        ask_something(client, car)


# --- every page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_fits_on_a_phone_and_a_desk(
    visit: Visit, client: Smartcar, driving: str, path: str
) -> None:
    ask_something(client, driving)
    for width, scheme in ((390, "dark"), (1440, "light")):
        page = visit(path.format(car=driving), width=width, scheme=scheme)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("#live")).to_have_text("Live")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title().endswith("· Simulator")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_used_by_everybody(
    visit: Visit, client: Smartcar, driving: str, path: str
) -> None:
    ask_something(client, driving)
    page = visit(path.format(car=driving))
    expect(page.locator("#live")).to_have_text("Live")
    page.evaluate(AXE.read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        told = [
            f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        assert told == [], scheme


def test_a_page_that_brings_itself_up_to_date_dims_no_button(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    park = page.locator('button[value="park"]')
    for waits, opacity in (("#main", "1"), ("#commands form", "0.7")):
        page.locator(waits).evaluate("(each) => each.classList.add('htmx-request')")
        assert park.evaluate("(each) => getComputedStyle(each).opacity") == opacity
        page.locator(waits).evaluate("(each) => each.classList.remove('htmx-request')")


@pytest.mark.parametrize("path", ["/nowhere-of-mine", "/cars/no-such-car", "/requests/999"])
def test_what_there_is_not_is_told_on_a_page(server: Server, browser: Browser, path: str) -> None:
    context = browser.new_context(base_url=server.origin)
    page = context.new_page()
    reply = page.goto(path if path != "/nowhere-of-mine" else "/clock/nowhere")
    assert reply is not None
    assert reply.status == 404
    page.get_by_role("link", name="Go to the fleet").click()
    expect(page.get_by_role("heading", name="Fleet")).to_be_visible()
    context.close()


# --- the clock, and cars that move ---------------------------------------------------------------


def test_a_car_moves_on_the_map_when_the_clock_is_put_forward(
    visit: Visit, server: Server, driving: str
) -> None:
    page = visit(f"/cars/{driving}")
    before = place_of(page, driving)
    page.get_by_role("button", name="+15 min").click()
    expect(page.locator("#now")).to_have_text("07:35:00")
    page.wait_for_function(
        "([car, was]) => document.querySelector(`.leaflet-marker-icon[data-car='${car}']`)"
        ".style.transform !== was || document.querySelector('#doing').textContent.includes('Park')",
        arg=[driving, before],
    )
    assert server.simulator.control.car(driving).activity != "driving"
    expect(page.locator("#doing")).not_to_contain_text("Driving")


def test_a_car_moves_by_itself_while_the_clock_runs(
    visit: Visit, server: Server, driving: str
) -> None:
    owner = server.simulator.control.car(driving).owner
    page = visit(f"/?owner={owner}")
    expect(page.locator(".leaflet-marker-icon")).to_have_count(1)
    before = place_of(page, driving)
    sixty = page.locator("button[name=speed][value='60']")
    sixty.click()
    expect(sixty).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(
        "([car, was]) => document.querySelector(`[data-car='${car}'].leaflet-marker-icon`)"
        ".style.transform !== was",
        arg=[driving, before],
    )
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    assert server.simulator.clock.speed == 0


def test_the_agenda_is_jumped_along(visit: Visit, server: Server) -> None:
    page = visit("/clock")
    first = server.simulator.control.agenda(limit=1)[0]
    page.get_by_role("button", name=f"Jump to {first.text}").first.click()
    expect(page.locator("#now")).to_have_text(first.at.strftime("%H:%M:%S"))
    assert server.simulator.clock.now() >= first.at.timestamp()


def test_a_length_of_time_that_is_none_is_refused_in_words(visit: Visit) -> None:
    page = visit("/clock")
    page.get_by_label("Put forward by").fill("tomorrow")
    page.get_by_role("button", name="Put forward", exact=True).click()
    expect(page.locator(".toast.bad")).to_contain_text("90s, 15min, 3h")


# --- the fleet -----------------------------------------------------------------------------------


def test_the_fleet_is_sifted_in_table_and_map(visit: Visit, driving: str) -> None:
    page = visit("/")
    expect(page.locator("tr[data-car]")).to_have_count(12)
    expect(page.locator(".leaflet-marker-icon[data-car]")).to_have_count(12)
    page.get_by_label("Powertrain").select_option("ICE")
    expect(page.locator("tr[data-car]")).to_have_count(1)
    expect(page.locator(".leaflet-marker-icon[data-car]")).to_have_count(1)
    page.get_by_label("Make").select_option("Tesla")
    expect(page.get_by_text("No car matches")).to_be_visible()
    page.get_by_role("link", name="Show all cars").click()
    expect(page.locator("tr[data-car]")).to_have_count(12)


def test_the_fleet_is_sorted_in_place_and_stays_so_when_it_is_sifted(visit: Visit) -> None:
    page = visit("/")
    names = page.locator("#cars .cover")
    expect(names).to_have_count(12)
    page.get_by_role("link", name="Odometer").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Odometer, least driven first")
    first = names.first.inner_text()
    page.get_by_role("link", name="Odometer").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Odometer, most driven first")
    expect(names.last).to_have_text(first)
    page.get_by_label("Powertrain").select_option("BEV")
    page.wait_for_url("**powertrain=BEV**")
    assert "sort=-odometer" in page.url
    page.go_back()
    expect(names).to_have_count(12)


def test_the_fleet_is_sorted_on_a_phone(visit: Visit, server: Server) -> None:
    page = visit("/", width=390)
    page.get_by_label("Sort").select_option("Range, longest first")
    longest = max(server.simulator.control.cars(), key=lambda car: car.range_km)
    expect(page.locator("#cars .cover").first).to_have_text(longest.nickname)
    assert "sort=-range" in page.url


def test_a_large_fleet_is_paged_and_the_map_says_what_it_leaves_out(browser: Browser) -> None:
    with (
        Server(Simulator(seed=7, fleet=100_000)) as server,
        visiting(browser, server.origin) as visit,
    ):
        page = visit("/?make=TESLA")
        expect(page.locator("tr[data-car]")).to_have_count(25)
        expect(page.locator(".legend")).to_contain_text("the first 200 of")
        page.get_by_role("link", name="The next page").click()
        expect(page.get_by_text("Page 2 of")).to_be_visible()


def test_roads_are_drawn_where_one_looks_close(visit: Visit, driving: str) -> None:
    page = visit("/clock")
    with page.expect_response("**/simulator/roads/*.json") as roads:
        page.goto(f"/cars/{driving}")
    assert roads.value.status == 200


def test_the_log_of_a_simulator_without_cars_and_requests_says_how_to_begin(
    browser: Browser,
) -> None:
    with Server(Simulator(fleet=0)) as server, visiting(browser, server.origin) as visit:
        page = visit("/")
        expect(page.get_by_role("heading", name="No cars yet")).to_be_visible()
        page = visit("/requests")
        expect(page.get_by_text(f"SMARTCAR_ORIGIN={server.origin}")).to_be_visible()


# --- a car ---------------------------------------------------------------------------------------


def test_a_car_is_driven_parked_and_locked_by_buttons(
    visit: Visit, server: Server, driving: str
) -> None:
    control = server.simulator.control
    page = visit(f"/cars/{driving}")
    page.get_by_role("button", name="Park", exact=True).click()
    expect(page.locator("#doing")).to_contain_text("Parked")
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.locator("#figures")).to_contain_text("locked")
    assert control.car(driving).activity == "parked"
    page.get_by_role("button", name="Drive").click()
    expect(page.locator("#doing")).to_contain_text("Driving")
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.locator(".toast.bad")).to_be_visible()


def test_a_signal_is_set_frozen_and_released(visit: Visit, client: Smartcar, driving: str) -> None:
    connection = next(each for each in client.connections(vehicle_id=driving))
    car = client.vehicle(connection)
    page = visit(f"/cars/{driving}")
    page.get_by_label("Find a signal").fill("stateofhealth")
    row = page.locator("#signal-tractionbattery-stateofcharge")
    expect(row).to_be_hidden()
    page.get_by_label("Find a signal").fill("tractionbattery-stateofcharge")
    row.get_by_role("link", name="Set").click()
    page.get_by_label("Value, in %").fill("42")
    page.get_by_label("Freeze it").check()
    page.get_by_role("button", name="Set", exact=True).click()
    expect(row).to_contain_text("Frozen")
    expect(row).to_contain_text("42 %")
    assert car.signal(TractionBattery.StateOfCharge).value == 42
    row.get_by_role("button", name="Release").click()
    expect(row).not_to_contain_text("Frozen")


def test_a_fault_that_is_added_is_met_by_a_client(
    visit: Visit, client: Smartcar, driving: str
) -> None:
    connection = next(each for each in client.connections(vehicle_id=driving))
    car = client.vehicle(connection)
    page = visit(f"/cars/{driving}")
    page.get_by_text("Add a fault").click()
    page.get_by_label("Error", exact=True).select_option("VEHICLE_STATE:ASLEEP")
    page.get_by_role("button", name="Add fault").click()
    expect(page.locator("#faults code")).to_have_text("VEHICLE_STATE:ASLEEP")
    with pytest.raises(VehicleStateError) as caught:
        car.signal(TractionBattery.StateOfCharge)
    assert caught.value.code == "ASLEEP"
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No rule: every request")).to_be_visible()
    assert car.signal(TractionBattery.StateOfCharge).value is not None


def test_a_grant_is_revoked_once_that_is_confirmed(
    visit: Visit, server: Server, driving: str
) -> None:
    page = visit(f"/cars/{driving}")
    page.once("dialog", lambda asked: asked.dismiss())
    page.get_by_role("button", name="Revoke").click()
    assert server.simulator.control.car(driving).grants
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="Nobody may read it")).to_be_visible()
    assert server.simulator.control.car(driving).grants == ()


def test_charts_are_drawn(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    expect(page.locator(".plot canvas")).to_have_count(4)
    expect(page.locator("[data-reads=store]")).to_contain_text("%")
    with page.expect_response("**/history.json?hours=168"):
        page.get_by_role("button", name="7 d").click()


# --- requests ------------------------------------------------------------------------------------


def test_a_chart_shows_both_stores_of_a_plug_in_hybrid(visit: Visit, server: Server) -> None:
    (hybrid, *_) = server.simulator.control.cars(powertrain="PHEV")
    page = visit(f"/cars/{hybrid.id}")
    reads = page.locator("[data-reads='store']")
    expect(reads).to_contain_text(re.compile(r"charge [0-9.]+ %\s*fuel [0-9.]+ %"))


def test_requests_appear_as_they_come_and_open(
    visit: Visit, client: Smartcar, driving: str
) -> None:
    page = visit("/requests")
    expect(page.get_by_role("heading", name="Nothing was asked")).to_be_visible()
    ask_something(client, driving)
    newest = page.locator("#log tbody tr").first
    expect(newest).to_contain_text("/signals/tractionbattery-stateofcharge")
    newest.get_by_role("link").click()
    expect(page.get_by_role("heading", name="no. 3")).to_be_visible()
    expect(page.locator("#reply-body")).to_contain_text("tractionbattery-stateofcharge")
    page.get_by_text("As curl", exact=True).click()
    expect(page.locator("#as-curl")).to_contain_text("curl --request GET")


def test_requests_are_sifted(visit: Visit, client: Smartcar, driving: str) -> None:
    ask_something(client, driving)
    page = visit("/requests")
    expect(page.locator("#log tbody tr")).to_have_count(3)
    page.get_by_label("Path, error, caller or car").fill("oauth2")
    expect(page.locator("#log tbody tr")).to_have_count(1)
    page.get_by_label("Method").select_option("GET")
    expect(page.get_by_text("No request matches")).to_be_visible()


def test_limits_are_switched_on_and_met(visit: Visit, client: Smartcar, driving: str) -> None:
    page = visit("/applications")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("of 120").first).to_be_visible()
    with pytest.raises(RateLimitError):
        ask_too_much(client, driving)


# --- by keyboard, without scripts, in the chosen theme -------------------------------------------


def test_everything_is_reached_by_keyboard(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator("tr[data-car] a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cars/"))
    page.get_by_role("button", name="Park", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()


def test_forms_and_tables_work_without_scripts(visit: Visit, server: Server, driving: str) -> None:
    page = visit("/?powertrain=PHEV", scripts=False)
    expect(page.locator("tr[data-car]")).to_have_count(2)
    page.get_by_role("button", name="+1 h").click()
    expect(page.locator("#now")).to_have_text("08:20:00")
    expect(page.locator(".toast.good")).to_contain_text("08:20:00")
    page.goto(f"/cars/{driving}")
    page.get_by_role("button", name="Unlock").click()
    expect(page.locator(".toast.good")).to_contain_text("unlocked")
    assert not server.simulator.control.car(driving).locked


def test_the_theme_that_is_chosen_stays(visit: Visit) -> None:
    page = visit("/clock")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto("/webhooks")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark != light


def test_a_page_says_that_its_simulator_is_gone_and_finds_it_again(browser: Browser) -> None:
    with Server(Simulator(seed=7)) as server:
        context = browser.new_context(base_url=server.origin)
        page = context.new_page()
        page.goto("/clock")
        expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("#live")).to_contain_text("Connection lost")
    later = VirtualClock()
    later.advance("3h")
    port = urlsplit(server.origin).port or 0
    with Server(Simulator(seed=7, clock=later), port=port):
        expect(page.locator("#live")).to_have_text("Live")
        expect(page.locator("#now")).to_have_text("09:00:00")
        context.close()


def test_a_page_that_nobody_looked_at_is_up_to_date_when_somebody_does(
    visit: Visit, client: Smartcar, driving: str
) -> None:
    page = visit("/requests")
    expect(page.get_by_text("Live")).to_be_visible()
    turn = (
        "is => { Object.defineProperty(document, 'hidden', { value: is, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.evaluate(turn, arg=True)
    ask_something(client, driving)
    page.evaluate(turn, arg=False)
    expect(page.locator("#log tbody tr").first).to_contain_text("/signals/")


def test_a_car_that_is_gone_is_told_when_the_world_is_another(
    visit: Visit, server: Server, driving: str
) -> None:
    page = visit("/")
    expect(page.locator(".leaflet-marker-icon[data-car]")).to_have_count(12)
    server.simulator.reset(seed=8)
    expect(page.locator(f"tr[data-car='{driving}']")).to_have_count(0)
    expect(page.locator(f".leaflet-marker-icon[data-car='{driving}']")).to_have_count(0)
    expect(page.locator(".leaflet-marker-icon[data-car]")).to_have_count(12)


# --- refusals where they belong, and what is gone -------------------------------------------------


def test_the_form_of_a_signal_begins_anew_each_time(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    page.locator("#signal-odometer-traveleddistance").get_by_role("link", name="Set").click()
    page.get_by_label("Or an error").select_option("VEHICLE_STATE:ASLEEP")
    page.get_by_label("Freeze it").check()
    page.get_by_role("link", name="Cancel").click()
    page.locator("#signal-closure-islocked").get_by_role("link", name="Set").click()
    expect(page.get_by_role("heading", name="Set is locked of")).to_be_visible()
    expect(page.get_by_label("Or an error")).to_have_value("")
    expect(page.get_by_label("Freeze it")).not_to_be_checked()
    expect(page.get_by_label("Value", exact=True)).to_have_value("no")


def test_a_refusal_is_said_in_the_dialog_at_its_field(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    page.locator("#signal-odometer-traveleddistance").get_by_role("link", name="Set").click()
    field = page.get_by_label("Value, in km")
    field.fill("far")
    page.get_by_role("button", name="Set", exact=True).click()
    refused = page.get_by_role("dialog").get_by_role("alert")
    expect(refused).to_contain_text("Traveled distance is a number, such as")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", "set-refused")
    expect(field).to_be_focused()
    expect(field).to_have_value("far")
    field.fill("112,345.6")
    expect(refused).to_be_hidden()
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_fault_of_nothing_is_refused_at_its_field(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    page.get_by_text("Add a fault").click()
    page.get_by_role("button", name="Add fault").click()
    expect(page.get_by_role("alert")).to_have_text("Choose what should go wrong.")
    expect(page.get_by_label("Error", exact=True)).to_be_focused()


def test_a_car_of_another_world_is_said_to_be_gone(
    browser: Browser, server: Server, driving: str
) -> None:
    context = browser.new_context(base_url=server.origin)
    page = context.new_page()
    page.goto(f"/cars/{driving}")
    expect(page.locator(".plot canvas")).to_have_count(4)
    server.simulator.reset(seed=8)
    expect(page.get_by_text("This car is no longer there")).to_be_visible()
    expect(page.get_by_role("button", name="Park", exact=True)).to_have_count(0)
    expect(page.locator("#world dd").first).to_have_text("8")
    server.simulator.reset(seed=7)
    expect(page.get_by_role("button", name="Park", exact=True)).to_be_visible()
    expect(page.locator(".plot canvas")).to_have_count(4)
    context.close()


def test_a_car_page_notices_another_world_behind_its_address(browser: Browser) -> None:
    clock = VirtualClock()
    with Server(Simulator(seed=7, clock=clock)) as server:
        context = browser.new_context(base_url=server.origin)
        page = context.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        car = server.simulator.world.fleet.grant(0).vehicle_id
        page.goto(f"/cars/{car}")
        expect(page.locator("#live")).to_have_text("Live")
    port = urlsplit(server.origin).port or 0
    expect(page.locator("#live")).to_contain_text("Connection lost")
    with Server(Simulator(seed=8), port=port):
        expect(page.get_by_text("This car is no longer there")).to_be_visible()
        page.get_by_role("link", name="Go to the fleet").click()
        expect(page.get_by_role("heading", name="Fleet")).to_be_visible()
        context.close()
    assert failures == []


def test_going_back_to_a_fleet_that_was_sifted_complains_of_nothing(
    visit: Visit, driving: str
) -> None:
    page = visit("/")
    page.get_by_label("Powertrain").select_option("ICE")
    expect(page).to_have_url(re.compile("powertrain=ICE"))
    page.locator("tr[data-car] a").first.click()
    expect(page.get_by_role("heading", name="Signals")).to_be_visible()
    page.go_back()
    expect(page.locator("tr[data-car]")).to_have_count(1)
    page.go_back()
    expect(page.locator("tr[data-car]")).to_have_count(12)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 720, 1024])
def test_nothing_is_scrolled_sideways(
    visit: Visit, client: Smartcar, driving: str, path: str, width: int
) -> None:
    ask_something(client, driving)
    page = visit(path.format(car=driving), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


SPILLS = """
(selector) => [...document.querySelectorAll(selector)].flatMap((box) => {
  const around = box.getBoundingClientRect();
  const leaks = ({ left, right, width }) =>
    width && (left < around.left - 1 || right > around.right + 1);
  return [...box.querySelectorAll("*")]
    .filter((each) => each.checkVisibility() && !each.closest("pre, .unseen"))
    .filter((each) => leaks(each.getBoundingClientRect()))
    .map((each) => each.textContent);
})
"""
"""What stands out of the boxes of a kind, and so covers its neighbours or is cut off."""


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_stands_out_of_its_place(
    visit: Visit, server: Server, driving: str, width: int
) -> None:
    headers = {"authorization": f"Bearer {PLAYGROUND_TOKEN}"}
    server.simulator.send(Request("GET", f"/v3/vehicles/{driving}/signals", headers=headers))
    page = visit(f"/cars/{driving}", width=width)
    expect(page.locator("#signals").get_by_text("VEHICLE_NOT_CAPABLE").first).to_be_visible()
    assert page.evaluate(SPILLS, "#signals td") == []
    page = visit("/requests/1", width=width)
    expect(page.locator("#request").get_by_text("RESOURCE_NOT_FOUND").first).to_be_visible()
    assert page.evaluate(SPILLS, "#request") == []


def test_bars_scroll_away_where_a_window_is_low(visit: Visit) -> None:
    page = visit("/clock", width=720)
    page.set_viewport_size({"width": 720, "height": 450})
    for bar in (".top", ".rail"):
        assert page.locator(bar).evaluate("bar => getComputedStyle(bar).position") == "static"


def test_crowds_on_the_map_do_not_cover_one_another(visit: Visit) -> None:
    page = visit("/", width=390)
    expect(page.locator(".crowd").first).to_be_visible()
    marks = page.evaluate(
        "[...document.querySelectorAll('.leaflet-marker-icon:not([hidden])')].map(each => {"
        " const { x, y, width } = each.getBoundingClientRect();"
        " return [x + width / 2, y + width / 2, width / 2]; })"
    )
    apart = [
        ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 - radius - other_radius
        for n, (x, y, radius) in enumerate(marks)
        for other_x, other_y, other_radius in marks[:n]
    ]
    assert all(each > -2 for each in apart)
    box = page.locator("#map").bounding_box()
    assert box is not None
    for x, y, _ in marks:
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]


def test_what_needs_scripts_is_not_offered_without(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}", scripts=False)
    for dead in ("#spans", "#find-signal", ".themes"):
        expect(page.locator(dead)).to_be_hidden()
    expect(page.get_by_text("The map needs JavaScript")).to_be_visible()
    expect(page.get_by_text("Charts need JavaScript")).to_be_visible()


# --- finding one's way ---------------------------------------------------------------------------


def test_how_to_begin_is_shown_until_it_is_hidden(visit: Visit, server: Server) -> None:
    page = visit("/")
    expect(page.locator("#environment")).to_contain_text(f"SMARTCAR_ORIGIN={server.origin}")
    page.get_by_role("button", name="Hide").click()
    expect(page.locator("#begin")).to_be_hidden()
    page.reload()
    expect(page.locator("tr[data-car]")).to_have_count(12)
    expect(page.locator("#begin")).to_be_hidden()


def test_cars_are_sifted_by_what_they_do(visit: Visit, driving: str) -> None:
    page = visit("/")
    page.get_by_label("State").select_option("driving")
    expect(page.locator("tr[data-car]")).to_have_count(1)
    expect(page.locator(f"tr[data-car='{driving}']")).to_be_visible()


def test_signals_that_a_car_cannot_tell_are_hidden(visit: Visit, driving: str) -> None:
    page = visit(f"/cars/{driving}")
    unable = page.locator("#signal-wheel-style")
    expect(unable).to_contain_text("COMPATIBILITY")
    page.get_by_label("Hide what this car cannot do").check()
    expect(unable).to_be_hidden()
    expect(page.locator("#signal-odometer-traveleddistance")).to_be_visible()


def test_the_clock_goes_on_until_a_moment_and_tells_what_comes_of_one_kind(
    visit: Visit, server: Server
) -> None:
    page = visit("/clock")
    page.get_by_label("Go on until, in UTC").fill("2026-06-01T09:30")
    page.get_by_role("button", name="Go on until then").click()
    expect(page.locator("#now")).to_have_text("09:30:00")
    page.get_by_label("Kind").select_option("departure")
    expect(page).to_have_url(re.compile("kind=departure"))
    expect(page.locator("#agenda .what", has_text="falls asleep")).to_have_count(0)
    expect(page.locator("#agenda .what", has_text="leaves for").first).to_be_visible()


def test_what_was_asked_before_a_list_was_sifted_does_not_undo_it(
    visit: Visit, server: Server
) -> None:
    page = visit("/clock")
    expect(page.locator("#live")).to_have_text("Live")
    held: list[Route] = []
    page.route(re.compile("/clock$"), lambda route: held.append(route))  # noqa: PLW0108 -- Playwright sets an attribute of it
    with page.expect_request(re.compile("/clock$")):
        server.simulator.connect("ada@example.com", "KIA")
    page.get_by_label("Kind").select_option("departure")
    expect(page).to_have_url(re.compile("kind=departure"))
    with page.expect_response(re.compile("/clock$")) as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    expect(page.locator("#agenda .what", has_text="falls asleep")).to_have_count(0)
    assert page.locator("#agenda .what").count() > 0


def test_a_usual_fault_is_filled_in_by_one_button(
    visit: Visit, server: Server, driving: str
) -> None:
    page = visit(f"/cars/{driving}")
    page.get_by_text("Add a fault").click()
    page.get_by_role("button", name="Rate limit").click()
    page.get_by_role("button", name="Offline").click()
    page.get_by_role("button", name="Add fault").click()
    expect(page.locator("#faults code")).to_have_text("car offline")
    (fault,) = server.simulator.control.faults()
    assert (fault.rule.car, fault.rule.error) == ("offline", None)
