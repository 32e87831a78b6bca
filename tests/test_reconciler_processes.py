"""Several processes on one inbox that has a gap; one of them is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prompt import own_environment
from reconciling import Fleet

from smartcar.simulator import Simulator
from smartcar.simulator.clock import VirtualClock
from smartcar.simulator.environment import environment
from smartcar.simulator.server import Server
from smartcar.webhooks.gaps import Budget, Gap, moment

PROGRAM = Path(__file__).parent / "reconciling.py"
CARS = 30
LATER = 300.0
"""Seconds that the simulator's clock is before ours: as if leases of now had ended."""


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """One with a gap of an hour, which ended just now."""
    clock = VirtualClock(time.time() + LATER)
    made = Fleet(tmp_path, Simulator(seed=7, fleet=CARS, clock=clock))
    now = moment(time.time())
    with made.reconciler() as reconciler:
        reconciler.add(Gap(since=now - timedelta(hours=1), until=now))
    return made


@pytest.fixture
def server(fleet: Fleet) -> Iterator[Server]:
    with Server(fleet.simulator) as listening:
        yield listening


def begun(fleet: Fleet, server: Server) -> subprocess.Popen[str]:
    """A process that is ready to make up for the gap, and waits to be told."""
    variables = environment(server.origin, fleet.simulator.world.application)
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), fleet.place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=own_environment(**variables),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def told(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_what_a_killed_process_has_read_is_not_read_again(fleet: Fleet, server: Server) -> None:
    process = begun(fleet, server)
    told(process)
    assert process.stdout is not None
    done = {process.stdout.readline().strip() for _ in range(10)}
    process.kill()
    done |= {line.strip() for line in process.stdout}
    process.wait()
    process.communicate()
    with fleet.reconciler() as reconciler:
        assert reconciler.gaps()[0].due <= CARS - 10
        (state,) = reconciler.run()
    assert (state.done, state.failed, state.is_closed) == (CARS, 0, True)
    reads = Counter(fleet.reads())
    assert set(reads) == set(fleet.cars)
    assert {reads[car] for car in done} == {1}
    assert sum(reads.values()) <= CARS + Budget().at_once  # those that were being read
    assert Counter(each.vehicle.id for each in fleet.reconciled()) == Counter(fleet.cars)


def test_of_two_processes_one_reads_and_the_other_waits_for_it(
    fleet: Fleet, server: Server
) -> None:
    processes = [begun(fleet, server) for _ in range(2)]
    for each in processes:
        told(each)
    outputs = [each.communicate(timeout=50)[0].split() for each in processes]
    assert [each.returncode for each in processes] == [0, 0]
    assert sorted(outputs[0] + outputs[1]) == sorted(fleet.cars)
    assert Counter(fleet.reads()) == Counter(fleet.cars)
