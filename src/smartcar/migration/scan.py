"""Find the calls of the official SDKs in files and folders.  Nothing is run, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from .dependencies import READERS, scan_requirements
from .files import NOTEBOOK, PYTHON, files_in, is_requirements, text_of
from .found import Finding, Report
from .javascript import scan_javascript
from .notebook import scan_notebook
from .python import scan_python


def scan(paths: Iterable[Path], tell: Callable[[Path], None] | None = None) -> Report:
    """What files and folders call of the official SDKs, file by file.

    Args:
        paths: Files, and folders with all that is in them.
        tell: Is told each file before it is read.
    """
    report = Report()
    seen: set[Path] = set()
    for root in paths:
        for path in files_in(root, report.left_out):
            if (real := path.resolve()) in seen:
                continue
            seen.add(real)
            if tell is not None:
                tell(path)
            _read(path, report)
    return report


def _read(path: Path, report: Report) -> None:
    try:
        text = text_of(path)
        report.findings += reader_of(path)(text, str(path))
        report.files += 1
    except SyntaxError as error:
        at = f" in line {error.lineno}" if error.lineno else ""
        report.left_out[str(path)] = f"not understood{at}: {error.msg}"
    except (RecursionError, MemoryError):  # as Python's own parser has it
        report.left_out[str(path)] = "nested too deeply"
    except ValueError as error:
        report.left_out[str(path)] = str(error)
    except OSError as error:
        report.left_out[str(path)] = error.strerror or "cannot be read"


def reader_of(path: Path) -> Callable[[str, str], list[Finding]]:
    """Who reads a file of this name."""
    if path.suffix.lower() in PYTHON:
        return scan_python
    if path.suffix.lower() == NOTEBOOK:
        return scan_notebook
    if is_requirements(path.name):
        return scan_requirements
    return READERS.get(path.name, scan_javascript)
