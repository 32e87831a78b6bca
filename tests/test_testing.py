"""The pytest plugin, as somebody's own tests use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

pytest_plugins = ["pytester"]

STRICT = """
[pytest]
filterwarnings = error
strict_markers = true
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Somebody's project, where a warning is an error."""
    pytester.makeini(STRICT)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Their tests, in a process of its own: as they run them."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_a_client_meets_a_simulator_and_every_test_has_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(3))
        def test_first(smartcar_client, smartcar_simulator, turn):
            connections = list(smartcar_client.connections())
            assert len(connections) == 12
            assert len(smartcar_simulator.log) == 3  # a token and two pages
            smartcar_client.vehicle(connections[-1]).unlock()
            smartcar_client.remove_connection(connections[0].id)
            smartcar_simulator.clock.advance("3h")
        """
    )
    run(project).assert_outcomes(passed=3)


def test_the_marker_says_what_the_simulator_is_made_with(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from smartcar.simulator import Limits, Simulator, VirtualClock

        pytestmark = pytest.mark.smartcar(seed=3, fleet=4)

        def makes(client):
            return [each.vehicle_id for each in client.connections()]

        def test_module(smartcar_client, smartcar_simulator):
            assert smartcar_simulator.world.seed == 3
            assert len(makes(smartcar_client)) == 4

        @pytest.mark.smartcar(seed=5)
        class TestNearest:
            @pytest.mark.smartcar(fleet=2, limits=Limits(), clock=VirtualClock(1.8e9))
            def test_all_together(self, smartcar_client, smartcar_simulator):
                assert smartcar_simulator.world.seed == 5
                assert len(makes(smartcar_client)) == 2
                assert smartcar_simulator.limits.settings.is_on
                assert smartcar_simulator.clock.now() == 1.8e9
        """
    )
    run(project).assert_outcomes(passed=2)


def test_a_project_has_a_seed_and_a_fleet_of_its_own(project: pytest.Pytester) -> None:
    project.makeini(STRICT + "smartcar_seed = 11\nsmartcar_fleet = cars/fleet.yaml\n")
    folder = project.mkdir("cars")
    (folder / "fleet.yaml").write_text("cars:\n  - {make: Tesla, nickname: Comet}\n")
    project.makepyfile(
        """
        def test_it(smartcar_client, smartcar_simulator):
            assert smartcar_simulator.world.seed == 11
            (connection,) = smartcar_client.connections()
            assert connection.vehicle.make == "TESLA"
        """
    )
    run(project).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("settings", "marker", "told"),
    [
        ("smartcar_seed = many", "", "smartcar_seed is a whole number, not 'many'"),
        ("smartcar_fleet = cars.yaml", "", "cars.yaml"),
        ("smartcar_fleet = -1", "", "There is no simulator such as this test wants"),
        ("", "@pytest.mark.smartcar(7)", "takes arguments by their names, such as seed=7: not 7"),
        ("", "@pytest.mark.smartcar(speed=7)", "unexpected keyword argument 'speed'"),
    ],
)
def test_what_makes_no_sense_is_told(
    project: pytest.Pytester, settings: str, marker: str, told: str
) -> None:
    project.makeini(STRICT + settings)
    project.makepyfile(f"import pytest\n{marker}\ndef test_it(smartcar_simulator): ...\n")

    result = run(project)

    result.assert_outcomes(errors=1)
    assert told in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_client_that_awaits_needs_no_plugin_of_its_own(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import asyncio

        def test_by_hand(async_smartcar_client):
            async def ask():
                async with async_smartcar_client as client:
                    return [each async for each in client.connections()]

            assert len(asyncio.run(ask())) == 12

        import pytest

        @pytest.mark.anyio
        async def test_with_anyio(async_smartcar_client, smartcar_simulator):
            connection = await anext(aiter(async_smartcar_client.connections()))
            car = async_smartcar_client.vehicle(connection)
            assert (await car.signal("odometer-traveleddistance")).value > 0
            assert len(smartcar_simulator.log) == 3

        @pytest.fixture
        def anyio_backend():
            return "asyncio"
        """
    )
    run(project).assert_outcomes(passed=2)


def test_a_server_is_found_by_the_environment_alone(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import os, subprocess, sys
        from smartcar import Smartcar

        ASK = "from smartcar import Smartcar; print(len(list(Smartcar().connections())))"

        def test_programs(smartcar_server):
            assert os.environ["SMARTCAR_ORIGIN"] == smartcar_server.origin
            assert os.environ["SMARTCAR_API_V3_ORIGIN"] == smartcar_server.origin
            assert "127.0.0.1" in os.environ["NO_PROXY"].split(",")
            asked = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True)
            assert asked.stdout.strip() == "12", asked.stderr

        def test_state_is_not_handed_on(smartcar_server, smartcar_simulator):
            assert smartcar_server.simulator is smartcar_simulator
            assert len(smartcar_simulator.log) == 0
            with Smartcar() as client:
                connection = next(iter(client.connections()))
                client.remove_connection(connection.id)
                assert len(list(client.connections())) == 11
            assert {each.path for each in smartcar_simulator.log.all()} > {"/oauth2/token"}

        def test_nor_is_the_origin_another_each_time(smartcar_server):
            with Smartcar() as client:
                assert len(list(client.connections())) == 12

        def test_the_environment_is_as_it_was():
            assert "SMARTCAR_ORIGIN" not in os.environ
        """
    )
    run(project).assert_outcomes(passed=4)


def test_a_failed_test_shows_what_was_asked_and_no_secret(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        from smartcar import SmartcarError
        from smartcar.simulator import FaultRule

        def test_fails(smartcar_client, smartcar_simulator):
            connection = next(iter(smartcar_client.connections()))
            asleep = FaultRule(path="*/commands/*", error="VEHICLE_STATE:ASLEEP")
            smartcar_simulator.faults.add(asleep)
            smartcar_client.vehicle(connection).set_charge_limit(80)

        def test_passes(smartcar_client):
            next(iter(smartcar_client.connections()))

        def test_fails_without_asking(smartcar_simulator):
            assert smartcar_simulator is None

        def test_fails_without_a_simulator():
            assert False
        """
    )

    result = run(project)

    result.assert_outcomes(passed=1, failed=3)
    text = result.stdout.str()
    assert text.count("Requests to the simulated Smartcar") == 2
    result.stdout.fnmatch_lines(
        [
            "*Requests to the simulated Smartcar*",
            "*1  Mon ??:??:??  POST   /oauth2/token  200",
            "*2  Mon ??:??:??  GET    /v3/connections*  200",
            "*3  Mon ??:??:??  POST   /v3/*/set-limit  409  VEHICLE_STATE:ASLEEP  by rule *",
            "*sent *80*",
            "*told *sleep*",
        ]
    )
    from smartcar.simulator import SimulatedApplication  # noqa: PLC0415 -- its secret

    assert SimulatedApplication().client_secret not in text.partition("Requests to")[2]


def test_it_is_told_across_processes_too(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        def test_fails(smartcar_client):
            assert list(smartcar_client.connections()) == []
        """
    )

    result = run(project, "-n", "1")

    result.assert_outcomes(failed=1)
    assert "Requests to the simulated Smartcar" in result.stdout.str()


def test_who_does_not_use_it_loads_nothing_of_it(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("smartcar")
            assert not [name for name in sys.modules if name.split(".")[0] == "smartcar"]
            assert not {"uvicorn", "msgspec", "jinja2"} & set(sys.modules)
        """
    )
    result = run(project)
    result.assert_outcomes(passed=1)
    assert "warning" not in result.stdout.str()


def test_a_program_may_load_the_sdk_before_it_runs_pytest(project: pytest.Pytester) -> None:
    # What pytest does with the modules of each package that has a plugin, installed from a wheel.
    project.makeconftest(
        """
        import pytest
        import smartcar, smartcar_pytest

        def pytest_configure(config):
            pytest.register_assert_rewrite("smartcar", "smartcar_pytest")
        """
    )
    project.makepyfile("def test_it(smartcar_simulator): ...")
    run(project).assert_outcomes(passed=1)


WITHOUT_EXTRAS = """
import sys

for name in ("jinja2", "starlette", "uvicorn", "yaml"):
    sys.modules[name] = None
"""


def test_the_package_alone_will_do_for_tests_in_process(project: pytest.Pytester) -> None:
    project.makeconftest(WITHOUT_EXTRAS)
    project.makepyfile(
        """
        import asyncio

        def test_it(smartcar_client, smartcar_simulator):
            assert len(list(smartcar_client.connections())) == 12

        def test_awaited(async_smartcar_client):
            async def ask():
                return [each async for each in async_smartcar_client.connections()]

            assert len(asyncio.run(ask())) == 12
        """
    )
    run(project).assert_outcomes(passed=2)


def test_what_a_server_needs_is_told_where_it_is_missing(project: pytest.Pytester) -> None:
    project.makeconftest(WITHOUT_EXTRAS)
    project.makepyfile("def test_it(smartcar_server): ...")

    result = run(project)

    result.assert_outcomes(errors=1)
    assert "pip install 'smartcar-sdk[simulator]'" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_simulator_is_let_go_when_its_test_is_over(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import gc, weakref
        import pytest

        seen = []

        @pytest.mark.parametrize("turn", range(4))
        def test_it(smartcar_client, smartcar_server, smartcar_simulator, turn):
            seen.append(weakref.ref(smartcar_simulator))

        def test_after():
            gc.collect()
            # The server has the last one until it is handed another.
            assert [each() for each in seen[:-1]] == [None] * 3
        """
    )
    run(project).assert_outcomes(passed=5)


def test_what_a_terminal_would_obey_is_spelt_out(project: pytest.Pytester) -> None:
    project.makepyfile(
        r"""
        from smartcar import Request

        def test_fails(smartcar_simulator):
            query = {"page": "\x1b[31mred\nFAILED other.py"}
            smartcar_simulator.send(Request("GET", "/v3/connections", query))
            assert False
        """
    )

    result = run(project)

    told = result.stdout.str().partition("Requests to the")[2]
    assert r"page=\x1b[31mred\nFAILED other.py" in told
    assert "\x1b[31mred" not in told


def test_it_may_be_switched_off(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(smartcar_simulator): ...")

    result = run(project, "-p", "no:smartcar")

    assert "fixture 'smartcar_simulator' not found" in result.stdout.str()


def test_the_sdk_needs_no_pytest() -> None:
    script = (
        "import sys; sys.modules['pytest'] = None\n"
        "import smartcar, smartcar.simulator, smartcar.simulator.server, smartcar.cli"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_plugin_is_in_the_package() -> None:
    from importlib.metadata import entry_points  # noqa: PLC0415

    (plugin,) = (each for each in entry_points(group="pytest11") if each.name == "smartcar")
    assert plugin.value == "smartcar_pytest"
    told = (Path(__file__).parent.parent / "pyproject.toml").read_text()
    assert '"src/smartcar_pytest.py"' in told
