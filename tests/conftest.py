"""What most tests begin with: a pretend Smartcar, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smartcar import Smartcar
from smartcar.simulator import Simulator


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
