"""What is imported when it is asked for: names of the simulator, and commands at a prompt."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from importlib import import_module
from itertools import combinations
from types import ModuleType

import click
import pytest

import smartcar.simulator.control
import smartcar.simulator.faults
import smartcar.tokens
import smartcar.webhooks
from smartcar.cli import group
from smartcar.cli.lazy import LazyGroup
from smartcar.legacy.names import starred

TOP = group()


def lazy_groups() -> list[click.Command]:
    return [TOP, *(each for each in TOP.commands.values() if isinstance(each, LazyGroup))]


def seen_by_type_checkers(package: ModuleType) -> list[tuple[ModuleType, str, str]]:
    """Each name that a package has for type checkers, and where it is from."""
    (block,) = (
        node
        for node in ast.parse(inspect.getsource(package)).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
        if node.test.id == "TYPE_CHECKING"
    )
    return [
        (package, f".{node.module or alias.name}", alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]


PACKAGES = (
    smartcar,
    smartcar.tokens,
    smartcar.webhooks,
    smartcar.simulator,
    smartcar.simulator.control,
    smartcar.simulator.faults,
)
NAMES = [name for package in PACKAGES for name in seen_by_type_checkers(package)]


@pytest.mark.parametrize(("package", "home", "name"), NAMES)
def test_a_name_is_what_type_checkers_take_it_for(
    package: ModuleType, home: str, name: str
) -> None:
    module = import_module(home, package.__name__)

    assert getattr(package, name) is (module if home == f".{name}" else getattr(module, name))


def test_type_checkers_know_every_public_name() -> None:
    known = {(package.__name__, name) for package, _, name in NAMES}
    public = {(each.__name__, name) for each in PACKAGES for name in each.__all__}
    old = {("smartcar", str(name)) for name in starred("smartcar")}

    assert public - known == old | {("smartcar", "__version__")}


def test_all_of_them_are_imported_by_a_star() -> None:
    asked = "from smartcar.simulator import *; print(Simulator(fleet=3).world.fleet.size)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "3\n"


def test_a_module_that_type_checkers_see_is_there() -> None:
    homes = {home.split(".")[1] for package, home, _ in NAMES if package is smartcar}
    asked = f"import smartcar; print(*(hasattr(smartcar, each) for each in {sorted(homes)}))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert len(homes) > 10
    assert set(done.stdout.split()) == {"True"}


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_listed_but_names_of_today_and_modules(package: ModuleType) -> None:
    seen = {name for name in dir(package) if not name.startswith("__")}
    modules = {name for name in seen if isinstance(getattr(package, name), ModuleType)}
    old = set(starred("smartcar"))

    assert seen | {"__version__"} == (set(package.__all__) - old) | modules | {"__version__"}


def test_they_are_listed_before_they_are_imported() -> None:
    asked = "import smartcar.simulator as s; print(*sorted(set(s.__all__) - set(dir(s))))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "\n"


AT_ONCE = """
import sys, threading
begin, errors = threading.Barrier(len(sys.argv) - 1), []
def ask(statement):
    begin.wait()
    try:
        exec(statement, {})
    except BaseException as error:
        errors.append(error)
threads = [threading.Thread(target=ask, args=(each,)) for each in sys.argv[1:]]
for each in threads: each.start()
for each in threads: each.join()
sys.exit(errors and repr(errors) or 0)
"""


FIRST = (
    "from smartcar import Smartcar",
    "import smartcar.errors, smartcar.models",
    "from smartcar.aio import get_user",
    "from smartcar.webhooks import Receiver",
    "from smartcar.webhooks.inbox import Inbox",
    "from smartcar.simulator import Simulator",
    "from smartcar.simulator import FaultRule, VirtualClock, Outcome",
    "from smartcar.simulator.control import Control",
    "from smartcar.simulator.server import Server",
    "from smartcar.simulator import *",
)


@pytest.mark.once
@pytest.mark.parametrize("pair", list(combinations(FIRST, 2)), ids=" beside ".join)
def test_threads_may_be_the_first_to_import_whatever_they_want(pair: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *pair], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Simulators'") as caught:
        getattr(smartcar.simulator, "Simulators")  # noqa: B009 -- type checkers know that it is none

    assert caught.value.name == "Simulators"
    with pytest.raises(ImportError, match="Simulators"):
        exec("from smartcar.simulator import Simulators")


@pytest.mark.parametrize("found", lazy_groups(), ids=lambda found: str(found.name))
def test_a_group_tells_of_its_commands_what_their_own_help_tells(found: click.Command) -> None:
    assert isinstance(found, LazyGroup)
    assert list(found.told) == sorted(found.commands)
    assert found.told == {
        name: command.get_short_help_str(limit=1000) for name, command in found.commands.items()
    }


def test_a_shell_completes_names_without_importing_what_they_name() -> None:
    environment = {
        "_SMARTCAR_COMPLETE": "bash_complete",
        "COMP_WORDS": "smartcar simulator re",
        "COMP_CWORD": "2",
    }
    asked = (
        "import sys, contextlib\nfrom smartcar.cli import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print('smartcar.simulator.control' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["plain,record", "plain,replay", "plain,reset", "False"]


@pytest.mark.parametrize(
    ("typed", "meant"), [(["webhook"], "webhooks"), (["simulator", "cars"], "car")]
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(
    typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        TOP(typed, "smartcar")

    assert caught.value.code == 2
    assert f"Did you mean '{meant}'?" in capsys.readouterr().err
