"""What is read of an event before it is kept is what is read of it when it is handled."""

from __future__ import annotations

import pytest
from deliveries import NAMES, body_of, compact, document
from hypothesis import given, settings
from hypothesis import strategies as st
from spoiling import spoilt

from smartcar import MalformedEventError
from smartcar.webhooks import Event, VehicleState, parse
from smartcar.webhooks.heading import heading


def facts(event: Event) -> tuple[object, ...]:
    """What a receiver decides by."""
    return event.id, event.type, event.is_test, event.meta.delivered_at


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_has_the_heading_of_the_whole(name: str) -> None:
    assert facts(heading(body_of(name))) == facts(parse(body_of(name)))


def test_of_an_event_as_documented_the_signals_are_not_read() -> None:
    assert not isinstance(heading(body_of("vehicle_state")), VehicleState)


@given(st.binary(max_size=200) | spoilt())
@settings(max_examples=400)
def test_whatever_is_read_whole_has_the_same_heading(body: bytes) -> None:
    try:
        whole = parse(body)
    except MalformedEventError:
        return
    assert facts(heading(body)) == facts(whole)


@pytest.mark.parametrize("event_id", ["", "a\nb", "\x00", "x" * 257, 7, None])
def test_an_id_that_is_none_is_made_from_the_whole(event_id: object) -> None:
    body = compact(document("vehicle_state") | {"eventId": event_id})
    assert heading(body).id == parse(body).id
    assert heading(body).id.startswith("sha256:")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff", b'{"a":"\xff"}', b"[" * 100_000, b'"VEHICLE_STATE"']
)
def test_what_is_no_event_has_no_heading(body: bytes) -> None:
    with pytest.raises(MalformedEventError):
        heading(body)


def test_bytes_that_are_no_text_are_found_in_what_is_not_read() -> None:
    body = body_of("vehicle_state").replace(b"StateOfCharge", b"State\xffCharge", 1)
    with pytest.raises(MalformedEventError):
        heading(body)
