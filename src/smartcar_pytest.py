"""The pytest plugin: a Smartcar of its own for each test that asks for one.

pytest loads this wherever the SDK is installed, so it loads nothing of the SDK itself.  What the
fixtures give is made by ``smartcar.testing``, which is loaded when the first test wants it.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from smartcar import AsyncSmartcar, Smartcar
    from smartcar.simulator import Simulator
    from smartcar.simulator.server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings of a whole project."""
    parser.addini("smartcar_seed", "Chooses the simulated cars (0).", default="0")
    parser.addini(
        "smartcar_fleet", "How many cars there are (12), or the path of a fleet file.", default="12"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker of a test, a class or a module."""
    config.addinivalue_line(
        "markers",
        "smartcar(seed, fleet, ...): what the simulator of smartcar_simulator is made with: any "
        "argument of smartcar.simulator.Simulator by its name.",
    )


@pytest.fixture
def smartcar_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A simulated Smartcar, fresh for each test: twelve cars on a Monday morning.

    Time stands still until somebody waits, or puts its ``clock`` forward.
    """
    from smartcar import testing  # noqa: PLC0415 -- see above

    yield from testing.simulators(request)


@pytest.fixture
def smartcar_client(smartcar_simulator: Simulator) -> Iterator[Smartcar]:
    """A client of ``smartcar_simulator``, in this process: no port and no network."""
    from smartcar import Smartcar  # noqa: PLC0415 -- see above

    with Smartcar(transport=smartcar_simulator) as client:
        yield client


@pytest.fixture
def async_smartcar_client(smartcar_simulator: Simulator) -> AsyncSmartcar:
    """The same for ``async def``, whichever plugin runs those."""
    from smartcar import AsyncSmartcar  # noqa: PLC0415 -- see above

    return AsyncSmartcar(transport=smartcar_simulator)


@pytest.fixture
def smartcar_server(
    smartcar_simulator: Simulator, _smartcar_port: Server, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """``smartcar_simulator`` on a real port of this machine, at its ``origin``.

    While the test runs, the environment has the variables of all SDKs: ``Smartcar()``, and any
    program that the test starts, find it by themselves.
    """
    from smartcar import testing  # noqa: PLC0415 -- see above

    return testing.serve(_smartcar_port, smartcar_simulator, monkeypatch)


@pytest.fixture(scope="session")
def _smartcar_port() -> Iterator[Server]:
    """One server for all tests: each hands it its own simulator, which takes a millisecond."""
    from smartcar import testing  # noqa: PLC0415 -- see above

    yield from testing.servers()
