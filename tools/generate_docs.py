"""Write what the documentation takes from the code: tables, and the output of its examples.

``python tools/generate_docs.py`` writes the tables; with ``--outputs`` it also runs every Python
block and puts what it printed, and the demo's, where the pages show it.  A test holds the pages to
both.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from smartcar import errors, signals
from smartcar.api.account import AccountEndpoints
from smartcar.api.asking import ReadSignal
from smartcar.api.commands import Command
from smartcar.api.vehicle import VehicleEndpoints
from smartcar.cli import group as every_command
from smartcar.errors.kinds import error_from
from smartcar.migration import SECTIONS, Row
from smartcar.protocol.endpoint import Declared, endpoints
from smartcar.signals import SignalType
from smartcar.simulator.problems import KNOWN

ROOT: Final = Path(__file__).parent.parent
README: Final = ROOT / "README.md"
DOCS: Final = ROOT / "docs"
CATALOGUE: Final = DOCS / "signals-catalogue.md"

_FENCE: Final = re.compile(r"^(```+)(\w*)(?: title=\"([^\"]+)\")?\s*$")
_NOT_RUN: Final = re.compile(r"^<!-- not run: (.+) -->$")


def pages() -> list[Path]:
    """README and every page of the documentation."""
    return [README, *sorted(DOCS.rglob("*.md"))]


# --- blocks --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Block:
    """A fenced block of a page."""

    language: str
    title: str | None
    line: int
    """Where its first line of content is, from 0."""
    content: list[str]
    not_run: str | None = None
    """Why it must not run."""
    shows: Block | None = None
    """The ``text`` block right after it, which shows what it prints."""


def blocks(lines: list[str]) -> list[Block]:
    """The fenced blocks of a page."""
    found: list[Block] = []
    fence, before = "", ""
    for number, line in enumerate(lines):
        if fence:
            if line.strip() == fence:
                fence = ""
            else:
                found[-1].content.append(line)
        elif opened := _FENCE.match(line):
            fence = opened[1]
            reason = _NOT_RUN.match(before)
            block = Block(opened[2], opened[3], number + 1, [], reason[1] if reason else None)
            if block.language == "text" and found and before == "```":
                found[-1].shows = block
            found.append(block)
        if line.strip():
            before = line.strip()
    return found


def python_blocks(text: str) -> list[Block]:
    """The Python blocks of a page."""
    return [block for block in blocks(text.splitlines()) if block.language == "python"]


def with_outputs(text: str, name: str) -> str:
    """*text* of a page with the output of its Python blocks as it is today.

    Blocks share a namespace, in order.  A block with a title is a file; one called ``test_…`` is
    run by pytest.  The network is not there, nor are variables of the environment that begin with
    ``SMARTCAR``.
    """
    lines = text.splitlines()
    written: list[tuple[Block, list[str]]] = []
    with _elsewhere() as folder:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        for block in python_blocks(text):
            if block.not_run is not None:
                continue
            code = "\n".join(block.content) + "\n"
            if block.title is not None:
                printed = _tested(folder / block.title, code)
            else:
                where = "\n" * block.line  # so that a traceback names the line of the page
                printed = _printed(where + code, name, namespace)
            if block.shows is not None:
                written.append((block.shows, printed.rstrip().splitlines()))
    for shown, printed_lines in reversed(written):
        lines[shown.line : shown.line + len(shown.content)] = printed_lines
    return "\n".join(lines) + "\n"


def _printed(code: str, name: str, namespace: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, name, "exec"), namespace)  # noqa: S102 -- our own pages
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def _tested(path: Path, code: str) -> str:
    path.write_text(code)
    if not path.name.startswith("test_"):
        return ""
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
    run = subprocess.run(pytest, cwd=path.parent, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode != 0:
        raise AssertionError(run.stdout + run.stderr)
    return re.sub(r" in [\d.]+s", "", run.stdout)


@contextlib.contextmanager
def _elsewhere() -> Generator[Path]:
    """In an empty folder, without what the environment says of Smartcar and of this terminal."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name in [name for name in os.environ if name.startswith("SMARTCAR")]:
            del os.environ[name]
        plain = _plain(80)
        os.environ.clear()
        os.environ.update(plain)
        try:
            yield Path(folder)
        finally:
            os.environ.clear()
            os.environ.update(before)


# --- the demo ------------------------------------------------------------------------------------

_DEMO: Final = re.compile(r"(<!-- demo -->\n+```text\n)(.*?)(\n```)", re.DOTALL)


def shown_demo(readme: str) -> str:
    """The demo's output in the README."""
    found = _DEMO.search(readme)
    if found is None:
        msg = "README.md has no demo: <!-- demo -->, then a text block"
        raise LookupError(msg)
    return found[2]


def _plain(columns: int) -> dict[str, str]:
    """This environment, for a program whose output is the same on every terminal."""
    coloured = {"FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE"}
    kept = {name: value for name, value in os.environ.items() if name not in coloured}
    return {**kept, "COLUMNS": str(columns), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


def run_demo() -> str:
    """The demo's output today."""
    demo = [sys.executable, "-m", "smartcar", "demo"]
    run = subprocess.run(demo, env=_plain(100), capture_output=True, text=True, check=True)  # noqa: S603
    return "\n".join(line.rstrip() for line in run.stdout.strip().splitlines())


def normalised(demo: str) -> str:
    """*demo* without what differs from run to run: the port and the seconds it took."""
    demo = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", demo)
    return re.sub(r"in \d+\.\d s", "in SOME s", demo)


def with_demo(readme: str) -> str:
    """The README with the demo's output of today, if it has changed."""
    old, new = shown_demo(readme), run_demo()
    return readme if normalised(old) == normalised(new) else readme.replace(old, new)


# --- tables --------------------------------------------------------------------------------------


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


def every_signal() -> list[SignalType[Any]]:
    """The catalogue, group by group."""
    groups = [value for name, value in vars(signals).items() if name in signals.__all__]
    return [
        member
        for group in groups
        if isinstance(group, type) and group is not SignalType
        for member in vars(group).values()
        if isinstance(member, SignalType)
    ]


def types_of_values() -> dict[str, str]:
    """The type of each signal's value, by code, as type checkers are told it."""
    found: dict[str, str] = {}
    source = sys.modules[ReadSignal.__module__]
    for code, kind in re.findall(
        r"def __call__\(\s*self, code: (\w+)\s*\) -> Signal\[(.+)\]: \.\.\.",
        inspect.getsource(ReadSignal),
    ):
        alias = getattr(source, code, None)
        for literal in getattr(alias, "__args__", ()):
            found[literal] = kind.replace("bodies.", "")
    return found


_ABOUT: Final = """\
The {} signals of API v3, in {} groups. *Value* is the type of `.value` when there is one; types
with a capital letter are in `smartcar.models`. *Unit* is what the API writes in the body. Any one
of the permissions will do: Smartcar publishes no table of permissions by signal, so that column is
our best knowledge, not a promise. [How to read a signal](signals.md).
"""


def catalogue() -> str:
    """The page about every signal."""
    kinds = types_of_values()
    everything = every_signal()
    groups: dict[str, list[SignalType[Any]]] = {}
    for signal in everything:
        groups.setdefault(signal.group, []).append(signal)
    parts = [
        "# Every signal\n",
        "<!-- Written by tools/generate_docs.py from the catalogue: edit neither here. -->\n",
        _ABOUT.format(len(everything), len(groups)),
    ]
    for group, members in sorted(groups.items()):
        rows = [
            [
                _code(f"{group}.{each.name}"),
                _code(each.code),
                _code(kinds[each.code]),
                each.unit or "",
                " or ".join(_code(name) for name in each.permissions),
                each.description.replace("|", "\\|"),
            ]
            for each in sorted(members, key=lambda each: each.code)
        ]
        head = ("Member", "Code", "Value", "Unit", "Permission", "What it tells")
        parts.append(f"## {group}\n\n{table(head, rows)}\n")
    return "\n".join(parts)


def declared() -> list[Declared[..., Any]]:
    """Every operation of the API."""
    return [*endpoints(AccountEndpoints), *endpoints(VehicleEndpoints)]


def commands_table() -> str:
    """Every command, and the signal that confirms it."""
    rows = [
        [
            _code(f"{each.name}({', '.join(each.signature.parameters)})"),
            _code(each.facts.permission),
            _code(repr(each.shown.signal)) if each.shown else "none",
            _first_sentence(each),
        ]
        for each in declared()
        if isinstance(each, Command)
    ]
    return table(("Command", "Permission", "Confirmed by", "What it does"), rows)


def operations_table() -> str:
    """Every operation, with its path and where Smartcar documents it."""
    rows = [
        [
            _code(each.name),
            _code(f"{each.method} {each.path}"),
            each.facts.host,
            _code(each.facts.permission),
            "yes" if each.facts.needs_user else "",
            f"[docs]({each.source})",
        ]
        for each in declared()
    ]
    return table(("Method", "Operation", "Host", "Permission", "User id", "Source"), rows)


def _first_sentence(each: Declared[..., Any]) -> str:
    text = inspect.cleandoc(each.__doc__ or "").split("\n\n", 1)[0]
    return " ".join(text.split())


def command_line() -> str:
    """Every command of ``smartcar``, with its options and what each means."""
    top = every_command()
    return "\n\n".join(_command_lines("smartcar", top, 2, **top.context_settings))


def _command_lines(name: str, command: click.Command, level: int, **settings: Any) -> Iterator[str]:
    context = click.Context(command, info_name=name, **settings)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    yield f"{'#' * level} `{name}`"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    yield f"```text\n{usage}\n```"
    options = [
        [text.replace("|", "\\|") for text in (_code(said[0]), said[1])]
        for option in command.get_params(context)
        if isinstance(option, click.Option) and (said := option.get_help_record(context))
    ]
    yield table(("Option", "What it does"), options)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None:
                yield from _command_lines(f"{name} {each}", found, min(level + 1, 4), **settings)


def errors_table() -> str:
    """Every documented type and code, its class, and what to do."""
    rows: list[list[str]] = []
    for (kind, code), known in KNOWN.items():
        if code == "NOT_FOUND":
            continue  # the simulator's own word, where the reference has none
        item = {"type": kind, "code": code, "resolution": {"type": known.resolution}}
        error = error_from(known.status, {"errors": [item]}, {})
        rows.append(
            [
                str(known.status),
                _code(f"{kind}:{code}" if code else kind),
                _code(type(error).__name__),
                "yes" if error.is_retryable else "",
                error.advice,
            ]
        )
    return table(("Status", "Type and code", "Class", "Retryable", "What to do"), rows)


def errors_tree() -> str:
    """The tree, as the module draws it."""
    drawn = inspect.cleandoc(errors.__doc__ or "").split("\n\n")[1]
    return f"```text\n{drawn}\n```"


def migration_table(rows: Iterable[Row]) -> str:
    """Old calls beside new ones."""
    head = ("Official Python SDK", "Official Node SDK", "Here, v2.0", "Here, v3", "Note")
    return table(
        head,
        [
            [
                _code(row.python) or "none",
                _code(row.node) or "none",
                _code(row.v2) or "the same",
                _on_v3(row),
                row.note,
            ]
            for row in rows
        ],
    )


def _on_v3(row: Row) -> str:
    if row.v3 is None:
        return "**none**"
    if row.v3 == row.here:
        return "the same"
    return f"the same, or {_code(row.v3)}" if row.stays else _code(row.v3)


_GENERATED: Final[dict[str, Callable[[], str]]] = {
    "commands": commands_table,
    "errors": errors_table,
    "errors-tree": errors_tree,
    "operations": operations_table,
    "command-line": command_line,
    **{f"migrating-{each.name}": partial(migration_table, each.rows) for each in SECTIONS},
}
_MARKED: Final = re.compile(r"(<!-- generated: ([\w-]+) -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """A page's *text* with what stands between its markers as the code has it today."""
    return _MARKED.sub(lambda found: found[1] + _GENERATED[found[2]]() + found[3], text)


def main(arguments: list[str]) -> None:
    """Write it all."""
    CATALOGUE.write_text(catalogue())
    for page in pages():
        text = old = page.read_text()
        text = with_tables(text)
        if "--outputs" in arguments:
            text = with_outputs(text, page.name)
            if page == README:
                text = with_demo(text)
        if text != old:
            page.write_text(text)
            print(f"{page.relative_to(ROOT)} is new")


if __name__ == "__main__":
    main(sys.argv[1:])
