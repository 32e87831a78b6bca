"""``smartcar webhooks reconcile``, as people run it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prompt import own_environment
from reconciling import Fleet
from rhythms import NOW, events

from smartcar.simulator import FaultRule, Simulator
from smartcar.simulator.environment import environment
from smartcar.simulator.server import Server
from smartcar.webhooks.gaps import Gap, moment
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

pytestmark = pytest.mark.once


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    """Three cars, and a gap."""
    made = Fleet(tmp_path, Simulator(seed=7, fleet=3))
    until = moment(made.simulator.clock.now())
    with made.reconciler() as reconciler:
        reconciler.add(Gap(since=until - timedelta(hours=1), until=until, reason="down"))
    return made


@pytest.fixture
def server(fleet: Fleet) -> Iterator[Server]:
    with Server(fleet.simulator) as listening:
        yield listening


def run(fleet: Fleet, server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    variables = environment(server.origin, fleet.simulator.world.application)
    return subprocess.run(
        [sys.executable, "-m", "smartcar", "webhooks", "reconcile", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=own_environment(**variables, SMARTCAR_INBOX=fleet.place),
    )


def test_the_cars_of_a_gap_are_read_and_each_is_told(fleet: Fleet, server: Server) -> None:
    told = run(fleet, server)
    assert told.returncode == 0, told.stderr
    assert sorted(fleet.reads()) == sorted(fleet.cars)
    assert all(f"read {car}" in told.stderr for car in fleet.cars)
    assert "(3 read, 0 left)" in told.stderr
    assert "2026-06-01 05:00:00 2026-06-01 06:00:00 down" in told.stdout
    again = run(fleet, server)
    assert (again.returncode, again.stdout) == (0, "No gap is open: there is nothing to read.\n")
    assert json.loads(run(fleet, server, "--json").stdout) == []
    assert len(fleet.reads()) == 3


def test_a_dry_run_says_what_would_be_read_and_reads_nothing(fleet: Fleet, server: Server) -> None:
    told = run(fleet, server, "--dry-run", "--since", "2h", "--burst", "1", "--per-minute", "2")
    assert told.returncode == 0, told.stderr
    assert "3 cars would be read, which takes about 1 min of waiting." in told.stdout
    assert "named" in told.stdout
    slow = run(fleet, server, "--dry-run", "--burst", "2", "--per-minute", "0.05").stdout
    assert "about 20 min of waiting" in slow
    assert "--until-refused" in slow
    fast = run(fleet, server, "--dry-run", "--until-refused", "--at-once", "2").stdout
    assert "about 0 min of waiting" in fast
    plan = json.loads(run(fleet, server, "--dry-run", "--json").stdout)
    assert [sorted(each["cars"]) for each in plan] == [sorted(fleet.cars)]
    assert fleet.reads() == []


def test_a_gap_can_be_named_with_its_cars(fleet: Fleet, server: Server) -> None:
    assert run(fleet, server).returncode == 0
    began = time.time()
    (car, *_) = fleet.cars
    told = run(fleet, server, "--json", "--since", "90min", "--vehicle", car)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    (state,) = json.loads(told.stdout)
    assert (state["reason"], state["vehicles"]) == ("named", [car])
    assert (state["is_closed"], state["due"], state["done"], state["failed"]) == (True, 0, 1, [])
    since = time.mktime(time.strptime(state["since"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert began - 5400 - 5 <= since <= time.time() - 5400
    at = ("--since", "2026-06-01T04:00", "--until", "2026-06-01T05:00:00Z")
    (state,) = json.loads(run(fleet, server, "--json", *at).stdout)
    assert (state["since"], state["until"]) == (
        "2026-06-01T04:00:00+00:00",
        "2026-06-01T05:00:00+00:00",
    )


def test_silent_cars_can_be_read(fleet: Fleet, server: Server) -> None:
    (car, *_), now = fleet.cars, time.time()
    heard = [each.envelope for each in events(car, every=1, since=10)]
    with Inbox(fleet.place) as inbox:
        inbox.append([Envelope(e.event_id, e.received_at + now - NOW, e.body) for e in heard])
    states = json.loads(run(fleet, server, "--json", "--silent").stdout)
    told = {each["reason"]: (each["vehicles"], each["done"]) for each in states}
    assert told == {"silent": ([car], 1), "down": (None, 3)}
    assert sorted(fleet.reads()) == sorted(fleet.cars)


def test_cars_that_cannot_be_read_are_told_and_it_fails(fleet: Fleet, server: Server) -> None:
    error = "CONNECTED_SERVICES_ACCOUNT:AUTHENTICATION_FAILED"
    fleet.simulator.faults.add(FaultRule(vehicle_id=fleet.cars[0], error=error))
    told = run(fleet, server)
    assert told.returncode == 1
    assert f"cannot read {fleet.cars[0]}: {error}" in told.stderr
    assert error in told.stdout


def test_what_makes_no_sense_is_said(fleet: Fleet, server: Server) -> None:
    for arguments, said in (
        (("--until", "1h"), "--until needs --since"),
        (("--since", "yesterday"), "is no time: write 90min"),
        (("--since", "0001-01-01T00:00+14:00"), "is not between 1970-01-01 and 9999-12-01"),
        (("--since", "2h", "--until", "9999-12-31T23:59-14:00"), "is not between 1970-01-01"),
        (("--since", "1h", "--until", "2h"), "before it begins"),
        (("--inbox", "sqlite:///nowhere.db"), "There is no inbox"),
    ):
        told = run(fleet, server, *arguments)
        assert told.returncode != 0
        assert said in told.stderr


def test_without_credentials_it_says_which_are_missing(fleet: Fleet) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "smartcar", "webhooks", "reconcile", "--inbox", fleet.place],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=own_environment(),
    )
    assert told.returncode == 1
    assert "SMARTCAR_CLIENT_ID" in told.stderr
