"""The container: what its Dockerfile would run, run here, without Docker."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from dockerfile import Instruction, instructions

from smartcar import Smartcar
from smartcar.simulator import SimulatedApplication
from smartcar.simulator.environment import Sdk, environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
WRITTEN = list(instructions(ROOT / "Dockerfile"))
IGNORED = (ROOT / ".dockerignore").read_text().splitlines()
SENT = {line[1:] for line in IGNORED if line.startswith("!")}
NOBODY = 65534
BIN = Path(sys.executable).parent
ID, SECRET = SimulatedApplication().client_id, SimulatedApplication().client_secret


def last(word: str) -> Instruction:
    """The one that holds: a later one takes the place of those before."""
    return [each for each in WRITTEN if each.word == word][-1]


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def data() -> Iterator[Path]:
    """The volume: whoever runs it may write there."""
    with TemporaryDirectory() as folder:  # those of pytest are closed to others
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)


def here(command: list[str], port: int, data: Path) -> list[str]:
    """*command* with this environment's program, a free port, and another folder."""
    program, *arguments = command
    moved = [each.replace("8686", str(port)).replace("/data", str(data)) for each in arguments]
    return [*as_nobody(), str(BIN / program), *moved]


def as_nobody() -> list[str]:
    """What takes root's rights away, where the tests have them."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    assert setpriv is not None, "root needs setpriv (util-linux) to test this"
    nobody = [setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # Where only root may reach this clone or its Python, the image's user is left to the image.
    reached = subprocess.run(
        [*nobody, str(BIN / "python"), "-c", "0"], capture_output=True, check=False
    )
    return nobody if reached.returncode == 0 else []


def healthy(port: int, data: Path) -> bool:
    command = last("HEALTHCHECK").command
    # The image has it on its usual port; here another one is free.
    asked = [*here(command, port, data), "--port", str(port)]
    return subprocess.run(asked, capture_output=True, timeout=20, check=False).returncode == 0


@contextmanager
def running(port: int, data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """What a container runs, once it is healthy."""
    command = [*last("ENTRYPOINT").command, *last("CMD").command, *options]
    process = subprocess.Popen(
        here(command, port, data),
        cwd=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        until = time.monotonic() + 30
        while not healthy(port, data):
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() < until
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def status(port: int, path: str, host: str) -> int:
    """What a request gets that names the simulator so."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"host": f"{host}:8686"})
    found = connection.getresponse().status
    connection.close()
    return found


def test_its_health_is_that_of_the_simulator(port: int, data: Path) -> None:
    assert not healthy(port, data)  # nobody is there
    with running(port, data):
        assert healthy(port, data)
    assert not healthy(port, data)


def test_its_health_is_asked_directly_where_docker_sets_a_proxy(
    port: int, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody is there
    with running(port, data):
        assert healthy(port, data)


@pytest.mark.parametrize(
    ("title", "sdk", "place"),
    [
        ("docker compose", "smartcar-sdk", ("services", "app", "environment")),
        ("GitHub Actions", "node", ("jobs", "test", "env")),
        ("GitLab", "smartcar-sdk", ("test", "variables")),
    ],
)
def test_its_examples_say_all_that_a_program_needs(
    title: str, sdk: Sdk, place: tuple[str, ...]
) -> None:
    page = (ROOT / "docs" / "container.md").read_text().partition(f"## {title}\n")[2]
    said = yaml.safe_load(page.partition("```yaml")[2].partition("\n")[2].partition("```")[0])
    for each in place:
        said = said[each]
    origin = next(value for name, value in said.items() if name.endswith("_ORIGIN"))
    needed = environment(origin, SimulatedApplication(), sdk)

    assert said == {
        name: value
        for name, value in needed.items()
        if name not in {"SMARTCAR_REDIRECT_URI", "SMARTCAR_MANAGEMENT_TOKEN"}
    }


def test_it_answers_nobody_special_and_ends_when_it_is_told_with_all_kept(
    port: int, data: Path
) -> None:
    origin = f"http://127.0.0.1:{port}"
    with running(port, data, "--fleet", "3", "--speed", "0") as process:
        with Smartcar(ID, SECRET, origin=origin) as smartcar:
            first = next(iter(smartcar.connections()))
            smartcar.remove_connection(first.id)
        process.send_signal(signal.SIGTERM)  # as docker stop does
        assert process.wait(10) in {0, -signal.SIGTERM}
        assert process.stdout is not None
        assert "Traceback" not in process.stdout.read()
    with running(port, data), Smartcar(ID, SECRET, origin=origin) as smartcar:
        assert len(list(smartcar.connections())) == 2


def test_it_answers_to_the_name_that_compose_gives_it(port: int, data: Path) -> None:
    with running(port, data):
        for name in ("smartcar", "smartcar-simulator", "localhost", "127.0.0.1"):
            assert status(port, "/simulator/clock", name) == 200
            assert status(port, "/v3/connections", name) == 401
        # A page elsewhere could have its own name lead here.
        assert status(port, "/simulator/clock", "smartcar.example.com") == 403
        assert status(port, "/v3/connections", "smartcar.example.com") == 401


def test_it_is_not_root_and_pins_what_it_runs_on() -> None:
    user = last("USER").text.partition(":")[0]
    assert int(user) > 0
    installs = [each.text for each in WRITTEN if each.word == "RUN" and "pip install" in each.text]
    assert all("--require-hashes" in each or "--no-deps" in each for each in installs)
    assert last("VOLUME").text == "/data"
    assert last("EXPOSE").text == "8686"
    assert all(":" in each.text for each in WRITTEN if each.word == "FROM")


def test_all_that_it_copies_is_there_and_nothing_else_is_sent() -> None:
    copied = {
        each
        for instruction in WRITTEN
        if instruction.word == "COPY" and not instruction.text.startswith("--from")
        for each in instruction.text.split()[:-1]
    }
    assert copied == SENT
    assert all((ROOT / each).exists() for each in copied)
    assert "*" in IGNORED


def test_what_it_copies_is_all_that_the_project_is_built_from(tmp_path: Path) -> None:
    """The very steps, but for what they fetch: that is in this environment already."""
    for name in (
        line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"
    ):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    step = next(each.text for each in WRITTEN if "--no-build-isolation" in each.text)
    options = re.sub(r"^\S+ install|/build$", "", step).split()
    target = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", *options, "--target", target, tmp_path],
        check=True,
        timeout=60,
    )
    assert (target / "smartcar" / "simulator" / "connect").is_dir()
    assert (target / "smartcar_pytest.py").is_file()
