"""The dashboard's page of webhooks: what it shows and does, with a browser and without."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from typing import Any

import pytest
from browsing import Visit, chromium, visiting
from playwright.sync_api import Browser, Locator, Page, expect
from test_dashboard import ask, twin
from test_dashboard_browser import AXE

from smartcar.api.definition import ALL
from smartcar.protocol.wire import Reply
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.control.models import Webhook
from smartcar.simulator.server import Server
from smartcar.webhooks import Receiver

URI = "https://fleet.example/smartcar/events"
TRIGGER = "odometer-traveleddistance"


class Program:
    """A receiver that can be told to fail."""

    def __init__(self, token: str) -> None:
        self._receiver = Receiver(token, accept_tests=True)
        self.is_down = False
        self.bodies: list[Any] = []

    def handle(self, body: bytes, headers: Any) -> Reply:
        """Take a delivery, or do not."""
        if self.is_down:
            return Reply(500, {"content-type": "text/plain"}, b"the database is down")
        self.bodies.append(json.loads(body))
        return self._receiver.handle(body, headers)


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
def program(server: Server) -> Program:
    made = Program(server.simulator.world.application.management_token)
    server.simulator.webhooks.receive(URI, made)
    return made


@pytest.fixture
def hook(server: Server, program: Program) -> Webhook:
    """A webhook that is told of distances."""
    return server.simulator.control.add_webhook(
        "Night Charge", URI, triggers=[TRIGGER], data=[TRIGGER, "closure-islocked"]
    )


def driving(server: Server) -> Any:
    """The car that is on its way."""
    (car,) = server.simulator.control.cars(activity="driving")
    return car


def row(page: Page, kind: str) -> Locator:
    """The newest delivery of a kind."""
    return page.locator("#log tbody tr", has_text=kind).first


# --- with a browser ------------------------------------------------------------------------------


def test_a_car_is_subscribed_driven_and_what_was_delivered_is_delivered_again(
    visit: Visit, server: Server, program: Program, hook: Webhook
) -> None:
    car = driving(server)
    page = visit("/webhooks")
    expect(page.locator(f"#hook-{hook.id}")).to_contain_text("Verified")
    page.locator("#subscribe-car").fill(car.nickname)
    page.locator("#subscribe-to").select_option("Night Charge")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.locator("#subscriptions")).to_contain_text(car.nickname)
    first = row(page, "VEHICLE_STATE")
    expect(first).to_contain_text("First delivery")
    expect(first).to_contain_text("Delivered")

    page.get_by_role("button", name="+15 min").click()
    expect(row(page, "Traveled distance")).to_contain_text("Delivered")
    row(page, "Traveled distance").get_by_role("link").click()
    expect(page.locator("#tries li")).to_have_count(1)
    expect(page.locator("#tries")).to_contain_text("Handled.")
    expect(page.locator("#delivery-body")).to_contain_text(f'"id": "{car.id}"')
    before = len(program.bodies)
    page.get_by_role("button", name="Redeliver").click()
    expect(page.locator("#tries li")).to_have_count(2)
    expect(page.locator("#tries")).to_contain_text("Had already.")
    one, again = program.bodies[-1], page.locator("#delivery-body").text_content()
    assert len(program.bodies) == before + 1
    assert json.loads(again or "") == one
    assert [each["eventId"] for each in program.bodies].count(one["eventId"]) == 2


def test_what_fails_is_tried_again_before_the_eyes(
    visit: Visit, server: Server, program: Program, hook: Webhook
) -> None:
    page = visit("/webhooks")
    expect(page.locator(f"#hook-{hook.id}")).to_contain_text("Verified")
    program.is_down = True
    page.locator(f"#test-{hook.id}").select_option("VEHICLE_ERROR")
    page.get_by_role("button", name="Send test to Night Charge").click()
    expect(row(page, "VEHICLE_ERROR")).to_contain_text("Trying")
    row(page, "VEHICLE_ERROR").get_by_role("link").click()
    expect(page.locator("#delivery-state")).to_contain_text("next try at 07:20:25")
    expect(page.locator("#tries")).to_contain_text("the database is down")
    program.is_down = False
    page.get_by_role("button", name="+15 min").click()
    expect(page.locator("#delivery-state")).to_contain_text("Delivered")
    expect(page.locator("#tries li")).to_have_count(2)
    assert program.bodies[-1]["meta"]["mode"] == "TEST"


def test_a_webhook_is_made_changed_paused_and_removed_by_dialogs(
    visit: Visit, server: Server, program: Program
) -> None:
    control = server.simulator.control
    page = visit("/webhooks")
    page.get_by_role("link", name="New webhook").click()
    dialog = page.locator("#set-webhook")
    dialog.get_by_label("Name", exact=True).fill("Tyres")
    dialog.get_by_label("Callback", exact=True).fill("nowhere")
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("no address to send to")
    dialog.get_by_label("Callback", exact=True).fill(URI)
    dialog.get_by_label("Find a signal").fill("odometer")
    expect(dialog.get_by_label("Tell charge-ischarging", exact=True)).to_be_hidden()
    dialog.get_by_label(f"Tell when {TRIGGER} changes").check()
    dialog.get_by_label(f"Tell {TRIGGER}", exact=True).check()
    dialog.get_by_role("button", name="Make it").click()
    expect(dialog).to_be_hidden()
    (made,) = (each for each in control.webhooks() if each.name == "Tyres")
    assert (made.triggers, made.data) == ((TRIGGER,), (TRIGGER,))
    card = page.locator(f"#hook-{made.id}")
    expect(card).to_contain_text("Verified")

    card.get_by_role("link", name="Change Tyres").click()
    expect(dialog.get_by_label(f"Tell {TRIGGER}", exact=True)).to_be_checked()
    dialog.get_by_label("Name", exact=True).fill("Wheels")
    dialog.get_by_role("button", name="Change it").click()
    expect(card.get_by_role("heading", name="Wheels")).to_be_visible()
    card.get_by_role("button", name="Pause").click()
    expect(card).to_contain_text("Paused")
    assert not control.webhook(made.id).is_enabled
    card.get_by_role("button", name="Enable").click()
    expect(card.get_by_role("button", name="Pause")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    card.get_by_role("button", name="Remove").click()
    expect(card).to_have_count(0)


def test_deliveries_are_sifted(visit: Visit, server: Server, hook: Webhook) -> None:
    control, car = server.simulator.control, driving(server)
    control.subscribe(hook.id, car.id)
    page = visit("/webhooks")
    expect(page.locator("#log tbody tr")).to_have_count(2)
    page.get_by_label("Car, event or address").fill(car.nickname)
    expect(page.locator("#log tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("text="))
    page.get_by_label("State").select_option("dropped")
    expect(page.get_by_text("No delivery matches")).to_be_visible()
    page.goto(f"/webhooks?webhook={control.webhooks()[0].id}")
    expect(page.locator("#log tbody tr")).to_have_count(0)


def test_things_go_wrong_on_the_way_until_they_no_longer_do(
    visit: Visit, server: Server, hook: Webhook
) -> None:
    page = visit("/webhooks")
    page.get_by_label("Sent twice").fill("often")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#mischief-refused")).to_contain_text("say a number")
    page.get_by_label("Sent twice").fill("1")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#mischief-state")).to_contain_text("Things go wrong")
    assert server.simulator.control.mischief().duplicates == 1


@pytest.mark.parametrize(
    ("label", "typed", "says"),
    [
        ("Signed wrong", "nan", "Signed wrong: say a number."),
        ("Hostile bytes", "2", "Hostile bytes: this is a chance, from 0 to 1"),
        ("Late by seconds", "-1", "Late by seconds: this is 0 to 86,400 seconds"),
    ],
)
def test_what_cannot_go_wrong_is_refused_at_its_own_field(
    visit: Visit, label: str, typed: str, says: str
) -> None:
    page = visit("/webhooks")
    page.get_by_label(label).fill(typed)
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#mischief-refused")).to_contain_text(says)
    expect(page.get_by_label(label)).to_be_focused()


def test_many_webhooks_with_long_names_leave_deliveries_near_and_the_page_in_its_width(
    visit: Visit, server: Server, hook: Webhook
) -> None:
    control = server.simulator.control
    far = f"https://fleet.example/{'a' * 600}"
    everything = sorted(ALL)
    long = control.add_webhook("Verylong" * 20, far, triggers=everything, data=everything)
    for name in ("<script>document.title='mine'</script>", "Third", "Fourth"):
        control.add_webhook(name, URI)
    control.subscribe(hook.id, driving(server).id)
    control.subscribe(long.id, driving(server).id)
    page = visit("/webhooks")
    expect(page).to_have_title(re.compile("Webhooks"))
    card = page.locator(f"#hook-{long.id}")
    expect(card.get_by_text("Told when these change")).to_be_hidden()
    for width in (1440, 1024, 720, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    card.locator("summary.fold").click()
    expect(card.get_by_text("Told when these change")).to_be_visible()
    expect(card.get_by_text(everything[-1]).last).to_be_hidden()
    card.locator("details.more summary").last.click()
    expect(card.get_by_text(everything[-1]).last).to_be_visible()
    for width in (1440, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    row(page, "First delivery").get_by_role("link").click()
    expect(page.locator("#delivery")).to_be_in_viewport()


def test_a_car_that_there_is_not_is_refused_at_its_field(visit: Visit, hook: Webhook) -> None:
    page = visit("/webhooks")
    page.locator("#subscribe-car").fill("Nobody's")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    expect(page.locator("#subscribe-refused")).to_contain_text("There is no car Nobody's")


def test_without_scripts_a_webhook_is_made_and_a_car_subscribed(
    visit: Visit, server: Server, program: Program
) -> None:
    page = visit("/webhooks", scripts=False)
    page.get_by_role("link", name="New webhook").click()
    page.get_by_label("Name", exact=True).fill("Plain")
    page.get_by_label("Callback", exact=True).fill("ftp://fleet.example/")
    page.get_by_label(f"Tell when {TRIGGER} changes").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("no address to send to")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Plain")
    expect(page.get_by_label(f"Tell when {TRIGGER} changes")).to_be_checked()
    page.get_by_label("Callback", exact=True).fill(URI)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Plain")).to_be_visible()
    page.locator("#subscribe-car").fill(driving(server).vin)
    page.locator("#subscribe-to").select_option("Plain")
    page.get_by_role("button", name="Subscribe", exact=True).click()
    page.reload()
    row(page, "First delivery").get_by_role("link").click()
    page.get_by_role("button", name="Redeliver").click()
    expect(page.locator("#tries li")).to_have_count(2)
    page.get_by_role("link", name="Close").click()
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_text("No car is subscribed")).to_be_hidden()
    page.get_by_role("button", name="Unsubscribe").click()  # it is asked first, on a page
    expect(page.get_by_text("No car is subscribed")).to_be_visible()


def test_without_scripts_a_webhook_is_removed_once_that_is_confirmed(
    visit: Visit, server: Server, hook: Webhook
) -> None:
    page = visit("/webhooks", scripts=False)
    remove = page.locator(f"#hook-{hook.id}").get_by_role("button", name="Remove")
    remove.click()
    expect(page.get_by_role("heading", name=f"Remove {hook.name}?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    assert hook.id in {each.id for each in server.simulator.control.webhooks()}
    remove.click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#toasts")).to_contain_text(f"{hook.name} is removed")
    assert hook.id not in {each.id for each in server.simulator.control.webhooks()}


def test_a_long_form_that_is_refused_keeps_what_was_typed_without_scripts(
    visit: Visit, server: Server
) -> None:
    made = len(server.simulator.control.webhooks())
    page = visit("/webhooks/new", scripts=False)
    long = "https://fleet.example/" + "a" * 4000
    page.get_by_label("Errors go to").fill(long)
    boxes = page.locator("input[name^='trigger:'], input[name^='data:']")
    ticked = boxes.count()
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_have_text("Say what it is called.")
    expect(page.get_by_label("Errors go to")).to_have_value(long)
    assert page.locator(":checked:is([name^='trigger:'], [name^='data:'])").count() == ticked > 150
    assert len(server.simulator.control.webhooks()) == made
    page.get_by_role("button", name="+1 h").click()  # the rest of the page goes on from here
    expect(page.get_by_role("heading", name="New webhook").first).to_be_visible()


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/deliveries/{event}", "/webhooks/new"])
def test_a_page_with_something_on_it_can_be_used_by_everybody_at_any_width(
    visit: Visit, server: Server, program: Program, hook: Webhook, path: str
) -> None:
    control, car = server.simulator.control, driving(server)
    program.is_down = True
    control.subscribe(hook.id, car.id)
    control.test_webhook(hook.id, "VEHICLE_ERROR")
    event = control.deliveries().deliveries[-1].event_id
    page = visit(path.format(event=event))
    expect(page.locator("#live")).to_have_text("Live")
    page.evaluate(AXE.read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        told = [f"{rule['id']}: {rule['nodes']}" for rule in found["violations"]]
        assert told == [], scheme
    for width in (1440, 1024, 720, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- without one ---------------------------------------------------------------------------------


def test_the_twin_has_webhooks_subscriptions_and_deliveries_as_the_controls_say_them(
    server: Server, program: Program, hook: Webhook
) -> None:
    control, car = server.simulator.control, driving(server)
    made = control.subscribe(hook.id, car.id)
    told = twin(server, "/webhooks.json")
    assert [each["name"] for each in told["webhooks"]] == ["Fleet events", "Night Charge"]
    assert [each["id"] for each in told["subscriptions"]["data"]] == [made.id]
    newest = told["deliveries"]["deliveries"][0]
    assert (newest["vehicleId"], newest["kind"]) == (car.id, "VEHICLE_STATE")
    one = twin(server, f"/webhooks/deliveries/{newest['eventId']}.json")
    assert one["delivery"]["body"] == control.delivery(newest["eventId"]).body


@pytest.mark.parametrize(
    "path", ["/webhooks/deliveries/none", "/webhooks/none/edit", "/webhooks/deliveries/none.json"]
)
def test_what_there_is_not_is_not_found(server: Server, path: str) -> None:
    assert ask(server, path)[0] == 404


@pytest.mark.parametrize(
    ("path", "form", "says"),
    [
        ("/webhooks", {"name": "", "callbackUri": URI}, "what it is called"),
        ("/webhooks", {"name": "x"}, "where it goes"),
        ("/webhooks", {"name": "x", "callbackUri": URI, "kind": "dynamic"}, "some, such as"),
        ("/webhooks/none/verify", {}, "none"),
        ("/webhooks/none/test", {"kind": "VEHICLE_STATE"}, "none"),
        ("/webhooks/deliveries/none/redeliver", {}, "none"),
        ("/webhooks/subscribe", {"webhook": "none"}, "which car"),
        ("/webhooks/mischief", {"duplicates": "2"}, "from 0 to 1"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(
    server: Server, path: str, form: dict[str, str], says: str
) -> None:
    status, headers, _ = ask(server, path, form, {"hx-request": "true"})
    assert status == 204
    said = json.loads(headers["hx-trigger"])["said"]
    assert not said["good"]
    assert says in said["text"]
    assert len(server.simulator.control.webhooks()) == 1


def test_a_webhook_of_v2_is_made_with_what_it_tells(server: Server) -> None:
    form = {
        "name": "Hourly",
        "callbackUri": URI,
        "kind": "schedule",
        "interval": "daily",
        "unitSystem": "imperial",
        "path:/battery": "yes",
        "path:/odometer": "yes",
    }
    assert ask(server, "/webhooks", form)[0] == 303
    made = server.simulator.control.webhooks()[-1]
    assert (made.kind, made.interval, made.unit_system) == ("schedule", "daily", "imperial")
    assert made.paths == ("/battery", "/odometer")
    assert "Told daily" in ask(server, "/webhooks")[2]
