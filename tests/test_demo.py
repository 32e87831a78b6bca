"""The demo: the whole story, told to its end, the same each time."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

DEMO = [sys.executable, "-m", "smartcar", "demo"]


def environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SMARTCAR_")}
    return kept | {"PYTHONUNBUFFERED": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}


def tell(_: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        DEMO,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=50,
        env=environment(),
    )


def test_the_demo_tells_the_whole_story_and_the_same_each_time() -> None:
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(tell, range(2))
    assert one.returncode == other.returncode == 0, one.stderr + other.stderr
    assert one.stderr == other.stderr == ""
    for part in (
        "ada@example.com signed in to Volkswagen and said yes",
        "bruno@example.com signed in to Renault and said yes",
        "state='login of ada@example.com'",
        "14 connections, the newest first",
        "Monday 04:30 UTC",
        "Monday 18:30 UTC",
        "VEHICLE_STATE:CHARGING_PLUG_NOT_CONNECTED",
        "is_retryable     False",
        "confirmed by the car",
        "two hours later",
        "locked: True",
        "Done in",
    ):
        assert part in one.stdout, part
    assert _timeless(one.stdout) == _timeless(other.stdout)


def _timeless(told: str) -> str:
    """Less the port, and the seconds it took."""
    return re.sub(r"Done in [\d.]+ s|127\.0\.0\.1:\d+", "…", told)


def test_the_demo_may_leave_its_simulator_running() -> None:
    process = subprocess.Popen(
        [*DEMO, "--serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment(),
    )
    try:
        assert process.stdout is not None
        told = ""
        for line in process.stdout:
            told += line
            if "Press Ctrl-C" in line:
                break
        assert "Press Ctrl-C" in told, told
        found = re.search(r"SMARTCAR_ORIGIN=http://(127\.0\.0\.1:\d+)", told)
        assert found, told
        with closing(http.client.HTTPConnection(found[1], timeout=30)) as connection:
            connection.request("GET", "/")
            reply = connection.getresponse()
            assert reply.status == 200
            assert b"Simulated Smartcar" in reply.read()
        assert process.poll() is None
    finally:
        process.terminate()
        process.communicate(timeout=30)
