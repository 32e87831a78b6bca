"""What most tests begin with: a pretend Smartcar, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from smartcar import Smartcar
from smartcar.simulator import Simulator

if TYPE_CHECKING:
    from browser import Window
    from playwright.sync_api import Browser

# With the other tools' notes; where it keeps them by itself, our norecursedirs make it warn.
set_hypothesis_home_dir(Path(__file__).parent.parent / ".tools" / "hypothesis")


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


# While Playwright has a thread, no test in it can be async: one for each module, not for all.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for all tests of a module."""
    from browser import started  # noqa: PLC0415 -- most test runs drive no browser

    with started() as browser:
        yield browser


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """A fresh one, 1440 pixels wide."""
    from browser import opened  # noqa: PLC0415 -- most test runs drive no browser

    with opened(chromium) as opened_window:
        yield opened_window
