"""What was acknowledged outlives a kill, and a start changes only what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from smartcar.cli.simulator.settings import Settings, server_options
from smartcar.simulator import Simulator, SqliteJournal, VirtualClock
from smartcar.simulator.clock import DAYBREAK


class Disk:
    """Where a simulator keeps its state, and what is on it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._killed = folder, 0
        self.path = folder / "world.db"

    def begin(self) -> Simulator:
        return Simulator(fleet=1, journal=SqliteJournal(self.path))

    def after_a_kill(self, clock: VirtualClock | None = None) -> Simulator:
        """The simulator that finds what is in the files at this instant: nothing was closed."""
        self._killed += 1
        copy = self._folder / f"found-{self._killed}.db"
        for end in ("", "-wal"):
            shutil.copy(f"{self.path}{end}", f"{copy}{end}")
        return Simulator(journal=SqliteJournal(copy), clock=clock)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


@pytest.mark.parametrize(
    "put_forward",
    [
        lambda simulator: simulator.control.advance("50s"),
        lambda simulator: simulator.clock.advance("50s"),
        lambda simulator: simulator.clock.reach(DAYBREAK + 50),
        lambda simulator: simulator.jump(DAYBREAK + 50),
        lambda simulator: simulator.clock.sleep(50),
    ],
    ids=["controls", "clock", "reach", "jump", "sleep"],
)
def test_a_clock_that_was_put_forward_never_goes_back(
    disk: Disk, put_forward: Callable[[Simulator], object]
) -> None:
    with disk.begin() as simulator:
        put_forward(simulator)
        with disk.after_a_kill() as found:
            assert found.clock.now() == simulator.clock.now() == DAYBREAK + 50


def test_a_clock_goes_on_at_the_speed_it_was_given(disk: Disk) -> None:
    with disk.begin() as simulator:
        simulator.control.set_clock(speed=60)
        with disk.after_a_kill() as found:
            assert found.clock.speed == 60
        simulator.clock.speed = 0
        stood = simulator.clock.now()
        with disk.after_a_kill() as found:
            assert (found.clock.speed, found.clock.now()) == (0, stood)


def test_a_clock_of_ones_own_keeps_its_speed_and_gives_it_to_the_world(disk: Disk) -> None:
    with disk.begin() as simulator:
        simulator.clock.speed = 60
    with Simulator(
        journal=SqliteJournal(disk.path), clock=VirtualClock(DAYBREAK, speed=2)
    ) as simulator:
        assert simulator.clock.speed == 2
    with Simulator(journal=SqliteJournal(disk.path)) as simulator:
        assert simulator.clock.speed == 2


def test_a_world_that_goes_back_keeps_the_speed_of_now(disk: Disk) -> None:
    with disk.begin() as simulator:
        simulator.clock.speed = 60
        simulator.snapshot("fast")
        simulator.clock.speed = 0
        simulator.restore("fast")
        with disk.after_a_kill() as found:
            assert found.clock.speed == simulator.clock.speed == 0


def test_snapshots_outlive_the_process(disk: Disk) -> None:
    with disk.begin() as simulator:
        simulator.snapshot("old")
        simulator.clock.advance("1h")
        simulator.snapshot("old")
        simulator.forget(simulator.snapshot("gone"))
        kept = simulator.snapshots
        with disk.after_a_kill() as found:
            assert found.snapshots == kept
            found.restore("old")
            assert found.clock.now() == DAYBREAK + 3600
            assert found.snapshot().id not in {each.id for each in kept}


def started(path: Path, *options: str) -> Simulator:
    """As ``smartcar simulator --db PATH OPTIONS`` starts it."""
    asked: list[Settings] = []

    @click.command()
    @server_options(0)
    def serve(*, settings: Settings) -> None:
        asked.append(settings)

    serve.main(["--fleet", "1", "--db", str(path), *options], standalone_mode=False)
    with asked[0].server() as server:
        return server.simulator


@pytest.mark.parametrize(
    ("options", "is_on"), [((), False), (("--limits",), True), (("--no-limits",), False)]
)
def test_limits_that_were_switched_off_stay_off_unless_a_start_says_so(
    disk: Disk, options: tuple[str, ...], is_on: bool
) -> None:
    with started(disk.path) as simulator:
        assert simulator.limits.settings.is_on
        simulator.limits.switch(is_on=False)
    with started(disk.path, *options) as simulator:
        assert simulator.limits.settings.is_on is is_on


@pytest.mark.parametrize(("options", "speed"), [((), 0), (("--speed", "7"), 7)])
def test_a_started_clock_goes_on_at_its_speed_unless_the_start_says_another(
    disk: Disk, options: tuple[str, ...], speed: float
) -> None:
    with started(disk.path, "--speed", "0") as simulator:
        simulator.clock.advance("1h")
    with started(disk.path, *options) as simulator:
        assert simulator.clock.speed == speed
        assert speed or simulator.clock.now() == DAYBREAK + 3600
