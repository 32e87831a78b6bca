"""What may go wrong on the way to a receiver, and how one that is good copes with it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hooking import LOCKED, URI, Hooked, Sent
from hypothesis import given
from hypothesis import strategies as st

from smartcar.errors import SignatureMismatchError
from smartcar.simulator.webhooks.mischief import Mischief, hostile
from smartcar.webhooks import Receiver, VehicleState
from smartcar.webhooks.parsing import parse
from smartcar.webhooks.signature import verify


def mischievous(**mischief: Any) -> Hooked:
    """A webhook whose deliveries suffer."""
    hooked = Hooked()
    hooked.simulator.webhooks.mischief = Mischief(**mischief)
    hooked.subscribe()
    return hooked


def after(hooked: Hooked, turns: int = 20) -> list[Sent]:
    """What was sent of a car that is locked and unlocked, once all is over."""
    for _ in range(turns):
        hooked.turn_key()
        hooked.simulator.clock.advance(10)
    hooked.simulator.clock.advance("10min")
    return hooked.box.events


def token(hooked: Hooked) -> str:
    """What deliveries are signed with."""
    return hooked.simulator.world.application.management_token


def test_nothing_goes_wrong_unless_somebody_asks_for_it() -> None:
    hooked = Hooked()
    assert not hooked.simulator.webhooks.mischief.is_on
    hooked.subscribe()
    sent = after(hooked)
    assert max(Counter(each.event_id for each in sent).values()) == 1


def test_an_event_that_was_accepted_comes_again_and_a_receiver_tells_it_once() -> None:
    hooked = mischievous(duplicates=0.5, seed=3)
    told: list[str] = []
    receiver = Receiver(token(hooked))
    receiver.on(VehicleState)(lambda event: told.append(event.id))
    hooked.simulator.webhooks.receive(URI, receiver)

    for _ in range(20):
        hooked.turn_key()

    tries = [len(each.tries) for each in hooked.simulator.webhooks.deliveries()][2:]
    assert set(tries) == {1, 2}
    assert len(told) == len(set(told)) == 20


def test_always_twice_is_not_more_often_than_twice() -> None:
    sent = after(mischievous(duplicates=1.0))
    assert set(Counter(each.event_id for each in sent).values()) == {2}
    assert len({each.delivery_id for each in sent}) == len(sent)


def test_events_overtake_one_another() -> None:
    sent = after(mischievous(reordering=0.5, seed=1))
    sequences = [each.document["meta"]["sequence"] for each in sent]
    assert sequences != sorted(sequences)
    assert len(set(sequences)) == 21


def test_a_late_event_says_when_it_was_sent_and_when_the_car_said_it() -> None:
    hooked = mischievous(delay=300)
    assert hooked.box.events == []
    begun = hooked.simulator.clock.now()
    hooked.simulator.clock.advance(299.9)
    assert hooked.box.events == []
    hooked.simulator.clock.advance(0.1)
    [sent] = hooked.box.events
    assert sent.document["meta"]["deliveredAt"] == round((begun + 300) * 1000)


def test_a_delivery_with_a_bad_signature_is_refused_and_tried_again() -> None:
    hooked = mischievous(bad_signature=0.5, seed=2)
    sent = after(hooked)
    good = 0
    for each in sent:
        try:
            verify(each.body, each.signature, token(hooked))
            good += 1
        except SignatureMismatchError:
            pass
    assert 0 < good < len(sent)
    deliveries = hooked.simulator.webhooks.deliveries()[2:]
    for each in deliveries:
        assert [one.status for one in each.tries if not one.is_signed] == [
            401 for one in each.tries if not one.is_signed
        ]
    assert {each.state for each in deliveries} <= {"delivered", "dropped"}
    assert any(len(each.tries) > 1 for each in deliveries)


def test_hostile_bytes_are_accepted_by_who_reads_bytes_and_refused_by_who_writes_them_again() -> (
    None
):
    hooked = mischievous(hostile=1.0)
    for each in after(hooked):
        verify(each.body, each.signature, token(hooked))
        document = json.loads(each.body)
        again = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
        for rewritten in (again, json.dumps(document).encode()):
            with pytest.raises(SignatureMismatchError):
                verify(rewritten, each.signature, token(hooked))
        event = parse(each.body)
        assert isinstance(event, VehicleState)
        assert event.signals[LOCKED].value in {True, False}
        assert event.meta.sequence
        assert event.vehicle.id == hooked.car
    assert all(each.state == "delivered" for each in hooked.simulator.webhooks.deliveries()[1:])


def test_verify_is_spared() -> None:
    hooked = Hooked()
    hooked.simulator.webhooks.mischief = Mischief(
        duplicates=1, reordering=1, delay=60, bad_signature=1, hostile=1
    )
    hooked.simulator.webhooks.verify(hooked.hook.id)
    assert hooked.simulator.webhooks.deliveries()[-1].state == "delivered"
    assert b" " not in hooked.box.all[-1].body.replace(b"fleet hook", b"")


def test_the_same_seed_has_the_same_mischief_and_another_seed_another() -> None:
    def run(seed: int) -> list[tuple[float, bytes]]:
        hooked = mischievous(
            duplicates=0.3, reordering=0.3, bad_signature=0.2, hostile=0.5, seed=seed
        )
        return [(each.at, each.body) for each in after(hooked, turns=8)]

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_mischief_is_of_the_world_and_goes_back_with_it() -> None:
    hooked = Hooked()
    hooked.simulator.snapshot("good")
    hooked.simulator.webhooks.mischief = Mischief(delay=5)
    hooked.simulator.snapshot("bad")
    hooked.simulator.restore("good")
    assert hooked.simulator.webhooks.mischief == Mischief()
    hooked.simulator.restore("bad")
    assert hooked.simulator.webhooks.mischief == Mischief(delay=5)


@pytest.mark.parametrize(
    "mischief",
    [
        Mischief(duplicates=1.1),
        Mischief(hostile=-0.1),
        Mischief(reordering=float("nan")),
        Mischief(delay=-1),
        Mischief(delay=100_000),
    ],
)
def test_what_is_no_chance_is_refused(mischief: Mischief) -> None:
    simulator = Hooked().simulator
    with pytest.raises(ValueError, match=r"is a chance, from 0 to 1|0 to 86,400 seconds"):
        simulator.webhooks.mischief = mischief


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, JSON, min_size=1, max_size=4), st.integers())
def test_hostile_bytes_say_the_same(document: dict[str, Any], number: int) -> None:
    written = hostile(json.dumps(document, ensure_ascii=False).encode(), number)
    read = json.loads(written)
    read.pop("café/é")
    document.pop("café/é", None)
    assert read == document
