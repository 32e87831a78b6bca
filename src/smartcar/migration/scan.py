"""Find the calls of the official SDKs in files and folders.  Nothing is run, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from .dependencies import reader_of
from .files import files_in, is_program, text_of
from .found import Finding, Report
from .project import Project, Source


def scan(paths: Iterable[Path], tell: Callable[[Path], None] | None = None) -> Report:
    """What files and folders call of the official SDKs, file by file.

    Args:
        paths: Files, and folders with all that is in them.
        tell: Is told each file before it is read.
    """
    report = Report()
    project = Project()
    found: dict[str, list[Finding]] = {}
    sources: list[Source] = []
    seen: set[Path] = set()
    for root in paths:
        for path in files_in(root, report.left_out):
            if (real := path.resolve()) in seen:
                continue
            seen.add(real)
            if tell is not None:
                tell(path)
            try:
                text = text_of(path)
                reader = reader_of(str(path))
                found[str(path)] = [] if reader is None else reader(text, str(path))
            except ValueError as error:
                report.left_out[str(path)] = str(error)
                continue
            except OSError as error:
                report.left_out[str(path)] = error.strerror or "cannot be read"
                continue
            report.files += 1
            if is_program(path) or reader is None:
                sources.append(project.add(path, text, real))
    for each in project.findings():
        found.setdefault(each.path, []).append(each)
    for source in sources:
        report.left_out |= source.unread
        report.files -= not source.is_read
    report.findings = [each for several in found.values() for each in several]
    return report


def scan_text(text: str, path: str) -> list[Finding]:
    """What a file by itself has of the official SDKs, in order; *path* tells what it is."""
    project = Project()
    reader = reader_of(path)
    if reader is None or is_program(Path(path)):
        project.add(Path(path), text)
    return [*(reader(text, path) if reader else ()), *project.findings()]
