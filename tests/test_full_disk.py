"""A simulator whose disk is full for a while: nothing acknowledged is lost or said twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hooking import URI, Box, Sent

from smartcar.simulator import Mischief, Simulator, SqliteJournal, WebhookSetup
from smartcar.simulator.events import AnyEvent
from smartcar.simulator.world import WORTH_TIDYING


class Narrow(SqliteJournal):
    """A file that cannot grow while it is full."""

    def fill(self) -> None:
        (pages,) = self._file.execute("PRAGMA page_count").fetchone()
        self._file.execute(f"PRAGMA max_page_count={pages}")

    def make_room(self) -> None:
        self._file.execute("PRAGMA max_page_count=1000000")


class Full(SqliteJournal):
    """A file to which nothing more can be written while it is full."""

    is_full = False

    def append(self, event: AnyEvent) -> None:
        self._look()
        super().append(event)

    def append_all(self, events: Sequence[AnyEvent]) -> None:
        self._look()
        super().append_all(events)

    def _look(self) -> None:
        if self.is_full:
            raise OSError("No space left on device")


class NotAnew(SqliteJournal):
    """A file beside which there is no room for another of its size."""

    is_full = False

    def replace(self, events: object) -> None:
        if self.is_full:
            raise OSError("No space left on device")
        super().replace(events)  # type: ignore[arg-type]  # the events as they came


def full() -> pytest.RaisesExc[OSError]:
    return pytest.raises(OSError, match="full")


def with_webhooks_until_it_is_full(journal: Narrow) -> Simulator:
    simulator = Simulator(7, journal=journal)
    journal.fill()
    with full():
        for number in range(100):
            made = WebhookSetup(name=f"Hook {number}", callback_uri="http://127.0.0.1:9/")
            simulator.webhooks.set(made)
    return simulator


def told(simulator: Simulator) -> set[str]:
    return {each.event_id for each in simulator.webhooks.deliveries()}


def test_what_was_not_kept_is_kept_once_there_is_room(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    journal = Narrow(path)
    simulator = with_webhooks_until_it_is_full(journal)
    with full():
        simulator.connect("ada@example.com", "KIA")
    journal.make_room()
    last = simulator.webhooks.all()[-1]
    simulator.webhooks.subscribe(last.id, simulator.world.fleet.grant(0).vehicle_id)
    simulator.close()

    with closing(SqliteJournal(path)) as again:
        restored = Simulator(journal=again)
        assert restored.webhooks.all() == simulator.webhooks.all()
        assert restored.webhooks.subscriptions(last.id)
        assert restored.webhooks.deliveries()
        assert told(restored) == told(simulator)
        restored.close()


def test_nobody_is_told_of_what_is_not_kept_and_then_once(tmp_path: Path) -> None:
    journal = Narrow(tmp_path / "state.db")
    simulator = Simulator(7, journal=journal)
    box = Box(simulator)
    simulator.webhooks.receive(URI, box)
    hook = simulator.webhooks.set(WebhookSetup(name="Told", callback_uri=URI))
    car = simulator.world.fleet.grant(0).vehicle_id
    simulator.webhooks.subscribe(hook.id, car)
    journal.fill()
    with full():
        for _ in range(100):
            simulator.webhooks.trigger(hook.id, "VEHICLE_STATE", car)
    before = len(box.events)
    for _ in range(3):
        with full():
            simulator.clock.advance("10min")
    assert len(box.events) == before
    journal.make_room()
    simulator.clock.advance("10min")

    events = [each.document["eventId"] for each in box.events]
    assert len(events) == len(set(events)) > before
    assert {each.state for each in simulator.webhooks.deliveries()} == {"delivered"}
    simulator.close()


def test_what_was_delivered_while_the_disk_filled_up_is_not_delivered_again(tmp_path: Path) -> None:
    journal = Full(tmp_path / "state.db")
    simulator = Simulator(7, journal=journal)

    def fill_up(_: Sent) -> int:
        journal.is_full = True
        return 200

    box = Box(simulator, fill_up)
    simulator.webhooks.receive(URI, box)
    hook = simulator.webhooks.set(WebhookSetup(name="Told", callback_uri=URI))
    with pytest.raises(OSError, match="No space left"):
        simulator.webhooks.trigger(
            hook.id, "VEHICLE_STATE", simulator.world.fleet.grant(0).vehicle_id
        )
    assert len(box.events) == 1
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            simulator.clock.advance("10min")
    journal.is_full = False
    simulator.clock.advance("10min")

    assert len(box.events) == 1
    assert {each.state for each in simulator.webhooks.deliveries(hook.id)} == {"delivered"}
    simulator.close()


def test_a_simulator_that_could_not_be_closed_can_be_closed_later(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    journal = Narrow(path)
    simulator = with_webhooks_until_it_is_full(journal)
    with full():
        simulator.close()
    journal.make_room()
    simulator.close()

    with closing(SqliteJournal(path)) as again:
        assert Simulator(journal=again).webhooks.all() == simulator.webhooks.all()


def test_where_there_is_no_room_to_tidy_everything_goes_on_and_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state.db"
    journal = NotAnew(path)
    simulator = Simulator(7, journal=journal)
    journal.is_full = True
    for number in range(WORTH_TIDYING + 5):
        simulator.webhooks.mischief = Mischief(seed=number)
    simulator.close()

    again = NotAnew(path)
    again.is_full = True
    with Simulator(journal=again) as restored:
        assert restored.webhooks.mischief.seed == WORTH_TIDYING + 4
    assert "not kept in fewer events: No space left on device" in caplog.text


def test_a_full_disk_leaves_the_world_as_it_was(tmp_path: Path) -> None:
    journal = NotAnew(tmp_path / "state.db")
    simulator = Simulator(7, journal=journal)
    kept = simulator.snapshot()
    simulator.connect("ada@example.com", "KIA")
    before, at = simulator.export(), simulator.clock.now()
    journal.is_full = True

    for go_back in _ways(simulator, kept.id):
        with pytest.raises(OSError, match="No space left"):
            go_back()

    assert simulator.export() == before
    assert simulator.clock.now() == at
    simulator.close()


def _ways(simulator: Simulator, kept: str) -> list[Callable[[], None]]:
    document = simulator.export()
    return [
        simulator.reset,
        lambda: simulator.restore(kept),
        lambda: simulator.import_(document),
    ]
