"""The dashboard without a browser: what it answers, to whom, and what it hands out to be run."""

from __future__ import annotations

import http.client
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import pytest

from smartcar import Smartcar
from smartcar.errors import SmartcarError
from smartcar.protocol.wire import Request
from smartcar.signals import TractionBattery
from smartcar.simulator import Limits, SimulatedApplication, Simulator
from smartcar.simulator.cars.added import city_called
from smartcar.simulator.dashboard.copies import as_curl, as_pytest
from smartcar.simulator.dashboard.words import age, matches, sentence, value
from smartcar.simulator.faults import FaultRule
from smartcar.simulator.server import Server

pytestmark = pytest.mark.once

HTML = {"accept": "text/html"}


@pytest.fixture
def server() -> Generator[Server]:
    with Server(Simulator(seed=7)) as running:
        yield running


def ask(
    server: Server,
    path: str,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], str]:
    """What the server answers to a page's request, or to a form."""
    with closing(http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)) as line:
        if form is None:
            line.request("GET", path, headers={**HTML, **(headers or {})})
        else:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            line.request("POST", path, urlencode(form), {**HTML, **kind, **(headers or {})})
        reply = line.getresponse()
        return (
            reply.status,
            {k.lower(): v for k, v in reply.getheaders()},
            reply.read().decode(),
        )


def twin(server: Server, path: str) -> Any:
    status, headers, body = ask(server, path)
    assert (status, headers["content-type"]) == (200, "application/json")
    return json.loads(body)


def first_car(server: Server) -> str:
    return server.simulator.world.fleet.grant(0).vehicle_id


# --- pages and their twins -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "twin_path", "holds"),
    [
        ("/", "/cars.json", "cars"),
        ("/cars/{car}", "/cars/{car}.json", "signals"),
        ("/requests", "/requests.json", "requests"),
        ("/clock", "/clock.json", "agenda"),
        ("/applications", "/applications.json", "limits"),
        ("/webhooks", "/webhooks.json", "webhooks"),
        ("/documentation", "/documentation.json", "documents"),
    ],
)
def test_every_page_has_a_twin_in_json(
    server: Server, path: str, twin_path: str, holds: str
) -> None:
    car = first_car(server)
    status, headers, body = ask(server, path.format(car=car))
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith("<!doctype html>")
    assert holds in twin(server, twin_path.format(car=car))


def test_a_twin_says_what_the_controls_say(server: Server) -> None:
    car = first_car(server)
    told = twin(server, f"/cars/{car}.json")
    control = server.simulator.control
    assert told["car"] == json.loads(msgspec.json.encode(control.car(car)))
    assert told["signals"] == json.loads(msgspec.json.encode(control.signals(car)))


def test_who_wants_no_page_is_greeted_as_ever(server: Server) -> None:
    status, headers, body = ask(server, "/", headers={"accept": "*/*"})
    assert (status, headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert body == server.greeting


def test_pages_are_strict(server: Server) -> None:
    for path in ("/", "/simulator/static/dashboard.css", "/clock/nowhere"):
        _, headers, body = ask(server, path)
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert " style=" not in body
        assert "<script>" not in body


def test_secrets_of_ones_own_are_on_no_page() -> None:
    own = SimulatedApplication("my-id", "my-own-secret", "my-own-token")
    with Server(Simulator(application=own)) as server:
        for path in ("/", "/applications", "/applications.json"):
            body = ask(server, path)[2]
            assert "my-own-secret" not in body
            assert "my-own-token" not in body


def test_what_an_owner_is_called_is_text_whatever_it_holds() -> None:
    simulator = Simulator(fleet=0)
    simulator.connect("<script>alert(1)</script>@example.com", "TESLA")
    with Server(simulator) as server:
        assert "<script>alert" not in ask(server, "/")[2]


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999", "make=%ff", "page=77"])
def test_a_query_that_makes_no_sense_does_no_harm(server: Server, query: str) -> None:
    assert ask(server, f"/?{query}")[0] == 200
    assert ask(server, f"/requests?{query}")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/cars/none",
        "/cars/none.json",
        "/cars/none/history.json",
        "/requests/99",
        "/simulator/roads/Atlantis.json",
        "/simulator/static/nothing.css",
        "/simulator/static/../site.py",
        "/simulator/static/%2e%2e/site.py",
    ],
)
def test_what_there_is_not_is_not_found(server: Server, path: str) -> None:
    assert ask(server, path)[0] == 404


# --- who may do what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"host": "elsewhere.example", "origin": "http://elsewhere.example"},
    ],
)
def test_a_page_elsewhere_drives_nothing(server: Server, headers: dict[str, str]) -> None:
    before = server.simulator.clock.now()
    status, _, _ = ask(server, "/clock", {"by": "1h"}, headers)
    assert status == 403
    assert server.simulator.clock.now() == before


def test_a_name_that_somebody_else_gave_away_sees_nothing(server: Server) -> None:
    for path in ("/", "/cars.json", "/simulator/events"):
        assert ask(server, path, headers={"host": "rebound.example"})[0] == 403


def test_a_form_leads_back_to_this_site_only(server: Server) -> None:
    for where in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        _, headers, _ = ask(server, "/clock", {"by": "1s", "next": where})
        assert headers["location"] == "/"
    assert ask(server, "/clock", {"by": "1s", "next": "/clock"})[1]["location"] == "/clock"


def test_a_form_that_is_too_long_is_refused(server: Server) -> None:
    assert ask(server, "/clock", {"by": "1" * 100_000})[0] == 413


@pytest.mark.parametrize(
    ("path", "form", "says"),
    [
        ("/clock", {"by": "soon"}, "90s"),
        ("/clock", {"speed": "fast"}, "how fast"),
        ("/clock", {"at": "yesterday"}, "moment"),
        ("/cars/{car}/commands", {"name": "fly"}, "fly"),
        ("/cars/{car}/commands", {"name": "unplug"}, ""),
        ("/cars/{car}/signals", {"code": "no-such", "value": "1"}, "no-such"),
        ("/faults", {}, "Choose what should go wrong"),
        ("/faults", {"error": "NO:SUCH"}, "NO:SUCH"),
        ("/faults", {"error": "RATE_LIMIT", "times": "many"}, "whole number"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(
    server: Server, path: str, form: dict[str, str], says: str
) -> None:
    control, car = server.simulator.control, first_car(server)
    if form.get("name") == "unplug":
        control.command(car, "unplug")
    status, headers, _ = ask(server, path.format(car=car), form, {"hx-request": "true"})
    assert status == 204
    said = json.loads(headers["hx-trigger"])["said"]
    assert not said["good"]
    assert says in said["text"]
    assert control.faults() == ()


def test_a_fault_can_be_all_that_the_form_offers(server: Server) -> None:
    form = {
        "breakage": "slow",
        "latency": "2s",
        "method": "GET",
        "path": "/v3/*",
        "times": "2",
        "probability": "0.5",
    }
    assert ask(server, "/faults", form)[0] == 303
    (fault,) = server.simulator.control.faults()
    assert fault.rule == FaultRule(
        breakage="slow", latency="2s", method="GET", path="/v3/*", times=2, probability=0.5
    )


def test_what_is_left_to_each_application_is_shown(tmp_path: Path) -> None:
    fleet = tmp_path / "fleet.yaml"
    fleet.write_text("applications: [{client_id: one, name: Uno}, {client_id: two, name: Due}]")
    simulator = Simulator(fleet=str(fleet), limits=Limits())
    second = simulator.world.applications.named("two")
    with Server(simulator) as server:
        with Smartcar("two", second.client_secret, origin=server.origin) as smartcar:
            list(smartcar.compatible_vehicles(region="US"))
        told = twin(server, "/applications.json")
        _, _, page = ask(server, "/applications")
    assert told["limits"]["tokens"] == 120
    assert [each["tokens"] < 120 for each in told["limitsOfOthers"]] == [True]
    assert page.count("Full again") == 1 + 1


@pytest.mark.parametrize("does", ["revoke", "fault", "requests"])
def test_what_is_removed_without_scripts_is_asked_about_first(server: Server, does: str) -> None:
    control, back = server.simulator.control, f"/cars/{first_car(server)}"
    grant = next(iter(control.grants()))
    fault = control.add_fault(FaultRule(path="/v3/<b>", status=503))
    ask(server, "/v2.0/user")
    path, told = {
        "revoke": (f"/grants/{grant.id}/revoke", f"Revoke what {grant.owner} granted?"),
        "fault": (f"/faults/{fault.id}/remove", "Remove the fault HTTP 503?"),
        "requests": ("/requests/clear", "Forget all requests?"),
    }[does]

    def kept() -> tuple[int, int, int]:
        grants = next(control.grants(page_size=1).pages())
        return grants.total or 0, len(control.faults()), len(control.requests().requests)

    before = kept()
    status, _, page = ask(server, path, {"next": back})

    assert (status, kept()) == (200, before)
    assert told in page
    assert f'action="{path}"' in page
    assert f'<a class="button" href="{back}">Cancel</a>' in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', page))
    assert fields == {"next": back, "sure": "yes"}
    status, headers, _ = ask(server, path, fields)
    assert status == 303
    assert headers["location"] == ("/requests" if does == "requests" else back)
    assert sum(kept()) < sum(before)


def test_limits_are_switched_and_their_figures_stay() -> None:
    with Server(Simulator(limits=Limits(bucket=7))) as server:
        ask(server, "/limits", {"on": "no"})
        assert not server.simulator.control.limits().settings.is_on
        ask(server, "/limits", {"on": "yes"})
        assert server.simulator.control.limits().settings == Limits(bucket=7)


# --- events --------------------------------------------------------------------------------------


def test_events_tell_the_clock_the_cars_and_what_is_new(server: Server) -> None:
    with closing(http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)) as line:
        line.request("GET", "/simulator/events?watch=fleet")
        reply = line.getresponse()
        assert reply.getheader("content-type") == "text/event-stream; charset=utf-8"

        def hear(name: str) -> Any:
            while reply.readline().decode().strip() != f"event: {name}":
                pass
            return json.loads(reply.readline().decode().removeprefix("data: "))

        assert hear("clock") == {"now": server.simulator.clock.now(), "speed": 0.0}
        cars = hear("cars")
        assert (cars["isWhole"], cars["total"], len(cars["sightings"])) == (True, 12, 12)
        server.simulator.clock.advance("2h")
        moved = hear("cars")
        assert not moved["isWhole"]
        assert any(len(each["path"]) > 1 for each in moved["sightings"])
        server.simulator.send(Request("GET", "/v3/connections"))
        assert hear("requests") == {"last": 1}
        server.simulator.connect("ada@example.com", "KIA")
        hear("changed")


def first_event(server: Server, query: str) -> Any:
    """The cars that a page is told of at first."""
    with closing(http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)) as line:
        line.request("GET", f"/simulator/events?{query}")
        reply = line.getresponse()
        while reply.readline() != b"event: cars\n":
            pass
        return json.loads(reply.readline().removeprefix(b"data: "))


def test_a_map_shows_all_that_are_about_something_not_only_the_first_few() -> None:
    with Server(Simulator(seed=7, fleet=60)) as server:
        told = first_event(server, "watch=fleet&state=parked")
        parked = sum(each.activity == "parked" for each in server.simulator.control.cars())
    assert 25 < parked == len(told["sightings"]) == told["total"]


def test_where_none_was_found_so_far_one_can_look_on() -> None:
    with Server(Simulator(seed=7, fleet=600)) as server:
        _, _, first = ask(server, "/?state=refueling")
        _, _, last = ask(server, "/?state=refueling&after=500")
        told = first_event(server, "watch=fleet&state=parked&after=590")
    assert "None of the 250 cars looked through is like that" in first
    assert "/?state=refueling&amp;after=250" in first
    assert "Nothing in the fleet is like that" not in first
    assert "Look on" not in last
    assert len(told["sightings"]) <= 10  # the map goes on with the table


def shown(page: str) -> list[str]:
    """Ids of the cars in the fleet's table, in order."""
    return re.findall(r'<tr id="row-([^"]+)"', page)


def test_the_fleet_is_sorted_by_links_of_its_headings(server: Server) -> None:
    car = first_car(server)
    _, _, page = ask(server, "/?powertrain=BEV&sort=odometer")
    (link,) = re.findall(r'id="sort-odometer" href="([^"]+)"', page)

    assert 'aria-sort="ascending"' in page
    assert unescape(link) == "/?powertrain=BEV&sort=-odometer#cars"
    _, _, falling = ask(server, unescape(link).partition("#")[0])
    assert falling.count("aria-sort=") == 1
    assert 'aria-sort="descending"' in falling
    assert shown(falling) == shown(page)[::-1] != []
    assert car in shown(page)
    told = twin(server, "/cars.json?powertrain=BEV&sort=-odometer")
    assert [each["id"] for each in told["cars"]["data"]] == shown(falling)
    (link,) = re.findall(r'id="sort-odometer" href="([^"]+)"', falling)
    assert unescape(link) == "/?powertrain=BEV#cars"  # as the fleet is numbered


def test_a_page_of_a_large_fleet_says_among_how_many_it_is_sorted() -> None:
    with Server(Simulator(seed=7, fleet=600)) as server:
        _, _, first = ask(server, "/?sort=-range&page=10")
        _, _, last = ask(server, "/?sort=-range&after=500")
    assert "cars 1 to 250 of 600" in first
    assert "Page 10 of 10" in first
    assert 'href="/?sort=-range&amp;after=250#cars"' in first
    assert "cars 501 to 600 of 600" in last
    assert "Look on" not in last
    assert not set(shown(first)) & set(shown(last))


def test_what_there_is_to_read_is_linked_from_every_page_and_there(server: Server) -> None:
    for path in ("/", "/clock"):
        assert 'href="/documentation"' in ask(server, path)[2]
    told = twin(server, "/documentation.json")
    for each in told["documents"]:
        if not each["href"].startswith("/simulator/events"):
            assert ask(server, each["href"])[0] == 200
            assert json.loads(ask(server, each["href"])[2])["openapi"].startswith("3.1")


def test_a_server_stops_although_somebody_listens() -> None:
    with (
        Server(Simulator()) as server,
        closing(http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)) as line,
    ):
        line.request("GET", "/simulator/events")
        line.getresponse().readline()
        server._server.should_exit = True
        assert server._thread is not None
        server._thread.join(20)
        assert not server._thread.is_alive()


# --- to be run -----------------------------------------------------------------------------------


def run_as_test(text: str, folder: Path) -> None:
    file = folder / "test_copied.py"
    file.write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}"


def copied(simulator: Simulator, number: int) -> str:
    return as_pytest(simulator.control.request(number), simulator.world)


def test_copies_for_pytest_pass_in_a_world_that_was_changed_or_not(tmp_path: Path) -> None:
    simulator = Simulator(seed=7)
    with Smartcar(transport=simulator) as client:
        connections = list(client.connections())
        car = client.vehicle(connections[0])
        car.signal(TractionBattery.StateOfCharge)
        unchanged = copied(simulator, simulator.log.last)
        assert "PAST" not in unchanged
        simulator.clock.advance("1h")
        simulator.set_signal(car.id, "tractionbattery-stateofcharge", 12.5, frozen=True)
        simulator.clock.advance("1h")
        simulator.faults.add(FaultRule(car="asleep", vehicle_id=car.id, nth=2))
        car.signal(TractionBattery.StateOfCharge)
        with pytest.raises(SmartcarError):
            car.signal(TractionBattery.StateOfCharge)
        simulator.faults.clear()
        simulator.faults.add(FaultRule(breakage="reset", api="v3"))
        with pytest.raises(SmartcarError):
            car.signal(TractionBattery.StateOfCharge)
    tests = [copied(simulator, number) for number in range(1, simulator.log.last + 1)]
    assert any("PAST" in each for each in tests)
    # In one file, to start one pytest only.
    for number, text in enumerate(tests):
        (tmp_path / f"copy_{number}.py").write_text(text)
    runs = "\n".join(
        f"import copy_{number}\n"
        f"def test_{number}():\n"
        f"    for name in dir(copy_{number}):\n"
        f"        if name.startswith('test_'): getattr(copy_{number}, name)()\n"
        for number in range(len(tests))
    )
    run_as_test(runs, tmp_path)


def test_a_copy_for_a_shell_gets_the_same_answer(server: Server) -> None:
    application = server.simulator.world.application
    with Smartcar(application.client_id, application.client_secret, origin=server.origin) as client:
        connection = next(iter(client.connections()))
        client.vehicle(connection).signal(TractionBattery.StateOfCharge)
    log = server.simulator.control.requests().requests
    wanted = next(each for each in log if each.path.endswith("stateofcharge"))
    page = ask(server, f"/requests/{wanted.number}")[2]
    command = page.partition('id="as-curl"')[2].partition(">")[2].partition("</pre>")[0]
    for escaped, plain in (("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        command = command.replace(escaped, plain)
    assert shlex.split(command.splitlines()[-1])
    done = subprocess.run(
        ["/bin/bash", "-c", command.replace("curl --request", "curl --silent --request")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["data"]["id"] == "tractionbattery-stateofcharge"


# --- words ---------------------------------------------------------------------------------------


def test_facts_are_said_in_words() -> None:
    assert matches(FaultRule(status=503, times=1)) == "any request, once"
    assert matches(FaultRule(status=503, path="/v3/*", times=2)) == (
        "any method /v3/*, 2 times at most"
    )
    assert sentence("StateOfCharge") == "State of charge"
    assert sentence("IsDCCharging") == "Is DC charging"
    assert sentence("HVAC") == "HVAC"
    assert age(None) == "never"
    assert age(0.2) == "just now"
    assert age(7300) == "2 h ago"
    assert value(True) == "Yes"
    assert value(12345) == "12,345"
    assert value([1, 2]) == "[1,2]"


def test_the_cars_of_a_make_are_the_same_whether_all_are_made_or_not() -> None:
    control = Simulator(seed=7, fleet=300).control
    wanted = [car.id for car in control.cars() if (car.make, car.powertrain) == ("BMW", "BEV")]
    assert [car.id for car in control.cars(make="bmw", powertrain="BEV")] == wanted != []


def test_cars_with_a_fault_are_found_by_car_and_by_owner() -> None:
    simulator = Simulator(seed=7, fleet=300)
    one, other = simulator.world.fleet.grant(3), simulator.world.fleet.grant(200)
    simulator.faults.add(FaultRule(car="asleep", vehicle_id=one.vehicle_id))
    simulator.faults.add(FaultRule(car="offline", owner=other.user_id))
    found = {car.id for car in simulator.control.cars(has_fault=True)}
    owned = {spec.id for spec in simulator.world.garage.cars_of(other.owner_email)}
    assert found == {one.vehicle_id, *owned}


def test_a_rule_about_an_owner_is_on_the_pages_of_their_cars(server: Server) -> None:
    control, car = server.simulator.control, first_car(server)
    details = control.car(car)
    named = control.add_fault(FaultRule(owner=details.grants[0].user_id, latency="5s"))
    shouted = control.add_fault(FaultRule(owner=details.owner.upper(), latency="6s"))
    assert [each["id"] for each in twin(server, f"/cars/{car}.json")["faults"]] == [
        named.id,
        shouted.id,
    ]


def test_a_request_is_found_by_its_id(server: Server) -> None:
    for path in ("/v3/connections", "/v3/webhooks"):
        server.simulator.send(Request("GET", path))
    first, _ = server.simulator.control.requests().requests
    assert first.sc_request_id

    found = twin(server, f"/requests.json?text={first.sc_request_id}")
    assert [each["path"] for each in found["requests"]] == ["/v3/connections"]
    assert first.sc_request_id in ask(server, f"/requests/{first.number}")[2]


# --- refusals, other worlds, other applications ---------------------------------------------------


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"speed": "-1"}, "0 to 1,000,000"),
        ({"speed": "nan"}, "0 to 1,000,000"),
        ({"speed": "1e9"}, "0 to 1,000,000"),
        ({"by": ""}, "90s"),
        ({"by": "-3h"}, ""),
    ],
)
def test_a_clock_is_not_set_to_what_no_clock_can_do(
    server: Server, form: dict[str, str], says: str
) -> None:
    before = server.simulator.clock.now()
    status, headers, _ = ask(server, "/clock", form, {"hx-request": "true"})
    said = json.loads(headers["hx-trigger"])["said"]
    assert (status, said["good"]) == (204, False)
    assert says in said["text"]
    assert (server.simulator.clock.now(), server.simulator.clock.speed) == (before, 0)


@pytest.mark.parametrize("path", ["/cars/%00", "/cars/%00.json", "/cars/%00/history.json"])
def test_an_address_that_can_name_nothing_is_an_error_of_who_asks(
    server: Server, path: str
) -> None:
    assert ask(server, path)[0] in {400, 404}


@pytest.mark.parametrize(
    ("code", "text", "tells"),
    [
        ("odometer-traveleddistance", "112,345.6", 112345.6),
        ("odometer-traveleddistance", "112345", 112345),
        ("tractionbattery-stateofcharge", "42", 42),
        ("service-isinservice", "yes", True),
        ("wheel-style", "19", "19"),
    ],
)
def test_a_signal_is_set_to_what_a_person_types(
    server: Server, code: str, text: str, tells: object
) -> None:
    car = first_car(server)
    assert ask(server, f"/cars/{car}/signals", {"code": code, "value": text})[0] == 303
    assert server.simulator.control.signal(car, code).value == tells


@pytest.mark.parametrize(
    ("code", "text", "says"),
    [
        ("odometer-traveleddistance", "far", "Traveled distance is a number, such as"),
        ("odometer-traveleddistance", "1,2", "Traveled distance is a number, such as"),
        ("tractionbattery-stateofcharge", "300", "State of charge is a percentage"),
        ("location-preciselocation", "home", "write them as JSON, such as {"),
        ("odometer-traveleddistance", "", "Give a value or an error"),
    ],
)
def test_what_a_signal_cannot_be_is_said_in_words_and_what_was_typed_stays(
    server: Server, code: str, text: str, says: str
) -> None:
    car = first_car(server)
    form = {"code": code, "value": text}
    _, headers, _ = ask(server, f"/cars/{car}/signals", form, {"hx-request": "true"})
    said = json.loads(headers["hx-trigger"])["said"]
    assert (said["good"], said["field"]) == (False, "value")
    assert says in said["text"]

    status, _, page = ask(server, f"/cars/{car}/signals", form)
    assert status == 200
    assert f'value="/cars/{car}/signals/{code}"' in page  # where the clock's form leads back to
    assert says.partition(",")[0].partition("{")[0] in page
    assert 'name="value"' in page
    assert text in page.partition('name="value"')[2][:400]


def test_a_cookie_of_somebody_else_does_no_harm(server: Server) -> None:
    for cookie in ("said=good:Hello", "said=%7B", "said=%7B%22good%22:3%7D", "said="):
        assert ask(server, "/clock", headers={"cookie": cookie})[0] == 200


def test_a_town_around_a_home_has_roads_and_no_name(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    home = "{latitude: 44.5, longitude: -100.3}"
    file.write_text(f"cars: [{{owner: ada@example.com, make: TESLA, home: {home}}}]")
    with Server(Simulator(fleet=file)) as server:
        (car,) = server.simulator.control.cars()
        status, _, body = ask(server, f"/simulator/roads/{quote(car.city)}.json")
        assert status == 200
        assert json.loads(body)["type"] == "FeatureCollection"
        assert "Own town, US" in ask(server, "/")[2]
    for city in ("99.9, 0.0", "1.0, 999.9", "nan, nan"):
        assert city_called(city) is None


def test_a_grant_names_the_application_and_the_car(tmp_path: Path) -> None:
    simulator = Simulator(fleet=0)
    simulator.connect("ada@example.com", "TESLA")
    (car,) = simulator.control.cars()
    with Server(simulator) as server:
        body = ask(server, "/applications")[2]
        row = body.partition('id="grant-')[2].partition("</tr>")[0]
        assert car.nickname in row
        assert "Simulated application" in row
        assert f"{car.year} Tesla {car.model}" in row
        access = ask(server, f"/cars/{car.id}")[2].partition('id="access"')[2]
        assert "Simulated application" in access.partition("</section>")[0]


def test_what_points_a_program_here_is_safe_in_a_shell() -> None:
    own = SimulatedApplication("it's $(mine)", application_id="an-id")
    with Server(Simulator(application=own)) as server:
        page = unescape(ask(server, "/applications")[2])
        script = page.partition('id="environment"')[2].partition(">")[2].partition("</pre>")[0]
        done = subprocess.run(
            ["/bin/sh", "-c", f'{script}\nprintf %s "$SMARTCAR_CLIENT_ID"'],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "it's $(mine)"
        server.simulator.send(
            Request("POST", "/oauth2/token", body=b"grant_type=@x&client_secret=simulated")
        )
        number = server.simulator.log.last
        text = as_curl(server.simulator.control.request(number), server.origin, own)
        assert "--data-raw " in text
        assert "--data " not in text


def test_public_secrets_of_every_application_are_shown() -> None:
    public = SimulatedApplication.public("another")
    with Server(Simulator(application=public)) as server:
        assert public.management_token in ask(server, "/applications")[2]
        assert public.management_token in server.greeting
        assert f"Dashboard: {server.origin}/" in server.greeting


def test_a_step_of_connect_is_not_offered_to_be_run(server: Server) -> None:
    client_id = server.simulator.world.application.client_id
    query = {"client_id": client_id, "response_type": "none"}
    server.simulator.send(Request("GET", "/oauth/authorize", query=query))
    page = ask(server, f"/requests/{server.simulator.log.last}")[2]
    assert 'id="as-curl"' not in page
    assert "A step of Connect is not offered" in page


def test_what_a_page_of_connect_loads_is_not_logged(server: Server) -> None:
    assert ask(server, "/oauth/static/connect.css")[0] == 200
    assert server.simulator.log.last == 0


def test_the_icon_that_browsers_ask_for_is_there_and_not_logged(server: Server) -> None:
    status, headers, _ = ask(server, "/favicon.ico")
    assert status == 308
    status, headers, _ = ask(server, headers["location"])
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert len(server.simulator.log) == 0


def test_what_is_gone_is_told_as_such(server: Server) -> None:
    assert "This car is no longer there" in ask(server, "/cars/of-another-world")[2]
    assert "This request is no longer kept" in ask(server, "/requests/77")[2]
