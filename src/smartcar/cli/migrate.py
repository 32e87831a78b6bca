"""``smartcar migrate``: which calls of the official SDKs a code base has, and what they become."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartcar.migration.files import FOREIGN
from smartcar.migration.found import Finding, Report
from smartcar.migration.scan import scan

Only = Literal["changes-now", "v3"]

_MARKUP: Final = re.compile(r"`|\[([^\]]*)\]\([^)]*\)")
"""What a note has for the pages only."""

_PIPED: Final = 120
"""Columns where nobody is looking and nobody says how many."""

_NAMED: Final = 10
"""Files that were left out and are named one by one."""

_LEGEND: Final = (
    "now: with smartcar-sdk in place of the official SDK, still on v2.0; but for times the old way"
    " works as well, and warns.  v3: client is one smartcar.Smartcar() for all cars; signals are in"
    " smartcar.signals."
)

_LOOKED_FOR: Final = (
    "Looked for: import smartcar (Python files and notebooks), require or import of 'smartcar' "
    "(JavaScript, TypeScript), and the package among a project's dependencies."
)


@click.command("migrate")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, readable=True, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--only",
    type=click.Choice(["changes-now", "v3"]),
    help="List only what is written differently here on v2.0, or only what is on v3.",
)
@click.option("--all", "everything", is_flag=True, help="List also calls that stay as they are.")
@click.option("--check", is_flag=True, help="Exit with 1 if a call must change.")
def command(
    paths: tuple[Path, ...], *, as_json: bool, only: Only | None, everything: bool, check: bool
) -> None:
    """Find the calls of Smartcar's official SDKs in PATHS, and say what each becomes.

    Python files, notebooks, JavaScript and TypeScript are read, and what a project depends on; give
    whole projects, for cars are followed from file to file.  Nothing is run and nothing is changed.
    """
    console = _console()
    with _progress(console, is_shown=not as_json) as tell:
        report = scan(paths, tell)
    found = [each for each in report.findings if _is_wanted(each, only, everything=everything)]
    if as_json:
        click.echo(json.dumps(_document(found, report), indent=2, ensure_ascii=False))
    else:
        _print(console, lambda: _Told(console, only).tell(found, report))
    if check and any(_must_change(each, only) for each in found):
        raise SystemExit(1)


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED
    return console


def _print(console: Console, tell: Callable[[], None]) -> None:
    """Let *tell* print; what goes to a file has no blanks at the ends of its lines."""
    if console.is_terminal:
        tell()
        return
    with console.capture() as captured:
        tell()
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _is_wanted(found: Finding, only: Only | None, *, everything: bool) -> bool:
    if only == "changes-now":
        return found.changes_now
    if only == "v3":
        return found.differs_on_v3
    return everything or found.changes_now or found.differs_on_v3


def _must_change(found: Finding, only: Only | None) -> bool:
    if only == "changes-now":
        return found.changes_now
    return not found.stays if only == "v3" else found.must_change


def _document(found: list[Finding], report: Report) -> dict[str, object]:
    return {
        "findings": [each.to_dict() for each in found],
        "files": report.files,
        "left_out": report.left_out,
    }


@contextmanager
def _progress(console: Console, *, is_shown: bool) -> Generator[Callable[[Path], None] | None]:
    """What is told each file, on a terminal."""
    if not (is_shown and console.is_terminal):
        yield None
        return
    with console.status("Looking …") as status:
        count = 0

        def tell(path: Path) -> None:
            nonlocal count
            count += 1
            status.update(Text.assemble(f"{count} files: ", (path.name, "dim")))

        yield tell


class _Told:
    """What was found, for a person."""

    def __init__(self, console: Console, only: Only | None) -> None:
        self._console = console
        self._only = only
        self._notes: set[str] = set()

    def tell(self, found: list[Finding], report: Report) -> None:
        """Print it."""
        for path, each in groupby(found, lambda one: one.path):
            self._file(path, list(each))
        self._summary(found, report)
        self._left_out(report.left_out)

    def _file(self, path: str, found: list[Finding]) -> None:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(justify="right", no_wrap=True)
        table.add_column(overflow="fold")
        for each in found:
            likely = "  likely" if each.certainty == "likely" else ""
            table.add_row(
                Text(_place(each), "cyan"), Text.assemble((each.old, "bold"), (likely, "dim"))
            )
            for label, text, style in self._lines(each):
                table.add_row(Text(label, "dim"), Text(text, style))
        self._console.print(Text(path, "bold underline"))
        self._console.print(table)
        self._console.print()

    def _lines(self, found: Finding) -> Iterator[tuple[str, str, str]]:
        """What *found* becomes, line by line: a label, the text and its style."""
        if self._only != "v3" and found.v2 is not None:
            yield "now", found.v2, "green"
        if self._only != "changes-now":
            yield "v3", _on_v3(found), "bright_blue" if found.v3 is not None else "red"
        if found.note and found.note not in self._notes:
            self._notes.add(found.note)
            yield "", _MARKUP.sub(r"\1", found.note), "dim"

    def _summary(self, found: list[Finding], report: Report) -> None:
        if not found:
            self._console.print(f"No call to change in {_files(report.files)}.")
            self._console.print(Text(_LOOKED_FOR, "dim"))
            return
        now = sum(each.changes_now for each in found)
        later = sum(not each.stays for each in found)
        rest = sum(each.stays and not each.changes_now for each in found)
        parts = [
            f"{now} {_change(now)} now" if self._only != "v3" else "",
            f"{later} {_change(later)} on v3" if self._only != "changes-now" else "",
            f"{rest} may stay as they are" if rest else "",
        ]
        calls = "1 call" if len(found) == 1 else f"{len(found)} calls"
        self._console.print(
            Text(f"{calls} in {_files(len({each.path for each in found}))}: ", "bold").append(
                f"{', '.join(part for part in parts if part)}."
            )
        )
        self._console.print(Text(_LEGEND, "dim"))

    def _left_out(self, left_out: dict[str, str]) -> None:
        named = {path: why for path, why in left_out.items() if Path(path).name not in FOREIGN}
        folders = len(left_out) - len(named)
        for path, why in list(named.items())[:_NAMED]:
            self._console.print(Text.assemble(("Left out: ", "yellow"), f"{path} ({why})"))
        if len(named) > _NAMED:
            self._console.print(Text(f"… and {len(named) - _NAMED} more: see --json"))
        if folders:
            what = "1 folder" if folders == 1 else f"{folders} folders"
            self._console.print(
                Text(f"Not looked into: {what} of tools, packages and built files.", "dim")
            )


def _place(found: Finding) -> str:
    place = f"{found.line}:{found.column}"
    return place if found.cell is None else f"[{found.cell}] {place}"


def _on_v3(found: Finding) -> str:
    if found.v3 is None:
        return "nothing of the kind"
    before = found.v2 or found.old
    if found.v3 == before:
        return "the same"
    return f"the same, or {found.v3}" if found.stays else found.v3


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _change(count: int) -> str:
    return "changes" if count == 1 else "change"
