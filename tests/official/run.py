"""Let the official SDKs, as their registries have them, talk to the simulator.

``python tests/official/run.py`` installs each into ``.tools/official`` if it is not there, serves a
simulator on this machine, and runs ``walk.py`` and ``walk.js`` with nothing but environment
variables to tell them where Smartcar is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from smartcar.simulator import SimulatedApplication, Simulator, events
from smartcar.simulator.server import Server

HERE = Path(__file__).parent
PLACE = HERE.parent.parent / ".tools" / "official"
PYTHON_SDK, NODE_SDK = "smartcar==6.19.1", "smartcar@10.4.0"


def python() -> str:
    """An interpreter with the official Python SDK."""
    home = PLACE / "python"
    found = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not found.exists():
        venv.create(home, with_pip=True)
        subprocess.run([found, "-m", "pip", "install", "--quiet", PYTHON_SDK], check=True)
    return str(found)


def node() -> str:
    """A folder with the official Node SDK."""
    home = PLACE / "node"
    if not (home / "node_modules").exists():
        home.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or "npm"
        install = [npm, "install", "--silent", "--prefix", str(home), NODE_SDK]
        subprocess.run(install, check=True)
    return str(home / "node_modules")


def charging(index: int = 2) -> Simulator:
    """A world where a car of the fleet charges at the end of a drive."""
    # An Application ID as v2.0 knows them: the official Python SDK looks at nothing else.
    application = SimulatedApplication(client_id=SimulatedApplication().application_id)
    simulator = Simulator(seed=7, application=application)
    grant = simulator.world.fleet.grant(index)
    spec = simulator.world.spec(grant.vehicle_id)
    assert spec is not None
    for name, minutes in (("drive", 20), ("park", 1), ("plug-in", 10)):
        told = events.Commanded(
            at=simulator.clock.now(),
            vehicle_id=spec.id,
            user_id=grant.user_id,
            execution_id=f"by hand: {name}",
            name=name,
        )
        simulator.world.command(told, simulator.world.car(spec))
        simulator.clock.advance(minutes * 60)
    return simulator


def environment(server: Server) -> dict[str, str]:
    """What points every official SDK at *server*."""
    world, origin = server.simulator.world, server.origin
    names = (
        *("SMARTCAR_API_ORIGIN", "SMARTCAR_CONNECT_ORIGIN", "SMARTCAR_MANAGEMENT_API_ORIGIN"),
        *("SMARTCAR_VEHICLE_API_V3_ORIGIN", "SMARTCAR_API_V3_ORIGIN"),
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        **dict.fromkeys(names, origin),
        "SMARTCAR_CLIENT_ID": world.application.client_id,
        "SMARTCAR_CLIENT_SECRET": world.application.client_secret,
        "SMARTCAR_REDIRECT_URI": "https://example.com/back",
        "WALK_OWNER": world.fleet.grant(2).owner_email,
        "WALK_WEBHOOK": world.webhook_id,
        "WALK_AMT": world.application.management_token,
    }


def main() -> int:
    """Run both; give how many failed."""
    failed = 0
    # The Python SDK wants the whole address of the token endpoint, the Node SDK its host.
    walks = (
        ("/oauth/token", [python(), str(HERE / "walk.py")], {}),
        ("", [shutil.which("node") or "node", str(HERE / "walk.js")], {"NODE_PATH": node()}),
    )
    for token_path, command, more in walks:
        with Server(charging()) as server:
            told = environment(server) | {"SMARTCAR_AUTH_ORIGIN": server.origin + token_path}
            failed += subprocess.run(command, env=told | more, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
