"""Which files of a project are looked at, and which are not."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .dependencies import reader_of

PYTHON: Final = frozenset({".py", ".pyw", ".pyi"})
SCRIPTS: Final = frozenset({".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx", ".vue"})
NOTEBOOK: Final = ".ipynb"

FOREIGN: Final = frozenset(
    {
        *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".svn", ".ipynb_checkpoints", ".mypy_cache"),
        *(".nox", ".pytest_cache", ".ruff_cache", ".tox", ".venv", ".next", ".yarn"),
        *("__pycache__", "__pypackages__", "bower_components", "node_modules", "site-packages"),
        *("build", "dist"),
    }
)
"""Folders of tools, of other people's code, and of what was made from the project's own."""

LARGEST: Final = 2_000_000
"""Bytes: what is larger was not written by hand.  A notebook may hold pictures: ten times that."""


def files_in(root: Path, left_out: dict[str, str]) -> Iterator[Path]:
    """Files below *root* that may hold calls, in order; *left_out* is told what was passed over.

    Links to folders are not followed, so that no loop is gone round.
    """
    if root.is_file():
        yield root
        return

    def missed(error: OSError) -> None:
        left_out[str(error.filename)] = error.strerror or "cannot be read"

    for folder, folders, names in os.walk(root, onerror=missed):
        here = Path(folder)
        for name in list(folders):
            reason = _foreign(here / name)
            if reason is not None:
                folders.remove(name)
                left_out[str(here / name)] = reason
        folders.sort()
        yield from filter(is_source, (here / name for name in sorted(names)))


def is_source(path: Path) -> bool:
    """May a file hold calls or dependencies?"""
    return is_program(path) or reader_of(str(path)) is not None


def is_program(path: Path) -> bool:
    """May a file of this name hold calls?"""
    suffix = path.suffix.lower()
    if suffix in SCRIPTS:
        return ".min." not in path.name
    return suffix in PYTHON or suffix == NOTEBOOK


def text_of(path: Path) -> str:
    """What is in the file.

    Raises:
        ValueError: It is too large, or no text; says which.
        OSError: It cannot be read.
    """
    if not path.is_file():
        raise ValueError("no plain file")
    size = path.stat().st_size
    if size > LARGEST * (10 if path.suffix.lower() == NOTEBOOK else 1):
        raise ValueError(f"too large: {size / 1e6:.1f} MB")
    content = path.read_bytes()
    try:
        if path.suffix.lower() in PYTHON:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
            return content.decode(encoding)
        return content.decode("utf-8-sig")
    except (SyntaxError, UnicodeDecodeError, LookupError):
        raise ValueError("no text that can be decoded") from None


def _foreign(folder: Path) -> str | None:
    """Why nothing in *folder* is looked at."""
    if folder.name in FOREIGN:
        return "not the project's own"
    if folder.is_symlink():
        return "a link to a folder"
    if os.path.exists(folder / "pyvenv.cfg"):  # noqa: PTH110 -- no error where it is forbidden
        return "a virtual environment"
    return None
