"""``smartcar simulator exec``: a program of whatever kind, with a simulator of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt import COMMAND, MORNING, own_environment, posix, run

from smartcar.simulator import SimulatedApplication, Simulator
from smartcar.simulator.environment import environment
from smartcar.simulator.server import Server

pytestmark = pytest.mark.once

TELL = "import json, os; print(json.dumps(dict(os.environ)))"


def run_python(
    script: str, *options: str, stdin: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Let ``exec`` run a script."""
    return run(
        "exec",
        "--start",
        MORNING,
        *options,
        "--",
        sys.executable,
        "-c",
        script,
        stdin=stdin,
        **more,
    )


def test_a_program_is_given_every_variable_and_nothing_else_is_printed() -> None:
    done = run_python(TELL, SMARTCAR_API_ORIGIN="https://elsewhere.test", OTHER="kept")

    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)  # all of it
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", told["SMARTCAR_ORIGIN"])
    assert environment(told["SMARTCAR_ORIGIN"], SimulatedApplication()).items() <= told.items()
    assert told["OTHER"] == "kept"


def test_a_program_talks_to_the_simulator_it_was_given() -> None:
    script = "from smartcar import Smartcar; print(len(list(Smartcar().connections())))"
    done = run_python(script, "--fleet", "3", "--seed", "5")

    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr


DEAD = "http://127.0.0.1:9"
"""Where nobody listens: a proxy that cannot be reached."""


BUSY = """
import smartcar
with smartcar.Smartcar() as client:
    car = client.vehicle(next(iter(client.connections())))
    for _ in range(150):
        car.attributes()
print("asked")
"""


def test_a_program_may_ask_as_much_as_it_likes_unless_it_is_told_otherwise() -> None:
    assert run_python(BUSY, "--fleet", "1").stdout == "asked\n"
    limited = run_python(BUSY.replace("Smartcar()", "Smartcar(retries=0)"), "--limits")
    assert "RateLimitError" in limited.stderr


def proxied(*names: str) -> dict[str, str]:
    return dict.fromkeys(names or ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), DEAD)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_behind_a_proxy_the_simulator_is_asked_directly(host: str) -> None:
    script = """
from smartcar import Smartcar
import os, urllib.request
print(len(list(Smartcar().connections())))
print(urllib.request.urlopen(os.environ["SMARTCAR_ORIGIN"]).status)
"""
    done = run_python(script, "--host", host, **proxied())

    assert (done.returncode, done.stdout) == (0, "12\n200\n"), done.stderr


@posix
@pytest.mark.parametrize(
    ("before", "upper", "lower"),
    [
        ({}, "127.0.0.1", "127.0.0.1"),
        ({"NO_PROXY": "a.test, b.test"}, "a.test,b.test,127.0.0.1", "a.test,b.test,127.0.0.1"),
        ({"no_proxy": "a.test"}, "a.test,127.0.0.1", "a.test,127.0.0.1"),
        ({"NO_PROXY": "a.test", "no_proxy": "b.test"}, "a.test,127.0.0.1", "b.test,127.0.0.1"),
        ({"NO_PROXY": "", "no_proxy": "b.test"}, "b.test,127.0.0.1", "b.test,127.0.0.1"),
        ({"NO_PROXY": "127.0.0.1, a.test"}, "127.0.0.1, a.test", "127.0.0.1, a.test"),
        ({"NO_PROXY": "*"}, "*", "*"),
    ],
    ids=str,
)
def test_hosts_that_are_asked_directly_already_remain_so(
    before: dict[str, str], upper: str, lower: str
) -> None:
    told = json.loads(run_python(TELL, **before).stdout)

    assert (told["NO_PROXY"], told["no_proxy"]) == (upper, lower)


def test_credentials_of_ones_own_are_accepted() -> None:
    script = "from smartcar import Smartcar; print(len(list(Smartcar().connections())))"
    own = {"SMARTCAR_CLIENT_ID": "mine", "SMARTCAR_CLIENT_SECRET": "geheim"}
    done = run_python(script, SMARTCAR_REDIRECT_URI="https://app.example.com/back", **own)

    assert (done.returncode, done.stdout, done.stderr) == (0, "12\n", "")
    told = json.loads(run_python(TELL, SMARTCAR_REDIRECT_URI="https://app.test/back", **own).stdout)
    assert told["SMARTCAR_REDIRECT_URI"] == "https://app.test/back"
    assert own.items() <= told.items()


def test_two_programs_one_after_the_other_share_a_state(tmp_path: Path) -> None:
    script = """
from smartcar import Smartcar
with Smartcar() as smartcar:
    cars = {each.vehicle.make: smartcar.vehicle(each) for each in smartcar.connections()}
    print(cars["TESLA"].signal("closure-islocked").value)
    cars["TESLA"].unlock()
"""
    options = ("--db", str(tmp_path / "state.db"), "--speed", "0", "--seed", "7")
    assert run_python(script, *options).stdout == "True\n"
    assert run_python(script, *options).stdout == "False\n"


def test_a_program_reads_what_is_piped_to_it() -> None:
    assert run_python("print(input())", stdin="hello\n").stdout == "hello\n"


def test_options_of_the_program_are_its_own_even_without_the_dashes() -> None:
    done = run("exec", sys.executable, "-c", "import sys; print(sys.argv[1:])", "--port", "x", "--")

    assert done.stdout == "['--port', 'x', '--']\n"


@pytest.mark.parametrize("code", [0, 7])
def test_the_programs_exit_code_is_ours(code: int) -> None:
    assert run_python(f"raise SystemExit({code})").returncode == code


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_program_that_a_signal_ends_ends_us_as_in_a_shell(number: signal.Signals) -> None:
    script = f"import os, signal; signal.signal({number:d}, 0) if {number:d} != 9 else 0; "
    done = run_python(f"{script}os.kill(os.getpid(), {number:d})")

    assert done.returncode == 128 + number


def test_a_program_that_is_not_there_is_told() -> None:
    done = run("exec", "--", "no-such-program", "--help")

    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "Error: no-such-program: there is no such program.\n"


@posix
def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nonsense"
    path.write_bytes(b"\0nonsense")
    path.chmod(0o755)
    done = run("exec", "--", str(path))

    assert (done.returncode, done.stdout) == (126, "")
    assert done.stderr.startswith(f"Error: {path} cannot be run: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("exec",),
        ("exec", "--"),
        ("exec", "--nonsense", "--", "ls"),
        ("exec", "--port", "99999", "--", "ls"),
        ("exec", "--start", "9999-12-31", "--", "ls"),
        ("--seed", "3", "exec", "--", "ls"),
        ("--port", "0", "env"),
        ("nonsense",),
    ],
)
def test_a_mistake_runs_nothing(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Error" in done.stderr


def test_a_port_in_use_is_told() -> None:
    with Server(Simulator(seed=7)) as server:
        port = server.origin.rpartition(":")[2]
        done = run_python("print('ran')", "--port", port)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"Port {port}" in done.stderr


def test_a_name_that_no_file_can_have_is_told() -> None:
    done = run("exec", "--", "./" + "x" * 5000)

    assert (done.returncode, done.stdout) == (126, "")
    assert "cannot be run: File name too long" in done.stderr


@posix
def test_a_file_that_may_not_be_run_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    done = run("exec", "--", str(path))

    assert (done.returncode, done.stdout) == (126, "")
    assert done.stderr == f"Error: {path} cannot be run: it is no program, or not yours to run.\n"


FILLING = """
import os
from smartcar.errors import SmartcarError
from smartcar.simulator.control import Control
with Control(os.environ["SMARTCAR_ORIGIN"]) as control:
    try:
        for _ in range(5_000):
            control.snapshot()
    except SmartcarError as error:
        print(error)
raise SystemExit(42)
"""


@posix
def test_a_full_disk_is_told_and_the_exit_code_is_still_the_programs(tmp_path: Path) -> None:
    exec_ = [*COMMAND, "exec", "--db", "state.db", "--", sys.executable, "-c", FILLING]
    limited = ["sh", "-c", 'ulimit -f 600; exec "$@"', "sh", *exec_]
    done = subprocess.run(
        limited, check=False, capture_output=True, text=True, cwd=tmp_path, env=own_environment()
    )

    assert done.returncode == 42, done.stderr
    assert "The simulator's state is not kept: state.db cannot be written to" in done.stdout
    assert "Traceback" not in done.stderr


# --- signals --------------------------------------------------------------------------------------

COUNTING = """
import signal, sys, os
told = []
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda number, _: (told.append(number), print("told", number, flush=True)))
print("ready", flush=True)
for line in sys.stdin:
    print(len(told), flush=True)
"""
"""Says when it is told to stop, goes on, and says how often for each line it reads."""


@pytest.fixture
def heeded() -> Iterator[None]:
    """What a shell runs in the background ignores Ctrl-C, and so would all that we start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@posix
@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_handed_on_and_what_comes_of_it_is_the_programs_affair(
    number: signal.Signals,
) -> None:
    script = [*COMMAND, "exec", "--", sys.executable, "-c", COUNTING]
    with subprocess.Popen(
        script,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=own_environment(),
        start_new_session=True,  # as a service has it: no terminal sends anything
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == f"told {number:d}\n"
        process.stdin.write("how often?\n")
        process.stdin.flush()
        assert process.stdout.readline() == "1\n"
        process.stdin.close()
        assert process.wait() == 0


@posix
def test_a_program_ends_where_nobody_is_told_so() -> None:
    script = [*COMMAND, "exec", "--", sys.executable, "-c", "raise SystemExit(3)"]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # as some supervisors leave it
    try:
        done = subprocess.run(script, check=False, timeout=50, env=own_environment())
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    assert done.returncode == 3


@posix
@pytest.mark.usefixtures("heeded")
def test_the_terminals_own_signal_is_not_handed_on_twice() -> None:
    import pty  # noqa: PLC0415 -- not on Windows

    pid, terminal = pty.fork()
    if pid == 0:  # in a session of its own, with this terminal
        script = [*COMMAND, "exec", "--", sys.executable, "-c", COUNTING]
        os.execve(sys.executable, script, own_environment())
    said = b""

    def until(text: bytes) -> None:
        nonlocal said
        while text not in said:
            said += os.read(terminal, 1024)
        said = said.partition(text)[2]

    until(b"ready\r\n")
    os.write(terminal, b"\x03")  # Ctrl-C
    until(b"told 2\r\n")
    os.kill(pid, signal.SIGTERM)  # which is handed on, and after whatever else would be
    until(b"told 15\r\n")
    os.write(terminal, b"how often?\n")
    until(b"how often?\r\n")
    until(b"2\r\n")
    os.write(terminal, b"\x04")  # the end of what is typed
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    os.close(terminal)
