"""``smartcar webhooks trigger``: events that look real, sent to a program at a prompt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from deliveries import TOKEN
from loopback import Loopback, http, say
from prompt import own_environment

from smartcar.signals import Odometer
from smartcar.simulator import Simulator
from smartcar.simulator.server import Server
from smartcar.webhooks import parse
from smartcar.webhooks.events import (
    EventBased,
    Schedule,
    VehicleError,
    VehicleEvent,
    VehicleState,
    Verify,
)
from smartcar.webhooks.receiver import Receiver

pytestmark = pytest.mark.once

OK = say(http("200 OK"))


def trigger(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "smartcar", "webhooks", "trigger", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=own_environment(SMARTCAR_MANAGEMENT_TOKEN=TOKEN),
    )


def body_and_headers(request: bytes) -> tuple[bytes, dict[str, str]]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return body, {name: text for name, _, text in lines}


def test_a_state_is_signed_and_says_what_changed_of_which_car() -> None:
    vin = next(iter(Simulator().control.cars(make="TESLA"))).vin
    with Loopback(OK) as program:
        told = trigger(
            *("VEHICLE_STATE", "--to", f"{program.origin}/hook", "--vehicle", vin),
            *("--signal", "odometer-traveleddistance"),
        )
        body, headers = body_and_headers(program.requests[0])
    assert told.returncode == 0, told.stderr
    event = Receiver(TOKEN).open(body, headers)
    assert isinstance(event, VehicleState)
    assert event.vehicle.make == "TESLA"
    assert event.changed == {"odometer-traveleddistance"}
    distance = event.signals[Odometer.TraveledDistance].value
    assert distance is not None
    assert distance > 0
    assert not event.is_test
    assert event.id in told.stdout
    assert TOKEN not in told.stdout + told.stderr


@pytest.mark.parametrize(
    ("asked", "kind", "name"),
    [
        (("VEHICLE_STATE",), VehicleState, "VEHICLE_STATE"),
        (("VEHICLE_ERROR",), VehicleError, "VEHICLE_ERROR"),
        (("schedule",), Schedule, "schedule"),
        (("eventBased",), EventBased, "eventBased"),
    ],
)
def test_each_event_is_what_its_name_says(
    asked: tuple[str, ...], kind: type[VehicleEvent], name: str
) -> None:
    with Loopback(OK) as program:
        assert trigger(*asked, "--to", program.origin).returncode == 0
        event = Receiver(TOKEN).open(*body_and_headers(program.requests[0]))
    assert isinstance(event, kind)
    assert event.type == name


def test_an_error_can_be_chosen_and_be_over() -> None:
    with Loopback(OK) as program:
        asked = ("--error", "VEHICLE_STATE:ASLEEP", "--resolved")
        assert trigger("VEHICLE_ERROR", *asked, "--to", program.origin).returncode == 0
        event = parse(body_and_headers(program.requests[0])[0])
    assert isinstance(event, VehicleError)
    assert [str(each) for each in event.resolved] == ["VEHICLE_STATE:ASLEEP RESOLVED"]


@pytest.mark.parametrize("event", ["VERIFY", "verify"])
def test_a_wrong_answer_to_a_challenge_is_told(event: str) -> None:
    with Loopback(say(http("200 OK", b'{"challenge":"x"}'))) as program:
        told = trigger(event, "--to", program.origin)
        asked = parse(body_and_headers(program.requests[0])[0])
    assert isinstance(asked, Verify)
    assert told.returncode == 1
    assert "The HMAC is made with another token" in told.stdout


def test_an_event_that_is_sent_again_has_the_same_id_and_another_delivery() -> None:
    with Loopback(OK) as program:
        asked = ("VEHICLE_STATE", "--times", "2", "--hostile", "--json", "--to", program.origin)
        said = json.loads(trigger(*asked).stdout)
        receiver = Receiver(TOKEN)
        one, two = (receiver.open(*body_and_headers(each)) for each in program.requests)
        bodies = [body_and_headers(each)[0] for each in program.requests]
    assert one.id == two.id == said[0]["event_id"] == said[1]["event_id"]
    assert one.meta.delivery_id != two.meta.delivery_id
    assert json.dumps(json.loads(bodies[0]), separators=(",", ":")).encode() != bodies[0]


def test_a_forged_event_is_one_that_a_receiver_must_refuse() -> None:
    with Loopback(say(http("401 Unauthorized", b"who are you"))) as program:
        told = trigger("VEHICLE_STATE", "--forged", "--to", program.origin)
        reply = Receiver(TOKEN).handle(*body_and_headers(program.requests[0]))
    assert reply.status == 401
    assert told.returncode == 1
    assert "who are you" in told.stdout


def test_a_test_is_of_the_test_mode() -> None:
    with Loopback(OK) as program:
        assert trigger("VEHICLE_ERROR", "--test", "--to", program.origin).returncode == 0
        assert parse(body_and_headers(program.requests[0])[0]).is_test


def test_who_does_not_listen_is_told_how_to() -> None:
    with Loopback(OK) as gone:
        origin = gone.origin
    told = trigger("VEHICLE_STATE", "--to", origin)
    assert told.returncode == 1
    assert "nobody listens there" in told.stdout
    assert "smartcar webhooks listen" in told.stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("VEHICLE_STATE", "--signal", "odometer-traveleddistanc"), "did you mean odometer-"),
        (("VEHICLE_STATE", "--vehicle", "nobody"), "There is no car 'nobody'"),
        (("VEHICLE_ERROR", "--error", "VEHICLE_STATE:SLEEPY"), "is no error of Smartcar's"),
        (("VEHICLE_TELEPORTED",), "is not one of"),
    ],
)
def test_what_cannot_be_sent_is_told_and_not_sent(asked: tuple[str, ...], said: str) -> None:
    with Loopback(OK) as program:
        told = trigger(*asked, "--to", program.origin)
        assert program.requests == []
    assert told.returncode in {1, 2}
    assert said in told.stderr


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Simulator(seed=7)) as running:
        yield running


def test_a_simulator_sends_it_through_its_webhook(server: Server) -> None:
    application = server.simulator.world.application
    heard: list[VehicleEvent] = []
    receiver = Receiver(application.management_token, accept_tests=True)
    receiver.on(VehicleEvent)(heard.append)
    uri = "https://fleet.example/events"
    server.simulator.webhooks.receive(uri, receiver)
    data = ["odometer-traveleddistance"]
    made = server.simulator.control.add_webhook("Night Charge", uri, triggers=data, data=data)
    car = next(iter(server.simulator.control.cars(make="TESLA")))
    there = ("--origin", server.origin, "--webhook", "Night Charge")

    told = trigger("VEHICLE_STATE", *there, "--vehicle", car.vin, "--json")
    assert told.returncode == 0, told.stderr
    delivery = json.loads(told.stdout)
    assert (delivery["webhookId"], delivery["state"]) == (made.id, "delivered")
    assert trigger("VEHICLE_ERROR", *there, "--test").returncode == 0
    assert trigger("VERIFY", *there).returncode == 0
    state, error = heard
    assert (state.id, state.vehicle.id) == (delivery["eventId"], car.id)
    assert (error.type, error.is_test) == ("VEHICLE_ERROR", True)


def test_what_a_simulator_does_not_deliver_is_told(server: Server) -> None:
    told = trigger("VEHICLE_STATE", "--origin", server.origin)
    assert told.returncode == 1
    assert "https://example.com/smartcar/events" in told.stdout
    assert trigger("schedule", "--origin", server.origin).returncode == 1


@pytest.mark.parametrize(
    "asked", [("--to", "http://127.0.0.1:9/"), ("--times", "2"), ("--forged",), ("--signal", "x")]
)
def test_what_only_the_prompt_can_do_is_not_asked_of_a_simulator(asked: tuple[str, ...]) -> None:
    told = trigger("VEHICLE_STATE", "--origin", "http://127.0.0.1:9", *asked)
    assert (told.returncode, "leave out" in told.stderr) == (2, True), told.stderr
