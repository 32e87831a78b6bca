"""Smartcar's own SDKs, as their registries have them, walk through the simulator unchanged.

They are installed on the spot: without a registry in reach these tests fail, and say so.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from official import run

from smartcar.simulator.server import Server

# The installation takes a quarter of a minute, and waits for whoever else is at it.
pytestmark = [pytest.mark.timeout(run.PATIENCE), pytest.mark.once]

WALKS = {
    "python": ("python: smartcar 6.19.1", "python: all 46 functions called"),
    "node": ("node: smartcar 10.4.0", "node: all 44 functions called"),
}
"""The first and the last line of each."""


def is_whole(sdk: str, done: subprocess.CompletedProcess[str]) -> bool:
    """Did the walk come to its end?"""
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    return (lines[0], lines[-1]) == WALKS[sdk]


def test_no_walk_is_left_out() -> None:
    assert set(WALKS) == set(run.walks())


@pytest.mark.parametrize("sdk", WALKS)
def test_an_official_sdk_walks_where_exec_leads_it(sdk: str, tmp_path: Path) -> None:
    assert is_whole(sdk, run.walk(sdk, tmp_path))


@pytest.mark.parametrize("sdk", WALKS)
def test_an_official_sdk_walks_where_env_points_it(sdk: str) -> None:
    with Server(run.charging()) as server:
        assert is_whole(sdk, run.walk_beside(sdk, server.origin, server.simulator))


@pytest.mark.parametrize("sdk", WALKS)
def test_without_the_simulators_variables_a_walk_goes_nowhere(sdk: str) -> None:
    known = run.people(run.charging())
    done = subprocess.run(
        run.walks()[sdk](),
        env=run.variables() | known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"{sdk}: reads" not in done.stdout
    assert "SMARTCAR_" in done.stderr  # which of them it misses


# --- the installation ----------------------------------------------------------------------------


def test_a_registry_out_of_reach_is_told() -> None:
    script = "import sys; print('no route to it'); sys.exit(1)"
    with pytest.raises(RuntimeError, match=r"nonsense==1 could not .* registry:\nno route to it"):
        run.told("nonsense==1", [sys.executable, "-c", script])


def test_what_is_half_installed_is_installed_anew(tmp_path: Path) -> None:
    home = tmp_path / "sdk"
    home.mkdir()
    (home / "half").touch()

    for _ in range(2):
        run.once(home, "sdk==1", home.mkdir)  # which fails if the folder is there
    assert [each.name for each in home.iterdir()] == [".installed"]

    run.once(home, "sdk==2", home.mkdir)
    assert (home / ".installed").read_text() == "sdk==2"
