"""What most tests begin with: a pretend Smartcar, and a client that talks to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from smartcar import Smartcar
from smartcar.simulator import Simulator

# With the other tools' notes; where it keeps them by itself, our norecursedirs make it warn.
set_hypothesis_home_dir(Path(__file__).parent.parent / ".tools" / "hypothesis")

# The same examples each time, however slow the machine: who changes something is not to blame for
# what chance has found.  To look for more, let chance choose: --hypothesis-profile=explore.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", _patient)
settings.register_profile("same", _patient, derandomize=True)
settings.load_profile("same")


def pytest_xdist_auto_num_workers() -> int:
    """How many processes share the tests: two for each core, for many tests wait for others."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that CI can do it once: see ``.ci/run``."""
    for item in items:
        if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests written with ``async def`` run under asyncio."""
    return "asyncio"


@pytest.fixture
def simulator() -> Simulator:
    """Twelve cars on a fixed Monday morning; time stands still unless somebody waits."""
    return Simulator(seed=7)


@pytest.fixture
def smartcar(simulator: Simulator) -> Iterator[Smartcar]:
    """A client of the application that the simulator knows."""
    with Smartcar(transport=simulator) as client:
        yield client
