"""Processes that share a file of tokens: one renews for all, and who is killed loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from keeping import ADA, CALLBACK, code_for, expire, is_refresh
from refreshing import KEY

from smartcar import AuthClient, FileTokens, Request, Smartcar
from smartcar.simulator import Simulator, VirtualClock
from smartcar.simulator.clock import DAYBREAK
from smartcar.simulator.outcome import Outcome
from smartcar.simulator.server import Server

PROGRAM = Path(__file__).parent / "refreshing.py"
PROCESSES, THREADS = 8, 125
CRASHES = 25


class Counted(Simulator):
    """A simulator that remembers with what it was asked for new tokens."""

    def __init__(self, speed: float) -> None:
        super().__init__(seed=7, clock=VirtualClock(DAYBREAK, speed=speed))
        self.refreshes: list[bytes] = []

    def answer(self, request: Request) -> Outcome:
        if is_refresh(request):
            self.refreshes.append(request.body)
        return super().answer(request)


class Shared:
    """A simulator on a port, and a file with an owner's tokens, which have ended."""

    def __init__(self, path: Path, speed: float = 1.0) -> None:
        self.path = path
        self.simulator = Counted(speed)
        known = self.simulator.credentials
        self.server = Server(self.simulator)
        self.environment = {
            **os.environ,
            "SMARTCAR_ORIGIN": self.server.origin,
            "SMARTCAR_CLIENT_ID": known.client_id,
            "SMARTCAR_CLIENT_SECRET": known.client_secret,
        }
        self.programs: list[subprocess.Popen[str]] = []
        self.store = FileTokens(path, KEY)
        self.auth = AuthClient(
            known.client_id,
            known.client_secret,
            CALLBACK,
            origin=self.server.origin,
            store=self.store,
        )

    def begin(self) -> None:
        """Let the owner say yes, and the token end."""
        self.auth.exchange_code(code_for(self.simulator), owner=ADA)
        expire(self.store)

    def start(self, what: str, number: int) -> subprocess.Popen[str]:
        """A program of ``refreshing``, as a process."""
        program = subprocess.Popen(
            [sys.executable, PROGRAM, what, self.path, str(number)],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.programs.append(program)
        return program

    def end(self) -> None:
        """Let no program outlive the test, nor its children."""
        for each in self.programs:
            if each.poll() is None:
                os.killpg(each.pid, signal.SIGKILL)
            each.communicate()


@pytest.fixture(params=[1.0])
def shared(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shared]:
    made = Shared(tmp_path / "t.db", request.param)
    with made.server, made.store:
        made.begin()
        try:
            yield made
        finally:
            made.end()


def test_a_thousand_callers_in_eight_processes_renew_once(shared: Shared) -> None:
    programs = [shared.start("ask_together", THREADS) for _ in range(PROCESSES)]
    for each in programs:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in programs:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate()[0] for each in programs]
    assert told == [f"{{'ok': {THREADS}}}\n"] * PROCESSES
    assert len(shared.simulator.refreshes) == 1


def test_who_is_killed_between_reply_and_saving_loses_no_token(shared: Shared) -> None:
    before = shared.store.get(ADA)
    killed = shared.start("die_after_the_reply", 0)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    after = shared.store.get(ADA)
    assert before is not None
    assert after is not None
    assert (after.version, after.refresh_token) == (before.version, before.refresh_token)
    assert after.begun_at is not None

    owner = shared.auth.owner(ADA)
    with Smartcar(access_token=owner, origin=shared.server.origin) as client:
        assert list(client.connections())
    assert shared.simulator.refreshes == [shared.simulator.refreshes[0]] * 2
    kept = shared.store.get(ADA)
    assert kept is not None
    assert kept.begun_at is None
    assert kept.refresh_token != before.refresh_token


# Six times as fast as the world: a used refresh token lives on for 10 s, so that only what was
# saved, or is asked for again in time, can still be good after all this.
@pytest.mark.parametrize("shared", [6.0], indirect=True)
def test_after_many_deaths_at_any_step_the_owner_is_still_connected(shared: Shared) -> None:
    dying = shared.start("die_again_and_again", CRASHES)
    told, _ = dying.communicate()
    assert told == f"{{{-signal.SIGKILL}: {CRASHES}}}\n"
    kept = shared.store.get(ADA)
    assert kept is not None
    assert not kept.is_dead
    owner = shared.auth.owner(ADA)
    with Smartcar(access_token=owner, origin=shared.server.origin) as client:
        assert list(client.connections())
    used = len(shared.simulator.refreshes)
    assert used > len(set(shared.simulator.refreshes)) > CRASHES / 5, "it did die in between"


def test_a_child_renews_what_its_parent_was_about_to(tmp_path: Path) -> None:
    program = """
import os, sys
from keeping import ADA, Kept
from smartcar import FileTokens

kept = Kept(FileTokens(sys.argv[1]))
kept.expire()
client = kept.owner._client()
flow = client._session.tokens.bearer(None)
from smartcar.flights import FLIGHTS
asked = next(flow)
assert FLIGHTS.join(asked.about)[1]  # it is under way, and so it stays: nobody runs it
child = os.fork()
if child == 0:
    os._exit(0 if kept.owner.access_token() else 1)
assert os.waitpid(child, 0)[1] == 0
"""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program, tmp_path / "t.db"], check=True, env=place)


def printed(program: str) -> str:
    """What a program printed that came to its end by itself."""
    place = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    asked = [sys.executable, "-c", OWNER + program]
    return subprocess.run(
        asked, check=True, env=place, stdout=subprocess.PIPE, text=True, timeout=50
    ).stdout


OWNER = """
import threading
from smartcar import AuthClient, MemoryTokens, Smartcar, SmartcarError
from smartcar.tokens import KeptTokens
from transports import reply

store = MemoryTokens(now=lambda: 0.0)  # by which no lease ever ends
ends = {"expires_at": 0.0, "renew_at": 0.0, "refresh_expires_at": 9e9}
ended = KeptTokens(access_token="a", refresh_token="r", **ends)
store.save("owner", ended)
"""


def test_a_program_ends_though_another_holds_the_token_whom_it_waited_for() -> None:
    program = """
assert store.lease("owner", ended.version, "another process")
owner = AuthClient("id", "secret", store=store).owner("owner")
try:
    list(Smartcar(access_token=owner, deadline=0.1).connections())
except SmartcarError as error:
    print(type(error).__name__)
"""
    assert printed(program) == "RequestTimeoutError\n"


def test_threads_that_outlive_the_main_one_have_their_token_renewed() -> None:
    program = """
class Host:
    asked = 0

    def send(self, request):
        self.asked += 1
        if self.asked == 1:
            return reply({}, 503)
        if request.path == "/oauth/token":
            return reply({"access_token": "new", "refresh_token": "newer"})
        return reply({"data": [], "meta": {}, "links": {}})

def work():
    threading.main_thread().join()
    print(list(Smartcar(access_token=owner, transport=host).connections()), host.asked)

host = Host()
owner = AuthClient("id", "secret", store=store, transport=host).owner("owner")
threading.Thread(target=work).start()
"""
    assert printed(program) == "[] 3\n"
