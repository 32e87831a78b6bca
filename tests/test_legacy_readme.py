"""The programs of the official Python SDK's README run here as they are, and are warned."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from old_caller import code_at, new_owner

from smartcar.simulator import Simulator
from smartcar.simulator.application import DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET
from smartcar.simulator.server import Server

PROGRAMS = Path(__file__).parent / "samples" / "official_readme"


@pytest.fixture
def server(simulator: Simulator) -> Iterator[Server]:
    with Server(simulator) as server:
        yield server


@contextmanager
def started(name: str, server: Server, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The program, with nothing but variables of the environment to tell it where Smartcar is."""
    told = {
        **os.environ,
        "SMARTCAR_ORIGIN": server.origin,
        "SMARTCAR_CLIENT_ID": DEFAULT_CLIENT_ID,
        "SMARTCAR_CLIENT_SECRET": DEFAULT_CLIENT_SECRET,
        "SMARTCAR_REDIRECT_URI": "https://example.com/back",
        **more,
    }
    pipe = subprocess.PIPE
    command = [sys.executable, "-W", "always", str(PROGRAMS / name)]
    with subprocess.Popen(
        command, env=told, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def ended(program: subprocess.Popen[str], said: str = "") -> tuple[list[str], str]:
    """What it printed, and what it was warned of, once it is through."""
    out, warned = program.communicate(said, timeout=30)
    assert program.returncode == 0, warned
    return out.splitlines(), warned


def test_an_owners_tokens_are_had_and_renewed(server: Server) -> None:
    with started("authentication.py", server) as program:
        assert program.stdout is not None
        url = urlsplit(program.stdout.readline().strip())
        code = code_at(server.simulator, dict(parse_qsl(url.query)), "somebody@example.com")

        printed, warned = ended(program, f"{code}\n")

    assert f"{url.scheme}://{url.netloc}" == server.origin
    assert printed == ["Bearer 7200 True", "True"]
    assert "say get_auth_url(force_prompt=True)" in warned
    assert "say .refresh_token" in warned
    assert "say .access_token" in warned


def test_a_cars_data_is_asked_for(server: Server) -> None:
    owner = new_owner(server.simulator, "somebody@example.com")

    with started("vehicle_data.py", server, ACCESS_TOKEN=owner.token) as program:
        printed, warned = ended(program)

    vehicles, car, signals, odometer = printed
    assert owner.vehicle_id in vehicles
    assert "'make': 'TESLA'" in car
    assert "odometer-traveleddistance" in signals
    assert "'value': " in odometer
    assert "say the attributes, or json.loads(answer.reply.body)" in warned


def test_errors_are_handled(server: Server) -> None:
    owner = new_owner(server.simulator, "RATE_LIMIT.VEHICLE@smartcar.com")
    known = {"ACCESS_TOKEN": owner.token, "VEHICLE_ID": owner.vehicle_id}

    with started("exceptions.py", server, **known) as program:
        printed, warned = ended(program)

    assert printed[0] == "RATE_LIMIT VEHICLE 429 120"
    assert printed[1:] == ["TESLA", "RATE_LIMIT True"]
    assert "say smartcar.SmartcarError" in warned


@pytest.mark.parametrize("program", sorted(PROGRAMS.glob("*.py")), ids=lambda path: path.name)
def test_every_program_is_run_and_says_whose_it_is(program: Path) -> None:
    text = program.read_text()

    assert program.name in Path(__file__).read_text()
    assert "smartcar 6.19.1" in text
    assert "MIT, (c) 2018 Smartcar, Inc." in text
