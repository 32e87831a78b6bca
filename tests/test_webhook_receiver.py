"""What a receiver answers, whom it tells, and what it believes."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deliveries import CAR, NAMES, TOKEN, body_of, compact, document, signed
from hypothesis import example, given, settings
from hypothesis import strategies as st
from inboxes import Hands, until
from spoiling import spoilt

from smartcar import MalformedEventError, SignatureMismatchError, StaleEventError, hash_challenge
from smartcar.signals import TractionBattery
from smartcar.webhooks import (
    Event,
    LegacyEvent,
    Receiver,
    UnknownEvent,
    VehicleError,
    VehicleEvent,
    VehicleState,
    Verify,
)
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.memory import Newest, Repeats, Reported

ANSWER = "b90b60685030dc49e8b4f27153f5ea6daf911bfc268eddf0e1b5555af09f31d4"
"""To the challenge of the samples, with the token of the samples."""
DELIVERED_AT = 1780300806.0
"""When the samples were sent, in Unix seconds."""


class Desk:
    """A receiver, and the events that its handler was told of."""

    def __init__(self, **options: Any) -> None:
        self.receiver = Receiver(TOKEN, **options)
        self.told: list[Event] = []
        self.receiver.on(Event)(self.told.append)

    def deliver(self, content: bytes | dict[str, Any] | str, **headers: str) -> int:
        """Deliver a body, a document or a sample; the status of the answer."""
        body = _bytes(content)
        return self.receiver.handle(body, signed(body) | headers).status

    @property
    def states(self) -> list[VehicleState]:
        return [event for event in self.told if isinstance(event, VehicleState)]


def _bytes(content: bytes | dict[str, Any] | str) -> bytes:
    if isinstance(content, bytes):
        return content
    return body_of(content) if isinstance(content, str) else compact(content)


def numbered(number: int, minute: int = 0, charge: float = 61.0) -> dict[str, Any]:
    """A state of its own, whose charge was read at that minute."""
    content = document("vehicle_state")
    content["eventId"] = f"event-{number}"
    content["data"]["signals"][0]["meta"]["oemUpdatedAt"] += minute * 60_000
    content["data"]["signals"][0]["body"]["value"] = charge
    return content


# --- VERIFY ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["verify", "verify_thin", "v2_verify"])
@pytest.mark.parametrize("is_signed", [True, False])
def test_a_challenge_is_answered(name: str, is_signed: bool) -> None:
    body = body_of(name)
    reply = Receiver(TOKEN).handle(body, signed(body) if is_signed else {})
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert json.loads(reply.body) == {"challenge": ANSWER}


def test_a_challenge_is_answered_with_the_token_that_signed_it() -> None:
    body = body_of("verify")
    reply = Receiver(["new", TOKEN]).handle(body, signed(body))
    assert json.loads(reply.body) == {"challenge": ANSWER}
    reply = Receiver([TOKEN, "old"]).handle(body, {})
    assert json.loads(reply.body) == {"challenge": ANSWER}


def test_nobody_can_have_an_event_signed_by_asking_for_it_as_a_challenge() -> None:
    desk = Desk()
    forged = body_of("vehicle_state")
    for disguise in (forged, b" \n" + forged, b"\xef\xbb\xbf" + forged, b'{"a":1}', b"x{"):
        challenge = compact({"eventType": "VERIFY", "data": {"challenge": disguise.decode()}})
        reply = desk.receiver.handle(challenge, {})
        assert reply.status == 401
        assert hash_challenge(TOKEN, disguise).encode() not in reply.body


def test_a_challenge_is_told_to_no_handler() -> None:
    desk = Desk()
    assert desk.deliver("verify") == 200
    assert desk.told == []


# --- handlers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if "verify" not in name])
def test_every_sample_reaches_a_handler_of_all_events(name: str) -> None:
    desk = Desk(accept_tests=True)
    assert desk.deliver(name) == 200
    assert [event.raw for event in desk.told] == [document(name)]


def test_handlers_are_told_of_the_events_they_take() -> None:
    receiver = Receiver(TOKEN)
    told: list[tuple[str, str]] = []

    def taking(kind: type[Event]) -> None:
        receiver.on(kind)(lambda event: told.append((kind.__name__, event.type)))

    for kind in (VehicleState, VehicleError, VehicleEvent, LegacyEvent, UnknownEvent):
        taking(kind)
    for name in ("vehicle_state", "vehicle_error", "v2_schedule", "unknown"):
        receiver.handle(body_of(name), signed(body_of(name)))
    assert told == [
        ("VehicleState", "VEHICLE_STATE"),
        ("VehicleEvent", "VEHICLE_STATE"),
        ("VehicleError", "VEHICLE_ERROR"),
        ("VehicleEvent", "VEHICLE_ERROR"),
        ("LegacyEvent", "schedule"),
        ("UnknownEvent", "VEHICLE_TELEPORTED"),
    ]


def test_a_decorated_handler_stays_the_function_it_was() -> None:
    receiver = Receiver(TOKEN)

    @receiver.on(VehicleState)
    def double(event: VehicleState) -> int:
        return 2 * len(event.signals)

    event = receiver.open(body_of("vehicle_state"), signed(body_of("vehicle_state")))
    assert isinstance(event, VehicleState)
    assert double(event) == 6


def test_on_takes_classes_of_events_only() -> None:
    receiver = Receiver(TOKEN)
    for wrong in (dict, "VEHICLE_STATE", VehicleState()):
        with pytest.raises(TypeError, match="a class of events"):
            receiver.on(wrong)(print)


def test_a_handler_that_fails_is_told_again_and_only_until_it_succeeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = Receiver(TOKEN)
    tries: list[Event] = []

    @receiver.on(VehicleState)
    def fail_twice(event: VehicleState) -> None:
        tries.append(event)
        if len(tries) < 3:
            raise LookupError("no database")

    body = body_of("vehicle_state")
    replies = [receiver.handle(body, signed(body)) for _ in range(4)]
    assert [reply.status for reply in replies] == [500, 500, 200, 200]
    assert "retry-after" in replies[0].headers
    assert b"database" not in replies[0].body
    assert "no database" in caplog.text
    assert len(tries) == 3


async def test_handlers_that_await_and_handlers_that_block_are_told_alike() -> None:
    receiver = Receiver(TOKEN)
    told: list[str] = []

    @receiver.on(VehicleState)
    async def awaits(event: VehicleState) -> None:
        await asyncio.sleep(0)
        told.append("awaited")

    @receiver.on(VehicleState)
    def blocks(event: VehicleState) -> None:
        told.append("in a thread" if threading.current_thread() is not here else "in the loop")

    here = threading.current_thread()
    body = body_of("vehicle_state")
    assert (await receiver.ahandle(body, signed(body))).status == 200
    assert (await receiver.ahandle(body, signed(body))).body == b'{"message":"Had already."}'
    assert told == ["awaited", "in a thread"]


async def test_a_failure_of_a_handler_that_awaits_is_a_failed_delivery() -> None:
    receiver = Receiver(TOKEN)

    @receiver.on(VehicleState)
    async def fail(event: VehicleState) -> None:
        raise LookupError

    body = body_of("vehicle_state")
    assert (await receiver.ahandle(body, signed(body))).status == 500


def test_a_handler_that_awaits_is_awaited_by_a_receiver_that_blocks() -> None:
    receiver = Receiver(TOKEN)
    told: list[Event] = []

    @receiver.on(VehicleState)
    async def store(event: VehicleState) -> None:
        await asyncio.sleep(0)
        told.append(event)

    body = body_of("vehicle_state")
    assert receiver.handle(body, signed(body)).status == 200
    assert len(told) == 1


async def test_who_blocks_where_a_loop_runs_is_told_what_to_say(
    caplog: pytest.LogCaptureFixture,
) -> None:
    receiver = Receiver(TOKEN)

    @receiver.on(VehicleState)
    async def store(event: VehicleState) -> None: ...

    body = body_of("vehicle_state")
    assert receiver.handle(body, signed(body)).status == 500
    assert "await receiver.ahandle" in caplog.text


# --- repeats --------------------------------------------------------------------------------------


def test_a_repeat_is_answered_and_not_handled() -> None:
    desk = Desk()
    again = document("vehicle_state")
    again["meta"]["deliveryId"] = "another"
    again["meta"]["deliveredAt"] += 25_000
    assert [desk.deliver("vehicle_state"), desk.deliver(again)] == [200, 200]
    assert len(desk.told) == 1


def test_a_delivery_that_comes_while_the_event_is_in_hand_is_asked_to_come_again() -> None:
    receiver = Receiver(TOKEN)
    inner: list[int] = []
    body = body_of("vehicle_state")

    @receiver.on(VehicleState)
    def slow(event: VehicleState) -> None:
        inner.append(receiver.handle(body, signed(body)).status)

    assert receiver.handle(body, signed(body)).status == 200
    assert inner == [503]


def test_what_is_remembered_has_an_end() -> None:
    repeats = Repeats(most=3)
    for number in range(5):
        assert repeats.begin(str(number)) == "new"
        repeats.end(str(number), is_done=True)
    assert [repeats.begin(str(number)) for number in range(5)] == [
        "new",
        "new",
        "had",
        "had",
        "had",
    ]


# --- order ----------------------------------------------------------------------------------------


def test_a_reading_older_than_one_before_is_marked_signal_by_signal() -> None:
    desk = Desk()
    for number, minute in enumerate((10, 5, 12)):
        desk.deliver(numbered(number, minute))
    first, late, last = desk.states
    assert first.outdated == last.outdated == frozenset()
    assert late.outdated == {"tractionbattery-stateofcharge"}
    assert TractionBattery.StateOfCharge not in {signal.code for signal in late.current}
    assert len(late.current) == 2


def test_of_two_readings_with_one_time_the_sequence_decides() -> None:
    desk = Desk()
    for number, sequence in enumerate((200, 100, 300)):
        content = numbered(number)
        content["meta"]["sequence"] = sequence
        desk.deliver(content)
    assert [len(event.outdated) for event in desk.states] == [0, 2, 0]


def test_cars_do_not_age_one_another() -> None:
    desk = Desk()
    desk.deliver(numbered(1, minute=10))
    other = numbered(2, minute=5)
    other["data"]["vehicle"]["id"] = "another"
    desk.deliver(other)
    assert desk.states[1].outdated == frozenset()


def test_an_event_that_failed_is_not_old_when_it_comes_again() -> None:
    receiver = Receiver(TOKEN)
    seen: list[frozenset[str]] = []

    @receiver.on(VehicleState)
    def fail_once(event: VehicleState) -> None:
        seen.append(event.outdated)
        if len(seen) == 1:
            raise LookupError

    body = body_of("vehicle_state")
    for _ in range(2):
        receiver.handle(body, signed(body))
    assert seen == [frozenset(), frozenset()]


def test_times_that_are_remembered_have_an_end() -> None:
    newest = Newest(most=4)
    receiver = Receiver(TOKEN)
    for number in range(20):
        content = numbered(number)
        content["data"]["vehicle"]["id"] = f"car-{number}"
        body = compact(content)
        newest.marked(receiver.open(body, signed(body)))
    assert len(newest._seen) == 4


# --- faults that are told twice -------------------------------------------------------------------


def failing(event_id: str, code: str = "AUTHENTICATION_FAILED", state: str = "ERROR") -> bytes:
    """An event of one fault."""
    content = document("vehicle_error")
    content["eventId"] = event_id
    content["data"]["errors"][0] |= {"code": code, "state": state}
    return compact(content)


def codes(desk: Desk) -> list[list[str | None]]:
    """Of the faults that are new, event by event."""
    return [
        [fault.code for fault in event.new]
        for event in desk.told
        if isinstance(event, VehicleError)
    ]


def test_a_fault_that_comes_again_with_another_id_is_marked_for_five_minutes() -> None:
    clock = Hands()
    desk = Desk(now=clock)
    for number, seconds in enumerate((0, 120, 179, 1)):
        clock.advance(seconds)
        assert desk.deliver(failing(f"e{number}")) == 200
    assert codes(desk) == [["AUTHENTICATION_FAILED"], [], [], ["AUTHENTICATION_FAILED"]]
    first, second = (event for event in desk.told[:2] if isinstance(event, VehicleError))
    assert first.repeated == ()
    assert second.repeated == second.errors == second.open
    assert first.key_of(first.errors[0]) == second.key_of(second.errors[0])


def test_a_fault_that_is_over_or_another_is_new() -> None:
    desk = Desk(now=Hands())
    other_car = json.loads(failing("e4"))
    other_car["data"]["vehicle"]["id"] = "another"
    for body in (
        failing("e1"),
        failing("e2", state="RESOLVED"),
        failing("e3", code="PERMISSION"),
        compact(other_car),
        failing("e5"),
    ):
        desk.deliver(body)
    assert [len(each) for each in codes(desk)] == [1, 1, 1, 1, 1]


def test_a_fault_whose_handler_failed_is_new_when_it_comes_again() -> None:
    receiver = Receiver(TOKEN)
    seen: list[int] = []

    @receiver.on(VehicleError)
    def fail_once(event: VehicleError) -> None:
        seen.append(len(event.new))
        if len(seen) == 1:
            raise LookupError

    for _ in range(2):
        receiver.handle(failing("e1"), signed(failing("e1")))
    assert seen == [1, 1]


def test_faults_that_are_remembered_have_an_end() -> None:
    reported = Reported(Hands(), most=3)
    receiver = Receiver(TOKEN)

    def told(number: int) -> bool:
        body = failing(f"e{number}-{len(reported._told)}", code=str(number))
        event = reported.marked(receiver.open(body, signed(body)))
        assert isinstance(event, VehicleError)
        return not event.repeated

    assert [told(number) for number in range(5)] == [True] * 5
    assert len(reported._told) == 3


# --- tests of the dashboard -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["state_test", "error_test", "v2_test"])
def test_a_test_is_answered_and_dropped_unless_it_is_asked_for(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk, asking = Desk(), Desk(accept_tests=True)
    assert [desk.deliver(name), asking.deliver(name)] == [200, 200]
    assert desk.told == []
    assert [event.is_test for event in asking.told] == [True]
    assert "accept_tests=True" in caplog.text


# --- what is refused ------------------------------------------------------------------------------


def test_a_body_that_is_too_large_is_refused() -> None:
    desk = Desk(largest_body=4000)
    assert desk.deliver(body_of("vehicle_state")) == 200
    assert desk.deliver(body_of("vehicle_state") + b" " * 4000) == 413


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "GZIP", "x"])
def test_a_packed_body_is_refused(encoding: str) -> None:
    assert Desk().deliver("vehicle_state", **{"Content-Encoding": encoding}) == 415


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_body_that_says_it_is_not_packed_is_taken(encoding: str) -> None:
    assert Desk().deliver("vehicle_state", **{"Content-Encoding": encoding}) == 200


def test_what_was_sent_too_long_ago_is_refused_where_that_is_asked_for() -> None:
    def status_after(seconds: float, name: str = "vehicle_state") -> int:
        minutes = timedelta(minutes=5)
        return Desk(max_age=minutes, now=lambda: DELIVERED_AT + seconds).deliver(name)

    assert [status_after(s) for s in (0, 299, 301, -299, -301)] == [200, 200, 400, 200, 400]
    assert status_after(10**6, "v2_schedule") == 200  # v2.0 does not say when


def test_open_says_what_is_wrong() -> None:
    receiver = Receiver(TOKEN, max_age=timedelta(minutes=5), now=lambda: 0.0)
    body = body_of("vehicle_state")
    with pytest.raises(StaleEventError, match="clock"):
        receiver.open(body, signed(body))
    with pytest.raises(SignatureMismatchError):
        receiver.open(body, signed(body, "another"))
    with pytest.raises(MalformedEventError):
        receiver.open(b"[]", signed(b"[]"))
    event = receiver.open(body_of("verify"), {})
    assert isinstance(event, Verify)
    assert json.loads(receiver.answer(event).body) == {"challenge": ANSWER}


def test_a_refusal_tells_what_to_do_and_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = body_of("vehicle_state")
    reply = Receiver(TOKEN).handle(body, signed(body, "another-secret"))
    assert reply.status == 401
    assert b"management token" in reply.body
    for text in (caplog.text, reply.body.decode()):
        assert TOKEN not in text
        assert hash_challenge("another-secret", body) not in text
        assert hash_challenge(TOKEN, body) not in text


@pytest.mark.parametrize(
    "headers",
    [
        {"SC-SIGNATURE": ""},
        [(b"Sc-Signature", b"")],
        [("sC-sIGNATURE", "")],
    ],
)
def test_names_of_headers_have_no_case(headers: Any) -> None:
    body = body_of("vehicle_state")
    signature = hash_challenge(TOKEN, body)
    if isinstance(headers, dict):
        given_ = dict.fromkeys(headers, signature)
    else:
        ((name, _),) = headers
        given_ = [(name, signature.encode() if isinstance(name, bytes) else signature)]
    assert Receiver(TOKEN).handle(body, given_).status == 200


def test_two_signatures_are_none() -> None:
    body = body_of("vehicle_state")
    twice = [("sc-signature", hash_challenge(TOKEN, body))] * 2
    assert Receiver(TOKEN).handle(body, twice).status == 401


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    assert Desk().deliver(body) == 400


async def test_a_handler_that_finds_nothing_to_take_fails_and_does_not_hang() -> None:
    receiver = Receiver(TOKEN)

    @receiver.on(Event)
    def take_the_next(_: Event) -> None:
        next(iter(()))

    body = body_of("vehicle_state")
    async with asyncio.timeout(30):
        reply = await receiver.ahandle(body, signed(body))
    assert reply.status == 500


@pytest.mark.parametrize("half", [rb"\ud83d", rb"\uDE00", rb"\\\ud83d", rb"\ud83d\ud83d"])
def test_an_event_with_half_a_character_is_read(half: bytes) -> None:
    body = body_of("vehicle_state").replace(b"fleet hook", rb"\ud83d\ude00 \\ud83d " + half)
    desk = Desk()
    assert desk.deliver(body) == 200
    name = str(desk.told[0].meta.webhook_name)
    assert name.startswith("\U0001f600 \\ud83d ")
    assert set(name.split(" ")[2]) <= {"\\", "\ufffd"}


# --- anything at all ------------------------------------------------------------------------------


@given(st.binary(max_size=200) | spoilt())
@example(b'{"eventType":"VEHICLE_STATE","data":{"vehicle":{"id":"a"},"signals":[1e400]}}')
@settings(max_examples=400)
def test_whatever_is_signed_is_answered_and_read_to_its_end(body: bytes) -> None:
    receiver = Receiver(TOKEN, accept_tests=True)
    told: list[Event] = []

    @receiver.on(Event)
    def look_at_all_of_it(event: Event) -> None:
        told.append(event)
        assert repr(event)
        assert hash(event) == hash(event)
        if isinstance(event, VehicleState):
            for signal in event.signals:
                str(signal)
                assert signal.age is None or signal.age >= timedelta(0)
            assert event.changed is not None
        if isinstance(event, VehicleError):
            assert all(str(fault.error) for fault in event.errors)

    reply = receiver.handle(body, signed(body))
    assert reply.status in {200, 400}
    assert bool(told) == (b"Handled" in reply.body)


@given(st.binary(max_size=200) | spoilt(), st.binary(max_size=80), st.text(max_size=70))
@settings(max_examples=400)
def test_whatever_is_not_signed_is_refused_or_a_challenge(
    body: bytes, raw: bytes, signature: str
) -> None:
    desk = Desk(accept_tests=True)
    for headers in ({}, {"sc-signature": signature}, [(b"SC-Signature", raw)]):
        reply = desk.receiver.handle(body, headers)  # type: ignore[arg-type]
        assert reply.status == 401 or b"challenge" in reply.body
        assert hash_challenge(TOKEN, body).encode() not in reply.body
    assert desk.told == []


# --- with an inbox --------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    return f"sqlite:///{tmp_path}/events.db"


def test_an_event_is_on_the_disk_before_it_is_answered_and_handled_after(place: str) -> None:
    handled = threading.Event()
    told: list[str] = []
    receiver = Receiver(TOKEN, inbox=place)

    @receiver.on(VehicleState)
    async def store(event: VehicleState) -> None:
        told.append(event.vehicle.id)
        handled.set()

    body = body_of("vehicle_state")
    replies = [receiver.handle(body, signed(body)) for _ in range(2)]
    assert [reply.body for reply in replies] == [
        b'{"message":"Kept."}',
        b'{"message":"Had already."}',
    ]
    assert handled.wait(30)
    receiver.close()
    assert told == [CAR]
    with Inbox(place) as inbox:
        assert [entry.state for entry in inbox.entries()] == ["handled"]


async def test_a_receiver_that_awaits_keeps_too(place: str) -> None:
    receiver = Receiver(TOKEN, inbox=place)
    body = body_of("vehicle_error")
    assert (await receiver.ahandle(body, signed(body))).body == b'{"message":"Kept."}'
    assert (await receiver.ahandle(body, signed(body))).body == b'{"message":"Had already."}'
    await asyncio.to_thread(receiver.close)


def test_what_was_left_is_handed_out_when_the_receiver_starts(place: str) -> None:
    with Inbox(place) as inbox:
        receiver = Receiver(TOKEN, inbox=inbox)
        body = body_of("vehicle_state")
        handled = threading.Event()
        receiver.on(VehicleState)(lambda _: handled.set())
        receiver.start()
        receiver.start()
        assert receiver.handle(body, signed(body)).status == 200
        assert handled.wait(30)
        receiver.close()
        assert inbox.counts()["handled"] == 1  # it is still open: who made it closes it


def test_what_cannot_be_kept_is_asked_to_come_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "folder").mkdir()
    receiver = Receiver(TOKEN, inbox=tmp_path / "folder")
    body = body_of("vehicle_state")
    reply = receiver.handle(body, signed(body))
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    assert "Could not keep" in caplog.text


def test_a_kept_body_that_cannot_be_read_to_its_end_is_a_dead_letter_at_once(place: str) -> None:
    content = document("vehicle_state")
    content["data"]["signals"][0]["body"]["value"] = "too large"
    body = compact(content).replace(b'"too large"', b"1e400")
    receiver = Receiver(TOKEN, inbox=place)
    assert receiver.handle(body, signed(body)).status == 200
    with Inbox(place) as inbox:
        until(lambda: inbox.counts()["dead"] == 1)
        (dead,) = inbox.dead_letters()
    receiver.close()
    assert "not JSON" in str(dead.reason)
    assert dead.envelope.body == body


def test_forged_events_reach_no_disk(place: str) -> None:
    receiver = Receiver(TOKEN, inbox=place)
    body = body_of("vehicle_state")
    assert receiver.handle(body, signed(body, "forged")).status == 401
    assert receiver.handle(body_of("verify"), {}).status == 200
    receiver.close()
    with Inbox(place) as inbox:
        assert inbox.entries() == []
