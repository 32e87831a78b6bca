"""The documentation is true: its code runs, prints what is shown, and nothing public is missing."""

from __future__ import annotations

import difflib
import importlib.util
import pydoc
import re
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import ModuleType

import click
import pytest

import smartcar
import smartcar.cli
from smartcar import SmartcarError

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
MOST_NOT_RUN = 4
"""Blocks that may be left out: those that need the real service, or what is not here."""


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "generate_docs", ROOT / "tools" / "generate_docs.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


docs = _tool()
PAGES = docs.pages()
HINT = "run python tools/generate_docs.py --outputs, and look at what changed"


def _names(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _is_same(old: str, new: str, name: str) -> None:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name}, as written", f"{name}, today", n=2
    )
    assert old == new, "\n".join([*lines, HINT])


def _links(text: str) -> list[str]:
    found: list[str] = re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", text)
    return found


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_code_on_a_page_runs_and_prints_what_is_shown(page: Path) -> None:
    text = page.read_text()
    _is_same(text, docs.with_outputs(text, page.name), page.name)


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    left_out = [
        f"{_names(page)}:{block.line}: {block.not_run}"
        for page in PAGES
        for block in docs.python_blocks(page.read_text())
        if block.not_run is not None
    ]
    sys.stdout.write("\n".join(left_out))  # shown by pytest -rP
    assert len(left_out) <= MOST_NOT_RUN, left_out
    said = sum(page.read_text().count("<!-- not run:") for page in PAGES)
    assert said == len(left_out), "a reason stands before a block that is no Python block"


def test_every_fence_that_looks_like_python_is_run() -> None:
    for page in PAGES:
        fences = re.findall(r"^ *```+ *py", page.read_text(), re.MULTILINE)
        assert len(fences) == len(docs.python_blocks(page.read_text())), page


@pytest.mark.parametrize("page", PAGES, ids=_names)
def test_tables_on_a_page_are_as_the_code_has_them(page: Path) -> None:
    text = page.read_text()
    _is_same(text, docs.with_tables(text), page.name)


def test_the_page_of_all_signals_is_as_the_catalogue_has_them() -> None:
    _is_same(docs.CATALOGUE.read_text(), docs.catalogue(), "signals-catalogue.md")


def test_the_demo_in_the_readme_is_that_of_today() -> None:
    shown = docs.shown_demo(docs.README.read_text())
    _is_same(docs.normalised(shown), docs.normalised(docs.run_demo()), "the demo")


@pytest.mark.parametrize("example", EXAMPLES, ids=_names)
def test_every_example_runs(example: Path) -> None:
    how = ["-m", "pytest", "-q"] if example.name.startswith("test_") else []
    run = subprocess.run(
        [sys.executable, "-W", "error", *how, str(example)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout
    assert not run.stderr


def test_the_navigation_lists_every_page_and_every_listed_page_exists() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2].partition("\n\n")[0]
    listed = re.findall(r"([\w/-]+\.md)$", navigation, re.MULTILINE)
    assert sorted(listed) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))


def test_what_the_reference_shows_is_where_it_says() -> None:
    shown = {name for page in PAGES for name in re.findall(r"(?m)^::: (\S+)", page.read_text())}

    assert len(shown) > 50
    assert {name for name in shown if pydoc.locate(name) is None} == set()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=_names)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _links(page.read_text()):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)
            plain = [re.sub(r"[^\w\- ]", "", each.lower()) for each in headings]
            assert anchor in {each.replace(" ", "-") for each in plain}, link


# --- nothing public is missing --------------------------------------------------------------------

GUIDE = "\n".join(
    page.read_text() for page in PAGES if page != docs.CATALOGUE and page.name != "CHANGELOG.md"
)


def _is_mentioned(name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", GUIDE) is not None


def test_every_public_name_is_mentioned() -> None:
    assert [name for name in smartcar.__all__ if not _is_mentioned(name)] == []


def test_every_public_name_of_the_simulator_is_mentioned() -> None:
    import smartcar.simulator  # noqa: PLC0415

    assert [name for name in smartcar.simulator.__all__ if not _is_mentioned(name)] == []


def test_every_public_name_of_webhooks_is_mentioned() -> None:
    import smartcar.webhooks  # noqa: PLC0415

    assert [name for name in smartcar.webhooks.__all__ if not _is_mentioned(name)] == []


def test_every_endpoint_is_mentioned() -> None:
    assert [each.name for each in docs.declared() if not _is_mentioned(each.name)] == []


def test_every_error_is_mentioned_on_the_page_about_errors() -> None:
    page = (DOCS / "errors.md").read_text()
    pending, missing = [SmartcarError], []
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind.__module__.startswith("smartcar") and f"{kind.__name__}" not in page:
            missing.append(kind.__name__)
    assert missing == []


def _below(group: click.Command) -> MutableMapping[str, click.Command]:
    assert isinstance(group, click.Group)
    return group.commands


TOP = smartcar.cli.group()
COMMANDS = {
    **{f"smartcar {name}": command for name, command in TOP.commands.items()},
    **{
        f"smartcar {name} {below}": command
        for name in ("simulator", "webhooks")
        for below, command in _below(TOP.commands[name]).items()
    },
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_mentioned(name: str) -> None:
    assert _is_mentioned(name)
    options = [each for each in COMMANDS[name].params if isinstance(each, click.Option)]
    names = [name for option in options for name in (*option.opts, *option.secondary_opts)]
    assert [name for name in names if not _is_mentioned(name)] == []


def test_every_variable_of_the_environment_is_mentioned() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    names = set(re.findall(r"\bSMARTCAR_[A-Z0-9_]+[A-Z0-9]\b", source))
    page = (DOCS / "configuration.md").read_text()
    names.discard("SMARTCAR_NOT_CAPABLE")  # the code of an error
    assert sorted(name for name in names if name not in page) == []
