"""What the pytest plugin gives to tests.

The plugin itself, ``smartcar_pytest``, is loaded in each run of pytest, and loads this when the
first test wants one of its fixtures.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from smartcar.simulator import Exchange, Simulator
from smartcar.simulator.environment import environment
from smartcar.simulator.proxies import directly

if TYPE_CHECKING:
    from smartcar.simulator.server import Server

SHOWN: Final = 50
"""Requests in the report of a failed test: the last so many."""
TITLE: Final = "Requests to the simulated Smartcar"

_SIMULATOR: Final = pytest.StashKey[Simulator]()
_REPORTER: Final = "smartcar-requests"


class Reporter:
    """Puts what a failed test has asked into its report."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add a section to the report of a failure."""
        report = yield
        simulator = item.stash.get(_SIMULATOR, None)
        if simulator is not None and report.failed:
            report.sections.append((TITLE, told(simulator.log.all())))
        if simulator is not None and report.when == "teardown":
            del item.stash[_SIMULATOR]  # pytest keeps each test until the last has run
        return report


def simulators(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The one that a test is given, for as long as it runs."""
    manager = request.config.pluginmanager
    if not manager.has_plugin(_REPORTER):
        manager.register(Reporter(), _REPORTER)
    with simulated(request) as simulator:
        request.node.stash[_SIMULATOR] = simulator
        yield simulator


def simulated(request: pytest.FixtureRequest) -> Simulator:
    """What the project's settings and the test's markers say, the nearest marker last.

    Raises:
        pytest.UsageError: They make no sense.
    """
    wanted: dict[str, Any] = _settings(request.config)
    for marker in reversed(list(request.node.iter_markers("smartcar"))):
        if marker.args:
            raise pytest.UsageError(
                f"@pytest.mark.smartcar takes arguments by their names, such as seed=7: "
                f"not {', '.join(map(repr, marker.args))}."
            )
        wanted |= marker.kwargs
    try:
        return Simulator(**wanted)
    except (TypeError, ValueError, OSError) as error:
        raise pytest.UsageError(
            f"There is no simulator such as this test wants: {error}"
        ) from error


def _settings(config: pytest.Config) -> dict[str, Any]:
    seed, fleet = (str(config.getini(f"smartcar_{name}")).strip() for name in ("seed", "fleet"))
    try:
        number = int(seed)
    except ValueError:
        raise pytest.UsageError(f"smartcar_seed is a whole number, not {seed!r}.") from None
    is_number = fleet.removeprefix("-").isdecimal()
    return {"seed": number, "fleet": int(fleet) if is_number else config.rootpath / Path(fleet)}


def servers() -> Iterator[Server]:
    """One on a free port of this machine, while the session lasts.

    Raises:
        pytest.UsageError: It is not installed.
    """
    try:
        from smartcar.simulator.server import Server  # noqa: PLC0415 -- of the other fixtures none needs it
    except ModuleNotFoundError as error:
        raise pytest.UsageError(
            f"smartcar_server needs the package {error.name}, which is not installed: "
            "pip install 'smartcar-sdk[simulator]'"
        ) from None
    with Server(Simulator(fleet=0)) as server:
        yield server


def serve(server: Server, simulator: Simulator, patch: pytest.MonkeyPatch) -> Server:
    """Let *simulator* answer on *server*, whereto *patch* makes the environment lead."""
    server.answer_with(simulator)
    variables = environment(server.origin, simulator.world.application)
    variables |= directly(server.origin, os.environ)
    for name, value in variables.items():
        patch.setenv(name, value)
    return server


def told(exchanges: Sequence[Exchange]) -> str:
    """A line for each of the last exchanges, and what was wrong with those that failed."""
    if not exchanges:
        return "None."
    shown = exchanges[-SHOWN:]
    lines = [f"(the last {SHOWN} of {len(exchanges)})"] if len(exchanges) > SHOWN else []
    for each in shown:
        lines += map(_printable, _lines(each))
    return "\n".join(lines)


def _printable(line: str) -> str:
    """*line* as one line, which tells a terminal to do nothing: anybody may have asked anything."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)


def _lines(each: Exchange) -> Iterator[str]:
    at = datetime.fromtimestamp(each.at, UTC)
    query = "&".join(f"{name}={value}" for name, value in each.query.items())
    target = f"{each.path}?{query}" if query else each.path
    words = [
        f"{each.number:4}  {at:%a %H:%M:%S}  {each.method:6} {target}",
        "no reply" if each.status is None else str(each.status),
        each.error or "",
        "" if each.breakage is None else f"({each.breakage})",
        f"by rule {', '.join(each.fault_ids)}" if each.fault_ids else "",
    ]
    yield "  ".join(word for word in words if word)
    if each.request_body:
        yield f"{'':20}  sent {each.request_body[:400]}"
    if each.error is not None and each.reply_body:
        yield f"{'':20}  told {each.reply_body[:400]}"
