"""``smartcar webhooks listen`` and ``resend --to``: deliveries at a prompt, as people see them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from deliveries import CAR, TOKEN, body_of, compact, document, signed
from inboxes import until
from loopback import Loopback, hang, http, say
from prompt import own_environment, posix

from smartcar import hash_challenge
from smartcar.protocol.wire import Reply, Request
from smartcar.transport import Network
from smartcar.webhooks.inbox import Inbox
from smartcar.webhooks.journal import Envelope

pytestmark = pytest.mark.once

STATE = body_of("vehicle_state")
EVENT = document("vehicle_state")["eventId"]
COMMAND = (sys.executable, "-m", "smartcar", "webhooks")


class Listener:
    """``smartcar webhooks listen`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], *, is_json: bool) -> None:
        self.process = process
        told = process.stderr if is_json else process.stdout
        assert told is not None
        self.greeting = told.readline()
        found = re.search(r"http://[\w.:]+", self.greeting)
        assert found, self.greeting
        self.origin = found.group()

    def send(self, body: bytes, headers: dict[str, str]) -> Reply:
        network = Network()
        try:
            said = {name.lower(): text for name, text in headers.items()}
            return network.send(
                Request("POST", "/any", headers=said, body=body, origin=self.origin)
            )
        finally:
            network.close()

    def line(self) -> dict[str, Any]:
        """The next delivery that it tells of."""
        assert self.process.stdout is not None
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def end(self) -> tuple[int, str, str]:
        """Press Ctrl-C; how it ended, and what it had said."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        return code, self.process.stdout.read(), self.process.stderr.read()


@contextmanager
def listening(*options: str, is_json: bool = True, **more: str) -> Generator[Listener]:
    process = subprocess.Popen(
        [*COMMAND, "listen", "--port", "0", *options, *(["--json"] if is_json else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_environment(SMARTCAR_MANAGEMENT_TOKEN=TOKEN, **more),
    )
    try:
        yield Listener(process, is_json=is_json)
    finally:
        process.kill()
        process.communicate()


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
        env=own_environment(**more),
    )


def parts(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    return {name.lower(): text for name, _, text in lines}, body


def test_each_delivery_is_told_with_its_verdict() -> None:
    with listening() as listener:
        assert listener.send(STATE, signed(STATE)).status == 200
        told = listener.line()
        assert (told["verdict"], told["status"], told["type"]) == ("accepted", 200, "VEHICLE_STATE")
        assert (told["event_id"], told["vehicle_ids"]) == (EVENT, [CAR])
        assert told["causes"] == ["tractionbattery-stateofcharge"]
        assert listener.send(STATE, signed(STATE)).status == 200
        assert listener.line()["verdict"] == "repeated"
        legacy = body_of("v2_schedule")
        listener.send(legacy, signed(legacy))
        assert listener.line()["type"] == "schedule"
        test = body_of("error_test")
        listener.send(test, signed(test))
        assert listener.line()["is_test"] is True


def test_a_challenge_is_answered() -> None:
    with listening() as listener:
        reply = listener.send(body_of("verify"), {"Content-Type": "application/json"})
        challenge = document("verify")["data"]["challenge"]
        assert json.loads(reply.body) == {"challenge": hash_challenge(TOKEN, challenge)}
        assert listener.line()["verdict"] == "answered"


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        (STATE, signed(STATE, "another's token"), "application management token"),
        (STATE, {}, "no header sc-signature"),
        (compact(document("vehicle_state")).replace(b":", b": "), signed(STATE), "written again"),
    ],
)
def test_why_a_signature_does_not_fit_is_said(
    body: bytes, headers: dict[str, str], said: str
) -> None:
    with listening() as listener:
        assert listener.send(body, headers).status == 401
        told = listener.line()
        assert told["verdict"] == "refused"
        assert said in told["note"]


def test_a_program_gets_the_exact_bytes_and_its_answer_is_the_answer() -> None:
    body = STATE.replace(b"61", b"61.0").replace(b":", b" : ")  # nobody writes it so again
    answer = http("202 Accepted", b'{"mine": true}', "Content-Type: application/json")
    with (
        Loopback(say(answer)) as program,
        listening("--forward", f"{program.origin}/hook?a=1") as (listener),
    ):
        secret = {"Authorization": "Basic a-proxy's-own"}
        reply = listener.send(body, signed(body) | secret)
        assert (reply.status, reply.body) == (202, b'{"mine": true}')
        headers, got = parts(program.requests[0])
        assert got == body
        assert headers["sc-signature"] == hash_challenge(TOKEN, body)
        assert headers["user-agent"] == "Smartcar/1.0"
        assert "authorization" not in headers
        told = listener.line()
        assert (told["verdict"], told["forwarded"]["status"]) == ("forwarded", 202)
        assert "a=1" not in listener.greeting


@pytest.mark.parametrize("status", ["500 Internal Server Error", "302 Found", "401 Unauthorized"])
def test_what_a_program_does_not_take_comes_again(status: str) -> None:
    with Loopback(say(http(status))) as program, listening("--forward", program.origin) as listener:
        assert listener.send(STATE, signed(STATE)).status == int(status[:3])
        assert listener.send(STATE, signed(STATE)).status == int(status[:3])
        assert [listener.line()["verdict"] for _ in range(2)] == ["failed", "failed"]
        assert len(program.requests) == 2


def test_a_program_that_is_down_is_told_apart() -> None:
    with Loopback(say(b"")) as gone:
        origin = gone.origin
    with listening("--forward", origin) as listener:
        assert listener.send(STATE, signed(STATE)).status == 502
        told = listener.line()
        assert (told["verdict"], told["forwarded"]["status"]) == ("failed", None)
        assert told["forwarded"]["error"] == "nobody listens there"


def test_a_forged_event_is_not_passed_on() -> None:
    with (
        Loopback(say(http("200 OK"))) as program,
        listening("--forward", program.origin) as (listener),
    ):
        assert listener.send(STATE, signed(STATE, "another's token")).status == 401
        assert listener.send(STATE, signed(STATE)).status == 200
        assert len(program.requests) == 1


def test_a_challenge_is_answered_for_a_program_that_cannot() -> None:
    echo = http("200 OK", body_of("verify"), "Content-Type: application/json")
    with Loopback(say(echo)) as program, listening("--forward", program.origin) as listener:
        reply = listener.send(body_of("verify"), {"Content-Type": "application/json"})
        challenge = document("verify")["data"]["challenge"]
        assert json.loads(reply.body) == {"challenge": hash_challenge(TOKEN, challenge)}
        told = listener.line()
        assert told["verdict"] == "answered"
        assert "no challenge at its top" in told["note"]


def test_a_challenge_is_answered_in_time_for_a_program_that_takes_too_long() -> None:
    with Loopback(hang) as program, listening("--forward", program.origin) as listener:
        reply = listener.send(body_of("verify"), {"Content-Type": "application/json"})
        challenge = document("verify")["data"]["challenge"]
        assert json.loads(reply.body) == {"challenge": hash_challenge(TOKEN, challenge)}
        assert "no answer within 10 s" in listener.line()["note"]


def test_what_was_answered_is_in_the_inbox_whoever_is_killed(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/events.db"
    with listening("--inbox", place) as listener:
        assert listener.send(STATE, signed(STATE)).status == 200
        listener.process.kill()
    with listening("--inbox", place) as listener:
        listener.send(STATE, signed(STATE))
        assert listener.line()["verdict"] == "repeated"
    with Inbox(place) as inbox:
        (entry,) = inbox.entries()
        assert (entry.envelope.body, entry.state) == (STATE, "waiting")


def test_what_is_in_the_inbox_is_passed_on_until_it_is_taken(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/events.db"
    answers = iter([http("500 Internal Server Error"), http("204 No Content")])
    with (
        Loopback(lambda connection: connection.sendall(next(answers))) as program,
        listening("--inbox", place, "--forward", program.origin) as listener,
    ):
        assert listener.send(STATE, signed(STATE)).status == 200
        told = [listener.line() for _ in range(3)]
        assert [each["verdict"] for each in told] == ["kept", "failed", "forwarded"]
        assert [parts(each)[1] for each in program.requests] == [STATE, STATE]
        with Inbox(place) as inbox:
            until(lambda: inbox.counts()["handled"] == 1)


@posix
@pytest.mark.parametrize("columns", ["80", "140"])
def test_the_table_fits_and_ends_with_what_there_was(columns: str) -> None:
    error = body_of("vehicle_error")
    hostile = document("vehicle_state")
    hostile["eventId"] = "e\x1b[2J2"
    hostile["data"]["vehicle"]["model"] = "\x1b[31m red"
    with listening(is_json=False, COLUMNS=columns) as listener:
        listener.send(STATE, signed(STATE))
        listener.send(error, signed(error))
        listener.send(compact(hostile), signed(compact(hostile)))
        listener.send(STATE, {})
        code, out, err = listener.end()
    assert (code, err) == (0, "")
    rows = out.splitlines()
    assert max(map(len, rows)) <= int(columns)
    assert rows[0].split() == [
        "UTC",
        "Type",
        "Car",
        "Why",
        "Verdict",
        *(["Id"] * (columns == "140")),
    ]
    assert re.match(r"\d\d:\d\d:\d\d  VEHICLE_STATE  .*ID\.4 aaaaaaaa +StateOfCharge", rows[1])
    assert "AUTHENTICATION_FAILED" in rows[2]
    assert "\x1b" not in out
    assert rows[-1] == "4 rows: 3 accepted, 1 refused.".ljust(len(rows[-1]))


@posix
def test_ctrl_c_ends_it_in_order(tmp_path: Path) -> None:
    with listening("--inbox", f"sqlite:///{tmp_path}/events.db") as listener:
        listener.send(STATE, signed(STATE))
        code, out, err = listener.end()
    assert (code, err) == (0, "")
    assert json.loads(out)["verdict"] == "kept"
    assert TOKEN not in listener.greeting + out


def test_the_token_comes_from_the_environment() -> None:
    told = run("listen", "--port", "0")
    assert told.returncode == 2
    assert "SMARTCAR_MANAGEMENT_TOKEN is not set" in told.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--forward", "http://ada:hunter2@127.0.0.1/"), "a password has no place in it"),
        (("--forward", "localhost:5000"), "begins with https://"),
        (("--inbox", "mysql://events"), "mysql:// is no place of an inbox"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_listens(
    options: tuple[str, ...], said: str
) -> None:
    told = run("listen", "--port", "0", *options, SMARTCAR_MANAGEMENT_TOKEN=TOKEN)
    assert (told.returncode, said in told.stderr) == (2, True), told.stderr
    assert "hunter2" not in told.stderr


def test_a_port_that_is_taken_is_told() -> None:
    with listening() as listener:
        port = listener.origin.rpartition(":")[2]
        told = run("listen", "--port", port, SMARTCAR_MANAGEMENT_TOKEN=TOKEN)
    assert (told.returncode, f"Port {port}" in told.stderr) == (1, True), told.stderr


@pytest.fixture
def place(tmp_path: Path) -> str:
    """An inbox with an event that was handled."""
    made = f"sqlite:///{tmp_path}/events.db"
    with Inbox(made) as inbox:
        inbox.append([Envelope(EVENT, 1_780_300_800.0, STATE, signed(STATE))])
        batch = inbox.journal.take(1)
        batch.commit().result()
    return made


def test_resend_sends_the_bytes_that_were_kept_to_another_program(place: str) -> None:
    with Loopback(say(http("200 OK"))) as program:
        told = run("resend", EVENT, "--inbox", place, "--to", f"{program.origin}/hook")
        headers, body = parts(program.requests[0])
    assert told.returncode == 0, told.stderr
    assert re.match(rf"{EVENT}  200 in [\d,]+ ms", told.stdout)
    assert body == STATE
    assert headers["sc-signature"] == signed(STATE)["SC-Signature"]
    with Inbox(place) as inbox:
        assert inbox.counts() == {"waiting": 0, "handled": 1, "dead": 0}


def test_resend_says_what_was_answered_by_a_program_that_refuses(place: str) -> None:
    refusal = http("401 Unauthorized", b'{"message": "who \x1b[2J are you"}')
    with Loopback(say(refusal)) as program:
        told = run("resend", EVENT, "--inbox", place, "--to", program.origin)
        as_json = run("resend", EVENT, "--inbox", place, "--to", program.origin, "--json")
    assert told.returncode == as_json.returncode == 1
    assert "401 in" in told.stdout
    assert "are you" in told.stdout
    assert "\x1b" not in told.stdout
    (one,) = json.loads(as_json.stdout)
    assert (one["id"], one["status"], one["error"]) == (EVENT, 401, None)


def test_resend_of_dead_letters_to_a_program_leaves_them_dead(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/events.db"
    with Inbox(place) as inbox:
        inbox.append([Envelope(f"e{n}", 1_780_300_800.0, STATE, signed(STATE)) for n in (1, 2)])
        inbox.journal.take(2).dead("it was sold").result()
    with Loopback(say(http("200 OK"))) as program:
        told = run("resend", "--dead", "--inbox", place, "--to", program.origin)
    assert [line.split()[0] for line in told.stdout.splitlines()] == ["e1", "e2"]
    with Inbox(place) as inbox:
        assert inbox.counts()["dead"] == 2
