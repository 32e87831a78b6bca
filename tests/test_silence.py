"""Cars of which nothing is heard any more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from reconciling import Fleet
from rhythms import HOUR, NOW, entry, events

from smartcar.simulator import Simulator
from smartcar.webhooks.gaps import moment
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Entry, Envelope
from smartcar.webhooks.silence import silent_cars


def test_a_car_that_is_silent_for_longer_than_it_ever_was_is_found() -> None:
    heard = [*events("lively", every=1, since=2), *events("silent", every=3, since=10)]
    (gap,) = silent_cars(heard, NOW)
    assert (gap.vehicles, gap.reason) == (("silent",), "silent")
    assert (gap.since, gap.until) == (moment(NOW - 10 * HOUR), moment(NOW))


def test_a_car_that_rests_as_it_always_does_is_not() -> None:
    nights = [*events("commuter", every=1, since=30), entry("commuter", 30 + 9 + 12)]
    assert silent_cars(nights, NOW) == []
    assert len(silent_cars(nights, NOW, factor=2)) == 1


def test_nothing_is_said_of_a_car_without_a_rhythm_or_of_a_short_silence() -> None:
    assert silent_cars(events("new", every=1, since=99, count=9), NOW) == []
    assert silent_cars(events("busy", every=0.1, since=5.9), NOW) == []
    assert len(silent_cars(events("busy", every=0.1, since=5.9), NOW, shortest=timedelta(0))) == 1


def test_what_is_no_event_of_a_car_is_passed_over() -> None:
    broken = Envelope("broken", NOW, b"{")
    strange = Entry(1, broken, "dead", 1, None, is_in_hand=False, changed_at=NOW, reason=None)
    assert silent_cars([strange, *events("busy", every=1, since=7)], NOW) != []


def test_a_silent_car_that_was_read_is_heard_of(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path, Simulator(seed=7, fleet=1))
    (car,), now = fleet.cars, fleet.simulator.clock.now()
    with Inbox(fleet.place) as inbox:
        kept = [each.envelope for each in events(car, every=1, since=10)]
        shift = now - NOW
        inbox.append([Envelope(e.event_id, e.received_at + shift, e.body) for e in kept])
        found = silent_cars(inbox.entries(), now)
        with fleet.reconciler() as reconciler:
            for gap in found:
                reconciler.add(gap)
            reconciler.run()
        assert fleet.reads() == [car]
        assert silent_cars(inbox.entries(), now + HOUR) == []
