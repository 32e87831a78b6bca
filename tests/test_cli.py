"""The command line, run as people run it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from prompt import MORNING
from prompt import run as run_simulator

from smartcar import __version__
from smartcar.cli.browser import Browser
from smartcar.protocol.wire import Reply, Request
from smartcar.simulator.application import (
    DEFAULT_CLIENT_ID,
    DEFAULT_CLIENT_SECRET,
    DEFAULT_MANAGEMENT_TOKEN,
)

COMMAND = [sys.executable, "-m", "smartcar"]
CALLBACK = "https://app.example.com/callback"


def environment(**more: str) -> dict[str, str]:
    """The test's own, less what would change the simulator's credentials."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("SMARTCAR_") and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONUNBUFFERED": "1"} | more


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=environment(),
    )


class Running:
    """A server in a process of its own, as a transport."""

    def __init__(self, arguments: tuple[str, ...], more: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "simulator", "--port", "0", "--start", MORNING, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**more),
        )
        self.told = ""
        self.token = ""
        self.address = ""
        self.first = 0

    @property
    def origin(self) -> str:
        return f"http://{self.address}"

    def wait(self) -> None:
        """Until it has said where it is, and is there."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told += line
            if "Connect a car" in line:
                break
        found = re.search(r"http://(127\.0\.0\.1:\d+)", self.told)
        assert found, self.told
        self.address = found[1]
        self.first = self.refusals()

    def refusals(self) -> int:
        """How often nobody was there, before somebody was."""
        for times in range(400):
            try:
                self.send(Request("GET", "/"))
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return times
        raise AssertionError(self.told)

    def send(self, request: Request) -> Reply:
        with closing(http.client.HTTPConnection(self.address, timeout=30)) as connection:
            headers = dict(request.headers)
            connection.request(request.method, request.target, request.body or None, headers)
            reply = connection.getresponse()
            told = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, told, reply.read())

    def close(self) -> None:
        """Nothing is kept open."""

    def log_in(self, name: str = DEFAULT_CLIENT_ID, secret: str = DEFAULT_CLIENT_SECRET) -> Reply:
        fields = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        reply = self.send(Request("POST", "/oauth2/token", body=urlencode(fields).encode()))
        if reply.status == 200:
            self.token = json.loads(reply.body)["access_token"]
        return reply

    def ask(self, path: str, user: str = "", method: str = "GET", body: bytes = b"") -> Any:
        headers = {"authorization": f"Bearer {self.token}"} | ({"sc-user-id": user} if user else {})
        reply = self.send(Request(method, path, headers=headers, body=body))
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def now(self) -> float:
        """By the server's own clock."""
        reply = self.send(Request("GET", "/v3/connections"))
        return parsedate_to_datetime(reply.headers["date"]).timestamp()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def simulator(*arguments: str, **more: str) -> Generator[Running]:
    running = Running(arguments, more)
    try:
        running.wait()
        yield running
    finally:
        running.kill()
        assert running.process.stdout is not None
        running.process.stdout.close()


# --- without a server ----------------------------------------------------------------------------


def test_it_says_its_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"smartcar {__version__}\n")


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ()])
def test_it_helps(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert {"demo", "simulator"} <= set((done.stdout + done.stderr).split())


def test_the_simulator_describes_its_options() -> None:
    done = run("simulator", "--help")
    assert done.returncode == 0
    asked = ("--host", "--port", "--db", "--seed", "--fleet", "--speed", "--start", "--no-limits")
    for option in asked:
        assert option in done.stdout
    assert "8686" in done.stdout
    assert "SMARTCAR_CLIENT_ID" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("simulator", "--fleet", "-1"),
        ("simulator", "--fleet", "1000001"),
        ("simulator", "--fleet", "no-such-file.yaml"),
        ("simulator", "--speed", "-1"),
        ("simulator", "--speed", "nan"),
        ("simulator", "--start", "noon"),
        ("simulator", "--start", "1969-12-31T23:59:59Z"),
        ("simulator", "--start", "9999-12-31"),
        ("simulator", "--port", "99999"),
        ("simulator", "--port", "-1"),
        ("simulator", "--nonsense"),
    ],
)
def test_a_mistake_is_told_and_costs_the_exit_code(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode != 0
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says why it did not start."""
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    return last


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"certainly no database" * 99)
    assert str(path) in refused(run("simulator", "--port", "0", "--db", str(path)))
    assert path.read_bytes() == b"certainly no database" * 99


def test_a_database_with_an_event_that_is_broken_is_told(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with simulator("--db", str(path)) as server:
        server.log_in()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE event SET body = ?", (b"{broken",))
    assert str(path) in refused(run("simulator", "--port", "0", "--db", str(path)))


@pytest.mark.parametrize("name", [".", "missing/state.db"])
def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path, name: str) -> None:
    refused(run("simulator", "--port", "0", "--db", str(tmp_path / name)))


def test_a_port_in_use_is_told() -> None:
    with simulator() as server:
        port = server.address.rpartition(":")[2]
        assert f"Port {port}" in refused(run("simulator", "--port", port))


def test_a_host_that_is_not_ours_is_told() -> None:
    refused(run("simulator", "--port", "0", "--host", "192.0.2.1"))


# --- a server ------------------------------------------------------------------------------------


def test_the_simulator_prints_its_public_credentials_and_takes_them() -> None:
    with simulator("--no-limits", "--seed", "3", "--fleet", "2") as server:
        assert f"SMARTCAR_ORIGIN={server.origin}\n" in server.told
        assert f"SMARTCAR_CLIENT_ID={DEFAULT_CLIENT_ID}\n" in server.told
        assert f"SMARTCAR_CLIENT_SECRET={DEFAULT_CLIENT_SECRET}\n" in server.told
        assert f"SMARTCAR_MANAGEMENT_TOKEN={DEFAULT_MANAGEMENT_TOKEN}\n" in server.told
        assert server.log_in().status == 200
        assert server.ask("/v3/connections")["meta"]["totalCount"] == 2
        assert server.process.poll() is None


def test_a_fleet_file_says_which_cars_and_whose_credentials(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text("applications: [{client_id: shop}]\ncars: [{make: KIA}, {make: BMW}]\n")
    with simulator("--fleet", str(path)) as server:
        assert "SMARTCAR_CLIENT_ID=shop\n" in server.told
        assert server.log_in("shop").status == 200
        assert server.ask("/v3/connections")["meta"]["totalCount"] == 2
    with simulator("--fleet", str(path), SMARTCAR_CLIENT_SECRET="geheim-3") as server:
        assert "geheim" not in server.told
        assert server.log_in(DEFAULT_CLIENT_ID, "geheim-3").status == 200


def test_a_fleet_file_that_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "fleet.yaml"
    path.write_text("cars:\n  - {make: KIA}\n  - {make: BMW, charge: 101}\n")
    told = refused(run("simulator", "--port", "0", "--fleet", str(path)))
    assert f"{path}, line 3: cars[1].charge" in told


def test_where_it_says_it_is_it_is_at_once() -> None:
    with simulator() as server:
        assert server.first == 0


def test_credentials_of_the_environment_are_used_and_not_printed() -> None:
    secrets = {"SMARTCAR_CLIENT_SECRET": "geheim-1", "SMARTCAR_MANAGEMENT_TOKEN": "geheim-2"}
    with simulator(SMARTCAR_CLIENT_ID="mine", **secrets) as server:
        assert "SMARTCAR_CLIENT_ID=mine\n" in server.told
        greeting = server.send(Request("GET", "/")).body.decode()
        assert "geheim" not in server.told + greeting
        assert DEFAULT_CLIENT_SECRET not in server.told
        assert server.log_in().status == 401
        assert server.log_in("mine", "geheim-1").status == 200


def connect(server: Running) -> dict[str, str]:
    browser = Browser(server, server.origin)
    query = {"client_id": DEFAULT_CLIENT_ID, "redirect_uri": CALLBACK}
    browser.open("/oauth/authorize", query)
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username="ada@example.com", password="x")
    browser.press("approval-button")
    return browser.sent_back


def test_a_killed_simulator_goes_on_where_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    with simulator("--db", path, "--seed", "5", "--fleet", "3") as server:
        assert "restored" not in server.told
        server.log_in()
        user = connect(server)["user_id"]
        made = server.ask("/v3/connections")["data"][0]
        car = f"/v3/vehicles/{made['relationships']['vehicle']['data']['id']}"
        limit = b'{"data":{"attributes":{"percent":71}}}'
        told = server.ask(f"{car}/commands/charge/set-limit", user, "POST", limit)["data"]
        server.ask(f"{car}/commands/security/unlock", user, "POST")
        before, token = server.now(), server.token
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    with simulator("--db", path) as server:
        server.token = token
        assert server.ask("/v3/connections")["data"][0] == _at(made, server)
        assert server.ask("/v3/connections")["meta"]["totalCount"] == 4
        one = server.ask(f"{car}/command-executions/{told['id']}", user)["data"]
        assert one == told
        limits = server.ask(f"{car}/signals/charge-chargelimits", user)["data"]["attributes"]
        assert limits["body"]["activeLimit"] == 71
        lock = server.ask(f"{car}/signals/closure-islocked", user)["data"]["attributes"]
        assert lock["body"]["value"] is False
        assert server.now() >= before - 60  # so much it may forget
        assert f"State restored from {path}: seed 5, a fleet of 3." in server.told
        assert connect_again(server) == user


def _at(made: Any, server: Running) -> Any:
    """*made* with links to where the server is now."""
    return json.loads(re.sub(r"http://127\.0\.0\.1:\d+", server.origin, json.dumps(made)))


def connect_again(server: Running) -> str:
    browser = Browser(server, server.origin)
    query = {"client_id": DEFAULT_CLIENT_ID, "redirect_uri": CALLBACK, "approval_prompt": "auto"}
    browser.open("/oauth/authorize", query)
    browser.press("continue-button")
    browser.press("TESLA")
    browser.press("sign-in-button", username="ada@example.com", password="x")
    return browser.sent_back["user_id"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_however_it_stops_its_time_does_not_go_back(tmp_path: Path, how: str) -> None:
    path = str(tmp_path / "state.db")
    with simulator("--db", path, "--speed", "1000000") as server:
        server.log_in()
        before = server.now()
        server.process.send_signal(signal.Signals[how])
        server.process.wait()
    with simulator("--db", path, "--speed", "0") as server:
        assert server.now() >= before - 300


def test_two_servers_with_a_frozen_clock_and_one_seed_answer_alike() -> None:
    answers: list[tuple[str, bytes]] = []
    for _ in range(2):
        with simulator("--speed", "0", "--seed", "4") as server:
            server.log_in()
            headers = {"authorization": f"Bearer {server.token}"}
            reply = server.send(Request("GET", "/v3/connections", headers=headers))
            body = reply.body.replace(server.address.encode(), b"here")
            answers.append((reply.headers["sc-request-id"] + reply.headers["date"], body))
    assert answers[0] == answers[1]


# --- when it starts ------------------------------------------------------------------------------

EVE = datetime(2026, 12, 24, 18, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "said", ["2026-12-24T18:00", "2026-12-24 18:00Z", "2026-12-24T19:00+01:00"]
)
def test_it_starts_when_it_is_told_to(said: str) -> None:
    with simulator("--speed", "0", "--start", said) as server:
        assert server.now() == EVE
    with simulator("--start", said) as server:
        assert EVE <= server.now() < EVE + 3600


def test_unless_it_is_told_it_starts_now() -> None:
    told = """
import os
from smartcar.simulator.control import Control
with Control(os.environ["SMARTCAR_ORIGIN"]) as control:
    print(control.clock().now.timestamp())
"""
    before = time.time()
    done = run_simulator("exec", "--", sys.executable, "-c", told)
    assert before <= float(done.stdout) <= time.time(), done.stderr


def test_a_state_that_was_told_when_to_start_goes_on_where_it_was(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    with simulator("--db", path, "--start", "2020-02-02") as server:
        began = server.now()
    with simulator("--db", path) as server:  # which is told to start in 2026
        assert began - 60 <= server.now() < began + 3600


def test_a_frozen_state_goes_on_where_it_was(tmp_path: Path) -> None:
    options = ("--db", str(tmp_path / "state.db"), "--speed", "0", "--start", "2026-12-24T18:00")
    with simulator(*options) as server:
        server.log_in()
        done = run_simulator("clock", "advance", "3h", "--origin", server.origin)
        assert done.returncode == 0, done.stderr
    with simulator(*options) as server:
        assert server.now() == EVE + 3 * 3600


def test_a_frozen_clock_stands() -> None:
    with simulator("--speed", "0") as server:
        assert len({server.now() for _ in range(5)}) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT"])
def test_it_stops_when_told_to_without_a_traceback(how: str) -> None:
    with simulator() as server:
        server.process.send_signal(signal.Signals[how])
        rest, _ = server.process.communicate(timeout=30)
        assert "Traceback" not in rest
