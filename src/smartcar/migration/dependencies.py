"""The official SDKs among what a project says it depends on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .found import Finding

_PYTHON: Final = re.compile(
    r"^[\s\"'-]*(?P<old>smartcar(?:\[[^\]]*\])?(?![\w.-])\s*(?P<says>[=<>~!^;\"',#].*)?)$"
)
_NODE: Final = re.compile(r"(?P<old>\"smartcar\"\s*:\s*\"(?P<says>[^\"]*)\")")

PYTHON_NOTE: Final = (
    "uninstall `smartcar` first: both have the module `smartcar`; "
    "nothing else has to change on v2.0"
)
NODE_NOTE: Final = "there is no package for Node here: the program moves to Python, or asks by HTTP"


def scan_requirements(text: str, path: str) -> list[Finding]:
    """Where ``requirements.txt``, ``pyproject.toml`` or their like ask for PyPI's ``smartcar``."""
    return _scan(text, path, _PYTHON, "smartcar-sdk", PYTHON_NOTE)


def scan_package_json(text: str, path: str) -> list[Finding]:
    """Where ``package.json`` asks for npm's ``smartcar``."""
    return _scan(text, path, _NODE, None, NODE_NOTE)


def _scan(
    text: str, path: str, pattern: re.Pattern[str], new: str | None, note: str
) -> list[Finding]:
    found: list[Finding] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = pattern.search(line)
        if match is not None:
            old = match["old"].rstrip().rstrip(",").rstrip("\"'")
            if old.startswith('"'):
                old = match["old"]
            column = match.start("old") + 1
            found.append(
                Finding(path, number, column, "dependency", old, new, new, new is not None, note)
            )
    return found


READERS: Final[dict[str, Callable[[str, str], list[Finding]]]] = {
    "pyproject.toml": scan_requirements,
    "setup.cfg": scan_requirements,
    "Pipfile": scan_requirements,
    "environment.yml": scan_requirements,
    "package.json": scan_package_json,
}
"""By the name of the file."""
