"""When events were lost, as far as it can be known: outages, signs of life, what was not kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from deliveries import CAR, TOKEN, body_of, signed
from hypothesis import given
from hypothesis import strategies as st
from inboxes import Hands, event

from smartcar import InboxError
from smartcar.webhooks import Receiver, VehicleState
from smartcar.webhooks.gaps import ANSWER_SECONDS, SLACK, TRIES, Budget, Gap, Span, lost, moment
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope
from smartcar.webhooks.ledger import GapState, Ledger
from smartcar.webhooks.life import MOST_MISSED, Vigil
from smartcar.webhooks.memory import Newest
from smartcar.webhooks.sqlite import SQLiteJournal

NOW = 1_780_300_800.0
HOUR = 3600.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.db"


@pytest.fixture
def journal(path: Path) -> Iterator[SQLiteJournal]:
    made = SQLiteJournal(path)
    yield made
    made.close()


def gap(since: float, until: float, *vehicles: str) -> Gap:
    return Gap(since=moment(since), until=moment(until), vehicles=vehicles or None)


def known(journal: SQLiteJournal) -> list[Gap]:
    return [each.gap for each in Ledger(journal).gaps()]


def lived(journal: SQLiteJournal, clock: Hands, seconds: float = 0.0) -> None:
    """Have a receiver's process live for so long by the clock on the wall."""
    vigil = Vigil(journal, clock)
    vigil.start()
    clock.advance(seconds)
    vigil.stop()


# --- outages --------------------------------------------------------------------------------------


def test_an_outage_shorter_than_the_last_try_loses_nothing() -> None:
    assert lost([(0.0, TRIES[-1] - SLACK - 1.0)]) == []


def test_a_longer_one_loses_what_was_first_tried_before_the_last_try_could_succeed() -> None:
    assert lost([(1000.0, 1000.0 + HOUR)]) == [(1000.0, 1000.0 + HOUR - 175 + SLACK)]


def test_short_outages_lose_an_event_whose_every_try_meets_one() -> None:
    each = [(0.0, 4.0), (24.0, 44.0), (74.0, 104.0), (174.0, 219.0)]
    assert len(lost(each)) == 1
    assert lost(each)[0][0] <= 0.0 <= lost(each)[0][1]
    for number in range(4):
        assert lost([*each[:number], *each[number + 1 :]]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 300)).map(lambda each: (each[0], sum(each))),
        max_size=5,
    ),
    st.integers(-300, 900),
)
def test_what_is_lost_is_what_meets_an_outage_at_each_try(
    outages: list[Span], first_try: int
) -> None:
    at = first_try + 0.5  # so that no edge is met
    can_meet = all(
        any(
            since < at + after + number * ANSWER_SECONDS and at + after < until + SLACK
            for since, until in outages
        )
        for number, after in enumerate(TRIES)
    )
    assert any(since < at < until for since, until in lost(outages)) == can_meet


# --- signs of life --------------------------------------------------------------------------------


def test_the_first_start_of_all_is_no_gap(journal: SQLiteJournal) -> None:
    lived(journal, Hands())
    assert known(journal) == []


def test_a_start_long_after_the_last_sign_of_life_is_a_gap(
    journal: SQLiteJournal, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Hands()
    lived(journal, clock)
    left = clock()
    clock.advance(HOUR)
    with caplog.at_level(logging.WARNING, "smartcar.webhooks"):
        lived(journal, clock)
    (found,) = known(journal)
    assert (found.since, found.until, found.reason) == (moment(left), moment(clock()), "down")
    assert "Events may have been lost" in caplog.text


def test_a_restart_within_three_minutes_is_no_gap(journal: SQLiteJournal) -> None:
    clock = Hands()
    for _ in range(3):
        lived(journal, clock, seconds=600.0)
        clock.advance(160.0)
    assert known(journal) == []


def test_while_another_process_receives_there_is_no_gap(journal: SQLiteJournal, path: Path) -> None:
    clock = Hands()
    lived(journal, clock)
    other = SQLiteJournal(path)
    for _ in range(20):  # which is restarted every now and then
        clock.advance(10.0)
        lived(other, clock, seconds=90.0)
    lived(journal, clock)
    other.close()
    assert known(journal) == []


def test_short_outages_that_may_take_all_four_tries_are_a_gap(journal: SQLiteJournal) -> None:
    clock = Hands()
    lived(journal, clock)
    start = clock()
    for down, up in ((4.0, 20.0), (20.0, 30.0), (30.0, 70.0), (45.0, 0.0)):
        assert known(journal) == []
        clock.advance(down)
        lived(journal, clock, seconds=up)
    (found,) = known(journal)
    assert found.until == moment(start + 219.0)


def test_a_clock_that_is_put_forward_is_no_gap_while_somebody_receives(
    journal: SQLiteJournal,
) -> None:
    clock = Hands()
    lived(journal, clock, seconds=HOUR)
    assert known(journal) == []


def test_a_clock_that_is_put_back_is_no_gap(journal: SQLiteJournal) -> None:
    clock = Hands()
    lived(journal, clock)
    clock.advance(-HOUR)
    lived(journal, clock)
    clock.advance(100.0)
    lived(journal, clock)
    assert known(journal) == []


def test_a_receiver_leaves_signs_of_life_beside_its_inbox(path: Path) -> None:
    clock = Hands()
    for _ in range(2):
        receiver = Receiver(TOKEN, inbox=f"sqlite:///{path}", now=clock)
        receiver.start()
        receiver.close()
        clock.advance(HOUR)
    with Inbox(path) as inbox:
        (found,) = Ledger(inbox.journal).gaps()
    assert found == GapState(found.gap, is_listed=False, is_closed=False, due=0, done=0, failed=0)
    assert found.gap.seconds == HOUR


def test_the_inbox_of_before_goes_on_as_it_was(path: Path) -> None:
    with Inbox(path) as inbox:
        inbox.append([event(1)])
    receiver = Receiver(TOKEN, inbox=path)
    receiver.start()
    receiver.close()
    with Inbox(path) as inbox:
        assert [each.envelope.event_id for each in inbox.entries()] == ["event-1"]


# --- what could not be kept -----------------------------------------------------------------------


class Full(SQLiteJournal):
    """A journal on a disk that has no room for events, only for a sign of life."""

    is_full = True

    def append(self, envelopes: Sequence[Envelope]) -> Future[list[bool]]:
        if not self.is_full:
            return super().append(envelopes)
        refused: Future[list[bool]] = Future()
        refused.set_exception(InboxError(0, "The disk is full."))
        return refused


def after_a_refusal(path: Path, *, comes_again: bool, seconds: float) -> list[Gap]:
    """The gaps that are known so long after an event was refused."""
    clock, journal = Hands(), Full(path)
    body = body_of("vehicle_state")
    with Inbox(journal) as inbox:
        receiver = Receiver(TOKEN, inbox=inbox, now=clock)
        assert receiver.handle(body, signed(body)).status == 503
        journal.is_full = False
        if comes_again:
            clock.advance(25.0)
            assert receiver.handle(body, signed(body)).status == 200
        clock.advance(seconds)
        receiver.close()
        return known(journal)


def test_an_event_that_was_refused_each_time_is_a_gap_of_its_car(path: Path) -> None:
    (found,) = after_a_refusal(path, comes_again=False, seconds=300.0)
    assert (found.vehicles, found.reason) == ((CAR,), "failed")
    assert (found.since, found.until) == (moment(NOW), moment(NOW + 300.0))


def test_an_event_that_was_kept_at_a_later_try_is_no_gap(path: Path) -> None:
    assert after_a_refusal(path, comes_again=True, seconds=300.0) == []


def test_an_event_that_may_still_come_is_no_gap_yet(path: Path) -> None:
    assert after_a_refusal(path, comes_again=False, seconds=100.0) == []


def test_what_was_refused_is_known_after_a_restart(path: Path) -> None:
    assert after_a_refusal(path, comes_again=False, seconds=100.0) == []
    clock = Hands(NOW + 250.0)
    with Inbox(path) as inbox:
        lived(inbox.journal, clock)  # type: ignore[arg-type]  # a file's
        (found,) = known(inbox.journal)  # type: ignore[arg-type]  # as above
    assert found.vehicles == (CAR,)


def test_more_refusals_than_can_be_remembered_are_a_gap_of_all_cars(
    journal: SQLiteJournal,
) -> None:
    clock = Hands()
    vigil = Vigil(journal, clock)
    for number in range(MOST_MISSED + 2):
        vigil.miss(f"event-{number}", [f"car-{number}"])
    vigil.start()
    vigil.stop()
    (found,) = known(journal)
    assert (found.vehicles, found.reason) == (None, "failed")


# --- gaps and budgets -----------------------------------------------------------------------------


def test_a_gap_that_is_named_twice_is_one(journal: SQLiteJournal) -> None:
    ledger = Ledger(journal)
    assert ledger.add(gap(NOW, NOW + 60, "b", "a")) is True
    assert ledger.add(gap(NOW, NOW + 60, "a", "b", "a")) is False
    assert ledger.add(gap(NOW, NOW + 60)) is True


def test_what_cannot_be_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        gap(NOW, NOW - 1)
    with pytest.raises(ValueError, match="no time zone"):
        Gap(since=datetime(2026, 6, 1), until=moment(NOW))  # noqa: DTZ001 -- that is what is refused
    eastern = timezone(timedelta(hours=14))
    with pytest.raises(ValueError, match="before or after all years"):
        Gap(since=datetime(1, 1, 1, tzinfo=eastern), until=moment(NOW))
    with pytest.raises(ValueError, match="ids of cars"):
        Gap(since=moment(NOW), until=moment(NOW), vehicles=())


def test_gaps_are_kept_beside_an_inbox_in_a_file_only() -> None:
    with pytest.raises(TypeError, match="in a file"):
        Ledger(object())  # type: ignore[arg-type]  # that is what is refused


@pytest.mark.parametrize(
    "wrong",
    [
        {"burst": 0},
        {"burst": 1.5},
        {"per_minute": 0.0},
        {"per_vehicle_month": 0},
        {"at_once": 0},
    ],
)
def test_a_budget_that_cannot_be_meant_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Budget(**wrong)  # type: ignore[arg-type]  # as above


def test_a_reading_of_the_same_time_is_no_older_where_nothing_says_which_came_first() -> None:
    receiver = Receiver(TOKEN)
    states: list[VehicleState] = []
    receiver.on(VehicleState)(states.append)
    body = body_of("vehicle_state")
    receiver.handle(body, signed(body))
    (state,) = states
    newest = Newest()
    newest.marked(state)
    again = type(state)(
        vehicle=state.vehicle, signals=state.signals, meta=type(state.meta)(sequence=None)
    )
    marked = newest.marked(again)
    assert isinstance(marked, VehicleState)
    assert state.meta.sequence
    assert marked.outdated == frozenset()


def test_a_gap_says_when_it_was() -> None:
    named = Gap(
        since=datetime(2026, 6, 1, 6, tzinfo=UTC),
        until=datetime(2026, 6, 1, 6, tzinfo=UTC) + timedelta(hours=1),
    )
    assert str(named) == f"gap {named.id} (named, 2026-06-01 06:00:00 to 2026-06-01 07:00:00)"
