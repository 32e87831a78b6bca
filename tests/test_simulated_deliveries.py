"""What the simulator sends to webhooks, when, how often, and what becomes of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hooking import ERRORS, LOCKED, URI, Box, Hooked, Sent
from msgspec.structs import replace

from smartcar import AsyncSmartcar, Smartcar, hash_challenge
from smartcar.api.definition import ALL
from smartcar.cli.simulator.delivery import told as shown_at_prompt
from smartcar.protocol.wire import Reply
from smartcar.simulator import FaultRule, SimulatedApplication, Simulator, SqliteJournal
from smartcar.simulator.control.told_of_webhooks import delivery_told
from smartcar.simulator.events import ApplicationAdded
from smartcar.simulator.webhooks.deliveries import Delivery
from smartcar.simulator.webhooks.mischief import Mischief
from smartcar.simulator.webhooks.setup import WebhookSetup
from smartcar.simulator.world import WORTH_TIDYING
from smartcar.webhooks import Receiver, Schedule, VehicleState
from smartcar.webhooks.parsing import parse
from smartcar.webhooks.signature import verify


def told(hooked: Hooked) -> list[Delivery]:
    """The log without VERIFY."""
    found = hooked.simulator.webhooks.deliveries(hooked.hook.id)
    return [each for each in found if each.kind != "VERIFY"]


# --- tries ----------------------------------------------------------------------------------------


def test_four_tries_are_made_at_0_25_75_and_175_seconds_in_one_step_of_the_clock() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    begun = hooked.simulator.clock.now()

    hooked.subscribe()
    assert [each.at - begun for each in hooked.box.events] == [0]
    hooked.simulator.clock.advance("3h")

    first = hooked.box.events[0].event_id
    tries = [each for each in hooked.box.events if each.event_id == first]
    assert [each.at - begun for each in tries] == [0, 25, 75, 175]
    delivered = [each.document["meta"]["deliveredAt"] / 1000 - begun for each in tries]
    assert delivered == [0, 25, 75, 175]
    assert len({each.delivery_id for each in tries}) == 4
    assert len({each.signature for each in tries}) == 4
    data = [{**each.document, "meta": None} for each in tries]
    assert data == [data[0]] * 4


def test_an_event_is_dropped_after_its_fourth_try_and_later_ones_are_still_sent() -> None:
    hooked = Hooked(answer=lambda sent: 500)
    hooked.subscribe()
    hooked.simulator.clock.advance("10min")
    [dropped] = told(hooked)
    assert (dropped.state, len(dropped.tries), dropped.next_try_at) == ("dropped", 4, None)
    assert {each.status for each in dropped.tries} == {500}

    hooked.box.answer = None
    hooked.turn_key()

    assert told(hooked)[-1].state == "delivered"
    assert hooked.box.events[-1].document["triggers"][0]["signal"]["code"] == LOCKED


def test_tries_fall_in_order_between_what_cars_do_and_tokens_that_end() -> None:
    """All of one step happens in the order of its times, each at its own."""
    simulator = Simulator(7)
    box = Box(simulator, answer=lambda sent: 503 if len(box.events) % 3 else 200)
    simulator.webhooks.receive(URI, box)
    simulator.webhooks.set(
        WebhookSetup(
            name="all",
            callback_uri=URI,
            triggers=("motion-currentspeed", "odometer-traveleddistance", LOCKED),
            data=("odometer-traveleddistance",),
            auto_subscribe=True,
        )
    )
    begun = simulator.clock.now()

    simulator.clock.advance("3h")

    times = [each.at for each in box.all]
    assert times == sorted(times)
    assert len({each for each in times if begun < each < begun + 3 * 3600}) > 50
    for each in box.events:
        assert each.document["meta"]["deliveredAt"] == round(each.at * 1000)
        for signal in each.document["data"].get("signals", ()):
            times_told = signal.get("meta", {"retrievedAt": 0})
            assert times_told["retrievedAt"] <= each.document["meta"]["deliveredAt"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500])
def test_all_but_2xx_is_a_failure(status: int) -> None:
    hooked = Hooked(answer=lambda sent: status)
    hooked.subscribe()
    [pending] = told(hooked)
    assert pending.state == "pending"
    assert pending.next_try_at == hooked.simulator.clock.now() + 25
    assert str(status) in (pending.tries[0].error or "")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success_whatever_its_body(status: int) -> None:
    hooked = Hooked(answer=lambda sent: status)
    hooked.subscribe()
    assert told(hooked)[0].state == "delivered"
    hooked.simulator.clock.advance("1h")
    assert [each.event_id for each in hooked.box.events].count(told(hooked)[0].event_id) == 1


def test_an_answer_that_takes_15_virtual_seconds_is_none_and_the_wait_begins_after_it() -> None:
    hooked = Hooked()
    begun = hooked.simulator.clock.now()

    def slow(sent: Sent) -> int:
        hooked.simulator.clock.sleep(15 if len(hooked.box.events) == 1 else 14.9)
        return 200

    hooked.box.answer = slow
    hooked.subscribe()
    hooked.simulator.clock.advance("5min")

    [delivery] = told(hooked)
    assert delivery.state == "delivered"
    assert [each.at - begun for each in delivery.tries] == [0, 40]
    assert [each.took for each in delivery.tries] == [15, 14.9]
    assert "15 seconds" in (delivery.tries[0].error or "")


def test_a_receiver_that_raises_has_failed_and_spoils_nothing_else() -> None:
    hooked = Hooked()

    def bad(sent: Sent) -> int:
        raise RuntimeError("the disk is full")

    hooked.box.answer = bad
    hooked.subscribe()
    [pending] = told(hooked)
    assert pending.tries[0].status is None
    assert "RuntimeError: the disk is full" in (pending.tries[0].error or "")
    hooked.box.answer = None
    hooked.simulator.clock.advance(25)
    assert told(hooked)[0].state == "delivered"


def test_an_event_can_be_sent_again_with_its_id_and_a_new_one_for_the_delivery() -> None:
    hooked = Hooked()
    hooked.subscribe()
    [delivered] = told(hooked)

    again = hooked.simulator.webhooks.redeliver(delivered)

    first, second = hooked.box.events
    assert (again.state, len(again.tries)) == ("delivered", 2)
    assert first.event_id == second.event_id == again.event_id
    assert first.delivery_id != second.delivery_id
    assert again.number > delivered.number


def test_what_is_not_known_cannot_be_sent_again() -> None:
    with pytest.raises(LookupError, match="No event 'nonsense' is known"):
        Hooked().simulator.webhooks.redeliver("nonsense")


# --- bytes ----------------------------------------------------------------------------------------


def reserialised(body: bytes) -> bytes:
    """As Node's ``JSON.stringify(JSON.parse(body))`` writes it: it knows no 1.0, only 1."""

    def number(text: str) -> float:
        return int(float(text)) if float(text).is_integer() else float(text)

    content = json.loads(body, parse_float=number)
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_signature_is_of_the_exact_bytes_and_they_are_as_javascript_writes_them() -> None:
    """Smartcar's Node SDK signs the body written again: its users must be served as well."""
    hooked = Hooked(data=tuple(sorted(ALL)), name="Flotte „Süd“ / 1")
    for number in range(12):
        car = hooked.simulator.world.fleet.grant(number).vehicle_id
        hooked.simulator.webhooks.subscribe(hooked.hook.id, car)
    token = hooked.simulator.world.application.management_token
    hooked.subscribe()
    hooked.turn_key()

    for sent in hooked.box.all:
        verify(sent.body, sent.signature, token)
        assert reserialised(sent.body) == sent.body
        assert sent.headers["content-type"] == "application/json"
        assert sent.headers["user-agent"].startswith("Smartcar/")


def test_a_state_has_the_keys_of_a_live_delivery_in_their_order() -> None:
    hooked = Hooked()
    hooked.subscribe()
    hooked.turn_key()
    document = hooked.box.events[-1].document
    assert list(document) == ["eventId", "eventType", "data", "triggers", "meta"]
    assert list(document["data"]) == ["user", "vehicle", "signals"]
    assert list(document["data"]["user"]) == ["id", "externalId"]
    fixed = ["id", "make", "model", "year", "mode", "powertrainType"]
    assert list(document["data"]["vehicle"]) == fixed
    signal = document["data"]["signals"][0]
    assert list(signal) == ["code", "name", "group", "body", "meta", "status"]
    assert list(signal["meta"]) == ["oemUpdatedAt", "retrievedAt"]
    meta = ["version", "deliveryId", "deliveredAt", "webhookId", "webhookName"]
    assert list(document["meta"]) == [*meta, "applicationId", "sequence", "mode", "signalCount"]
    assert document["meta"]["signalCount"] == len(document["data"]["signals"]) == 2
    assert document["meta"]["mode"] == "LIVE"
    assert document["triggers"] == [
        {
            "type": "SIGNAL_UPDATED",
            "signal": {"name": "IsLocked", "code": LOCKED, "group": "Closure"},
        }
    ]


def test_a_signal_that_cannot_be_told_stands_with_its_error_alone() -> None:
    hooked = Hooked(data=("internalcombustionengine-fuellevel", "charge-chargerate"))
    hooked.simulator.set_signal(hooked.car, "charge-chargerate", error="VEHICLE_STATE:NOT_CHARGING")
    hooked.subscribe()
    [state] = [each for each in hooked.box.events if "triggers" in each.document]
    fuel, rate = state.document["data"]["signals"]
    assert "body" not in fuel
    assert "meta" not in fuel
    assert fuel["status"]["error"] == {"type": "COMPATIBILITY", "code": "VEHICLE_NOT_CAPABLE"}
    assert rate["status"]["error"] == {"type": "VEHICLE_STATE", "code": "NOT_CHARGING"}
    assert rate["meta"]["oemUpdatedAt"] > 0


def test_sequences_grow_also_within_one_instant() -> None:
    hooked = Hooked()
    hooked.subscribe()
    for _ in range(5):
        hooked.turn_key()
    sequences = [each.document["meta"]["sequence"] for each in hooked.box.events]
    assert sequences == sorted(set(sequences))
    assert len(sequences) == 6


def test_the_same_seed_and_the_same_calls_send_the_same_bytes() -> None:
    def run() -> list[tuple[float, bytes, str]]:
        hooked = Hooked(answer=lambda sent: 503 if len(hooked.box.events) % 2 else 200)
        hooked.subscribe()
        hooked.turn_key()
        hooked.simulator.clock.advance("6h")
        return [(each.at, each.body, each.signature) for each in hooked.box.all]

    assert run() == run()


def test_a_test_delivery_is_of_nobodys_car_and_receivers_drop_it() -> None:
    hooked = Hooked()
    hooked.simulator.webhooks.test(hooked.hook.id, "VEHICLE_STATE")
    hooked.simulator.webhooks.test(hooked.hook.id, "VEHICLE_ERROR")
    state, error = hooked.box.events
    for sent in (state, error):
        assert sent.document["meta"]["mode"] == "TEST"
        assert sent.document["data"]["vehicle"]["mode"] == "test"
        assert sent.document["data"]["vehicle"]["model"] == "Model 3"
        assert sent.document["data"]["user"]["externalId"] == "user-external-id-123"
    [told] = error.document["data"]["errors"]
    assert (told["type"], told["code"]) == ("COMPATIBILITY", "VEHICLE_NOT_CAPABLE")
    assert told["resolution"] == {"type": None}
    assert {each["code"] for each in told["signals"]} >= {LOCKED}
    dropping = Receiver(hooked.simulator.world.application.management_token)
    assert "dropped" in dropping.handle(state.body, state.headers).body.decode()


def test_errors_go_to_their_own_uri_and_say_what_helps_until_they_are_over() -> None:
    hooked = Hooked(error_callback_uri=ERRORS)
    errors = Box(hooked.simulator)
    hooked.simulator.webhooks.receive(ERRORS, errors)
    hooked.subscribe()
    fault = hooked.simulator.faults.add(FaultRule(car="asleep", vehicle_id=hooked.car))
    hooked.simulator.faults.remove(fault.id)

    begun, over = (each.document for each in errors.events)
    assert [each.document["eventType"] for each in hooked.box.events] == ["VEHICLE_STATE"]
    assert list(begun["data"]) == ["user", "vehicle", "errors"]
    assert "triggers" not in begun
    assert "signalCount" not in begun["meta"]
    [error], [resolved] = begun["data"]["errors"], over["data"]["errors"]
    assert (error["type"], error["code"], error["state"]) == ("VEHICLE_STATE", "ASLEEP", "ERROR")
    assert error["resolution"] == {"type": None}
    assert error["docURL"].endswith("/vehicle-state-errors#asleep")
    assert "signals" not in error  # it is about the whole car
    assert resolved["state"] == "RESOLVED"
    assert "resolution" not in resolved


def test_each_application_signs_with_its_own_token() -> None:
    other = SimulatedApplication.public("client_other")
    simulator = Simulator(7)
    simulator.world.record(
        ApplicationAdded(
            at=simulator.clock.now(),
            client_id=other.client_id,
            application_id=other.application_id,
            name="other",
        )
    )
    box = Box(simulator)
    box.receiver = Receiver(other.management_token)
    simulator.webhooks.receive(URI, box)
    setup = WebhookSetup(name="of the other", callback_uri=URI, application=other.client_id)
    hook = simulator.webhooks.set(setup)
    assert simulator.webhooks.verified(hook.id) == {URI}
    assert box.all[0].signature == hash_challenge(other.management_token, box.all[0].body)


def test_what_cannot_be_signed_is_not_sent() -> None:
    """A token that is not public is not in a state that was taken up again."""
    simulator = Simulator(7, application=SimulatedApplication(management_token=""))
    hook = simulator.webhooks.all()[0]
    simulator.webhooks.receive(hook.callback_uri, Receiver("any other token"))
    refused = simulator.webhooks.deliveries()[-1]
    assert refused.state == "refused"
    assert "management token is not known" in (refused.error or "")


# --- VERIFY ---------------------------------------------------------------------------------------


def test_nothing_but_verify_goes_to_a_uri_that_has_not_answered_right() -> None:
    other = Simulator(7)
    stranger = Box(other)
    stranger.receiver = Receiver("another application's token")
    hook = other.webhooks.set(
        WebhookSetup(name="x", callback_uri=URI, triggers=(LOCKED,), data=(LOCKED,))
    )
    other.webhooks.receive(URI, stranger)
    car = other.world.fleet.grant(0).vehicle_id
    other.webhooks.subscribe(hook.id, car)
    other.command(car, "security-unlock")
    other.webhooks.trigger(hook.id, "VEHICLE_STATE", car)

    assert stranger.events == []
    verified, refused = other.webhooks.deliveries(hook.id)[-2:]
    assert "another token" in (verified.tries[0].error or "")
    assert refused.state == "refused"
    assert "not verified" in (refused.error or "")
    assert not other.webhooks.verified(hook.id)


def test_the_challenge_is_answered_as_the_official_sdk_answers_it() -> None:
    hooked = Hooked()
    [challenge] = hooked.box.all
    token = hooked.simulator.world.application.management_token
    [delivery] = hooked.simulator.webhooks.deliveries(hooked.hook.id)[-1:]
    wanted = hash_challenge(token, challenge.document["data"]["challenge"])
    assert json.loads(delivery.tries[0].answer) == {"challenge": wanted}
    assert hooked.simulator.webhooks.verified(hooked.hook.id) == {URI}


def test_nothing_is_ever_sent_to_a_name_that_is_nobodys() -> None:
    simulator = Simulator(7)
    hook = simulator.webhooks.all()[0]
    simulator.webhooks.verify(hook.id)
    for each in simulator.webhooks.deliveries(hook.id):
        assert each.state == "refused"
        assert each.tries == ()
        assert "simulator.webhooks.receive" in (each.error or "")


def test_a_receiver_given_later_is_asked_to_verify_and_told_from_then_on() -> None:
    simulator = Simulator(7)
    box = Box(simulator)
    hook = simulator.webhooks.all()[0]
    car = simulator.world.fleet.grant(0).vehicle_id
    simulator.webhooks.subscribe(hook.id, car)
    simulator.webhooks.receive(hook.callback_uri, box)
    assert box.all[0].document["eventType"] == "VERIFY"
    assert [each["type"] for each in box.events[0].document["triggers"]] == ["FIRST_DELIVERY"]


def test_nothing_goes_to_a_disabled_webhook_and_nothing_is_kept_for_it() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    sent = len(hooked.box.all)
    hooked.simulator.webhooks.disable(hooked.hook.id)
    hooked.turn_key()
    hooked.simulator.clock.advance("1h")
    assert len(hooked.box.all) == sent
    assert told(hooked)[0].state == "dropped"
    hooked.box.answer = None
    hooked.simulator.webhooks.enable(hooked.hook.id)
    assert hooked.box.events[-1].document["triggers"] == [{"type": "FIRST_DELIVERY"}]


def test_what_has_no_handle_is_no_receiver() -> None:
    thing: Any = object()
    with pytest.raises(TypeError, match="object has no handle"):
        Simulator(7).webhooks.receive(URI, thing)


def test_a_receiver_that_gives_no_reply_has_failed() -> None:
    class Forgetful:
        def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
            nothing: Any = None
            return nothing

    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, Forgetful())
    hooked.subscribe()
    assert told(hooked)[0].tries[0].error == "The receiver gave NoneType: it must be a Reply."


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(200, {}, "text"), "body is str: it must be bytes"),  # type: ignore[arg-type] -- as programs without types do
        (Reply(200, {}, None), "body is NoneType: it must be bytes"),  # type: ignore[arg-type] -- the same
        (Reply("200"), "status is str: it must be int"),  # type: ignore[arg-type] -- the same
        (Reply(200, None), "headers is NoneType: it must be Mapping"),  # type: ignore[arg-type] -- the same
    ],
)
def test_a_reply_that_is_not_as_it_should_be_has_failed(reply: Reply, why: str) -> None:
    class Odd:
        def handle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
            return reply

    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, Odd())
    hooked.subscribe()
    assert why in (told(hooked)[0].tries[0].error or "")
    hooked.simulator.clock.advance("1min")
    assert len(told(hooked)[0].tries) == 2


class Cancelled:
    """Receives nothing: something within it was cancelled."""

    async def ahandle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        raise asyncio.CancelledError


async def test_a_receiver_that_is_cancelled_has_failed_and_cancels_nobody_else() -> None:
    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, Cancelled())
    with hooked.simulator.clock.quietly():
        hooked.subscribe()
    await hooked.simulator.clock.aadvance("1min")
    assert [len(each.tries) for each in told(hooked)] == [2]


def test_one_that_is_cancelled_where_nothing_is_awaited_has_failed_too() -> None:
    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, Cancelled())
    hooked.subscribe()
    assert "CancelledError" in (told(hooked)[0].tries[0].error or "")


async def test_whoever_stops_waiting_is_let_go_and_the_event_comes_again() -> None:
    class Slow:
        async def ahandle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
            waits.cancel()
            await asyncio.sleep(60)
            return Reply(200)

    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, Slow())
    with hooked.simulator.clock.quietly():
        hooked.subscribe()
    waits = asyncio.ensure_future(hooked.simulator.clock.aadvance("1min"))
    with pytest.raises(asyncio.CancelledError):
        await waits
    hooked.simulator.webhooks.receive(URI, hooked.box)
    await hooked.simulator.clock.aadvance("1min")
    assert [each.state for each in told(hooked)] == ["delivered"]


def leaves(_: Sent) -> int:
    """Ends the program, as it believes."""
    raise SystemExit(3)


def test_a_receiver_that_ends_the_program_has_had_its_try() -> None:
    hooked = Hooked(answer=leaves)
    with pytest.raises(SystemExit):
        hooked.subscribe()
    hooked.box.answer = None
    hooked.simulator.clock.advance("24s")
    assert told(hooked)[0].state == "pending"
    hooked.simulator.clock.advance("1s")
    assert told(hooked)[0].state == "delivered"


def test_a_thread_that_delivers_outlives_a_receiver_that_ends_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hooked = Hooked(answer=leaves)
    simulator = hooked.simulator
    with simulator, caplog.at_level("CRITICAL"):
        simulator.carry_on()
        with simulator.clock.quietly():
            hooked.subscribe()
        simulator.tell_soon()
        wait_until(lambda: bool(told(hooked) and told(hooked)[0].tries))
        hooked.box.answer = None
        with simulator.clock.quietly():
            simulator.clock.put_forward(simulator.clock.now() + 25)
        simulator.tell_soon()
        wait_until(lambda: told(hooked)[0].state == "delivered")


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until another thread has got so far; whoever waits for ever is stopped by the runner."""
    while not is_so():
        time.sleep(0.005)


# --- what is called off ---------------------------------------------------------------------------


def unsubscribed(hooked: Hooked) -> None:
    """By the simulator's own controls; v3 and v2 do the same."""
    hooked.simulator.webhooks.unsubscribe(hooked.hook.id, hooked.car)


def disabled_for_a_moment(hooked: Hooked) -> None:
    """As somebody who wants what was pending to be gone."""
    hooked.simulator.webhooks.disable(hooked.hook.id)
    hooked.simulator.webhooks.unsubscribe(hooked.hook.id, hooked.car)
    hooked.simulator.webhooks.enable(hooked.hook.id)


def disconnected(hooked: Hooked) -> None:
    """By the application."""
    smartcar = Smartcar(transport=hooked.simulator)
    [connection] = smartcar.connections(vehicle_id=hooked.car)
    smartcar.remove_connection(connection.id)


def removed(hooked: Hooked) -> None:
    """With all that was on its way."""
    hooked.simulator.webhooks.remove(hooked.hook.id)


@pytest.mark.parametrize("end", [unsubscribed, disabled_for_a_moment, disconnected, removed])
def test_what_was_still_to_be_tried_is_not_once_nobody_is_to_be_told(
    end: Callable[[Hooked], None],
) -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    end(hooked)
    [dropped] = told(hooked)
    assert (dropped.state, dropped.next_try_at, len(dropped.tries)) == ("dropped", None, 1)
    assert dropped.error
    hooked.simulator.clock.advance("5min")
    assert len(hooked.box.events) == 1


def test_an_owner_who_takes_the_consent_back_is_told_of_last_of_all() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    [grant] = hooked.simulator.control.grants(vehicle_id=hooked.car)
    hooked.simulator.control.revoke(grant.id)
    hooked.simulator.clock.advance("5min")
    kinds = [each.document["eventType"] for each in hooked.box.events]
    assert kinds == ["VEHICLE_STATE"] + 4 * ["VEHICLE_ERROR"]


def test_a_handler_that_unsubscribes_its_car_has_accepted_what_it_was_told() -> None:
    hooked = Hooked()
    statuses = [200, 503]

    def answer(sent: Sent) -> int:
        hooked.simulator.webhooks.unsubscribe(hooked.hook.id, hooked.car)
        return statuses.pop(0)

    hooked.box.answer = answer
    hooked.subscribe()
    hooked.subscribe()
    hooked.simulator.clock.advance("5min")
    accepted, refused = told(hooked)
    assert (accepted.state, accepted.error, len(accepted.tries)) == ("delivered", None, 1)
    assert (refused.state, len(refused.tries)) == ("dropped", 1)
    assert "no longer subscribed" in (refused.error or "")


def test_a_test_of_a_car_does_not_end_with_its_subscription() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.simulator.webhooks.subscribe(hooked.hook.id, hooked.car)
    hooked.simulator.webhooks.test(hooked.hook.id, vehicle_id=hooked.car)
    unsubscribed(hooked)
    hooked.simulator.clock.advance("5min")
    assert [len(each.tries) for each in told(hooked)] == [1, 4]


def test_what_was_called_off_stays_so_in_a_world_that_is_taken_up_again() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    with hooked.simulator.clock.quietly():
        unsubscribed(hooked)
    other = Simulator.from_export(hooked.simulator.export())
    other.webhooks.receive(URI, hooked.box)
    other.clock.advance("5min")
    assert len(hooked.box.events) == 1


def test_an_address_that_a_webhook_has_no_more_is_not_asked_to_verify() -> None:
    simulator = Simulator(7)
    box = Box(simulator)
    setup = WebhookSetup(name="x", callback_uri="http://127.0.0.1:1/", triggers=(LOCKED,))
    hook = simulator.webhooks.set(setup)
    simulator.webhooks.receive(URI, box)
    simulator.webhooks.set(replace(hook, callback_uri=URI))
    simulator.clock.advance("5min")
    first = simulator.webhooks.deliveries(hook.id)[0]
    assert (first.state, len(first.tries)) == ("dropped", 1)
    assert first.error == "The webhook sends there no more."


def test_a_uri_that_nobody_receives_any_more_is_sent_nothing() -> None:
    hooked = Hooked()
    hooked.simulator.webhooks.receive(URI, None)
    hooked.subscribe()
    assert hooked.box.events == []
    assert told(hooked)[0].state == "refused"


def test_an_event_that_is_sent_again_while_it_is_out_comes_again() -> None:
    hooked = Hooked()

    def again(sent: Sent) -> int:
        hooked.box.answer = None
        hooked.simulator.webhooks.redeliver(sent.event_id)
        return 500

    hooked.box.answer = again
    hooked.subscribe()
    hooked.simulator.clock.advance("10min")
    first, second = hooked.box.events
    assert first.event_id == second.event_id
    assert first.delivery_id != second.delivery_id
    assert told(hooked)[0].state == "delivered"


# --- who calls whom -------------------------------------------------------------------------------


def test_a_handler_may_ask_the_simulator_back_and_change_it() -> None:
    hooked = Hooked()
    client = Smartcar(transport=hooked.simulator)
    receiver = Receiver(hooked.simulator.world.application.management_token)
    seen: list[tuple[str, Any]] = []

    @receiver.on(VehicleState)
    def lock_again(event: VehicleState) -> None:
        car = client.vehicle(event.vehicle.id, user_id=event.user.id)
        locked = car.signal(LOCKED).value
        seen.append((event.id, locked))
        if not locked:
            car.lock()

    hooked.simulator.webhooks.receive(URI, receiver)
    hooked.subscribe()
    hooked.turn_key()

    assert [locked for _, locked in seen] == [True, False, True]
    assert hooked.simulator.state(hooked.car).locked


async def test_an_async_handler_may_ask_the_simulator_back_in_the_same_loop() -> None:
    hooked = Hooked()
    client = AsyncSmartcar(transport=hooked.simulator)
    receiver = Receiver(hooked.simulator.world.application.management_token)
    seen: list[Any] = []

    @receiver.on(VehicleState)
    async def lock_again(event: VehicleState) -> None:
        car = client.vehicle(event.vehicle.id, user_id=event.user.id)
        seen.append((threading.get_ident(), (await car.signal(LOCKED)).value))
        if not seen[-1][1]:
            await car.lock()

    hooked.simulator.webhooks.receive(URI, receiver)
    hooked.subscribe()
    seen.clear()
    grant = hooked.simulator.world.fleet.grant(0)
    await client.vehicle(hooked.car, user_id=grant.user_id).unlock()

    here = threading.get_ident()
    assert seen == [(here, False), (here, True)]
    await hooked.simulator.clock.aadvance("1h")


class Awaiting:
    """A receiver that can only be awaited."""

    def __init__(self, box: Box) -> None:
        self.box = box

    async def ahandle(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        return self.box.handle(body, headers)


def test_a_receiver_that_can_only_be_awaited_is_awaited_by_whoever_blocks() -> None:
    hooked = Hooked()
    box = Box(hooked.simulator)
    hooked.simulator.webhooks.receive(URI, Awaiting(box))
    hooked.subscribe()
    assert len(box.events) == 1


async def test_what_blocks_within_an_event_loop_is_told_too() -> None:
    hooked = Hooked()
    box = Box(hooked.simulator)
    hooked.simulator.webhooks.receive(URI, Awaiting(box))
    hooked.subscribe()
    hooked.turn_key()
    assert len(box.events) == 2


def test_a_handler_that_puts_the_clock_forward_only_does_so() -> None:
    """What falls due within is done when it is done, by whoever called it."""
    hooked = Hooked()
    depth: list[int] = []
    deepest: list[int] = []

    def wait(sent: Sent) -> int:
        depth.append(1)
        deepest.append(len(depth))
        hooked.simulator.clock.advance(10)
        hooked.turn_key()
        depth.pop()
        return 200 if len(hooked.box.events) < 4 else 204

    hooked.box.answer = lambda sent: wait(sent) if len(hooked.box.events) < 5 else 200
    hooked.subscribe()

    assert deepest == [1, 1, 1, 1]
    assert len(hooked.box.events) == 5


def test_two_threads_may_put_the_clock_forward_at_once() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    begun = hooked.simulator.clock.now()
    threads = [
        threading.Thread(target=hooked.simulator.clock.advance, args=(20,)) for _ in range(10)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert hooked.simulator.clock.now() == begun + 200
    assert [each.at - begun for each in told(hooked)[0].tries] == [0, 25, 75, 175]


def test_the_controls_put_the_clock_forward_by_way_of_all_tries() -> None:
    hooked = Hooked()
    client = Smartcar(transport=hooked.simulator)

    def ask_back(sent: Sent) -> int:
        assert list(client.connections())
        return 503

    hooked.box.answer = ask_back
    hooked.subscribe()
    hooked.simulator.control.advance("3min")
    assert [each.status for each in told(hooked)[0].tries] == [503] * 4
    assert told(hooked)[0].state == "dropped"


# --- what outlives what ---------------------------------------------------------------------------


def test_what_is_pending_is_of_the_world_and_goes_back_with_it() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    event_id = told(hooked)[0].event_id
    hooked.simulator.snapshot("before")
    hooked.simulator.clock.advance("1h")
    assert told(hooked)[0].state == "dropped"

    hooked.simulator.restore("before")
    hooked.box.all.clear()
    hooked.box.answer = None
    hooked.simulator.clock.advance("1h")

    assert hooked.box.events[0].event_id == event_id
    assert told(hooked)[0].state == "delivered"


def test_an_exported_world_has_what_is_pending_with_it() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    other = Simulator.from_export(hooked.simulator.export())
    box = Box(other)
    other.webhooks.receive(URI, box)
    other.clock.advance(25)
    assert box.events[0].event_id == told(hooked)[0].event_id


def test_what_is_over_is_no_longer_in_the_world() -> None:
    hooked = Hooked()
    hooked.subscribe()
    before = len(hooked.simulator.world.past())
    for _ in range(20):
        hooked.turn_key()
    kinds = {type(each).__name__ for each in hooked.simulator.world.past()}
    assert not kinds & {"DeliveryQueued", "DeliveryTried"}
    assert len(hooked.simulator.world.past()) == before + 20


def test_a_reset_world_asks_the_receivers_it_still_has_to_verify() -> None:
    simulator = Simulator(7)
    box = Box(simulator)
    hook = simulator.webhooks.all()[0]
    simulator.webhooks.receive(hook.callback_uri, box)
    simulator.reset()
    assert simulator.webhooks.verified(hook.id) == {hook.callback_uri}
    assert len(box.all) == 2


def test_what_is_pending_outlives_the_process_that_was_to_send_it(tmp_path: Any) -> None:
    path = tmp_path / "state.db"
    hooked = Hooked.__new__(Hooked)
    hooked.simulator = Simulator(7, journal=SqliteJournal(path))
    hooked.box = Box(hooked.simulator, lambda sent: 503)
    webhooks = hooked.simulator.webhooks
    hook = webhooks.all()[0]
    webhooks.receive(hook.callback_uri, hooked.box)
    webhooks.subscribe(hook.id, hooked.simulator.world.fleet.grant(0).vehicle_id)
    [pending] = [each for each in webhooks.deliveries() if each.state == "pending"]
    hooked.simulator.close()

    again = Simulator(7, journal=SqliteJournal(path))
    box = Box(again)
    again.webhooks.receive(hook.callback_uri, box)
    [shown] = again.webhooks.deliveries()
    assert (shown.state, shown.tries, shown.tries_before) == ("pending", (), 1)
    answered = delivery_told(shown)
    assert "Sent once before the simulator began anew" in shown_at_prompt(answered)
    again.clock.advance(25)
    assert [each.event_id for each in box.events] == [pending.event_id]
    assert again.webhooks.deliveries()[0].tries[-1].number == 2
    again.close()


def test_a_request_has_the_same_answer_whether_or_not_webhooks_are_told() -> None:
    def ids(*, is_told: bool) -> list[str]:
        simulator = Simulator(7)
        hook = simulator.webhooks.all()[0]
        if is_told:
            simulator.webhooks.receive(hook.callback_uri, Box(simulator))
        client = Smartcar(transport=simulator)
        found = []
        for each in list(client.connections())[:3]:
            car = client.vehicle(each.vehicle_id or "", user_id=each.user_id)
            client.create_subscription(
                webhook_id=hook.id, user_id=each.user_id or "", vehicle_id=car.id
            )
            found.append(car.unlock().id)
        return found

    assert ids(is_told=True) == ids(is_told=False)


def test_a_handler_that_resets_the_world_ends_the_way_of_the_old_one() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    begun = hooked.simulator.clock.now()
    hooked.subscribe()

    def reset(sent: Sent) -> int:
        hooked.simulator.reset()
        return 200

    hooked.box.answer = reset
    hooked.simulator.clock.advance("1h")
    assert len(hooked.box.events) == 2
    assert hooked.simulator.clock.now() == begun
    assert hooked.simulator.world.outbox.queued == {}


def test_the_agenda_says_when_what_was_not_taken_is_tried_again() -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    begun = hooked.simulator.clock.now()
    [to_come] = [each for each in hooked.simulator.agenda() if each.kind == "webhook-try"]
    assert to_come.at == begun + 25
    assert to_come.text == "fleet hook is told again: VEHICLE_STATE, try 2"
    assert to_come.details["triesLeft"] == 3
    assert [each.kind for each in hooked.simulator.agenda(vehicle_id=hooked.car)].count(
        "webhook-try"
    ) == 1
    hooked.simulator.jump(to_come)
    assert len(hooked.box.events) == 2


def test_the_agenda_says_when_webhooks_of_v2_tell() -> None:
    hooked = Hooked(
        kind="schedule", interval="hourly", paths=("/battery", "/odometer"), triggers=(), data=()
    )
    hooked.subscribe()
    [to_come] = [each for each in hooked.simulator.agenda() if each.kind == "webhook-schedule"]
    before = len(hooked.box.all)
    hooked.simulator.jump(to_come)
    assert len(hooked.box.all) == before + 1
    assert hooked.box.all[-1].document["eventName"] == "schedule"


def test_webhooks_of_v2_are_told_in_their_own_shape() -> None:
    hooked = Hooked(
        kind="schedule",
        interval="daily",
        paths=("/battery", "/fuel", "/odometer"),
        unit_system="imperial",
        triggers=(),
        data=(),
    )
    verified = hooked.box.all[0].document
    assert verified["eventName"] == "verify"
    assert list(verified["payload"]) == ["challenge"]
    hooked.subscribe()
    hooked.simulator.clock.advance("25h")
    event = parse(hooked.box.all[-1].body)
    assert isinstance(event, Schedule)
    [readings] = event.vehicles
    assert readings.vehicle_id == hooked.car
    assert [(each.path, each.code) for each in readings.data] == [
        ("/battery", 200),
        ("/fuel", 501),
        ("/odometer", 200),
    ]
    told = hooked.box.all[-1].document["payload"]["vehicles"][0]["data"][2]
    assert told["headers"]["sc-unit-system"] == "imperial"
    assert told["body"]["distance"] < 40_000


def test_a_journal_stays_small_however_much_passes(tmp_path: Any) -> None:
    journal = SqliteJournal(tmp_path / "state.db")
    simulator = Simulator(7, journal=journal)
    hook = simulator.webhooks.all()[0]
    simulator.webhooks.receive(hook.callback_uri, Box(simulator))
    car = simulator.world.fleet.grant(0).vehicle_id
    for _ in range(100):
        simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", car)
    assert len(list(journal)) > 200
    for number in range(WORTH_TIDYING):
        simulator.webhooks.mischief = Mischief(delay=number % 60)
    assert len(list(journal)) < 1000
    simulator.close()


def test_what_is_noticed_and_what_there_is_to_tell_of_it_are_kept_at_once(tmp_path: Any) -> None:
    """Nobody can be killed between the two: a webhook knows what it was told, or is told it."""
    path = tmp_path / "state.db"

    class Once(SqliteJournal):
        def append_all(self, events: Any) -> None:
            kinds.append([type(each).__name__ for each in events])
            super().append_all(events)

    kinds: list[list[str]] = []
    simulator = Simulator(7, journal=Once(path))
    hook = simulator.webhooks.all()[0]
    simulator.webhooks.receive(hook.callback_uri, Box(simulator))
    simulator.webhooks.subscribe(hook.id, simulator.world.fleet.grant(0).vehicle_id)
    simulator.close()
    assert ["WebhookTold", "DeliveryQueued"] in kinds
    with Simulator(7, journal=Once(tmp_path / "another.db")) as another:
        another.webhooks.set(replace(hook, id="", callback_uri="http://127.0.0.1:9/"))
    assert ["WebhookSet", "DeliveryQueued"] in kinds


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"content": "{', '"content": "nonsense{', "no JSON object"),
        ('"next_at": 1', '"next_at": -1', "at no time"),
    ],
)
def test_a_document_whose_deliveries_make_no_sense_is_refused(
    old: str, new: str, told: str
) -> None:
    hooked = Hooked(answer=lambda sent: 503)
    hooked.subscribe()
    document = hooked.simulator.export().decode()
    assert old in document
    with pytest.raises(ValueError, match=told):
        Simulator.from_export(document.replace(old, new))
