"""Deliveries over HTTP: to a real receiver, from a simulator in process and from one on a port."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hooking import LOCKED, Box, Sent, served
from loopback import Loopback, http
from msgspec.structs import replace
from test_cli import simulator as serving

from smartcar import Smartcar
from smartcar.errors import TransportError
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.clock import DAYBREAK
from smartcar.simulator.control import Control
from smartcar.simulator.server import Server
from smartcar.simulator.webhooks.post import Answer, Letter, Post
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.webhooks import Receiver, VehicleState
from smartcar.webhooks.signature import verify


def until(is_so: Callable[[], bool]) -> None:
    """Wait for another thread; a test that waits in vain is ended by its time limit."""
    while not is_so():
        time.sleep(0.005)


def webhook(uri: str) -> WebhookSetup:
    """One that tells of locks."""
    return WebhookSetup(name="over http", callback_uri=uri, triggers=(LOCKED,), data=(LOCKED,))


def first_car(simulator: Simulator) -> str:
    """A car that is connected."""
    return simulator.world.fleet.grant(0).vehicle_id


def test_a_receiver_behind_a_web_server_verifies_the_exact_bytes() -> None:
    simulator = Simulator(7)
    box, told = Box(simulator), []
    box.receiver.on(VehicleState)(lambda event: told.append(event.signals[LOCKED].value))
    with served(box.handle) as origin:
        hook = simulator.webhooks.set(webhook(f"{origin}/events?tenant=7"))
        simulator.webhooks.subscribe(hook.id, first_car(simulator))
        simulator.command(first_car(simulator), "security-unlock")
    assert told == [True, False]
    for each in box.all:
        verify(each.body, each.signature, simulator.world.application.management_token)
        assert each.headers["host"] in origin
        assert each.headers["content-type"] == "application/json"
    states = {each.state for each in simulator.webhooks.deliveries(hook.id)}
    assert states == {"delivered"}
    simulator.close()


def test_a_receiver_that_does_not_answer_in_time_has_failed() -> None:
    is_over = threading.Event()
    with Loopback(lambda connection: is_over.wait() and None) as server:
        answer = Post(patience=0.2).carry(Letter(server.origin, b"{}", {}))
        is_over.set()
    assert answer.reply is None
    assert "in time" in (answer.error or "")


def test_a_receiver_that_is_slow_keeps_its_connection_whoever_else_is_told_meanwhile() -> None:
    post, is_over, told = Post(), threading.Event(), list[Answer]()

    def answer(connection: socket.socket) -> None:
        is_over.wait()
        connection.sendall(http("200 OK"))

    with Loopback(answer) as slow:
        waiting = threading.Thread(
            target=lambda: told.append(post.carry(Letter(slow.origin, b"{}", {})))
        )
        waiting.start()
        until(lambda: bool(slow.requests))
        for port in range(1, 41):  # where nobody listens: each is a connection of its own
            assert post.carry(Letter(f"http://127.0.0.1:{port}/", b"{}", {})).reply is None
        is_over.set()
        waiting.join()
    assert [each.reply and each.reply.status for each in told] == [200]
    post.close()


def test_a_served_simulator_tells_webhooks_beside_its_requests() -> None:
    """The handler asks the simulator back over HTTP while its delivery is out."""
    simulator = Simulator(7)
    car, token = first_car(simulator), simulator.world.application.management_token
    receiver, told = Receiver(token), []
    with Server(simulator) as server, served(receiver.handle) as origin:
        client = Smartcar(
            simulator.world.application.client_id,
            simulator.world.application.client_secret,
            origin=server.origin,
        )

        @receiver.on(VehicleState)
        def ask_back(event: VehicleState) -> None:
            mine = client.vehicle(event.vehicle.id, user_id=event.user.id)
            told.append((event.triggers[0].type, mine.signal(LOCKED).value))

        hook = simulator.webhooks.set(webhook(origin))
        until(lambda: bool(simulator.webhooks.verified(hook.id)))
        [owner] = [each for each in client.connections() if each.vehicle_id == car]
        client.create_subscription(webhook_id=hook.id, user_id=owner.user_id or "", vehicle_id=car)
        until(lambda: len(told) == 1)
        client.vehicle(car, user_id=owner.user_id).unlock()
        until(lambda: len(told) == 2)
    assert told == [("FIRST_DELIVERY", True), ("SIGNAL_UPDATED", False)]


def test_the_controls_answer_once_all_that_was_due_on_the_way_was_tried() -> None:
    """While each delivery is out its receiver asks the controls back: nothing stands still."""
    simulator = Simulator(7)
    box = Box(simulator)
    with Server(simulator) as server, served(box.handle) as origin:
        control = Control(server.origin)

        def ask_back(sent: Sent) -> int:
            with Control(server.origin) as asking:
                assert asking.clock().speed == 0
            return 503

        box.answer = ask_back
        hook = simulator.webhooks.set(webhook(origin))
        until(lambda: bool(simulator.webhooks.verified(hook.id)))
        begun = simulator.clock.now()
        simulator.webhooks.subscribe(hook.id, first_car(simulator))
        control.advance("3min")
        assert [each.at - begun for each in box.events] == [0, 25, 75, 175]
        assert simulator.webhooks.deliveries(hook.id)[-1].state == "dropped"
        control.close()


def test_the_controls_of_a_clock_that_runs_answer_once_every_car_was_told_of() -> None:
    """One receiver is told one event at a time: those that wait for it are waited for, too."""
    simulator = Simulator(7, fleet=3, clock=VirtualClock(DAYBREAK, speed=1))
    box = Box(simulator)
    with Server(simulator) as server, served(box.handle) as origin, Control(server.origin) as asked:
        hook = simulator.webhooks.set(replace(webhook(origin), auto_subscribe=True))
        until(lambda: len(box.all) == 4)  # a challenge, and a first event of each
        asked.disable_webhook(hook.id)
        asked.enable_webhook(hook.id)
        assert len(box.all) == 7


def test_a_clock_that_runs_tries_again_by_itself() -> None:
    simulator = Simulator(7, clock=VirtualClock(DAYBREAK, speed=1000))
    box = Box(simulator, answer=lambda sent: 503)
    with served(box.handle) as origin:
        hook = simulator.webhooks.set(webhook(origin))
        simulator.webhooks.subscribe(hook.id, first_car(simulator))
        until(lambda: simulator.webhooks.deliveries(hook.id)[-1].state == "dropped")
        simulator.close()
    event_id = box.events[0].event_id
    times = [each.at for each in box.events if each.event_id == event_id]
    assert len(times) == 4
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert all(waited >= due for waited, due in zip(waits, (25, 50, 100), strict=True))


def test_a_receiver_that_hangs_keeps_no_other_waiting_and_has_its_own_in_order() -> None:
    simulator = Simulator(7, clock=VirtualClock(DAYBREAK, speed=1))
    box, may_go = Box(simulator), threading.Event()
    slow = Box(simulator, answer=lambda sent: 200 if may_go.wait(30) else 500)
    car = first_car(simulator)
    with served(box.handle) as origin, served(slow.handle) as hanging:
        hooks = [simulator.webhooks.set(webhook(each)) for each in (hanging, origin)]
        until(lambda: all(simulator.webhooks.verified(each.id) for each in hooks))
        asked = [
            simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", car).event_id
            for _ in range(3)
            for hook in hooks
        ]
        until(lambda: len(box.events) == 3)
        assert len(slow.events) == 1
        may_go.set()
        until(lambda: len(slow.events) == 3)
        simulator.close()
    assert [each.event_id for each in slow.events] == asked[::2]
    assert [each.event_id for each in box.events] == asked[1::2]
    assert {simulator.webhooks.delivery(each).state for each in asked} == {"delivered"}


def test_what_is_out_when_its_webhook_is_removed_is_noted_as_it_ended() -> None:
    simulator = Simulator(7, clock=VirtualClock(DAYBREAK, speed=1))
    is_in, may_go = threading.Event(), threading.Event()

    def answer(sent: Sent) -> int:
        is_in.set()
        return 200 if may_go.wait(30) else 500

    box = Box(simulator, answer=answer)
    with served(box.handle) as origin:
        hook = simulator.webhooks.set(webhook(origin))
        until(lambda: bool(simulator.webhooks.verified(hook.id)))
        out, behind = (
            simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", first_car(simulator)).event_id
            for _ in range(2)
        )
        is_in.wait()
        simulator.webhooks.remove(hook.id)
        may_go.set()
        until(lambda: simulator.webhooks.delivery(behind).state == "dropped")
        until(lambda: simulator.webhooks.delivery(out).state == "delivered")
        simulator.close()
    assert [each.event_id for each in box.events] == [out]


def test_a_handler_may_put_a_clock_that_runs_forward_over_http() -> None:
    simulator = Simulator(7, clock=VirtualClock(DAYBREAK, speed=1))
    box, took = Box(simulator), list[float]()
    with Server(simulator) as server, served(box.handle) as origin:

        def advance(sent: Sent) -> int:
            with Control(server.origin) as asking:
                began = simulator.clock.now()
                asking.advance("1h")
                took.append(simulator.clock.now() - began)
            return 200

        box.answer = advance
        hook = simulator.webhooks.set(webhook(origin))
        until(lambda: bool(simulator.webhooks.verified(hook.id)))
        event = simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", first_car(simulator))
        until(lambda: simulator.webhooks.delivery(event.event_id).state != "pending")
    assert simulator.webhooks.delivery(event.event_id).state == "delivered"
    assert took
    assert 3600 <= took[0] < 3610


def test_a_clock_that_is_set_running_tries_again_by_itself() -> None:
    simulator = Simulator(7)
    box = Box(simulator, answer=lambda sent: 503)
    uri = "https://fleet.example.com/hook"
    simulator.webhooks.receive(uri, box)
    hook = simulator.webhooks.set(webhook(uri))
    simulator.webhooks.subscribe(hook.id, first_car(simulator))
    assert len(box.events) == 1
    simulator.clock.speed = 2000
    until(lambda: simulator.webhooks.deliveries(hook.id)[-1].state == "dropped")
    simulator.close()


def test_a_server_that_stops_waits_for_what_is_out_and_leaves_no_thread() -> None:
    simulator, before = Simulator(7), set(threading.enumerate())
    box, is_in, may_go = Box(simulator), threading.Event(), threading.Event()

    def slow(sent: Sent) -> int:
        is_in.set()
        may_go.wait()
        return 200

    box.answer = slow
    with served(box.handle) as origin:
        with Server(simulator) as server:
            hook = simulator.webhooks.set(webhook(origin))
            until(lambda: bool(simulator.webhooks.verified(hook.id)))
            client = Smartcar(
                simulator.world.application.client_id,
                simulator.world.application.client_secret,
                origin=server.origin,
            )
            client.create_subscription(
                webhook_id=hook.id,
                user_id=simulator.world.fleet.grant(0).user_id,
                vehicle_id=first_car(simulator),
            )
            is_in.wait()
            threading.Timer(0.05, may_go.set).start()
        assert simulator.webhooks.deliveries(hook.id)[-1].state == "delivered"
        left = set(threading.enumerate()) - before
        assert "smartcar-webhooks" not in {each.name for each in left}


def test_what_is_pending_outlives_kill_9(tmp_path: Path) -> None:
    """Killed while a try is out, and between two: the event comes again, under its own id."""
    options = ("--db", str(tmp_path / "state.db"), "--no-limits", "--speed", "0", "--seed", "7")
    box = Box(Simulator(7), answer=lambda sent: 503)
    is_in = threading.Event()
    with served(box.handle) as origin:
        with serving(*options) as server, Control(server.origin) as control:
            hook = control.add_webhook("over http", origin, triggers=[LOCKED], data=[LOCKED])
            control.subscribe(hook.id, first_car(box.simulator))
            control.advance(30)
            assert len(box.events) == 2
            server.kill()

        def killed(sent: Sent) -> int:
            is_in.set()
            return 200 if server.process.wait() else 500

        box.answer = killed
        with serving(*options) as server:
            asking = threading.Thread(target=_advanced, args=(server.origin,), daemon=True)
            asking.start()
            is_in.wait()
            server.kill()
            asking.join()

        box.answer = None
        with serving(*options) as server, Control(server.origin) as control:
            control.advance("10min")
            [shown] = control.deliveries(webhook_id=hook.id).deliveries
            assert shown.state == "delivered"
            assert (shown.tries_before, len(shown.tries)) == (2, 1)
    assert len({each.event_id for each in box.events}) == 1
    assert len(box.events) == 4
    assert len({each.delivery_id for each in box.events}) == 3  # the try that was out is made again


def _advanced(origin: str) -> None:
    with Control(origin) as control, pytest.raises(TransportError):
        control.advance("10min")


@pytest.mark.skipif(os.name == "nt", reason="0.0.0.0 leads nowhere there")
@pytest.mark.parametrize("is_allowed", [True, False])
def test_private_networks_are_let_through_where_the_prompt_says_so(*, is_allowed: bool) -> None:
    box = Box(Simulator(7))
    allowing = ("--allow-private-webhooks",) if is_allowed else ()
    with (
        served(box.handle) as origin,
        serving("--fleet", "1", "--speed", "0", *allowing) as server,
        Control(server.origin) as control,
    ):
        # To a machine that connects to it, 0.0.0.0 is itself; to the guard it is no loopback.
        hook = control.add_webhook("private", origin.replace("127.0.0.1", "0.0.0.0"))
        control.advance(0)
        [shown] = control.deliveries(webhook_id=hook.id).deliveries
    assert shown.state == ("delivered" if is_allowed else "refused")
    assert len(box.all) == is_allowed


@pytest.mark.parametrize("number", [1, 3])
def test_deliveries_to_one_receiver_share_a_connection(number: int) -> None:
    simulator = Simulator(7)
    box = Box(simulator)
    with served(box.handle) as origin:
        hook = simulator.webhooks.set(webhook(origin))
        for _ in range(number):
            simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", first_car(simulator))
    assert len(box.events) == number


async def test_a_simulator_is_closed_while_its_receiver_runs_in_the_same_loop() -> None:
    """It waits for what is out, and so must not stand in the way of whoever answers it."""
    simulator = Simulator(7, clock=VirtualClock(DAYBREAK, speed=1000))
    box, is_in = Box(simulator), asyncio.Event()
    loop = asyncio.get_running_loop()

    async def answer() -> None:
        is_in.set()
        await asyncio.sleep(0.05)

    def slow(sent: Sent) -> int:
        if len(box.events) == 2:  # the second try comes from the thread that follows the clock
            asyncio.run_coroutine_threadsafe(answer(), loop).result()
            return 200
        return 503

    box.answer = slow
    with served(box.handle) as origin:
        hook = simulator.webhooks.set(webhook(origin))
        simulator.webhooks.subscribe(hook.id, first_car(simulator))
        await is_in.wait()
        await simulator.aclose()
    assert simulator.webhooks.delivery(box.events[1].event_id).state == "delivered"


def test_a_control_is_answered_once_another_thread_has_told_what_it_brought_about() -> None:
    """Also where the server's own thread has begun to: nobody looks for it in vain."""
    simulator = Simulator(7)
    box = Box(simulator)
    with (
        Server(simulator) as server,
        served(box.handle) as origin,
        Control(server.origin) as asking,
    ):
        for number in range(20):
            simulator.carry_on()
            hook = asking.add_webhook(f"hook {number}", f"{origin}/{number}")
            assert simulator.webhooks.verified(hook.id)
