"""A state on disk outlives any death of its process, whole.

Processes are killed after so many changes and a moment, by chance of a fixed seed.  What was
acknowledged is there.
"""

from __future__ import annotations

import http.client
import os
import random
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from test_cli import Running
from test_cli import simulator as serving

from smartcar import Smartcar
from smartcar.cli.browser import Browser
from smartcar.simulator import Simulator, SqliteJournal
from smartcar.simulator.application import DEFAULT_CLIENT_ID

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")

CALLBACK = "https://app.example.com/callback"
ROUNDS = 5


def connect(server: Running, owner: str) -> str:
    """Walk an owner through Connect; gives the user id that the application gets."""
    browser = Browser(server, server.origin)
    query = {"client_id": DEFAULT_CLIENT_ID, "redirect_uri": CALLBACK}
    browser.open("/oauth/authorize", query)
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username=owner, password="x")
    browser.press("approval-button")
    return browser.sent_back["user_id"]


class Busy(threading.Thread):
    """A client that connects owners and sets charge limits until its server is gone."""

    def __init__(self, server: Running, name: str) -> None:
        super().__init__(daemon=True)
        self.server, self.owner = server, name
        self.users: list[str] = []
        self.told = 0
        """How many changes were acknowledged."""
        self.limits: dict[tuple[str, str], int] = {}
        """What was acknowledged last, by car and user."""
        self.asked: dict[tuple[str, str], int] = {}
        """What was asked for last: it may have been done, unacknowledged."""

    def run(self) -> None:
        chance = random.Random(self.owner)
        try:
            for number in range(10_000):
                self._once(f"{self.owner}-{number}@example.com", chance)
        except (OSError, http.client.HTTPException):
            return  # it was killed: an answer that did not come acknowledged nothing

    def _once(self, owner: str, chance: random.Random) -> None:
        user = connect(self.server, owner)
        self.users.append(user)
        self.told += 1
        listed = self.server.ask("/v3/connections", user)["data"]
        car = listed[0]["relationships"]["vehicle"]["data"]["id"]
        for _ in range(3):
            percent = chance.randint(50, 100)
            body = b'{"data":{"attributes":{"percent":%d}}}' % percent
            self.asked[car, user] = percent
            path = f"/v3/vehicles/{car}/commands/charge/set-limit"
            self.server.ask(path, user, "POST", body)
            self.limits[car, user] = percent
            self.told += 1


def test_whatever_was_acknowledged_is_there_after_kill_9(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    chance = random.Random(4)
    users: list[str] = []
    limits: dict[tuple[str, str], set[int]] = {}
    for number in range(ROUNDS):
        with serving("--db", path, "--no-limits", "--fleet", "2") as server:
            server.log_in()
            for (car, user), possible in limits.items():
                told = server.ask(f"/v3/vehicles/{car}/signals/charge-chargelimits", user)
                assert told["data"]["attributes"]["body"]["activeLimit"] in possible
            for user in users:
                found = server.ask("/v3/connections", user)["data"]
                assert [each["relationships"]["user"]["data"]["id"] for each in found] == [user]
            busy = [Busy(server, f"{number}-{which}") for which in "abc"]
            for each in busy:
                each.start()
            wanted = chance.randint(1, 12)
            while sum(each.told for each in busy) < wanted and any(e.is_alive() for e in busy):
                time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.05))
            server.kill()
            for each in busy:
                each.join(timeout=30)
        for each in busy:
            users += each.users
            limits |= {key: {done, each.asked[key]} for key, done in each.limits.items()}
    assert users
    assert limits


CHILD = """
import random, sys
from smartcar.simulator import Simulator, SqliteJournal

simulator = Simulator(7, journal=SqliteJournal(sys.argv[1]))
chance, car = random.Random(sys.argv[2]), simulator.world.fleet.grant(0).vehicle_id
kept = [simulator.snapshot()]
for number in range(100_000):
    match chance.randrange(4):
        case 0:
            simulator.set_signal(car, "tractionbattery-range", number, frozen=True)
        case 1:
            simulator.clock.advance(chance.uniform(1, 5000))
            simulator.command(car, "park")
        case 2:
            kept.append(simulator.snapshot())
            print("going", flush=True)
            simulator.reset()
            print("reset", simulator.clock.now(), len(simulator.world.past()), flush=True)
        case _:
            print("going", flush=True)
            simulator.restore(chance.choice(kept))
            print("restored", simulator.clock.now(), len(simulator.world.past()), flush=True)
"""


@pytest.mark.parametrize("number", range(6))
def test_a_world_that_goes_back_does_so_wholly_or_not_at_all(tmp_path: Path, number: int) -> None:
    path = tmp_path / "state.db"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(number)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(random.Random(number).uniform(0.0, 0.25))
        child.kill()
        whole, _, _ = child.stdout.read().rpartition("\n")  # the last line may be cut off
        lines = whole.splitlines()

    with closing(SqliteJournal(path)) as journal:
        simulator = Simulator(journal=journal)
        past = simulator.world.past()
        last = [line.split() for line in lines if not line.startswith("going")]
        if last and not lines[-1].startswith("going"):
            # The last thing that was acknowledged is there; of what came after it, whole steps.
            assert len(past) >= int(last[-1][2])
        assert simulator.world.garage.size == 12
        with Smartcar(transport=simulator) as smartcar:
            assert len(list(smartcar.connections())) == 12
