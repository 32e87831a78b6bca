"""``smartcar simulator`` at a prompt, as people run it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "smartcar", "simulator"]
HERE = "http://127.0.0.1:8686"
"""Where a simulator is unless somebody says otherwise."""

MORNING = "2026-06-01T06:00:00Z"
"""When tests begin whose clock runs: what the cars do must not hang on what day it is."""

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def own_environment(**more: str) -> dict[str, str]:
    """The test's own, less what would change what is told."""
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("SMARTCAR_")
        and not name.lower().endswith("_proxy")
        and name != "COLUMNS"
    }
    return kept | {"PYTHONUNBUFFERED": "1"} | more


def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        timeout=50,
        env=own_environment(**more),
    )
