"""The layers of the package: an arrow may only point down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "smartcar"

LAYERS = (
    ("__main__",),
    ("cli", "testing"),
    ("simulator",),
    ("__init__",),
    ("auth_client", "exception", "smartcar", "types", "v2_response", "vehicle"),
    ("webhooks",),
    ("functions", "aio", "auth", "service"),
    ("owners",),
    ("client",),
    ("questions",),
    ("car", "shared"),
    ("caller", "versions", "asking"),
    ("pumps", "tokens"),
    ("flights",),
    ("transport",),
    ("models", "bodies", "signals", "payloads"),
    ("api",),
    ("protocol",),
    ("errors", "_lazy", "_version"),
    ("untyped",),
    ("legacy", "migration"),
)
"""From the top down; what shares a row does not import one another."""

LEVEL = {name: -row for row, names in enumerate(LAYERS) for name in names}


def imported(path: Path) -> set[str]:
    """Names of the package's parts that the module at *path* imports."""
    parts = ("smartcar", *path.relative_to(PACKAGE).with_suffix("").parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            base = parts[: len(parts) - node.level] if node.level else ()
            whole = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{whole}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    inside = {name.split(".")[1] for name in found if name.startswith("smartcar.")}
    return {name if name in LEVEL else "__init__" for name in inside}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=str)
def test_arrows_point_down(path: Path) -> None:
    here = path.relative_to(PACKAGE).with_suffix("").parts[0]

    upward = {name for name in imported(path) if LEVEL[name] > LEVEL[here]}

    assert upward == set(), f"{here} must not import {upward}"


def test_every_part_has_its_place_among_the_layers() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert parts - {"__pycache__", "py"} == set(LEVEL)


def modules() -> dict[str, Path]:
    """Every module by its name, a package by its own."""
    paths = {path.relative_to(PACKAGE.parent): path for path in PACKAGE.rglob("*.py")}
    return {
        ".".join(short.with_suffix("").parts).removesuffix(".__init__"): path
        for short, path in paths.items()
    }


def lazy_names() -> dict[tuple[str, str], str]:
    """The module of each name that a package imports when it is asked for."""
    return {
        (package, alias.name): f"{package}.{node.module}"
        if node.module
        else f"{package}.{alias.name}"
        for package, path in modules().items()
        if path.name == "__init__.py"
        for block in ast.parse(path.read_text()).body
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }


LAZY = lazy_names()


def at_once(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What is done when the module is imported, except for type checkers."""
    for each in body:
        if isinstance(each, ast.If):
            is_typing = "TYPE_CHECKING" in ast.dump(each.test)
            yield from at_once(each.orelse if is_typing else [*each.body, *each.orelse])
        elif isinstance(each, ast.Try):
            yield from at_once([*each.body, *each.orelse, *each.finalbody])
        else:
            yield each


def named(node: ast.ImportFrom, name: str, path: Path) -> list[str]:
    """The module that a statement of the module *name* imports from, and those of what it takes."""
    own = name.split(".")
    own = own[: len(own) - node.level + (path.name == "__init__.py")] if node.level else []
    of = ".".join([*own, *([node.module] if node.module else [])])
    return [of, *(LAZY.get((of, alias.name), f"{of}.{alias.name}") for alias in node.names)]


def in_order(name: str, known: dict[str, Path]) -> Iterator[str]:
    """Modules that *name* imports, as they come."""
    path = known[name]
    for node in at_once(ast.parse(path.read_text()).body):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from named(node, name, path)


def waits_for(name: str, known: dict[str, Path]) -> set[str]:
    """Modules that must be there first: those that *name* names, and packages around those."""
    found = {*in_order(name, known)}
    around = {package for each in found for package in packages(each)} - packages(name)
    return (found | around) & known.keys() - {name}


def packages(name: str) -> set[str]:
    """Those that a module is in."""
    return {name[:end] for end, letter in enumerate(name) if letter == "."}


def test_no_module_waits_for_one_that_waits_for_it() -> None:
    """Or else two threads could not be the first to import two of them."""
    known = modules()

    TopologicalSorter({name: waits_for(name, known) for name in known}).prepare()


def all_of(name: str, waits: dict[str, set[str]]) -> set[str]:
    """Modules that are there once *name* is."""
    found, left = set[str](), [name]
    while left:
        new = waits[left.pop()] - found
        found |= new
        left += new
    return found


def test_who_wants_a_part_of_a_package_that_imports_that_part_imports_the_package_first() -> None:
    """Or else one thread holds the part and waits for the package, another the other way round."""
    known = modules()
    waits = {name: waits_for(name, known) for name in known}
    whole = {name: all_of(name, waits) for name in known}
    early = set[tuple[str, str]]()
    for name in known.keys() - {"smartcar"}:  # whoever imports any part imports it first
        there = packages(name) | {name}
        for each in filter(known.__contains__, in_order(name, known)):
            around = packages(each) - there
            early |= {(name, each) for package in around if each in whole[package]}
            there |= {each} | packages(each) | whole[each]

    assert {pair for pair in early if not pair[0].startswith("smartcar.cli.")} == set()


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after *statement* ran in a fresh interpreter."""
    script = f"{statement}; import sys; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in out.stdout.split()} | set(out.stdout.split())


def test_importing_the_package_loads_no_server_no_prompt_and_no_simulator() -> None:
    loaded = loaded_by("import smartcar")

    assert not loaded & {"uvicorn", "starlette", "jinja2", "click", "rich", "sqlite3"}
    assert not loaded & {"smartcar.simulator", "smartcar.cli", "smartcar.webhooks"}


def test_receiving_webhooks_loads_no_framework() -> None:
    loaded = loaded_by("import smartcar.webhooks, smartcar.webhooks.adapters")

    assert not loaded & {"aiohttp", "django", "fastapi", "flask", "starlette", "uvicorn"}


def test_looking_into_an_inbox_at_a_prompt_loads_no_simulator() -> None:
    loaded = loaded_by("import smartcar.cli.webhooks.inbox")

    assert not loaded & {"uvicorn", "starlette", "jinja2", "smartcar.simulator"}


def test_talking_to_a_simulator_at_a_prompt_loads_none() -> None:
    loaded = loaded_by("import smartcar.cli.simulator.car")

    assert "smartcar.simulator.control" in loaded
    assert not loaded & {"uvicorn", "starlette", "jinja2", "smartcar.simulator.simulator"}


def test_a_prompt_loads_what_it_is_asked_for() -> None:
    asked = "group()(['simulator', '--help'], standalone_mode=False)"
    loaded = loaded_by(f"from smartcar.cli import group; {asked}")

    assert "smartcar.cli.simulator" in loaded
    assert not loaded & {"smartcar.cli.simulator.car", "smartcar.cli.webhooks", "uvicorn"}


def test_a_client_that_blocks_loads_no_event_loop() -> None:
    assert "asyncio" not in loaded_by("import smartcar; smartcar.Smartcar('id', 'secret')")


def test_only_the_transport_names_an_http_client() -> None:
    naming = {path.name for path in PACKAGE.rglob("*.py") if "pyreqwest" in path.read_text()}

    assert naming == {"transport.py"}
