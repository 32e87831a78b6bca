"""The official SDKs among what a project says it depends on."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any, Final

import msgspec

from .found import Finding

PYTHON_NOTE: Final = (
    "uninstall `smartcar` first: both have the module `smartcar`; "
    "nothing else has to change on v2.0"
)
NODE_NOTE: Final = "there is no package for Node here: the program moves to Python, or asks by HTTP"

Place = tuple[int, str]
"""Where something stands in a text, and what stands there."""

Reader = Callable[[str, str], list[Finding]]

_ASKED: Final = re.compile(r"smartcar(?![\w.-])", re.IGNORECASE)
"""The beginning of a requirement; ``smartcar-sdk`` is another package."""

_LINE: Final = re.compile(
    r"""^[ \t-]*(?P<quote>["']?)
    (?P<old>smartcar(?:\[[^\]\n]*\])?(?![\w.-])[ \t]*(?:[=<>~!^;@,\#].*?)?)
    (?P=quote),?[ \t]*$""",
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
_EGG: Final = re.compile(
    r"""^[ \t]*(?:-\ +)?(?:-e|--editable)?[ \t=]*
    (?P<old>[^\s\#]\S*\#(?:\S*&)?egg=smartcar(?![\w.-])\S*)""",
    re.MULTILINE | re.IGNORECASE | re.VERBOSE,
)
"""Where a repository is asked for in place of the package."""

_SETTING: Final = re.compile(r"^(?P<key>[\w.-]+[ \t]*=)?[ \t]*(?P<old>smartcar(?![\w.-]).*)$")
_TOML: Final = re.compile(
    r"""\#[^\n]*|'''.*?'''|\"\"\".*?\"\"\"|"(?:\\.|[^"\\\n])*"|'[^'\n]*'
    |^\[[\w."' -]*\.["']?smartcar["']?\]|(?<![\w.-])smartcar(?=\s*=)""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_NODE: Final = re.compile(r'"smartcar"\s*:\s*"[^"]*"')
_LISTS: Final = re.compile(r"depend|require|^(?:dev-)?packages$|^extras", re.IGNORECASE)
"""Names of what lists dependencies, whichever tool reads it."""


def reader_of(name: str) -> Reader | None:
    """Who finds dependencies in a file of this *name*."""
    if is_requirements(name):
        return scan_requirements
    return _READERS.get(PurePath(name).name)


def is_requirements(name: str) -> bool:
    """Does pip read it?"""
    path = PurePath(name)
    is_named = any(
        each in part for part in path.parts[-2:] for each in ("requirements", "constraints")
    )
    return is_named and path.suffix in {".txt", ".in"}


def scan_requirements(text: str, path: str) -> list[Finding]:
    """Where ``requirements.txt`` or its like asks for PyPI's ``smartcar``."""
    found = [*_LINE.finditer(text), *_EGG.finditer(text)]
    return _told(text, path, sorted((each.start("old"), each["old"]) for each in found))


def scan_toml(text: str, path: str) -> list[Finding]:
    """Where ``pyproject.toml`` or ``Pipfile`` asks for it.

    Raises:
        ValueError: It is no TOML.
    """
    if "smartcar" not in text.lower():
        return []
    try:
        wanted = set(_wanted(tomllib.loads(text), is_list=False))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"no TOML: {error}") from None
    return _told(text, path, _in_toml(text, wanted))


def _wanted(value: Any, *, is_list: bool) -> Iterator[str]:
    """Requirements of the SDK among dependencies; its name where it is a key."""
    if isinstance(value, str):
        if is_list and _ASKED.match(value):
            yield value
    elif hasattr(value, "items"):
        for key, each in value.items():
            if is_list and _ASKED.fullmatch(key):
                yield key
            yield from _wanted(each, is_list=is_list or _LISTS.search(key) is not None)
    elif hasattr(value, "__iter__"):
        for each in value:
            yield from _wanted(each, is_list=is_list)


def _in_toml(text: str, wanted: set[str]) -> Iterator[Place]:
    for found in _TOML.finditer(text):
        said = found[0]
        if said.startswith(("#", "'''", '"""')):
            continue
        is_quoted = said[0] in "'\""
        value = tomllib.loads(f"x={said}")["x"] if is_quoted else "smartcar"
        if value in wanted:
            behind = text[found.end() : text.find("\n", found.end()) % (len(text) + 1)]
            is_key = behind.lstrip().startswith("=")
            yield found.start(), f"{said}{behind}" if is_key else value if is_quoted else said


def scan_setup(text: str, path: str) -> list[Finding]:
    """Where ``setup.py`` asks for it."""
    if "smartcar" not in text.lower():
        return []
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    lists = (
        value
        for node in ast.walk(_tree(text))
        for name, value in _named(node)
        if _LISTS.search(name)
    )
    found = {
        (starts[each.lineno - 1] + each.col_offset, each.value)
        for value in lists
        for each in ast.walk(value)
        if isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and _ASKED.match(each.value)
    }
    return _told(text, path, sorted(found))


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, RecursionError):  # told where its calls are looked for
        return ast.Module([], [])


def _named(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case _:
            pass


def scan_setup_cfg(text: str, path: str) -> list[Finding]:
    """Where ``setup.cfg`` asks for it."""
    found: list[Place] = []
    section, place = "", 0
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            section = line.strip("[] \n")
        match = _SETTING.match(line.rstrip())
        if match is not None and section.startswith("options"):
            found.append((place + match.start("old"), match["old"]))
        place += len(line)
    return _told(text, path, found)


def scan_package_json(text: str, path: str) -> list[Finding]:
    """Where ``package.json`` asks for npm's ``smartcar``.

    Raises:
        ValueError: It is no such file.
    """
    if "smartcar" not in text:
        return []
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"no package: {error}") from None
    lists = [value for key, value in document.items() if key.lower().endswith("dependencies")]
    if not any("smartcar" in each for each in lists if hasattr(each, "items")):
        return []
    places = ((each.start(), " ".join(each[0].split())) for each in _NODE.finditer(text))
    return _told(text, path, places, new=None, note=NODE_NOTE)


def _told(
    text: str,
    path: str,
    places: Iterable[Place],
    new: str | None = "smartcar-sdk",
    note: str = PYTHON_NOTE,
) -> list[Finding]:
    found: list[Finding] = []
    line = before = 0
    for place, said in places:
        line, before = line + text.count("\n", before, place), place
        column = place - text.rfind("\n", 0, place)
        old = said.rstrip().rstrip(",")
        stays = new is not None
        found.append(Finding(path, line + 1, column, "dependency", old, new, new, stays, note))
    return found


_READERS: Final[dict[str, Reader]] = {
    "pyproject.toml": scan_toml,
    "Pipfile": scan_toml,
    "setup.py": scan_setup,
    "setup.cfg": scan_setup_cfg,
    "environment.yml": scan_requirements,
    "environment.yaml": scan_requirements,
    "package.json": scan_package_json,
}
"""By the name of the file."""
